"""The level that a line says it has: klog's letter, a record's field, syslog's number, or a word in many languages."""

from __future__ import annotations

import functools
import json
from typing import Any, Final

import re2

_KLOG: Final = re2.compile(r"^([IWEF])\d{4} \d\d:\d\d:\d\d")
_PRI: Final = re2.compile(r"^<(\d{1,3})>")
_WORD: Final = re2.compile(
    r"(?i)(?:^|[\s\[(<|:;\"'=])(trace|debug|info|notice|warn|warning|error|err|fatal|critical|crit|severe|panic|emerg"
    r"|emergency|alert)(?:$|[\s\])>|:;\"',])"
)
_LOCAL: Final = re2.compile(
    r"(?i)(?:^|[^\d\s]\s+|(?:\d\d:\d\d\S*|\d{4}-\d\d-\d\d)\s+|[\[(<|;\"'=【「])"
    r"(schwerwiegend|schwerer fehler|kritisch|fehler|warnung|hinweis|erreur fatale|erreur|fatale|critique"
    r"|avertissement|errore|avviso|error fatal|crítico"
    r"|advertencia|aviso|información|erro|fout|waarschuwing"
    r"|критическая ошибка|фатальная ошибка|критично|ошибка|предупреждение|инфо|помилка|попередження"
    r"|kr[iİı]t[iİı]k|kritik hata|ölümcül|hata|uyarı|uyari|bilgi|błąd krytyczny"  # noqa: RUF001 — words of other languages
    r"|krytyczny|błąd|ostrzeżenie|chyba|upozornění"
    r"|hiba|figyelmeztetés|kritiskt fel|fel|varning|致命的|致命"
    r"|严重|嚴重|错误|錯誤|警告|信息|情報|エラー|오류|경고|정보)"
    r"(?:[\])>|:：】」]|$|(?-i:\s+[\[(A-ZА-Я]))"  # noqa: RUF001 — words of other languages
)
"""Level words of other languages, where a level stands: at the beginning or after another word, and followed by a sign
that closes it. "0 Fehler" at a sentence's end counts, it does not complain: a number before the word is no level."""

_LOCAL_FATAL: Final = (
    *("schwer", "krit", "fatal", "erreur fatale", "critique", "error fatal", "crítico", "критич", "фатал", "kritik"),
    *("ölüm", "błąd krytyczny", "krytyczny", "致命", "严重", "嚴重"),
)
_LOCAL_WARN: Final = (
    *("warn", "avert", "avviso", "adver", "aviso", "waar", "преду", "попер", "uyar", "ostrz", "upoz", "figy"),
    *("varning", "警告", "경고"),
)
_LOCAL_QUIET: Final = ("hinweis", "información", "инфо", "bilgi", "信息", "情報", "정보")
_PINO: Final = {"10": "trace", "20": "debug", "30": "info", "40": "warn", "50": "error", "60": "fatal"}
_SYSLOG: Final = ("fatal", "fatal", "fatal", "error", "warn", "quiet", "quiet", "quiet")
"""RFC 5424, 6.2.1: 0 emergency, 1 alert, 2 critical, 3 error, 4 warning, 5 notice, 6 informational, 7 debug."""

_LETTERS: Final = {"F": "fatal", "C": "fatal", "E": "error", "W": "warn", "I": "quiet", "D": "quiet", "T": "quiet"}
_FIELDS: Final = (
    *("level", "severity", "@l", "lvl", "loglevel", "log.level", "levelname", "level_name", "severity_text"),
    *("syslog.severity", "syslog_severity", "log_level", "priority", "prio", "s"),
)
_QUIET: Final = frozenset({"trace", "debug", "info", "notice"})
_WARN: Final = frozenset({"warn", "warning"})
_FATAL: Final = frozenset({"fatal", "critical", "crit", "panic", "emerg", "emergency", "alert", "severe"})


@functools.lru_cache(maxsize=4096)
def level(line: str) -> str:
    """Return ``quiet``, ``warn``, ``error``, ``fatal`` or empty: the level that the line says it has."""
    head = line[:160]
    klog = _KLOG.match(head)
    if klog is not None:
        return _LETTERS[klog.group(1)]
    if head[:1] == "{":
        return _of_record(loaded(line.strip()))
    found = _WORD.search(head[:80])
    if found is not None:
        return _named(found.group(1))
    local = _LOCAL.search(head[:80])
    if local is not None:
        return _local(local.group(1))
    numbered = _PRI.match(head)
    return _SYSLOG[int(numbered.group(1)) % 8] if numbered is not None else ""


def loaded(text: str) -> dict[str, Any]:
    """Return the JSON object that the text is, or an empty one."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _named(word: str) -> str:
    lowered = word.lower()
    if lowered in _QUIET:
        return "quiet"
    if lowered in _WARN:
        return "warn"
    return "fatal" if lowered in _FATAL else "error"


def _local(word: str) -> str:
    lowered = word.lower().replace("i\u0307", "i")
    if lowered.startswith(_LOCAL_FATAL):
        return "fatal"
    if lowered.startswith(_LOCAL_WARN):
        return "warn"
    return "quiet" if lowered.startswith(_LOCAL_QUIET) else "error"


def _of_record(record: dict[str, Any]) -> str:
    lowered = {str(key).lower(): value for key, value in record.items()}
    for key in _FIELDS:
        value = lowered.get(key)
        if value is None or isinstance(value, (dict, list, bool)):
            continue
        word = str(value).strip()
        if word.isdecimal() and int(word) < len(_SYSLOG):
            return _SYSLOG[int(word)]
        if word[:1] in _LETTERS and (len(word) == 1 or (key == "s" and word[1:].isdecimal())):
            return _LETTERS[word[:1]]
        word = _PINO.get(word, word)
        if _WORD.search(word) is not None:
            return _named(word)
        local = _LOCAL.search(word)
        if local is not None:
            return _local(local.group(1))
        if key != "s":
            return ""
    return ""

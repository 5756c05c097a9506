"""The level that a line says it has: klog's letter, a record's field, syslog's number, or a word where a level stands.

A level word in prose ("started the error handler") is no level: it must be in capitals, in brackets, before a colon, or
follow the stamp.
"""

from __future__ import annotations

import functools
import json
from typing import Any, Final

from diagnostics.patterns import compiled
from diagnostics.transcript.model import Level

_KLOG: Final = compiled(r"^([IWEF])(?:\d\d|\d{4})?\d{4} \d\d:\d\d:\d\d")
_RUBY: Final = compiled(r"^([DIWEFA]), \[\d{4}-\d\d-\d\dT")
_CEPH: Final = compiled(r"^(?:debug )?\d{4}-\d\d-\d\dT\S+ [0-9a-f]{8,} {1,2}(-?\d{1,2}) ")
"""Ceph's log: date, thread, and the level as a number, below 0 for an error."""
_REDIS: Final = compiled(r"^\d+:(?:\d+:)?[MSXC] \d\d \w{3} \d{4} \d\d:\d\d:\d\d\.\d+ ([#*.-]) ")
_LETTER: Final = compiled(r"^[^\[]{8,120}\[([FCEWID])\] ")
_LONE: Final = compiled(r"^\d{4}-\d\d-\d\dT[\d:.]{8,18}Z? ([CEWI]) [a-z]")
"""A letter alone between the time and the logger, as QuestDB has it."""
_SIGN: Final = compiled(r"^[^A-Za-z]{0,40}?(?:([❌✖✘⛔🚨💥🛑])|(⚠)|([✅✔ℹ🚀🎉]))")  # noqa: RUF001 — signs as programs print them
"""A sign that stands for a level, before the first word."""
_PRI: Final = compiled(r"^<(\d{1,3})>")
_FIELD: Final = compiled(r"(?i)(?:^|[\s,{])\"?(?:level|lvl|severity|log\.level|loglevel)\"?\s?[=:]\s?\"?(\w+)")
_WORD: Final = compiled(
    r"(?:^|[\s\[(<|:;\"'=/.,#-])(TRACE|DEBUG|DBG|INFO|INF|NOTICE|NOTE|LOG|WARN|WARNING|WRN|ERROR|ERR|FATAL|CRITICAL"
    r"|CRIT|SEVERE|PANIC|EMERG|EMERGENCY|ALERT)(?:$|[\s\])>|:;\"',/-])"
    r"|[\d\[(<|M]\s?(FTL)(?:$|[\s\])>|:])"
    r"|[\[<(](?i:(trace|debug|info|notice|note|warn|warning|error|err|fatal|critical|crit|severe|panic|emerg|alert"
    r"|supervisor|progress))[\])>]"
    r"|\[[\w.]{1,30}:(trace\d?|debug|info|notice|warn|error|crit|alert|emerg)\]"
    r"|^(?i:(trace|trce|debug|dbug|info|notice|warn|warning|error|fatal|fail|critical|crit|panic)(?: error)?)(?::"
    r"|\s*\||\t|! )"
    r"|^(?i:(trace|debug|info|notice|warn|warning|error|fatal|critical|crit|panic))\s+(?:---?\s|\[|\d{4}-|==>)"
    r"|^\[?[^A-Za-z]*\d[\dT:.,Z+-]*(?:\s?(?:UTC|GMT))?\]?[\s|]+[\[(]?(?i:(trace|debug|info|notice|warn|warning"
    r"|error|err"
    r"|fatal|critical|crit|severe|panic))[\])]?[\s:|]"
    r"|^(DEBU|INFO|WARN|ERRO|FATA|PANI)\[\d{1,8}\]"
    r"|[\t ](trace|debug|info|notice|warn|warning|error|fatal|critical|panic|dpanic)(?:\t|: )"
)
_LOCAL: Final = compiled(
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
_SYSLOG: Final = (Level.FATAL,) * 3 + (Level.ERROR, Level.WARN) + (Level.QUIET,) * 3
"""RFC 5424, 6.2.1: 0 emergency, 1 alert, 2 critical, 3 error, 4 warning, 5 notice, 6 informational, 7 debug."""

_LETTERS: Final = {
    **dict.fromkeys("FCA", Level.FATAL),
    "E": Level.ERROR,
    "W": Level.WARN,
    **dict.fromkeys("IDT", Level.QUIET),
}
_FIELDS: Final = (
    *("level", "severity", "@l", "lvl", "loglevel", "log.level", "levelname", "level_name", "severity_text"),
    *("syslog.severity", "syslog_severity", "log_level", "priority", "prio", "s"),
)
_ALIKE: Final = str.maketrans("123456789", "000000000")
_NAMES: Final = {
    **dict.fromkeys(
        ("trace", "trce", "debug", "debu", "dbug", "dbg", "info", "inf", "notice", "note", "log", "progress"),
        Level.QUIET,
    ),
    "supervisor": Level.QUIET,
    **dict.fromkeys(("warn", "warning", "wrn"), Level.WARN),
    **dict.fromkeys(("error", "erro", "err", "fail"), Level.ERROR),
    **dict.fromkeys(
        (
            "fatal",
            "fata",
            "ftl",
            "critical",
            "crit",
            "panic",
            "pani",
            "dpanic",
            "emerg",
            "emergency",
            "alert",
            "severe",
        ),
        Level.FATAL,
    ),
}


_CAPITALS: Final = {
    name.upper(): found for name, found in _NAMES.items() if len(name) > 3 and name not in ("note", "fail")
}
"""Level words that stand alone among the first words of a line: the quick way for most."""


def level(line: str) -> Level:
    """Return the level that the line says it has."""
    if line[:1] == "{":
        return _of_text(line.strip())
    head = line[:160]
    for word in head.split(None, 5)[:5]:
        known = _CAPITALS.get(word.strip("[]<>()|:,"))
        if known is not None:
            return known
    return _of_head(head if head[:1] == "<" else head.translate(_ALIKE))


@functools.lru_cache(maxsize=4096)
def _of_text(text: str) -> Level:
    return level_of_record(loaded(text))


@functools.lru_cache(maxsize=8192)
def _of_head(head: str) -> Level:  # noqa: PLR0911 — one return a form
    lettered = (_KLOG.match(head) or _RUBY.match(head)) if head[:1] in _LETTERS else None
    if lettered is not None:
        return _LETTERS[lettered.group(1)]
    redis = _REDIS.match(head) if head[:1].isdigit() and ":" in head[:8] else None
    if redis is not None:
        return Level.WARN if redis.group(1) == "#" else Level.QUIET
    ceph = _CEPH.match(head)
    if ceph is not None:
        return Level.ERROR if ceph.group(1).startswith("-") else Level.QUIET
    field = _FIELD.search(head) if "=" in head or ":" in head else None
    if field is not None and field.group(1).lower() in _NAMES:
        return _NAMES[field.group(1).lower()]
    found = _WORD.search(head[:100])
    if found is not None:
        return _NAMES[next(word for word in found.groups() if word).lower().rstrip("0123456789")]
    letter = _LONE.match(head) or (_LETTER.match(head) if "[" in head else None)
    if letter is not None:
        return _LETTERS[letter.group(1)]
    local = _LOCAL.search(head[:80])
    if local is not None:
        return _local(local.group(1))
    sign = None if head.isascii() else _SIGN.match(head)
    if sign is not None:
        return Level.ERROR if sign.group(1) else Level.WARN if sign.group(2) else Level.QUIET
    numbered = _PRI.match(head) if head[:1] == "<" else None
    return _SYSLOG[int(numbered.group(1)) % 8] if numbered is not None else Level.NONE


def loaded(text: str) -> dict[str, Any]:
    """Return the JSON object that the text is, or an empty one."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def level_of_record(record: dict[str, Any]) -> Level:
    """Return the level that a structured record says it has."""
    lowered = {str(key).lower(): value for key, value in record.items()}
    for key in _FIELDS:
        value = lowered.get(key)
        if value is None or isinstance(value, (dict, list, bool)):
            continue
        word = str(value).strip()
        word = _PINO.get(word, word)
        if word.isdecimal() and int(word) < len(_SYSLOG):
            return _SYSLOG[int(word)]
        if word.lower() in _NAMES:
            return _NAMES[word.lower()]
        if word[:1] in _LETTERS and (len(word) == 1 or (key == "s" and word[1:].isdecimal())):
            return _LETTERS[word[:1]]
        local = _LOCAL.search(word)
        if local is not None:
            return _local(local.group(1))
        if key != "s":
            return Level.NONE
    return Level.NONE


def _local(word: str) -> Level:
    lowered = word.lower().replace("i\u0307", "i")
    if lowered.startswith(_LOCAL_FATAL):
        return Level.FATAL
    if lowered.startswith(_LOCAL_WARN):
        return Level.WARN
    return Level.QUIET if lowered.startswith(_LOCAL_QUIET) else Level.ERROR

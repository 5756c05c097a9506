"""In what form a noise line comes: bare, stamped in its own way, or as the failing program prints its lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import re2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.noise.kinds import Line

BARE, NATIVE, ADOPTED = "bare", "native", "adopted"
FORMS = (BARE, NATIVE, ADOPTED)

STAMP = r"\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]?"
WORDS = (
    *("trace", "debug", "info", "notice", "warn", "warning", "error", "err"),
    *("fatal", "critical", "severe", "panic", "emerg", "alert"),
)
LEVEL = rf"\[?\b(?:{'|'.join((*WORDS, *(word.upper() for word in WORDS)))})\b\]?"
HEADS = (
    re2.compile(rf"^(?P<stamp>{STAMP})(?P<gap>\s+)(?P<level>{LEVEL})(?P<after>:?\s)"),
    re2.compile(rf"^(?P<stamp>{STAMP})(?P<gap>\s)"),
    re2.compile(r"^(?P<stamp>\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?)(?P<gap>\s)"),
    re2.compile(rf"^(?P<level>{LEVEL})(?P<after>:?\s)"),
)
KLOG = re2.compile(r"^[IWEF](?P<stamp>\d{4} \d\d:\d\d:\d\d\.\d{6}\s+\d+) \S+\]")
LOGFMT = re2.compile(r"^(?P<key>time|ts|t)=(?P<stamp>\"[^\"]*\"|\S+) ")
KLOG_LETTERS = {"DEBUG": "I", "INFO": "I", "WARN": "W", "WARNING": "W", "ERROR": "E"}
LONGEST = 4000
"""Characters of a line that is looked at for its form."""


def formed(block: Sequence[Line], form: str, beside: Sequence[str]) -> list[str] | None:
    """Return a block's lines in a form, or None when the form gives nothing new.

    ``beside`` is the log into which they go; ``adopted`` takes its form from the stamped line nearest to the end.
    """
    if form == BARE:
        return [text for _, text in block]
    if not any(level for level, _ in block):
        return None
    if form == NATIVE:
        return [f"2026-11-22T03:11:39.412Z {level} {text}" if level else text for level, text in block]
    wrap = next((wrap for line in reversed(beside) if (wrap := _form_of(line[:LONGEST]))), None)
    return None if wrap is None else [wrap(level, text) if level else text for level, text in block]


def _form_of(line: str):
    """Return what writes a line as this one is written, or None when this one has no form."""
    if line.startswith("{"):
        return _json_form(line)
    if found := KLOG.search(line):
        return lambda level, text: f"{KLOG_LETTERS[level]}{found.group('stamp')} main.go:41] {text}"
    if found := LOGFMT.search(line):
        head = f"{found.group('key')}={found.group('stamp')}"
        return lambda level, text: f"{head} level={level.lower()} msg={json.dumps(text)}"
    for pattern in HEADS:
        if found := pattern.search(line):
            return _headed(found.groupdict())
    return None


def _headed(parts: dict[str, str | None]):
    stamp, gap = parts.get("stamp") or "", parts.get("gap") or ""
    pattern, after = parts.get("level"), parts.get("after") or ""

    def wrap(level: str, text: str) -> str:
        return f"{stamp}{gap}{_like(level, pattern)}{after}{text}" if pattern else f"{stamp}{gap}{text}"

    return wrap


def _like(level: str, pattern: str) -> str:
    """Return a level in the letters and brackets of another."""
    bare = pattern.strip("[]")
    word = level.lower() if bare.islower() else level
    return pattern.replace(bare, word)


TIMES = ("time", "ts", "timestamp", "@timestamp", "t", "@t", "datetime")
LEVELS = ("level", "severity", "log.level", "@level", "lvl", "levelname", "@l")
MESSAGES = ("msg", "message", "@message", "short_message", "@mt", "event")


def _json_form(line: str):
    try:
        data = json.loads(line)
    except ValueError:
        return None
    if not isinstance(data, dict):
        return None
    time, level, message = (next((key for key in keys if key in data), "") for keys in (TIMES, LEVELS, MESSAGES))
    if not message:
        return None

    def wrap(said: str, text: str) -> str:
        made = {time: data[time]} if time else {}
        if level:
            lower = isinstance(data[level], str) and data[level].islower()
            # pino and bunyan count: 30 is info, 40 warn, 50 error
            number = {"DEBUG": 20, "INFO": 30, "ERROR": 50}.get(said, 40)
            made[level] = number if isinstance(data[level], int) else said.lower() if lower else said
        return json.dumps({**made, message: text})

    return wrap

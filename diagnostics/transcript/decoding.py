"""From a container's log to lines as the program meant them, with levels, times and fields. Nothing here raises."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript import prefixes, records, terms
from diagnostics.transcript.clock import instant
from diagnostics.transcript.levels import level
from diagnostics.transcript.model import QUOTE_LIMIT, Level
from diagnostics.transcript.prefilter import skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

LINES: Final = 20_000
"""Newest lines that are read; a container that prints more died of something near the end all the same."""

DECODED: Final = 65536
"""Characters of one line that are decoded as a record."""

MATCHED: Final = 8192
"""Characters of one decoded line that are kept: its head, and of a longer one its tail too."""

_TAIL: Final = 2048

_GONE: Final = (
    "unable to retrieve container logs for ",
    "failed to try resolving symlinks in path ",
    "rpc error: code = NotFound",
)
"""What the kubelet says instead of a log that is not there any more."""
_ESCAPED: Final = compiled(r"\\n(?:\\t| {2,})|\\n.*\\n")
_BEHIND: Final = compiled(r"(?:\t|\s{2,}|: | )\{\"")
_QUOTED_CR: Final = compiled(r"\r(['\"`\x{2019}\x{201D}])")
_CATEGORY: Final = compiled(r"^(?:trce|dbug|info|warn|fail|crit): [\w.+`<>\[\], ]+\[\d+\]$")
"""The head of a record of .NET's console logger; its words stand on the next, indented line."""


_ABOUT: Final = compiled(
    r"(?i)^\s*\"(?:severity|level|log_?level|name|file|line|column|routine|length|position|pid|time|timestamp|hostname)\""
    r" ?: ?(?:\"[^\"]*\"|-?[\d.]+|null|true|false),?\s*$"
)
"""What a printed object tells about its error beside the words: its level, its place in the server's own source."""
_SAID: Final = compiled(
    r"(?i)^(\s*)\"(?:message|msg|error|err|details?|reason|description|stack|cause)\" ?: ?(\"(?:[^\"\\]|\\.)+\"),?\s*$"
)
"""The words themselves."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A log as it is read on: all tuples are of one length."""

    lines: tuple[str, ...]
    bare: tuple[str, ...]
    verbatim: tuple[str, ...]
    times: tuple[str, ...]
    instants: tuple[datetime | None, ...]
    levels: tuple[Level, ...]
    dull: tuple[bool, ...]
    """Old lines that only inform: they never decide."""
    fields: Mapping[int, Mapping[str, str]]
    records: tuple[int, ...]
    """The raw line that each line comes from: lines of one record share it."""


def decoded(raw: Iterable[tuple[str, str]]) -> Lines:
    """Return the lines of ``(time, text)`` pairs, oldest first."""
    kept = [(at, text) for at, text in raw if not text.startswith(_GONE)]
    return _Decoder(kept[-LINES:]).result()


def readable(line: str) -> bool:
    """Whether the line has a letter or a digit."""
    return any(char.isalnum() for char in line)


class _Decoder:
    def __init__(self, raw: Sequence[tuple[str, str]]) -> None:
        self._lines: list[str] = []
        self._verbatim: list[str] = []
        self._times: list[str] = []
        self._levels: list[Level] = []
        self._dull: list[bool] = []
        self._records: list[int] = []
        self._fields: dict[int, Mapping[str, str]] = {}
        headed = Level.NONE
        for index, ((at, text), dull) in enumerate(zip(raw, skipped([text for _, text in raw]), strict=True)):
            if dull is not None:
                self._add(index, at, prefixes.plain(text), text, dull, dull=True)
                headed = Level.NONE
                continue
            line = prefixes.plain(text if len(text) <= DECODED else _bounded(text))
            words = line.strip()
            own = headed if headed and line[:1].isspace() else Level.NONE
            heads = words[4:6] == ": " and _CATEGORY.match(words[:200]) is not None
            headed = level(words) if heads else Level.NONE
            self._open(index, at, line, text, own)

    def _open(self, index: int, at: str, line: str, text: str, level_before: Level, depth: int = 0) -> None:
        record = _record(line)
        term = terms.opened(line)
        if term:
            self._add(index, at, term, text, Level.NONE)
            return
        if record is None:
            line = prefixes.uncarried(line)
            about = _ABOUT.match(line[:200]) is not None
            line = line if about else _spoken(line)
            own = Level.NONE if about else level_before or level(line)
            for part in _split(line):
                self._add(index, at, part, text, own)
            return
        if record.inner and depth < 3:
            self._open(index, at, prefixes.plain(record.inner), record.inner, level_before, depth + 1)
            return
        first = len(self._lines)
        for part in record.parts:
            for piece in _split(prefixes.plain(part)):
                self._add(index, at, piece, text, record.level)
        if record.fields and len(self._lines) > first:
            self._fields[first] = record.fields

    def _add(self, index: int, at: str, line: str, text: str, level: Level, *, dull: bool = False) -> None:
        whole = text if text.isascii() else text.encode("utf-8", "replace").decode()
        self._lines.append(_kept(line))
        own = len(text) > QUOTE_LIMIT and line.strip()
        self._verbatim.append((line if own else whole)[:QUOTE_LIMIT])
        self._times.append(at)
        self._levels.append(level)
        self._dull.append(dull)
        self._records.append(index)

    def result(self) -> Lines:
        return Lines(
            lines=tuple(self._lines),
            bare=tuple(
                line if skip else prefixes.bare(line) for line, skip in zip(self._lines, self._dull, strict=True)
            ),
            verbatim=tuple(self._verbatim),
            times=tuple(self._times),
            instants=tuple(instant(at) for at in self._times),
            levels=tuple(self._levels),
            dull=tuple(self._dull),
            fields=self._fields,
            records=tuple(self._records),
        )


def _record(line: str) -> records.Record | None:
    words = line.strip()
    if words[:1] == "{" and words[-1:] == "}":
        return records.opened_json(words)
    if words[-1:] == "}":  # zap's console encoder: its fields are a JSON object behind the message
        behind = _BEHIND.search(line)
        record = (
            records.opened_zap(line[: behind.start()], line[behind.end() - 2 :].strip(), level(line))
            if behind
            else None
        )
        if record is not None:
            return record
    if "=" in words:
        return records.opened_logfmt(line, level(line))
    return None


def _spoken(line: str) -> str:
    """Return the words of a printed object's message without their quotes, or the line as it is."""
    found = _SAID.match(line[:MATCHED])
    if found is None:
        return line
    try:
        words = json.loads(found.group(2))
    except ValueError:
        return line
    return found.group(1) + str(words).replace("\r", "").replace("\n", "\\n").replace("\t", "\\t")


def _split(line: str) -> list[str]:
    """Open what a logger escaped: the line breaks of a stack trace inside one line.

    A carriage return before a closing quote belongs to the name that is quoted (CRLF), and is shown as one.
    """
    if "\r" in line:
        line = _QUOTED_CR.sub(r"\\r\1", line)
    if "\\n" not in line or _ESCAPED.search(line[:MATCHED]) is None:
        return line.splitlines() or [line]
    return line.replace("\\\\n", "\\n").replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"').splitlines()[:400]


def _bounded(text: str) -> str:
    return text[: DECODED - _TAIL] + " … " + text[-_TAIL:]


def _kept(line: str) -> str:
    return line if len(line) <= MATCHED else line[: MATCHED - _TAIL] + " … " + line[-_TAIL:]

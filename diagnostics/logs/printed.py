"""What a container printed, line by line: unwrapped for matching, verbatim for quoting, with times and levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import re2

from diagnostics.logs import blocks, unwrap
from diagnostics.logs.prefilter import Prefilter

if TYPE_CHECKING:
    from datetime import datetime

    from diagnostics.facts.model import Termination
    from diagnostics.snapshot import Log

LINES = 20_000
"""Newest lines that are read; a container that prints more died of something near the end all the same."""

QUOTE_LIMIT = 1000
"""Characters of a quoted line."""

_GONE = re2.compile(
    r"^unable to retrieve container logs for |^failed to try resolving symlinks in path |^rpc error: code = NotFound"
)


@dataclass(frozen=True, slots=True)
class Text:
    """The log as it is matched: all tuples are of one length."""

    lines: tuple[str, ...]
    bare: tuple[str, ...]
    verbatim: tuple[str, ...]
    times: tuple[str, ...]
    instants: tuple[datetime | None, ...]
    levels: tuple[str, ...]
    dull: tuple[bool, ...]
    """Old lines that only inform: never matched, and without a ``bare`` form."""


def said_only(log: Log) -> bool:
    """Whether the log holds only what the kubelet says of a log that is gone."""
    return all(_GONE.search(line.text[:200]) is not None or not line.text.strip() for line in log.lines)


def text_of(log: Log | None, termination: Termination | None) -> Text:
    """Return the newest lines of the log, or without any output those of the termination message."""
    raw = [(line.at, line.text) for line in log.lines[-LINES:] if _GONE.search(line.text[:200]) is None] if log else []
    if not any(text.strip() for _, text in raw):
        raw = [("", line) for line in message_of(termination).splitlines()]
    lines, verbatim, times, dull = [], [], [], []
    prefilter = Prefilter(len(raw))
    for index, (at, text) in enumerate(raw):
        if prefilter.dull(index, text):
            lines.append(unwrap.plain(text))
            verbatim.append(text[:QUOTE_LIMIT])
            times.append(at)
            dull.append(True)
            continue
        for part in unwrap.unwrapped(text):
            lines.append(part)
            verbatim.append(part if len(text) > QUOTE_LIMIT and part.strip() and part in text else text[:QUOTE_LIMIT])
            times.append(at)
            dull.append(False)
    return Text(
        lines=tuple(lines),
        bare=tuple("" if skip else unwrap.bare(line) for line, skip in zip(lines, dull, strict=True)),
        verbatim=tuple(verbatim),
        times=tuple(times),
        instants=tuple(blocks.instant(at) for at in times),
        levels=tuple("quiet" if skip else unwrap.level(text) for text, skip in zip(verbatim, dull, strict=True)),
        dull=tuple(dull),
    )


def message_of(termination: Termination | None) -> str:
    """Return the termination message where it is the program's own: StartError and the like are the runtime's."""
    if termination is None or termination.reason in ("StartError", "ContainerCannotRun", "ContainerStatusUnknown"):
        return ""
    return termination.message

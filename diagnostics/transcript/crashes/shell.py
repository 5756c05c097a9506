"""Shells: ``script: line N: command: reason``, with a child's signal among the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript.crashes import grammar

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines
    from diagnostics.transcript.model import Crash

HEAD: Final = r"^[\w./-]+: (?:line )?\d+:\s+\S"

_FAILED: Final = compiled(
    r"^([\w./-]*(?:sh|bash|entrypoint|run|start|init|docker-[\w.-]+|[\w.-]+/[\w.-]+)): (line )?(\d+):\s+(.*)$"
)
_SIGNAL: Final = compiled(
    r"^(?:\[?\d+\]?\s+)?(Illegal instruction|Segmentation fault|Killed|Aborted|Bus error|Floating point exception"
    r"|Terminated|Trace/breakpoint trap)\b"
)


def read(lines: Lines, start: int, floor: int) -> Crash | None:  # noqa: ARG001 — every grammar has one signature
    """Return the failure that the line tells of."""
    found = _FAILED.match(lines.bare[start][:2000])
    if found is None:
        return None
    signal = _SIGNAL.match(found.group(4)[:200])
    chain = [grammar.said(signal.group(1) if signal is not None else "", found.group(4), start)]
    frames = [grammar.frame("", found.group(1), found.group(3))]
    return grammar.crash("shell", chain, frames, (start, start + 1), uncaught=signal is not None)

"""Perl: ``message at FILE line N.``, missing modules, aborted compilations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript.crashes import grammar

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines
    from diagnostics.transcript.model import Crash, Frame

HEAD: Final = r" at \S+ line \d+(?:, <\w+> line \d+)?\.$"

_DIED: Final = compiled(r"^(.*) at (\S+) line (\d+)(?:, <\w+> line \d+)?\.$")
_CARRIED: Final = compiled(r"^(?:BEGIN failed--compilation aborted|Compilation failed in require|\s)")


def read(lines: Lines, start: int, floor: int) -> Crash | None:  # noqa: ARG001 — every grammar has one signature
    """Return the death that the line tells of, with the lines that only carry it on."""
    found = _DIED.match(lines.bare[start][:2000])
    if found is None:
        return None
    frames: list[Frame] = [grammar.frame("", found.group(2), found.group(3))]
    end = start + 1
    while end < len(lines.bare) and end - start < 40 and _CARRIED.match(lines.bare[end][:100]) is not None:
        end += 1
    chain = [grammar.said("", found.group(1), start)]
    return grammar.crash("perl", chain, frames, (start, end), uncaught=not grammar.logged(lines, start))

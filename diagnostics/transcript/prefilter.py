"""Which lines of a long log are worth a close look: the newest ones, and of the older ones those that tell of trouble.

A working program prints thousands of lines that differ in their numbers only. An old line that says of itself that it
only informs can never decide (``reading``: its weight stays below what is trusted), and one without any word of
trouble matches no signature; both are kept for the record and not matched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript.levels import level
from diagnostics.transcript.model import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

WINDOW: Final = 400
"""Newest lines that are always read closely: a crash, its noise after it and the line before that asked to stop."""

LONG: Final = 16384
"""Characters from which on a line is always read: it is a record, or a dump."""

DIGITS: Final = str.maketrans("0123456789", "0000000000")
"""Makes lines that differ in their numbers only alike."""
_TROUBLE: Final = compiled(
    r"(?i)err|fail|fatal|exce|panic|trace|refus|den(?:y|ied)|cannot|can'?t|couldn|could not|unable|\bnot?\b|no such"
    r"|missing|required|invalid|unknown|illegal|abort|kill|signal|segf|assert|crash|warn|crit|emerg|alert|severe|timed?"
    r"|expired|unreach|unavail|reset|closed|lost|full|exceed|exhaust|memory|heap|permission|forbidden|unauthor|bad"
    r"|wrong"
    r"|corrupt|lock|in use|already|undefined|unset|must|expected|waiting|retry|gave up|giving up|unexpected|unsupported"
    r"|mismatch|incompatible|caused by|throw|traceback|^\s|[^\x00-\x7f]"
)
"""Words without which hardly any signature matches; other scripts than ASCII are always read."""


SEEN: Final = 8
"""Old lines of one shape that are read closely: more of them say the same."""


KEPT: Final = (60, 300)
"""Of the old lines that tell of trouble the first and the newest are read closely: thousands of them are a flood."""


def skipped(lines: Sequence[str]) -> list[Level | None]:
    """Return for each line its level where it need not be read closely, and None where it must be."""
    shapes: dict[str, Level | None] = {}
    seen: dict[str, int] = {}
    told: list[Level | None] = []
    for index, line in enumerate(lines):
        told.append(None if index >= len(lines) - WINDOW or len(line) > LONG else _dull(line, shapes, seen))
    first, newest = KEPT
    close = [index for index in range(len(lines) - WINDOW) if told[index] is None and len(lines[index]) <= LONG]
    for index in close[first:-newest]:
        told[index] = level(lines[index])
    return told


def _dull(line: str, shapes: dict[str, Level | None], seen: dict[str, int]) -> Level | None:
    shape = line.translate(DIGITS)
    if shape not in shapes:
        shapes[shape] = _quiet(line)
    if shapes[shape] is not None:
        return shapes[shape]
    seen[shape] = seen.get(shape, 0) + 1
    return level(line) if seen[shape] > SEEN and not line[:1].isspace() else None


def _quiet(line: str) -> Level | None:
    text = line[:4000].encode("utf-8", "replace").decode()
    if level(text) is Level.QUIET:
        return Level.QUIET
    return Level.NONE if _TROUBLE.search(text) is None else None

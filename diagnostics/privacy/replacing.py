"""Replaces what a pattern finds, so many times at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.privacy.values import MARK

if TYPE_CHECKING:
    from collections.abc import Callable

    from diagnostics.patterns import Match, Pattern

MOST = 100
"""Matches of one pattern in one line; what stands behind them is hidden as a whole."""


def replaced(pattern: Pattern, replacement: str | Callable[[Match], str], text: str) -> str:
    """Return the text with what the pattern finds replaced."""
    kept: list[str] = []
    done = 0
    for count, match in enumerate(pattern.finditer(text)):
        kept.append(text[done : match.start()])
        if count == MOST:
            return "".join((*kept, MARK))
        kept.append(match.expand(replacement) if isinstance(replacement, str) else replacement(match))
        done = match.end()
    return "".join((*kept, text[done:])) if kept else text

"""Replaces what a pattern finds, so many times at most; and how what was found is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import Patterns
from diagnostics.privacy.values import MARK, harmless_value, odd, scrambled, sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from diagnostics.patterns import Match, Pattern

    Replacement = str | Callable[[Match], str]

MOST = 100
"""Matches of one pattern in one line; what stands behind them is hidden as a whole."""


def replaced(pattern: Pattern, replacement: Replacement, text: str) -> str:
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


class Rules(Patterns):
    """Patterns that are replaced one after the other, each with its replacement; one pass finds those that match."""

    def __init__(self, *rules: tuple[Pattern, Replacement]) -> None:
        super().__init__(*(pattern for pattern, _ in rules))
        self._rules = rules

    def replaced(self, text: str) -> str:
        """Return the text with what each pattern finds replaced."""
        for place in self.places(text):
            kept = replaced(*self._rules[place], text)
            if kept != text:
                return self._replaced_from(place + 1, kept)
        return text

    def _replaced_from(self, place: int, text: str) -> str:
        # Not the text any more of which it is known what matches.
        for rule in self._rules[place:]:
            text = replaced(*rule, text)
        return text


def unless_harmless(match: Match) -> str:
    """Hide the second group, which stands between two others, unless it says that it is no secret. Its quotes stay."""
    written = match.group(2)
    quote = written[0] if written[:1] in ("'", '"') and written[-1:] == written[:1] and len(written) > 1 else ""
    word = written[len(quote) : len(written) - len(quote)]
    if harmless_value(word) or sentence(word):
        return match.group(0)
    return match.group(1) + quote + MARK + quote + match.group(3)


def if_chosen(match: Match) -> str:
    """Hide the second group where it looks made up."""
    word = match.group(2)
    return unless_harmless(match) if odd(word) or scrambled(word) else match.group(0)

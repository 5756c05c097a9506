"""RE2, typed: the only regular expressions that foreign text may meet (linear time, whatever the text).

Python's ``re`` needed 414 s for what RE2 does in a millisecond on one hostile 64 KiB line. RE2 has no look-around
and no back-references: what they would do is done by the function given to ``sub``.
"""

from __future__ import annotations

from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

import re2

from diagnostics.literals import needed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Replacement = str | Callable[["Match"], str]


class Match(Protocol):
    """One match. Groups that took no part are None; positions are asked for by group number, never by name."""

    string: str

    def group(self, *groups: int | str) -> str:
        """Return the text of a group."""

    def __getitem__(self, group: int | str) -> str: ...

    def groups(self) -> tuple[str, ...]:
        """Return the texts of all groups."""

    def start(self, group: int = 0) -> int:
        """Return where a group begins, or -1."""

    def end(self, group: int = 0) -> int:
        """Return where a group ends, or -1."""

    def expand(self, template: str) -> str:
        r"""Return the template with ``\1`` and the like filled in."""

    def groupdict(self) -> dict[str, str | None]:
        """Return the named groups."""


class Pattern:
    """A pattern that is compiled when it is first used: most runs meet few of them."""

    def __init__(self, pattern: str) -> None:
        self.pattern: Final = pattern

    @cached_property
    def _ready(self) -> Any:
        return re2.compile(self.pattern, options())

    @cached_property
    def _groups(self) -> tuple[tuple[str, int], ...]:
        return tuple(self._ready.groupindex.items())

    def named(self, match: Match) -> dict[str, str]:
        """Return the named groups of a match that caught some text."""
        return {name: text for name, group in self._groups if (text := match[group])}

    def search(self, text: str, first: int = 0) -> Match | None:
        """Return the first match anywhere (from a place on)."""
        return cast("Match | None", self._ready.search(text, first))

    def match(self, text: str) -> Match | None:
        """Return the match at the beginning."""
        return cast("Match | None", self._ready.match(text))

    def fullmatch(self, text: str) -> Match | None:
        """Return the match of the whole text."""
        return cast("Match | None", self._ready.fullmatch(text))

    def finditer(self, text: str) -> Iterator[Match]:
        """Return all matches, left to right."""
        return cast("Iterator[Match]", self._ready.finditer(text))

    def findall(self, text: str) -> list[str]:
        """Return the texts of all matches (of the group, where the pattern has one)."""
        return cast("list[str]", self._ready.findall(text))

    def sub(self, repl: Replacement, text: str) -> str:
        """Return the text with every match replaced."""
        return str(self._ready.sub(repl, text))


class Patterns:
    """Several patterns looked for at once: one pass for the literals that they need, then those that can match.

    That pass needs them all compiled, which takes as long as many texts. ``patience``: so many texts are only held
    against the literals that are known beforehand, and a pattern is compiled when one of its own is met.
    """

    def __init__(self, *patterns: Pattern, patience: int = 200) -> None:
        self.patterns: Final = patterns
        self.patience = patience

    @cached_property
    def _filter(self) -> re2.Filter:
        found = re2.Filter()
        for each in self.patterns:
            found.Add(each.pattern, options())
        found.Compile()
        return found

    def places(self, text: str) -> list[int]:
        """Return the places of the patterns that match anywhere in the text, in order."""
        if self.patience > 0:
            self.patience -= 1
            return [place for place in self._likely(text) if self.patterns[place].search(text) is not None]
        hits = self._filter.Match(text)
        return sorted(hits) if hits else []

    def _likely(self, text: str) -> list[int]:
        folded = text.casefold()
        always, needing = self._needs
        held = (places for literal, places in needing.items() if literal in folded)
        return sorted(always.union(*held))

    @cached_property
    def _needs(self) -> tuple[frozenset[int], dict[str, list[int]]]:
        """The patterns of which no literal is known, and the places of the others by theirs."""
        needing: dict[str, list[int]] = {}
        always: set[int] = set()
        for place, pattern in enumerate(self.patterns):
            known = needed(pattern.pattern)
            for literal in known:
                needing.setdefault(literal, []).append(place)
            if not known:
                always.add(place)
        return frozenset(always), needing

    def found(self, text: str) -> frozenset[Pattern]:
        """Return the patterns that match anywhere in the text."""
        return frozenset(self.patterns[place] for place in self.places(text))


@lru_cache(maxsize=8192)
def compiled(pattern: str) -> Pattern:
    """Return a pattern; whitespace outside classes counts (RE2 has no verbose mode)."""
    return Pattern(pattern)


@cache
def options() -> Any:
    """Return RE2 options: silent."""
    found = re2.Options()
    found.log_errors = False
    return found


def encodable(text: str) -> str:
    """Return the text without lone surrogates (JSON may hold them, UTF-8 and thus RE2 may not)."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")

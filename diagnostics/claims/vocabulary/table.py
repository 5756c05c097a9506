"""A table of entries and how it is searched: first by the literals that its entries need.

One pass over the text (RE2's filter) tells which entries can match, and those alone are tried: one automaton of all
patterns took seconds to unfold.

An entry without a type is a harmless phrase: it takes its words from the entries that would misread them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from diagnostics.claims.model import NO_NAMES, ClaimType, Term
from diagnostics.patterns import Patterns, compiled, encodable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


LONGEST: Final = 8192
"""Characters of a text that are read; the rest of a longer one is data."""

VALUE_LIMIT: Final = 512
"""Characters of a name that are kept."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase and what it claims. Named groups become names; digits at a group's end tell alternatives apart."""

    type: ClaimType | None
    pattern: str
    names: Mapping[str, str] = field(default_factory=dict)
    """Names that the phrase implies: ``{"limit": "vm.max_map_count"}``."""
    source: str = ""


class Table:
    """Entries of one vocabulary, or of several: earlier ones win where two match the same words."""

    def __init__(self, source: str, entries: Iterable[Entry]) -> None:
        self.source: Final = source
        self.entries: Final = tuple(
            entry if entry.source else Entry(entry.type, entry.pattern, entry.names, source) for entry in entries
        )

    @cached_property
    def _patterns(self) -> Patterns:
        return Patterns(*(compiled(entry.pattern) for entry in self.entries), patience=1000)

    def terms(self, text: str) -> tuple[Term, ...]:
        """Return what the text's words mean, in order of place; words inside a longer phrase belong to that one."""
        return self.parted(text)[0]

    def parted(self, text: str) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
        """Return the terms, and apart from them the harmless phrases (their type says nothing)."""
        found = self._found(text)
        return _outermost(found), tuple(term for kind, term in found if kind is None)

    def named(self, text: str, key: str) -> tuple[str, ...]:
        """Return what the text names under one key, harmless phrases included."""
        return tuple(dict.fromkeys(term.names[key] for _, term in self._found(text) if key in term.names))

    def _found(self, text: str) -> tuple[tuple[ClaimType | None, Term], ...]:
        return _found(self, encodable(text[:LONGEST]))

    def found(self, shown: str) -> Iterator[tuple[ClaimType | None, Term]]:
        """Yield what the entries find, in their order."""
        return (found for index in self._patterns.places(shown) for found in self._placed(index, shown))

    def _placed(self, index: int, text: str) -> Iterator[tuple[ClaimType | None, Term]]:
        entry = self.entries[index]
        pattern = self._patterns.patterns[index]
        for match in pattern.finditer(text):
            if match.end() > match.start():
                names = _names(pattern.named(match), entry.names)
                kind = entry.type or ClaimType.EXCEPTION
                yield entry.type, Term(kind, match.start(), match.end(), names, entry.source)


@lru_cache(maxsize=256)
def _found(table: Table, shown: str) -> tuple[tuple[ClaimType | None, Term], ...]:
    """Return what a table finds: several questions are asked of one line."""
    return tuple(table.found(shown))


def _names(told: Mapping[str, str], implied: Mapping[str, str]) -> Mapping[str, str]:
    found = dict(implied)
    for group, value in told.items():
        found.setdefault(group.rstrip("0123456789"), value[:VALUE_LIMIT])
    return found or NO_NAMES


def _outermost(found: Iterable[tuple[ClaimType | None, Term]]) -> tuple[Term, ...]:
    """Return the typed terms that lie inside no longer one and touch none of their own type (of equals the first)."""
    kept: list[tuple[ClaimType | None, Term]] = []
    for kind, term in sorted(found, key=lambda item: item[1].start - item[1].end):
        if not any(_holds(other, term) or (kind is same and meets(other, term)) for same, other in kept):
            kept.append((kind, term))
    return tuple(sorted((term for kind, term in kept if kind is not None), key=lambda term: (term.start, term.end)))


def _holds(outer: Term, inner: Term) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def meets(one: Term, other: Term) -> bool:
    """Whether two terms share characters."""
    return one.start < other.end and other.start < one.end

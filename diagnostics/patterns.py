"""RE2, typed: the only regular expressions that foreign text may meet (linear time, whatever the text).

Python's ``re`` needed 414 s for what RE2 does in a millisecond on one hostile 64 KiB line. RE2 has no look-around
and no back-references: what they would do is done by the function given to ``sub``.

Lines are held against hundreds of patterns, most of which do not match. The package's own layer makes a generator, a
closure and tables of places for each look, two to four times what RE2 itself takes; here RE2 is asked directly.
"""

from __future__ import annotations

from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

import re2
from re2 import _re2

from diagnostics.literals import needed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Replacement = str | Callable[["Match"], str]
    Spans = list[tuple[int, int]]

_ANYWHERE, _AT_START, _WHOLE = (
    _re2.RE2.Anchor.UNANCHORED,
    _re2.RE2.Anchor.ANCHOR_START,
    _re2.RE2.Anchor.ANCHOR_BOTH,
)


class Match:
    """One match. Groups that took no part are None; positions are asked for by group number, never by name.

    Typed as if all groups took part: who uses a pattern knows which of its groups may not, and a check of each would
    say so everywhere else too.
    """

    __slots__ = ("_places", "_spans", "string")

    def __init__(self, string: str, spans: Spans, places: Mapping[str, int]) -> None:
        self.string = string
        self._spans = spans
        self._places = places

    def group(self, group: int | str = 0) -> str:
        """Return the text of a group."""
        return self[group]

    def __getitem__(self, group: int | str) -> str:
        if isinstance(group, str):
            if group not in self._places:
                raise IndexError(f"the pattern has no group {group}")
            group = self._places[group]
        start, end = self._spans[group]
        return None if start < 0 else self.string[start:end]  # type: ignore[return-value]

    def groups(self) -> tuple[str, ...]:
        """Return the texts of all groups."""
        return tuple(self[group] for group in range(1, len(self._spans)))

    def start(self, group: int = 0) -> int:
        """Return where a group begins, or -1."""
        return self._spans[group][0]

    def end(self, group: int = 0) -> int:
        """Return where a group ends, or -1."""
        return self._spans[group][1]

    def expand(self, template: str) -> str:
        r"""Return the template with ``\1`` and ``\g<name>`` filled in; ``\\`` is a backslash."""
        return "".join(part if kind is str else self[part] or "" for kind, part in _parts(template))

    def groupdict(self) -> dict[str, str | None]:
        """Return the named groups."""
        return {name: self[group] for name, group in self._places.items()}


class Pattern:
    """A pattern that is compiled when it is first used: most runs meet few of them."""

    def __init__(self, pattern: str) -> None:
        self.pattern: Final = pattern

    @cached_property
    def _re2(self) -> Any:
        found = _re2.RE2(self.pattern.encode(), options())
        if not found.ok():
            raise re2.error(found.error())
        return found

    @cached_property
    def _look(self) -> Callable[[Any, bytes, int, int], Spans]:
        look: Callable[[Any, bytes, int, int], Spans] = self._re2.Match
        return look

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name.decode(): group for name, group in self._re2.NamedCapturingGroups()}

    def named(self, match: Match) -> dict[str, str]:
        """Return the named groups of a match that caught some text."""
        return {name: text for name, group in self._places.items() if (text := match[group])}

    def search(self, text: str, first: int = 0) -> Match | None:
        """Return the first match anywhere (from a place on)."""
        raw = text.encode()
        return self._found(text, raw, self._look(_ANYWHERE, raw, _bytes(text, raw, first) if first else 0, len(raw)))

    def match(self, text: str) -> Match | None:
        """Return the match at the beginning."""
        raw = text.encode()
        return self._found(text, raw, self._look(_AT_START, raw, 0, len(raw)))

    def fullmatch(self, text: str) -> Match | None:
        """Return the match of the whole text."""
        raw = text.encode()
        return self._found(text, raw, self._look(_WHOLE, raw, 0, len(raw)))

    def _found(self, text: str, raw: bytes, spans: Spans) -> Match | None:
        if spans[0][0] < 0:
            return None
        return Match(text, spans if len(raw) == len(text) else _in_signs(raw, spans, 0, 0), self._places)

    def finditer(self, text: str) -> Iterator[Match]:
        """Return all matches, left to right."""
        raw = text.encode()
        size, ascii_only = len(raw), len(raw) == len(text)
        at = seen = signs = 0
        while (spans := self._look(_ANYWHERE, raw, at, size))[0][0] >= 0:
            begin, end = spans[0]
            if ascii_only:
                yield Match(text, spans, self._places)
            else:
                # Counted on from the last match: one pass over the text, however many there are.
                signs += _re2.BytesToCharLen(raw, seen, begin)
                seen = begin
                yield Match(text, _in_signs(raw, spans, begin, signs), self._places)
            if at == size:
                return
            # Nothing was matched where the look began: on by a sign, or it would stay there.
            at = end if end != at else at + (1 if ascii_only else _re2.CharLenToBytes(raw, at, 1))

    def findall(self, text: str) -> list[Any]:
        """Return the texts of all matches (of the group, where the pattern has one; tuples, where it has several)."""
        found = [tuple(part or "" for part in match.groups()) or (match[0],) for match in self.finditer(text)]
        return [parts[0] if len(parts) == 1 else parts for parts in found]

    def sub(self, repl: Replacement, text: str) -> str:
        """Return the text with every match replaced."""
        kept: list[str] = []
        done = 0
        for match in self.finditer(text):
            kept += (text[done : match.start()], match.expand(repl) if isinstance(repl, str) else repl(match))
            done = match.end()
        return "".join((*kept, text[done:])) if kept else text


def _bytes(text: str, raw: bytes, place: int) -> int:
    """Return a place in the text as a place in its UTF-8."""
    inside = min(place, len(text))
    return inside if len(raw) == len(text) else int(_re2.CharLenToBytes(raw, 0, inside))


def _in_signs(raw: bytes, spans: Spans, begin: int, signs: int) -> Spans:
    """Return places in UTF-8 as places in the text; ``signs`` stand before the byte ``begin``, which is before all."""

    def counted(at: int) -> int:
        return signs + int(_re2.BytesToCharLen(raw, begin, at))

    return [(start, end) if start < 0 else (counted(start), counted(end)) for start, end in spans]


_REFERENCE = Pattern(r"\\(?:([1-9][0-9]?)|g<(\w+)>|(.))")


@lru_cache(maxsize=256)
def _parts(template: str) -> tuple[tuple[type, Any], ...]:
    """Return the pieces of a template: text as it is (``str``), groups by number or name (``int``)."""
    parts: list[tuple[type, Any]] = []
    done = 0
    for found in _REFERENCE.finditer(template):
        number, name, sign = found.groups()
        if sign not in (None, "\\"):
            raise ValueError(f"the template {template} holds \\{sign}")
        parts.append((str, template[done : found.start()]))
        parts.append((str, sign) if sign else (int, int(number or name) if (number or name).isdecimal() else name))
        done = found.end()
    return (*parts, (str, template[done:]))


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

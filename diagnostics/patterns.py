"""RE2, typed: the only regular expressions that foreign text may meet (linear time, whatever the text).

Python's ``re`` needed 414 s for what RE2 does in a millisecond on one hostile 64 KiB line. RE2 has no look-around
and no back-references: what they would do is done by the function given to ``sub``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

import re2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Replacement = str | Callable[["Match"], str]


class Match(Protocol):
    """One match. Groups that took no part are None; positions are asked for by group number, never by name."""

    string: str

    def group(self, *groups: int | str) -> str:
        """Return the text of a group."""

    def start(self, group: int = 0) -> int:
        """Return where a group begins, or -1."""

    def end(self, group: int = 0) -> int:
        """Return where a group ends, or -1."""

    def groupdict(self) -> dict[str, str | None]:
        """Return the named groups."""


class Pattern(Protocol):
    """A compiled pattern."""

    pattern: str

    def search(self, text: str) -> Match | None:
        """Return the first match anywhere."""

    def fullmatch(self, text: str) -> Match | None:
        """Return the match of the whole text."""

    def finditer(self, text: str) -> Iterator[Match]:
        """Return all matches, left to right."""

    def sub(self, repl: Replacement, text: str) -> str:
        """Return the text with every match replaced."""


def compiled(pattern: str) -> Pattern:
    """Return a compiled pattern; whitespace outside classes counts (RE2 has no verbose mode)."""
    options = re2.Options()
    options.log_errors = False
    return cast("Pattern", re2.compile(pattern, options))


def encodable(text: str) -> str:
    """Return the text without lone surrogates (JSON may hold them, UTF-8 and thus RE2 may not)."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")

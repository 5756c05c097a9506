"""The catalogue of signatures: what programs print when they die, and what the kubelet and the runtimes say.

Signatures are TOML, one file per technology (``diagnostics/signatures``); users add their own in the same form with
``Catalogue.with_folder``. All patterns are RE2 and are tried in one pass over a line, because a log may be long and
its text is foreign. The meaning of each key of a signature is on ``Signature``.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import re2

from diagnostics.claims.groups import CRASHES
from diagnostics.claims.signature import Signature, compiled, options, usable
from diagnostics.claims.signature_files import CatalogueError, check, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Catalogue", "CatalogueError", "Signature", "TextMatch", "builtin", "check", "compiled", "texts"]

BUILTIN = Path(__file__).parents[1] / "signatures"

_SET_SIZE = 80
"""Patterns searched together: many small automata stay in the cache where one of all patterns would not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMatch:
    """A text of the kubelet, a runtime or a controller that was recognised."""

    id: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Signatures ready for matching. Build it with ``builtin`` or ``with_folder``, never per line."""

    signatures: tuple[Signature, ...]
    _logs: _Set = field(init=False, repr=False, compare=False)
    _texts: _Set = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_logs", _Set(entry for entry in self.signatures if not entry.field))
        object.__setattr__(self, "_texts", _Set(entry for entry in self.signatures if entry.field))

    def match(self, line: str) -> list[tuple[Signature, dict[str, str]]]:
        """Return the log signatures that match the line with what they extract, specific before wrapper."""
        return sorted(self._logs.match(line), key=lambda pair: (pair[0].wrapper, pair[0].claim in CRASHES))

    @property
    def deprecations(self) -> tuple[str, ...]:
        """What authors of signatures should write otherwise, a sentence each with its file and line."""
        return tuple(entry.deprecation for entry in self.signatures if entry.deprecation)

    def found(self, line: str) -> list[tuple[Signature, dict[str, str], int, int]]:
        """Return the log signatures that match the line, with what they extract and where, in the catalogue's order."""
        return [(entry, *placed) for entry, _ in self._logs.match(line) if (placed := entry.found(line)) is not None]

    def texts(self, message: str, prefix: str = "") -> tuple[TextMatch, ...]:
        """Return the kubelet's and runtimes' texts found in a message, those whose id begins with ``prefix``."""
        # Older runtimes quote the error inside a quoted text: caused "exec: \"x\": stat x: no such file".
        found = self._texts.match(message.replace('\\"', '"'))
        return tuple(TextMatch(id=entry.id, names=names) for entry, names in found if entry.id.startswith(prefix))

    def with_folder(self, folder: Path) -> Catalogue:
        """Return this catalogue with the user's ``*.toml`` in front: a user's signature replaces ours of the same id.

        Raises ``CatalogueError`` naming file and line when a file, a pattern or one of its own samples is wrong.
        """
        if not folder.is_dir():
            raise CatalogueError(f"{folder}: is not a folder of signatures")
        added = load(folder)
        for entry in added:
            check(entry)
        ids = {entry.id for entry in added}
        return Catalogue((*added, *(entry for entry in self.signatures if entry.id not in ids)))


class _Set:
    """Patterns searched together in one pass."""

    __slots__ = ("_entries", "_sets")

    def __init__(self, entries: Iterable[Signature]) -> None:
        self._entries = tuple(entries)
        self._sets: list[Any] = []
        for start in range(0, len(self._entries), _SET_SIZE):
            patterns = re2.Set.SearchSet(options())
            for entry in self._entries[start : start + _SET_SIZE]:
                patterns.Add(entry.pattern)
            patterns.Compile()
            self._sets.append(patterns)

    def match(self, line: str) -> list[tuple[Signature, dict[str, str]]]:
        """Return entries and names, in the catalogue's order."""
        text = usable(line)
        found = []
        for number, patterns in enumerate(self._sets):
            for index in sorted(patterns.Match(text) or ()):
                entry = self._entries[number * _SET_SIZE + index]
                names = entry.names(text)
                if names is not None:
                    found.append((entry, names))
        return found


@functools.cache
def builtin() -> Catalogue:
    """Return the signatures that ship with the product."""
    return Catalogue(load(BUILTIN))


def texts(message: str, prefix: str = "") -> tuple[TextMatch, ...]:
    """Return the kubelet's and runtimes' texts of the built-in catalogue that are found in a message."""
    return builtin().texts(message, prefix)

"""The catalogue of signatures: what programs print when they die, and what the kubelet and the runtimes say.

Signatures are TOML, one file per technology (``diagnostics/signatures``); users add their own in the same form with
``Catalogue.with_folder``. All patterns are RE2 and are tried in one pass over a line, because a log may be long and
its text is foreign. The meaning of each key of a signature is on ``Signature``.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from diagnostics.claims.groups import CRASHES
from diagnostics.claims.signature import Signature, usable
from diagnostics.claims.signature_files import CatalogueError, check, load
from diagnostics.patterns import Patterns, compiled

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

__all__ = ["Catalogue", "CatalogueError", "Signature", "TextMatch", "builtin", "check", "texts"]

BUILTIN = Path(__file__).parents[1] / "signatures"


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
        found = [(entry, names) for entry, names, _, _ in self._logs.found(line)]
        return sorted(found, key=lambda pair: (pair[0].wrapper, pair[0].claim in CRASHES))

    @property
    def deprecations(self) -> tuple[str, ...]:
        """What authors of signatures should write otherwise, a sentence each with its file and line."""
        return tuple(entry.deprecation for entry in self.signatures if entry.deprecation)

    def found(self, line: str, without: Container[str] = ()) -> list[tuple[Signature, dict[str, str], int, int]]:
        """Return the log signatures that match the line, with what they extract and where, in the catalogue's order.

        ``without``: ids that need not be looked for.
        """
        return self._logs.found(line, without)

    def texts(self, message: str, prefix: str = "") -> tuple[TextMatch, ...]:
        """Return the kubelet's and runtimes' texts found in a message, those whose id begins with ``prefix``."""
        # Older runtimes quote the error inside a quoted text: caused "exec: \"x\": stat x: no such file".
        found = self._texts.found(message.replace('\\"', '"'))
        return tuple(TextMatch(id=entry.id, names=names) for entry, names, _, _ in found if entry.id.startswith(prefix))

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
    """Signatures searched together."""

    __slots__ = ("_entries", "_patterns")

    def __init__(self, entries: Iterable[Signature]) -> None:
        self._entries = tuple(entries)
        self._patterns = Patterns(*(compiled(entry.pattern) for entry in self._entries), patience=1000)

    def found(self, line: str, without: Container[str] = ()) -> list[tuple[Signature, dict[str, str], int, int]]:
        """Return entries with what they extract and where, in the catalogue's order."""
        text = usable(line)
        hits = (self._entries[place] for place in self._patterns.places(text))
        return [
            (entry, *placed) for entry in hits if entry.id not in without and (placed := entry.found(text)) is not None
        ]


@functools.cache
def builtin() -> Catalogue:
    """Return the signatures that ship with the product."""
    return Catalogue(load(BUILTIN))


def texts(message: str, prefix: str = "") -> tuple[TextMatch, ...]:
    """Return the kubelet's and runtimes' texts of the built-in catalogue that are found in a message."""
    return builtin().texts(message, prefix)

"""All vocabularies together: the closed ones for any line, the families for records that are known to fail."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

from diagnostics.claims.vocabulary import (
    databases,
    errno,
    exceptions,
    families,
    grpc,
    http,
    kernel,
    kubernetes,
    resolver,
    signals,
    tls,
    versions,
)
from diagnostics.claims.vocabulary.table import Table, meets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnostics.claims.model import Term

CLOSED: Final = (kernel, kubernetes, versions, databases, tls, resolver, exceptions, errno, grpc, http, signals)
"""Special before general: of two vocabularies that know the same words the earlier one is believed."""


def closed(text: str) -> tuple[Term, ...]:
    """Return what the closed vocabularies know of a text, whether or not it fails."""
    return _closed().terms(text)


def failing(text: str) -> tuple[Term, ...]:
    """Return what all vocabularies know of the text of a record that is known to fail, closed ones before families.

    A family's phrase around words that a closed vocabulary knows adds its names where both claim the same, and never
    takes them away; a switch or a harmless phrase takes them.
    """
    known, harmless = _closed().parted(text)
    guessed, muted = families.TABLE.parted(text)
    sure = [term for term in known if not any(meets(term, span) for span in muted)]
    named = [replace(term, names=_more(term, guessed)) for term in sure]
    free = (term for term in guessed if not any(meets(term, span) for span in harmless))
    rest = [term for term in free if not any(_explained(term, other) for other in sure)]
    return (*named, *rest)


def _more(term: Term, guessed: tuple[Term, ...]) -> Mapping[str, str]:
    told = set(term.names.values())
    same = [other.names for other in guessed if other.type is term.type and meets(term, other)]
    return {**{key: name for key, name in same[0].items() if name not in told}, **term.names} if same else term.names


def _explained(guess: Term, known: Term) -> bool:
    """Whether a closed vocabulary knows the words that a family's phrase stands on."""
    return known.start <= guess.start < known.end or (guess.type is known.type and meets(guess, known))


@cache
def _closed() -> Table:
    return Table("closed", (entry for part in CLOSED for entry in part.TABLE.entries))

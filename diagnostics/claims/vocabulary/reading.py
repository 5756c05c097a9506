"""All vocabularies in one pass: the closed ones for any line, the families for records that are known to fail."""

from __future__ import annotations

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
from diagnostics.claims.vocabulary.table import Table

if TYPE_CHECKING:
    from diagnostics.claims.model import Term

CLOSED: Final = (kernel, kubernetes, versions, databases, tls, resolver, exceptions, errno, grpc, http, signals)
"""Special before general: of two vocabularies that know the same words the earlier one is believed."""


def closed(text: str) -> tuple[Term, ...]:
    """Return what the closed vocabularies know of a text, whether or not it fails."""
    return _closed().terms(text)


def failing(text: str) -> tuple[Term, ...]:
    """Return what all vocabularies know of the text of a record that is known to fail, closed ones before families."""
    found = _all().terms(text)
    return tuple(sorted(found, key=lambda term: (term.source == families.TABLE.source, term.start)))


@cache
def _closed() -> Table:
    return Table("closed", (entry for part in CLOSED for entry in part.TABLE.entries))


@cache
def _all() -> Table:
    return Table("failing", (*_closed().entries, *families.TABLE.entries))

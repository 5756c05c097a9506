"""A function that is undefined because the native library behind its module was not loaded.

``call to undefined function store:open`` is what the caller meets; ``The on_load function for module store returned
{error,{load_failed, "Error loading shared library ..."}}`` is why, wherever it stands in the log.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.claims.model import ClaimType
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnostics.claims.claim import Claim
    from diagnostics.transcript.model import Transcript

MISSING: Final = frozenset({ClaimType.LIBRARY_MISSING, ClaimType.MODULE_MISSING})

LOOKED: Final = 2000
"""Characters of a line that are looked at."""

ABOVE: Final = 1
"""Lines above the loader's words that may name the module: a record's own head."""

_UNDEFINED: Final = compiled(
    r"(?i)undefined function:? [\"'`]?(?P<module>[A-Za-z_][\w.]*?)(?:[:.]\w+)?[(/\"'`\s]"
    r"|\bfunction (?P<module2>[A-Z][\w.]*)\.\w+/\d+ is undefined"
    r"|\bCould not initialize class (?P<module3>[\w.$]+)|\bUnsatisfiedLinkError: '?[\w.]+ (?P<module4>[\w.$]+)\.\w+\("
)
"""A function that its module lacks, in the words of several runtimes."""


def reasons(transcript: Transcript, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield what a loader said of the module whose function the final words miss; it decides as they do."""
    end = transcript.deciding
    found = None if end is None else _UNDEFINED.search(transcript.bare[end][:LOOKED])
    module = "" if found is None else next((name for name in found.groups() if name), "")
    for claim in claims if len(module) > 2 else ():
        said = transcript.bare[max(0, claim.line - ABOVE) : claim.line + 1]
        if claim.type in MISSING and any(module in text[:LOOKED] for text in said):
            yield replace(claim, segment=0)

"""Why a file could not be read, written or locked, where another line says so: a right, a full disk, a frozen one.

``Unable to read instance id from /data/id:`` is what fails first; ``directory [/data] could not be created ...
errno = 13`` on the next line is why. ``Cannot acquire lock '/data/x.lck'`` ends it, and ``/data/x.lck (Permission
denied)`` of the same file says that nobody holds it. A line that gives an error number of its own needs no other.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.claims.claim import Exactness
from diagnostics.claims.model import ClaimType
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnostics.claims.claim import Claim
    from diagnostics.transcript.model import Transcript

REASONS: Final = frozenset({ClaimType.ACCESS_DENIED, ClaimType.READ_ONLY, ClaimType.NO_SPACE})
BELOW: Final = 2
"""Lines below in which the reason may stand."""
_ABSENT: Final = compiled(r"(?i)no such file|ENOENT|not found|does not exist|cannot find|could not find|missing")


_OF_FILES: Final = frozenset(
    {
        *(ClaimType.FILE_MISSING, ClaimType.FILE_INVALID, ClaimType.CERTIFICATE),
        *(ClaimType.LOCK_HELD, ClaimType.HALF_DONE, ClaimType.DATA_CORRUPT),
    }
)
"""Claims on a file that only a look into it, or at its directory, can prove."""


_MAKES: Final = compiled(
    r"(?i)\b(?:can ?not|can't|could ?n[o']t|unable to|failed to) (?:be )?(?:create|make|mkdir|write|open"
    r"|touch)[^\n/]{0,40}"
    r"['\"(]?(/[^\s'\":,;)]+)"
)
"""Something that could not be made, with its path and without a reason."""


def reasons(transcript: Transcript, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield what other lines say by number of the file that the last words name; it decides as those do."""
    end = transcript.deciding
    of_files = [claim for claim in claims if claim.line == end and claim.type in _OF_FILES]
    told = any(claim.line == end and claim.type in REASONS for claim in claims)
    if end is not None and not told and not of_files:
        yield from _unmade(transcript.bare[end][:2000], claims)
    if end is None or told or not of_files or _ABSENT.search(transcript.bare[end][:2000]) is not None:
        return
    unread = any(claim.type is ClaimType.FILE_MISSING for claim in of_files)
    paths = {path for claim in of_files if len(path := claim.names.get("path", "")) > 1}
    for claim in claims:
        if claim.type not in REASONS or claim.line == end:
            continue
        below = unread and claim.source == "errno" and 0 < claim.line - end <= BELOW
        if below or (claim.exactness > Exactness.FAMILY and claim.names.get("path") in paths):
            yield replace(claim, segment=0, deciding=True)


def _unmade(text: str, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield what other lines say of the directory in which the last words could not make something."""
    found = _MAKES.search(text)
    if found is None:
        return
    directory = found.group(1).rstrip("./").rpartition("/")[0]
    for claim in claims:
        path = claim.names.get("path", "")
        beside = bool(directory) and directory in (path.rpartition("/")[0], path.rstrip("/"))
        if claim.type in REASONS and claim.exactness > Exactness.FAMILY and beside:
            yield replace(claim, segment=0, deciding=True)

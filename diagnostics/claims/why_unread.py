"""Why a file could not be read, where the program says so on the next line: a right, a full disk, a frozen file system.

``Unable to read instance id from /data/id:`` is what fails first; ``directory [/data] could not be created ...
errno = 13`` is why. A first line that gives an error number of its own needs no other.
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

REASONS: Final = frozenset({ClaimType.ACCESS_DENIED, ClaimType.READ_ONLY, ClaimType.NO_SPACE})
BELOW: Final = 2
"""Lines below in which the reason may stand."""
_ABSENT: Final = compiled(r"(?i)no such file|ENOENT|not found|does not exist|cannot find|could not find|missing")


def reasons(transcript: Transcript, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield what the lines below a file that could not be read say of it by number; it decides as the file does."""
    end = transcript.deciding
    unread = [claim for claim in claims if claim.line == end and claim.type is ClaimType.FILE_MISSING]
    if end is None or not unread or _ABSENT.search(transcript.bare[end][:2000]) is not None:
        return
    for claim in claims:
        if claim.type in REASONS and claim.source == "errno" and 0 < claim.line - end <= BELOW:
            yield replace(claim, segment=0)

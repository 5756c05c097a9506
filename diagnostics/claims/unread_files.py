"""A crash over something that is not there, right after the program did not find its configuration.

A nil dereference is a fault of the code; where the line before says that no configuration was found, and one is mounted
of which the arguments say nothing, the fault only shows what was not read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.claims import mounted
from diagnostics.claims.claim import Exactness
from diagnostics.claims.model import ClaimType
from diagnostics.patterns import compiled
from diagnostics.transcript.model import SegmentKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim

BEFORE: Final = 3
"""Lines right before the crash among which the file is missed: nothing else happened between."""

_NOTHING: Final = compiled(
    r"nil pointer dereference|\bNoneType\b|NullPointerException|NullReferenceException|of (?:undefined|null)\b"
    r"|for nil\b"
    r"|on a `None` value"
)
_CONFIG: Final = compiled(r"(?i)\bconfig(?:uration)?\b|\bsettings\b|\bpropert(?:y|ies)\b")


def reasons(case: Case, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield what was said of the configuration that was not found, where a mounted one was not asked for."""
    segment = next(iter(case.transcript.segments), None)
    if segment is None or segment.kind is not SegmentKind.CRASH or segment.crash is None:
        return
    if _NOTHING.search(segment.crash.root.message[:500]) is None:
        return
    for claim in claims:
        near = segment.first - BEFORE <= claim.line < segment.first
        if not near or claim.type is not ClaimType.FILE_MISSING or claim.exactness < Exactness.WORD:
            continue
        if _CONFIG.search(case.transcript.lines[claim.line][:500]) is not None and mounted.unread(case) is not None:
            yield replace(claim, segment=0)

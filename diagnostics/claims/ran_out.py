"""What a wait ran out for: the last words say only that something did not come, lines before say why it could not.

``timed out waiting for cache to be synced for Kind *v1.Gateway`` ends a manager; ``no matches for kind "Gateway"``,
said at each try until then, is the reason, however many lines of an orderly stop stand between.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.claims.gathering import has_subject
from diagnostics.claims.groups import STANDING, WAITING
from diagnostics.claims.model import Speaker
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnostics.claims.claim import Claim
    from diagnostics.transcript.model import Transcript

TRIES: Final = 2
"""Times from which on a refusal was no accident: whoever waits asks again."""

_RAN_OUT: Final = compiled(
    r"(?i)\b(?:tim(?:ed|e) ?out|deadline exceeded|gave up|giving up)\b"
    r"|\b(?:failed|could not|unable|not able) to (?:wait|sync)\b"
)
_KIND: Final = compiled(r"\*(?:[\w-]+/)*(?:\w+\.)+(?P<kind>[A-Z]\w+)\b")
"""The Go type of the objects that did not come: ``*v1beta2.Cluster``."""


def reasons(transcript: Transcript, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield what was refused again and again before a wait ran out, the newest first; it decides as the wait does."""
    end = transcript.deciding
    if end is None or _RAN_OUT.search(transcript.bare[end][:2000]) is None:
        return
    own = [claim for claim in claims if claim.deciding]
    if any(claim.type not in WAITING or (not claim.wrapper and has_subject(claim)) for claim in own):
        return  # the last words give a reason of their own
    found = _KIND.search(transcript.bare[end][:2000])
    kind = "" if found is None else found.group("kind")
    before = [
        claim
        for claim in claims
        if claim.line < end and claim.type in STANDING and not claim.wrapper and claim.speaker is not Speaker.PEER
    ]
    meant = [claim for claim in before if kind and kind in claim.quote] or ([] if kind else before)
    for claim in sorted(meant, key=lambda claim: -claim.line):
        if len({other.line for other in meant if other.type is claim.type}) >= TRIES:
            yield replace(claim, segment=0)

"""The reason of the last try is the reason of the end, where a program tried the same thing until it gave up.

``failed to get X: certificate signed by unknown authority`` five times, and then ``failed to retrieve X``: the last
words say what failed, the tries before them say why. A bare time-out at the end says even less: what was waited for
again and again is what did not come.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.claims.gathering import has_subject
from diagnostics.claims.groups import VAGUE
from diagnostics.claims.model import ClaimType, Speaker
from diagnostics.facts.addresses import address
from diagnostics.patterns import compiled
from diagnostics.transcript import words
from diagnostics.transcript.model import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.claims.claim import Claim
    from diagnostics.transcript.model import Transcript

TRIES: Final = 3
"""Times a complaint must have come before the end is its last one."""

BETWEEN: Final = 3
"""Lines of another kind that may stand between the last try and the last words."""

SEEN: Final = 30
"""Lines above the end in which what was waited for must have been said that often."""

_GAVE_UP: Final = compiled(
    r"(?i)\b(?:after|all|maximum|max|multiple|several|too many|\d+) (?:\w+ ){0,2}?(?:retr(?:y|ies)|attempts?|tries)\b"
    r"|\b(?:retr(?:y|ies)|attempts?|tries) (?:\w+ ){0,2}?(?:exhausted|exceeded|failed|used up)\b|\b(?:gave|giving) up\b"
)
"""Last words that speak of the tries themselves."""

SHARED: Final = 2
"""Words that the last words must share with the tries, so that both speak of one thing."""


def carried(transcript: Transcript, claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims; those of the last try decide where the last words give no reason of their own."""
    end = transcript.deciding
    if end is None or any(_gives_reason(claim) and not _lent(claim) for claim in claims if claim.deciding):
        return list(claims)
    bare = any(claim.deciding and claim.type not in VAGUE for claim in claims)
    last = _last_try(transcript, claims, end, bare=bare)
    lent = [_host(claim) for claim in claims if claim.deciding and _lent(claim)]
    if last is None or not all(host in transcript.verbatim[last].lower() for host in lent):
        return list(claims)
    kept = (claim for claim in claims if not (claim.deciding and (_lent(claim) or not _gives_reason(claim))))
    return [replace(claim, segment=0, deciding=True) if claim.line == last else claim for claim in kept]


def awaited(transcript: Transcript, claims: Sequence[Claim]) -> int | None:
    """Return the line that was said again and again until a bare time-out, or None: it tells what did not come."""
    bare = any(claim.deciding and claim.type is ClaimType.UNREACHABLE for claim in claims)
    if not bare or any(_gives_reason(claim) for claim in claims if claim.deciding):
        return None
    before = range(transcript.segments[0].first - 1, max(-1, transcript.segments[0].first - 1 - SEEN), -1)
    said = [index for index in before if transcript.bare[index].strip()]
    if not said or not words.waits(transcript.bare[said[0]]):
        return None
    shape = words.folded(transcript.bare[said[0]])
    return said[0] if sum(words.folded(transcript.bare[index]) == shape for index in said) >= TRIES else None


def _gives_reason(claim: Claim) -> bool:
    return claim.type not in VAGUE and not claim.wrapper and has_subject(claim)


def _lent(claim: Claim) -> bool:
    """Whether a bare failure has its host from the tries above it: its own words name none."""
    return claim.type is ClaimType.UNREACHABLE and _host(claim) not in claim.quote.lower()


def _host(claim: Claim) -> str:
    found = address(claim.names)
    return "" if found is None else found[0]


def _last_try(transcript: Transcript, claims: Sequence[Claim], end: int, *, bare: bool) -> int | None:
    """Return the line of the last try; ``bare``: the end says that something did not come, and not what."""
    tries: dict[tuple[str, str], set[int]] = {}
    for claim in claims:
        if claim.line < end and claim.type not in VAGUE and claim.speaker is not Speaker.PEER:
            tries.setdefault((claim.source, claim.type), set()).add(claim.line)
    last = max((max(lines) for lines in tries.values() if len(lines) >= TRIES), default=None)
    tried = _GAVE_UP.search(transcript.bare[end][: words.LOOKED]) is not None
    if last is None or _said_between(transcript, last, end, rounds=tried) > BETWEEN:
        return None
    if tried:
        return last
    # A record's error stands on a line below its message.
    said = words.subjects(transcript.bare[last]) | words.subjects(transcript.bare[max(last - 1, 0)])
    return last if bare or len(said & words.subjects(transcript.bare[end])) >= SHARED else None


def _said_between(transcript: Transcript, last: int, end: int, *, rounds: bool) -> int:
    """Return how many lines stand between; with ``rounds`` those that each try prints are none."""
    known = {words.folded(transcript.bare[index]) for index in range(last)} if rounds else frozenset[str]()
    silent = (Role.DETAIL, Role.USAGE, Role.ECHO)
    between = range(last + 1, end)
    return sum(
        transcript.roles[i] not in silent
        and bool(transcript.bare[i].strip())
        and words.folded(transcript.bare[i]) not in known
        for i in between
    )

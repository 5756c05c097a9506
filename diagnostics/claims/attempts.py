"""What a program said that it was about to reach, when the words of its failure name no host.

``connecting to inventory:8080`` and then ``ConnectionRefused`` on a line of its own: the attempt names the other side.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.claims import gathering
from diagnostics.claims.groups import WAITING
from diagnostics.claims.vocabulary.shapes import HOST_PORT
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnostics.claims.claim import Claim
    from diagnostics.transcript.model import Transcript

BEFORE: Final = 8
"""Lines before the failure in which the attempt is looked for."""

_ATTEMPT: Final = compiled(
    r"(?i)\b(?:connect(?:ing|ion)?|dial(?:l?ing)?|reach(?:ing)?|contact(?:ing)?|attempt(?:ing)?|try(?:ing)?|resolv(?:e|ing)"
    r"|wait(?:ing)? for|talk(?:ing)? to|open(?:ing)?|ping(?:ing)?|call(?:ing)?|join(?:ing)?)\b"
    r"(?: (?:a |the )?connections?)?"
    rf"(?: (?:to|with|for|at|on))?(?: [\w-]+){{0,3}}?(?: at| on)?[ :=]+[\"'`(<]?(?:[a-z][a-z0-9+.:-]*://)?(?P<addr>{HOST_PORT})"
)
_FOR: Final = compiled(
    r"(?i)\b(?:for|connect(?:ing|ion)? to) \"?(?P<host>[\w.-]+)\"?(?: \([\w.:%-]+\))?,? port (?P<port>\d{1,5})\b"
)
"""Ruby's sockets: ``connect(2) for "ledger" port 5432``; curl and nc: ``connect to ledger (10.0.0.1) port 5432``."""


def completed(transcript: Transcript, claims: list[Claim]) -> list[Claim]:
    """Return the claims; one of a dependency that names no host takes that of the attempt before it."""
    return [claim if gathering.has_subject(claim) else _tried(transcript, claim) for claim in claims]


def _tried(transcript: Transcript, claim: Claim) -> Claim:
    if claim.type not in WAITING:
        return claim
    begin = claim.line
    if claim.segment < len(transcript.segments):
        begin = min(begin, transcript.segments[claim.segment].first)
    lines = (claim.line, *range(begin - 1, max(-1, begin - 1 - BEFORE), -1))
    for index in lines:
        names = _named(transcript.bare[index][:2000])
        if names:
            return replace(claim, names=gathering.addressed({**claim.names, **names}))
    return claim


def _named(text: str) -> Mapping[str, str]:
    found = _FOR.search(text) or _ATTEMPT.search(text)
    return {} if found is None else {key: value for key, value in found.groupdict().items() if value}

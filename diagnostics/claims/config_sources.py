"""A setting that is missing because the source that should hold it could not be read.

Clients of remote configuration (Spring Cloud's Kubernetes, Config, Consul and Vault, Micronaut, Quarkus, Dapr, Viper's
remote) warn that they may not read a source, or cannot reach it, and go on without it; much later the program dies of
a property that nobody set. The property would be there, so the refusal is the reason.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.claims.groups import REFUSED, WAITING
from diagnostics.claims.model import ClaimType
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnostics.claims.claim import Claim
    from diagnostics.transcript.model import Transcript

LOOKED: Final = 2000
"""Characters of a line that are looked at."""

_HELD: Final = frozenset({"configmaps", "secrets", "configmap", "secret"})
"""Resources of the API that hold settings."""

_SOURCE: Final = compiled(
    r"(?i)\bproperty ?sources?\b|\bconfig(?:uration)?[ -](?:server|source|store|provider|service|import|data)s?\b"
    r"|\bremote config(?:uration)?\b|\bbootstrap (?:config(?:uration)?|context|propert(?:y|ies))\b"
)
"""Words for where settings come from."""


def reasons(transcript: Transcript, claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield the refusals of a source of settings, the newest first, where the final words miss a setting."""
    last = next((claim for claim in claims if claim.deciding and not claim.wrapper), None)
    if last is None or last.type is not ClaimType.SETTING_MISSING:
        return
    before = (claim for claim in claims if claim.line < last.line and claim.type in REFUSED | WAITING)
    for claim in sorted(before, key=lambda claim: -claim.line):
        if claim.names.get("resource") in _HELD or _SOURCE.search(transcript.lines[claim.line][:LOOKED]) is not None:
            yield replace(claim, segment=0)

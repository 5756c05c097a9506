"""Log texts as the case builder reads them: a transcript and its claims."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from diagnostics import causes
from diagnostics.claims.catalogue import builtin
from diagnostics.claims.groups import VAGUE
from diagnostics.claims.model import Speaker
from diagnostics.claims.reading import claims_of
from diagnostics.snapshot import Log, LogLine
from diagnostics.transcript.api import transcribe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.claims.claim import Claim
    from diagnostics.transcript.model import Transcript

START = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
CLAIMS = {module.CAUSE.id: module.CAUSE.claims for module in causes.registry()}


def log_of(lines: Sequence[str], at: Sequence[float] = (), instance: str = "previous") -> Log:
    """A log whose lines carry the given seconds after the start (none: no stamps)."""
    stamps = [(START + timedelta(seconds=second)).isoformat().replace("+00:00", "Z") for second in at]
    made = tuple(LogLine(stamps[index] if stamps else "", line) for index, line in enumerate(lines))
    return Log(namespace="production", pod="api-1", container="api", instance=instance, lines=made)


def transcript_of(text: str, code: int = 1, at: Sequence[float] = ()) -> Transcript:
    end = START + timedelta(seconds=max(at, default=0) + 1) if at else None
    started = START if at else None
    return transcribe("api", log_of(text.split("\n"), at), started_at=started, finished_at=end, exit_code=code)


def claims_in(text: str, code: int = 1, at: Sequence[float] = ()) -> tuple[Claim, ...]:
    return claims_of(transcript_of(text, code, at), builtin())


def leading(text: str, code: int = 1, at: Sequence[float] = ()) -> Claim | None:
    """The claim that would lead: of the final words, specific, and not said of a client."""
    found = [claim for claim in claims_in(text, code, at) if claim.deciding and claim.type not in VAGUE]
    trusted = [claim for claim in found if claim.speaker is not Speaker.PEER]
    return next(iter(sorted(trusted, key=lambda claim: claim.wrapper)), None)

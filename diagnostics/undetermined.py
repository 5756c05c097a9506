"""The honest answer when no cause applies: the strongest facts, and no guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import fields, suspects
from diagnostics.diagnosis import Evidence, Finding, Rank, Verdict

if TYPE_CHECKING:
    from diagnostics.case import Case

LAST_LINES = 3


def finding(case: Case) -> Finding:
    """Return a finding without a cause."""
    suspect = case.suspect
    if case.pod is None or suspect is None:
        return Finding(
            cause="",
            verdict=Verdict.UNDETERMINED,
            summary="Nothing that was read tells what is wrong",
            evidence=(),
            rank=Rank.LAST_RESORT,
        )
    end = case.ended
    evidence: list[Evidence] = list(end.because) if end is not None else []
    if suspects.blocked(suspect) and fields.text(suspect.status, "state", "waiting", "reason"):
        quote = f"reason={fields.text(suspect.status, 'state', 'waiting', 'reason')}"
        evidence.append(Evidence(source="pod", path=f"{suspect.status_path}.state.waiting", quote=quote))
    lines = range(len(case.reading.verbatim))[-LAST_LINES:]
    evidence.extend(case.reading.evidence(line) for line in lines if case.reading.verbatim[line].strip())
    how = "" if end is None else f" ended with exit code {end.exit_code}" + (f" ({end.reason})" if end.reason else "")
    return Finding(
        cause="",
        verdict=Verdict.UNDETERMINED,
        container=suspect.name,
        summary=f"Container {suspect.name}{how or ' does not run'}, and nothing that was read tells why",
        evidence=tuple(evidence),
        rank=Rank.LAST_RESORT,
    )

"""Which of several true findings is the root: the order of the answer, and how sure it may be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from diagnostics.diagnosis import Fault, Finding, Rank, Verdict
from diagnostics.facts.pods.stability import settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.claims.case import Case

ORDER = {Verdict.CONFIRMED: 3, Verdict.LIKELY: 2, Verdict.UNDETERMINED: 1, Verdict.NOT_FAILING: 0}

ASKED_TO_STOP = (0, 137, 143)
"""Exit codes that say nothing without events: any of them may be a probe's, a drain's or a person's doing."""


def ranked(case: Case, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings, the root first.

    What fails now comes before what does not; a sure verdict before a likely one; then the rank. A generic or
    symptomatic finding never stands before a specific one, however sure it is: both are true, one is the root.
    """
    alive = _live_status_first(case, findings)
    ordered = sorted((lowered(case, finding) for finding in alive), key=_weight)
    return tuple(_dependency_before_kill(ordered))


def _weight(finding: Finding) -> tuple[bool, bool, int, int, str]:
    failing = finding.verdict is not Verdict.NOT_FAILING
    vague = finding.rank <= Rank.SYMPTOM
    return (not failing, vague, -ORDER[finding.verdict], -finding.rank, finding.cause)


def _live_status_first(case: Case, findings: Sequence[Finding]) -> Sequence[Finding]:
    """Leave out what a container that has got over it died of, once its live status says that it is well."""
    suspect = case.suspect
    well = any(finding.verdict is Verdict.NOT_FAILING for finding in findings)
    if not well or suspect is None or not settled(suspect, case.now):
        return findings
    return [
        finding
        for finding in findings
        if finding.verdict is Verdict.NOT_FAILING or finding.container != suspect.name or finding.rank >= Rank.STATE
    ]


def _dependency_before_kill(ordered: list[Finding]) -> list[Finding]:
    """Put a dependency that is down before the probe's kill that follows from it (reference 8.E.10)."""
    if not ordered or ordered[0].rank != Rank.PROXIMATE:
        return ordered
    kill = ordered[0]
    if kill.facts.get("sub_cause") == "too-early" and kill.facts.get("listening_after_s") is not None:
        return ordered
    for finding in ordered[1:]:
        if finding.fault is Fault.DEPENDENCY and finding.rank >= Rank.SPECIFIC and finding.container == kill.container:
            return [finding, *(item for item in ordered if item is not finding)]
    return ordered


def lowered(case: Case, finding: Finding) -> Finding:
    """Return the finding as likely only, when a source that could have told otherwise was not read."""
    if finding.verdict is not Verdict.CONFIRMED:
        return finding
    unread = [entry.what for entry in case.snapshot.unread]
    events = any(what.startswith(f"Event {case.namespace}") for what in unread)
    logs = any(f"log of {finding.container} " in what for what in unread) if finding.container else False
    end = case.ended
    doubtful = finding.rank <= Rank.GENERIC or (
        finding.rank <= Rank.PROXIMATE and end is not None and end.exit_code in ASKED_TO_STOP
    )
    if doubtful and (events or (logs and finding.rank <= Rank.GENERIC)):
        return replace(finding, verdict=Verdict.LIKELY)
    return finding

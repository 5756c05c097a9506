"""Which of several true findings is the root: the one that no other explains; and how sure it may be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics import causes
from diagnostics.answer import confidence
from diagnostics.causes.model import Category, Cause
from diagnostics.diagnosis import Finding, Verdict
from diagnostics.facts.pods.stability import settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.claims.case import Case

ORDER: Final = {Verdict.CONFIRMED: 3, Verdict.LIKELY: 2, Verdict.UNDETERMINED: 1, Verdict.NOT_FAILING: 0}

ASKED_TO_STOP: Final = (0, 137, 143)
"""Exit codes that say nothing without events: any of them may be a probe's, a drain's or a person's doing."""

_UNDECLARED: Final = Cause(id="", title="", category=Category.PROGRAM)


def ranked(case: Case, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings, the root first.

    What fails now comes before what does not, and what nothing else found explains before what something does. Of
    several roots the sure one comes first, then one whose own facts leave nothing to explain, then one that Kubernetes
    itself states (a cause without claims), then by id.
    """
    alive = [
        confidence.judged(case, lowered(case, finding), by_log=bool(_declared(finding).claims))
        for finding in _live_status_first(case, findings)
    ]
    failing = [finding for finding in alive if finding.verdict is not Verdict.NOT_FAILING]

    def place(finding: Finding) -> tuple[bool, bool, int, bool, bool, str]:
        return (
            finding.verdict is Verdict.NOT_FAILING,
            any(explains(other, finding) for other in failing),
            -ORDER[finding.verdict],
            not finding.conclusive,
            bool(_declared(finding).claims),
            finding.cause,
        )

    return tuple(sorted(alive, key=place))


def explains(finding: Finding, other: Finding) -> bool:
    """Whether the other finding only follows from this one: they meet in a container, and its cause says so."""
    apart = finding.container and other.container and finding.container != other.container
    return not apart and not other.conclusive and _declared(other).follows_from(_declared(finding))


def _declared(finding: Finding) -> Cause:
    return causes.declared(finding.cause) or _UNDECLARED


def _live_status_first(case: Case, findings: Sequence[Finding]) -> Sequence[Finding]:
    """Leave out what a container that has got over it died of, once its live status says that it is well."""
    suspect = case.suspect
    well = any(finding.verdict is Verdict.NOT_FAILING for finding in findings)
    if not well or suspect is None or not settled(suspect, case.now):
        return findings
    return [
        finding
        for finding in findings
        if finding.verdict is Verdict.NOT_FAILING or finding.container != suspect.name or finding.conclusive
    ]


def lowered(case: Case, finding: Finding) -> Finding:
    """Return the finding as likely only, when a source that could have told of what explains it was not read."""
    declared = _declared(finding)
    if finding.verdict is not Verdict.CONFIRMED or finding.conclusive or not declared.explained_by:
        return finding
    unread = [entry.what for entry in case.snapshot.unread]
    events = any(what.startswith(f"Event {case.namespace}") for what in unread)
    logs = any(f"log of {finding.container} " in what for what in unread) if finding.container else False
    asked = case.ended is not None and case.ended.exit_code in ASKED_TO_STOP
    if (declared.fallback and (events or logs)) or (asked and events):
        return replace(finding, verdict=Verdict.LIKELY)
    return finding

"""How sure the answer may be: one table for every cause that the log decides, fitted on the corpora.

"Confirmed" is a promise with a number behind it (README: right when confirmed). Kubernetes' own word may be confirmed;
a claim of the log is, as far as it is exact and the objects support it. What they contradict is likely at most.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.claims import selection
from diagnostics.claims.checks import checked
from diagnostics.claims.claim import Exactness, Support
from diagnostics.diagnosis import Finding, Verdict

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.checks import Check

MAY_CONFIRM: Final = {
    (Exactness.PHRASE, Support.SUPPORTED): True,
    (Exactness.PHRASE, Support.SILENT): True,
    (Exactness.WORD, Support.SUPPORTED): True,
    (Exactness.WORD, Support.SILENT): False,
    (Exactness.FAMILY, Support.SUPPORTED): True,
    (Exactness.FAMILY, Support.SILENT): False,
    (Exactness.GROUND, Support.SUPPORTED): False,
    (Exactness.GROUND, Support.SILENT): False,
}
"""How the leading claim was understood, and what the objects say of it → whether a finding on it may be confirmed.

Fitted on recordings, composed cases and public reports, one set left out at a time: a row is True where no set had a
wrong answer among its confirmed ones. Any contradicted claim is likely at most.
"""


def judged(case: Case, finding: Finding, *, by_log: bool) -> Finding:
    """Return the finding as sure as it may be. ``by_log``: its cause takes claims of the log."""
    claim = selection.leading(case) if by_log and finding.verdict is Verdict.CONFIRMED else None
    if claim is None or finding.conclusive:
        return finding
    check = checked(case, claim)
    if check.support is Support.CONTRADICTED:
        summary = f"{finding.summary.rstrip('.')}; but {check.because}" if check.because else finding.summary
        quotes = tuple(dict.fromkeys((*finding.evidence, *check.evidence)))
        return replace(finding, verdict=Verdict.LIKELY, summary=summary, evidence=quotes)
    if MAY_CONFIRM[claim.exactness, _support(finding, check)]:
        return finding
    return replace(finding, verdict=Verdict.LIKELY)


def _support(finding: Finding, check: Check) -> Support:
    """Return whether anything beside the log and the end itself speaks for the finding."""
    own = [
        item
        for item in finding.evidence
        if item.source != "log" and "terminated" not in item.path and not item.quote.startswith("image=")
    ]
    return Support.SUPPORTED if own else check.support

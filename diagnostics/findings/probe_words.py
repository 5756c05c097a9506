"""What a probe got, and what the program says meanwhile, as a summary and a remedy word it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.findings import wording

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.probes.complaint import Complaint
    from diagnostics.claims.probes.failures import Failing

PRINTED: Final = 60
"""Characters of a command's output in a summary."""


def answer(probe: Failing) -> str:
    """Return what the probe got: ``answers 503``, ``says "No alive jobs found."``."""
    explained = probe.start.line is not None or (probe.said is not None and len(probe.told) > PRINTED)
    if not probe.told or probe.answer != "fails" or explained:
        return probe.answer
    return f'says "{wording.cut(probe.told, PRINTED)}"'


def said(case: Case, complaint: Complaint) -> str:
    """Return what the log says meanwhile: ``its log says 12 times: ...``."""
    often = f" {complaint.times} times" if complaint.times > 1 else ""
    return f"its log says{often}: {wording.head(case.transcript.lines[complaint.line])}"

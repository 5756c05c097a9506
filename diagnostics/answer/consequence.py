"""What else in the pod fails for the same root: a container that could not reach the failing one through localhost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import pod_ports
from diagnostics.diagnosis import Evidence, Finding, Verdict
from diagnostics.facts.pods import blocking
from diagnostics.findings import wording
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

LAST: Final = 60
"""Lines before the end of a neighbour's log in which its complaint is looked for."""
_HERE: Final = compiled(r"(?:127\.0\.0\.1|localhost|\[::1\]):(\d{2,5})\b")
_COMPLAINS: Final = compiled(r"(?i)refused|unreachable|timed? ?out|reset by peer|cannot connect|could not connect")


def told(case: Case, finding: Finding) -> Finding:
    """Return the finding with the containers that fail because the blamed one does, each with its own words."""
    if finding.verdict is Verdict.NOT_FAILING or case.pod is None or not finding.container:
        return finding
    summary, evidence = finding.summary.rstrip("."), finding.evidence
    for other in case.containers:
        if other.name == finding.container or blocking.severity(other, case.pod, case.now) < 3:
            continue
        said = _complaint(case, other, finding.container)
        if said is not None:
            address, quote = said
            summary = summary if summary.endswith("…") else f"{summary}."
            summary += f" So {wording.who(case, other)} cannot reach {address} and fails too"
            evidence = (*evidence, quote)
    return finding if evidence is finding.evidence else replace(finding, summary=summary, evidence=evidence)


def _complaint(case: Case, other: Container, root: str) -> tuple[str, Evidence] | None:
    """Return the address of the root's port that the container's newest log complains of, and the line."""
    if case.pod is None or not other.terminations:
        return None
    instance = "previous" if other.terminations[0].field == "lastState" and other.running_since else "current"
    log = case.snapshot.log(fields.namespace(case.pod), fields.name(case.pod), other.name, instance)
    for line in reversed(log.lines[-LAST:] if log is not None else ()):
        text = line.text[:2000]
        found = _HERE.search(text) if _COMPLAINS.search(text) is not None else None
        if found is None:
            continue
        owned = pod_ports.owner(case.snapshot, case.pod, case.containers, other.name, int(found.group(1)))
        if owned is not None and owned[0].name == root:
            path = f"{other.name}/{instance}"
            return found.group(0), Evidence(source="log", path=path, quote=line.text[:1000], at=line.at)
    return None

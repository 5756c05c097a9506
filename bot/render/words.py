"""What things are called, the same in Slack and on the terminal: verdicts, causes, workloads, times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from diagnostics.causes import registry
from diagnostics.diagnosis import Verdict

if TYPE_CHECKING:
    from diagnostics.diagnosis import Change, Diagnosis, Evidence


@dataclass(frozen=True, slots=True)
class Status:
    """A verdict in one glyph and one word: the glyph never stands alone, colour is not for everybody."""

    glyph: str
    word: str
    colour: str


_BY_CAUSE = {
    "healthy": Status("🟢", "Healthy", "green"),
    "recovered": Status("🟢", "Recovered", "green"),
    "starting": Status("🟡", "Starting", "yellow"),
    "scaled-to-zero": Status("⚪", "Scaled to zero", "white"),
    "not-found": Status("⚪", "Not found", "white"),
}
_BY_VERDICT = {
    Verdict.CONFIRMED: Status("🔴", "Confirmed", "red"),
    Verdict.LIKELY: Status("🟠", "Likely", "yellow"),
    Verdict.UNDETERMINED: Status("⚪", "Undetermined", "magenta"),
    Verdict.NOT_FAILING: Status("🟢", "Not failing", "green"),
}


def status(diagnosis: Diagnosis) -> Status:
    """Return the verdict as it is shown."""
    named = _BY_CAUSE.get(diagnosis.cause or "")
    return named or _BY_VERDICT[diagnosis.verdict]


@cache
def _titles() -> dict[str, str]:
    return {cause.ID: cause.TITLE for cause in registry()}


def title(cause: str | None) -> str:
    """Return a cause in words; an id that has no page is read as words itself."""
    if cause is None:
        return "No known cause matched"
    return _titles().get(cause) or cause.replace("-", " ").capitalize()


def workload(diagnosis: Diagnosis) -> str:
    """Return what fails as ``namespace/name``: the workload when there is one, else the target."""
    _kind, _, name = diagnosis.workload.partition(" ")
    return name or "/".join(part for part in (diagnosis.target.namespace, diagnosis.target.name) if part)


def kind(diagnosis: Diagnosis) -> str:
    """Return the kind of what fails, or nothing when it is not known."""
    return diagnosis.workload.partition(" ")[0] or diagnosis.target.kind


_NO_CRASH = frozenset(
    {
        *("missing-secret", "missing-configmap", "image-pull-failed", "unschedulable", "volume-mount-failed"),
        *("pod-create-rejected", "security-context-denied", "readiness-probe-failed", "node-unhealthy", "evicted"),
        *("deadline-exceeded", "starting"),
    }
)
"""Causes under which nothing crashes: what began is called a failure."""


def clock(at: str) -> str:
    """Return an RFC 3339 time as ``14:02:11 UTC``; what is no time stays as it is."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return at
    return moment.astimezone(UTC).strftime("%H:%M:%S UTC") if moment.tzinfo else at


def span(seconds: float) -> str:
    """Return a length of time as a person says it: ``41 s``, ``4 min``, ``2 h 5 min``, ``3 d``."""
    whole = round(abs(seconds))
    if whole < 120:
        return f"{whole} s"
    if whole < 7200:
        return f"{round(whole / 60)} min"
    if whole < 172800:
        hours, rest = divmod(round(whole / 60), 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{round(whole / 86400)} d"


def origin(evidence: Evidence) -> str:
    """Return where a quote stands: source, path and time."""
    return ", ".join(part for part in (evidence.source, evidence.path, clock(evidence.at)) if part)


def moved(change: Change, began: str = "the first crash") -> str:
    """Return when a change happened, against the first crash (or what else began then), and by whom."""
    before = change.before_first_crash_s
    when = ""
    if before is not None:
        when = f"{span(before)} {'before' if before > 0 else 'after'} {began}" if before else f"at {began}"
    return ", ".join(part for part in (when, f"by {change.by}" if change.by else "", clock(change.at)) if part)


def changes(diagnosis: Diagnosis) -> list[tuple[str, list[str]]]:
    """Return what changed, gathered by when: one rollout changes several things at once."""
    gathered: dict[str, list[str]] = {}
    began = "the first failure" if diagnosis.cause in _NO_CRASH else "the first crash"
    for change in diagnosis.changed:
        gathered.setdefault(moved(change, began), []).append(effect(change))
    return list(gathered.items())


def effect(change: Change) -> str:
    """Return a change as ``what: old → new``; either side may be unknown."""
    if change.old and change.new:
        return f"{change.what}: {change.old} → {change.new}"
    if change.old or change.new:
        return f"{change.what}: {'now ' + change.new if change.new else 'was ' + change.old}"
    return change.what


def circumstances(diagnosis: Diagnosis) -> list[str]:
    """Return what a reader wants at a glance: pod, container, restarts, how many pods share it, the next start."""
    target, scope, restarts = diagnosis.target, diagnosis.scope, diagnosis.facts.get("restarts")
    nodes = f" on {scope.nodes[0]}" if len(scope.nodes) == 1 and scope.failing > 1 else ""
    found = [
        f"pod {target.pod}" if target.pod and not workload(diagnosis).endswith(f"/{target.pod}") else "",
        f"container {diagnosis.container}" if diagnosis.container else "",
        f"{restarts} restart{'' if restarts == 1 else 's'}" if isinstance(restarts, int) and restarts >= 0 else "",
        f"{scope.failing} of {scope.of} pods fail{nodes}" if scope.of > 1 else "",
        f"next start {clock(diagnosis.next_restart)}" if diagnosis.next_restart else "",
        target.note,
    ]
    return [part for part in found if part]


def cost(diagnosis: Diagnosis) -> str:
    """Return what the answer took: ``0.4 s, 9 requests``."""
    if not diagnosis.requests:
        return ""
    plural = "" if diagnosis.requests == 1 else "s"
    return f"{diagnosis.took_ms / 1000:.1f} s, {diagnosis.requests} request{plural}"

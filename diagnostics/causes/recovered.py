"""It ended before, and has run well since: no crash loop now. What happened is named.

What it means
    The container runs, is ready, and has run clearly longer than the instance that ended. The alert may be older than
    the recovery, or the trouble may come back.

How it is decided
    Ready now; the current run lasts at least 30 seconds and three times as long as the one before (or ten minutes,
    after which the kubelet itself forgets a crash); the last end lies within three days. From the third restart on the
    run must outlast the one before: what is killed every other hour has not got over it.

What it is confused with
    A crash loop between two crashes: it runs too, and without a readiness probe it even counts as ready.

How to fix it
    Nothing is needed now. If it comes back, or the restart count grows slowly (a leak that is killed every few hours),
    the cause of the last end is what to look at.

How to prevent it
    A readiness probe, retries at start for dependencies, and an alert on the number of restarts per day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.diagnosis import Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, running, terminated, waiting
from diagnostics.facts.model import EndedBy
from diagnostics.facts.pods.stability import all_well, last_end
from diagnostics.facts.quotes import first, in_status
from diagnostics.findings import reassurance, wording
from diagnostics.findings.commands import logs

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container, Termination

CAUSE: Final = Cause(
    id="recovered",
    title="Ended before, runs well since",
    category=Category.STATUS,
)
_BY: Final = {
    EndedBy.LIVENESS_PROBE: ", killed for its liveness probe",
    EndedBy.STARTUP_PROBE: ", killed for its startup probe",
    EndedBy.HOOK: ", killed for its postStart hook",
    EndedBy.RUNTIME: ", lost by the node's runtime",
    EndedBy.KERNEL_NODE: ", the node was out of memory",
    EndedBy.RESIZE: ", restarted by a change in place",
}


_OWN: Final = frozenset({EndedBy.PROGRAM, EndedBy.UNKNOWN_KILL})
"""Ends of which the program's own last words tell."""
ROOM: Final = 110
"""Characters of them that the summary holds."""


def check(case: Case) -> Finding | None:
    """Return the finding when every container is well and one of them ended within the last three days."""
    last = last_end(case)
    if last is None or not all_well(case):
        return None
    container, end = last
    count = wording.times(container.restarts)
    since = (case.now - container.running_since).total_seconds() if container.running_since is not None else 0
    reason = f", {end.reason}" if end.reason not in {"", "Error"} else ""
    line = _last_words(case, container, end)
    words = "" if line is None else f": {wording.tail(case.transcript.lines[line], ROOM)}"
    why = f"exit code {end.exit_code}{reason}{_BY.get(end.ended_by, '')}{words}"
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.NOT_FAILING,
        summary=f"{wording.begin(wording.who(case, container))} had {count} (the last end: {why}) and has run well for"
        f" {wording.span(since)} since.",
        evidence=first(
            (
                *in_status(container, "ready", "restartCount"),
                *((case.quote(line),) if line is not None else ()),
                *end.because,
                *reassurance.told(case, container).up,
            )
        ),
        container=container.name,
        facts={
            "restarts": container.restarts,
            "exit_code": end.exit_code,
            "reason": end.reason,
            "ended_by": str(end.ended_by),
            "running_s": since,
        },
        remedy=Remedy(
            text="Nothing is needed now; the log of the instance that ended tells more.",
            commands=(logs(case, container),),
        ),
        fault=Fault.NONE,
        conclusive=True,
    )


def _last_words(case: Case, container: Container, end: Termination) -> int | None:
    """Return the line in which the instance that ended says why, or its very last one; None when it said nothing."""
    told = case.transcript
    if told.container != container.name or told.instance != "previous" or end.ended_by not in _OWN:
        return None
    hits = sorted((hit for hit in case.claims if hit.deciding), key=lambda hit: hit.wrapper)
    if hits:
        return hits[0].line
    return told.deciding


def ruled_out(case: Case) -> str:
    """Return why it has not recovered, when it runs."""
    container = case.suspect
    if container is None or container.running_since is None or not container.terminations or not container.ready:
        return ""
    return f"it has run for only {wording.span((case.now - container.running_since).total_seconds())}"


EXAMPLES: Final = (
    Example(
        title="crashed once at its start and runs since",
        hit=True,
        status={"ready": True, "restartCount": 1, "state": running(45), "lastState": terminated(1, lived=0, ended=46)},
        previous="cannot reach config server\n",
        log="serving\n",
    ),
    Example(
        title="killed for memory once, two hours ago",
        hit=True,
        container={"resources": {"limits": {"memory": "96Mi"}}},
        status={
            "ready": True,
            "restartCount": 1,
            "state": running(7200),
            "lastState": terminated(137, "OOMKilled", lived=9000, ended=7201),
        },
        log="serving\n",
    ),
    Example(
        title="near miss: a leak that is killed every few hours",
        hit=False,
        container={"resources": {"limits": {"memory": "96Mi"}}},
        status={
            "ready": True,
            "restartCount": 9,
            "state": running(1800),
            "lastState": terminated(137, "OOMKilled", lived=9000, ended=1801),
        },
        log="serving\n",
        also=("oom-killed",),
    ),
    Example(
        title="near miss: up again for two seconds",
        hit=False,
        status={"ready": True, "restartCount": 6, "state": running(2), "lastState": terminated(1, lived=2, ended=90)},
        log="panic: nil map\n",
        also=("app-crash",),
    ),
    Example(
        title="near miss: waiting in its back-off",
        hit=False,
        status={"state": waiting("CrashLoopBackOff"), "lastState": terminated(1)},
    ),
)

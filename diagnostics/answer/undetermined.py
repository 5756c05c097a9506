"""The honest answer when no cause applies: the strongest facts, what was not read, where to look, and no guess."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.diagnosis import Evidence, Finding, Remedy, Verdict
from diagnostics.facts import quotes
from diagnostics.facts.model import EndedBy
from diagnostics.facts.pods import blocking
from diagnostics.facts.workloads import nodes, owners
from diagnostics.findings import commands, line_fixes, refusals, wording
from diagnostics.transcript.last_words import last_words

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container
    from diagnostics.snapshot import Object

_ENDED: Final = {
    EndedBy.PROGRAM: "ended by itself",
    EndedBy.UNKNOWN_KILL: "was killed, nobody recorded by whom",
    EndedBy.LIVENESS_PROBE: "was killed by the kubelet for its liveness probe",
    EndedBy.STARTUP_PROBE: "was killed by the kubelet for its startup probe",
    EndedBy.HOOK: "was killed by the kubelet for its postStart hook",
    EndedBy.NEVER_RAN: "was never started",
    EndedBy.RUNTIME: "was lost by the node's runtime",
}
"""Who ended it, as the headline says it; everybody else is outside of the pod."""

WHOLE: Final = 200
"""Characters of the deciding words in the headline: they are all that there is to go by."""

LAST_LINES = 3
"""Lines of output that are quoted from the end."""


def finding(case: Case) -> Finding:
    """Return a finding without a cause."""
    suspect = case.suspect
    job = _failed_job(case) if case.pod is None else None
    if job is not None:
        return _gone(case, job)
    if case.pod is None or suspect is None:
        return Finding(
            cause="",
            verdict=Verdict.UNDETERMINED,
            summary=f"Nothing that was read tells what is wrong with {_target(case)}{_unread(case)}",
            evidence=_around(case),
            remedy=Remedy(text="Look at the object and its events.", commands=(_describe(case),)),
        )
    return Finding(
        cause="",
        verdict=Verdict.UNDETERMINED,
        container=suspect.name,
        summary=f"{wording.begin(wording.who(case, suspect))} {_how(case, suspect)}{_said(case)}{_unread(case)}",
        evidence=_evidence(case, suspect),
        facts=_facts(case, suspect),
        remedy=_remedy(case, suspect),
    )


def _remedy(case: Case, suspect: Container) -> Remedy:
    """Return what the deciding words ask for, else where to look next."""
    line = case.transcript.deciding
    built = None if line is None else line_fixes.built(case, suspect, (case.transcript.lines[line],))
    return built or Remedy(text=_next(case), commands=_commands(case, suspect))


def _failed_job(case: Case) -> Object | None:
    """Return the Job (the newest of a CronJob) that says it failed."""
    raw = case.workload.raw if case.workload is not None else {}
    job = owners.newest_job(case.snapshot, raw) if fields.text(raw, "kind") == "CronJob" else raw
    return job if job is not None and _failure(job) else None


def _failure(job: Object) -> Object:
    for entry in fields.items(job, "status", "conditions"):
        if fields.text(entry, "type") == "Failed" and fields.text(entry, "status") == "True":
            return entry
    return {}


def _gone(case: Case, job: Object) -> Finding:
    """Say that a Job failed and that nothing is left of its pods: what there is, and how to see the next run."""
    name, entry = fields.name(job), _failure(job)
    why = fields.text(entry, "message") or fields.text(entry, "reason")
    count = fields.whole(job, "status", "failed")
    tries = f" after {wording.times(count, 'failed pod')}" if count else ""
    prefix = f"{name}-"
    told = [
        event
        for event in (*case.owner_events, *case.all_events)
        if (event.kind == "Pod" and event.name.startswith(prefix)) or (event.kind == "Job" and event.name == name)
    ]
    told.sort(key=lambda event: event.type != "Warning")
    again = (f"--from=cronjob/{case.workload.name}",) if case.workload and case.workload.kind == "CronJob" else ()
    run = (commands.kubectl(case.namespace, "create", "job", f"{name}-again"[:63], *again),) if again else ()
    return Finding(
        cause="",
        verdict=Verdict.UNDETERMINED,
        summary=f"Job {name} failed{tries}: {why.rstrip('.')}. Its pods and their logs are gone{_unread(case)}",
        evidence=quotes.first(
            (
                *quotes.condition({**job, "kind": "Job"}, "Failed"),
                *quotes.of_object(job, "status", "failed", kind="job"),
                *(event.evidence() for event in told[:LAST_LINES] if event.message),
            )
        ),
        facts={"reason": fields.text(entry, "reason"), "failed": count},
        remedy=Remedy(
            text="Run it again and read its log while a pod is there; ttlSecondsAfterFinished and restartPolicy Never "
            "keep failed pods longer.",
            commands=(*run, commands.kubectl(case.namespace, "describe", "job", name)),
        ),
    )


def _around(case: Case) -> tuple[Evidence, ...]:
    """Return what there is without a container to look at: phase, conditions that are not True, the node, events."""
    found: list[Evidence] = []
    pod = case.pod
    if pod is not None:
        if quote := quotes.pairs(pod, "status.phase", "status.reason"):
            found.append(Evidence(source="pod", path="status", quote=quote))
        for entry in fields.items(pod, "status", "conditions"):
            if fields.text(entry, "status") != "True":
                found += quotes.condition(pod, fields.text(entry, "type"))
        node = nodes.node_of(case)
        if node is not None:
            found += [quote for _, own in nodes.bad_conditions(node) for quote in own]
    elif case.workload is not None:
        raw = case.workload.raw
        for entry in fields.items(raw, "status", "conditions"):
            found += quotes.condition(raw, fields.text(entry, "type"))
    told = [event for event in (*case.events, *case.owner_events) if event.message]
    told.sort(key=lambda event: event.type != "Warning")
    return quotes.first((*found, *(event.evidence() for event in told[:LAST_LINES])))


def _how(case: Case, suspect: Container) -> str:
    """Return who ended it and how: that is known even where the reason is not."""
    end = case.ended
    if end is None:
        return "runs and is not ready" if suspect.running_since is not None else "does not run"
    lived = "" if end.lifetime_s is None else f" after {wording.span(end.lifetime_s)}"
    times = f", {wording.times(suspect.restarts)} so far" if suspect.restarts else ""
    return f"{_ENDED.get(end.ended_by, 'was ended from outside')} (exit code {end.exit_code}{lived}{times})"


def _said(case: Case) -> str:
    """Return the words that decide, or that there are none."""
    line = case.transcript.deciding
    if line is None:
        return "" if case.ended is None else "; no output of it could be read"
    text = case.transcript.lines[line]
    told = wording.tail(text)
    return f"; its log says: {wording.tail(text, WHOLE) if told.endswith('…') else told}"


def _next(case: Case) -> str:
    """Return where to look next: what is missing first, then what the program itself could say."""
    if case.snapshot.unread:
        return "Read what could not be read first (above), then its whole output and the pod's events."
    if _never_started(case):
        return "It was never started: the runtime's own message (above) is all that there is to go by."
    if not case.transcript.verbatim:
        return "It prints nothing: run its command by hand in the image, or raise its log level, and see what it says."
    line = case.transcript.deciding
    told = "" if line is None else refusals.remedy(case.transcript.lines[line])
    if told:
        return told
    more = "read its whole output, and " if len(case.transcript.lines) > LAST_LINES else ""
    told = f"{more}look these words up for the version that its image has."
    return f"{told[0].upper()}{told[1:]}"


def _never_started(case: Case) -> bool:
    """Whether the container never ran, so that it can have printed nothing."""
    if case.ended is not None:
        return case.ended.ended_by is EndedBy.NEVER_RAN
    suspect = case.suspect
    waits = suspect is not None and suspect.running_since is None and not suspect.restarts
    return waits and suspect is not None and suspect.waiting_reason not in ("", "CrashLoopBackOff")


def _unread(case: Case) -> str:
    """Return what is missing of the picture, as a clause: an answer may lie there."""
    unread = [entry.what for entry in case.snapshot.unread]
    if not unread:
        return ""
    more = f" and {len(unread) - 2} more" if len(unread) > 2 else ""
    return f" (not read: {', '.join(unread[:2])}{more})"


def _evidence(case: Case, suspect: Container) -> tuple[Evidence, ...]:
    found: list[Evidence] = list(case.ended.because) if case.ended is not None else []
    reason = fields.text(suspect.status, "state", "waiting", "reason")
    if blocking.blocked(suspect) and reason:
        found.append(Evidence(source="pod", path=f"{suspect.status_path}.state.waiting", quote=f"reason={reason}"))
    found += [case.quote(line) for line in last_words(case.transcript, LAST_LINES)]
    warnings = [event for event in case.events if event.type == "Warning" and event.reason != "BackOff"]
    found += [event.evidence() for event in warnings[:2] if event.message]
    return tuple(dict.fromkeys(found))


def _facts(case: Case, suspect: Container) -> dict[str, object]:
    end = case.ended
    facts: dict[str, object] = {"restarts": suspect.restarts}
    if end is not None:
        facts |= {"exit_code": end.exit_code, "reason": end.reason, "ended_by": str(end.ended_by)}
        facts |= {"lived_s": end.lifetime_s}
    return facts


def _commands(case: Case, suspect: Container) -> tuple[str, ...]:
    namespace, pod = fields.namespace(case.pod), fields.name(case.pod)
    if _never_started(case):
        return (_describe(case),)
    previous = ("--previous",) if suspect.restarts and suspect.running_since is not None else ()
    return (commands.kubectl(namespace, "logs", pod, "-c", suspect.name, *previous), _describe(case))


def _describe(case: Case) -> str:
    if case.pod is not None:
        return commands.kubectl(fields.namespace(case.pod), "describe", "pod", fields.name(case.pod))
    target = case.snapshot.target
    return commands.kubectl(target.namespace, "describe", target.kind.lower(), target.name)


def _target(case: Case) -> str:
    target = case.snapshot.target
    return f"{target.kind} {target.namespace}/{target.name}"

"""Data that nobody has prepared, against the Jobs of the namespace that should: failed, running, or not done yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Remedy
from diagnostics.facts.workloads import owners
from diagnostics.findings import wording
from diagnostics.findings.commands import kubectl
from diagnostics.findings.joined.model import Joined
from diagnostics.patterns import compiled
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.claims.case import Case
    from diagnostics.findings.joined.model import Said
    from diagnostics.snapshot import Object

_UNPREPARED: Final = compiled(
    r"(?i)\b(?:relation|table|column|collection|index|schema|view|keyspace"
    r"|topic)\b[^\n]{0,80}\b(?:does ?n[o']t exist|not found)"
    r"|\bno such (?:table|column|relation|index)\b|\bdoes ?n[o']t exist in (?:the )?(?:database|schema)\b"
    r"|\b(?:not|n't|never) (?:been |yet |yet been |fully )?(?:migrated|initiali[sz]ed|set up|bootstrapped"
    r"|provisioned|seeded)\b"
    r"|\b(?:run|pending|unapplied|missing|outstanding) (?:the )?(?:database |schema )?migrations?\b"
    r"|\bmigrations? (?:are |is )?"
    r"(?:pending|required|needed|missing|not (?:run|applied|complete))|\bschema (?:is )?(?:at )?version\b|\b42P01\b"
    r"|\b1146\b"
    r"|\bdatastore ?(?:is )?(?:not )?ready\b"
)
_PREPARES: Final = compiled(
    r"(?i)migrat|init|setup|set-up|schema|bootstrap|seed|provision|upgrade|create-(?:db|database|user|topic)"
)
_VAGUE: Final = (ClaimType.EXCEPTION, ClaimType.NOT_READY)
MOST: Final = 40
"""Newest lines of a Job's log among which its last word is looked for."""


def wants(text: str) -> bool:
    """Whether the words say that what should be prepared is not."""
    return _UNPREPARED.search(text) is not None


def leads(case: Case) -> Iterator[Lead]:
    """Yield the Jobs of the namespace, and the log of the one that should have prepared the data."""
    yield Lead(kind="Job", namespace=case.namespace)
    job = _job(case)
    pod = None if job is None else _newest(case, job)
    if pod is None:
        return
    for status in fields.items(pod, "status", "containerStatuses")[:1]:
        instance = (
            "previous"
            if fields.whole(status, "restartCount") and "waiting" in fields.table(status, "state")
            else "current"
        )
        yield Lead(
            kind="Log",
            namespace=case.namespace,
            name=fields.name(pod),
            container=fields.text(status, "name"),
            instance=instance,
        )


def look(case: Case, said: Said) -> Joined | None:
    """Return the Job that prepares the data and has not done so."""
    if not wants(said.text):
        return None
    job = _job(case)
    if job is None:
        return None
    name, last = fields.name(job), _last(case, job)
    failed = fields.whole(job, "status", "failed") or 0
    state = f"has failed{f' {failed} times' if failed > 1 else ''}" if failed or _failed(job) else "is not done yet"
    told = f"; its last words: {wording.tail(last)}" if last else ""
    text = (
        f"Mend Job {name} first, which by its name prepares this, and {state}{told}. Once it has succeeded,"
        " this program goes on at its next start. What has failed for good is run again by a new Job (a Helm hook:"
        " by the"
        " next upgrade)."
        if failed or _failed(job)
        else f"Wait for Job {name}, which by its name prepares this, and {state}{told}: this program goes on at its"
        " next"
        " start after that."
    )
    quote = " ".join(
        f"{key}={fields.whole(job, 'status', key)}"
        for key in ("active", "failed", "succeeded")
        if fields.whole(job, "status", key)
    )
    evidence = [Evidence(source="job", path=f"{case.namespace}/{name} status", quote=quote)] if quote else []
    if last:
        evidence.append(Evidence(source="log", path=f"job/{name}", quote=last))
    commands = (
        kubectl(case.namespace, "logs", f"job/{name}", "--all-containers", "--tail=50"),
        kubectl(case.namespace, "describe", "job", name),
    )
    return Joined(
        because=f"Job {name} {state}",
        evidence=tuple(evidence),
        remedy=Remedy(text=text, commands=commands),
        claim=ClaimType.MIGRATION_FAILED if said.claim is None or said.claims(*_VAGUE) else None,
        fault=Fault.KEPT_STATE,
    )


def _job(case: Case) -> Object | None:
    """Return the newest Job of the namespace that prepares by its name and has not succeeded; None: all have."""
    own = case.workload.name if case.workload is not None else ""
    found = [
        job
        for job in case.snapshot.all("Job", case.namespace)
        if fields.name(job) != own and _PREPARES.search(fields.name(job)) is not None and not _succeeded(job)
    ]
    return max(found, key=lambda job: fields.text(job, "metadata", "creationTimestamp"), default=None)


def _succeeded(job: Object) -> bool:
    return bool(fields.whole(job, "status", "succeeded")) or _condition(job, "Complete")


def _failed(job: Object) -> bool:
    return _condition(job, "Failed")


def _condition(job: Object, kind: str) -> bool:
    return any(
        fields.text(item, "type") == kind and fields.text(item, "status") == "True"
        for item in fields.items(job, "status", "conditions")
    )


def _newest(case: Case, job: Object) -> Object | None:
    pods = owners.children(case.snapshot, "Pod", job)
    return max(pods, key=lambda pod: fields.text(pod, "metadata", "creationTimestamp"), default=None)


def _last(case: Case, job: Object) -> str:
    """Return the last line that the Job's newest pod printed, where its log was read."""
    pod = _newest(case, job)
    logs = [
        log
        for log in case.snapshot.logs
        if pod is not None and (log.namespace, log.pod) == (case.namespace, fields.name(pod))
    ]
    lines = [line.text for log in logs for line in log.lines[-MOST:] if line.text.strip()]
    return lines[-1] if lines else ""

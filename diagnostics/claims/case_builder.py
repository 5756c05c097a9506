"""Building the case: everything a cause may look at, worked out once from the snapshot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.claims import instances, pod_ports, shell_codes
from diagnostics.claims.case import Case
from diagnostics.claims.grounding import PodWords
from diagnostics.claims.reading import claims_of
from diagnostics.claims.recall import Recall
from diagnostics.diagnosis import Evidence
from diagnostics.facts.model import Container, Event, Termination, Workload
from diagnostics.facts.pods import blocking, events, killings, terminations
from diagnostics.facts.workloads import changes, gitops, onset, owners, revisions
from diagnostics.transcript.api import transcribe_text
from diagnostics.transcript.model import Transcript

if TYPE_CHECKING:
    from datetime import datetime

    from diagnostics.claims.catalogue import Catalogue
    from diagnostics.claims.claim import Claim
    from diagnostics.snapshot import Object, Snapshot


def case_of(snapshot: Snapshot, catalogue: Catalogue, recall: Recall | None = None) -> Case:
    """Return the case of the snapshot's target: its pod (the worst one of a workload), and what stands around it.

    ``recall`` holds what was read of the logs before.
    """
    memory = recall or Recall(catalogue)
    everything = events.parsed(snapshot)
    pod = chosen_pod(snapshot)
    raw = _workload_object(snapshot, pod)
    workload = None if raw is None else _workload(snapshot, raw, everything)
    if pod is None:
        return Case(
            snapshot=snapshot,
            pod=None,
            owner_events=_around(snapshot, None, raw, everything),
            all_events=everything,
            workload=workload,
        )
    own_events = events.about(everything, pod, "Pod")
    around = _around(snapshot, pod, raw, everything)
    node_events = tuple(event for event in around if event.kind == "Node")
    context = killings.Context(pod, own_events, node_events)
    containers = tuple(
        replace(item, terminations=terminations.terminations(item, context))
        for item in blocking.containers_of(pod, own_events)
    )
    suspect = blocking.choose(containers, pod, snapshot.now)
    told = _told(snapshot, pod, suspect, memory)
    # What died for want of a port of its own pod died of the neighbour that should serve it.
    blamed = suspect if suspect is None else pod_ports.root(snapshot, pod, containers, suspect, told.claims)
    if blamed is not suspect:
        suspect, told = blamed, _told(snapshot, pod, blamed, memory)
    suspect = _judged_again(suspect, told.transcript, pod)
    if suspect is not None:
        containers = tuple(suspect if item.name == suspect.name else item for item in containers)
    siblings = _siblings(snapshot, pod, raw)
    first_crash = onset.first_crash(pod, siblings, everything, workload, snapshot)
    return Case(
        snapshot=snapshot,
        pod=pod,
        containers=containers,
        suspect=suspect,
        events=own_events,
        owner_events=around,
        all_events=everything,
        transcript=told.transcript,
        claims=told.claims,
        words=told.words,
        workload=workload,
        changed=changes.changes(snapshot, pod, workload, everything, first_crash),
        first_crash=first_crash,
        siblings=siblings,
    )


def chosen_pod(snapshot: Snapshot) -> Object | None:
    """Return the pod that stands for the target: itself, or the worst pod of the workload.

    Of several that fail, the newest revision's comes first, then the one restarted most, then by name.
    """
    target = snapshot.target
    named = target.pod or (target.name if target.kind == "Pod" else "")
    if named:
        return snapshot.one("Pod", target.namespace, named)
    workload = owners.workload_object(snapshot)
    if workload is None:
        return None
    pods = candidates(snapshot, workload)
    ranked = sorted(pods, key=lambda pod: _standing(pod, snapshot.now), reverse=True)
    return ranked[0] if ranked else None


def candidates(snapshot: Snapshot, workload: Object) -> list[Object]:
    """Return the pods that may stand for a workload: not what is only left over of the past.

    Of a CronJob the newest Job's count, of a completed Job those that succeeded; a failed pod (evicted, shut down)
    that its controller has replaced, and one that is being deleted, tell nothing of now.
    """
    kind = fields.text(workload, "kind")
    if kind == "CronJob":
        # Also when its pods are gone: what an older run left behind tells nothing of now.
        newest = owners.newest_job(snapshot, workload)
        return [] if newest is None else candidates(snapshot, newest)
    pods = owners.pods_of(snapshot, workload)
    if kind == "Job" and _complete(workload):
        return [pod for pod in pods if fields.text(pod, "status", "phase") == "Succeeded"] or pods
    alive = [pod for pod in pods if not fields.text(pod, "metadata", "deletionTimestamp")] or pods
    if kind == "Job":
        return alive
    return [pod for pod in alive if fields.text(pod, "status", "phase") != "Failed"] or alive


def _complete(job: Object) -> bool:
    return any(
        fields.text(condition, "type") == "Complete" and fields.text(condition, "status") == "True"
        for condition in fields.items(job, "status", "conditions")
    )


def _standing(pod: Object, now: datetime) -> tuple[int, str, int, tuple[int, ...]]:
    restarts = sum(item.restarts for item in blocking.containers_of(pod))
    made = fields.text(pod, "metadata", "creationTimestamp")
    kind = fields.text(owners.controller(pod), "kind")
    # A Job's pods are tried one after another: the newest tells. A ReplicaSet's are alike: the older has more to say.
    newest = made if kind == "Job" else ""
    name = tuple(-ord(letter) for letter in fields.name(pod))
    return (blocking.pod_severity(pod, now), newest, restarts, name)


def _workload_object(snapshot: Snapshot, pod: Object | None) -> Object | None:
    if pod is not None:
        top = owners.topmost(snapshot, pod)
        if top is not None:
            return top
    return owners.workload_object(snapshot)


def _workload(snapshot: Snapshot, raw: Object, everything: tuple[Event, ...]) -> Workload:
    return Workload(
        kind=fields.text(raw, "kind"),
        namespace=fields.namespace(raw),
        name=fields.name(raw),
        raw=raw,
        revisions=revisions.revisions_of(snapshot, raw, everything),
        owner=gitops.owner(raw),
        paused=fields.flag(raw, "spec", "paused"),
    )


def _around(
    snapshot: Snapshot, pod: Object | None, workload: Object | None, everything: tuple[Event, ...]
) -> tuple[Event, ...]:
    """Return the events of the controllers, the claims and the node, newest first."""
    found: list[Event] = []
    seen: set[int] = set()
    for item in _neighbours(snapshot, pod, workload):
        for event in events.about(everything, item):
            if id(event.raw) not in seen:
                seen.add(id(event.raw))
                found.append(event)
    return events.newest_first(found)


def _neighbours(snapshot: Snapshot, pod: Object | None, workload: Object | None) -> list[Object]:
    found: list[Object] = []
    current = pod
    for _ in range(owners.STEPS_UP):
        current = None if current is None else owners.parent(snapshot, current)
        if current is None:
            break
        found.append(current)
    if workload is not None:
        found.append(workload)
        for kind in ("ReplicaSet", "Job"):
            found.extend(owners.children(snapshot, kind, workload))
    if pod is None:
        return found
    for volume in fields.items(pod, "spec", "volumes"):
        claim = fields.text(volume, "persistentVolumeClaim", "claimName")
        held = snapshot.one("PersistentVolumeClaim", fields.namespace(pod), claim) if claim else None
        if held is not None:
            found.append(held)
    node = fields.text(pod, "spec", "nodeName")
    if node:
        found.append({"kind": "Node", "metadata": {"name": node}})
    return found


@dataclass(frozen=True, slots=True)
class _Told:
    """What one container said, and in which words."""

    transcript: Transcript
    claims: tuple[Claim, ...]
    words: PodWords


def _told(snapshot: Snapshot, pod: Object, suspect: Container | None, recall: Recall) -> _Told:
    if suspect is None:
        return _Told(Transcript(container="", instance=""), (), PodWords(()))
    end = suspect.terminations[0] if suspect.terminations else None
    log = instances.log_of(snapshot, fields.namespace(pod), fields.name(pod), suspect, end)
    words = PodWords.of(snapshot, pod, suspect.spec)
    message = _message(end)
    transcript = recall.transcript(suspect, log, end, message)
    said = recall.claims(transcript)
    code = end.exit_code if end is not None else None
    claims = shell_codes.told(claims_of(transcript, recall.catalogue, words, said), code)
    if log is not None and not claims and transcript.shutdown is None and _unsaid(transcript, message):
        # The log holds harmless words only: what the program wrote as its termination message is its last word.
        transcript = transcribe_text(suspect.name, message, "terminated.message")
        claims = claims_of(transcript, recall.catalogue, words)
    return _Told(transcript, claims, words)


def _message(end: Termination | None) -> str:
    """Return the termination message where it is the program's own: StartError and the like are the runtime's."""
    if end is None or end.reason in ("StartError", "ContainerCannotRun", "ContainerStatusUnknown"):
        return ""
    return end.message


def _unsaid(transcript: Transcript, message: str) -> bool:
    """Whether the termination message says something that the log does not."""
    printed = set(transcript.verbatim)
    return any(line.strip() and line not in printed for line in message.splitlines())


def _judged_again(suspect: Container | None, transcript: Transcript, pod: Object) -> Container | None:
    """Return the suspect once its log was read: an orderly shutdown says that somebody asked for the end."""
    if suspect is None or not suspect.terminations or transcript.shutdown is None:
        return suspect
    quote, at = transcript.quote(transcript.shutdown)
    said = Evidence(source="log", path=f"{transcript.container}/{transcript.instance}", quote=quote, at=at)
    newest = terminations.stopped_from_outside(suspect.terminations[0], suspect, pod, said)
    return replace(suspect, terminations=(newest, *suspect.terminations[1:]))


def _siblings(snapshot: Snapshot, pod: Object, workload: Object | None) -> tuple[Object, ...]:
    if workload is None:
        return ()
    return tuple(item for item in owners.pods_of(snapshot, workload) if fields.name(item) != fields.name(pod))

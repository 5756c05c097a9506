"""What else must be read, worked out from what was read so far: the collector asks until nothing is wanted.

Of a namespace with thousands of pods or events only a beginning is read (``Snapshot.partial``). What concerns the
target there is then asked for by label and name: its workload's pods, those behind a Service, and their events.

Bounds: 48 leads a wave (what is left over comes in the next); the logs of 3 containers a pod, and of 3 pods of the
workload; 12 references a pod; 4 dependency pods a case (``chain.BREADTH``), followed to a depth of 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import fields, soundness
from diagnostics.answer import chain
from diagnostics.claims import candidates, case_builder, reach, service_links
from diagnostics.claims.budget import UNBOUNDED
from diagnostics.claims.catalogue import builtin
from diagnostics.claims.model import ClaimType
from diagnostics.claims.recall import Recall
from diagnostics.facts import addresses
from diagnostics.facts.pods import blocking, events, stability
from diagnostics.facts.workloads import changes, owners
from diagnostics.findings.joined import api as joined
from diagnostics.snapshot import Lead, Presence, query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from diagnostics.claims.budget import Budget
    from diagnostics.claims.case import Case
    from diagnostics.claims.catalogue import Catalogue
    from diagnostics.snapshot import Object, Snapshot

WAVE = 48
"""Leads of one wave, most important first."""

CONTAINERS = 3
"""Containers of one pod whose logs are read: the suspect first."""

REFERENCES = 12
"""ConfigMaps and claims of one pod that are read."""

DEPTH = 3
"""How far dependencies are followed: the engine's own depth."""

LOST = frozenset({"Unknown", "ContainerStatusUnknown"})
"""Reasons of ends that the node's runtime lost: then the node's other pods are looked at too."""

CONTROLLERS = frozenset({"ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"})
BESIDE = ("Deployment", "StatefulSet", "DaemonSet")
"""Kinds listed where a host is looked for: a Service's pods may be scaled to zero, or missed by its selector."""


def remembering(budget: Budget = UNBOUNDED) -> Callable[[Snapshot, Catalogue | None], tuple[Lead, ...]]:
    """Return ``leads`` for the waves of one collection: a log that was read is not read again.

    It raises ``OutOfTime`` when reading the logs takes longer than the ``budget``.
    """
    recall: list[Recall] = []

    def asked(snapshot: Snapshot, catalogue: Catalogue | None) -> tuple[Lead, ...]:
        if not recall:
            recall.append(Recall(catalogue or builtin(), budget))
        return leads(snapshot, catalogue, recall[0])

    return asked


def leads(snapshot: Snapshot, catalogue: Catalogue | None = None, recall: Recall | None = None) -> tuple[Lead, ...]:
    """Return what is still to be read, most important first; an empty tuple when all is there.

    A lead that was answered (with 404 too), that a wider list covers, or that could not be read is not asked again.
    ``recall`` holds what was read of the logs in earlier waves.
    """
    unread = {entry.what for entry in snapshot.unread}
    wanted: dict[Lead, None] = {}
    for lead in _wanted(soundness.sound(snapshot), recall or Recall(catalogue or builtin())):
        if lead in wanted or lead in snapshot.partial or str(lead) in unread or answered(snapshot, lead):
            continue
        wanted[lead] = None
    return tuple(wanted)[:WAVE]


def answered(snapshot: Snapshot, lead: Lead) -> bool:
    """Whether that read, or a list that covers it, was answered."""
    if lead in snapshot.answered:
        return True
    if lead.kind == "Log":
        return snapshot.log(lead.namespace, lead.name, lead.container, lead.instance) is not None
    if lead.name and snapshot.one(lead.kind, lead.namespace, lead.name) is not None:
        return True
    return any(
        Lead(kind=lead.kind, namespace=namespace, metadata_only=metadata_only) in snapshot.answered
        for namespace in {lead.namespace, ""}
        for metadata_only in {False, lead.metadata_only}
    )


def _wanted(snapshot: Snapshot, recall: Recall) -> Iterator[Lead]:
    target = snapshot.target
    # Pods of the whole namespace: siblings, near names, other workloads with the same trouble, dependencies.
    yield Lead(kind=target.kind, namespace=target.namespace, name=target.name)
    yield Lead(kind="Pod", namespace=target.namespace)
    yield Lead(kind="Event", namespace=target.namespace)
    workload = owners.workload_object(snapshot)
    if workload is not None:
        yield from _below(workload)
        yield from _selected(snapshot, workload)
    pod = case_builder.chosen_pod(snapshot)
    if pod is None:
        yield from _without_pod(snapshot, workload)
        return
    yield from _case(snapshot, recall, DEPTH, frozenset())


def _case(snapshot: Snapshot, recall: Recall, depth: int, seen: frozenset[str]) -> Iterator[Lead]:
    """Yield what one target needs, then what the dependencies that its log names need."""
    case = case_builder.case_of(snapshot, recall.catalogue, recall)
    if case.pod is None:
        return
    yield from _pod(snapshot, case.pod)
    yield from _hosts(case)
    if service_links.wanted(case) or stability.all_well(case):
        # Of a pod that is well, who asks may mean its Service.
        yield Lead(kind="Service", namespace=case.namespace)
    if candidates.nameless(case) is not None:
        yield from (Lead(kind=kind, namespace=case.namespace) for kind in ("Service", "EndpointSlice", "Pod", *BESIDE))
    if any(hit.type is ClaimType.HEAP_EXHAUSTED for hit in case.claims):
        yield from _memory(snapshot, case.pod)
    if any(hit.type is ClaimType.ACCESS_DENIED for hit in case.claims):
        yield from _backing(snapshot, case.pod)
    yield from joined.leads(case)
    if depth <= 0:
        return
    known = seen | {chain.key(case)}
    for name, target in chain.targets(case, known).items():
        yield from _case(snapshot.focused(target), recall, depth - 1, known | {name})


def _below(workload: Object) -> Iterator[Lead]:
    """Yield what a workload holds: ReplicaSets, ControllerRevisions, Jobs."""
    namespace, kind = fields.namespace(workload), fields.text(workload, "kind")
    revisions = {"Deployment": "ReplicaSet", "StatefulSet": "ControllerRevision", "DaemonSet": "ControllerRevision"}
    if kind == "CronJob":
        yield Lead(kind="Job", namespace=namespace)
    elif kind in revisions:
        yield Lead(kind=revisions[kind], namespace=namespace, labels=selector(workload))


def selector(workload: Object) -> str:
    """Return the workload's labels as a query takes them."""
    return query(fields.labels(workload, "spec", "selector", "matchLabels"))


def _selected(snapshot: Snapshot, workload: Object) -> Iterator[Lead]:
    """Yield a controller's own pods and events, where the namespace's were not read whole."""
    namespace, labels = fields.namespace(workload), selector(workload)
    if labels and Lead(kind="Pod", namespace=namespace) in snapshot.partial and not _taken_in(snapshot, workload):
        yield Lead(kind="Pod", namespace=namespace, labels=labels)
    yield from _events(snapshot, workload)
    for made in owners.children(snapshot, "ReplicaSet", workload):
        if fields.whole(made, "spec", "replicas"):
            yield from _events(snapshot, made)


def _taken_in(snapshot: Snapshot, made: Object) -> bool:
    """Whether the selector of the controller above takes in an object's pods too, or is still to be read."""
    reference, namespace = owners.controller(made), fields.namespace(made)
    kind, name = fields.text(reference, "kind"), fields.text(reference, "name")
    above = snapshot.one(kind, namespace, name)
    if above is not None:
        return bool(selector(above))
    lead = Lead(kind=kind, namespace=namespace, name=name)
    unread = any(entry.what == str(lead) for entry in snapshot.unread)
    return kind in CONTROLLERS and not unread and snapshot.presence(kind, namespace, name) is Presence.UNKNOWN


def _events(snapshot: Snapshot, item: Object) -> Iterator[Lead]:
    """Yield what is told of an object, where the namespace's events were not read whole."""
    namespace = fields.namespace(item)
    if Lead(kind="Event", namespace=namespace) in snapshot.partial:
        yield Lead(kind="Event", namespace=namespace, fields=f"involvedObject.name={fields.name(item)}")


def _pod(snapshot: Snapshot, pod: Object) -> Iterator[Lead]:
    """Yield what a pod names: its logs, its controllers, its node, its ConfigMaps and claims."""
    namespace = fields.namespace(pod)
    yield from _logs(snapshot, pod)
    yield from _events(snapshot, pod)
    current: Object | None = pod
    for _ in range(owners.STEPS_UP):
        reference = {} if current is None else owners.controller(current)
        kind, name = fields.text(reference, "kind"), fields.text(reference, "name")
        above = _above(snapshot, current, name) if kind == "ReplicaSet" and current is not None else ""
        if above:
            yield Lead(kind="Deployment", namespace=namespace, name=above)
            found = snapshot.one("Deployment", namespace, above)
            yield from () if found is None else _below(found)
        elif kind in CONTROLLERS:
            yield Lead(kind=kind, namespace=namespace, name=name)
        current = None if current is None else owners.parent(snapshot, current)
        if current is None:
            break
        yield from _below(current)
        yield from _selected(snapshot, current)
    node = fields.text(pod, "spec", "nodeName")
    if node:
        yield Lead(kind="Node", name=node)
        # Of all nodes at once: it is one read for whoever asks about any of them.
        yield Lead(kind="Event", namespace="default", fields="involvedObject.kind=Node")
    yield from _named(snapshot, pod)
    yield from _held_up(snapshot, pod)


def _above(snapshot: Snapshot, pod: Object, made: str) -> str:
    """Return the Deployment of a pod's ReplicaSet by its name, which is the Deployment's and the hash of the template.

    It is read at once, and its ReplicaSets with it; empty when the name says nothing or there is no such Deployment.
    """
    digest = fields.labels(pod, "metadata", "labels").get("pod-template-hash", "")
    name = made.removesuffix(f"-{digest}") if digest else made
    if name == made or snapshot.presence("Deployment", fields.namespace(pod), name) is Presence.ABSENT:
        return ""
    return name


def _named(snapshot: Snapshot, pod: Object) -> Iterator[Lead]:
    """Yield the ConfigMaps and claims that the spec names, and lists for near names where the kubelet misses one."""
    namespace = fields.namespace(pod)
    mounts = (event for event in events.about(events.parsed(snapshot), pod) if event.reason == "FailedMount")
    said = (*(item.waiting_message for item in blocking.containers_of(pod)), *(event.message for event in mounts))
    told = " ".join(said).lower()
    held_up = blocking.pod_severity(pod, snapshot.now) >= 3
    for kind, name in changes.references(pod)[:REFERENCES]:
        if kind == "ConfigMap":
            yield Lead(kind=kind, namespace=namespace, name=name)
        elif held_up and "secret" in told:
            yield Lead(kind="Secret", namespace=namespace, metadata_only=True)
    if held_up and "configmap" in told:
        yield Lead(kind="ConfigMap", namespace=namespace)
    for volume in fields.items(pod, "spec", "volumes")[:REFERENCES]:
        claim = fields.text(volume, "persistentVolumeClaim", "claimName")
        if claim:
            yield Lead(kind="PersistentVolumeClaim", namespace=namespace, name=claim)
            yield from _events(snapshot, {"metadata": {"namespace": namespace, "name": claim}})


def _backing(snapshot: Snapshot, pod: Object) -> Iterator[Lead]:
    """Yield the volumes behind the pod's claims: whether fsGroup acts on one depends on what it is."""
    for volume in fields.items(pod, "spec", "volumes")[:REFERENCES]:
        claim = fields.text(volume, "persistentVolumeClaim", "claimName")
        held = snapshot.one("PersistentVolumeClaim", fields.namespace(pod), claim) if claim else None
        if name := fields.text(held, "spec", "volumeName"):
            yield Lead(kind="PersistentVolume", name=name)


def _held_up(snapshot: Snapshot, pod: Object) -> Iterator[Lead]:
    """Yield what explains a pod that no node takes, an image that cannot be pulled, and an end for memory."""
    namespace = fields.namespace(pod)
    containers = blocking.containers_of(pod)
    if not fields.text(pod, "spec", "nodeName"):
        yield Lead(kind="Node")
    if any(item.waiting_reason in ("ErrImagePull", "ImagePullBackOff") for item in containers):
        account = fields.text(pod, "spec", "serviceAccountName") or "default"
        yield Lead(kind="ServiceAccount", namespace=namespace, name=account)
    ends = [fields.table(item.status, place, "terminated") for item in containers for place in ("state", "lastState")]
    if any(fields.text(end, "reason") == "OOMKilled" for end in ends):
        yield Lead(kind="LimitRange", namespace=namespace)
        yield from _memory(snapshot, pod)
    node = snapshot.one("Node", "", fields.text(pod, "spec", "nodeName"))
    if _ails(node) or any(fields.text(end, "reason") in LOST for end in ends):
        yield Lead(kind="Pod", fields=f"spec.nodeName={fields.text(pod, 'spec', 'nodeName')}")


def _memory(snapshot: Snapshot, pod: Object) -> Iterator[Lead]:
    """Yield what the add-ons know about memory: the use of the workload's pods, and what is recommended for it."""
    namespace, top = fields.namespace(pod), owners.topmost(snapshot, pod)
    if not _climbed(snapshot, top or pod):
        return
    narrowed = selector(top) if top is not None else ""
    yield Lead(kind="PodMetrics", namespace=namespace, name="" if narrowed else fields.name(pod), labels=narrowed)
    yield Lead(kind="VerticalPodAutoscaler", namespace=namespace)


def _climbed(snapshot: Snapshot, item: Object) -> bool:
    """Whether all controllers above an object were asked for: before that it is not known whose pods count."""
    reference = owners.controller(item)
    kind, name = fields.text(reference, "kind"), fields.text(reference, "name")
    return kind not in CONTROLLERS or snapshot.presence(kind, fields.namespace(item), name) is not Presence.UNKNOWN


def _ails(node: Object | None) -> bool:
    """Whether a condition of the node is not as it should be: Ready not True, or any other one True."""
    return any(
        fields.text(condition, "status") != ("True" if fields.text(condition, "type") == "Ready" else "False")
        for condition in fields.items(node, "status", "conditions")
    )


def _logs(snapshot: Snapshot, pod: Object) -> Iterator[Lead]:
    """Yield the logs of the containers that ran, the suspect's first: both instances once one has ended."""
    containers = blocking.containers_of(pod)
    suspect = blocking.choose(containers, pod, snapshot.now)
    ordered = sorted(
        (item for item in containers if item.running_since is not None or blocking.ended_at(item) is not None),
        key=lambda item: (suspect is None or item.name != suspect.name, -blocking.severity(item, pod, snapshot.now)),
    )
    for container in ordered[:CONTAINERS]:
        for instance in ("current", "previous") if container.restarts else ("current",):
            yield Lead(
                kind="Log",
                namespace=fields.namespace(pod),
                name=fields.name(pod),
                container=container.name,
                instance=instance,
            )


def _hosts(case: Case) -> Iterator[Lead]:
    """Yield what tells whether a host that the log names can be reached, in its namespace and the pod's own."""
    for address in chain.addresses(case):
        if addresses.is_local(address[0]):
            continue
        found = reach.host(case, *address)
        if found.problem is reach.Problem.EXTERNAL and not found.service:
            continue
        spaces = {found.service.partition("/")[0], "" if "." in address[0] else case.namespace}
        if ":" in address[0] or address[0].replace(".", "").isdigit() or address[0].count(".") == 1:
            spaces.add(case.namespace)
        for namespace in sorted(spaces - {""}):
            for kind in ("Service", "EndpointSlice", "Pod", "Event", *BESIDE, "NetworkPolicy"):
                yield Lead(kind=kind, namespace=namespace)
            if namespace != case.namespace:
                yield Lead(kind="Namespace", name=namespace)
                if found.problem in (reach.Problem.NO_SERVICE, reach.Problem.NO_NAMESPACE):
                    yield Lead(kind="Service", namespace=case.namespace)  # it may have been meant to be here
        yield from _behind(case.snapshot, address[0], found.service, case.namespace)
        if spaces - {""}:
            yield Lead(kind="NetworkPolicy", namespace=case.namespace)


def _behind(snapshot: Snapshot, host: str, service: str, home: str) -> Iterator[Lead]:
    """Yield the pods behind a Service or an address, where the namespace's were not read whole."""
    namespace, _, name = service.partition("/")
    found = snapshot.one("Service", namespace, name) if name else None
    labels = query(fields.labels(found, "spec", "selector"))
    if labels and Lead(kind="Pod", namespace=namespace) in snapshot.partial:
        yield Lead(kind="Pod", namespace=namespace, labels=labels)
    if found is None and Lead(kind="Pod", namespace=home) in snapshot.partial and addresses.ip(host) is not None:
        yield Lead(kind="Pod", namespace=home, fields=f"status.podIP={host}")


def _without_pod(snapshot: Snapshot, workload: Object | None) -> Iterator[Lead]:
    """Yield what tells why there is no pod: quota and defaults for a workload, near names for what was not found."""
    namespace = snapshot.target.namespace
    pods = Lead(kind="Pod", namespace=namespace)
    if not answered(snapshot, pods) and pods not in snapshot.partial:
        return
    if workload is None:
        for kind in ("ReplicaSet", *BESIDE, "Job", "CronJob"):
            yield Lead(kind=kind, namespace=namespace)
        return
    for kind in ("ReplicaSet", "Job") if fields.text(workload, "kind") in ("Deployment", "CronJob") else ():
        yield Lead(kind=kind, namespace=namespace)
    for kind in ("ResourceQuota", "LimitRange"):
        yield Lead(kind=kind, namespace=namespace)
    account = fields.text(workload, "spec", "template", "spec", "serviceAccountName")
    if account:
        yield Lead(kind="ServiceAccount", namespace=namespace, name=account)

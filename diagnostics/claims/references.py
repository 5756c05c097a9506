"""Secrets and ConfigMaps that a pod refers to, and what the kubelet says is missing of them.

Texts: pkg/kubelet/kubelet_pods.go ``makeEnvironmentVariables``, pkg/volume/{secret,configmap,projected}.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.claims.podrefs import sources, uses
from diagnostics.claims.podwords import keys
from diagnostics.facts.quotes import ending, first, unmasked, waiting
from diagnostics.fields import flag, items, name, namespace, table, text
from diagnostics.patterns import compiled
from diagnostics.snapshot import Presence

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Evidence
    from diagnostics.facts.model import Container, Event
    from diagnostics.snapshot import Object

_NOT_FOUND: Final = {
    "Secret": compiled(r'\bsecrets? \\?"([^"\\]+)\\?" not found'),
    "ConfigMap": compiled(r'\bconfigmaps? \\?"([^"\\]+)\\?" not found'),
}
_KEY: Final = compiled(r"[Cc]ouldn't find key (\S+) in (Secret|ConfigMap) ([^/\s]+)/(\S+)")
_VOLUME_KEY: Final = {
    "Secret": compiled(r"references non-existent secret key: (\S+)"),
    "ConfigMap": compiled(r"configmap references non-existent config key: (\S+)"),
}
_VOLUME: Final = compiled(r'^MountVolume\.\S+ failed for volume "([^"]+)"')
_ONTO: Final = compiled(
    r'error mounting "[^"]+" to rootfs at "([^"]+)"[^\n]*not a directory|\bdst=([^,\s]+),[^\n]*not a directory'
)
"""The runtime's words for a directory that was to be mounted onto a file (runc's and crun's libcontainer)."""
BACK_OFF: Final = "back-off to about 2 min"
"""How mounts are tried again: after 0.5 s, then ever later up to 2 min 2 s (k8s.io/kubernetes
pkg/util/goroutinemap/exponentialbackoff)."""
EACH_SYNC: Final = "every 10 to 15 s"
"""How a container is that lacks something of its environment: with each sync of its pod (REFERENCE.md 1.3)."""
NAMED: Final = 3
"""Workloads that a summary names."""
_NOT_YET: Final = ("ContainerCreating", "PodInitializing", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """An object, or one key of it, that the kubelet (or the API) says is not there."""

    kind: str
    name: str
    key: str
    container: str
    evidence: tuple[Evidence, ...]
    sure: bool
    present_now: bool
    """The object exists by now: the kubelet's next try gets past it."""
    retried: str = ""
    """How soon the kubelet tries again, where its way of trying is known."""

    @property
    def again(self) -> str:
        """What comes by itself once it is there, as a sentence."""
        how = f" ({self.retried})" if self.retried else ""
        return f"The kubelet tries again by itself{how}; no restart is needed."


def missing(case: Case, kind: str) -> Missing | None:
    """Return what of that kind (``Secret`` or ``ConfigMap``) keeps the pod from starting, or None."""
    if case.pod is None:
        return None
    for container in _blocked_first(case):
        if container.running_since is None and container.waiting_message:
            found = _said(case, kind, container.waiting_message)
            if found is not None:
                return _stated(case, kind, found, container.name, unmasked(case, container), EACH_SYNC)
        lacking = _onto_a_file(case, kind, container)
        if lacking is not None:
            return lacking
    for event in case.events:
        found = _said(case, kind, event.message)
        if found is not None and _still_blocks(case, event):
            state = next((waiting(item) for item in case.containers if item.name == event.container), ())
            retried = BACK_OFF if event.reason == "FailedMount" else EACH_SYNC
            return _stated(case, kind, found, event.container, (event.evidence(), *state), retried)
    return _inferred(case, kind)


def others(case: Case, kind: str, wanted: str) -> tuple[int, tuple[str, ...]]:
    """Return how many pods of the namespace wait for the same object, and the workloads they belong to."""
    pods = [pod for pod in case.snapshot.all("Pod", case.namespace) if _waits_for(case, pod, kind, wanted)]
    return len(pods), tuple(sorted({_owner(case, pod) for pod in pods}))


def waiting_pods(pods: int, workloads: tuple[str, ...]) -> str:
    """Return how many wait for the same object, as a clause with the first workloads' names; empty for one workload."""
    if len(workloads) < 2:
        return ""
    names = [workload.partition("/")[2] for workload in workloads[:NAMED]] + ["…"] * (len(workloads) > NAMED)
    return f"; {pods} pods of {len(workloads)} workloads wait for it ({', '.join(names)})"


def _blocked_first(case: Case) -> list[Container]:
    rest = [item for item in case.containers if case.suspect is None or item.name != case.suspect.name]
    return ([case.suspect] if case.suspect is not None else []) + rest


def _said(case: Case, kind: str, message: str) -> tuple[str, str] | None:
    """Return the (name, key) that a kubelet's text says is missing."""
    if found := _KEY.search(message):
        return (found.group(4), found.group(1)) if found.group(2) == kind else None
    if found := _NOT_FOUND[kind].search(message):
        return found.group(1), ""
    if found := _VOLUME_KEY[kind].search(message):
        volume = _VOLUME.search(message)
        return _of_volume(case, kind, volume.group(1) if volume else "", found.group(1)), found.group(1)
    return None


def _onto_a_file(case: Case, kind: str, container: Container) -> Missing | None:
    """Return the key behind a subPath that is not there: a directory stands in for it, and none mounts onto a file."""
    end = container.terminations[0] if container.terminations else None
    told = container.waiting_message if _ONTO.search(container.waiting_message) else end.message if end else ""
    found = _ONTO.search(told)
    if found is None or container.running_since is not None:
        return None
    path = next(part for part in found.groups() if part)
    mount = next((entry for entry in items(container.spec, "volumeMounts") if text(entry, "mountPath") == path), {})
    volume = next((entry for entry in items(case.pod, "spec", "volumes") if entry.get("name") == mount.get("name")), {})
    key = text(mount, "subPath")
    for wanted, *_ in sources(volume, kind):
        held = keys(case.snapshot, kind, case.namespace, wanted)
        if key and held is not None and key not in held:
            proof = unmasked(case, container) if told == container.waiting_message or end is None else ()
            proof = proof or (ending(container, end) if end is not None else ())
            return _stated(case, kind, (wanted, key), container.name, proof)
    return None


def _of_volume(case: Case, kind: str, volume: str, key: str) -> str:
    """Return the object behind a volume; of several projected ones the one that names the key."""
    for entry in items(case.pod, "spec", "volumes"):
        if text(entry, "name") == volume:
            held = list(sources(entry, kind))
            named = [source for source, _, wanted, _ in held if key in wanted]
            return (named or [source for source, *_ in held] or [""])[0]
    return ""


def _still_blocks(case: Case, event: Event) -> bool:
    """Whether nothing of the container (of the pod, for a volume) has come to run since the event."""
    if event.reason not in {"Failed", "FailedMount"}:
        return False
    concerned = [item for item in case.containers if event.container in {"", item.name}]
    if event.last is None:
        return all(item.running_since is None and not item.terminations for item in concerned)
    for item in concerned:
        if item.running_since is not None and item.running_since >= event.last:
            return False
        if event.container and item.running_since is not None:
            return False
        ended = item.terminations[0].finished_at if item.terminations else None
        if ended is not None and ended >= event.last:
            return False
    return bool(concerned)


def _stated(
    case: Case, kind: str, found: tuple[str, str], container: str, evidence: tuple[Evidence, ...], retried: str = ""
) -> Missing:
    wanted, key = found
    using = [use for use in uses(case.pod or {}, kind, wanted) if key in {"", use.key} or use.key == ""]
    here = [use for use in using if use.container == container] or using
    return Missing(
        kind=kind,
        name=wanted,
        key=key,
        container=container or (here[0].container if here else ""),
        evidence=first((*evidence, *(use.evidence for use in here[:3]))),
        sure=True,
        present_now=not key and case.snapshot.presence(kind, case.namespace, wanted) is Presence.PRESENT,
        retried=retried,
    )


def _inferred(case: Case, kind: str) -> Missing | None:
    """Infer it when events are gone: nothing ever ran, and the API says that a required volume's object is absent."""
    started = any(item.running_since or item.terminations for item in case.containers)
    blocked = [item for item in case.containers if item.waiting_reason in _NOT_YET]
    told = any(event.reason in {"FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox"} for event in case.events)
    if started or told or not blocked or case.pod is None or not text(case.pod, "spec", "nodeName"):
        return None
    for volume in items(case.pod, "spec", "volumes"):
        for wanted, optional, _, _ in sources(volume, kind):
            kept_by_cluster = (kind, wanted) == ("ConfigMap", "kube-root-ca.crt")  # made in every namespace
            gone = case.snapshot.presence(kind, case.namespace, wanted) is Presence.ABSENT
            if optional or kept_by_cluster or not gone:
                continue
            use = next(uses(case.pod, kind, wanted))
            state = (*waiting(blocked[0]), use.evidence)
            return Missing(
                kind=kind, name=wanted, key="", container=use.container, evidence=state, sure=False, present_now=False,
                retried=BACK_OFF,
            )  # fmt: skip
    return None


def _waits_for(case: Case, pod: Object, kind: str, wanted: str) -> bool:
    statuses = (*items(pod, "status", "initContainerStatuses"), *items(pod, "status", "containerStatuses"))
    states = [(table(status, "state", "waiting"), status) for status in statuses]
    if any(_names(kind, wanted, text(state, "message")) for state, _ in states):
        return True
    if not any(text(state, "reason") in {"ContainerCreating", "PodInitializing"} for state, _ in states):
        return False
    return any(
        text(event, "involvedObject", "name") == name(pod)
        and text(event, "reason") == "FailedMount"
        and _names(kind, wanted, text(event, "message"))
        for event in case.snapshot.all("Event", namespace(pod))
    )


def _names(kind: str, wanted: str, message: str) -> bool:
    found = _NOT_FOUND[kind].search(message)
    if found is not None and found.group(1) == wanted:
        return True
    found = _KEY.search(message)
    return found is not None and (found.group(2), found.group(4)) == (kind, wanted)


def _owner(case: Case, pod: Object) -> str:
    """Return ``kind/name`` of the topmost controller that the snapshot shows."""
    kind, title = "Pod", name(pod)
    item: Object | None = pod
    for _ in range(3):
        owner = next((entry for entry in items(item, "metadata", "ownerReferences") if flag(entry, "controller")), None)
        if owner is None:
            break
        kind, title = text(owner, "kind"), text(owner, "name")
        item = case.snapshot.one(kind, namespace(pod), title)
    return f"{kind.lower()}/{title}"

"""The kubelet removed the pod: its node ran short of something, or the pod used more local storage than it may.

What it means
    Under memory, disk or process-id pressure a kubelet ends pods, those first that use more than they request. A pod is
    also evicted, alone, when a container exceeds its ephemeral-storage limit or an emptyDir its size limit. The pod
    stays as Failed; its controller makes another one.

How it is decided
    By the pod's reason Evicted and its message, or the Evicted event.

What it is confused with
    OOMKilled (exit 137 as well): there the kernel ended one container. Drains and preemption also remove pods, with
    another reason.

How to fix it
    Own storage: raise the limit or write less (logs to standard output, rotate, clean). Node pressure: requests equal
    to real use, so that the scheduler spreads the load; find what fills the node.

How to prevent it
    Requests for memory and ephemeral-storage on every container, sizeLimit on every emptyDir, alerts on node pressure,
    image and log rotation on the nodes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, terminated, waiting
from diagnostics.facts.pods import quantities
from diagnostics.facts.quotes import first
from diagnostics.facts.workloads import nodes
from diagnostics.fields import items, name, text, time
from diagnostics.findings import suspicion, wording
from diagnostics.findings.commands import durable, kubectl, on_node, patch_spec, pod_name, set_resources
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

CAUSE: Final = Cause(
    id="evicted",
    title="Removed by the kubelet for a resource",
    category=Category.NODE,
)
FRESH: Final = timedelta(hours=1)
"""A pod that is older than this has outlived what its predecessors were evicted for."""
TELLING: Final = 64 * quantities.MI
"""Bytes below which a request for what a container wrote has nobody evicted first (ours)."""
LARGE: Final = 2**30
"""From one Gi on it is the pod's own writing that counts: nodes have tens of it, and keep 10 to 15 % free (ours)."""
MARGIN: Final = 1.25
"""A request is a quarter above the use that was seen (ours)."""
_NODE: Final = compiled(r"node was low on resource: ([\w./-]*[\w])")
_THRESHOLD: Final = compiled(r"Threshold quantity: ([^,]+), available: ([^.,\s]+)")
_USING: Final = compiled(r"Container (\S+) was using ([^,\s]+), (?:request is|which exceeds its request of) ([\w.]*\w)")
_NODE_STORAGE: Final = compiled(r"low on resource: ephemeral-storage")
_STORAGE: Final = compiled(r'Container (\S+) exceeded its local ephemeral storage limit "([^"]+)"')
_POD_STORAGE: Final = compiled(r"ephemeral local storage usage exceeds the total limit of containers ([\w.]*\w)")
_UNFREED: Final = frozenset({"FreeDiskSpaceFailed", "ImageGCFailed"})
"""The kubelet found nothing to free on a full disk (K: pkg/kubelet/images/image_gc_manager.go)."""
_EMPTY_DIR: Final = compiled(r'Usage of EmptyDir volume "([^"]+)" exceeds the limit "([^"]+)"')


def check(case: Case) -> Finding | None:
    """Return the finding when the pod at hand was evicted."""
    if text(case.pod, "status", "reason") != "Evicted":
        return _before(case)
    message = text(case.pod, "status", "message")
    proof = [Evidence(source="pod", path="status", quote="reason=Evicted")]
    if message:
        proof.append(Evidence(source="pod", path="status.message", quote=message))
    proof += [event.evidence() for event in case.events if event.reason == "Evicted"][:1]
    proof += [event.evidence() for event in case.owner_events if event.kind == "Node" and event.reason in _UNFREED][:1]
    node = nodes.node_of(case)
    pressed = (
        [quote for kind, quotes in nodes.bad_conditions(node) if kind in nodes.PRESSURE for quote in quotes]
        if node
        else []
    )
    proof += pressed
    container, why, own = _why(message, text(case.pod, "spec", "nodeName"), scratch=bool(_scratch(case)))
    still = "; the node still reports pressure" if pressed and not own else ""
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED,
        summary=f"The kubelet evicted the pod: {why}{still}.",
        evidence=first(proof),
        container=container,
        facts={"why": why, "own_storage": own},
        remedy=_remedy(case, container, own=own),
        fault=Fault.TEMPLATE if own else Fault.CLUSTER,
        fault_names=("ephemeral-storage", "sizeLimit") if own else (),
        conclusive=True,
    )


def _before(case: Case) -> Finding | None:
    """Tell of a workload whose pods were evicted for what they write, while the newest has had no time to do so."""
    made = time(case.pod, "metadata", "creationTimestamp")
    if case.snapshot.target.pod or case.snapshot.target.kind == "Pod" or made is None or case.now - made > FRESH:
        return None
    gone = [pod for pod in case.siblings if text(pod, "status", "reason") == "Evicted"]
    told = [(pod, _why(text(pod, "status", "message"), text(pod, "spec", "nodeName"))) for pod in gone]
    own = [(pod, why) for pod, (_, why, own) in told if own]
    if not own:
        return None
    count, of = len(own), len(case.siblings) + 1
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED,
        summary=(
            f"The kubelet evicted {count} of {of} pods: {own[0][1]}. What runs now is "
            f"{wording.span((case.now - made).total_seconds())} old and goes the same way once it has written as much."
        ),
        evidence=first(
            Evidence(source="pod", path=f"{name(pod)} status.message", quote=text(pod, "status", "message"))
            for pod, _ in own[:2]
        ),
        facts={"why": own[0][1], "own_storage": True},
        remedy=_remedy(case, "", own=True),
        fault=Fault.TEMPLATE,
        fault_names=("ephemeral-storage", "sizeLimit"),
        conclusive=True,
    )


def ruled_out(case: Case) -> str:
    """Return that the pod was not evicted, when SIGKILL ended its container."""
    end = case.ended
    return (
        "the pod stays on its node; an evicted one would be Failed" if end is not None and end.exit_code == 137 else ""
    )


def suspected(case: Case, best: Finding) -> bool:
    """Whether an eviction comes to mind: a signal ended the container, and nobody is known for it."""
    return suspicion.killed(case) and best.cause in {"killed-externally", ""}


def _why(message: str, node: str, *, scratch: bool = False) -> tuple[str, str, bool]:
    """Return (container, words, own storage). ``scratch``: the pod has emptyDirs, whose use the kubelet leaves out."""
    if found := _STORAGE.search(message):
        return (
            found.group(1),
            f"container {found.group(1)} exceeded its ephemeral storage limit of {found.group(2)}",
            True,
        )
    if found := _POD_STORAGE.search(message):
        return "", f"the pod's local storage exceeds the limits of its containers, {found.group(1)} in all", True
    if found := _EMPTY_DIR.search(message):
        return "", f"emptyDir {found.group(1)} exceeds its size limit of {found.group(2)}", True
    low, level, using = _NODE.search(message), _THRESHOLD.search(message), _largest(message)
    if low is None:
        return "", message.strip().rstrip(".") or "no message was left", False
    words = f"node {node} was low on {low.group(1)}"
    if level:
        words += f" ({level.group(2)} left, the threshold is {level.group(1)})"
    if using:
        words += f", and container {using.name} used {using.used} with a request of {using.request}"
        if using.bytes < LARGE and _NODE_STORAGE.search(message) is not None and not scratch:
            words += ", too little to have filled the node"
    return (using.name if using else ""), words, False


def _remedy(case: Case, container: str, *, own: bool) -> Remedy:
    delete = kubectl(case.namespace, "delete", "pod", pod_name(case))
    named = next((item for item in case.containers if item.name == container), None)
    message = text(case.pod, "status", "message")
    if own:
        return _own(case, named, message, delete)
    if _NODE_STORAGE.search(message) is not None:
        return _disk(case, named, delete)
    node = text(case.pod, "spec", "nodeName")
    change = _request(case, named, "memory", _largest(message))
    words = (
        f"Find what fills node {node or 'it was on'} (the first command sorts its pods by memory), and set requests to"
        " what is really used so that pods are spread. The controller has made another pod; this one is only a record"
        " and can be deleted."
    )
    top = kubectl("", "top", "pods", "-A", "--sort-by=memory")
    return Remedy(text=words + durable(case), commands=(top, *change, delete))


def _own(case: Case, named: Container | None, message: str, delete: str) -> Remedy:
    """Return what to do about a limit of the pod's own: that of an emptyDir, or of a container's layer and logs."""
    record = " The evicted pod is only a record and can be deleted."
    if found := _EMPTY_DIR.search(message):
        volume, size = found.group(1), found.group(2)
        words = (
            f"Let what is written to emptyDir {volume} be cleaned up or kept on a claim, or raise its sizeLimit"
            f" of {size}"
            f" (the command; the node's disk must have the room).{record}"
        )
        change = patch_spec(case, {"volumes": [{"name": volume, "emptyDir": {"sizeLimit": "<more than it needs>"}}]})
        return Remedy(text=words + durable(case), commands=(*change, delete))
    who = f"container {named.name}" if named is not None else "the container that writes most"
    words = (
        f"Let {who} write to a volume what it writes to its own layer (files outside of mounts, logs), clean"
        " that up, or"
        f" raise its limit of ephemeral-storage.{record}"
    )
    change = set_resources(case, named, limits="ephemeral-storage=<more than it writes>") if named else ()
    return Remedy(text=words + durable(case), commands=(*change, delete))


def _scratch(case: Case) -> list[str]:
    """Return the emptyDirs of the pod that lie on the node's disk, which the kubelet's number of a container omits."""
    volumes = items(case.pod, "spec", "volumes")
    return [
        text(item, "name") for item in volumes if "emptyDir" in item and text(item, "emptyDir", "medium") != "Memory"
    ]


def _seen(case: Case, container: str) -> tuple[str, ...]:
    """Return the command that shows what is written in a pod that runs, its emptyDirs too; none where none runs."""
    alive = next((pod for pod in case.siblings if text(pod, "status", "phase") == "Running"), None)
    if alive is None:
        return ()
    return (kubectl(case.namespace, "exec", name(alive), "-c", container, "--", "du", "-hd2", "/"),)


def _disk(case: Case, named: Container | None, delete: str) -> Remedy:
    """Return what to do about a node whose disk ran short: mostly the node's own, and seldom this pod's writing."""
    node, using = text(case.pod, "spec", "nodeName"), _largest(text(case.pod, "status", "message"))
    telling = using is not None and using.bytes >= TELLING
    change = _request(case, named, "ephemeral-storage", using) if telling else ()
    record = " The evicted pod is only a record and can be deleted."
    if using is not None and using.bytes >= LARGE:
        words = (
            f"See what {using.name} writes to its own layer and emptyDirs, and have it written to a claim or cleaned"
            f" up, or bound it (sizeLimit of the emptyDirs, limits.ephemeral-storage): {using.used} is much for"
            f" that.{_where(case)}{record}"
        )
        return Remedy(text=words + durable(case), commands=(*_seen(case, using.name), delete))
    pressed = any(
        text(entry, "type") == "DiskPressure" and text(entry, "status") == "True"
        for entry in items(case.snapshot.one("Node", "", node), "status", "conditions")
    )
    now = ", which still has DiskPressure" if pressed else ""
    scratch = _scratch(case)
    little = f", and not {using.name}, which wrote no more than {using.used}" if using is not None else ""
    little = f", and this pod's emptyDirs ({', '.join(scratch)}), which that number leaves out" if scratch else little
    words = (
        f"Free or enlarge the disk of node {node}{now}: its images, its logs and other pods' files are to be looked"
        f" at{little}. The first command shows what takes the room there."
        f"{' A request for what it writes has others evicted first.' if telling else ''}{record}"
    )
    look = "df -h /var/lib/kubelet; du -xhd1 /var/lib/containerd /var/lib/kubelet /var/log 2>/dev/null | sort -h | tail"
    shown = on_node(node, "chroot", "/host", "sh", "-c", look)
    return Remedy(text=words + durable(case), commands=(shown, *change, delete))


def _where(case: Case) -> str:
    """Return where it is to be looked for: which emptyDirs there are, and what the command shows."""
    scratch = _scratch(case)
    told = f" Its emptyDirs are {', '.join(scratch)}." if scratch else ""
    alive = any(text(pod, "status", "phase") == "Running" for pod in case.siblings)
    return f"{told} The first command shows where it lies in a pod that runs now." if alive else told


@dataclass(frozen=True, slots=True, kw_only=True)
class _Using:
    """What a container used when its pod was evicted, as the kubelet writes it."""

    name: str
    used: str
    request: str

    @property
    def bytes(self) -> int:
        """Return the use in bytes, 0 where it cannot be read."""
        return quantities.parsed(self.used) or 0


def _largest(message: str) -> _Using | None:
    """Return the container that used most of what the node was short of: a message may name several."""
    found = [_Using(name=item.group(1), used=item.group(2), request=item.group(3)) for item in _USING.finditer(message)]
    return max(found, key=lambda item: item.bytes, default=None)


def _request(case: Case, named: Container | None, what: str, using: _Using | None) -> tuple[str, ...]:
    """Return the command that asks for what was used and a quarter more."""
    if using is None or named is None or not using.bytes:
        return ()
    size = quantities.written(math.ceil(using.bytes * MARGIN / quantities.MI) * quantities.MI)
    return set_resources(case, named, requests=f"{what}={size}")


EXAMPLES: Final = (
    Example(
        title="the node was low on memory",
        hit=True,
        pod={
            "status": {
                "phase": "Failed",
                "reason": "Evicted",
                "message": "The node was low on resource: memory. Threshold quantity: 100Mi, available: 88Mi. "
                "Container api was using 900Mi, request is 256Mi, has larger consumption of memory. ",
            }
        },
        status={"state": terminated(137, "ContainerStatusUnknown")},
    ),
    Example(
        title="an emptyDir grew too large",
        hit=True,
        pod={
            "status": {
                "phase": "Failed",
                "reason": "Evicted",
                "message": 'Usage of EmptyDir volume "tmp" exceeds the limit "64Mi". ',
            }
        },
        status={"state": terminated(137)},
        also=("disk-full",),
    ),
    Example(
        title="near miss: the kernel killed the container, the pod stays",
        hit=False,
        container={"resources": {"limits": {"memory": "64Mi"}}},
        status={"state": waiting("CrashLoopBackOff"), "lastState": terminated(137, "OOMKilled")},
        also=("oom-killed",),
    ),
)

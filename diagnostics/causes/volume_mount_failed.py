"""A volume that the pod needs is missing, unbound, or attached elsewhere, so the pod cannot start.

What it means
    The claim does not exist or has no volume yet, the volume is still attached to another node (ReadWriteOnce), its
    driver or node refuses it, or a path on the host is not what the pod expects. Nothing of this attempt ran.

How it is decided
    By FailedMount and FailedAttachVolume events, the scheduler's words about PersistentVolumeClaims, and the claim
    itself. A volume made of a Secret or ConfigMap is missing-secret or missing-configmap.

What it is confused with
    Multi-Attach after a rollout: the new pod waits for the old one to let go; with ReadWriteOnce and RollingUpdate that
    can last for ever. A plain time-out leaves no event in 1.36: ContainerCreating in silence is usual then.

How to fix it
    Make the claim or correct its name; give it a StorageClass that exists; for Multi-Attach use strategy Recreate or a
    StatefulSet, and see why the old pod (or its dead node) still holds the volume.

How to prevent it
    Ship claims with the workload (volumeClaimTemplates), WaitForFirstConsumer classes so that volume and pod meet in
    one zone, ReadWriteOncePod or Recreate where only one may write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.claims.references import BACK_OFF
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, event, terminated, waiting
from diagnostics.facts.model import EndedBy
from diagnostics.facts.pods.scheduling import CLAIM, refusal
from diagnostics.facts.quotes import ending, first, of_object, pairs, unmasked
from diagnostics.facts.workloads import sharers
from diagnostics.fields import at, items, name, table, text
from diagnostics.findings import suspicion
from diagnostics.findings.commands import durable, kubectl, new_pod, pod_name, recreate
from diagnostics.patterns import compiled
from diagnostics.snapshot import Presence

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Event
    from diagnostics.snapshot import Object

CAUSE: Final = Cause(
    id="volume-mount-failed",
    title="A volume is missing, unbound or attached elsewhere",
    category=Category.STORAGE,
    explained_by=frozenset({"missing-configmap", "missing-secret"}),
)
_NOT_MINE: Final = compiled(
    r"(?i)secrets? \\?\"|configmaps? \\?\"|secret key|config key|failed to sync|not registered|kube-api-access|"
    r"serviceaccount"
)
_TITLE: Final = compiled(r'for volume "([^"]+)"|failed to process volumes=\[([^\] ]+)|unmounted volumes=\[([^\] ]+)')
_SUBPATH: Final = compiled(
    r'(?:prepare subPath|create subPath directory) for volumeMount "([^"]+)"|cannot find volume "([^"]+)" to mount|'
    r"ImageVolumeMountFailed|error mounting \"[^\"]+\" to rootfs at|create mountpoint for "
)
_WORDS: Final = (
    ("Multi-Attach", "is still attached to another node (ReadWriteOnce)"),
    ("unbound", "has no volume bound to it"),
    ("not bound", "has no volume bound to it"),
    ("persistent volumes to bind", "has no volume bound to it"),
    ("node affinity", "lies where no node can take the pod"),
    ("volume zone", "lies where no node can take the pod"),
    ("not a directory", "mounts a file over a directory or the reverse (a subPath key that does not exist does that)"),
)
_COMBINED: Final = compiled(r"^\(?(?:combined from similar events|events with common reason combined)\)?:?$")
"""What is left of events whose own words the API server threw away."""
_NETWORKED: Final = (
    ("nfs", ("server", "path")),
    ("glusterfs", ("endpoints", "path")),
    ("cephfs", ("path",)),
    ("rbd", ("pool", "image")),
    ("iscsi", ("targetPortal", "iqn")),
)
"""Volumes that the node itself mounts over the network, and the fields that say from where (core/v1 Volume)."""
_REASONS: Final = {"FailedMount", "FailedAttachVolume", "FailedMapVolume"}


def check(case: Case) -> Finding | None:  # noqa: PLR0911 — one source a return
    """Return the finding when a volume, other than a Secret's or ConfigMap's, keeps the pod from starting."""
    if case.pod is None:
        return None
    said = refusal(case)
    if said is not None and said.of_volumes:
        claim = CLAIM.search(said.message)
        return _finding(case, said.message, said.evidence, claim.group(1) if claim else _unbound(case))
    container = case.suspect
    if container is not None and container.running_since is None and _SUBPATH.search(container.waiting_message):
        return _finding(case, container.waiting_message, unmasked(case, container), "", container.name)
    end = case.ended
    if container is not None and end is not None and end.ended_by is EndedBy.NEVER_RAN and _SUBPATH.search(end.message):
        return _finding(case, end.message, ending(container, end), "", container.name)
    dead = _dead(case)
    if dead is not None:
        return dead
    told = _telling(case)
    if told is not None and _still(case, told):
        return _finding(case, told.message, (told.evidence(),), "")
    return None


_DEAD: Final = compiled(
    r"/pods/[\w-]+/volumes/kubernetes\.io~[\w-]+/([\w.-]+)[^\n]*(?i:file exists|stale (?:nfs )?file handle"
    r"|transport endpoint is not connected|input/output error|socket not connected|no such device)"
)
"""A mount in the pod's own directory on the node that is dead: the runtime finds a path there, and cannot enter it."""


def _dead(case: Case) -> Finding | None:
    """Tell of a mount of the pod that died on its node: a new pod gets a directory and a mount of its own."""
    container, end = case.suspect, case.ended
    if container is None or end is None or end.ended_by is not EndedBy.NEVER_RAN:
        return None
    message = end.message or container.waiting_message
    found = _DEAD.search(message[:4000])
    if found is None:
        return None
    volume = found.group(1)
    node = text(case.pod, "spec", "nodeName") or "its node"
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.LIKELY,
        summary=f"Container {container.name} cannot be created: the mount of volume {volume} in the pod's directory on"
        f" {node} is dead",
        evidence=first(
            (*ending(container, end), *(item.evidence() for item in case.events if item.reason == "Failed"))
        ),
        container=container.name,
        facts={"claim": _claim_of(case, volume), "volume": volume, "claim_missing": False},
        remedy=Remedy(
            text=f"See first whether what volume {volume} is mounted from answers (its server and path): a pod that"
            " is made anew gets a directory and a mount of its own.",
            commands=(new_pod(case),),
        ),
        fault=Fault.POD_STATE,
        fault_names=(volume,),
    )


def ruled_out(case: Case) -> str:
    """Return that the pod's claims are bound, when it has some."""
    claims = [text(item, "persistentVolumeClaim", "claimName") for item in items(case.pod, "spec", "volumes")]
    named = [claim for claim in claims if claim]
    held = [case.snapshot.one("PersistentVolumeClaim", case.namespace, claim) for claim in named]
    if not named or any(item is None or text(item, "status", "phase") != "Bound" for item in held):
        return ""
    if _telling(case) is not None:
        return ""  # it is bound, and the kubelet could not mount it all the same
    return f"claim {named[0]} is phase=Bound" if len(named) == 1 else f"all {len(named)} claims are phase=Bound"


def suspected(case: Case, best: Finding) -> bool:
    """Whether a volume comes to mind: nothing of the placed pod was tried."""
    return suspicion.held_up(case) and best.cause in {"node-unhealthy", "starting", ""}


def _still(case: Case, told: Event) -> bool:
    """Whether nothing has come to run since the event."""
    for item in case.containers:
        if told.last is None:
            return item.running_since is None and not item.terminations
        if item.running_since is not None and item.running_since >= told.last:
            return False
        if any(end.finished_at is not None and end.finished_at >= told.last for end in item.terminations):
            return False
    return any(item.running_since is None for item in case.containers) or not case.containers


def _telling(case: Case) -> Event | None:
    """Return the newest event of a volume: before one that only waited, one that says for what."""
    own = [item for item in case.events if item.reason in _REASONS and not _NOT_MINE.search(item.message)]
    own.sort(key=lambda item: _COMBINED.match(item.message.strip()) is not None)
    told = (item for item in own if any(part in item.message for part, _ in _WORDS))
    return next(told, next(iter(own), None))


def _holder(case: Case, claim: str) -> Object | None:
    """Return the earlier pod of the same rollout that runs and holds the claim: it goes only when this one is ready."""
    workload = case.workload
    if workload is None or workload.kind != "Deployment" or not claim:
        return None
    if text(workload.raw, "spec", "strategy", "type") == "Recreate":
        return None
    return next((pod for pod in sharers.running(case, claim) if pod in case.siblings), None)


def _unbound(case: Case) -> str:
    """Return the first claim of the pod that is not bound."""
    for volume in items(case.pod, "spec", "volumes"):
        claim = text(volume, "persistentVolumeClaim", "claimName")
        held = case.snapshot.one("PersistentVolumeClaim", case.namespace, claim) if claim else None
        if claim and (held is None or text(held, "status", "phase") != "Bound"):
            return claim
    return ""


def _finding(case: Case, message: str, proof: tuple[Evidence, ...], claim: str, container: str = "") -> Finding:
    found = _TITLE.search(message)
    volume = next((part for part in found.groups() if part), "") if found else ""
    volume = volume or _volume_of(case, claim)
    claim = claim or _claim_of(case, volume)
    lost = claim and case.snapshot.presence("PersistentVolumeClaim", case.namespace, claim) is Presence.ABSENT
    what = f"claim {claim}" if claim else f"volume {volume}" if volume else "a volume of it"
    why = _why(message, lost=bool(lost))
    holder = _holder(case, claim) if "Multi-Attach" in message else None
    if holder is not None:
        why = f"is still attached for pod {name(holder)}, and the rollout ends that one only when this one is ready"
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED,
        summary=f"The pod cannot start: {what} {why}.",
        evidence=first((*proof, *_claim_state(case, claim), *_in_spec(case, claim))),
        container=container or _mounting(case, volume or _volume_of(case, claim)),
        facts={"claim": claim, "volume": volume, "claim_missing": bool(lost)},
        remedy=_one_writer(case) if holder is not None else _remedy(case, claim, message, lost=bool(lost)),
        fault=Fault.REFERENCE if lost else Fault.CLUSTER if holder is None else Fault.ROLLOUT,
        fault_names=tuple(item for item in (claim, volume) if item),
    )


def _one_writer(case: Case) -> Remedy:
    """Return that a Deployment with one writer ends the old pod before it starts the new one."""
    words = (
        "Set the strategy to Recreate, so that the old pod gives the volume up before the new one starts: a volume of"
        " access mode ReadWriteOnce is for one node. Expect a short downtime; a StatefulSet does the same."
    )
    return Remedy(text=words + durable(case), commands=recreate(case))


def _why(message: str, *, lost: bool) -> str:
    if lost or ("not found" in message and CLAIM.search(message)):
        return "does not exist"
    if "hostPath type check failed: " in message:
        return f"is not what the pod expects on the node: {message.rpartition('check failed: ')[2].strip()}"
    return next((words for part, words in _WORDS if part in message), "could not be mounted")


def _claim_of(case: Case, volume: str) -> str:
    for entry in items(case.pod, "spec", "volumes"):
        if text(entry, "name") == volume and volume:
            return text(entry, "persistentVolumeClaim", "claimName")
    for held in case.snapshot.all("PersistentVolumeClaim", case.namespace):
        if volume and text(held, "spec", "volumeName") == volume:
            return name(held)
    return ""


def _volume_of(case: Case, claim: str) -> str:
    for entry in items(case.pod, "spec", "volumes"):
        if claim and text(entry, "persistentVolumeClaim", "claimName") == claim:
            return text(entry, "name")
    return ""


def _mounting(case: Case, volume: str) -> str:
    claimed = [
        text(entry, "name") for entry in items(case.pod, "spec", "volumes") if table(entry, "persistentVolumeClaim")
    ]
    wanted = {volume} if volume else set(claimed)
    for item in case.containers:
        if any(text(mount, "name") in wanted for mount in items(item.spec, "volumeMounts")):
            return item.name
    return case.suspect.name if case.suspect is not None else ""


def _claim_state(case: Case, claim: str) -> tuple[Evidence, ...]:
    held = case.snapshot.one("PersistentVolumeClaim", case.namespace, claim) if claim else None
    told = [
        event.evidence() for event in case.owner_events if event.kind == "PersistentVolumeClaim" and event.name == claim
    ]
    if held is None:
        return tuple(told[:1])
    return (
        *of_object(held, "status", "phase", kind="persistentvolumeclaim"),
        *of_object(held, "spec", "storageClassName", kind="persistentvolumeclaim"),
        *told[:1],
    )


def _in_spec(case: Case, claim: str) -> tuple[Evidence, ...]:
    for entry in items(case.pod, "spec", "volumes"):
        if claim and text(entry, "persistentVolumeClaim", "claimName") == claim:
            quote = pairs(entry, "persistentVolumeClaim.claimName")
            return (Evidence(source="pod", path=f"spec.volumes[{text(entry, 'name')}]", quote=quote),)
    return ()


def _remedy(case: Case, claim: str, message: str, *, lost: bool) -> Remedy:
    claims = kubectl(case.namespace, "get", "pvc")
    if lost or "not found" in message:
        words = (
            f"Create claim {claim or '(see the event)'} in namespace {case.namespace}, or correct its name in the pod."
        )
        return Remedy(text=words + durable(case), commands=(claims,))
    if "Multi-Attach" in message:
        return _held(case, claim, message)
    if claim:
        if _classless(case, claim):
            return _without_class(claim)
        words = f"See why claim {claim} has no usable volume: its StorageClass, its zone, its driver."
        return Remedy(
            text=words, commands=(kubectl(case.namespace, "describe", "pvc", claim), kubectl("", "get", "sc"))
        )
    source = _networked(case, message)
    if source:
        node = text(case.pod, "spec", "nodeName") or "its node"
        return Remedy(
            text=f"Bring {source} back: see that its servers answer {node}, and that the client for it is there; the"
            f" kubelet goes on trying ({BACK_OFF}). Put no empty volume in its place: the program would start without"
            " its data.",
            commands=(kubectl(case.namespace, "describe", "pod", pod_name(case)),),
        )
    return Remedy(
        text=f"See what the volume's driver or the node says; the kubelet goes on trying ({BACK_OFF}).",
        commands=(kubectl(case.namespace, "describe", "pod", pod_name(case)),),
    )


def _classless(case: Case, claim: str) -> bool:
    """Whether the claim waits for a volume and names no StorageClass, so that none was the default when it was made."""
    held = case.snapshot.one("PersistentVolumeClaim", case.namespace, claim)
    named = at(held, "spec", "storageClassName") is not None or text(held, "spec", "volumeName")
    return held is not None and not named and text(held, "status", "phase") == "Pending"


def _without_class(claim: str) -> Remedy:
    """Return how a claim without a StorageClass gets one (K: RetroactiveDefaultStorageClass, since 1.28)."""
    mark = '{"metadata":{"annotations":{"storageclass.kubernetes.io/is-default-class":"true"}}}'
    words = (
        f"Claim {claim} names no StorageClass, and none was the default: make one the default (the command; whoever"
        " runs the cluster chooses which), and the claim takes it, or name one in the manifest that makes the claim,"
        " and make the claim anew: it is empty."
    )
    return Remedy(
        text=words,
        commands=(kubectl("", "get", "sc"), kubectl("", "patch", "storageclass", "<name>", "-p", mark)),
    )


def _networked(case: Case, message: str) -> str:
    """Return the volume of the message as a sentence names it, when the node mounts it over the network."""
    found = _TITLE.search(message)
    volume = next((part for part in found.groups() if part), "") if found else ""
    spec = next((item for item in items(case.pod, "spec", "volumes") if text(item, "name") == volume), {})
    for kind, keys in _NETWORKED:
        if table(spec, kind):
            told = " ".join(f"{key}={value}" for key in keys if (value := text(spec, kind, key)))
            return f"{kind} volume {volume} ({told})"
    return ""


def _held(case: Case, claim: str, message: str) -> Remedy:
    """Return how the volume is given up by the pod that holds it: by what that pod is, and how its node is."""
    told = _HOLDER.search(message)
    names = [] if told is None else [item.strip() for item in told.group(1).split(",")]
    pods = [found for item in names if (found := case.snapshot.one("Pod", case.namespace, item)) is not None]
    pods = pods or [pod for pod in sharers.running(case, claim) if name(pod) != pod_name(case)]
    if not pods:
        held = f" ({', '.join(names)})" if names else ""
        words = (
            f"Let the pod that holds the volume{held} go first; if its node is dead, mark the node out of service so"
            " that the volume is detached (kubectl taint nodes NODE node.kubernetes.io/out-of-service=:NoExecute)."
        )
        return Remedy(text=words, commands=(kubectl("", "get", "volumeattachments"), _users(case)))
    holder = pods[0]
    node, phase = text(holder, "spec", "nodeName"), text(holder, "status", "phase")
    owner = next((entry for entry in items(holder, "metadata", "ownerReferences") if entry.get("controller")), None)
    of = f"{text(owner, 'kind')} {text(owner, 'name')}" if owner is not None else ""
    who = f"pod {name(holder)}" + (f" of {of}" if of else "") + (f" on node {node}" if node else "")
    words = f"Claim {claim or 'of this volume'} is held by {who} (phase {phase or 'unknown'}). "
    delete = kubectl(case.namespace, "delete", "pod", name(holder))
    if phase in ("Succeeded", "Failed"):
        return Remedy(text=f"{words}It has ended: delete it, and the volume is detached.", commands=(delete,))
    if owner is None:
        words += "No controller makes it anew: when its work is done or not needed, delete it and the volume is free."
        return Remedy(text=words, commands=(kubectl(case.namespace, "logs", name(holder), "--tail=20"), delete))
    words += (
        "Two pods on different nodes cannot both have a ReadWriteOnce volume: let that one end first (scale its"
        " workload down), or run both on one node, or use a volume of access mode ReadWriteMany."
    )
    return Remedy(text=words, commands=(kubectl(case.namespace, "get", "pod", name(holder), "-o", "wide"),))


def _users(case: Case) -> str:
    """Return the command that lists the namespace's pods with the claims that they mount."""
    columns = (
        "custom-columns=POD:.metadata.name,NODE:.spec.nodeName,CLAIMS:.spec.volumes[*].persistentVolumeClaim.claimName"
    )
    return kubectl(case.namespace, "get", "pods", "-o", columns)


_HOLDER: Final = compiled(r"already used by pod\(s\) ([\w.-]+(?:, ?[\w.-]+)*)")
"""K: pkg/volume/util/operationexecutor, the kubelet's and the controller's words for a volume that another pod has."""
_CLAIM: Final = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "api-data"}}]}
_CREATING: Final = {"restartCount": 0, "state": {"waiting": {"reason": "ContainerCreating"}}}
EXAMPLES: Final = (
    Example(
        title="the claim does not exist: not even scheduled",
        hit=True,
        container={"volumeMounts": [{"name": "data", "mountPath": "/data"}]},
        pod={
            "spec": {**_CLAIM, "nodeName": None},
            "status": {
                "phase": "Pending",
                "containerStatuses": [],
                "conditions": [
                    {
                        "type": "PodScheduled",
                        "status": "False",
                        "reason": "Unschedulable",
                        "message": '0/1 nodes are available: persistentvolumeclaim "api-data" not found. not found',
                    }
                ],
            },
        },
    ),
    Example(
        title="still attached to another node",
        hit=True,
        container={"volumeMounts": [{"name": "data", "mountPath": "/data"}]},
        status=_CREATING,
        pod={"spec": _CLAIM, "status": {"phase": "Pending"}},
        events=(
            event(
                "FailedAttachVolume",
                'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) api-old',
                container="",
            ),
        ),
    ),
    Example(
        title="near miss: a Secret's volume",
        hit=False,
        status=_CREATING,
        pod={
            "spec": {"volumes": [{"name": "tls", "secret": {"secretName": "api-tls"}}]},
            "status": {"phase": "Pending"},
        },
        events=(
            event(
                "FailedMount", 'MountVolume.SetUp failed for volume "tls" : secret "api-tls" not found', container=""
            ),
        ),
        also=("missing-secret",),
    ),
    Example(
        title="near miss: mounted at last, and it crashes now",
        hit=False,
        status={"state": waiting("CrashLoopBackOff"), "lastState": terminated(1)},
        pod={"spec": _CLAIM},
        log="ValueError: bad\n",
        events=(
            event(
                "FailedMount",
                'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Internal desc = busy',
                container="",
                age=400,
            ),
        ),
    ),
)

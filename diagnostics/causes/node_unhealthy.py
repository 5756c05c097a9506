"""The pod's node is in trouble: not ready, rebooted, without a network for pods, or its runtime lost track of it.

What it means
    Containers end with reason Unknown (255) or ContainerStatusUnknown (137), sandboxes cannot be made, or several
    workloads that have nothing in common fail on this one node while they run well on others. The pod is not to blame.

How it is decided
    By the node's conditions and taints, its events (Rebooted, NodeNotReady) at the container's end, the runtime's
    reasons, sandbox errors (FailedCreatePodSandBox), or at least two owners that fail on this node, whose siblings on
    other nodes are well.

What it is confused with
    evicted (the node's pressure removed the pod), oom-killed with no limit (the node's memory), dependency trouble that
    hits every node alike. Pressure alone does not make one container crash.

How to fix it
    Cordon the node, delete the pod so that its controller makes it elsewhere, then look at kubelet, container runtime,
    disk and CNI on the node, or replace it.

How to prevent it
    node-problem-detector with automatic repair, several replicas spread over nodes with topologySpreadConstraints, a
    PodDisruptionBudget, alerts on node conditions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import FAULTS, Category, Cause
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, ago, event, running, terminated, waiting
from diagnostics.facts.model import EndedBy
from diagnostics.facts.pods.stability import failing
from diagnostics.facts.quotes import condition, ending, first, unmasked
from diagnostics.facts.workloads.nodes import (
    LACKING,
    OWNERS,
    PRESSURE,
    bad_conditions,
    bad_taints,
    failing_owners,
    healthy_elsewhere,
    node_of,
    told_near,
)
from diagnostics.fields import flag, items, text
from diagnostics.findings import suspicion
from diagnostics.findings.commands import kubectl, pod_name
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Event

CAUSE: Final = Cause(
    id="node-unhealthy",
    title="The node is in trouble",
    category=Category.NODE,
    explained_by=FAULTS - {Category.PROBE, Category.NODE, Category.OUTSIDE, Category.CLUSTER},
)
_REBOOT: Final = frozenset({"Rebooted", "NodeNotReady", "ContainerGCFailed", "Shutdown"})
_BUSY: Final = compiled(
    r"^(?:rpc error: code = DeadlineExceeded desc = )?context deadline exceeded$|failed to reserve container name|"
    r"unable to apply cgroup configuration|unable to start unit \"cri-"
)
"""Start errors that speak of the node: a runtime still busy, cgroups (REFERENCE.md 1.4)."""
_NETWORK: Final = compiled(r"(?i)\bcni\b|network ?plugin|container runtime network not ready")
"""What the kubelet says of a node without a pod network."""
_SANDBOX: Final = frozenset({"FailedCreatePodSandBox", "NetworkNotReady", "FailedCreatePodContainer"})


OFTEN: Final = 3
"""Changes of a pod's sandbox from which on the runtime is what fails."""


def check(case: Case) -> Finding | None:
    """Return the finding when the node, not the pod, is what fails."""
    node = text(case.pod, "spec", "nodeName")
    if not node:
        return None
    return (
        _rejected(case, node)
        or _runtime(case, node)
        or _conditions(case, node)
        or _sandbox(case, node)
        or _lost(case, node)
        or _many(case, node)
    )


def ruled_out(case: Case) -> str:
    """Return that the node is well, when it was read and the container ended for no fault of its own."""
    node, end = node_of(case), case.ended
    if node is not None and _awaits(case, bad_conditions(node)):
        name = text(case.pod, "spec", "nodeName")
        return f"node {name} lacks only its pod network, which this pod (hostNetwork) does not need to run"
    if node is None or end is None or end.exit_code not in {137, 143, 255} or bad_conditions(node):
        return ""
    return f"node {text(case.pod, 'spec', 'nodeName')} is Ready and reports no pressure"


def suspected(case: Case, best: Finding) -> bool:
    """Whether the node comes to mind; where it evicted the pod, its shortage is told already."""
    return suspicion.killed(case) and best.cause != "evicted"


def _rejected(case: Case, node: str) -> Finding | None:
    if text(case.pod, "status", "reason") not in {"UnexpectedAdmissionError", "NodeLost"}:
        return None
    reason, message = text(case.pod, "status", "reason"), text(case.pod, "status", "message")
    proof = (
        Evidence(source="pod", path="status", quote=f"reason={reason}"),
        *((Evidence(source="pod", path="status.message", quote=message),) if message else ()),
    )
    return _finding(case, node, f"it refused the pod ({reason})", proof, Verdict.CONFIRMED, conclusive=True)


def _runtime(case: Case, node: str) -> Finding | None:
    """Return the finding when the node's runtime cannot create the container for a reason of its own."""
    container, end = failing(case), case.ended
    if container is None or container.running_since is not None:
        return None
    if _BUSY.search(container.waiting_message):
        proof = unmasked(case, container)
    elif end is not None and end.ended_by is EndedBy.NEVER_RAN and _BUSY.search(end.message):
        proof = ending(container, end)
    else:
        return None
    words = "its container runtime cannot create the container"
    return _finding(case, node, words, proof, Verdict.LIKELY)


def _conditions(case: Case, node: str) -> Finding | None:
    """Return the finding when the node is not ready or lost; pressure alone explains no crash."""
    found = node_of(case)
    if found is None:
        return None
    bad = bad_conditions(found)
    lost = [kind for kind, _ in bad if kind not in PRESSURE]
    taints = bad_taints(found)
    # Of a node that went silent the containers' last word stays "ready": only the pod's own condition is set to False.
    if (not lost and not taints) or (case.suspect is None and not _not_ready(case)) or _awaits(case, bad):
        return None
    words = ", ".join(lost) or "tainted as lost"
    words = words.replace("Ready", "not Ready", 1) if lost and lost[0] == "Ready" else words
    quotes = [quote for _, own in bad for quote in own]
    decisive = "Ready" in lost or bool(taints)
    verdict = Verdict.CONFIRMED if decisive else Verdict.LIKELY
    told = told_near(case, None, _REBOOT)
    own = [item.evidence() for item in case.events if item.reason == "NodeNotReady"][:1]
    proof = (*quotes, *condition(case.pod or {}, "Ready"), *own, *((told.evidence(),) if told else ()), *taints)
    return _finding(case, node, f"it is {words}{_silent(quotes)}", proof, verdict, conclusive=decisive)


def _awaits(case: Case, bad: Sequence[tuple[str, tuple[Evidence, ...]]]) -> bool:
    """Whether the node is not Ready for want of a network, and the pod does not need one: it may be what brings it."""
    end = case.ended
    if not flag(case.pod, "spec", "hostNetwork") or end is None or end.ended_by is not EndedBy.PROGRAM:
        return False
    return any(_NETWORK.search(quote.quote) is not None for kind, own in bad if kind not in PRESSURE for quote in own)


def _not_ready(case: Case) -> bool:
    """Whether the pod itself is not Ready, whatever its containers say."""
    return any(
        text(entry, "type") == "Ready" and text(entry, "status") != "True"
        for entry in items(case.pod, "status", "conditions")
    )


def _silent(quotes: list[Evidence]) -> str:
    """Return what the node's Ready condition says, as the end of a sentence."""
    said = next((item.quote for item in quotes if item.path.endswith("message")), "")
    return f" ({said.rstrip('.')})" if said else ""


def _sandbox(case: Case, node: str) -> Finding | None:
    """Return the finding when the pod's sandbox or network cannot be made, and nothing of it was started since."""
    if any(item.running_since is not None for item in case.containers):
        return None
    told = next((item for item in case.events if item.reason in _SANDBOX and not _of_others(item)), None)
    if told is None or not _newest(case, told):
        return None
    words = "the pod's network or sandbox cannot be made there"
    return _finding(case, node, words, (told.evidence(),), Verdict.CONFIRMED)


def _of_others(told: Event) -> bool:
    """Whether the words are those of another cause: a memory limit, or what the node merely lacks."""
    return "OOM" in told.message or LACKING.search(told.message) is not None


def _newest(case: Case, told: Event) -> bool:
    ends = [end.finished_at for item in case.containers for end in item.terminations if end.finished_at is not None]
    return told.last is None or all(told.last >= moment for moment in ends)


def _lost(case: Case, node: str) -> Finding | None:
    container, end = failing(case), case.ended
    if container is None or end is None or end.ended_by is not EndedBy.RUNTIME:
        return None
    told = told_near(case, end.finished_at, _REBOOT)
    proof = (*end.because, *((told.evidence(),) if told else ()))
    why = "it was rebooted" if told is not None and told.reason == "Rebooted" else _remade(case)
    sure = Verdict.CONFIRMED if end.sure else Verdict.LIKELY
    return _finding(case, node, f"{why} (exit code {end.exit_code})", proof, sure)


def _remade(case: Case) -> str:
    """Return what the runtime did: it lost the container, or makes the pod's sandbox anew again and again."""
    changed = sum(item.count for item in case.events if item.reason == "SandboxChanged")
    if changed < OFTEN:
        return "its runtime lost the container"
    return f"its container runtime lost the pod's sandbox {changed} times"


def _many(case: Case, node: str) -> Finding | None:
    """Return the finding when several owners fail here, few elsewhere, and siblings on other nodes are well."""
    if case.suspect is None or (case.ended is not None and case.ended.ended_by is EndedBy.PROGRAM):
        return None
    here, elsewhere = failing_owners(case, node)
    if len(here) < OWNERS or len(here) < 3 * elsewhere or not healthy_elsewhere(case, node):
        return None
    proof = tuple(
        Evidence(source="pod", path=f"{pod} spec.nodeName", quote=f"nodeName={node}")
        for pod in sorted(here.values())[:4]
    )
    words = f"pods of {len(here)} different workloads fail on it, and run well elsewhere"
    return _finding(case, node, words, proof, Verdict.LIKELY)


def _finding(
    case: Case, node: str, words: str, proof: tuple[Evidence, ...], verdict: Verdict, *, conclusive: bool = False
) -> Finding:
    return Finding(
        cause=CAUSE.id,
        verdict=verdict,
        summary=f"Node {node} is what fails, not the pod: {words}.",
        evidence=first(proof),
        container=case.suspect.name if case.suspect is not None else "",
        facts={"node": node},
        remedy=Remedy(
            text=(
                f"Cordon node {node}, delete the pod so that its controller makes it elsewhere, then repair or replace "
                "the node (kubelet, container runtime, disk, CNI)."
            ),
            commands=(
                kubectl("", "describe", "node", node),
                kubectl("", "cordon", node),
                kubectl(case.namespace, "delete", "pod", pod_name(case)),
            ),
        ),
        fault=Fault.CLUSTER,
        fault_names=(node,),
        conclusive=conclusive,
    )


def _node(**conditions: str) -> dict[str, object]:
    """Return a node with conditions, for the examples."""
    return {
        "kind": "Node",
        "metadata": {"name": "node-1"},
        "status": {
            "conditions": [
                {"type": kind, "status": status, "reason": "Told", "message": f"{kind} is {status}"}
                for kind, status in conditions.items()
            ]
        },
    }


EXAMPLES: Final = (
    Example(
        title="the kubelet stopped reporting",
        hit=True,
        status={"ready": False, "restartCount": 0, "state": running(4000)},
        objects=(_node(Ready="Unknown"),),
    ),
    Example(
        title="the runtime lost the container in a reboot",
        hit=True,
        status={"state": waiting("CrashLoopBackOff"), "lastState": terminated(255, "Unknown", lived=3000)},
        objects=(_node(Ready="True"),),
    ),
    Example(
        title="the network plug-in cannot make a sandbox",
        hit=True,
        status={"restartCount": 0, "state": {"waiting": {"reason": "ContainerCreating"}}},
        pod={"status": {"phase": "Pending"}, "metadata": {"creationTimestamp": ago(600)}},
        events=(
            event(
                "FailedCreatePodSandBox",
                "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "
                '"abc": plugin type="calico" failed (add): no IPs available',
                container="",
            ),
        ),
    ),
    Example(
        title="near miss: memory pressure, and a program that crashes by itself",
        hit=False,
        status={"state": waiting("CrashLoopBackOff"), "lastState": terminated(1)},
        log="ValueError: bad\n",
        objects=(_node(Ready="True", MemoryPressure="True"),),
    ),
)

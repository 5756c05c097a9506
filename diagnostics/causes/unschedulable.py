"""No node takes the pod, so nothing of it was ever started.

What it means
    The scheduler looked at every node and found none that fits: too little free CPU or memory (by requests, not by
    use), a taint without a toleration, a selector or affinity that matches nothing, ports taken, spread rules.

How it is decided
    By the condition PodScheduled=False with reason Unschedulable and its message, or the FailedScheduling event. A node
    that refused the pod on arrival (OutOfcpu, OutOfmemory, NodeAffinity ...) counts as well: phase Failed with that
    reason.

What it is confused with
    A crash loop: there is none, no container exists. When only volumes are in the way it is volume-mount-failed. A pod
    with scheduling gates waits on purpose.

How to fix it
    Ask for what is really used, make room or add nodes, tolerate the taint, correct the selector. A restart changes
    nothing; a rollback helps when the newest revision asks for more.

How to prevent it
    Requests from measurements (a VerticalPodAutoscaler recommends them), a cluster autoscaler, quotas per team, and an
    alert on pods that stay Pending for more than a few minutes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, event
from diagnostics.facts.pods import quantities
from diagnostics.facts.pods.scheduling import NODES, allocatable, refusal, requested
from diagnostics.facts.quotes import first, of_object, pairs
from diagnostics.fields import flag, items, name, table, text
from diagnostics.findings import scheduler_fixes, suspicion
from diagnostics.findings.commands import durable, kubectl, pod_name, set_resources
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

CAUSE: Final = Cause(
    id="unschedulable",
    title="No node takes the pod",
    category=Category.CLUSTER,
)
_SHORT: Final = compiled(r"Insufficient ([\w./-]+[\w])")
_TAINT: Final = compiled(r"taint(?:\(s\))? \{([^}]+)\}")
FITS: Final = 0.75
"""Share of the largest node's memory that one pod may ask for: its agents need room too (ours)."""
_CONDITIONS: Final = ("node.kubernetes.io/", "node.cloudprovider.kubernetes.io/")
"""Taints that the cluster sets by a node's own condition: they are not to be tolerated but mended (REFERENCE.md 6)."""
_REJECTED: Final = compiled(
    r"^(?:OutOf\S+|NodeAffinity|NodePorts|NodeName|TopologyAffinityError|TaintToleration|Unschedulable)$"
)


def check(case: Case) -> Finding | None:
    """Return the finding when the scheduler places the pod nowhere, or its node refused it on arrival."""
    if case.pod is None:
        return None
    if _REJECTED.search(text(case.pod, "status", "reason")) and text(case.pod, "status", "phase") == "Failed":
        return _rejected(case)
    said = refusal(case)
    if said is None or said.of_volumes or said.reason == "SchedulingGated" or not said.message:
        return None
    short = _SHORT.search(said.message)
    resource = short.group(1) if short else ""
    container = _asking(case, resource)
    why, proof = _why(case, said.message, resource)
    count = NODES.search(said.message)
    tried = f"0 of {count.group(2)} nodes" if count else "No node"
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED,
        summary=f"{tried} can take the pod: {why}.",
        evidence=first((*said.evidence, *proof)),
        container=container.name if container else "",
        facts={"message": said.message, "resource": resource, "nodes": int(count.group(2)) if count else None},
        remedy=_remedy(case, said.message, resource, container),
        fault=Fault.CLUSTER,
        fault_names=tuple(item for item in (f"requests.{resource}" if resource else "", resource) if item),
    )


def ruled_out(case: Case) -> str:
    """Return the node that took the pod, when nothing of it ran yet."""
    node = text(case.pod, "spec", "nodeName")
    if not node or any(item.running_since or item.terminations for item in case.containers):
        return ""
    return f"the pod was placed on node {node}"


def suspected(case: Case, best: Finding) -> bool:
    """Whether the scheduler comes to mind: nothing of the pod was tried, and nothing says why."""
    return suspicion.held_up(case) and not best.cause


def _asking(case: Case, resource: str) -> Container | None:
    asking = requested(case.pod or {}, resource)[0] if resource else ""
    apps = [item for item in case.containers if item.name == asking] or list(case.containers)
    named = [item for item in apps if case.suspect is not None and item.name == case.suspect.name]
    return next(iter(named or apps[-1:]), None)


def _why(case: Case, message: str, resource: str) -> tuple[str, tuple[Evidence, ...]]:
    body = message.split(": ", 1)[-1].split(" preemption:", maxsplit=1)[0].split(". ", maxsplit=1)[0].rstrip(". ")
    if not resource:
        return body, _nodes_state(case)
    container, asked = requested(case.pod or {}, resource)
    if not asked:
        return body, ()
    offers = sorted(allocatable(case, resource), key=lambda item: quantities.parsed(item[1]) or 0)
    best = f", the largest node has {_plain(offers[-1][1])}" if offers else ""
    proof: list[Evidence] = []
    proof += [
        Evidence(source="pod", path=item.spec_path, quote=quote)
        for item in case.containers
        if item.name == container and (quote := pairs(item.spec, f"resources.requests.{resource}"))
    ]
    for node in case.snapshot.all("Node"):
        if offers and name(node) == offers[-1][0]:
            proof += of_object(node, "status.allocatable", resource, kind="node")
    return f"{body} (container {container} requests {asked}{f' {resource}' if '/' in resource else ''}{best})", tuple(
        proof
    )


def _plain(amount: str) -> str:
    """Return a node's amount as a person writes it: 24581684Ki is 23Gi."""
    size = quantities.parsed(amount)
    return quantities.written(size) if size is not None and amount.endswith("i") else amount


def _nodes_state(case: Case) -> tuple[Evidence, ...]:
    """Return the taints and cordons of the nodes that were read: since 1.36 the message no longer names them."""
    found: list[Evidence] = []
    for node in case.snapshot.all("Node"):
        if flag(node, "spec", "unschedulable"):
            found += of_object(node, "spec", "unschedulable", kind="node")
        for taint in items(node, "spec", "taints"):
            quote = pairs(taint, "key", "value", "effect")
            found.append(Evidence(source="node", path=f"{name(node)} spec.taints", quote=quote))
    selector = table(case.pod, "spec", "nodeSelector")
    for key, value in selector.items():
        found.append(Evidence(source="pod", path="spec.nodeSelector", quote=f"{key}={value}"))
    return tuple(found[:4])


def _remedy(case: Case, message: str, resource: str, container: Container | None) -> Remedy:
    describe = kubectl(case.namespace, "describe", "pod", pod_name(case))
    nodes = kubectl("", "get", "nodes", "-o", "wide")
    if "/" in resource and container is not None:
        return _device(case, message, resource, container)
    if resource and container is not None:
        return _no_room(case, message, resource, container)
    known = scheduler_fixes.remedy(case, message)
    if known is not None:
        return known
    words = "Relax the rule that the message names, or add a node that satisfies it."
    return Remedy(text=words + durable(case), commands=(describe, nodes))


def _no_room(case: Case, message: str, resource: str, container: Container) -> Remedy:
    """Return what to do about cpu or memory: a request that no node could ever grant, or nodes that are full."""
    asked = quantities.parsed(text(container.spec, "resources", "requests", resource)) if resource == "memory" else None
    offers = [size for _, amount in allocatable(case, resource) if (size := quantities.parsed(amount))]
    allotted = f"{kubectl('', 'describe', 'nodes')} | grep -A 9 'Allocated resources'"
    rules = _rules(case, message)
    if asked and offers and asked > FITS * max(offers):
        fits = quantities.written(int(FITS * max(offers)) // quantities.MI * quantities.MI)
        words = (
            f"Lower the request for {resource}: no node could ever grant it, for the largest has"
            f" {quantities.written(max(offers))} for all its pods (the command asks for {fits}); if it needs as much,"
            f" add larger nodes.{rules}"
        )
        change = set_resources(case, container, requests=f"{resource}={fits}")
        return Remedy(text=words + durable(case), commands=(*change, allotted))
    words = (
        f"The largest node would hold it, and what the nodes have is given to other pods: lower requests for {resource}"
        f" that are above the real use (this pod's, or others'), end what is not needed, or add a node.{rules}"
    )
    if not (asked and offers):
        words = (
            f"Lower the request for {resource} to what is really used, free room, or add a node that is large enough."
            f"{rules}"
        )
    used = kubectl("", "top", "pods", "-A", f"--sort-by={resource}")
    return Remedy(text=words + durable(case), commands=(allotted, used))


def _device(case: Case, message: str, resource: str, container: Container) -> Remedy:
    """Return what to do about a device (GPU, hugepages): whole ones only, and the request must equal the limit."""
    change = set_resources(case, container, limits=f"{resource}=<fewer>", requests=f"{resource}=<the same number>")
    columns = f"custom-columns=NODE:.metadata.name,HAS:.status.allocatable.{resource.replace('.', chr(92) + '.')}"
    nodes = list(case.snapshot.all("Node"))
    if nodes and not any(quantities.parsed(text(node, "status", "allocatable", resource)) for node in nodes):
        words = (
            f"No node offers {resource}: see that a device plugin runs on the nodes that have the device and finds it"
            f" (driver, container runtime), or add such a node.{_rules(case, message)}"
        )
        agents = kubectl("kube-system", "get", "daemonsets")
        return Remedy(text=words, commands=(kubectl("", "get", "nodes", "-o", columns), agents))
    words = (
        f"Ask for fewer {resource} (its request must equal its limit), wait until some are free, or add a node that "
        f"offers them.{_rules(case, message)}"
    )
    return Remedy(text=words + durable(case), commands=(kubectl("", "get", "nodes", "-o", columns), *change))


def _rules(case: Case, message: str) -> str:
    """Return what else the message says keeps it off nodes, as a further sentence: taints, labels."""
    told = []
    taints = [found.group(1).strip().rstrip(":").strip() for found in _TAINT.finditer(message)]
    own = [taint for taint in taints if not taint.startswith(_CONDITIONS)]
    if "taint" in message and (own or not taints):
        told.append(f"tolerate the taint {own[0]}" if own else "tolerate the taints of the other nodes")
    pinned = case.workload is not None and case.workload.kind == "DaemonSet"  # other nodes are not for this pod
    if "affinity/selector" in message and not pinned:
        wanted = ", ".join(f"{key}={value}" for key, value in table(case.pod, "spec", "nodeSelector").items())
        told.append(f"let the selector {wanted} fit more nodes" if wanted else "let the affinity fit more nodes")
    if "were unschedulable" in message:
        told.append("uncordon a node")
    closed = f" Other nodes are closed to it: {', or '.join(told)}, if it may run there." if told else ""
    for taint in taints:
        if taint.startswith(_CONDITIONS):
            closed += (
                f" A node has the taint {taint.partition(':')[0]}, which its own trouble brings: repair that node."
            )
    if "volume node affinity conflict" in message:
        closed += " Some nodes lie in another zone than the pod's volume: room is needed where that is."
    return closed


def _rejected(case: Case) -> Finding:
    reason, message = text(case.pod, "status", "reason"), text(case.pod, "status", "message")
    proof = [Evidence(source="pod", path="status", quote=f"reason={reason}")]
    if message:
        proof.append(Evidence(source="pod", path="status.message", quote=message))
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED,
        summary=f"Node {text(case.pod, 'spec', 'nodeName')} refused the pod on arrival ({reason}): {message}".rstrip(
            ": "
        ),
        evidence=tuple(proof),
        facts={"reason": reason},
        remedy=Remedy(
            text="The controller makes another pod by itself; this one can be deleted.",
            commands=(kubectl(case.namespace, "delete", "pod", pod_name(case)),),
        ),
        fault=Fault.CLUSTER,
        conclusive=True,
    )


_PENDING: Final = {
    "spec": {"nodeName": None},
    "status": {
        "phase": "Pending",
        "containerStatuses": [],
        "conditions": [
            {
                "type": "PodScheduled",
                "status": "False",
                "reason": "Unschedulable",
                "message": "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient memory. "
                "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
            }
        ],
    },
}
EXAMPLES: Final = (
    Example(
        title="it asks for more memory than any node has",
        hit=True,
        container={"resources": {"requests": {"memory": "900Gi"}}},
        pod=_PENDING,
        objects=({"kind": "Node", "metadata": {"name": "node-1"}, "status": {"allocatable": {"memory": "32Gi"}}},),
    ),
    Example(
        title="only the event is left",
        hit=True,
        pod={"spec": {"nodeName": None}, "status": {"phase": "Pending", "containerStatuses": []}},
        events=(
            event(
                "FailedScheduling",
                "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
                container="",
            ),
        ),
    ),
    Example(
        title="near miss: the claim is missing, which is a matter of volumes",
        hit=False,
        pod={
            "spec": {
                "nodeName": None,
                "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
            },
            "status": {
                "phase": "Pending",
                "containerStatuses": [],
                "conditions": [
                    {
                        "type": "PodScheduled",
                        "status": "False",
                        "reason": "Unschedulable",
                        "message": '0/1 nodes are available: persistentvolumeclaim "data" not found. not found',
                    }
                ],
            },
        },
    ),
)

"""What to do about a pod that no node takes for a rule: by the group of nodes that came closest to taking it.

The scheduler names each node once, under the first filter that refused it (K: pkg/scheduler/framework/runtime). Filters
run in one order, so that a node that failed a later one had passed all before: there the way is shortest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.diagnosis import Clause, Premise, Remedy
from diagnostics.facts.pods.scheduling import SELECTOR, groups
from diagnostics.findings.commands import durable, kubectl, recreate, subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from diagnostics.claims.case import Case

_CONTROL_PLANE: Final = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
"""Taints that keep work off the cluster's own nodes: they are the last to be asked."""


def remedy(case: Case, message: str) -> Remedy | None:
    """Return what the nearest group of nodes asks for; None for a rule that is not known."""
    told = [text for _, text in groups(message)]
    pinned = case.workload is not None and case.workload.kind == "DaemonSet"
    for words, maker in _BY_GROUP:
        mine = [text for text in told if words in text]
        if not mine or (pinned and words == SELECTOR and len(told) > 1):
            continue  # a DaemonSet's pod is made for one node: all others refuse it by that
        if words == _TAINTS and len(told) > 1 and all(any(role in text for role in _CONTROL_PLANE) for text in mine):
            continue
        return maker(case, message)
    return None


def _ports(case: Case, _: str) -> Remedy:
    wanted = _host_ports(case)
    named = f"Host port {', '.join(map(str, wanted))}" if wanted else "A host port that it asks for"
    columns = "NAMESPACE:.metadata.namespace,POD:.metadata.name,NODE:.spec.nodeName"
    columns += ",HOSTPORTS:.spec.containers[*].ports[*].hostPort"
    listed = kubectl("", "get", "pods", "-A", "-o", f"custom-columns={columns}")
    text = (
        f"{named} is taken on the node that would fit: the command lists which pod has it. Give this one another"
        " hostPort (and the program the same by its own setting), or take the other away from that node."
    )
    own = recreate(case) if any(fields.text(pod, "spec", "nodeName") for pod in case.siblings) else ()
    text += " Where it is its own earlier pod, let that end first (strategy Recreate, the last command)." if own else ""
    return Remedy(text=text + durable(case), commands=(listed, *own))


def _host_ports(case: Case) -> list[int]:
    """Return the ports of the node that the pod asks for; with hostNetwork each container port is one."""
    host = fields.flag(case.pod, "spec", "hostNetwork")
    found = []
    for container in case.containers:
        for port in fields.items(container.spec, "ports"):
            number = fields.whole(port, "hostPort") or (fields.whole(port, "containerPort") if host else None)
            found += [number] if number else []
    return list(dict.fromkeys(found))


def _apart(case: Case, _: str) -> Remedy:
    text = (
        "Each node that would fit has a pod already that this one must not meet (required pod anti-affinity):"
        " add a node,"
        " ask for fewer replicas, or make the rule a preference (preferredDuringSchedulingIgnoredDuringExecution)."
    )
    return Remedy(text=text + durable(case), commands=(_affinity(case), _placed(case)))


def _together(case: Case, _: str) -> Remedy:
    text = (
        "It may only run beside a pod that matches its required pod affinity, and no node that would fit has one: see"
        " whether those pods run (the commands show the rule and where pods are). Where they wait for this one in turn,"
        " take one of the two rules away or make it a preference; taints and labels are not what keeps it waiting."
    )
    return Remedy(text=text + durable(case), commands=(_affinity(case), _placed(case)))


def _spread(case: Case, _: str) -> Remedy:
    text = (
        "Its topology spread constraint leaves no node: bring a node into the domain that has the fewest of its"
        " pods (or"
        " label nodes with the topology key), raise maxSkew, or let whenUnsatisfiable be ScheduleAnyway."
    )
    rule = kubectl(case.namespace, "get", subject(case), "-o", "jsonpath={..topologySpreadConstraints}")
    return Remedy(text=text + durable(case), commands=(rule, kubectl("", "get", "nodes", "--show-labels")))


def _affinity(case: Case) -> str:
    return kubectl(case.namespace, "get", subject(case), "-o", "jsonpath={..affinity}")


def _placed(case: Case) -> str:
    return kubectl(case.namespace, "get", "pods", "-o", "wide", "--show-labels")


def _selected(case: Case, _: str) -> Remedy:
    """Return what to do about labels: that no node has them is said only where all nodes were refused for it."""
    asked = ", ".join(f"{key}={value}" for key, value in fields.table(case.pod, "spec", "nodeSelector").items())
    named = f" ({asked})" if asked else ""
    none = f"No node has the labels that the pod asks for{named}"
    some = f"The nodes that are free for it do not have the labels that it asks for{named}"
    text = f"{none}: correct the selector or the affinity, or label the nodes that are meant."
    shown = kubectl("", "get", "nodes", "--show-labels")
    clause = Clause(text=none, premise=Premise.NO_NODE, instead=some)
    return Remedy(text=text + durable(case), commands=(shown,), clauses=(clause,))


def _cordoned(_: Case, __: str) -> Remedy:
    words = "The nodes are cordoned: uncordon one that is fit, or add nodes."
    return Remedy(text=words, commands=(kubectl("", "get", "nodes", "-o", "wide"), kubectl("", "uncordon", "<node>")))


def _tainted(case: Case, _: str) -> Remedy:
    words = "Tolerate the taint in the pod template if the pod belongs there, or take the taint off the node."
    columns = "custom-columns=NODE:.metadata.name,TAINTS:.spec.taints[*].key"
    return Remedy(text=words + durable(case), commands=(kubectl("", "get", "nodes", "-o", columns),))


_TAINTS: Final = "taint"
_BY_GROUP: Final[tuple[tuple[str, Callable[[Case, str], Remedy]], ...]] = (
    ("anti-affinity", _apart),
    ("pod affinity", _together),
    ("topology spread", _spread),
    ("free ports", _ports),
    ("node selector", _selected),
    (SELECTOR, _selected),
    (_TAINTS, _tainted),
    ("were unschedulable", _cordoned),
)
"""Words of a group, the latest filter first, and what it asks for."""

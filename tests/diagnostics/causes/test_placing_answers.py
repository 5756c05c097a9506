"""What is said of a pod that no node takes: by the scheduler's and the kubelet's own words (REFERENCE.md 1.8, 1.9)."""

import pytest

from diagnostics.diagnosis import Verdict
from diagnostics.engine import diagnose
from diagnostics.examples import Example
from tests.support.prepared import prepared

TOLD = "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."


def pending(message, *, reason="Unschedulable", container=None, objects=(), **spec):
    """Diagnose a pod that the scheduler says this of."""
    said = {"type": "PodScheduled", "status": "False", "reason": reason, "message": message}
    pod = {
        "spec": {"nodeName": None, **spec},
        "status": {"phase": "Pending", "containerStatuses": [], "conditions": [said]},
    }
    example = Example(title="", hit=True, container=container or {}, pod=pod, objects=tuple(objects))
    return diagnose(prepared(example.snapshot()))


def node(name, *, cordoned=False, taints=(), **allocatable):
    spec = ({"unschedulable": True} if cordoned else {}) | ({"taints": list(taints)} if taints else {})
    return {"kind": "Node", "metadata": {"name": name}, "spec": spec, "status": {"allocatable": allocatable}}


def asks(resource, amount):
    return {"resources": {"requests": {resource: amount}, "limits": {resource: amount}}}


def quotes(found):
    return {f"{item.path}: {item.quote}" for item in found.evidence}


def test_the_container_that_asks_for_most_is_named_and_not_the_one_that_is_written_first():
    small = {"name": "proxy", "image": "registry.example/proxy:1", "resources": {"requests": {"cpu": "100m"}}}
    large = {"name": "api", "image": "registry.example/api:1", "resources": {"requests": {"cpu": "12"}}}
    found = pending(
        f"0/3 nodes are available: 3 Insufficient cpu. {TOLD}",
        objects=[node("node-1", cpu="8"), node("node-2", cpu="3920m")],
        containers=[small, large],
    )
    assert found.cause == "unschedulable"
    assert "container api requests 12, the largest node has 8" in found.summary
    assert found.container == "api"


def test_an_init_container_that_asks_for_most_is_named():
    small = {"name": "api", "image": "registry.example/api:1", "resources": {"requests": {"memory": "1Gi"}}}
    large = {"name": "migrate", "image": "registry.example/api:1", "resources": {"requests": {"memory": "64Gi"}}}
    found = pending(
        f"0/3 nodes are available: 3 Insufficient memory. {TOLD}",
        objects=[node("node-1", memory="32637236Ki")],
        containers=[small],
        initContainers=[large],
    )
    assert "container migrate requests 64Gi, the largest node has 31Gi" in found.summary


def test_what_no_container_asks_for_is_said_as_the_scheduler_says_it():
    found = pending(f"0/3 nodes are available: 3 Insufficient cpu. {TOLD}", resources={"requests": {"cpu": "64"}})
    assert found.summary == "0 of 3 nodes can take the pod: 3 Insufficient cpu."
    assert found.facts["resource"] == "cpu"


def test_taints_that_the_scheduler_no_longer_names_are_read_from_the_nodes():
    taint = {"key": "dedicated", "value": "batch", "effect": "NoSchedule"}
    found = pending(
        f"0/3 nodes are available: 3 node(s) had untolerated taint(s). {TOLD}",
        objects=[node("node-1", taints=[taint]), node("node-2")],
    )
    assert "node-1 spec.taints: key=dedicated value=batch effect=NoSchedule" in quotes(found)
    assert found.remedy.text.startswith("Tolerate the taint in the pod template")
    assert "TAINTS:.spec.taints" in found.remedy.commands[0]


def test_cordoned_nodes_are_named_and_to_be_uncordoned():
    found = pending(
        "0/2 nodes are available: 2 node(s) were unschedulable. preemption: 0/2 nodes are available: "
        "2 Preemption is not helpful for scheduling.",
        objects=[node("node-1", cordoned=True), node("node-2")],
    )
    assert any("unschedulable=true" in quote for quote in quotes(found))
    assert found.remedy.commands[-1] == "kubectl uncordon '<node>'"


def test_a_selector_that_fits_no_node_is_quoted():
    found = pending(
        f"0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. {TOLD}",
        nodeSelector={"disk": "nvme"},
    )
    assert "spec.nodeSelector: disk=nvme" in quotes(found)
    assert "--show-labels" in found.remedy.commands[0]


def test_any_other_rule_is_to_be_relaxed_as_the_message_names_it():
    found = pending(f"0/3 nodes are available: 3 node(s) were too quiet for it. {TOLD}")
    assert "too quiet for it" in found.summary
    assert found.remedy.text.startswith("Relax the rule that the message names")
    assert " describe pod " in found.remedy.commands[0]


@pytest.mark.parametrize(
    ("said", "words", "never"),
    [
        ("1 node(s) didn't have free ports for the requested pod ports, 5 node(s) didn't match Pod's node"
         " affinity/selector", "is taken on the node that would fit", "No node has the labels"),
        ("1 node(s) had untolerated taint(s), 2 node(s) didn't match pod affinity rules", "beside a pod that matches",
         "Tolerate"),
        ("1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 node(s) didn't match pod"
         " anti-affinity rules", "required pod anti-affinity", "Tolerate"),
        ("1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 node(s) didn't match Pod's node"
         " affinity/selector", "The nodes that are free for it do not have the labels", "No node has"),
        ("3 node(s) didn't match Pod's node affinity/selector", "No node has the labels", "free for it"),
        ("1 node(s) were unschedulable, 2 node(s) didn't match pod topology spread constraints", "topology spread",
         "uncordon"),
        ("3 node(s) had untolerated taint {team: blue}", "Tolerate the taint", "labels"),
    ],
)  # fmt: skip
def test_the_remedy_is_for_the_nodes_that_came_closest(said, words, never):
    count = 6 if "5 node" in said else 3
    found = pending(f"0/{count} nodes are available: {said}. {TOLD}")
    assert words in found.remedy.text
    assert never not in found.remedy.text


def test_a_device_that_no_node_offers_is_a_matter_of_its_plugin_and_nothing_is_to_be_asked_for_less():
    found = pending(
        f"0/3 nodes are available: 3 Insufficient nvidia.com/gpu. {TOLD}",
        container=asks("nvidia.com/gpu", "1"),
        objects=[node("node-1", cpu="8"), node("node-2", **{"nvidia.com/gpu": "0"})],
    )
    assert "container api requests 1 nvidia.com/gpu" in found.summary
    assert found.remedy.text.startswith("No node offers nvidia.com/gpu")
    assert found.remedy.commands[0].endswith(r"HAS:.status.allocatable.nvidia\.com/gpu'")
    assert not any("set resources" in command or "patch" in command for command in found.remedy.commands)


@pytest.mark.parametrize(
    ("others", "spec", "told"),
    [
        ("1 node(s) had untolerated taint {nvidia.com/gpu: present}", {}, "tolerate the taint nvidia.com/gpu: present"),
        ("1 node(s) had untolerated taint(s)", {}, "tolerate the taints of the other nodes"),
        ("1 node(s) didn't match Pod's node affinity/selector", {"nodeSelector": {"pool": "gpu"}},
         "let the selector pool=gpu fit more nodes"),
        ("1 node(s) didn't match Pod's node affinity/selector", {}, "let the affinity fit more nodes"),
        ("1 node(s) were unschedulable", {}, "uncordon a node"),
    ],
)  # fmt: skip
def test_what_keeps_it_off_the_other_nodes_is_told_beside_the_device(others, spec, told):
    found = pending(
        f"0/3 nodes are available: {others}, 2 Insufficient nvidia.com/gpu. {TOLD}",
        container=asks("nvidia.com/gpu", "4"),
        objects=[node("node-1", **{"nvidia.com/gpu": "2"})],
        **spec,
    )
    assert found.remedy.text.startswith("Ask for fewer nvidia.com/gpu (its request must equal its limit)")
    assert f"Other nodes are closed to it: {told}, if it may run there." in found.remedy.text


def test_a_pod_that_waits_for_its_gates_is_not_one_that_fits_nowhere():
    found = pending("Scheduling is blocked due to non-empty scheduling gates", reason="SchedulingGated")
    assert found.cause != "unschedulable"


def refused(reason, message):
    pod = {"status": {"phase": "Failed", "reason": reason, "message": message, "containerStatuses": []}}
    return diagnose(prepared(Example(title="", hit=True, pod=pod).snapshot()))


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("OutOfcpu", "Pod was rejected: Node didn't have enough resource: cpu, requested: 2000, used: 7300, "
         "capacity: 8000"),
        ("TopologyAffinityError", "Pod was rejected: Resources cannot be allocated with Topology locality"),
        ("NodeAffinity", "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node "
         "affinity/selector"),
        ("NodePorts", ""),
    ],
)  # fmt: skip
def test_a_node_that_refuses_a_pod_on_arrival_is_named_with_its_words(reason, message):
    found = refused(reason, message)
    assert (found.cause, found.verdict) == ("unschedulable", Verdict.CONFIRMED)
    assert found.summary.startswith(f"Node node-1 refused the pod on arrival ({reason})")
    assert found.summary.endswith(f"{message or ')'}.")
    assert "makes another pod by itself" in found.remedy.text

"""What fails because of a node, a claim, a volume, an autoscaler, a disruption budget, a quota."""

from dataclasses import replace

import pytest

from bot.cluster.errors import ClusterError, Forbidden
from bot.cluster.reads import Answer
from bot.incidents.affected import Affected
from tests.alerts.cluster import Recorded

POD = {"kind": "Pod", "namespace": "zoo"}
OBJECTS = [
    {"kind": "Deployment", "namespace": "zoo", "name": "api"},
    {"kind": "ReplicaSet", "namespace": "zoo", "name": "api-6c9d8b7f5", "owner": "Deployment/api"},
    {**POD, "name": "api-6c9d8b7f5-z4kwx", "owner": "ReplicaSet/api-6c9d8b7f5", "node": "n3", "failing": True,
     "claims": ["data"], "labels": {"app": "api"}},
    {**POD, "name": "api-6c9d8b7f5-b4kwx", "owner": "ReplicaSet/api-6c9d8b7f5", "node": "n3", "failing": True},
    {**POD, "name": "calm-0", "owner": "StatefulSet/calm", "node": "n3", "claims": ["data"], "labels": {"app": "api"}},
    {"kind": "Pod", "namespace": "farm", "name": "barn-0", "owner": "StatefulSet/barn", "node": "n3", "failing": True},
    {"kind": "Pod", "namespace": "farm", "name": "far-0", "owner": "StatefulSet/far", "node": "n4", "failing": True},
    {"kind": "Node", "name": "n3"},
    {"kind": "HorizontalPodAutoscaler", "namespace": "zoo", "name": "api-hpa", "scaleTargetRef": "Deployment/api"},
    {"kind": "HorizontalPodAutoscaler", "namespace": "zoo", "name": "calm-hpa", "scaleTargetRef": "StatefulSet/calm"},
    {"kind": "PodDisruptionBudget", "namespace": "zoo", "name": "api",
     "spec": {"selector": {"matchLabels": {"app": "api"}}}},
    {"kind": "PersistentVolume", "name": "pv-1", "spec": {"claimRef": {"namespace": "zoo", "name": "data"}}},
    {"kind": "PersistentVolume", "name": "pv-2"},
]  # fmt: skip


class WithEvents(Recorded):
    """A cluster whose ReplicaSet controller was refused by a quota."""

    async def read(self, lead, within_s):
        if lead.kind != "Event":
            return await super().read(lead, within_s)
        about = {"kind": "ReplicaSet", "namespace": "zoo", "name": "api-6c9d8b7f5"}
        message = 'Error creating: pods "x" is forbidden: exceeded quota: small, requested: pods=1'
        refused = {"kind": "Event", "message": message, "involvedObject": about}
        return Answer(lead=lead, objects=(refused, refused, {"kind": "Event", "message": "other"}))


def named(hits):
    return [f"{hit.kind} {hit.namespace}/{hit.name}" for hit in hits]


@pytest.mark.parametrize(
    ("kind", "namespace", "name", "found"),
    [
        ("Node", "", "n3", ["StatefulSet farm/barn", "Deployment zoo/api"]),
        ("Node", "", "n9", []),
        ("PersistentVolumeClaim", "zoo", "data", ["Deployment zoo/api"]),
        ("PersistentVolumeClaim", "farm", "data", []),
        ("PersistentVolume", "", "pv-1", ["Deployment zoo/api"]),
        ("PersistentVolume", "", "pv-2", []),
        ("HorizontalPodAutoscaler", "zoo", "api-hpa", ["Deployment zoo/api"]),
        ("HorizontalPodAutoscaler", "zoo", "calm-hpa", []),
        ("HorizontalPodAutoscaler", "zoo", "gone", []),
        ("PodDisruptionBudget", "zoo", "api", ["Deployment zoo/api"]),
        ("ResourceQuota", "zoo", "small", ["Deployment zoo/api"]),
        ("ResourceQuota", "zoo", "large", []),
    ],
)
async def test_the_workloads_that_fail_because_of_it_and_no_other(kind, namespace, name, found):
    assert named(await Affected(WithEvents(OBJECTS)).by(kind, namespace, name)) == found


async def test_what_may_not_be_shown_is_left_out_and_said():
    class Narrowed(Recorded):
        async def read(self, lead, within_s):
            answer = await super().read(lead, within_s)
            kept = tuple(item for item in answer.objects if item["metadata"]["namespace"] == "zoo")
            return replace(answer, objects=kept, why="not all are routed here", refused=True)

    seen = Affected(Narrowed(OBJECTS))
    assert named(await seen.by("Node", "", "n3")) == ["Deployment zoo/api"]
    assert seen.unread == "not all are routed here"
    nothing = Affected(Narrowed([one for one in OBJECTS if one.get("namespace") != "zoo"]))
    assert (await nothing.by("Node", "", "n3"), nothing.unread) == ([], "not all are routed here")


async def test_what_cannot_be_read_is_no_good_news():
    class Refusing:
        async def read(self, lead, within_s):
            return Answer(lead=lead, why=f"forbidden within {within_s:g} s", error=Forbidden("pods are forbidden"))

    with pytest.raises(ClusterError, match="forbidden"):
        await Affected(Refusing()).by("Node", "", "n3")

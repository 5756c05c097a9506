"""What fails now, without a diagnosis: a workload whose controller cannot make its pods has no pod to tell of it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.cluster.keeping import standing
from bot.cluster.reads import Answer
from bot.incidents.failing_now import failing_now

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Cluster:
    def __init__(self, *objects):
        self.objects = objects

    async def read(self, lead, _within_s):
        found = [item for item in self.objects if item["kind"] == lead.kind]
        return Answer(lead=lead, objects=standing(found), date=NOW)


def workload(kind, spec, status, *, age_s=3600, generation=2):
    created = (NOW - timedelta(seconds=age_s)).isoformat().replace("+00:00", "Z")
    metadata = {"namespace": "shop", "name": "db", "generation": generation, "creationTimestamp": created}
    return {"kind": kind, "metadata": metadata, "spec": spec, "status": {"observedGeneration": 2, **status}}


SCHEDULED = {"desiredNumberScheduled": 3, "currentNumberScheduled": 0}


@pytest.mark.parametrize(
    ("item", "fails"),
    [
        (workload("StatefulSet", {"replicas": 2}, {}), True),
        (workload("StatefulSet", {"replicas": 2}, {"replicas": 0}), True),
        (workload("StatefulSet", {"replicas": 2}, {"replicas": 1}), False),
        (workload("StatefulSet", {"replicas": 0}, {"replicas": 0}), False),
        (workload("StatefulSet", {"replicas": 2}, {}, age_s=10), False),
        (workload("StatefulSet", {"replicas": 2}, {}, generation=3), False),
        (workload("DaemonSet", {}, SCHEDULED), True),
        (workload("DaemonSet", {}, SCHEDULED | {"currentNumberScheduled": 1}), False),
        (workload("DaemonSet", {}, {"desiredNumberScheduled": 0}), False),
        (workload("Deployment", {}, {"conditions": [{"type": "ReplicaFailure", "status": "True"}]}), True),
        (workload("Deployment", {}, {"conditions": []}), False),
    ],
)
async def test_a_workload_that_wants_pods_and_gets_none_is_listed(item, fails):
    found = await failing_now(Cluster(item), "")
    assert [(one.kind, one.name, one.reason) for one in found.failing] == (
        [(item["kind"], "db", "pods cannot be created")] if fails else []
    )

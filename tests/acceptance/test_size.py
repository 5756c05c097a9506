"""The whole service and a namespace of thousands: what is asked, what is kept, and that the answer stays the same."""

from __future__ import annotations

import pytest

from bot.cluster.collector import Collector
from bot.cluster.shared import SharedReads
from bot.cluster.target import TargetRef
from bot.ops.diagnosing import diagnosed
from tests.acceptance.rig import alert
from tests.acceptance.test_faults import notify
from tests.support.crowd import FAILING, NAMESPACE, STORM, Crowd
from tests.support.service import fleet_world

PODS, EVENTS = 1500, 4000


def lists(crowd, plural):
    """The queries of the lists of a kind, in order."""
    return [dict(request.query) for request in crowd.seen if request.path.endswith(f"/{NAMESPACE}/{plural}")]


async def verdicts(connection, crowd):
    found = {}
    for pod in crowd.failing:
        snapshot = await Collector(connection, deadline_s=60).collect(
            TargetRef(kind="Pod", namespace=NAMESPACE, name=pod)
        )
        found[pod] = (snapshot, diagnosed(snapshot))
    return found


@pytest.mark.threat("Size", "an alert comes out of a namespace with thousands of pods and events")
async def test_in_a_crowd_the_answer_is_the_same_and_as_much_is_kept(tmp_path, record_property):
    answers, kept = {}, {}
    for pods, events in ((10, 40), (PODS, EVENTS)):
        crowd = Crowd(pods, events)
        (folder := tmp_path / str(pods)).mkdir()
        async with fleet_world(folder, crowd.cluster) as running:
            for pod, (snapshot, found) in (await verdicts(running.connection, crowd)).items():
                quotes = {item.quote for item in found.evidence}
                answers.setdefault(pod, []).append((found.verdict, found.cause, found.summary, quotes))
                kept.setdefault(pods, []).append(sum(map(len, snapshot.objects.values())))
    assert [pod for pod, (small, large) in answers.items() if small != large] == []
    assert max(kept[PODS]) <= 220
    record_property("tried", f"{len(FAILING)} failures among {PODS:,} pods and {EVENTS:,} events")
    record_property("held", f"the same answers, from at most {max(kept[PODS])} objects")


@pytest.mark.threat("Size", "a storm of alerts in one namespace burdens the API server")
async def test_a_storm_in_one_namespace_costs_at_most_eight_reads_an_alert(tmp_path, monkeypatch, record_property):
    # However slow the machine is, the storm is over within the seconds for which an answer serves.
    monkeypatch.setattr(SharedReads, "_now", lambda _: 0.0)
    crowd = Crowd(100, 400, STORM)
    async with fleet_world(tmp_path, crowd.cluster, watch_every_s=600) as running:
        crowd.cluster.requests.clear()
        assert await notify(running, [alert(NAMESPACE, pod) for pod in crowd.failing]) == 202
        await running.settled()
        reads = [request for request in crowd.seen if request.method == "GET"]
    assert len(reads) <= 8 * len(STORM)
    record_property("tried", f"{len(STORM)} alerts at once in a namespace of 100 pods")
    record_property("held", f"{len(reads) / len(STORM):.1f} reads each")


async def test_the_service_reads_a_crowd_by_one_small_page_and_by_name(tmp_path):
    crowd = Crowd(PODS, EVENTS)
    async with fleet_world(tmp_path, crowd.cluster, watch_every_s=600) as running:
        crowd.cluster.requests.clear()
        assert await notify(running, [alert(NAMESPACE, crowd.failing[0])]) == 202
        await running.settled()
    pods = lists(crowd, "pods")
    assert [query for query in pods if "labelSelector" not in query] == [{"limit": "100"}]
    selectors = [query["labelSelector"] for query in pods if "labelSelector" in query]
    assert selectors
    assert all(selector.startswith("app=") for selector in selectors)
    about = [query.get("fieldSelector", "") for query in lists(crowd, "events")]
    assert f"involvedObject.name={crowd.failing[0]}" in about

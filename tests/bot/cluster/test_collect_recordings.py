"""The collector over every recording, served as a cluster over HTTP by the product's own stand-in."""

from __future__ import annotations

import pytest

from bot.cluster.collector import Collector
from bot.cluster.connection import connect
from bot.demo.cluster import ClusterStandIn, single
from bot.model.target import parse_target
from diagnostics.engine import diagnose
from diagnostics.snapshot import Snapshot
from tests.support.recordings import KINDS, RECORDINGS, SCENARIOS, truth


def asked(scenario):
    kind, _, name = truth(scenario)["target"].partition("/")
    return KINDS[kind], name


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_a_recording_is_read_whole_without_values_and_its_cause_is_found(scenario, tmp_path):
    kind, name = asked(scenario)
    path = tmp_path / "kubeconfig"
    async with ClusterStandIn(single(scenario), tick_s=None) as server:
        path.write_text(server.kubeconfig_text())
        async with connect(str(path)) as connection:
            snapshot = await Collector(connection).collect(parse_target(f"{kind}/{name}", "production"))
    assert (snapshot.target.kind, snapshot.target.namespace, snapshot.target.name) == (kind, "production", name)
    assert snapshot.one(kind, "production", name) is not None
    assert snapshot.unread == ()
    assert 0 < snapshot.requests <= 40
    assert Snapshot.from_json(snapshot.to_json()) == snapshot
    container = truth(scenario).get("container")
    recorded = list((RECORDINGS / scenario / "cluster").glob(f"logs/*/{container}.*.log"))
    assert not (container and recorded) or any(log.container == container for log in snapshot.logs)
    for found in (item for kind in snapshot.objects for item in snapshot.all(kind)):
        assert_no_values(found)
    assert diagnose(snapshot).cause in (truth(scenario)["cause"], None)


def assert_no_values(item):
    if isinstance(item, list):
        for each in item:
            assert_no_values(each)
    elif isinstance(item, dict):
        for entry in item.get("env") or ():
            assert "value" not in entry
        for each in item.values():
            assert_no_values(each)

"""The collector over every recording, served as a cluster over HTTP by the product's own stand-in."""

from __future__ import annotations

import pytest

from bot.cluster.collector import Collector
from bot.cluster.connection import connect
from bot.demo.cluster import ClusterStandIn, single
from bot.targets import parse_target
from diagnostics.engine import diagnose
from diagnostics.snapshot import Snapshot
from tests.support.recordings import KINDS, RECORDINGS, SCENARIOS, truth


@pytest.fixture
async def cluster(request, tmp_path):
    async with ClusterStandIn(single(request.param), ticking=False) as server:
        path = tmp_path / "kubeconfig"
        path.write_text(server.kubeconfig_text())
        async with connect(str(path)) as connection:
            yield request.param, connection


def asked(scenario):
    kind, _, name = truth(scenario)["target"].partition("/")
    return KINDS[kind], name


@pytest.mark.parametrize("cluster", SCENARIOS, indirect=True)
async def test_a_recording_is_read_whole(cluster):
    scenario, connection = cluster
    kind, name = asked(scenario)
    snapshot = await Collector(connection).collect(parse_target(f"{kind}/{name}", "production"))
    assert (snapshot.target.kind, snapshot.target.namespace, snapshot.target.name) == (kind, "production", name)
    assert snapshot.one(kind, "production", name) is not None
    assert {entry.why for entry in snapshot.unread} <= {"Secrets are not read (READ_SECRET_METADATA is off)"}
    assert 0 < snapshot.requests <= 40
    assert Snapshot.from_json(snapshot.to_json()) == snapshot
    container = truth(scenario).get("container")
    recorded = list((RECORDINGS / scenario / "cluster").glob(f"logs/*/{container}.*.log"))
    if container and recorded:
        assert any(log.container == container for log in snapshot.logs)


@pytest.mark.parametrize("cluster", SCENARIOS, indirect=True)
async def test_no_environment_value_is_in_what_was_read(cluster):
    scenario, connection = cluster
    kind, name = asked(scenario)
    snapshot = await Collector(connection).collect(parse_target(f"{kind}/{name}", "production"))
    for found in (item for kind in snapshot.objects for item in snapshot.all(kind)):
        assert_no_values(found)


def assert_no_values(item):
    if isinstance(item, list):
        for each in item:
            assert_no_values(each)
    elif isinstance(item, dict):
        for entry in item.get("env") or ():
            assert "value" not in entry
        for each in item.values():
            assert_no_values(each)


@pytest.mark.parametrize("cluster", SCENARIOS, indirect=True)
async def test_the_cause_is_found_over_the_wire_and_none_is_wrongly_sure(cluster):
    scenario, connection = cluster
    kind, name = asked(scenario)
    diagnosis = diagnose(await Collector(connection).collect(parse_target(f"{kind}/{name}", "production")))
    assert diagnosis.cause in (truth(scenario)["cause"], None)

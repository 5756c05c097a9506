"""The whole service while something that it needs is away: nothing is lost, nothing is doubled, and it says so."""

import asyncio
import time
from unittest.mock import patch

import aiohttp
import pytest

from bot.demo.cluster import Fault as ClusterFault
from bot.demo.slack.faults import Fault
from tests.acceptance.answers import answers, doubled
from tests.acceptance.fleet import Fleet
from tests.acceptance.rig import alert
from tests.support.postgres import fresh_database
from tests.support.proxy import proxied
from tests.support.service import TOKEN, fleet_world

WORKLOADS, PODS = 2, 6


async def notify(running, alerts):
    body = {"version": "4", "alerts": [one | {"status": "firing"} for one in alerts]}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{running.base}/alertmanager", json=body) as reply,
    ):
        return reply.status


def answered(running):
    """The incidents that are answered; each once, and nothing stands twice."""
    own = [stored.message for stored in running.posts("C0ALERTS")]
    assert doubled(own) == []
    found = answers(own)
    assert [run for run, messages in found.items() if len(messages) > 1] == []
    return list(found)


async def all_answered(running, within_s=60):
    await running.until(lambda: len(answered(running)) == WORKLOADS, within_s)
    await asyncio.sleep(0.3)
    assert len(answered(running)) == WORKLOADS


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="rate_limited", retry_after_s=1, times=3),
        Fault(kind="server_error", times=3),
        Fault(kind="drop", times=2),
        Fault(kind="reset", times=2),
        Fault(kind="hang", times=1),
    ],
    ids=lambda fault: fault.kind,
)
async def test_slack_away_during_a_storm_loses_and_doubles_nothing(tmp_path, fault):
    fleet = Fleet(WORKLOADS, PODS)
    async with fleet_world(tmp_path, fleet.cluster) as running:
        running.slack.set_fault("chat.postMessage", fault)
        assert await notify(running, [alert(*pod) for pod in fleet.pods]) == 202
        await all_answered(running)


@pytest.mark.parametrize(
    "fault",
    [ClusterFault("throttle"), ClusterFault("error", status=503), ClusterFault("hang")],
    ids=lambda fault: fault.kind,
)
async def test_an_api_server_in_trouble_is_said_once_and_answered_when_it_is_back(tmp_path, fault):
    fleet = Fleet(WORKLOADS, PODS)
    async with fleet_world(tmp_path, fleet.cluster, collect_deadline_s=1, watch_every_s=0.5) as running:
        fleet.cluster.faults.add(fault)
        assert await notify(running, [alert(*pod) for pod in fleet.pods]) == 202
        await running.until(lambda: running.posts("C0ALERTS"), 30)
        await asyncio.sleep(1)
        lines = [stored for stored in running.posts("C0ALERTS") if "thread_ts" not in stored.message]
        assert len([line for line in lines if "⚠️" in line.message["text"]]) <= 1
        fleet.cluster.faults.clear()
        await all_answered(running)


@pytest.mark.parametrize("how", ["gone", "blocked"])
@pytest.mark.threat("Readiness", "the database is away or hangs while alerts come")
async def test_a_database_that_goes_away_gets_503_and_nothing_that_was_taken_is_lost(tmp_path, record_property, how):
    fleet = Fleet(WORKLOADS, PODS)
    alerts = [alert(*pod) for pod in fleet.pods]
    with fresh_database() as address:
        async with proxied(address) as proxy, fleet_world(tmp_path, fleet.cluster, database_url=proxy.url) as running:
            assert await notify(running, alerts[: PODS // 2]) == 202
            if how == "gone":
                await proxy.gone()
            else:
                proxy.block()
            # The database is still away when the answers come: nothing waits for it.
            with patch("handlers.alertmanager.KEEP_S", 4.0):
                began = time.monotonic()
                statuses = [await notify(running, alerts) for _ in range(2)]
                took_s = time.monotonic() - began
            assert statuses == [503, 503]
            assert took_s < 2 * 4.0 + 2
            record_property("tried", f"2 notifications while PostgreSQL is {how}")
            record_property("held", f"both answered 503, after {took_s:.1f} s together; none lost, none doubled")
            await asyncio.sleep(1)
            if how == "gone":
                await proxy.back()
            else:
                proxy.unblock()
            while await notify(running, alerts) != 202:  # noqa: ASYNC110 — as Alertmanager tries again
                await asyncio.sleep(0.2)
            await all_answered(running)

"""Pods watched in two clusters: each by its own watch, into its own incidents; one that is away stops no other's."""

from unittest.mock import patch

import aiohttp

from bot.demo.cluster import single
from bot.demo.cluster.faults import Fault
from bot.demo.cluster.recordings import load
from tests.bot.watch.driven import Time
from tests.support.clusters import EU, US, clusters_world

SCENARIO = "oom-python"


async def metric(running, name):
    async with aiohttp.ClientSession() as session, session.get(f"{running.health}/metrics") as reply:
        lines = (await reply.text()).splitlines()
    (value,) = [line.rpartition(" ")[2] for line in lines if line.startswith(f"{name} ")]
    return float(value)


async def test_each_cluster_has_its_watch_and_one_that_is_away_stops_no_other(tmp_path):
    time = Time(load(SCENARIO).at)
    made = {name: single(SCENARIO, clock=time) for name in (EU, US)}
    own = {US: {"alert_channel": "C0GENERAL"}}
    more = {"clock": time.seconds, "watch_pods": True, "collect_deadline_s": 1, "own": own}
    with (
        patch("bot.watch.watcher.BACK_OFF_S", (0.01, 0.05)),
        patch("bot.cluster.shared.SharedReads._now", lambda _self: time.seconds()),
    ):
        async with clusters_world(
            tmp_path, made, before=lambda apis: apis[US].cluster.faults.add(Fault("reset")), **more
        ) as running:
            (_taking_eu, eu), (taking_us, us) = running.service.watches
            await taking_us.stop(0)
            await running.until(lambda: all(feed.listed for feed in eu.feeds))

            async def found():
                return {one.cluster for one in await running.service.store.incidents.recent(9) if one.cause} or None

            await eu.step()
            assert await running.until_awaited(found) == {EU}
            await us.step()
            assert await metric(running, "crashloop_pod_watch_connected") == 0
            assert (await running.ready())[0] == 200
            running.back(US)
            await running.until(lambda: all(feed.listed for feed in us.feeds))
            await us.step()
            assert await metric(running, "crashloop_pod_watch_connected") == 1
            assert await metric(running, "crashloop_pod_watch_pods") == len(eu.ledger) + len(us.ledger) > 1

            async def both():
                return await found() == {EU, US}

            await running.until_awaited(both)
            assert "cluster prod-us" in running.posts("C0GENERAL")[0].message["text"]

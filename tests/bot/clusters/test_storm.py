"""A storm over two clusters, one of them away and back: the other's is answered at once, and nothing is lost."""

import asyncio
import time
from contextlib import ExitStack

import pytest

from bot.demo.cluster.faults import Fault
from bot.model.incident import State
from tests.acceptance.fleet import Fleet
from tests.support.clusters import EU, US, alert, clusters_world
from tests.support.postgres import fresh_database
from tests.support.stores import asyncio_url


@pytest.fixture(autouse=True)
def asked_at_once(monkeypatch):
    """Whether a cluster answers is asked whenever somebody wants to know."""
    monkeypatch.setattr("bot.ops.contact.FRESH_S", 0.0)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request):
    """The settings of the store."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield {}
        else:
            yield {"database_url": asyncio_url(stack.enter_context(fresh_database()))}


WORKLOADS = 8
DEADLINE_S = 20.0
"""What the cluster that is away may take: longer than the whole storm of the other one."""

QUICK = {"watch_every_s": 0.5, "recovery_hold_s": 0.3}


def both(eu, us):
    """The alerts of both clusters, one of each in turn."""
    pairs = zip(eu.pods, us.pods, strict=True)
    return [alert(name, *pod) for pair in pairs for name, pod in zip((EU, US), pair, strict=True)]


async def answered(running, name):
    """The incidents of one cluster that have a verdict."""
    found = await running.service.store.of_cluster(name).incidents.recent(99)
    return [one for one in found if one.state is State.ANSWERED and one.verdict]


@pytest.mark.threat("Size", "a cluster that hangs holds up the answers of another one")
async def test_a_cluster_that_hangs_keeps_none_of_the_others_waiting(tmp_path, record_property):
    eu, us = Fleet(WORKLOADS, WORKLOADS), Fleet(WORKLOADS, WORKLOADS)
    more = {"collect_deadline_s": DEADLINE_S} | QUICK
    async with clusters_world(tmp_path, {EU: eu.cluster, US: us.cluster}, **more) as running:
        running.away(US)
        began = time.monotonic()
        sent = [asyncio.create_task(running.notify(one)) for one in both(eu, us)]

        async def all_of_eu():
            return len(await answered(running, EU)) == WORKLOADS

        await running.until_awaited(all_of_eu)
        took_s = time.monotonic() - began
        record_property("tried", WORKLOADS)
        record_property("held", f"{WORKLOADS} in {took_s:.1f} s of {DEADLINE_S:g}")
        assert took_s < DEADLINE_S
        assert await answered(running, US) == []
        assert {status for status, _said in await asyncio.gather(*sent)} == {202}


async def test_a_storm_over_two_clusters_one_away_and_back_is_told_once_and_answered_whole(tmp_path, store):
    eu, us = Fleet(WORKLOADS, WORKLOADS), Fleet(WORKLOADS, WORKLOADS)
    more = {"collect_deadline_s": 1} | QUICK | store
    async with clusters_world(tmp_path, {EU: eu.cluster, US: us.cluster}, **more) as running:
        running.away(US)
        groups = [running.notify(*(alert(name, *pod) for pod in of.pods)) for name, of in ((EU, eu), (US, us))]
        assert {status for status, _said in await asyncio.gather(*groups)} == {202}

        def lines():
            posts = running.posts("C0ALERTS")
            return [one.message["text"] for one in posts if one.message.get("thread_ts", one.ts) == one.ts]

        await running.until(lambda: any("8 workloads fail at once* in cluster prod-eu" in text for text in lines()))
        away = await running.until(lambda: [text for text in lines() if "gave no" in text])
        assert len(away) == 1, "once, however many alerts"
        assert "cluster prod-us" in away[0]
        assert "I try again" in away[0]
        status, ready = await running.ready()
        assert status == 200
        assert "cluster prod-us: the cluster at" in ready
        running.back(US)

        async def whole():
            return len(await answered(running, US)) == len(await answered(running, EU)) == WORKLOADS

        await running.until_awaited(whole)
        assert not [text for text in lines() if "gave no" in text], "what was said of it is replaced by its answer"
        digest = await running.until(lambda: [text for text in lines() if "in 2 clusters (" in text])
        assert len(digest) == 1
        # What has a line of its own (a workload of both, or the one that told of the cluster) is not counted there.
        assert all(f"{name} " in digest[0].partition("(")[2].partition(")")[0] for name in (EU, US))
        assert (await running.ready())[1].count("cluster prod-us") == 0
        # Each alert is one incident of its own cluster, and each is told of: by a line, or in another's thread.
        for name in (EU, US):
            found = await answered(running, name)
            assert len({str(one.workload) for one in found}) == WORKLOADS
            assert all(one.summary_ts or one.report_ts or one.parent_id for one in found)


async def test_the_bot_starts_although_a_cluster_does_not_answer(tmp_path):
    def away(apis):
        apis[US].cluster.faults.add(Fault("hang"))

    eu, us = Fleet(1, 1), Fleet(1, 1)
    more = {"collect_deadline_s": 1} | QUICK
    async with clusters_world(tmp_path, {EU: eu.cluster, US: us.cluster}, before=away, **more) as running:
        await running.notify(alert(EU, *eu.pods[0]))

        async def one():
            return len(await answered(running, EU)) == 1

        await running.until_awaited(one)
        assert (await running.ready())[0] == 200
        running.away(EU, hangs=False)
        await running.until_awaited(lambda: _unready(running))


async def _unready(running):
    status, said = await running.ready()
    return status == 503 and "clusters: " in said

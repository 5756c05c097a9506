"""The watch in the whole service, on both stores: nothing is lost, nothing is told twice, alerts meet it, it ends."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from contextlib import ExitStack
from copy import deepcopy
from datetime import timedelta
from unittest.mock import patch

import aiohttp
import pytest

from bot.demo.cluster import single
from bot.demo.cluster.faults import Fault
from bot.demo.cluster.recordings import load
from bot.model.errors import Temporary
from bot.model.incident import State
from bot.watch.ledger import Ledger
from bot.watch.pods import watched
from bot.watch.watcher import SILENT_S, Watcher
from tests.bot.watch.driven import Time, driven
from tests.support.postgres import fresh_database
from tests.support.service import TOKEN
from tests.support.stores import asyncio_url

SCENARIO = "oom-python"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request):
    """The settings of a store."""
    with ExitStack() as stack:
        given = {}
        if request.param == "postgresql":
            given["database_url"] = asyncio_url(stack.enter_context(fresh_database()))
        yield given


@pytest.fixture
async def on(tmp_path, store):
    """A service over one failing pod that the watch has not told of yet."""
    time = Time(load(SCENARIO).at)
    with patch("bot.app.Workers.start", _start_all_but_the_watch):
        async with driven(tmp_path, single(SCENARIO, clock=time), time, **store) as made:
            yield made


def _start_all_but_the_watch(workers):
    if workers._step.__qualname__ != "Watcher.step":
        for number in range(workers._count):
            workers._tasks.add(asyncio.create_task(workers._run(), name=f"worker-{number}"))


def pod_of(on):
    return on.on.cluster.store.all("Pod", "production")[0]


async def alerted(on, pod):
    """Alertmanager's notification about a pod."""
    labels = {"alertname": "KubePodCrashLooping", "namespace": "production", "pod": pod["metadata"]["name"]}
    alert = {"status": "firing", "labels": labels, "annotations": {}, "startsAt": "2026-01-01T00:00:00Z"}
    body = {"version": "4", "status": "firing", "alerts": [alert | {"fingerprint": "f1"}]}
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session,
        session.post(f"{on.on.base}/alertmanager", json=body) as reply,
    ):
        assert reply.status == 202
        return await reply.text()


async def one_incident(on):
    await on.on.settled()
    (incident,) = await on.incidents()
    assert len(on.lines()) == 1
    return incident


@pytest.mark.parametrize("first", ["watch", "alert"])
async def test_an_alert_and_the_watch_meet_in_one_thread(on, first):
    if first == "alert":
        await alerted(on, pod_of(on))
        await on.on.settled()
    await on.act()
    if first == "watch":
        assert "1 joined" in await alerted(on, pod_of(on))
    assert (await one_incident(on)).cause == "oom-killed"


async def replica(on):
    """Another replica's watch: its own feed and memory, the same store."""
    own = on.watcher
    made = Watcher(
        connection=on.on.connection, reader=own._reader, alerts=own._alerts, metrics=own._metrics,
        settings=on.on.service.settings, clock=on.time.seconds,
    )  # fmt: skip
    following = asyncio.create_task(made.follow())
    await on.on.until(lambda: all(feed.listed for feed in made.feeds))
    return made, following


async def test_two_replicas_that_see_it_at_once_open_one_incident(on):
    other, following = await replica(on)
    await asyncio.gather(on.watcher.step(), other.step())
    following.cancel()
    await one_incident(on)


@pytest.mark.parametrize("when", ["before it is kept", "after it is kept"])
async def test_a_kill_while_it_is_told_loses_nothing_and_doubles_nothing(on, when):
    take = on.watcher._alerts.take

    async def killed(*given):
        if when == "after it is kept":
            await take(*given)
        raise asyncio.CancelledError

    with patch.object(on.watcher._alerts, "take", killed), pytest.raises(asyncio.CancelledError):
        await on.watcher.step()
    await on.on.settled()
    assert len(await on.incidents()) == int(when == "after it is kept")
    after, following = await replica(on)
    assert await after.step()
    following.cancel()
    await one_incident(on)


async def test_what_the_store_does_not_take_stays_due(on):
    async def away(*_given):
        raise Temporary("the store is away")

    for _ in range(3):
        with patch.object(on.watcher._alerts, "take", away), pytest.raises(Temporary):
            await on.watcher.step()
    await on.act()
    await one_incident(on)


async def test_a_watch_cut_twenty_times_amid_it_opens_one_incident(on, record_property):
    cuts = 0
    while cuts < 20:
        cuts += on.on.api.cut_watches()
        copy = on.on.cluster.store.copy("Pod", "production", pod_of(on)["metadata"]["name"])
        copy["metadata"].setdefault("annotations", {})["touched"] = str(cuts)
        on.on.cluster.store.save(copy)
        await on.heard()
        on.time.at += timedelta(seconds=7)
        await on.act()
    record_property("held", f"{cuts} cuts, 1 incident")
    await one_incident(on)


def change(on, edit):
    copy = on.on.cluster.store.copy("Pod", "production", pod_of(on)["metadata"]["name"])
    edit(copy)
    on.on.cluster.store.save(copy)


async def test_it_is_told_to_be_over_and_a_relapse_comes_back_in_the_same_thread(on):
    await on.act()
    failing = deepcopy(pod_of(on))

    def heal(pod):
        now = on.time.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        for status in pod["status"]["containerStatuses"]:
            status |= {"state": {"running": {"startedAt": now}}, "ready": True, "started": True}
            status["restartCount"] += 1
        for condition in pod["status"]["conditions"]:
            condition |= {"status": "True", "lastTransitionTime": now}
        pod["status"]["phase"] = "Running"

    change(on, heal)
    await on.heard()
    incident = (await on.incidents())[0]
    await on.on.until_awaited(lambda: over(on, incident))
    healed_at = on.time.at
    await on.until(healed_at + timedelta(minutes=11))
    assert on.watcher.ledger.due(on.watcher.now) == []

    def fail(pod):
        now = on.time.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        pod["status"] = deepcopy(failing["status"])
        for status in pod["status"]["containerStatuses"]:
            status["restartCount"] += 6
            status["state"]["terminated"] |= {"finishedAt": now}

    change(on, fail)
    await on.heard()
    await on.act()
    back = await one_incident(on)
    assert (back.id, back.state, back.returns) == (incident.id, State.ANSWERED, 1)


async def over(on, incident):
    """Let half a minute pass, and look."""
    on.time.at += timedelta(seconds=30)
    await on.act()
    await asyncio.sleep(0.3)  # the workers look for what is due of themselves
    found = await on.on.service.store.incidents.get(incident.id)
    return found.state is State.RECOVERED


async def test_with_allowed_namespaces_each_has_its_watch_and_no_other_is_asked_about(tmp_path, store):
    time = Time(load(SCENARIO).at)
    more = store | {"allowed_namespaces": ("shop", "billing")}
    async with driven(tmp_path, single(SCENARIO, clock=time), time, **more) as on:
        await on.until(time.at + timedelta(minutes=5))
        found = await on.incidents()
        watches = {request.path for request in on.on.cluster.requests if request.flag("watch")}
    assert found == []
    assert watches == {"/api/v1/namespaces/shop/pods", "/api/v1/namespaces/billing/pods"}


async def test_readiness_and_metrics_say_whether_it_hears(on):
    await on.watcher.step()
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{on.on.health}/metrics") as reply:
            shown = await reply.text()
        assert "crashloop_pod_watch_connected 1.0" in shown
        assert "crashloop_pod_watch_pods 1.0" in shown
        async with session.get(f"{on.on.health}/readyz") as reply:
            assert "pod watch: ok" in await reply.text()
        on.on.cluster.faults.add(Fault("forbid", resource="pods"))
        on.on.api.cut_watches()
        await on.on.until(lambda: "403" in on.watcher.feeds[0].because)
        on.time.at += timedelta(seconds=SILENT_S + 1)
        async with session.get(f"{on.on.health}/readyz") as reply:
            assert reply.status == 503
            assert "pod watch: pods have not been heard of for 601 s: pods cannot be watched: 403" in await reply.text()


def test_five_thousand_pods_are_small(record_property):
    raw = load(SCENARIO)
    (pod,) = [item for item in raw.objects if item["kind"] == "Pod"]
    ledger, now = Ledger(), raw.at.timestamp()
    gc.collect()
    tracemalloc.start()
    for number in range(5000):
        one = deepcopy(pod)
        one["metadata"] |= {"uid": f"uid-{number}", "name": f"pod-{number}"}
        ledger.put(watched(one), now)
    ledger.due(now)
    gc.collect()
    held, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    record_property("memory", f"{held / 5000:.0f} bytes a pod, all of them failing")
    assert held < 25 * 1024 * 1024

"""The feed: pages, resumption, a watch that is cut, a version that is Gone; nothing is lost and nothing told twice."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager, suppress
from unittest.mock import patch

import pytest

from bot.cluster.connection import connect
from bot.cluster.errors import BadReply, Forbidden, TimedOut, Unreachable
from bot.cluster.pod_feed import Expired, PodFeed
from bot.demo.cluster import ClusterStandIn
from bot.demo.cluster.cluster import Cluster
from bot.demo.cluster.faults import Fault
from diagnostics import fields
from tests.bot.watch.driven import Time
from tests.support.service import WITHIN_S


class Heard:
    """What a receiver knows: the pods by uid, as the feed told them."""

    def __init__(self):
        self.pods, self.lists, self.lines = {}, 0, 0
        self._listed = None

    def begin(self, date):
        assert date is not None
        self.lists += 1
        self._listed = set()

    def put(self, pod):
        uid, version = pod
        if self._listed is not None:
            self._listed.add(uid)
        self.pods[uid] = version

    def remove(self, uid):
        self.pods.pop(uid, None)

    def complete(self):
        self.pods = {uid: version for uid, version in self.pods.items() if uid in self._listed}
        self._listed = None

    def alive(self):
        self.lines += 1


def kept(pod):
    return fields.uid(pod), fields.text(pod, "metadata", "resourceVersion")


def made(cluster, number, namespace="shop"):
    pod = {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"p-{number:05}", "namespace": namespace},
        "spec": {"containers": [{"name": "app", "image": "x"}]}, "status": {"phase": "Pending"},
    }  # fmt: skip
    return cluster.store.create(pod, cluster.clock())


@asynccontextmanager
async def feeding(folder, cluster, namespace=""):
    async with ClusterStandIn(cluster, tick_s=None) as server:
        path = folder / "kubeconfig"
        path.write_text(server.kubeconfig_text())
        async with connect(str(path)) as connection:
            yield server, PodFeed(connection, namespace, kept), Heard()


async def followed(feed, heard):
    """Follow for ever, as the watcher does, without its pauses."""
    while True:
        with suppress(Unreachable, Expired, BadReply):
            await feed.follow(heard)
        await asyncio.sleep(0.001)


async def in_step(feed, cluster):
    async with asyncio.timeout(WITHIN_S):
        while int(feed.version or 0) < cluster.store.version:  # noqa: ASYNC110 — looks from outside
            await asyncio.sleep(0.002)


def truth(cluster, namespace=""):
    return dict(kept(pod) for pod in cluster.store.all("Pod", namespace))


async def test_a_long_list_comes_in_pages_and_the_watch_goes_on_from_it(tmp_path):
    cluster = Cluster(clock=Time())
    for number in range(1201):
        made(cluster, number)
    async with feeding(tmp_path, cluster) as (_server, feed, heard):
        following = asyncio.create_task(followed(feed, heard))
        await in_step(feed, cluster)
        assert heard.pods == truth(cluster)
        cluster.store.delete("Pod", "shop", "p-00003")
        made(cluster, 5000)
        await in_step(feed, cluster)
        following.cancel()
    assert heard.pods == truth(cluster)
    assert heard.lists == 1
    lists = [request for request in cluster.requests if not request.flag("watch")]
    assert [request.query.get("limit") for request in lists] == ["500", "500", "500"]


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_watch_that_is_cut_twenty_times_misses_nothing_and_lists_no_second_time(
    tmp_path, seed, record_property
):
    chance, cluster = random.Random(seed), Cluster(clock=Time())  # noqa: S311 — a seed, no secret
    for number in range(30):
        made(cluster, number)
    cuts, numbers = 0, iter(range(100, 10_000))
    async with feeding(tmp_path, cluster) as (server, feed, heard):
        following = asyncio.create_task(followed(feed, heard))
        await in_step(feed, cluster)
        while cuts < 20:
            for _ in range(chance.randint(1, 8)):
                pods = cluster.store.all("Pod")
                match chance.choice(("new", "change", "gone")):
                    case "new":
                        made(cluster, next(numbers))
                    case "change" if pods:
                        one = chance.choice(pods)["metadata"]
                        copy = cluster.store.copy("Pod", one["namespace"], one["name"])
                        copy["status"]["message"] = f"{chance.random()}"
                        cluster.store.save(copy)
                    case "gone" if pods:
                        one = chance.choice(pods)["metadata"]
                        cluster.store.delete("Pod", one["namespace"], one["name"])
            if chance.random() < 0.5:
                await in_step(feed, cluster)
            cuts += server.cut_watches()
            await asyncio.sleep(0.01)
        await in_step(feed, cluster)
        following.cancel()
    record_property("held", f"{cuts} cuts, {cluster.store.version - 1000} changes, {heard.lists} list")
    assert heard.pods == truth(cluster)
    assert heard.lists == 1


async def test_a_version_that_is_gone_lists_anew_and_what_went_meanwhile_is_gone(tmp_path):
    cluster = Cluster(clock=Time())
    for number in range(5):
        made(cluster, number)
    async with feeding(tmp_path, cluster) as (server, feed, heard):
        following = asyncio.create_task(followed(feed, heard))
        await in_step(feed, cluster)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        server.cut_watches()
        cluster.store.delete("Pod", "shop", "p-00001")
        cluster.store.compact()
        made(cluster, 9)
        with pytest.raises(Expired, match="too old resource version"):
            await feed.follow(heard)
        following = asyncio.create_task(followed(feed, heard))
        await in_step(feed, cluster)
        following.cancel()
    assert heard.pods == truth(cluster)
    assert heard.lists == 2


async def test_bookmarks_move_the_version_on_while_nothing_is_heard(tmp_path):
    cluster = Cluster(clock=Time())
    made(cluster, 1)
    async with feeding(tmp_path, cluster, "shop") as (_server, feed, heard):
        following = asyncio.create_task(followed(feed, heard))
        await in_step(feed, cluster)
        made(cluster, 2, namespace="elsewhere")
        await in_step(feed, cluster)
        following.cancel()
    assert heard.pods == truth(cluster, "shop")


@pytest.mark.parametrize(
    ("kind", "error"), [("forbid", Forbidden), ("error", BadReply), ("broken-json", BadReply), ("reset", Unreachable)]
)
async def test_what_goes_wrong_is_one_sentence(tmp_path, kind, error):
    cluster = Cluster(clock=Time())
    cluster.faults.add(Fault(kind, resource="pods"))
    async with feeding(tmp_path, cluster) as (_server, feed, heard):
        with pytest.raises(error):
            await feed.follow(heard)
    assert heard.pods == {}


async def test_a_server_that_says_nothing_is_given_up(tmp_path):
    cluster = Cluster(clock=Time())
    made(cluster, 1)
    async with feeding(tmp_path, cluster) as (_server, feed, heard):
        feed.version = str(cluster.store.version)
        cluster.faults.add(Fault("hang", resource="pods"))
        with (
            patch("bot.cluster.pod_feed.WATCH_S", 0),
            patch("bot.cluster.pod_feed.GRACE_S", 0.05),
            pytest.raises(TimedOut, match="said nothing for"),
        ):
            await feed.follow(heard)


async def test_a_watch_takes_no_turn_of_other_requests(tmp_path):
    cluster = Cluster(clock=Time())
    made(cluster, 1)
    async with feeding(tmp_path, cluster) as (_server, feed, _heard):
        feeds = [PodFeed(feed.connection, "shop", kept) for _ in range(12)]
        following = [asyncio.create_task(followed(one, Heard())) for one in feeds]
        for one in feeds:
            await in_step(one, cluster)
        reply = await feed.connection.request("GET", "/version", within_s=5.0)
        for task in following:
            task.cancel()
    assert reply.ok

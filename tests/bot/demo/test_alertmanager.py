"""The Alertmanager of the local workspace: it answers the product's own client as a real one does."""

import time
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.actions.alertmanager import Alertmanager, Matcher
from bot.demo.alertmanager import AlertmanagerStandIn
from bot.model.errors import Refused
from tests.acceptance.rig import ALERTMANAGER, MISSING, alertmanager, push

LABELS = {"alertname": "KubePodCrashLooping", "namespace": "shop", "pod": "api-7d4b9c6f5-xkp2z", "quote": 'a"b\\c'}
OTHER = {"alertname": "KubeJobFailed", "namespace": "shop", "job_name": "load"}
POD = Matcher(name="pod", value="api-[a-z0-9]{1,10}-[a-z0-9]{5}", regex=True)
SHOP = Matcher(name="namespace", value="shop")


@asynccontextmanager
async def stand_in(_folder):
    async with AlertmanagerStandIn() as server:
        server.fire(LABELS)
        server.fire(OTHER)
        yield server.url


@asynccontextmanager
async def real(folder):
    process, url = await alertmanager(folder, "am", "http://127.0.0.1:9/none")
    try:
        await push(url, [{"labels": labels, "annotations": {}} for labels in (LABELS, OTHER)])
        yield url
    finally:
        await process.end()


SERVERS = [stand_in, pytest.param(real, marks=pytest.mark.skipif(ALERTMANAGER is None, reason=MISSING))]


@pytest.fixture(params=SERVERS, ids=["stand-in", "real"])
async def client(request, tmp_path):
    async with request.param(tmp_path) as url, aiohttp.ClientSession() as session:
        yield Alertmanager(session, url)


async def test_a_silence_keeps_what_it_matches_and_nothing_else(client):
    assert await client.version()
    now = time.time()
    assert sorted(await client.firing(), key=str) == sorted([LABELS, OTHER], key=str)
    made = await client.silence([SHOP, POD], starts_at=now, ends_at=now + 60, author="anna", comment="on it")
    assert await client.firing() == [OTHER]
    await client.expire(made)
    assert len(await client.firing()) == 2
    await client.expire(made)  # one that has ended is no error


@pytest.mark.parametrize(
    ("matchers", "found"),
    [
        ([SHOP, POD], [LABELS]),
        ([Matcher(name="pod", value="api", regex=True)], []),  # for the whole value
        ([Matcher(name="quote", value='a"b\\c')], [LABELS]),
        ([Matcher(name="pod", value="")], [OTHER]),  # a label that is not there is empty
        ([Matcher(name="namespace", value="other")], []),
    ],
)
async def test_a_filter_finds_what_alertmanagers_does(client, matchers, found):
    assert await client.firing(matchers=matchers) == found


@pytest.mark.parametrize("wrong", ["in the past", "matches everything", "no pattern"])
async def test_what_is_no_silence_is_refused(client, wrong):
    now = time.time()
    ends_at = now - 60 if wrong == "in the past" else now + 60
    matchers = {
        "matches everything": [Matcher(name="pod", value=".*", regex=True)],
        "no pattern": [Matcher(name="pod", value="(", regex=True)],
    }.get(wrong, [SHOP])
    with pytest.raises(Refused):
        await client.silence(matchers, starts_at=now - 120, ends_at=ends_at, author="a", comment="c")
    assert len(await client.firing()) == 2

"""The Prometheus of the local workspace: it answers the product's own client as a real one does."""

from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.demo.prometheus import PrometheusStandIn, Sampled
from bot.prometheus.client import Prometheus, PrometheusError
from tests.support.prometheus import MISSING, PROMETHEUS, PROMTOOL, line, page, recorded

METRIC = "container_memory_working_set_bytes"
AT = 1_795_900_000.0
ODD = 'a"b\\c'
SERIES = [
    Sampled(
        METRIC,
        {"namespace": "shop", "pod": "api-1", "container": "api"},
        [(AT - 90 + 30 * n, 1.5 * n) for n in range(4)],
    ),
    Sampled(METRIC, {"namespace": "shop", "pod": "web-1", "container": "web", "quote": ODD}, [(AT - 20, 7.0)]),
    Sampled("kube_pod_info", {"namespace": "shop", "pod": "api-1"}, [(AT - 20, 1.0)]),
]


@asynccontextmanager
async def stand_in(_folder):
    async with PrometheusStandIn(lambda: SERIES) as server:
        yield server.url


@asynccontextmanager
async def real(folder):
    families = {}
    for one in SERIES:
        labels = {name: value.replace("\\", "\\\\").replace('"', '\\"') for name, value in one.labels.items()}
        families.setdefault(one.metric, []).extend(line(one.metric, labels, at, value) for at, value in one.points)
    async with recorded(folder, page(*((name, "gauge", lines) for name, lines in families.items()))) as url:
        yield url


SERVERS = [stand_in, pytest.param(real, marks=pytest.mark.skipif(not (PROMETHEUS and PROMTOOL), reason=MISSING))]


@pytest.fixture(params=SERVERS, ids=["stand-in", "real"])
async def server(request, tmp_path):
    async with request.param(tmp_path) as url, aiohttp.ClientSession() as session:
        yield Prometheus(session, url), session, url


SELECTORS = [
    ('{namespace="shop"}', {"api-1", "web-1"}),
    ('{namespace="shop",container!="",container!="POD"}', {"api-1", "web-1"}),
    ('{pod=~"api"}', set()),  # for the whole value
    ('{pod=~"api-.*", container="api"}', {"api-1"}),
    ('{pod!~"api-.*"}', {"web-1"}),
    ('{quote="a\\"b\\\\c"}', {"web-1"}),
    ('{quote=""}', {"api-1"}),  # a label that is not there is empty
    ('{namespace="other"}', set()),
]


@pytest.mark.parametrize(("selector", "pods"), SELECTORS)
async def test_a_selector_finds_what_prometheus_does(server, selector, pods):
    client, *_ = server
    found = await client.samples(f"{METRIC}{selector}", at=AT, span_s=3600)
    assert {one.labels["pod"] for one in found} == pods


async def test_samples_are_those_of_the_time_that_is_asked_for_as_they_were_scraped(server):
    client, *_ = server
    (found,) = await client.samples(f'{METRIC}{{pod="api-1"}}', at=AT - 10, span_s=75)
    assert found.points == ((AT - 60, 1.5), (AT - 30, 3.0))
    assert found.labels["container"] == "api"
    assert await client.version()


@pytest.mark.parametrize("query", [f"{METRIC}{{pod=api}}", f'{METRIC}{{pod=~"("}}', f"{METRIC}{{", ""])
async def test_what_is_no_query_is_refused_in_prometheus_words(server, query):
    client, session, url = server
    async with session.get(f"{url}/api/v1/query", params={"query": query}) as reply:
        assert reply.status == 400
        told = await reply.json()
    assert (told["status"], told["errorType"]) == ("error", "bad_data")
    assert told["error"]
    with pytest.raises(PrometheusError, match="HTTP 400"):
        await client.samples(query, at=AT, span_s=60)


async def test_how_many_series_there_are_is_counted(server):
    client, session, url = server
    query = {"query": f'count({METRIC}{{namespace="shop"}})', "time": str(AT)}
    async with session.get(f"{url}/api/v1/query", params=query) as reply:
        data = (await reply.json())["data"]
    assert (data["resultType"], data["result"][0]["value"]) == ("vector", [AT, "2"])
    old = {"query": f'count({METRIC}{{namespace="shop"}})', "time": str(AT + 900)}
    async with session.get(f"{url}/api/v1/query", params=old) as reply:
        assert (await reply.json())["data"]["result"] == []
    assert await client.count(f'{METRIC}{{namespace="nobody"}}') == 0

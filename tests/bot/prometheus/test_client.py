"""What may answer where a Prometheus should: whatever it is, one sentence says why nothing was measured."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.prometheus.client import BYTES, PrometheusError, Samples, TooLong, _said, prometheus
from bot.prometheus.measuring import REST_S, Asked, Measuring
from bot.prometheus.queries import METRICS, Ambiguous, Query, Subject, queries, selector, series_of
from diagnostics.series import Measure
from tests.acceptance.rig import free_port

SUBJECT = Subject(namespace="production", pod="api-1", containers=("api",), uids=("u-1",))
ASKED = Asked(SUBJECT, 1_800_000_000.0, 3600.0)
EMPTY = {"status": "success", "data": {"resultType": "matrix", "result": []}}


@asynccontextmanager
async def server(handler):
    app = web.Application()
    app.router.add_get("/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def answering(status=200, body=b"", **more):
    async def handler(_request):
        return web.Response(status=status, body=body, **more)

    return handler


async def asked(url, **opening):
    async with prometheus(url, **opening) as client:
        return await client.samples("up", at=1.0, span_s=60)


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (200, b"<html>sign in</html>", "what answers there is no Prometheus: it sends no JSON"),
        (200, b"{}", "what answers there is no Prometheus: it sends no samples"),
        (200, b'{"data": {"resultType": "vector", "result": []}}', "it sends no samples"),
        (200, b"\xff\xfe\x00", "it sends no JSON"),
        (200, b"[" * 200_000, "it sends no JSON"),
        (302, b"", "it answers HTTP 302"),
        (401, b"Unauthorized", "it answers HTTP 401: Unauthorized"),
        (403, b"<!doctype html><title>no</title>", "it answers HTTP 403"),
        (422, json.dumps({"status": "error", "error": "query processing would load too many samples"}).encode(),
         "it answers HTTP 422: query processing would load too many samples"),
        (503, b"upstream \x1b[31mdown\x00 token=abcdef0123456789", "HTTP 503: upstream down token=[redacted]"),
    ],
)  # fmt: skip
async def test_what_is_no_answer_is_told_in_one_sentence(status, body, says):
    async with server(answering(status, body)) as url:
        with pytest.raises(PrometheusError) as refused:
            await asked(url)
    assert says in str(refused.value)
    assert len(str(refused.value)) < 300


@pytest.mark.threat("Size", "a metrics server answers without end")
async def test_a_reply_without_end_is_left_when_it_is_too_long(record_property):
    sent = 0

    async def endless(request):
        nonlocal sent
        reply = web.StreamResponse()
        await reply.prepare(request)
        try:
            while True:
                await reply.write(b" " * 65_536)
                sent += 65_536
        except ConnectionError:
            return reply

    async with server(endless) as url:
        with pytest.raises(TooLong, match="longer than 4 MiB"):
            await asked(url)
    record_property("tried", 1)
    record_property("held", int(sent < 8 * BYTES))
    assert sent < 8 * BYTES


async def test_nobody_there_is_told_by_the_systems_word():
    with pytest.raises(PrometheusError, match="it does not answer: connection refused"):
        await asked(f"http://127.0.0.1:{free_port()}")


async def test_the_token_is_read_anew_and_headers_are_sent(tmp_path):
    seen = []

    async def handler(request):
        seen.append((request.headers.get("Authorization"), request.headers.get("X-Scope-OrgID"), request.path))
        return web.json_response(EMPTY)

    token = tmp_path / "token"
    opening = {"token_file": token, "headers": {"X-Scope-OrgID": "team-a"}}
    async with server(handler) as url, prometheus(f"{url}/tenant", **opening) as client:
        for told in ("first\n", "second"):
            token.write_text(told)
            await client.samples("up", at=1.0, span_s=60)
        token.unlink()
        with pytest.raises(PrometheusError, match="PROMETHEUS_TOKEN_FILE cannot be read: No such file"):
            await client.samples("up", at=1.0, span_s=60)
        token.write_text("two\nlines")
        with pytest.raises(PrometheusError, match="PROMETHEUS_TOKEN_FILE holds no token"):
            await client.samples("up", at=1.0, span_s=60)
    assert seen == [(f"Bearer {told}", "team-a", "/tenant/api/v1/query") for told in ("first", "second")]


@pytest.mark.threat("Redaction", "a token reaches another host by a redirect, or an answer")
async def test_a_redirect_is_not_followed_with_the_token(tmp_path, record_property):
    stolen = []

    async def thief(request):
        stolen.append(request.headers.get("Authorization"))
        return web.json_response(EMPTY)

    (tmp_path / "token").write_text("canary-token")
    async with server(thief) as elsewhere, server(answering(307, headers={"Location": elsewhere})) as url:
        with pytest.raises(PrometheusError) as refused:
            await asked(url, token_file=tmp_path / "token")
    record_property("tried", 1)
    record_property("held", int(not stolen and "canary" not in str(refused.value)))
    assert stolen == []
    assert "canary" not in str(refused.value)


async def test_no_address_is_no_client():
    async with prometheus(None) as client:
        assert client is None


@pytest.mark.threat("Size", "a metrics server hangs, and answers wait for it")
async def test_one_that_hangs_costs_its_budget_once_a_minute(record_property):
    now, tries = 100.0, 0
    release = asyncio.Event()

    async def hangs(_request):
        nonlocal tries
        tries += 1
        await release.wait()
        return web.json_response(EMPTY)

    async with server(hangs) as url, prometheus(url) as client:
        measuring = Measuring(client, {}, budget_s=0.05, clock=lambda: now)
        first = await measuring.measured(ASKED)
        before = tries
        now += 20
        second = await measuring.measured(ASKED)
        assert tries == before
        release.set()
        now += REST_S
        measuring._budget_s = 30
        third = await measuring.measured(ASKED)
    assert first.unread[0].why == "it gave no answer within 0.05 s"
    assert first.unread[0].what == "Prometheus' samples of pod production/api-1"
    assert second.unread[0].why == "not asked: 20 s ago it gave no answer within 0.05 s"
    assert third.unread == ()
    assert [item.series for item in (first, second, third)] == [(), (), ()]
    record_property("tried", 3)
    record_property("held", 3)


async def test_one_pod_with_too_many_samples_does_not_stop_others():
    async with server(answering(body=b" " * (BYTES + 1))) as url, prometheus(url) as client:
        measuring = Measuring(client, {}, budget_s=30)
        for _ in range(2):
            assert (await measuring.measured(ASKED)).unread[0].why == "its reply is longer than 4 MiB"


def found(*spans, labels=None):
    base = {"namespace": "production", "pod": "api-1", "container": "api"}
    each = labels or [{}] * len(spans)
    return [
        Samples(base | more, tuple((float(at), 1.0) for at in range(start, stop, 10)))
        for (start, stop), more in zip(spans, each, strict=True)
    ]


def test_runs_one_after_another_without_a_label_are_told_apart_by_nothing_but_their_times():
    query = Query(Measure.MEMORY, "")
    one = series_of(query, SUBJECT, found((0, 50), (100, 200)))
    assert [len(item.points) for item in one] == [15]
    with pytest.raises(Ambiguous):
        series_of(query, SUBJECT, found((0, 150), (100, 200)))


def test_series_of_the_kubelets_own_endpoint_stand_back_where_cadvisor_tells_the_runs():
    labels = [{"id": "/kubepods/podu_1/x"}, {}]
    got = series_of(Query(Measure.MEMORY, ""), SUBJECT, found((0, 100), (0, 100), labels=labels))
    assert [len(item.points) for item in got] == [10]


@pytest.mark.threat("Input", "a metrics server answers for another pod than was asked about")
def test_what_was_not_asked_about_is_left_out(record_property):
    others = [{"pod": "api-2"}, {"namespace": "kube-system"}, {"container": "sidecar"}, {"id": "/kubepods/podu_2/x"}]
    got = [series_of(Query(Measure.MEMORY, ""), SUBJECT, found((0, 100), labels=[other])) for other in others]
    record_property("tried", len(others))
    record_property("held", got.count(()))
    assert got == [()] * len(others)


def test_the_matchers_and_the_place_stand_in_every_query():
    asked_for = queries(SUBJECT, {"cluster": "eu"})
    assert [query.measure for query in asked_for] == [*METRICS, Measure.RESTARTS]
    assert asked_for[0].selector == (
        'container_memory_working_set_bytes{namespace="production",pod="api-1",cluster="eu",'
        'container!="",container!="POD"}'
    )
    assert 'exported_pod="api-1"' in asked_for[-1].selector


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_no_name_leaves_its_quotes(name):
    text = selector("m", Subject(namespace="n", pod=name, containers=()), {})
    inner = text.split('pod="', 1)[1]
    ended = next(at for at, letter in enumerate(inner) if letter == '"' and not _escaped(inner, at))
    assert inner[ended:] == '",container!="",container!="POD"}'
    assert "\n" not in text


def _escaped(text, at):
    return (at - len(text[:at].rstrip("\\"))) % 2 == 1


@settings(max_examples=200)
@given(st.binary(max_size=3000))
def test_what_a_refusal_says_is_short_and_printable(body):
    said = _said(body)
    assert len(said) <= 210
    assert "\n" not in said

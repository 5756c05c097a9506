"""The sign of life: while all checks pass, and never with the URL in the log."""

from __future__ import annotations

import socket

import structlog
from aiohttp import web

from bot.ops.heartbeat import Heartbeat, caller
from bot.ops.metrics import Metrics


def beating(failed, call=None):
    metrics = Metrics()

    async def results():
        return failed

    return metrics, Heartbeat(results, metrics, call, lambda: 1_000.0)


def at(metrics):
    return metrics.registry.get_sample_value("crashloop_heartbeat_timestamp_seconds")


async def serving(status):
    calls = []

    async def answer(request):
        calls.append(request.path)
        return web.Response(status=status, headers={"Location": "/elsewhere"} if status == 302 else {})

    app = web.Application()
    app.router.add_get("/{rest:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, calls, f"http://127.0.0.1:{runner.addresses[0][1]}/ping/very-secret"


async def test_it_beats_while_every_check_passes():
    runner, calls, url = await serving(200)
    async with caller(url) as call:
        metrics, heartbeat = beating({"store": "", "slack": ""}, call)
        assert await heartbeat.step() is False
    await runner.cleanup()
    assert (at(metrics), calls) == (1_000.0, ["/ping/very-secret"])


async def test_it_is_silent_when_one_does_not_and_says_which():
    runner, calls, url = await serving(200)
    async with caller(url) as call:
        metrics, heartbeat = beating({"store": "", "cluster": "cannot reach it"}, call)
        with structlog.testing.capture_logs() as logs:
            await heartbeat.step()
            assert logs == []  # a moment's failure is none, as at the start
            await heartbeat.step()
    await runner.cleanup()
    assert (at(metrics), calls) == (0.0, [])
    assert logs == [{"event": "heartbeat.withheld", "log_level": "warning", "checks": {"cluster": "cannot reach it"}}]


async def test_once_a_minute_and_soon_after_what_failed_is_well_again():
    failed, now, beats = {"socket mode": "no connection"}, 100.0, []
    metrics = Metrics()

    async def results():
        return failed

    async def call():
        beats.append(now)
        return ""

    heartbeat = Heartbeat(results, metrics, call, lambda: now)
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):
            await heartbeat.step()
        failed = {"socket mode": "no connection", "store": "gone"}
        await heartbeat.step()
        await heartbeat.step()
    assert [sorted(entry["checks"]) for entry in logs] == [["socket mode"], ["socket mode", "store"]]
    failed = {}
    for moment in (105.0, 110.0, 160.0, 165.0, 170.0, 50.0):  # and a clock that was put back
        now = moment
        await heartbeat.step()
    assert beats == [105.0, 165.0, 50.0]


async def test_a_call_that_fails_is_logged_without_the_address():
    for status in (404, 302, 500):
        runner, calls, url = await serving(status)
        async with caller(url) as call:
            metrics, heartbeat = beating({}, call)
            with structlog.testing.capture_logs() as logs:
                await heartbeat.step()
        await runner.cleanup()
        assert at(metrics) == 1_000.0
        assert len(calls) == 1
        assert [entry["error"] for entry in logs] == [f"the address answers {status}"]
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        async with caller(f"http://127.0.0.1:{closed.getsockname()[1]}/very-secret") as call:
            assert await call() == "connection refused"


async def test_without_a_url_only_prometheus_is_told():
    async with caller(None) as call:
        assert call is None
        metrics, heartbeat = beating({})
        await heartbeat.step()
    assert at(metrics) == 1_000.0

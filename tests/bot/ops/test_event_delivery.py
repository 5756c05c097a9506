"""The outgoing webhook's way out, to a real server on loopback: at least once, in order, and nothing secret is said."""

from __future__ import annotations

import asyncio
import math
import shutil
import socket
import ssl
import subprocess
from contextlib import asynccontextmanager
from email.utils import formatdate
from unittest.mock import patch

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.model.incident import State
from bot.ops.event_delivery import FIRST_S, GIVE_UP_S, LONGEST_S, Delivery, backoff_s
from bot.ops.event_receiver import LONGEST_WAIT_S, Answer, receiver, retry_after_s
from bot.ops.metrics import Metrics
from bot.store.outbox import Telling
from tests.bot.store.test_incidents import alert
from tests.support.hook import KEY, described, hooked, signed_by_openssl
from tests.support.stores import Clock, opened

FOUND = {"verdict": "confirmed", "cause": "oom-killed", "summary": "api was killed", "workload": "Deployment n/api"}


class Sending:
    """An outbox, what sends it, and the time, which is the test's."""

    def __init__(self, store, clock, send, owner="one"):
        self.store, self.clock, self.metrics = store, clock, Metrics()
        self.delivery = Delivery(store.outbox, send, self.metrics, owner, clock)

    async def happens(self, pod="api-1", causes=("oom-killed",)):
        """Let an alert come in, and each of the causes be found of it in turn."""
        ((incident_id, _new),) = await self.store.incidents.ingest([alert(pod)])
        for number, cause in enumerate(causes):
            if number:
                await self.store.incidents.reopen(incident_id)
            claimed = await self.store.incidents.claim("me", 15.0)
            assert claimed.id == incident_id
            await self.store.incidents.finish(incident_id, "me", State.ANSWERED, **FOUND | {"cause": cause})

    async def drained(self):
        while await self.delivery.step():
            pass

    def counted(self, name, **labels):
        return self.metrics.registry.get_sample_value(name, labels) or 0.0


@asynccontextmanager
async def sending(folder, url, *, keys=(KEY,)):
    clock = Clock()
    async with opened(folder, clock) as store, receiver(url, keys, clock) as send:
        store.outbox.tell(Telling(cluster="prod-eu"))
        yield Sending(store, clock, send)


async def test_an_event_arrives_as_it_is_described_and_signed_as_others_verify_it(tmp_path):
    async with hooked() as hook, sending(tmp_path, hook.url) as on:
        await on.happens()
        await on.drained()
        (got,) = hook.taken
        assert await on.store.outbox.waiting() == (0, 0.0)
    described(got)
    assert got.headers["webhook-signature"] == signed_by_openssl(got)
    assert got.headers["webhook-timestamp"] == "1000000"
    assert got.headers["content-type"] == "application/json"
    assert got.data["headline"] == "api was killed"
    assert on.counted("crashloop_webhook_events_total", event="incident.opened", outcome="taken") == 1


async def test_during_a_rotation_it_is_signed_by_both(tmp_path):
    keys = (bytes(24), KEY)
    async with hooked() as hook, sending(tmp_path, hook.url, keys=keys) as on:
        await on.happens()
        await on.drained()
        (got,) = hook.taken
    described(got)
    assert got.headers["webhook-signature"].split(" ") == [signed_by_openssl(got, key) for key in keys]


async def test_what_is_refused_comes_again_the_same_and_the_next_waits_for_it(tmp_path):
    async with hooked(500, 503, 404) as hook, sending(tmp_path, hook.url) as on:
        await on.happens(causes=("oom-killed", "bad-config"))
        for wait_s in (0, FIRST_S, 2 * FIRST_S, 4 * FIRST_S):
            on.clock.now += wait_s - 0.1
            await on.drained()
            on.clock.now += 0.1
            await on.drained()
        assert [got.headers["webhook-id"] for got in hook.received[:4]] == [hook.received[0].headers["webhook-id"]] * 4
        assert len({got.raw for got in hook.received[:4]}) == 1
        assert len({got.headers["webhook-timestamp"] for got in hook.received[:4]}) == 4
    assert hook.types == ["incident.opened", "incident.verdict_changed"]
    assert [got.data["cause"] for got in hook.taken] == ["oom-killed", "bad-config"]
    assert on.counted("crashloop_webhook_failures_total", why="refused") == 3


async def test_one_event_that_the_receiver_never_takes_stops_no_other_incidents(tmp_path):
    async with hooked(500) as hook, sending(tmp_path, hook.url) as on:
        await on.happens("api-1")
        await on.happens("web-1")
        await on.drained()
        assert len(hook.received) == 2
        assert [got.data["incident_id"] for got in hook.taken] == [hook.received[1].data["incident_id"]]


@pytest.mark.parametrize("told", ["40", "date"])
async def test_when_the_receiver_says_when_to_come_again_nothing_is_sent_before(tmp_path, told):
    clock_start = Clock().now
    value = formatdate(clock_start + 40, usegmt=True) if told == "date" else told
    async with hooked((429, {"Retry-After": value})) as hook, sending(tmp_path, hook.url) as on:
        await on.happens("api-1")
        await on.happens("web-1")
        for _ in range(39):
            await on.drained()
            on.clock.now += 1
        assert len(hook.received) == 1
        on.clock.now += 2
        await on.drained()
    assert len(hook.taken) == 2
    assert on.counted("crashloop_webhook_failures_total", why="limited") == 1


async def test_what_was_under_way_and_is_taken_does_not_shorten_the_wait(tmp_path):
    """Four are sent at a time: one is told to come again later, while another one is taken."""
    asked, begun, going_on = [], asyncio.Event(), asyncio.Event()

    async def send(_event_id, _document):
        asked.append(None)
        begun.set()
        if len(asked) == 1:
            await going_on.wait()
            return Answer()
        return Answer(why="it answers 429", retry_after_s=40.0)

    clock = Clock()
    async with opened(tmp_path, clock) as store:
        store.outbox.tell(Telling(cluster="c"))
        on = Sending(store, clock, send)
        for pod in ("api-1", "web-1", "db-1"):
            await on.happens(pod)
        slow = asyncio.create_task(on.delivery.step())
        await asyncio.wait_for(begun.wait(), 30)
        assert await on.delivery.step()
        going_on.set()
        assert await slow
        assert not await on.delivery.step()
        clock.now += 41
        assert await on.delivery.step()
    assert len(asked) == 3


async def test_a_receiver_that_hangs_holds_one_request_and_is_then_left_alone(tmp_path):
    with patch("bot.ops.event_receiver.CALL_S", 0.2):
        async with hooked("hang") as hook, sending(tmp_path, hook.url) as on:
            await on.happens("api-1")
            await on.happens("web-1")
            with structlog.testing.capture_logs() as logs:
                await on.drained()
            assert len(hook.received) == 1
            on.clock.now += FIRST_S + 0.1
            await on.drained()
    assert len(hook.taken) == 2
    assert [entry["why"] for entry in logs] == ["no answer within 0.2 s"]


@pytest.mark.threat("Outcomes", "the receiver of the outgoing webhook is away for hours")
async def test_after_an_outage_all_arrives_in_order(tmp_path, record_property):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}/events?token=very-secret-token"
    async with sending(tmp_path, url) as on:
        for number in range(5):
            await on.happens(f"api{number}-1", causes=("oom-killed", "bad-config"))
        with structlog.testing.capture_logs() as logs:
            for _ in range(6 * 60):
                await on.drained()
                on.clock.now += 60
        assert await on.store.outbox.waiting() == (10, 6 * 3600.0)
        tries = on.counted("crashloop_webhook_failures_total", why="silent")
        async with hooked(port=port) as hook:
            for _ in range(20):
                await on.drained()
                on.clock.now += 60
        assert len(hook.taken) == 10
        for incident in {got.data["incident_id"] for got in hook.taken}:
            types = [got.type for got in hook.taken if got.data["incident_id"] == incident]
            assert types == ["incident.opened", "incident.verdict_changed"]
    assert [entry["why"] for entry in logs] == ["connection refused"]
    assert "very-secret" not in str(logs)
    record_property("tried", f"6 h without it, 10 events of 5 incidents; {tries:g} tries")
    record_property(
        "held", f"{len(hook.taken)} arrived, each incident's in order; one line of the log, no address in it"
    )
    assert tries < 80


async def test_what_was_never_taken_is_given_up_after_a_day_and_that_is_counted_and_logged(tmp_path):
    async with hooked(*[500] * 400) as hook, sending(tmp_path, hook.url) as on:
        await on.happens()
        with structlog.testing.capture_logs() as logs:
            while (await on.store.outbox.waiting())[0]:
                await on.drained()
                on.clock.now += LONGEST_S
        assert GIVE_UP_S <= on.clock.now - 1_000_000 <= GIVE_UP_S + 2 * LONGEST_S
    assert hook.taken == []
    assert [entry["event"] for entry in logs] == ["webhook.not_taken", "webhook.given_up"]
    assert (logs[-1]["why"], logs[-1]["kind"]) == (["it answers 500"], "incident.opened")
    assert on.counted("crashloop_webhook_events_total", event="incident.opened", outcome="given_up") == 1
    assert "very-secret" not in str(logs)


async def test_a_sender_that_is_killed_while_it_sends_is_followed_by_another(tmp_path):
    """The request arrived, and nobody wrote that down: it comes twice, and says by its id that it is the same."""
    async with hooked("hang") as hook, sending(tmp_path, hook.url) as on:
        await on.happens()
        killed = asyncio.create_task(on.delivery.step())
        await asyncio.wait_for(hook.arrived.wait(), 30)
        killed.cancel()
        await asyncio.gather(killed, return_exceptions=True)
        async with receiver(hook.url, (KEY,), on.clock) as send:
            next_one = Sending(on.store, on.clock, send, owner="two")
            await next_one.drained()
            assert len(hook.received) == 1
            on.clock.now += 61
            await next_one.drained()
        first, second = hook.received
        assert hook.taken == [second]
        assert (first.headers["webhook-id"], first.raw) == (second.headers["webhook-id"], second.raw)


@pytest.mark.threat("Edge", "the receiver's address answers with a redirect to where nobody said that events may go")
async def test_redirects_are_not_followed(tmp_path, record_property):
    async with hooked() as elsewhere, hooked((307, {"Location": elsewhere.url})) as hook:
        async with sending(tmp_path, hook.url) as on:
            await on.happens()
            with structlog.testing.capture_logs() as logs:
                await on.drained()
        assert (len(hook.received), elsewhere.received) == (1, [])
    assert [entry["why"] for entry in logs] == ["it answers 307; redirects are not followed"]
    record_property("tried", "307 with a Location")
    record_property("held", "0 events followed it; kept for another try")


@pytest.mark.threat("Edge", "somebody between the bot and the receiver of its events answers in its name")
async def test_a_certificate_that_nobody_trusts_gets_no_event(tmp_path, record_property):
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl")
    asked = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1")
    files = ("-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem", "-addext", "subjectAltName=IP:127.0.0.1")
    await asyncio.to_thread(subprocess.run, [openssl, *asked, *files], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    async with hooked(ssl=context) as hook, sending(tmp_path, hook.url) as on:
        await on.happens()
        with structlog.testing.capture_logs() as logs:
            await on.drained()
        assert hook.received == []
        assert (await on.store.outbox.waiting())[0] == 1
    assert [entry["why"] for entry in logs] == ["its certificate is not trusted (self-signed certificate)"]
    record_property("tried", "a self-signed certificate")
    record_property("held", "0 events sent; kept for another try")


async def test_each_reason_and_that_it_takes_events_again_is_logged_once(tmp_path):
    async with hooked(*[500, 503] * 3) as hook, sending(tmp_path, hook.url) as on:
        await on.happens()
        with structlog.testing.capture_logs() as logs:
            for _ in range(7):
                await on.drained()
                on.clock.now += LONGEST_S
            await on.happens("web-1")
            await on.drained()
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [
        ("webhook.not_taken", "warning"), ("webhook.not_taken", "warning"), ("webhook.taken_again", "info"),
    ]  # fmt: skip


def test_waits_grow_to_five_minutes():
    assert [backoff_s(attempt) for attempt in range(1, 9)] == [5, 10, 20, 40, 80, 160, 300, 300]
    assert backoff_s(10**6) == LONGEST_S


@given(
    st.text(max_size=60) | st.integers().map(str) | st.datetimes().map(lambda at: at.strftime("%a, %d %b %Y %T GMT"))
)
def test_whatever_retry_after_says_the_wait_is_bounded(value):
    wait_s = retry_after_s(value, 1_000_000.0)
    assert math.isfinite(wait_s)
    assert 0.0 <= wait_s <= LONGEST_WAIT_S

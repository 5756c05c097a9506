"""The edge through the real service on loopback: broken requests, slow ones, many, and what an outsider may read."""

import asyncio
import errno
import gzip
import hashlib
import hmac
import io
import json
import logging
import time
from contextlib import ExitStack, asynccontextmanager
from urllib.parse import urlencode

import aiohttp
import pytest
import structlog

from bot.ops.logging import configure_logging
from tests.bot.ops.test_service import alert
from tests.support.postgres import fresh_database
from tests.support.service import TOKEN, world
from tests.support.stores import asyncio_url

LOG_BYTES = 300
PREVIOUS = "the-signing-secret-before-this"


@pytest.fixture
def log(monkeypatch):
    """What the service writes to standard error, as it writes it in production."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logging("INFO")
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@asynccontextmanager
async def connected(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


async def sent(port, request):
    """Send bytes, and return all that comes back until the connection ends."""
    async with connected(port) as (reader, writer):
        writer.write(request)
        await writer.drain()
        async with asyncio.timeout(60):
            try:
                return await reader.read()
            except ConnectionResetError:
                return b""


def post(path, body=b"", *headers, host=b"bot"):
    lines = [b"POST " + path + b" HTTP/1.1", b"Host: " + host, *headers]
    if not any(line.lower().startswith((b"content-length", b"transfer-encoding")) for line in headers):
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([*lines, b"Connection: close", b"", body])


def signed(body, secret, content_type="application/x-www-form-urlencoded"):
    timestamp = str(int(time.time()))
    base = b"v0:" + timestamp.encode() + b":" + body
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest(),
        "Content-Type": content_type,
    }


PATHS = (b"/slack/events", b"/alertmanager")
BEARER = b"Authorization: Bearer " + TOKEN.encode()
BROKEN = {
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    "no HTTP": b"GARBAGE\r\n\r\n",
    "another version": b"GET /slack/events HTTP/9.9\r\n\r\n",
    "a header without a name": post(PATHS[0], b"", b": x"),
    "a control character in a header": post(PATHS[0], b"", b"X-A: \x01\x02\x00"),
    "a negative length": post(PATHS[1], b"", b"Content-Length: -1"),
    "two lengths": post(PATHS[1], b"", b"Content-Length: 5", b"Content-Length: 6"),
    "length and chunks": post(PATHS[1], b"", b"Content-Length: 5", b"Transfer-Encoding: chunked"),
    "a header of 20 KB": post(PATHS[0], b"", b"X-A: " + b"a" * 20_000),
    "1,000 headers": post(PATHS[0], b"", *(b"X-%d: a" % number for number in range(1000))),
    **{
        f"{what} at {path.decode()}": post(path, body, BEARER, *headers)
        for path in PATHS
        for what, body, headers in [
            ("bad chunks", b"zz\r\nxx\r\n0\r\n\r\n", (b"Transfer-Encoding: chunked",)),
            ("bad gzip", b"\x1f\x8b" + b"no gzip at all", (b"Content-Encoding: gzip",)),
            ("bad deflate", b"no deflate", (b"Content-Encoding: deflate",)),
            ("a gzip bomb", gzip.compress(bytes(3_000_000)), (b"Content-Encoding: gzip",)),
            ("an unheard-of coding", b"{}", (b"Content-Encoding: " + b"x" * 4000,)),
        ]
    },
}


@pytest.mark.threat("Edge", "a broken request: HTTP, chunks, gzip, headers")
async def test_a_broken_request_is_told_so_in_a_line_of_the_log(tmp_path, log, record_property):
    worst = 0
    async with world(tmp_path, http=True) as running:
        for what, request in BROKEN.items():
            before = log.tell()
            answer = await sent(running.service.port, request)
            said = log.getvalue()[before:]
            assert answer.startswith(b"HTTP/1.") and b" 400 " in answer.split(b"\r\n", 1)[0], (what, answer[:80])  # noqa: PT018
            assert len(said.encode()) <= LOG_BYTES, (what, said)
            assert all(isinstance(json.loads(line), dict) for line in said.splitlines())
            worst = max(worst, len(said.encode()))
    record_property("tried", f"{len(BROKEN)} broken requests")
    record_property("held", f"400 each, at most {worst} bytes of log")


@pytest.mark.threat("Edge", "a client that leaves in the middle of its body")
async def test_an_aborted_body_is_a_line_of_the_log(tmp_path, log, record_property):
    worst = 0
    async with world(tmp_path, http=True) as running:
        for path in PATHS:
            for headers in ((b"Content-Length: 1000",), (b"Transfer-Encoding: chunked",)):
                before = log.tell()
                async with connected(running.service.port) as (_reader, writer):
                    writer.write(post(path, b"3e8\r\n{", BEARER, *headers))
                    await writer.drain()
                    await asyncio.sleep(0.05)
                await running.until(lambda at=before: log.tell() > at)
                await asyncio.sleep(0.05)
                said = log.getvalue()[before:]
                assert len(said.encode()) <= LOG_BYTES, said
                worst = max(worst, len(said.encode()))
        assert await sent(running.service.port, post(PATHS[1], b"{}")) != b""
    record_property("tried", "4 aborted bodies")
    record_property("held", f"at most {worst} bytes of log each")


@pytest.mark.threat("Edge", "headers that come a byte at a time hold connections for an hour")
async def test_slow_headers_run_out_of_time(tmp_path, monkeypatch, record_property):
    monkeypatch.setattr("handlers.web.HEADERS_S", 0.5)
    async with world(tmp_path, http=True) as running:
        for first in (b"", b"POST /slack/ev", post(PATHS[1], b"{}").replace(b"Connection: close", b"X-A: b")):
            async with connected(running.service.port) as (reader, writer):
                writer.write(first)

                async def drip(to=writer):
                    while True:
                        to.write(b"a")
                        await asyncio.sleep(0.05)

                dripping = asyncio.create_task(drip())
                async with asyncio.timeout(30):
                    await asyncio.gather(reader.read(), return_exceptions=True)
                dripping.cancel()
    record_property("tried", "no byte, half a line, a second request that never ends")
    record_property("held", "each connection was closed after the time for headers")


@pytest.mark.threat("Edge", "somebody opens connections and keeps them")
async def test_connections_are_capped_and_health_has_its_own(tmp_path, monkeypatch, record_property):
    monkeypatch.setattr("bot.app.CONNECTIONS", 5)
    async with (
        world(tmp_path, http=True) as running,
        _many(running.service.port, 5) as held,
        connected(running.service.port) as (reader, writer),
    ):
        writer.write(post(PATHS[1], b"{}"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.5)
        async with aiohttp.ClientSession() as session, session.get(f"{running.health}/livez") as answer:
            assert answer.status == 200
        held[0][1].close()
        assert b" 401 " in await asyncio.wait_for(reader.readline(), 30)
    record_property("tried", "5 silent connections, 5 allowed")
    record_property("held", "the sixth waits until one ends; /livez answers")


@asynccontextmanager
async def _many(port, count):
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]
    try:
        yield opened
    finally:
        for _reader, writer in opened:
            writer.close()


@pytest.mark.threat("Edge", "the process runs out of file descriptors while it accepts")
async def test_accepting_backs_off_when_it_fails_and_goes_on_afterwards(tmp_path, log, monkeypatch, record_property):
    monkeypatch.setattr("bot.ops.listener.BACK_OFF_S", 0.05)
    loop, tries = asyncio.get_running_loop(), []
    accept = loop.sock_accept

    async def failing(listening):
        tries.append(listening)
        if len(tries) <= 10:
            raise OSError(errno.EMFILE, "Too many open files")
        return await accept(listening)

    monkeypatch.setattr(loop, "sock_accept", failing)
    async with world(tmp_path, http=True) as running:
        assert b" 401 " in await sent(running.service.port, post(PATHS[1], b"{}"))
    said = [line for line in log.getvalue().splitlines() if "EMFILE" in line]
    assert len(said) == 2  # once for each listener, not once for each try
    assert all(len(line) <= LOG_BYTES for line in said)
    record_property("tried", "10 failures to accept")
    record_property("held", "a pause after each, 2 lines of the log, then requests are answered")


@pytest.mark.threat("Edge", "an outsider reads metrics, channels and what is wrong from the port of the webhooks")
async def test_the_port_of_the_webhooks_shows_nothing(tmp_path, record_property):
    own = ("/livez", "/readyz", "/metrics")
    async with world(tmp_path, http=True) as running, aiohttp.ClientSession() as session:

        async def status(base, path, method="GET"):
            async with session.request(method, f"{base}{path}") as answer:
                return answer.status

        assert running.health != running.base
        assert [await status(running.base, path) for path in own] == [404, 404, 404]
        assert [await status(running.health, path) for path in own] == [200, 200, 200]
        assert [await status(running.health, path.decode(), "POST") for path in PATHS] == [404, 404]
    record_property("tried", ", ".join(own))
    record_property("held", "404 on HTTP_PORT, served on HEALTH_PORT alone")


async def test_one_port_serves_all_where_it_is_set_so(tmp_path, unused_tcp_port):
    both = {"http_port": unused_tcp_port, "health_port": unused_tcp_port}
    async with world(tmp_path, http=True, **both) as running, aiohttp.ClientSession() as session:
        assert running.health == running.base
        async with session.get(f"{running.base}/livez") as answer:
            assert answer.status == 200
        async with session.post(f"{running.base}/alertmanager") as refused:
            assert refused.status == 401


@pytest.mark.threat("Edge", "the signing secret is rotated while Slack still signs with the old one")
async def test_during_a_rotation_both_signing_secrets_are_valid(tmp_path, record_property):
    async with world(tmp_path, http=True, slack_signing_secret_previous=PREVIOUS) as running:
        statuses = []
        for secret in (running.slack.signing_secret, PREVIOUS, "some-third-secret-of-nobody"):
            body = urlencode({"ssl_check": "1", "token": secret[:3]}).encode()
            async with (
                aiohttp.ClientSession() as session,
                session.post(f"{running.base}/slack/events", data=body, headers=signed(body, secret)) as answer,
            ):
                statuses.append(answer.status)
        assert statuses == [200, 200, 401]
    record_property("tried", "the secret, the one before, a third")
    record_property("held", "200, 200, 401")


@pytest.mark.threat("Edge", "text that no database and no pattern takes: lone surrogates, NUL")
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_what_is_no_text_becomes_text(tmp_path, database, record_property):
    odd = "\ud800odd\x00\udfff"
    alerts = [
        alert(note=odd) | {"annotations": {odd: odd}, "fingerprint": odd},
        {"labels": {"alertname": odd, odd: odd, "severity": odd}, "startsAt": odd},
    ]
    event = {"type": "event_callback", "event_id": odd, "event": {"type": "message", "text": odd, "channel": odd}}
    command = urlencode({"command": "/crashloop", "text": "api\x00", "user_id": "U0ANNA\x00", "channel_id": "C0\x00"})
    with ExitStack() as stack:
        given = {}
        if database == "postgresql":
            given["database_url"] = asyncio_url(stack.enter_context(fresh_database()))
        async with world(tmp_path, http=True, **given) as running, aiohttp.ClientSession() as session:
            body = json.dumps({"version": "4", "alerts": alerts})
            headers = {"Authorization": f"Bearer {TOKEN}"}
            async with session.post(f"{running.base}/alertmanager", data=body, headers=headers) as answer:
                assert (answer.status, (await answer.text())[:8]) == (202, "2 alerts")
            for data, form in ((json.dumps(event), "application/json"), (command, "application/x-www-form-urlencoded")):
                headers = signed(data.encode(), running.slack.signing_secret, form)
                async with session.post(f"{running.base}/slack/events", data=data, headers=headers) as answer:
                    assert answer.status == 200
            await running.settled()
    record_property("tried", "labels, annotations, names, events and commands of lone surrogates and NUL")
    record_property("held", "202 and 200")

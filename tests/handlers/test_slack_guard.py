"""The edge before Bolt: junk is told so, and never reaches a handler; what Slack signed arrives as it was meant."""

import asyncio
import hashlib
import hmac
import json
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_bolt.response import BoltResponse

from bot.model.errors import Temporary
from handlers.limits import CLOCK_WINDOW_S, FORM_FIELDS, JSON_DEPTH, SLACK_BODY_BYTES
from handlers.slack_guard import Rejected, SlackGuard, json_object, parsed, read_body, verified

SECRET, PREVIOUS = "0123456789abcdef", "fedcba9876543210"
NOW = 1_800_000_000


class Memory:
    def __init__(self):
        self.seen = set()
        self.broken = False

    async def first(self, kind, identity, ttl_s):
        assert ttl_s >= 2 * CLOCK_WINDOW_S
        if self.broken:
            raise Temporary("gone")
        known = (kind, identity) in self.seen
        self.seen.add((kind, identity))
        return not known


@asynccontextmanager
async def guarded():
    handled, memory = [], Memory()

    async def dispatch(request):
        handled.append(request)
        return BoltResponse(status=200, body="")

    guard = SlackGuard((PREVIOUS, SECRET), memory, dispatch, lambda: float(NOW))
    app = web.Application()
    app.router.add_post("/slack/events", guard.__call__)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"

        async def send(body, headers):
            async with session.post(url, data=body, headers=headers) as answer:
                return answer.status, await answer.text()

        yield send, handled, memory
    await runner.cleanup()


def signed(body, timestamp=NOW, secret=SECRET, content_type="application/x-www-form-urlencoded"):
    base = b"v0:" + str(timestamp).encode() + b":" + body
    return {
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest(),
        "Content-Type": content_type,
    }


async def test_what_slack_signed_reaches_bolt_as_socket_mode_would_hand_it_over():
    async with guarded() as (send, handled, _):
        command = urlencode({"command": "/crashloop", "text": "payload-worker-7d4b9c"}).encode()
        press = urlencode({"payload": json.dumps({"type": "block_actions"})}).encode()
        event = json.dumps({"type": "event_callback", "event": {"type": "message"}}).encode()
        assert (await send(command, signed(command)))[0] == 200
        assert (await send(press, signed(press)))[0] == 200
        assert (await send(event, signed(event, content_type="application/json")))[0] == 200
        assert [request.mode for request in handled] == ["socket_mode"] * 3
        assert handled[0].body["text"] == "payload-worker-7d4b9c"
        assert handled[1].body["type"] == "block_actions"
        assert handled[2].body["event"] == {"type": "message"}


ODD = {
    "no headers": (b"x", {}, 401),
    "a timestamp that is no number": (b"x", signed(b"x") | {"X-Slack-Request-Timestamp": "abc"}, 401),
    "a timestamp with a sign": (b"x", signed(b"x") | {"X-Slack-Request-Timestamp": f"+{NOW}"}, 401),
    "another script's digits": (b"x", signed(b"x") | {"X-Slack-Request-Timestamp": "١٨٠٠٠٠٠٠٠٠"}, 401),
    "a signature that is no ASCII": (b"x", signed(b"x") | {"X-Slack-Signature": "v0=é"}, 401),
    "another secret": (b"x", signed(b"x", secret="0" * 16), 401),
    "an ssl_check nobody signed": (b"ssl_check=1", {"Content-Type": "application/x-www-form-urlencoded"}, 401),
    "broken JSON nobody signed": (b"{", {"Content-Type": "application/json"}, 401),
    "broken JSON": (b"{", signed(b"{", content_type="application/json"), 400),
    "a JSON list": (b"[]", signed(b"[]", content_type="application/json"), 400),
    "a broken payload": (b"payload=%7Bnope", signed(b"payload=%7Bnope"), 400),
    "no UTF-8": (b"\xff", signed(b"\xff"), 400),
    "no UTF-8 inside the form": (b"a=%ff", signed(b"a=%ff"), 400),
    "deep nesting": (b"[" * 50_000, signed(b"[" * 50_000, content_type="application/json"), 400),
    "deep objects": (deep := b'{"a":' * 90 + b"1" + b"}" * 90, signed(deep, content_type="application/json"), 400),
    "too many fields": (many := b"&".join(b"a=1" for _ in range(FORM_FIELDS + 1)), signed(many), 400),
    "too long": (b"x" * (SLACK_BODY_BYTES + 1), {}, 413),
    "too old": (b"x", signed(b"x", NOW - CLOCK_WINDOW_S - 1), 401),
    "too new": (b"x", signed(b"x", NOW + CLOCK_WINDOW_S + 1), 401),
    "signed with the secret before": (b"a=1", signed(b"a=1", secret=PREVIOUS), 200),
    "a charset nobody knows": (b"{}", signed(b"{}", content_type="application/json; charset=x-nonsense"), 200),
    "another charset": (wide := "{}é".encode("utf-16"), signed(wide, content_type="text/plain; charset=utf-16"), 400),
    "a broken content type": (b"a=1", signed(b"a=1", content_type=";;=;charset"), 200),
    "compressed": (b"a=1", signed(b"a=1") | {"Content-Encoding": "br"}, 400),
    "compressed and signed by nobody": (b"a=1", {"Content-Encoding": "br"}, 400),
    "not compressed": (b"a=1", signed(b"a=1") | {"Content-Encoding": "identity"}, 200),
    "an old one": (b"a=1", signed(b"a=1", NOW - CLOCK_WINDOW_S), 200),
    "a new one": (b"a=1", signed(b"a=1", NOW + CLOCK_WINDOW_S), 200),
    "an ssl_check": (b"ssl_check=1", signed(b"ssl_check=1"), 200),
}


@pytest.mark.parametrize("case", ODD)
async def test_odd_requests_are_told_so(case):
    body, headers, status = ODD[case]
    async with guarded() as (send, handled, _):
        answered, said = await send(body, headers)
        assert answered == status
        assert len(said) < 200
        if status != 200 or "ssl" in case:
            assert handled == []


async def test_a_chunked_body_that_is_too_long_is_cut_off():
    async def chunks():
        for _ in range(20):
            yield b"x" * 64 * 1024

    async with guarded() as (send, handled, _):
        assert (await send(chunks(), {}))[0] == 413
        assert handled == []


async def test_a_body_that_never_ends_is_given_up():
    app, answers = web.Application(), []

    async def slow(request):
        with pytest.raises(Rejected) as raised:
            await read_body(request, 100, within_s=0.05)
        answers.append(raised.value.status)
        return web.Response(status=raised.value.status)

    app.router.add_post("/", slow)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    _reader, writer = await asyncio.open_connection("127.0.0.1", runner.addresses[0][1])
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab")
    async with asyncio.timeout(30):
        assert b"408" in await _reader.readline()
    writer.close()
    await writer.wait_closed()
    await runner.cleanup()
    assert answers == [408]


async def test_a_replay_has_no_effect():
    async with guarded() as (send, handled, _):
        body = b"command=/crashloop"
        answers = await asyncio.gather(*(send(body, signed(body)) for _ in range(50)))
        assert {status for status, _ in answers} == {200}
        assert len(handled) == 1


async def test_without_its_memory_it_says_not_now():
    async with guarded() as (send, handled, memory):
        memory.broken = True
        assert (await send(b"a=1", signed(b"a=1")))[0] == 503
        assert handled == []


@given(
    body=st.binary(max_size=400),
    timestamp=st.text(max_size=14) | st.just(str(NOW)),
    signature=st.text(max_size=80) | st.from_regex(r"v0=[0-9a-f]{64}", fullmatch=True),
)
def test_nothing_without_a_valid_hmac_gets_through(body, timestamp, signature):
    headers = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}
    with pytest.raises(Rejected) as raised:
        verified((SECRET.encode(), PREVIOUS.encode()), headers, body, float(NOW))
    assert raised.value.status == 401


@settings(max_examples=300)
@given(
    body=st.binary(max_size=300)
    | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.dictionaries(st.sampled_from(["payload", "command", "ssl_check"]), st.text(max_size=30)).map(
        lambda form: urlencode(form, errors="replace").encode()
    ),
    content_type=st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/plain"]),
)
def test_any_signed_body_is_a_dict_or_a_400(body, content_type):
    try:
        status = 200 if isinstance(parsed(body, content_type), dict) else 0
    except Rejected as rejection:
        status = rejection.status
    assert status in (200, 400)


@given(
    found=st.recursive(
        st.text(st.characters(exclude_categories=())),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(st.characters(exclude_categories=())), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_every_text_of_a_body_can_be_written_down(found):
    read = json_object(json.dumps({"found": found}))
    written = json.dumps(read, ensure_ascii=False).encode()
    assert b"\\u0000" not in written
    if "\\u0000" not in json.dumps(found):
        assert json.dumps(read["found"]) == json.dumps(found) or "\\ud" in json.dumps(found)


@given(depth=st.integers(1, 3 * JSON_DEPTH))
def test_the_depth_is_bounded_exactly(depth):
    body = b'{"a":' * depth + b"1" + b"}" * depth
    if depth >= JSON_DEPTH:
        with pytest.raises(Rejected):
            parsed(body, "application/json")
    else:
        assert parsed(body, "application/json")


def test_an_empty_secret_guards_nothing():
    with pytest.raises(ValueError, match="SLACK_SIGNING_SECRET"):
        SlackGuard((SECRET, ""), Memory(), None, lambda: 0.0)

"""Before Bolt: size, form, signature, replays. Both transports then share one path.

Bolt parses before it verifies, answers 500 to four kinds of unsigned junk, logs forged bodies, and takes any form that
holds the letters "payload" for a button (``/crashloop payload-worker-...``). So the body is verified here over its raw
bytes, parsed here, and handed to Bolt as Socket Mode would hand it over: a dict, already trusted.

Answers: 200 and what Bolt says; 400 not a delivery of Slack; 401 not signed by Slack; 413 too large; 503 not now.
Nothing of a rejected request is logged but why.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.model.errors import Temporary
from handlers.limits import BODY_S, CLOCK_WINDOW_S, FORM_FIELDS, JSON_DEPTH, REPLAY_S, SLACK_BODY_BYTES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from slack_bolt.response import BoltResponse

_log = structlog.get_logger(__name__)

_VERSION = "v0"
_RETRY_HEADERS = ("x-slack-retry-num", "x-slack-retry-reason")


class Rejected(Exception):  # noqa: N818 — it is what happens to the request
    """A request that goes no further. ``status`` is what is answered, the text is for the log and the sender."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Memory(Protocol):
    """Remembers what was seen."""

    async def first(self, kind: str, identity: str, ttl_s: float) -> bool:
        """Whether this is the first sight of it within ``ttl_s`` seconds."""
        ...


class SlackGuard:
    """The web handler in front of Bolt. ``dispatch`` is ``AsyncApp.async_dispatch``, ``clock`` gives epoch seconds."""

    def __init__(
        self,
        secret: str,
        memory: Memory,
        dispatch: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]],
        clock: Callable[[], float],
    ) -> None:
        if not secret:
            raise ValueError("SLACK_SIGNING_SECRET is empty")
        self._secret = secret.encode()
        self._memory = memory
        self._dispatch = dispatch
        self._clock = clock

    async def __call__(self, request: web.Request) -> web.Response:
        """Answer one delivery."""
        try:
            body = await read_body(request, SLACK_BODY_BYTES)
            signature = verified(self._secret, request.headers, body, self._clock())
            payload = parsed(body, request.content_type)
        except Rejected as rejection:
            _log.info("slack.rejected", status=rejection.status, why=str(rejection))
            return web.Response(status=rejection.status, text=str(rejection))
        try:
            if not await self._memory.first("slack-signature", signature, REPLAY_S):
                _log.info("slack.replayed")
                return web.Response()
        except Temporary:
            return web.Response(status=503, text="not now")
        if payload.get("ssl_check") is not None:
            return web.Response()
        return await self._handed_over(request, payload)

    async def _handed_over(self, request: web.Request, payload: dict[str, Any]) -> web.Response:
        headers: dict[str, Any] = {
            name: request.headers[name] for name in _RETRY_HEADERS if request.headers.get(name) is not None
        }
        try:
            answer = await self._dispatch(AsyncBoltRequest(body=payload, mode="socket_mode", headers=headers))
        except Exception:  # noqa: BLE001 — a signed delivery that trips Bolt must not show a traceback
            _log.exception("slack.dispatch")
            return web.Response(status=503, text="not now")
        as_json = answer.body.startswith("{")
        return web.Response(
            status=answer.status,
            text=answer.body,
            content_type="application/json" if as_json else "text/plain",
        )


async def read_body(request: web.Request, limit: int, within_s: float = BODY_S) -> bytes:
    """Return the body, or raise ``Rejected``: 413 as soon as it is longer than ``limit`` bytes, 408 when it is slow."""
    if request.content_length is not None and request.content_length > limit:
        raise Rejected(413, f"the body is longer than {limit} bytes")
    body = bytearray()
    try:
        async with asyncio.timeout(within_s):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise Rejected(413, f"the body is longer than {limit} bytes")
    except TimeoutError as error:
        raise Rejected(408, f"the body did not arrive within {within_s:g} s") from error
    except (ValueError, web.HTTPException) as error:  # a broken encoding of the body
        raise Rejected(400, "the body cannot be read") from error
    return bytes(body)


def verified(secret: bytes, headers: Mapping[str, str], body: bytes, now: float) -> str:
    """Return the signature of a request that Slack signed, or raise ``Rejected`` (401)."""
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Rejected(401, "the timestamp is missing or no number")
    if abs(now - int(timestamp)) > CLOCK_WINDOW_S:
        raise Rejected(401, f"the timestamp is more than {CLOCK_WINDOW_S} s away from this clock")
    signed = b":".join((_VERSION.encode(), timestamp.encode(), body))
    expected = f"{_VERSION}={hmac.new(secret, signed, hashlib.sha256).hexdigest()}"
    # Bytes: compare_digest raises on text that is not ASCII. Surrogates stand for bytes that were no UTF-8.
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", errors="surrogateescape")):
        raise Rejected(401, "the signature is not Slack's")
    return signature


def parsed(body: bytes, content_type: str) -> dict[str, Any]:
    """Return what Slack delivers as a dict: an event, a command's form, or an interaction's ``payload``.

    Raises ``Rejected`` (400) for anything else.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Rejected(400, "the body is not UTF-8") from error
    if content_type == "application/json" or text.startswith("{"):
        return json_object(text)
    try:
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=FORM_FIELDS, errors="strict"))
    except (ValueError, UnicodeDecodeError) as error:
        raise Rejected(400, "the form cannot be read") from error
    # A field of that name, not the letters somewhere in the text: that is Bolt's mistake.
    return json_object(form["payload"]) if "payload" in form and "command" not in form else dict(form)


def json_object(text: str) -> dict[str, Any]:
    """Return the JSON object, or raise ``Rejected`` (400)."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Rejected(400, "the body is no valid JSON") from error
    if not isinstance(found, dict):
        raise Rejected(400, "the body is no JSON object")
    if _deeper(found, JSON_DEPTH):
        raise Rejected(400, f"the body nests deeper than {JSON_DEPTH}")
    return found


def _deeper(found: Any, depth: int) -> bool:
    level = [found]
    for _ in range(depth):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True

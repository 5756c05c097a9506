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
from aiohttp import ClientError, web
from aiohttp.http_exceptions import HttpProcessingError
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.model.errors import Temporary
from diagnostics.patterns import encodable
from handlers.limits import BODY_S, CLOCK_WINDOW_S, FORM_FIELDS, JSON_DEPTH, REPLAY_S, SLACK_BODY_BYTES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

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
    """The web handler in front of Bolt.

    ``secrets`` are the signing secrets that are valid now: two during a rotation. ``dispatch`` is
    ``AsyncApp.async_dispatch``, ``clock`` gives epoch seconds.
    """

    def __init__(
        self,
        secrets: tuple[str, ...],
        memory: Memory,
        dispatch: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]],
        clock: Callable[[], float],
    ) -> None:
        if not secrets or not all(secrets):
            raise ValueError("SLACK_SIGNING_SECRET is empty")
        self._secrets = tuple(secret.encode() for secret in secrets)
        self._memory = memory
        self._dispatch = dispatch
        self._clock = clock

    async def __call__(self, request: web.Request) -> web.Response:
        """Answer one delivery."""
        try:
            body = await read_body(request, SLACK_BODY_BYTES)
            signature = verified(self._secrets, request.headers, body, self._clock())
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
    """Return the body, or raise ``Rejected``.

    413 as soon as it is longer than ``limit`` bytes, 408 when it is slow, 400 when it is compressed or broken off.
    """
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise Rejected(400, "the body is compressed (Content-Encoding); send it as it is")
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
    except (ValueError, web.HTTPException, web.PayloadAccessError, ClientError, OSError, HttpProcessingError) as error:
        # Broken chunks, or the sender has gone.
        raise Rejected(400, "the body cannot be read") from error
    return bytes(body)


def verified(secrets: Sequence[bytes], headers: Mapping[str, str], body: bytes, now: float) -> str:
    """Return the signature of a request that Slack signed, or raise ``Rejected`` (401).

    All secrets are compared, each in constant time.
    """
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Rejected(401, "the timestamp is missing or no number")
    if abs(now - int(timestamp)) > CLOCK_WINDOW_S:
        raise Rejected(401, f"the timestamp is more than {CLOCK_WINDOW_S} s away from this clock")
    signed = b":".join((_VERSION.encode(), timestamp.encode(), body))
    # Bytes: compare_digest raises on text that is not ASCII. Surrogates stand for bytes that were no UTF-8.
    given = signature.encode("utf-8", errors="surrogateescape")
    expected = [f"{_VERSION}={hmac.new(secret, signed, hashlib.sha256).hexdigest()}" for secret in secrets]
    matches = [hmac.compare_digest(one.encode(), given) for one in expected]
    if not any(matches):
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
    if "payload" in form and "command" not in form:
        return json_object(form["payload"])
    return {_text(name): _text(value) for name, value in form.items()}


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
    # Most bodies hold neither, and need not be walked.
    return _texts(found) if _SURROGATE in text.lower() or _NUL in text else found


_SURROGATE, _NUL = "\\ud", "\\u0000"
"""How JSON writes, in small letters, half of a surrogate pair and NUL: no database and no pattern takes them."""


def _texts(found: Any) -> Any:
    """Return JSON in which every text can be written down."""
    if isinstance(found, str):
        return _text(found)
    if isinstance(found, dict):
        return {_text(name): _texts(value) for name, value in found.items()}
    return [_texts(item) for item in found] if isinstance(found, list) else found


def _text(found: str) -> str:
    """Return a text with the replacement character in place of what is none."""
    return encodable(found).replace("\0", "\ufffd")


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

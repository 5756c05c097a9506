"""Delivers to the app what happens in the workspace: through Socket Mode, or as signed HTTP requests with retries."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from bot.demo.slack import limits as most

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.demo.slack.model import Json

EnvelopeKind = Literal["slash_commands", "interactive", "events_api"]


@dataclass(frozen=True, slots=True)
class Answer:
    """How the app answered a delivery: acknowledged or not, and the body of the acknowledgement."""

    ok: bool
    body: Json
    reason: str = ""
    """``http_timeout``, ``http_error``, ``connection_failed``, ``not_connected``: Slack's words for what went wrong."""
    no_retry: bool = False


class Delivery:
    """The way to the app. Open sockets win over ``request_url``; without either nothing can be delivered."""

    def __init__(self, signing_secret: str, retry_delays_s: tuple[float, ...], ack_s: float = most.ACK_S) -> None:
        self.request_url = ""
        self._secret = signing_secret.encode()
        self._retry_delays_s = retry_delays_s
        self._ack_s = ack_s
        self._sockets: list[web.WebSocketResponse] = []
        self._turn = 0
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    @property
    def connected(self) -> bool:
        """Whether an app is there to deliver to."""
        return bool(self._sockets or self.request_url)

    async def serve_socket(self, socket: web.WebSocketResponse, app_id: str) -> None:
        """Serve one Socket Mode connection until it ends."""
        if len(self._sockets) >= most.SOCKETS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            return
        self._sockets.append(socket)
        try:
            await socket.send_json(
                {
                    "type": "hello",
                    "num_connections": len(self._sockets),
                    "connection_info": {"app_id": app_id},
                    "debug_info": {"host": "stand-in", "approximate_connection_time": 18060},
                }
            )
            async for frame in socket:
                if frame.type == aiohttp.WSMsgType.TEXT:
                    self._acknowledged(frame.data)
        finally:
            if socket in self._sockets:
                self._sockets.remove(socket)

    async def ask(self, kind: EnvelopeKind, payload: Json, *, retry: int = 0, why: str = "") -> Answer:
        """Deliver once and wait for the acknowledgement, three seconds at most."""
        if self._sockets:
            return await self._ask_socket(kind, payload, retry, why)
        if self.request_url:
            return await self._ask_http(kind, payload, retry, why)
        return Answer(ok=False, body={}, reason="not_connected")

    def event(self, payload: Json) -> None:
        """Deliver an event in the background, three more times when it is not acknowledged."""
        self.spawn(self._event(payload))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something in the background until it is done or the stand-in stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait until nothing is on its way any more (for tests)."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stop(self) -> None:
        """End everything under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in list(self._sockets):
            await socket.close()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _event(self, payload: Json) -> None:
        answer = await self.ask("events_api", payload)
        for number, delay in enumerate(self._retry_delays_s, start=1):
            if answer.ok or answer.no_retry or answer.reason == "not_connected":
                return
            await asyncio.sleep(delay)
            answer = await self.ask("events_api", payload, retry=number, why=answer.reason)

    async def _ask_socket(self, kind: EnvelopeKind, payload: Json, retry: int, why: str) -> Answer:
        self._turn += 1
        socket = self._sockets[self._turn % len(self._sockets)]
        envelope_id = str(uuid.uuid4())
        envelope: Json = {"envelope_id": envelope_id, "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            envelope.update(retry_attempt=retry, retry_reason=why)
        waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = waiting
        try:
            await socket.send_json(envelope)
            return Answer(ok=True, body=await asyncio.wait_for(waiting, self._ack_s))
        except TimeoutError:
            return Answer(ok=False, body={}, reason="http_timeout")
        except ConnectionError:
            return Answer(ok=False, body={}, reason="connection_failed")
        finally:
            self._waiting.pop(envelope_id, None)

    def _acknowledged(self, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.get(frame.get("envelope_id", "")) if isinstance(frame, dict) else None
        if waiting is not None and not waiting.done():
            body = frame.get("payload")
            waiting.set_result(body if isinstance(body, dict) else {})

    async def _ask_http(self, kind: EnvelopeKind, payload: Json, retry: int, why: str) -> Answer:
        body, content_type = encode(kind, payload)
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0", **self.signature(body)}
        if retry:
            headers.update({"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": why})
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._ack_s))
        try:
            async with self._session.post(self.request_url, data=body, headers=headers) as response:
                text = await response.text()
        except TimeoutError:
            return Answer(ok=False, body={}, reason="http_timeout")
        except aiohttp.ClientError:
            return Answer(ok=False, body={}, reason="connection_failed")
        no_retry = response.headers.get("X-Slack-No-Retry") == "1"
        if response.status != 200:
            return Answer(ok=False, body={}, reason="http_error", no_retry=no_retry)
        return Answer(ok=True, body=_body(text, response.content_type), no_retry=no_retry)

    def signature(self, body: bytes, timestamp: int | None = None) -> dict[str, str]:
        """Return the headers that prove a request's origin (v0: HMAC-SHA256 over ``v0:timestamp:body``)."""
        at = int(time.time()) if timestamp is None else timestamp
        digest = hmac.new(self._secret, f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": str(at), "X-Slack-Signature": f"v0={digest}"}


def encode(kind: EnvelopeKind, payload: Json) -> tuple[bytes, str]:
    """Return the body and content type of an HTTP delivery: events are JSON, the others forms."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _body(text: str, content_type: str) -> Json:
    if content_type == "application/json":
        with contextlib.suppress(ValueError):
            body = json.loads(text)
            return body if isinstance(body, dict) else {}
    return {"text": text} if text else {}

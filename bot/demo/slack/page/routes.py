"""The page and the endpoints it talks to. All bodies are JSON; ``as`` names the person who acts.

GET  /                       the page; GET /assets/<file> its styles and scripts
GET  /ui/state?as=U          all that person sees: team, app, people, channels with messages, views, home, scenarios
GET  /ui/stream?as=U         server-sent events: {kind: posted|changed|replied|reaction, channel, message, ephemeral},
                             {kind: deleted, channel, ts}, {kind: views, views}, {kind: home, home},
                             {kind: connection, connected}, {kind: scenarios, scenarios}
POST /ui/message             {as, channel, text, thread_ts?}
POST /ui/command             {as, channel, text}: the app's slash command
POST /ui/action              {as, channel, ts | view_id, block_id, action_id, value?}: press or choose
POST /ui/shortcut            {as, channel, ts, callback_id}
POST /ui/submit              {as, view_id, values} -> {errors: {block_id: text}}
POST /ui/close               {as, view_id, all?}
POST /ui/home                {as}: opens the app's Home tab
POST /ui/dismiss             {as, channel, ts}: takes one of the person's ephemeral messages away
POST /ui/fire                {id, how: webhook|message} -> {channel?, ts?, open?}; ``open`` is its thread

A refused act is answered 409 with ``{"error": "one sentence"}``.

A scenario card: ``id``, ``title``, ``group`` (all texts); and, as far as they are known, ``summary`` (one line),
``target`` (what to type after the command), ``alert`` (the alert's name), ``about`` (the namespace that its answer
names), ``first`` (true for the one to begin with), ``state`` (a word shown as its badge).
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.demo.slack.acts import ActError
from bot.demo.slack.calls import ApiError
from bot.demo.slack.page.state import state_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.demo.slack.acts import Acts
    from bot.demo.slack.files import Files
    from bot.demo.slack.model import Change, Json

HERE = Path(__file__).parent
_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PING_S = 15.0


class PageRoutes:
    """The page's endpoints over the acts of people."""

    def __init__(
        self,
        acts: Acts,
        files: Files,
        scenarios: Callable[[], list[Json]],
        fire: Callable[[str, str], Awaitable[Json | None]] | None,
    ) -> None:
        self._acts = acts
        self._files = files
        self._scenarios = scenarios
        self._fire = fire
        self._readers: dict[asyncio.Queue[Json | None], str] = {}
        self._any_host = False
        acts.workspace.subscribe(self._changed)

    def add_to(self, server: web.Application, *, any_host: bool) -> None:
        """Add the routes. Unless ``any_host``, only requests addressed to loopback are served."""
        self._any_host = any_host
        server.router.add_get("/", self._index)
        server.router.add_get("/assets/{name}", self._asset)
        server.router.add_get("/files/{id}/{name}", self._shared_file)
        server.router.add_get("/ui/state", self._state)
        server.router.add_get("/ui/stream", self._stream)
        for name, act in {
            "message": self._message,
            "command": self._command,
            "action": self._action,
            "shortcut": self._shortcut,
            "submit": self._submit,
            "close": self._close,
            "home": self._home,
            "dismiss": self._dismiss,
            "fire": self._fire_scenario,
        }.items():
            server.router.add_post(f"/ui/{name}", self._acting(act))

    def stop(self) -> None:
        """End the streams."""
        for queue in self._readers:
            queue.put_nowait(None)

    def connection_changed(self) -> None:
        """Tell the pages whether the app is connected."""
        self._send({"kind": "connection", "connected": self._acts.delivery.connected})

    # --- the acts

    async def _message(self, body: Json) -> Json:
        stored = self._acts.say(
            _text(body, "as"), _text(body, "channel"), _text(body, "text"), _text(body, "thread_ts")
        )
        return {"ts": stored.ts}

    async def _command(self, body: Json) -> Json:
        await self._acts.command(_text(body, "as"), _text(body, "channel"), _text(body, "text"))
        return {}

    async def _action(self, body: Json) -> Json:
        action = {key: body.get(key) for key in ("block_id", "action_id", "value")}
        if body.get("view_id"):
            await self._acts.act_in_view(_text(body, "as"), _text(body, "view_id"), action)
        else:
            await self._acts.act(_text(body, "as"), _text(body, "channel"), _text(body, "ts"), action)
        return {}

    async def _shortcut(self, body: Json) -> Json:
        callback_id = _text(body, "callback_id")
        await self._acts.shortcut(_text(body, "as"), _text(body, "channel"), _text(body, "ts"), callback_id)
        return {}

    async def _submit(self, body: Json) -> Json:
        values = body.get("values")
        if not isinstance(values, dict):
            raise ActError("The dialog's values are missing.")
        return {"errors": await self._acts.submit(_text(body, "as"), _text(body, "view_id"), values)}

    async def _close(self, body: Json) -> Json:
        await self._acts.close_view(_text(body, "as"), _text(body, "view_id"), everything=bool(body.get("all")))
        return {}

    async def _home(self, body: Json) -> Json:
        self._acts.open_home(_text(body, "as"))
        return {}

    async def _dismiss(self, body: Json) -> Json:
        stored = self._acts.workspace.find(_text(body, "channel"), _text(body, "ts"))
        if stored is not None and stored.only_for == _text(body, "as"):
            self._acts.workspace.delete(stored)
        return {}

    async def _fire_scenario(self, body: Json) -> Json:
        how = _text(body, "how") or "webhook"
        if self._fire is None or how not in {"webhook", "message"}:
            raise ActError("This workspace has no scenarios to set off.")
        known = {str(card["id"]) for card in self._scenarios()}
        if _text(body, "id") not in known:
            raise ActError(f"There is no scenario {_text(body, 'id')!r}.")
        where = await self._fire(_text(body, "id"), how)
        self._send({"kind": "scenarios", "scenarios": self._scenarios()})
        return where or {}

    def _acting(self, act: Callable[[Json], Awaitable[Json]]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            self._check_origin(request)
            try:
                body = await request.json() if request.content_type == "application/json" else None
            except ValueError:
                body = None
            if not isinstance(body, dict):
                return web.json_response({"error": "The body must be a JSON object."}, status=400)
            try:
                return web.json_response(await act(body))
            except ActError as error:
                return web.json_response({"error": str(error)}, status=409)
            except ApiError as error:
                reasons = "; ".join(error.reasons)
                sentence = f"Slack would refuse the app's answer: {error.code} {reasons}".strip()
                return web.json_response({"error": sentence}, status=409)

        return handle

    # --- what is to be seen

    async def _index(self, request: web.Request) -> web.Response:
        return self._file(request, "index.html")

    async def _asset(self, request: web.Request) -> web.Response:
        return self._file(request, request.match_info["name"])

    async def _shared_file(self, request: web.Request) -> web.Response:
        self._check_origin(request)
        return self._files.download(request.match_info["id"])

    def _file(self, request: web.Request, name: str) -> web.Response:
        self._check_origin(request)
        path = HERE / name
        if path.parent != HERE or path.suffix not in _TYPES or not path.is_file():
            raise web.HTTPNotFound
        headers = {
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-cache",
            "Referrer-Policy": "no-referrer",
        }
        text = path.read_text(encoding="utf-8")
        return web.Response(text=text, content_type=_TYPES[path.suffix], charset="utf-8", headers=headers)

    async def _state(self, request: web.Request) -> web.Response:
        self._check_origin(request)
        return web.json_response(state_of(self._acts, self._viewer(request), self._scenarios()))

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        self._check_origin(request)
        user = self._viewer(request)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._readers[queue] = user
        try:
            await response.write(b": hello\n\n")
            while True:
                frame = await _next(queue)
                if frame is None:
                    return response
                await response.write(b": still here\n\n" if not frame else f"data: {json.dumps(frame)}\n\n".encode())
        except ConnectionError:
            return response
        finally:
            del self._readers[queue]

    def _changed(self, change: Change) -> None:
        frame: Json = {"kind": change.kind, "channel": change.channel}
        if change.kind == "deleted":
            frame["ts"] = change.message["ts"]
        elif change.kind == "views":
            frame["views"] = self._acts.views.stack(change.only_for)
        elif change.kind == "home":
            frame["home"] = self._acts.views.homes.get(change.only_for)
        else:
            frame["message"] = {**change.message, "ephemeral": bool(change.only_for)}
        self._send(frame, only_for=change.only_for)

    def _send(self, frame: Json, only_for: str = "") -> None:
        # A snapshot of the frame: the message object goes on changing while the queue is drained.
        frozen: Json = json.loads(json.dumps(frame))
        for queue, user in self._readers.items():
            if not only_for or user == only_for:
                queue.put_nowait(frozen)

    def _viewer(self, request: web.Request) -> str:
        people = self._acts.workspace.people
        user = request.query.get("as", "")
        return user if user in people else next(iter(people))

    def _check_origin(self, request: web.Request) -> None:
        """Refuse what another site's page sends: its buttons would act on a cluster (DNS rebinding, CSRF)."""
        host = urlsplit(f"//{request.host}").hostname or ""
        if not (self._any_host or _is_loopback(host)):
            raise web.HTTPForbidden(text="This page is served to this machine only.")
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            raise web.HTTPForbidden(text="This request comes from another site.")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _next(queue: asyncio.Queue[Json | None]) -> Json | None:
    """Return the next frame; an empty one when it is time to show that the stream is alive."""
    with contextlib.suppress(TimeoutError):
        return await asyncio.wait_for(queue.get(), _PING_S)
    return {}


def _text(body: Json, name: str) -> str:
    value: Any = body.get(name)
    return value if isinstance(value, str) else ""

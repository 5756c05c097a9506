"""The Web API over HTTP: tokens, bodies, faults; the methods themselves are pure functions of the workspace."""

from __future__ import annotations

import asyncio
import json
from email.utils import formatdate
from typing import TYPE_CHECKING

from aiohttp import web

from bot.demo.slack import methods_chat, methods_info
from bot.demo.slack.calls import ApiError, Call
from bot.demo.slack.views import methods as view_methods

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.slack.faults import Fault, Faults
    from bot.demo.slack.model import Json
    from bot.demo.slack.uploads import Uploads
    from bot.demo.slack.views import Views
    from bot.demo.slack.workspace import Workspace

_OPEN = "apps.connections.open"
_NO_TOKEN = frozenset({"api.test", "blocks.validate"})
_SCOPES = {
    "bots.info": "users:read", "chat.postMessage": "chat:write", "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write", "users.info": "users:read", "users.list": "users:read",
    "users.lookupByEmail": "users:read.email", "usergroups.list": "usergroups:read",
    "usergroups.users.list": "usergroups:read", "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
}  # fmt: skip
"""Which scope a method takes (docs.slack.dev/reference/methods); what is not here is not held to any."""
_ROOM_SCOPES = {
    "conversations.history": "history", "conversations.replies": "history", "conversations.info": "read",
    "conversations.members": "read", "conversations.list": "read",
}  # fmt: skip
"""The same where it depends on the channel: ``channels:read``, and ``groups:read`` for a private one."""


class WebApi:
    """Answers ``POST /api/<method>``. ``calls`` keeps each call (method, arguments) for tests to look at.

    ``clock`` gives the epoch's seconds for the ``Date`` of each answer.
    """

    def __init__(
        self,
        workspace: Workspace,
        views: Views,
        uploads: Uploads,
        faults: Faults,
        tokens: tuple[str, str],
        clock: Callable[[], float],
    ) -> None:
        self._clock = clock
        self._workspace = workspace
        self._faults = faults
        self._bot_token, self._app_token = tokens
        self._stop = asyncio.Event()
        self.open_socket: Callable[[], str] = str
        self.calls: list[tuple[str, Json]] = []
        self._methods: dict[str, Callable[[Call], Json]] = {
            **methods_chat.METHODS,
            **methods_info.METHODS,
            **view_methods(views),
            **uploads.methods(),
        }

    def stop(self) -> None:
        """Let hanging answers go."""
        self._stop.set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        method = request.match_info["method"]
        try:
            arguments = await _arguments(request)
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_json"})
        fault = self._faults.take(method, arguments)
        if fault is not None:
            return await self._suffer(fault, request, method, arguments)
        token = _token(request, arguments)
        return web.json_response(self._answer(method, arguments, token), headers=self._headers(token))

    def _headers(self, token: str) -> dict[str, str]:
        headers = {"Date": formatdate(self._clock(), usegmt=True)}
        scopes = {self._bot_token: self._workspace.app.scopes, self._app_token: self._workspace.app.app_token_scopes}
        return headers | ({"x-oauth-scopes": ",".join(scopes[token])} if token in scopes else {})

    def _answer(self, method: str, arguments: Json, token: str) -> Json:
        self.calls.append((method, arguments))
        try:
            self._check_token(method, token)
            self._check_scope(method, arguments)
            if method == _OPEN:
                return {"ok": True, "url": self.open_socket()}
            return self._methods.get(method, _unknown)(Call(self._workspace, arguments))
        except ApiError as error:
            return error.to_slack()

    def _check_token(self, method: str, token: str) -> None:
        if method in _NO_TOKEN:
            return
        if not token:
            raise ApiError("not_authed")
        if token not in {self._bot_token, self._app_token}:
            raise ApiError("invalid_auth")
        if token != (self._app_token if method == _OPEN else self._bot_token):
            raise ApiError("not_allowed_token_type")

    def _check_scope(self, method: str, arguments: Json) -> None:
        app = self._workspace.app
        held = app.app_token_scopes if method == _OPEN else app.scopes
        needed = "connections:write" if method == _OPEN else _SCOPES.get(method, "")
        if method in _ROOM_SCOPES:
            room = self._workspace.room(str(arguments.get("channel") or ""))
            private = room.private if room else "private_channel" in str(arguments.get("types", ""))
            needed = f"{'groups' if private else 'channels'}:{_ROOM_SCOPES[method]}"
        if needed and needed not in held:
            raise ApiError("missing_scope", more={"needed": needed, "provided": ",".join(held)})

    async def _suffer(self, fault: Fault, request: web.Request, method: str, arguments: Json) -> web.StreamResponse:
        match fault.kind:
            case "rate_limited":
                headers = {"Retry-After": str(fault.retry_after_s)}
                return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
            case "server_error":
                return web.Response(status=500, text="Internal Server Error")
            case "html":
                return web.Response(text="<!DOCTYPE html><title>Slack</title>", content_type="text/html")
            case "error":
                return web.json_response({"ok": False, "error": fault.code})
            case "hang":
                await self._stop.wait()
            case "reset":
                self._answer(method, arguments, _token(request, arguments))
            case "drop":
                pass
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)


def _unknown(_: Call) -> Json:
    raise ApiError("unknown_method")


async def _arguments(request: web.Request) -> Json:
    """Return the arguments of a call: query and form fields, or a JSON object."""
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        body = json.loads(await request.text() or "{}")
        if not isinstance(body, dict):
            raise ValueError("not an object")
        return {**arguments, **body}
    form = await request.post()
    return {**arguments, **{key: value for key, value in form.items() if isinstance(value, str)}}


def _token(request: web.Request, arguments: Json) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(arguments.get("token") or "")

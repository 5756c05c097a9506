"""The Web API over HTTP: tokens, bodies, faults; the methods themselves are pure functions of the workspace."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from aiohttp import web

from bot.demo.slack import methods_chat, methods_info
from bot.demo.slack.calls import ApiError, Call
from bot.demo.slack.views import methods as view_methods

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.slack.faults import Fault, Faults
    from bot.demo.slack.model import Json
    from bot.demo.slack.views import Views
    from bot.demo.slack.workspace import Workspace

_OPEN = "apps.connections.open"
_NO_TOKEN = frozenset({"api.test", "blocks.validate"})


class WebApi:
    """Answers ``POST /api/<method>``. ``calls`` keeps each call (method, arguments) for tests to look at."""

    def __init__(self, workspace: Workspace, views: Views, faults: Faults, tokens: tuple[str, str]) -> None:
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
        return web.json_response(self._answer(method, arguments, _token(request, arguments)))

    def _answer(self, method: str, arguments: Json, token: str) -> Json:
        self.calls.append((method, arguments))
        try:
            self._check_token(method, token)
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

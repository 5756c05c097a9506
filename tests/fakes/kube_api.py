"""A scripted API server on loopback: real connections, real faults. It plays what a test laid down."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

PREFIX = "/clusters/test"
"""The server lives below a path, as behind Rancher or a proxy: whoever drops the prefix gets 404."""
DATE = "Sun, 22 Nov 2026 10:00:00 GMT"


@dataclass
class Play:
    """One scripted answer. ``body`` is sent as JSON unless it is bytes."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False
    reset: bool = False
    repeat: int = 1
    """How often a bytes body is sent: 1024 of a 64 KiB chunk make a 64 MiB log."""


@dataclass
class Seen:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    groups: list[str]
    """All values of Impersonate-Group, in order."""


class FakeKubeApi:
    """Answers by path (and method); several plays for a path are played in turn, the last one for ever."""

    def __init__(self) -> None:
        self.plays: dict[str, list[Play]] = {}
        self.seen: list[Seen] = []
        self.at_once = 0
        self.most_at_once = 0
        self.pause_s = 0.0
        self.port = 0

    def on(self, path: str, *plays: Play | Any) -> None:
        self.plays[path] = [play if isinstance(play, Play) else Play(play) for play in plays]

    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await self._answer(request)
        finally:
            self.at_once -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        path = (
            request.path.removeprefix(PREFIX)
            if request.path.startswith(PREFIX)
            else f"outside the prefix: {request.path}"
        )
        body = json.loads(raw) if raw else None
        groups = request.headers.getall("Impersonate-Group", [])
        self.seen.append(Seen(request.method, path, dict(request.query), dict(request.headers), body, groups))
        await asyncio.sleep(self.pause_s)
        plays = self.plays.get(f"{request.method} {path}") or self.plays.get(path) or self.plays.get("*")
        if not plays:
            return web.json_response(status_of(404, f"{path} not found"), status=404, headers={"Date": DATE})
        play = plays.pop(0) if len(plays) > 1 else plays[0]
        if play.hang:
            await asyncio.sleep(3600)
        if play.reset:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        headers = {"Date": DATE, **play.headers}
        if not isinstance(play.body, bytes):
            return web.json_response(play.body, status=play.status, headers=headers)
        response = web.StreamResponse(status=play.status, headers=headers)
        await response.prepare(request)
        for _ in range(play.repeat):
            await response.write(play.body)
        await response.write_eof()
        return response

    def kubeconfig(self, folder: Path, **user: Any) -> str:
        """Write a kubeconfig that leads here; its default namespace is ``production``."""
        path = folder / "kubeconfig"
        path.write_text(yaml.safe_dump(kubeconfig_for(f"http://127.0.0.1:{self.port}{PREFIX}", **user)))
        return str(path)


def kubeconfig_for(server: str, **user: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "tester", "user": user or {"token": "t0ken"}}],
        "contexts": [{"name": "test", "context": {"cluster": "c", "user": "tester", "namespace": "production"}}],
    }


def status_of(code: int, message: str) -> dict[str, Any]:
    return {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code}


def listed(*items: Any, token: str = "") -> dict[str, Any]:
    return {"kind": "List", "apiVersion": "v1", "metadata": {"continue": token}, "items": list(items)}


@asynccontextmanager
async def serving() -> AsyncIterator[FakeKubeApi]:
    fake = FakeKubeApi()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", fake.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.port = runner.addresses[0][1]
    try:
        yield fake
    finally:
        await runner.cleanup()

"""The thin HTTP shell: aiohttp in front of the state machine, watches that hear of changes, a task that ticks."""

from __future__ import annotations

import asyncio
import contextlib
import json
from email.utils import format_datetime
from typing import TYPE_CHECKING, Self

import yaml
from aiohttp import web

from bot.demo.cluster.cluster import DEMO_TOKEN, Cluster, verb_of
from bot.demo.cluster.controllers import tick
from bot.demo.cluster.reads import chosen, partial, selected
from bot.demo.cluster.resources import Route, route_of
from bot.demo.cluster.wire import ApiError, Object, Reply, Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.demo.cluster.store import Change

TICK_S = 0.25
"""How often the controllers run."""
AS = "/as/"
"""A path that begins so names the caller's token: /as/TOKEN/api/v1/…"""
LARGEST_BODY = 3 * 1024 * 1024
"""Bytes; the API server's own limit of a request body (apiserver, MaxRequestBodyBytes)."""


class ClusterStandIn:
    """A cluster over HTTP on loopback: `await start()`, use `.url`, `await stop()`; or `async with`.

    Its controllers run every ``tick_s`` seconds; None: it stands still.
    """

    def __init__(self, cluster: Cluster, *, port: int = 0, tick_s: float | None = TICK_S) -> None:
        self.cluster = cluster
        self._port = port
        self._tick_s = tick_s
        self._runner: web.AppRunner | None = None
        self._ticker: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._watching: list[web.Request] = []
        self.url = ""

    async def start(self) -> None:
        """Listen on 127.0.0.1; OSError when the port is taken."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        if self._tick_s is not None:
            self._ticker = asyncio.create_task(self._tick(self._tick_s))

    async def stop(self) -> None:
        """Stop listening and ticking; open watches and hanging requests end."""
        self._stopping.set()
        self.cluster.store.tell()
        if self._ticker:
            self._ticker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticker
        if self._runner:
            await self._runner.cleanup()

    def cut_watches(self) -> int:
        """Cut the connections of all open watches, as a restarted proxy does; return how many there were."""
        cut = list(self._watching)
        for incoming in cut:
            if incoming.transport is not None:
                incoming.transport.abort()
        return len(cut)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def kubeconfig_text(self, user: str = "demo-admin", token: str = DEMO_TOKEN, namespace: str = "production") -> str:
        """Return a kubeconfig that reaches this server as a user.

        kubectl sends no token over plain HTTP (client-go reads the user's part of the file only for TLS), so the
        token stands in the server's path as well; clients that do send it agree with themselves.
        """
        context = {"cluster": "demo", "user": user, "namespace": namespace}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "demo", "cluster": {"server": f"{self.url}{AS}{token}"}}],
            "users": [{"name": user, "user": {"token": token}}],
            "contexts": [{"name": "demo", "context": context}],
            "current-context": "demo",
        }
        return yaml.safe_dump(config, sort_keys=False)

    async def _tick(self, every_s: float) -> None:
        while True:
            tick(self.cluster)
            await asyncio.sleep(every_s)

    async def _answer(self, incoming: web.Request) -> web.StreamResponse:
        request = await _read(incoming)
        reply = self.cluster.handle(request)
        if reply.hang:
            await self._stopping.wait()
        if reply.reset and incoming.transport is not None:
            incoming.transport.abort()
        route = route_of(request.path)
        if route and reply.status == 200 and _is_watch(request, route):
            return await self._watch(incoming, request, route)
        return web.Response(status=reply.status, body=reply.body, headers=self._headers(reply))

    def _headers(self, reply: Reply) -> dict[str, str]:
        date = format_datetime(self.cluster.clock(), usegmt=True)
        return {"Content-Type": reply.content_type, "Date": date, "Cache-Control": "no-cache, private", **reply.headers}

    async def _watch(self, incoming: web.Request, request: Request, route: Route) -> web.StreamResponse:
        if request.flag("sendInitialEvents"):
            error = ApiError(
                422, "Invalid", "sendInitialEvents is forbidden for watch unless the WatchList feature is on"
            )
            return web.json_response(error.status(), status=422)
        stream = web.StreamResponse(headers=self._headers(Reply(200, b"")))
        await stream.prepare(incoming)
        seconds = float(request.query.get("timeoutSeconds") or 1800)
        woken = asyncio.Event()
        self._watching.append(incoming)
        self.cluster.store.listeners.add(woken.set)
        try:
            with contextlib.suppress(ConnectionError, asyncio.TimeoutError):
                async with asyncio.timeout(seconds):
                    async for event in self._changes(request, route, woken):
                        await stream.write(json.dumps(event).encode() + b"\n")
        finally:
            self.cluster.store.listeners.discard(woken.set)
            self._watching.remove(incoming)
        return stream

    async def _changes(self, request: Request, route: Route, woken: asyncio.Event) -> AsyncIterator[Object]:
        """Yield watch events: what there is where no version is given, then each change after it, and bookmarks."""
        store, asked = self.cluster.store, request.query.get("resourceVersion", "")
        bookmarks = request.flag("allowWatchBookmarks")
        since, known = store.version, {obj["metadata"]["uid"] for obj in selected(store, route, request)}
        if asked.isdigit() and asked != "0":
            since = int(asked)
            try:
                known = self._known_at(since, request, route)
            except ApiError as error:
                yield {"type": "ERROR", "object": error.status()}
                return
        else:
            for obj in selected(store, route, request):
                yield _event("ADDED", obj, request)
        while not self._stopping.is_set():
            woken.clear()
            changes = [each for each in store.since(since) if each.object["kind"] == route.resource.kind]
            for change in changes:
                if event := _told(change, known, request, route):
                    yield event
            if store.version > since and bookmarks:
                yield _bookmark(store.version, route)
            since = store.version
            if not self._stopping.is_set():
                await woken.wait()

    def _known_at(self, version: int, request: Request, route: Route) -> set[str]:
        """Return the uids of what a list at that version held; ApiError 410 where that is no longer known."""
        known = {obj["metadata"]["uid"] for obj in selected(self.cluster.store, route, request)}
        for change in reversed(self.cluster.store.since(version)):
            uid = change.object["metadata"]["uid"]
            if change.kind == "ADDED":
                known.discard(uid)
            elif change.kind == "DELETED" and chosen(change.object, route, request):
                known.add(uid)
        return known


async def _read(incoming: web.Request) -> Request:
    headers = {key.lower(): value for key, value in incoming.headers.items()}
    path = incoming.path
    if path.startswith(AS):
        token, _, rest = path.removeprefix(AS).partition("/")
        path = f"/{rest}"
        headers.setdefault("authorization", f"Bearer {token}")
    return Request(
        method=incoming.method,
        path=path,
        query=dict(incoming.query),
        headers=headers,
        body=await incoming.read(),
        groups=tuple(incoming.headers.getall("Impersonate-Group", [])),
    )


def _is_watch(request: Request, route: Route) -> bool:
    try:
        return verb_of(request, route) == "watch"
    except ApiError:
        return False


def _told(change: Change, known: set[str], request: Request, route: Route) -> Object | None:
    """Return a change as the watch's selectors make it look: what they no longer select is gone for it."""
    uid = change.object["metadata"]["uid"]
    if change.kind != "DELETED" and chosen(change.object, route, request):
        kind = "MODIFIED" if uid in known else "ADDED"
        known.add(uid)
        return _event(kind, change.object, request)
    if uid not in known:
        return None
    known.discard(uid)
    return _event("DELETED", change.object, request)


def _bookmark(version: int, route: Route) -> Object:
    resource = route.resource
    metadata = {"resourceVersion": str(version), "creationTimestamp": None}
    return {
        "type": "BOOKMARK",
        "object": {"kind": resource.kind, "apiVersion": resource.api_version, "metadata": metadata},
    }


def _event(kind: str, obj: Object, request: Request) -> Object:
    wants = "as=PartialObjectMetadata" in request.headers.get("accept", "")
    return {"type": kind, "object": partial(obj) if wants else obj}

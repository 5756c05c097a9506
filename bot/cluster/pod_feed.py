"""All pods of a namespace or of the cluster, kept up to date: a list page by page, then a watch that is resumed.

The protocol is Kubernetes' own (API concepts, "Efficient detection of changes"): the list's resourceVersion begins the
watch, each event and bookmark moves it on, a watch that ends is begun anew from there, and 410 Gone means that the
server no longer knows what has changed since: then all is listed again. Nothing is kept here but that version.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Generic, NoReturn, Protocol, TypeVar

from bot.cluster.errors import BadReply, ClusterError, Forbidden, Unauthorized
from bot.cluster.offload import offloaded
from bot.cluster.reads import PAGE
from bot.cluster.resources import RESOURCES
from diagnostics import fields

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.cluster.connection import Connection, Query, Reply
    from diagnostics.snapshot import Object

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)

PODS = RESOURCES["Pod"]

PAGE_S = 30.0
"""Seconds for one page of the list: nobody waits for it."""

WATCH_S = 240
"""Seconds after which the server is asked to end a watch: client-go's reflector asks for five to ten minutes. Shorter,
since a connection that died silently is noticed only then."""

GRACE_S = 15.0
"""Seconds that the server may be late with that."""


class Expired(ClusterError):  # noqa: N818 — the API's own reason
    """410: what has changed since the version is no longer known."""


class Receiver(Protocol[T_contra]):
    """Takes the pods. Between ``begin`` and ``complete`` all are told that there are; what is not told is gone."""

    def begin(self, date: datetime | None) -> None:
        """Be told that a whole list follows. ``date`` is the server's clock."""

    def put(self, pod: T_contra) -> None:
        """Take a pod that is new or has changed."""

    def remove(self, uid: str) -> None:
        """Be told that a pod is gone."""

    def complete(self) -> None:
        """Be told that the list is complete."""

    def alive(self) -> None:
        """Be told that the watch stands: it was opened, or something came."""


@dataclass(slots=True)
class PodFeed(Generic[T]):
    """Follows the pods of a namespace (empty: of all). ``keep`` makes of a raw pod what is kept of it."""

    connection: Connection
    namespace: str
    keep: Callable[[Object], T]
    version: str = ""
    """Up to which version of the cluster all is known; empty: nothing is."""

    async def follow(self, receiver: Receiver[T]) -> None:
        """List where that is needed, then watch until the server ends it. Raises ``ClusterError``: follow again.

        After ``Expired`` the next call lists anew.
        """
        if not self.version:
            self.version = await self._list(receiver)
        try:
            await self._watch(receiver)
        except Expired:
            self.version = ""
            raise

    async def _list(self, receiver: Receiver[T]) -> str:
        token, begun = "", False
        while True:
            query = (("limit", str(PAGE)), *((("continue", token),) if token else ()))
            reply = await self.connection.request("GET", PODS.path(self.namespace), query=query, within_s=PAGE_S)
            _raise_for(reply)
            if not begun:
                receiver.begin(reply.date)
                begun = True
            kept, token, version = await offloaded(self._page, reply)
            for pod in kept:
                receiver.put(pod)
            if not token:
                receiver.complete()
                return version

    def _page(self, reply: Reply) -> tuple[list[T], str, str]:
        data = reply.json()
        metadata = fields.table(data, "metadata")
        version = fields.text(metadata, "resourceVersion")
        if not version or not isinstance(fields.at(data, "items"), list | None):
            raise BadReply("the reply is no list of pods")
        kept = [self.keep(item) for item in fields.items(data, "items") if fields.uid(item)]
        return kept, fields.text(metadata, "continue"), version

    async def _watch(self, receiver: Receiver[T]) -> None:
        query: Query = (
            ("watch", "1"), ("allowWatchBookmarks", "true"), ("resourceVersion", self.version),
            ("timeoutSeconds", str(WATCH_S)),
        )  # fmt: skip
        path = PODS.path(self.namespace)
        async with self.connection.stream(path, query=query, quiet_s=WATCH_S + GRACE_S) as stream:
            _raise_for(stream.reply)
            receiver.alive()
            async for line in stream.lines():
                self._take(line, receiver)
                receiver.alive()

    def _take(self, line: bytes, receiver: Receiver[T]) -> None:
        try:
            event = json.loads(line.decode("utf-8", errors="replace"))
        except (ValueError, RecursionError) as error:
            raise BadReply(f"an event of the watch is no valid JSON ({type(error).__name__})") from error
        told = fields.table(event, "object")
        match fields.text(event, "type"):
            case "ERROR":
                _raise(fields.whole(told, "code") or 0, fields.text(told, "message") or "the watch ended with an error")
            case "BOOKMARK":
                pass
            case "DELETED" if fields.uid(told):
                receiver.remove(fields.uid(told))
            case "ADDED" | "MODIFIED" if fields.uid(told):
                receiver.put(self.keep(told))
            case _:
                return
        self.version = fields.text(told, "metadata", "resourceVersion") or self.version


def _raise_for(reply: Reply) -> None:
    if not reply.ok:
        _raise(reply.status, reply.failure())


_KINDS = {HTTPStatus.GONE: Expired, HTTPStatus.UNAUTHORIZED: Unauthorized, HTTPStatus.FORBIDDEN: Forbidden}


def _raise(status: int, why: str) -> NoReturn:
    kind = next((kind for code, kind in _KINDS.items() if code == status), BadReply)
    raise kind(f"pods cannot be watched: {why}")

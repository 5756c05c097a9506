"""The real collector against the cluster stand-in, without sockets: what it does not ask for, the engine never sees."""

from __future__ import annotations

import asyncio
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from bot.cluster.collector import Collector
from bot.cluster.connection import DEADLINE_S, Reply
from bot.demo.cluster import DEMO_TOKEN, Cluster, Request
from bot.model.target import parse_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.cluster.connection import Query, Sink
    from diagnostics.snapshot import Snapshot

PATIENCE_S = 600.0
"""Seconds for one collection: what is read must not depend on how busy the machine is."""


def collected(cluster: Cluster, target: str, namespace: str) -> Snapshot:
    """Return the snapshot that the collector makes of a target."""
    collector = Collector(_Wire(cluster), deadline_s=PATIENCE_S)  # type: ignore[arg-type]
    return asyncio.run(collector.collect(parse_target(target, namespace)))


class _Wire:
    """What the collector needs of a connection, answered by the stand-in in this process."""

    namespace = "default"
    server = "https://kubernetes.example:6443"
    cluster = "kubernetes"
    who = "demo-admin"

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.tries = 0

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        within_s: float = DEADLINE_S,
        sink: Sink | None = None,
        again: bool | None = None,
    ) -> Reply:
        del body, within_s, again
        self.tries += 1
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        sent["authorization"] = f"Bearer {DEMO_TOKEN}"
        reply = self._cluster.handle(Request(method, path, dict(query), sent))
        date = {"Date": format_datetime(self._cluster.clock(), usegmt=True)}
        if sink is not None and reply.status == 200:
            sink.reset()
            sink.feed(reply.body)
            return Reply(status=reply.status, headers=date, body=b"")
        return Reply(status=reply.status, headers=date, body=reply.body)

"""The real collector against the cluster stand-in, without sockets: what it does not ask for, the engine never sees."""

from __future__ import annotations

import asyncio
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from bot.cluster.collector import Collector
from bot.cluster.connection import DEADLINE_S, Reply
from bot.demo.cluster import DEMO_TOKEN, Cluster, Request
from bot.model.target import parse_target
from diagnostics.leads import leads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.cluster.connection import Query, Sink
    from diagnostics.claims.catalogue import Catalogue
    from diagnostics.claims.recall import Recall
    from diagnostics.snapshot import Lead, Snapshot

PATIENCE_S = 600.0
"""Seconds for one collection: what is read must not depend on how busy the machine is."""


def collected(cluster: Cluster, target: str, namespace: str, recall: Recall) -> Snapshot:
    """Return the snapshot that the collector makes of a target; what it reads of logs on the way is in ``recall``."""

    def wanted(snapshot: Snapshot, catalogue: Catalogue | None) -> tuple[Lead, ...]:
        return leads(snapshot, catalogue, recall)

    async def collect() -> None:
        # Not returned: asyncio.run writes out what a task returned when it puts the signal's handler back.
        found.append(await collector.collect(parse_target(target, namespace)))

    collector = Collector(_Wire(cluster), deadline_s=PATIENCE_S, leads=wanted)  # type: ignore[arg-type]
    found: list[Snapshot] = []
    asyncio.run(collect())
    return found[0]


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

"""Answering one lead: the request for it, and what its reply means. No failure is fatal here; each is said.

An absent object is an answer: a 404 with the API server's own Status. The 404 of something in between is none. A list
is read page by page up to a bound; what lies beyond is said as unread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.cluster.errors import BadReply, ClusterError
from bot.cluster.logs import TAIL_LINES, TOTAL_BYTES, Tail
from bot.cluster.resources import RESOURCES, Resource
from diagnostics.snapshot import Log

if TYPE_CHECKING:
    from datetime import datetime

    from bot.cluster.connection import Connection, Query
    from diagnostics.snapshot import Lead, Object

PAGE = 500
"""Objects a page (kubectl's own chunk size)."""
PAGES = 4
"""Pages of one list: a diagnosis never needs more than 2000 of a kind."""

OPTIONAL_S = 2.0
"""Seconds that an add-on's API may take: metrics are nice to have, and an aggregated API that is down hangs."""

METADATA = "application/json;as={kind};g=meta.k8s.io;v=v1"
"""Accept header for objects without spec, data and status (Kubernetes API concepts: metadata-only)."""

SECRETS_OFF = "Secrets are not read (READ_SECRET_METADATA is off)"
"""A choice, not a failure: nobody is told that they could not be read."""

LOG_NOT_THERE = ("is waiting to start", "previous terminated container", "is terminated", "is not available")
"""What the kubelet's and API server's 400 say when an instance simply has no log (kubelet_pods.go)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one lead. ``why`` is set when it could not be read (in full); ``absent`` when the API said so.

    ``refused`` says that it was not for want of trying: whoever is shown it may not see (all of) it.
    """

    lead: Lead
    objects: tuple[Object, ...] = ()
    log: Log | None = None
    absent: bool = False
    why: str = ""
    status: int = 0
    error: ClusterError | None = None
    date: datetime | None = None
    refused: bool = False


class Reader:
    """Answers leads over one connection."""

    def __init__(self, connection: Connection, *, log_bytes: int, secret_metadata: bool) -> None:
        self._connection = connection
        self._log_bytes = log_bytes
        self._secret_metadata = secret_metadata

    async def read(self, lead: Lead, within_s: float) -> Answer:
        """Answer a lead within the time. Never raises a ``ClusterError``: it stands in the answer."""
        if why := self.unsupported(lead):
            return Answer(lead=lead, why=why)
        try:
            if lead.kind == "Log":
                return await self._log(lead, within_s)
            resource = RESOURCES[lead.kind]
            if resource.optional:
                return await self._optional(lead, resource, min(within_s, OPTIONAL_S))
            return await (self._get if lead.name else self._list)(lead, resource, within_s)
        except ClusterError as error:
            return Answer(lead=lead, why=str(error), error=error)

    def unsupported(self, lead: Lead) -> str:
        """Return why such a lead is read for nobody; empty when it is."""
        if lead.kind != "Log" and lead.kind not in RESOURCES:
            return f"reading {lead.kind} is not built in"
        return SECRETS_OFF if lead.kind == "Secret" and not self._secret_metadata else ""

    async def _optional(self, lead: Lead, resource: Resource, within_s: float) -> Answer:
        """Answer for an add-on's API: where it is not served, not allowed or not well, nothing is there."""
        try:
            answer = await (self._get if lead.name else self._list)(lead, resource, within_s)
        except ClusterError:
            return Answer(lead=lead, absent=True)
        return Answer(lead=lead, objects=answer.objects, absent=not answer.objects, date=answer.date)

    async def _get(self, lead: Lead, resource: Resource, within_s: float) -> Answer:
        reply = await self._connection.request(
            "GET",
            resource.path(lead.namespace, lead.name),
            headers=_accept(lead, "PartialObjectMetadata"),
            within_s=within_s,
        )
        if reply.absent:
            return Answer(lead=lead, absent=True, status=404, date=reply.date)
        if not reply.ok:
            return Answer(lead=lead, why=reply.failure(), status=reply.status, date=reply.date)
        found = _object(reply.json(), resource)
        if found is None:
            raise BadReply(f"the reply is no {resource.kind}")
        return Answer(lead=lead, objects=(found,), status=reply.status, date=reply.date)

    async def _list(self, lead: Lead, resource: Resource, within_s: float) -> Answer:
        found: list[Object] = []
        token, date = "", None
        for _ in range(PAGES):
            query = _query(labelSelector=lead.labels, fieldSelector=lead.fields, limit=str(PAGE), **{"continue": token})
            reply = await self._connection.request(
                "GET",
                resource.path(lead.namespace),
                query=query,
                headers=_accept(lead, "PartialObjectMetadataList"),
                within_s=within_s,
            )
            date = reply.date or date
            if not reply.ok:
                absent = reply.absent and not found
                why = "" if absent else reply.failure()
                return Answer(lead=lead, objects=tuple(found), absent=absent, why=why, status=reply.status, date=date)
            items, token = _items(reply.json(), resource)
            found += items
            if not token:
                return Answer(lead=lead, objects=tuple(found), status=reply.status, date=date)
        return Answer(lead=lead, objects=tuple(found), why=f"only the first {len(found)} were read", date=date)

    async def _log(self, lead: Lead, within_s: float) -> Answer:
        tail = Tail(self._log_bytes)
        reply = await self._connection.request(
            "GET",
            RESOURCES["Pod"].path(lead.namespace, lead.name, "log"),
            query=_query(
                container=lead.container,
                previous="true" if lead.instance == "previous" else "",
                tailLines=str(TAIL_LINES),
                timestamps="true",
            ),
            headers={"Accept": "*/*"},
            within_s=within_s,
            sink=tail,
        )
        if reply.absent or (reply.status == 400 and any(text in reply.message() for text in LOG_NOT_THERE)):
            return Answer(lead=lead, absent=True, status=reply.status, date=reply.date)
        if not reply.ok:
            return Answer(lead=lead, why=reply.failure(), status=reply.status, date=reply.date)
        log = Log(
            namespace=lead.namespace,
            pod=lead.name,
            container=lead.container,
            instance=lead.instance,
            lines=tail.lines(),
            cut=tail.cut,
        )
        why = f"its end was not reached within {TOTAL_BYTES // 1024 // 1024} MiB" if tail.gave_up else ""
        return Answer(lead=lead, log=log, why=why, status=reply.status, date=reply.date)


def _accept(lead: Lead, kind: str) -> dict[str, str]:
    metadata_only = lead.metadata_only or lead.kind == "Secret"
    return {"Accept": METADATA.format(kind=kind)} if metadata_only else {}


def _query(**parameters: str) -> Query:
    return tuple((name, value) for name, value in parameters.items() if value)


def _object(data: Any, resource: Resource) -> Object | None:
    """Return the object with its own kind set, or None when the reply is none of that kind.

    Of a Secret nothing but metadata goes on, even when the server did not honour the Accept header.
    """
    if not isinstance(data, dict) or not isinstance(data.get("metadata"), dict):
        return None
    if data.get("kind") not in (None, "", resource.kind, "PartialObjectMetadata"):
        return None
    fields_read = {"metadata": data["metadata"]} if resource.kind == "Secret" else data
    return {**fields_read, "kind": resource.kind, "apiVersion": resource.api_version}


def _items(data: Any, resource: Resource) -> tuple[list[Object], str]:
    """Return a list's objects and the token of its next page. ``items: null`` is how Go says an empty list."""
    if not isinstance(data, dict) or "items" not in data or not isinstance(data["items"], list | None):
        raise BadReply(f"the reply is no list of {resource.plural}")
    found = [_object(item, resource) for item in data["items"] or ()]
    metadata = data.get("metadata")
    token = metadata.get("continue") if isinstance(metadata, dict) else None
    return [item for item in found if item is not None], token if isinstance(token, str) else ""

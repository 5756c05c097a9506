"""Answering one lead: the request for it, and what its reply means. No failure is fatal here; each is said.

An absent object is an answer: a 404 with the API server's own Status. The 404 of something in between is none. A list
is read page by page up to a bound; what lies beyond is said as unread. Each page is decoded off the event loop and cut
down to what the reader keeps before the next one is asked for, so that memory follows what is kept, not what the
cluster holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from bot.cluster.errors import BadReply, ClusterError
from bot.cluster.logs import REDACT_S, TAIL_LINES, TOTAL_BYTES, Tail, readable
from bot.cluster.offload import Allowance, offloaded
from bot.cluster.resources import RESOURCES, Resource
from diagnostics import fields
from diagnostics.snapshot import Log

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.cluster.connection import Connection, Query, Reply
    from diagnostics.snapshot import Lead, Object

    Keep = Callable[[list[Object]], tuple[Object, ...]]

PAGE = 500
"""Objects a page (kubectl's own chunk size)."""
PAGES = 4
"""Pages of one list: a diagnosis never needs more than 2000 of a kind."""
NAMES_PAGES = 20
"""Pages of a list of which little is kept of each object: names and standing decide whose an alert is."""
SAMPLE = 100
"""Pods or events that are looked at first, of a namespace that may hold thousands."""
WHOLE = {"Pod": 500, "Event": 1000}
"""Up to so many are read whole, else the first ``SAMPLE`` alone: what concerns the target is then asked for by name and
label (``diagnostics.leads``). An event is a sixth of a pod."""

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

    ``partial`` tells that the list is longer than the page that was read of it; ``why`` then says by how much.
    ``refused`` says that it was not for want of trying: whoever is shown it may not see (all of) it.
    """

    lead: Lead
    objects: tuple[Object, ...] = ()
    log: Log | None = None
    absent: bool = False
    partial: bool = False
    why: str = ""
    status: int = 0
    error: ClusterError | None = None
    date: datetime | None = None
    refused: bool = False


@dataclass(slots=True)
class _Pages:
    """The pages of one list as they come: what is kept of them, and the page that came last."""

    found: list[Object] = field(default_factory=list)
    last: list[Object] = field(default_factory=list)
    token: str = ""
    behind: int = 0
    """How many are left behind the last page; 0 where the server does not say."""
    status: int = 0
    date: datetime | None = None

    def keep(self, kept: tuple[Object, ...]) -> None:
        """Take what is kept of the last page, and let go of the rest."""
        self.found += kept
        self.last = []

    def beginning(self) -> str:
        """Return how much of the list was read, in words."""
        whole = f" of {len(self.found) + self.behind:,}" if self.behind else ""
        return f"only the first {len(self.found):,}{whole} were read"

    def answer(self, lead: Lead, *, why: str = "", partial: bool = False) -> Answer:
        return Answer(
            lead=lead, objects=tuple(self.found), why=why, partial=partial, status=self.status, date=self.date
        )


class Reads(Protocol):
    """Reads one thing of the cluster: a ``Source``, or a ``GuardedReader`` over it."""

    async def read(self, lead: Lead, within_s: float) -> Answer:
        """Answer a lead within the time; what went wrong stands in the answer. Never raises a ``ClusterError``."""
        ...


class Source(Reads, Protocol):
    """Reads whatever it is asked for, as the bot: ``Reader``, or ``SharedReads`` over one."""

    def unsupported(self, lead: Lead) -> str:
        """Return why such a lead is read for nobody; empty when it is."""
        ...


class Reader:
    """Answers leads over one connection.

    ``keep`` cuts objects down to what the caller needs (all of it when none is given); it runs off the loop.
    ``pages`` bounds a list. ``glimpse`` cuts down what stands around the target where there is too much of it; without
    it all are kept alike. ``log_bytes``, ``log_lines`` and ``redact_s`` bound one log.
    """

    def __init__(  # noqa: PLR0913 — what bounds the reads, all by name
        self,
        connection: Connection,
        *,
        log_bytes: int,
        secret_metadata: bool,
        keep: Keep = tuple,
        glimpse: Keep | None = None,
        pages: int = PAGES,
        log_lines: int = TAIL_LINES,
        redact_s: float = REDACT_S,
    ) -> None:
        self._log_lines = log_lines
        self._redact_s = redact_s
        self._connection = connection
        self._log_bytes = log_bytes
        self._secret_metadata = secret_metadata
        self._keep = keep
        self._glimpse = glimpse
        self._pages = pages

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
        kept = await offloaded(self._one, reply, resource)
        return Answer(lead=lead, objects=kept, status=reply.status, date=reply.date)

    def _one(self, reply: Reply, resource: Resource) -> tuple[Object, ...]:
        found = _object(reply.json(), resource)
        if found is None:
            raise BadReply(f"the reply is no {resource.kind}")
        return self._keep([found])

    async def _list(self, lead: Lead, resource: Resource, within_s: float) -> Answer:
        if self._glimpse is not None and lead.kind in WHOLE and not (lead.labels or lead.fields or lead.metadata_only):
            return await self._sampled(lead, resource, within_s, self._glimpse)
        pages = _Pages()
        for _ in range(NAMES_PAGES if lead.metadata_only else self._pages):
            if (ended := await self._page(pages, lead, resource, within_s, PAGE)) is not None:
                return ended
            pages.keep(await offloaded(self._keep, pages.last))
            if not pages.token:
                return pages.answer(lead)
        return pages.answer(lead, why=pages.beginning())

    async def _sampled(self, lead: Lead, resource: Resource, within_s: float, glimpse: Keep) -> Answer:
        """Answer with all of the namespace's, or with a glimpse of the first ones."""
        pages = _Pages()
        rest = WHOLE[lead.kind] - SAMPLE
        for limit in (SAMPLE, rest):
            if (ended := await self._page(pages, lead, resource, within_s, limit)) is not None:
                return ended
            crowded = bool(pages.token) and pages.behind > rest
            pages.keep(await offloaded(glimpse if crowded else self._keep, pages.last))
            if crowded or not pages.token:
                break
        return pages.answer(lead, why=pages.beginning() if pages.token else "", partial=bool(pages.token))

    async def _page(self, pages: _Pages, lead: Lead, resource: Resource, within_s: float, limit: int) -> Answer | None:
        """Read the next page; return the answer when that failed."""
        query = _query(
            labelSelector=lead.labels, fieldSelector=lead.fields, limit=str(limit), **{"continue": pages.token}
        )
        reply = await self._connection.request(
            "GET",
            resource.path(lead.namespace),
            query=query,
            headers=_accept(lead, "PartialObjectMetadataList"),
            within_s=within_s,
        )
        pages.date, pages.status = reply.date or pages.date, reply.status
        if not reply.ok:
            absent = reply.absent and not pages.found
            return replace(pages.answer(lead, why="" if absent else reply.failure()), absent=absent)
        pages.last, pages.token, pages.behind = await offloaded(_items, reply, resource)
        return None

    async def _log(self, lead: Lead, within_s: float) -> Answer:
        tail = Tail(self._log_bytes)
        reply = await self._connection.request(
            "GET",
            RESOURCES["Pod"].path(lead.namespace, lead.name, "log"),
            query=_query(
                container=lead.container,
                previous="true" if lead.instance == "previous" else "",
                tailLines=str(self._log_lines),
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
        allowance = Allowance(self._redact_s)
        lines, withheld = await offloaded(allowance.run, readable, tail, allowance.spent)
        log = Log(
            namespace=lead.namespace,
            pod=lead.name,
            container=lead.container,
            instance=lead.instance,
            lines=lines,
            cut=tail.cut,
        )
        why = f"its end was not reached within {TOTAL_BYTES // 1024 // 1024} MiB" if tail.gave_up else ""
        if withheld:
            why = f"its newest {withheld:,} lines are withheld: redacting them took longer than {self._redact_s:g} s"
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


def _items(reply: Reply, resource: Resource) -> tuple[list[Object], str, int]:
    """Return a list's objects, the token of its next page and how many are left behind it (0 when not told).

    ``items: null`` is how Go says an empty list.
    """
    data = reply.json()
    if not isinstance(data, dict) or "items" not in data or not isinstance(data["items"], list | None):
        raise BadReply(f"the reply is no list of {resource.plural}")
    found = [_object(item, resource) for item in data["items"] or ()]
    metadata = fields.table(data, "metadata")
    more = fields.whole(metadata, "remainingItemCount") or 0
    return [item for item in found if item is not None], fields.text(metadata, "continue"), more

"""Finding what a person means: what fails now, a name that is nearly right, a namespace that is not there.

Everything is read through the person's own eyes: what they may not read is neither listed nor offered.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cluster.errors import BadReply
from bot.cluster.gate import GuardedReader
from bot.cluster.keeping import standing
from bot.cluster.resources import WORKLOADS
from bot.incidents.failing_now import READ_S, Listing, failing_now
from bot.model.names import owner_of, workload_name
from bot.model.nearness import nearness
from bot.render import questions as render
from bot.render.classes import short
from diagnostics import fields
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.actions.read_guard import Viewer
    from bot.cluster.reads import Keep, Source
    from bot.model.incident import Subject
    from bot.render.message import Message
    from bot.store import Store
    from diagnostics.snapshot import Object

KNOWN = 500
"""Open incidents whose causes are told in a list."""

FORBIDDEN = 403

OFFERED = 5
"""Names that are offered in place of one that is not there."""


@dataclass(frozen=True, slots=True, order=True)
class Near:
    """Something with a name near to what was asked for; ``slips`` and then ``elsewhere`` put the nearest first."""

    slips: int
    elsewhere: bool
    namespace: str
    name: str
    kind: str


class Search:
    """Searches. ``reading`` returns a reader as the bot that keeps of each page what it is told to.

    ``store`` tells the causes that open incidents know.
    """

    def __init__(self, reading: Callable[[Keep], Source], default_namespace: str, store: Store | None = None) -> None:
        self._store = store
        self._reading = reading
        self._default = default_namespace

    async def failing(self, viewer: Viewer, namespace: str) -> Message:
        """Return what fails in a namespace, or anywhere (empty), or that there is no such namespace."""
        if namespace and await self._missing(viewer, namespace):
            return render.no_namespace(namespace, await self._near_namespaces(viewer, namespace))
        found = await failing_now(GuardedReader(Listing(self._reading), viewer), namespace)
        causes = await self._causes(viewer) if found.failing else {}
        listed = [
            render.FailingNow(
                target=one.target,
                reason=one.reason,
                pods=one.pods,
                restarts=one.restarts,
                cause=causes.get(f"{one.kind} {one.namespace}/{one.name}", ""),
            )
            for one in found.failing
        ]
        return render.failing_now(listed, namespace, found.unread)

    async def _causes(self, viewer: Viewer) -> dict[str, str]:
        """Return what open incidents say of workloads, in a few words, as far as the person may be told of them."""
        if self._store is None:
            return {}
        told: dict[str, str] = {}
        refused: dict[str, str] = {}
        for incident in await self._store.incidents.failing(KNOWN):
            if incident.workload is None or not incident.cause:
                continue
            where = incident.workload.namespace
            if where not in refused:
                refused[where] = await viewer.glance_refusal(where)
            if not refused[where]:
                told.setdefault(str(incident.workload), short(incident.cause))
        return told

    async def has(self, viewer: Viewer, subject: Subject) -> bool:
        """Whether the cluster has what is asked for, as far as the person may know.

        Raises ``ClusterError`` where that cannot be found out.
        """
        if subject.kind == "Namespace":
            return await self._there(viewer, [Lead(kind="Namespace", name=subject.name)])
        # A pod that is gone may have been replaced: then its workload is looked at.
        names = dict.fromkeys((subject.name, workload_name(subject.name)))
        kinds = (subject.kind,) if subject.kind not in ("", "Pod") else ("Pod", *WORKLOADS)
        if subject.namespace:
            return await self._there(viewer, [
                Lead(kind=kind, namespace=subject.namespace, name=name) for kind in kinds for name in names
            ])  # fmt: skip
        leads = [Lead(kind=kind, fields=f"metadata.name={name}") for kind in kinds for name in names]
        leads += [Lead(kind=kind, namespace=self._default, name=name) for kind in kinds for name in names]
        leads += [] if subject.kind else [Lead(kind="Namespace", name=subject.name)]
        return await self._there(viewer, leads)

    async def _there(self, viewer: Viewer, leads: Sequence[Lead]) -> bool:
        """Whether one of the leads leads to something. Raises the error of one that could not be followed."""
        reader = GuardedReader(self._reading(standing), viewer)
        answers = await asyncio.gather(*(reader.read(lead, READ_S) for lead in leads))
        if any(answer.objects for answer in answers):
            return True
        # What nobody may see there is not there for this person; what did not answer may be.
        unknown = (one for one in answers if one.why and not (one.refused or one.partial or one.status == FORBIDDEN))
        failed = next(unknown, None)
        if failed is not None:
            raise failed.error or BadReply(failed.why)
        return False

    async def meant(self, viewer: Viewer, subject: Subject) -> Message:
        """Return what may be meant by something that is not there."""
        if subject.namespace and await self._missing(viewer, subject.namespace):
            return render.no_namespace(subject.namespace, await self._near_namespaces(viewer, subject.namespace))
        if not (subject.namespace or subject.kind) and await self._missing(viewer, subject.name) is False:
            return await self.failing(viewer, subject.name)
        where = subject.namespace or self._default
        near = await self._near(viewer, subject, where)
        targets = [f"{one.namespace}/{one.kind.lower()}/{one.name}" for one in near]
        return render.not_there(subject.name, where, targets)

    async def _missing(self, viewer: Viewer, namespace: str) -> bool | None:
        """Whether a namespace is not there; None where the person may not know."""
        answer = await GuardedReader(self._reading(standing), viewer).read(
            Lead(kind="Namespace", name=namespace), READ_S
        )
        return True if answer.absent else False if answer.objects else None

    async def _near_namespaces(self, viewer: Viewer, namespace: str) -> list[str]:
        """Return namespaces with such a name whose pods the person may read."""
        answer = await self._reading(_near(namespace)).read(Lead(kind="Namespace"), READ_S)
        names = sorted((fields.name(item) for item in answer.objects), key=lambda name: nearness(namespace, name) or 0)
        may = await asyncio.gather(*(viewer.refusal(Lead(kind="Pod", namespace=name)) for name in names[:OFFERED]))
        return [name for name, refusal in zip(names, may, strict=False) if not refusal]

    async def _near(self, viewer: Viewer, subject: Subject, where: str) -> list[Near]:
        wanted = {subject.name, workload_name(subject.name)}
        is_pod = owner_of("Pod", subject.name) is not None
        kinds = (subject.kind,) if subject.kind not in ("", "Pod") else (*WORKLOADS[:5], *(["Pod"] if is_pod else []))
        reader = GuardedReader(self._reading(_near(*wanted)), viewer)
        answers = await asyncio.gather(*(reader.read(Lead(kind=kind), READ_S) for kind in kinds))
        found = {
            Near(
                min(near), fields.namespace(item) != where, fields.namespace(item), fields.name(item), answer.lead.kind
            )
            for answer in answers
            for item in answer.objects
            if (near := [slips for one in wanted if (slips := nearness(one, fields.name(item))) is not None])
        }
        return sorted(found)[:OFFERED]


def _near(*wanted: str) -> Keep:
    """Return what keeps the names that are near to one of the wanted, and nothing but the names."""

    def kept(items: list[Object]) -> tuple[Object, ...]:
        return tuple(
            {"metadata": {"name": fields.name(item), "namespace": fields.namespace(item)}}
            for item in items
            if any(nearness(one, fields.name(item)) is not None for one in wanted)
        )

    return kept

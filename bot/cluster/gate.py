"""The one door of what is read for others: each lead is asked about before it is read.

Who asks (a person, a channel) is a ``Gate``. A lead that it refuses is not read, and the answer says why. A list of all
namespaces that it refuses is narrowed: of what it holds only that is kept which the gate lets through by namespace.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from bot.cluster.access import Right
from bot.cluster.reads import Answer
from bot.cluster.resources import RESOURCES
from diagnostics import fields
from diagnostics.snapshot import Unread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.cluster.reads import Source
    from diagnostics.snapshot import Lead

NAMESPACES = 12
"""Namespaces of one wide list that are asked about; what further ones hold is left out."""

_OF_NODES = "involvedObject.kind=Node"
"""What a field selector asks for that gives events of nodes alone. Those stand in the namespace ``default``."""


class Gate(Protocol):
    """Whoever is shown what is read."""

    async def refusal(self, lead: Lead) -> str:
        """Return why this may not be read, as a sentence; empty when it may. Any doubt is a reason. Never raises."""
        ...


class GuardedReader:
    """Reads what a gate lets through."""

    def __init__(self, source: Source, gate: Gate) -> None:
        self._source = source
        self._gate = gate

    async def read(self, lead: Lead, within_s: float) -> Answer:
        """Answer a lead within the time, or say why it may not be read. Never raises a ``ClusterError``."""
        if why := self._source.unsupported(lead):
            return Answer(lead=lead, why=why)
        started = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(within_s):
                refusal = await self._gate.refusal(lead)
        except TimeoutError:
            refusal = f"whether it may be shown could not be found out within {within_s:.3g} s"
        if refusal and not _is_wide(lead):
            # What an add-on would have told is not missed.
            optional = lead.kind in RESOURCES and RESOURCES[lead.kind].optional
            return Answer(lead=lead, absent=True) if optional else Answer(lead=lead, why=refusal, refused=True)
        left_s = max(within_s - (asyncio.get_running_loop().time() - started), 0.001)
        answer = await self._source.read(lead, left_s)
        return await self._narrowed(answer, refusal) if refusal else answer

    async def _narrowed(self, answer: Answer, refusal: str) -> Answer:
        """Keep what stands in namespaces that may be read. That it is not all is said whatever was left out."""
        spaces = list(dict.fromkeys(fields.namespace(item) for item in answer.objects))[:NAMESPACES]
        each = (replace(answer.lead, namespace=space, fields="", labels="") for space in spaces)
        reasons = await asyncio.gather(*(self._gate.refusal(lead) for lead in each))
        open_ones = {space for space, reason in zip(spaces, reasons, strict=True) if not reason}
        kept = tuple(item for item in answer.objects if fields.namespace(item) in open_ones)
        return replace(answer, objects=kept, why=answer.why or refusal, refused=True)


def right_to_read(lead: Lead) -> Right:
    """Return the right that somebody needs to read the same by hand."""
    is_log = lead.kind == "Log"
    resource = RESOURCES["Pod" if is_log else lead.kind]
    # The API server takes a Namespace's own name for its namespace, so that a right within it is enough.
    space = lead.namespace if resource.namespaced else lead.name if lead.kind == "Namespace" else ""
    return Right(
        verb="get" if lead.name or is_log else "list",
        group=resource.group,
        resource=resource.plural,
        subresource="log" if is_log else "",
        namespace=space,
        name=lead.name,
    )


def of_cluster(lead: Lead) -> bool:
    """Whether it is no namespace's own: a cluster-scoped object, or the events of a node."""
    if lead.kind == "Event":
        return _OF_NODES in lead.fields.split(",")  # all that it asks for must hold
    return lead.kind in RESOURCES and not RESOURCES[lead.kind].namespaced and lead.kind != "Namespace"


def space_of(lead: Lead) -> str:
    """Return the namespace whose affairs a lead is about; empty for all of them, or for the cluster's own."""
    return lead.name if lead.kind == "Namespace" else "" if of_cluster(lead) else lead.namespace


def told(refused: Mapping[Lead, str], home: str) -> tuple[Unread, ...]:
    """Return what was refused as unread: one entry for each namespace, but each lead of its own in the target's."""
    entries: list[Unread] = []
    spaces: dict[str, list[Lead]] = {}
    for lead in refused:
        spaces.setdefault(space_of(lead), []).append(lead)
    for space, leads in spaces.items():
        if space == home or not space or len(leads) == 1:
            entries += [Unread(what=str(lead), why=refused[lead]) for lead in leads]
        else:
            kinds = ", ".join(dict.fromkeys(lead.kind for lead in leads))
            entries.append(Unread(what=f"{kinds} in namespace {space}", why=refused[leads[0]]))
    return tuple(entries)


def _is_wide(lead: Lead) -> bool:
    return lead.kind in RESOURCES and RESOURCES[lead.kind].namespaced and not lead.namespace

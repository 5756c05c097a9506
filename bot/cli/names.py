"""Names of the cluster for whoever types a TARGET and presses Tab: what fails first, then pods and workloads."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cli.failing import reads
from bot.cluster.connection import connect
from bot.cluster.errors import ClusterError
from bot.cluster.resources import kind_of
from bot.incidents.failing_now import Listing, failing_now
from bot.model.target import KINDS
from diagnostics import fields
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from bot.cluster.reads import Reads

WITHIN_S = 2.0
"""Seconds that somebody waits after Tab before it feels broken; what is known by then is offered."""

OFFERED = 200
"""Names that are offered: a shell asks before it lists more than a hundred."""

_BARE = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "Pod")
"""Kinds whose names are offered where no kind was typed."""


@dataclass(frozen=True, slots=True)
class Name:
    """A whole TARGET, and what is known of it in a word or two."""

    target: str
    note: str = ""


async def names(
    typed: str, namespace: str | None = None, *, kubeconfig: str | None = None, context: str | None = None
) -> list[Name]:
    """Return the targets that begin with what was typed. Never raises: a Tab that finds nothing does nothing."""
    try:
        async with asyncio.timeout(WITHIN_S), connect(kubeconfig, context) as connection:
            reader = Listing(reads(connection))
            return await _names(typed, reader, namespace or connection.namespace)
    except (ClusterError, TimeoutError):
        return []


async def namespaces(typed: str, *, kubeconfig: str | None = None, context: str | None = None) -> list[Name]:
    """Return the namespaces that begin with what was typed, as far as they may be listed. Never raises."""
    try:
        async with asyncio.timeout(WITHIN_S), connect(kubeconfig, context) as connection:
            found = await _listed(Listing(reads(connection)), "Namespace", "")
    except (ClusterError, TimeoutError):
        return []
    return [Name(name) for name in sorted(found) if name.startswith(typed)][:OFFERED]


async def _names(typed: str, reader: Reads, namespace: str) -> list[Name]:
    head, slash, begun = typed.rpartition("/")
    before = head.split("/") if head else []
    kind = kind_of(before[-1]) if before else ""
    where = before[0] if before and not (kind and len(before) == 1) else namespace
    if len(before) > 2 or (kind and kind not in KINDS) or (len(before) == 2 and not kind):
        return []
    listed = asyncio.gather(*(_listed(reader, each, where) for each in ((kind,) if kind else _BARE)))
    failing, lists = await failing_now(reader, where), await listed
    notes = {one.name: one.reason for one in failing.failing if not kind or one.kind == kind}
    found = dict.fromkeys([*notes, *(name for names_ in lists for name in sorted(names_))])
    return [Name(f"{head}{slash}{name}", notes.get(name, "")) for name in found if name.startswith(begun)][:OFFERED]


async def _listed(reader: Reads, kind: str, namespace: str) -> list[str]:
    answer = await reader.read(Lead(kind=kind, namespace=namespace, metadata_only=True), WITHIN_S)
    return [fields.name(item) for item in answer.objects]

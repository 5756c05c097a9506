"""What somebody may know of the incidents there are: those of namespaces in which they may read pods themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model.incident import target_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.actions.read_guard import Viewer
    from bot.model.incident import Incident

NAMESPACES = 100
"""Namespaces about which the cluster is asked one by one for a viewer who may not read all of them: as many as a list
has incidents (``LOOKED_AT``), so that none of it is left out."""


class Glance:
    """Asks once whether the viewer may be told of all namespaces, else once for each of the first ``NAMESPACES``."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._known: dict[str, bool] = {}
        self._everywhere: bool | None = None

    async def sees(self, incident: Incident) -> bool:
        """Whether the viewer may be told that this fails, and for which cause."""
        space = namespace_of(incident)
        if self._everywhere is None:
            self._everywhere = await self._viewer.may_glance("")
        if self._everywhere:
            return True
        if space not in self._known:
            self._known[space] = len(self._known) < NAMESPACES and await self._viewer.may_glance(space)
        return self._known[space]


def namespace_of(incident: Incident) -> str:
    """Return where it is; empty where that is not known yet."""
    return incident.workload.namespace if incident.workload is not None else incident.subject.namespace or ""


def one_each(found: Iterable[Incident]) -> list[Incident]:
    """Return one incident for each workload: an alert's before a person's question, else the first."""
    kept: dict[str, Incident] = {}
    for incident in found:
        standing = kept.get(target_of(incident))
        if standing is None or (incident.alerted and not standing.alerted):
            kept[target_of(incident)] = incident
    return list(kept.values())

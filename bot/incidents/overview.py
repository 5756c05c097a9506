"""What one person may know of what goes on: what fails now, what recovered today, what waits for their word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.actions.labels import label
from bot.incidents.glance import Glance, namespace_of, one_each
from bot.model.errors import BotError
from bot.model.incident import target_of
from bot.render.home import Approval, Listed, Overview
from bot.render.slack import verdict_in
from diagnostics.objects import ObjectRef

if TYPE_CHECKING:
    from bot.actions.approvals import Approvals
    from bot.actions.identities import Identities
    from bot.actions.read_guard import Viewer
    from bot.model.incident import Incident
    from bot.model.offer import OfferRecord
    from bot.slack.notifier import Notifier
    from bot.store import Store

LOOKED_AT = 100
"""Incidents of each list that are looked through for those that the person may see."""

DAY_S = 86_400.0


class Overviews:
    """Makes them, through the person's own eyes."""

    def __init__(self, store: Store, notifier: Notifier, identities: Identities, approvals: Approvals) -> None:
        self._store = store
        self._notifier = notifier
        self._identities = identities
        self._approvals = approvals

    async def of(self, user: str, viewer: Viewer) -> Overview:
        """Return what the person may know. Raises ``Temporary`` where the store is away."""
        glance = Glance(viewer)
        now = await self._store.incidents.now()
        failing = await self._store.incidents.failing(LOOKED_AT + 1)
        midnight = await self._midnight(user, now)
        recovered = await self._store.incidents.recovered(midnight, LOOKED_AT)
        going_on = [incident for incident in one_each(failing[:LOOKED_AT]) if await glance.sees(incident)]
        names = {target_of(incident) for incident in going_on}
        over = [incident for incident in one_each(recovered) if await glance.sees(incident)]
        return Overview(
            midnight=midnight,
            failing=[await self._listed(incident) for incident in going_on],
            is_cut=len(failing) > LOOKED_AT,
            # What is back is listed as failing.
            recovered=[await self._listed(incident) for incident in over if target_of(incident) not in names],
            approvals=[await self._approval(offer, user) for offer in await self._approvals.of(user, viewer)],
        )

    async def _midnight(self, user: str, now: float) -> float:
        """Return when the person's day began, by their own clock."""
        try:
            offset = await self._identities.utc_offset_s(user)
        except BotError:
            offset = 0
        return now - (now + offset) % DAY_S

    async def _listed(self, incident: Incident) -> Listed:
        return Listed(
            target=target_of(incident),
            verdict=incident.verdict if incident.failing else "",
            cause=incident.cause,
            said=verdict_in(incident.summary_text) if _of_its_own(incident) else "",
            began_at=incident.began_at or incident.created_at,
            well_since=incident.well_since,
            lasted_s=incident.well_since - incident.began_at,
            ended=incident.ended_by,
            assignee=incident.assignee,
            link=await self._link(incident),
        )

    async def _link(self, incident: Incident) -> str:
        """Return where its thread is; of one that another thread tells of, that one's."""
        if incident.permalink or not incident.parent_id:
            return incident.permalink
        leader = await self._store.incidents.anywhere(incident.parent_id)
        return leader.permalink if leader is not None else ""

    async def _approval(self, offer: OfferRecord, user: str) -> Approval:
        incident = await self._store.incidents.get(offer.incident_id)
        thread_ts = "" if incident is None else incident.thread_ts or incident.summary_ts
        return Approval(
            label=label(offer),
            target=offer.target,
            asked_by=offer.proposed_by,
            reason=offer.reason,
            until=offer.expires_at,
            own=offer.proposed_by == user,
            link=await self._notifier.link(offer.channel, offer.message_ts, thread_ts) if offer.message_ts else "",
        )


def _of_its_own(incident: Incident) -> bool:
    """Whether its line tells of nothing in another namespace: of its own the person may know pods, events and logs."""
    root = ObjectRef.parse(incident.root)
    return not incident.root or (root is not None and root.namespace == namespace_of(incident))

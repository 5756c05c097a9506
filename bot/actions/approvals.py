"""What waits for a second person, as one person sees it: what they may agree to, and what they asked for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.actions.authorization import rights
from bot.model.errors import BotError
from bot.model.policy import Deny

if TYPE_CHECKING:
    from bot.actions.identities import Identities
    from bot.actions.read_guard import Viewer
    from bot.cluster.access import Reviewer
    from bot.model.offer import OfferRecord
    from bot.store import Store

LOOKED_AT = 50
"""Proposals that are looked through for one person's."""


class Approvals:
    """Finds them. Whether somebody may really agree is decided anew when they press."""

    def __init__(self, store: Store, identities: Identities, reviewer: Reviewer) -> None:
        self._store = store
        self._identities = identities
        self._reviewer = reviewer

    async def of(self, user: str, viewer: Viewer) -> list[OfferRecord]:
        """Return what the person may agree to, and what they asked for, of namespaces that they may read."""
        return [
            offer
            for offer in await self._store.offers.proposed(LOOKED_AT)
            if await viewer.may_glance(offer.namespace) and (offer.proposed_by == user or await self._may(user, offer))
        ]

    async def _may(self, user: str, offer: OfferRecord) -> bool:
        """Whether the cluster lets the person do it. Any doubt is a no."""
        try:
            known = await self._identities.of(user, fresh=False)
        except BotError:
            return False
        if isinstance(known, Deny):
            return False
        return all([(await self._reviewer.may(known.identity, right)).allowed for right in rights(offer, None)])

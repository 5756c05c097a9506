"""The dialog between a press and the action: opened at once, filled with what would happen, answered by a press.

It grants nothing: who sends it off is authorized like any other press.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from bot.actions.authorization import Denied
from bot.actions.offers import label, wanted
from bot.actions.rollout import Refusal, plan
from bot.actions.rollout.effect import effect
from bot.actions.rollout.execute import stale
from bot.model.offer import OfferState
from bot.render import modal
from bot.render.outcomes import Step, outcome

if TYPE_CHECKING:
    from typing import Any

    from bot.actions.authorization import Authorization
    from bot.actions.clicks import Click
    from bot.cluster.around import Surroundings
    from bot.cluster.live import Live
    from bot.model.offer import OfferRecord
    from bot.slack.modals import Modals

_log = structlog.get_logger(__name__)

TITLES = {"restart": "Rollout restart", "undo": "Rollout undo"}
NO_TIME = "Slack did not let me open the dialog in time; nothing was changed. Press again."


class Confirmation:
    """Opens and fills the dialog."""

    def __init__(self, *, authorization: Authorization, live: Live, around: Surroundings, modals: Modals) -> None:
        self._authorization = authorization
        self._live = live
        self._around = around
        self._modals = modals

    async def open(self, click: Click) -> str:
        """Open the dialog before anything else is looked at: the trigger lasts three seconds. Empty: it is not open."""
        return await self._modals.open(click.trigger_id, modal.loading(TITLES.get(click.action, "Action")))

    async def fill(self, click: Click, view_id: str) -> None:
        """Show what would happen and ask, or raise ``Denied``."""
        offer = await self._authorization.find_offer(click)
        authorized = await self._authorization.authorize(click, offer)
        if offer.state is OfferState.PROPOSED and self._protected(offer):
            await self._authorization.authorize_second(click, offer, authorized)
        await self._modals.fill(view_id, await self._question(click, offer))

    async def refuse(self, click: Click, view_id: str, text: str) -> bool:
        """Say in the dialog why not; False when it is closed. ``text`` is mrkdwn already."""
        return bool(view_id) and await self._modals.fill(
            view_id, modal.refusal(TITLES.get(click.action, "Action"), text)
        )

    async def _question(self, click: Click, offer: OfferRecord) -> dict[str, Any]:
        found = await self._live.workload(offer.kind, offer.namespace, offer.name)
        said = (
            f"{offer.target} does not exist any more"
            if found is None
            else stale(wanted(offer), found, datetime.now(UTC))
        )
        if found is None or said:
            raise gone(offer, said)
        made = plan(wanted(offer), found, datetime.now(UTC))
        if isinstance(made, Refusal):
            raise gone(offer, made.sentence)
        shown = effect(made, found, await self._around.of(found.object))
        second = offer.state is OfferState.PROPOSED
        protected = self._protected(offer)
        return modal.question(
            label(offer),
            submit="Approve" if second else "Ask for approval" if protected else offer.action.capitalize(),
            sentence=shown.sentence,
            changes=shown.changes,
            notes=shown.notes,
            about=about(click),
            reason_required=self._authorization.policy.reason_required,
            proposed_by=offer.proposed_by,
            proposed_reason=offer.reason,
            second_needed=protected,
        )

    def _protected(self, offer: OfferRecord) -> bool:
        return offer.namespace in self._authorization.policy.protected


def about(click: Click) -> dict[str, str]:
    """Return what the dialog gives back. It is held against the store again."""
    return {
        "offer": click.offer_id,
        "action": click.action,
        "channel": click.channel,
        "message_ts": click.message_ts,
        "thread_ts": click.thread_ts,
    }


def read_about(metadata: str) -> dict[str, str]:
    """Return what a dialog gave back; empty when it is not ours."""
    try:
        found = json.loads(metadata)
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def gone(offer: OfferRecord, sentence: str) -> Denied:
    """Return why an offer is no good any more; the incident is looked at again."""
    said = outcome(Step.CONFLICT, label=label(offer), detail=f"{sentence}. I look again.")
    return Denied(said, event="superseded", because=sentence, anew=offer.incident_id)

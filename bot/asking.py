"""The dialog between a press and the action: opened at once, filled with what would happen, answered by a press.

It grants nothing: who sends it off is let through the gate like any other press.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from bot.gate import Denied
from bot.offering import label, wanted
from bot.offers import OfferState
from bot.render import modal
from bot.render.outcomes import Step, outcome
from bot.rollout import Refusal, plan
from bot.rollout.carry import stale
from bot.rollout.effect import effect

if TYPE_CHECKING:
    from typing import Any

    from bot.clicks import Click
    from bot.cluster.around import Surroundings
    from bot.cluster.live import Live
    from bot.gate import Gate
    from bot.offers import OfferRecord
    from bot.slack.modals import Modals

_log = structlog.get_logger(__name__)

TITLES = {"restart": "Rollout restart", "undo": "Rollout undo"}
NO_TIME = "Slack did not let me open the dialog in time; nothing was changed. Press again."


class Asking:
    """Opens and fills the dialog."""

    def __init__(self, *, gate: Gate, live: Live, around: Surroundings, modals: Modals) -> None:
        self._gate = gate
        self._live = live
        self._around = around
        self._modals = modals

    async def open(self, click: Click) -> str:
        """Open the dialog before anything else is looked at: the trigger lasts three seconds. Empty: it is not open."""
        return await self._modals.open(click.trigger_id, modal.loading(TITLES.get(click.action, "Action")))

    async def fill(self, click: Click, view_id: str) -> None:
        """Show what would happen and ask, or raise ``Denied``."""
        offer = await self._gate.offered(click)
        passed = await self._gate.authorized(click, offer)
        if offer.state is OfferState.PROPOSED and self._protected(offer):
            await self._gate.seconded(click, offer, passed)
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
            reason_required=self._gate.policy.reason_required,
            proposed_by=offer.proposed_by,
            proposed_reason=offer.reason,
            second_needed=protected,
        )

    def _protected(self, offer: OfferRecord) -> bool:
        return offer.namespace in self._gate.policy.protected


def about(click: Click) -> dict[str, str]:
    """Return what the dialog gives back. The gate holds it against the store again."""
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

"""The dialog between a press and the action: opened at once, filled with what would happen, answered by a press.

It grants nothing: who sends it off is authorized like any other press.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import structlog

from bot.actions.authorization import Denied, denied
from bot.actions.labels import brief_label, label
from bot.actions.rollout import Ready
from bot.actions.rollout.effect import effect
from bot.actions.tried import TRIED_S, told, tried
from bot.model.offer import OfferState
from bot.render import modal
from bot.render.outcomes import Step, outcome
from diagnostics.answer.advice import UNRECORDED
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from typing import Any

    from bot.actions.authorization import Authorization
    from bot.actions.clicks import Click
    from bot.actions.read_guard import ReadGuard, Viewer
    from bot.cluster.around import Surroundings
    from bot.model.offer import OfferRecord
    from bot.slack.modals import Modals
    from bot.store import Store

_log = structlog.get_logger(__name__)

TITLES = {"restart": "Restart", "undo": "Roll back"}
NO_TIME = "Slack did not let me open the dialog in time; nothing was changed. Press again."


class Confirmation:
    """Opens and fills the dialog. ``cluster`` is what people call the cluster that would be changed."""

    def __init__(
        self,
        *,
        authorization: Authorization,
        guard: ReadGuard,
        around: Surroundings,
        modals: Modals,
        store: Store,
        cluster: str = "",
    ) -> None:
        self._store = store
        self._authorization = authorization
        self._guard = guard
        self._around = around
        self._modals = modals
        self._cluster = cluster

    async def open(self, click: Click) -> str:
        """Open the dialog before anything else is looked at: the trigger lasts three seconds. Empty: it is not open."""
        return await self._modals.open(click.trigger_id, modal.loading(TITLES.get(click.action, "Action")))

    async def fill(self, click: Click, offer: OfferRecord, view_id: str) -> None:
        """Show what would happen and ask, or raise ``Denied``."""
        authorized = await self._authorization.authorize(click, offer)
        if offer.state is OfferState.PROPOSED and self._protected(offer):
            await self._authorization.authorize_second(click, offer, authorized)
        if not isinstance(authorized.prepared, Ready):
            raise gone(offer, authorized.prepared.sentence)
        viewer = await self._guard.person(click.user)
        for lead in shown(offer):
            if refused := await viewer.refusal(lead):
                raise denied(click, offer, refused)
        await self._modals.fill(view_id, await self._question(click, offer, authorized.prepared, viewer))

    async def refuse(self, click: Click, view_id: str, text: str) -> bool:
        """Say in the dialog why not; False when it is closed. ``text`` is mrkdwn already."""
        return bool(view_id) and await self._modals.fill(
            view_id, modal.refusal(TITLES.get(click.action, "Action"), text)
        )

    async def _question(self, click: Click, offer: OfferRecord, ready: Ready, viewer: Viewer) -> dict[str, Any]:
        what = effect(ready.plan, ready.found, await self._around.of(ready.found.object, viewer))
        second = offer.state is OfferState.PROPOSED
        protected = self._protected(offer)
        reasons, doubts = _because(await self._store.incidents.diagnosis(offer.incident_id), offer)
        since = await self._store.incidents.now() - TRIED_S
        before = tried(offer, await self._store.related.acts(offer.namespace, offer.name, since), ready.found.revisions)
        return modal.question(
            label(offer),
            title=brief_label(offer),
            submit="Approve" if second else "Ask for approval" if protected else brief_label(offer),
            sentence=what.sentence,
            downtime=what.downtime,
            cluster=self._cluster,
            changes=what.changes,
            reasons=reasons,
            tried="" if before is None else told(before, ready.found),
            risks=(*([] if before is not None else doubts), *what.notes),
            about=about(click),
            reason_required=self._authorization.policy.reason_required,
            proposed_by=offer.proposed_by,
            proposed_reason=offer.reason,
            second_needed=protected,
        )

    def _protected(self, offer: OfferRecord) -> bool:
        return offer.namespace in self._authorization.policy.protected


def shown(offer: OfferRecord) -> tuple[Lead, ...]:
    """Return what the dialog tells of: the workload, its revisions, its pods."""
    revisions = "ReplicaSet" if offer.kind == "Deployment" else "ControllerRevision"
    lists = (Lead(kind=kind, namespace=offer.namespace) for kind in (revisions, "Pod"))
    return Lead(kind=offer.kind, namespace=offer.namespace, name=offer.name), *lists


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
    message = outcome(Step.CONFLICT, label=label(offer), detail=f"{sentence}. I look again.")
    return Denied(message, event="superseded", because=sentence, anew=offer.incident_id)


def _because(diagnosis: str, offer: OfferRecord) -> tuple[list[str], list[str]]:
    """Return why the answer says that this helps, and what it is not sure of. ``diagnosis`` is the kept JSON."""
    reasons, doubts = [], []
    for advice in json.loads(diagnosis or "{}").get("actions", ()):
        if (advice["action"], advice.get("to_revision")) == (offer.action, offer.revision):
            because = str(advice["because"])
            reasons.append(because.replace(f"; {UNRECORDED}", ""))
            doubts += [f"I have no record of whether revision {offer.revision} ran well"] * (UNRECORDED in because)
    return reasons, doubts

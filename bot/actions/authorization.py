"""May this press go through? The offer must be genuine and open, and the person must have the rights.

The person is looked up anew at the click, and Kubernetes' own RBAC is asked for them; any doubt is a no.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from bot.actions.clicks import Click, Denied
from bot.actions.labels import act, label
from bot.actions.offers import wanted
from bot.actions.rollout import Ready, names_to_delete, prepare
from bot.cluster.access import Right
from bot.cluster.resources import RESOURCES
from bot.model.offer import OPEN, OfferRecord, OfferState
from bot.model.policy import Deny, same_person
from bot.render.outcomes import Step, outcome
from bot.render.words import capitalized

if TYPE_CHECKING:
    from bot.actions.identities import Identities
    from bot.actions.rollout import Prepared
    from bot.actions.whom_to_ask import WhomToAsk
    from bot.cluster.access import Review, Reviewer
    from bot.cluster.live import Live
    from bot.model.policy import Identity, Policy
    from bot.store import Store

__all__ = ["Authorization", "Authorized", "Click", "Denied", "denied", "rights"]

_log = structlog.get_logger(__name__)

HOUR_S = 3600.0
_ENDED = {
    OfferState.EXPIRED: (Step.EXPIRED, "I look again, and a new answer brings new buttons."),
    OfferState.SUPERSEDED: (Step.SUPERSEDED, "Use the buttons of the newest answer."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorized:
    """Who may: as Kubernetes knows them, as whom it is done, and what the cluster said when it was asked."""

    identity: Identity
    as_user: Identity | None
    """Whom to impersonate; None acts with the bot's own account."""
    review: str
    prepared: Prepared
    """What was found of the workload, and the plan whose rights were reviewed."""


class Authorization:
    """Lets presses through. ``act_as`` is the setting ACT_AS."""

    def __init__(
        self,
        *,
        store: Store,
        identities: Identities,
        policy: Policy,
        live: Live,
        reviewer: Reviewer,
        whom: WhomToAsk,
        act_as: str = "auto",
    ) -> None:
        self._whom = whom
        self._store = store
        self._identities = identities
        self.policy = policy
        self._live = live
        self._reviewer = reviewer
        self._act_as = act_as

    async def find_offer(self, click: Click) -> OfferRecord:
        """Return the offer that may be claimed, or raise ``Denied`` with the reason."""
        offer = await self._store.offers.get(click.offer_id)
        if offer is None:
            message = outcome(Step.EXPIRED, label="This button", detail="I do not know it any more.")
            raise Denied(message, event="denied", because="no such offer", refused=True)
        # Without a place yet, the message was posted a moment ago, and its place is about to be written down.
        place = offer.message_ts or click.message_ts
        genuine = (offer.action, offer.channel, place) == (click.action, click.channel, click.message_ts)
        if not genuine or click.team != (offer.team or await self._identities.own_team()):
            _log.warning("press.not_genuine", offer=offer.id, user=click.user, channel=click.channel)
            message = outcome(Step.DENIED, label=act(offer), detail="it was not offered here.")
            raise Denied(message, event="denied", because="it was not offered there", refused=True)
        if offer.state in _ENDED:
            step, detail = _ENDED[offer.state]
            anew = offer.incident_id if offer.state is OfferState.EXPIRED else ""
            message = outcome(step, label=label(offer), detail=detail)
            raise Denied(message, event="denied", because=f"the offer has {offer.state}", anew=anew)
        if offer.state not in OPEN:
            detail = offer.outcome or "It is under way; the thread tells."
            message = outcome(Step.TAKEN, label=label(offer), who=offer.claimed_by, detail=detail)
            raise Denied(message, event="denied", because=f"{offer.claimed_by} was first")
        return offer

    async def authorize(self, click: Click, offer: OfferRecord) -> Authorized:
        """Return who presses and as whom it is done, or raise ``Denied`` with the missing right."""
        place = {"channel": click.channel, "namespace": offer.namespace, "action": offer.action}
        acts = await self._store.offers.recent_actions(offer.workload, click.user, HOUR_S)
        refused = self.policy.check(**place) or self.policy.too_often(*acts)
        if refused is not None:
            raise denied(click, offer, refused.reason)
        prepared = await prepare(wanted(offer), self._live, datetime.now(UTC))
        return await self._reviewed(click, offer, click.user, prepared)

    async def authorize_second(self, click: Click, offer: OfferRecord, second: Authorized) -> Authorized:
        """Return the authorization of who asked first, when somebody else agrees; both have the rights now."""
        if offer.proposed_by == click.user:
            own = f"namespace {offer.namespace} is protected, and it was you who asked for it"
            found = second.prepared.found.object if isinstance(second.prepared, Ready) else None
            whom = await self._whom.sentence(rights(offer, None)[0], second.identity, found)
            told = f"{own}. Somebody else who may do it must approve{f': {whom}' if whom else ''}."
            raise denied(click, offer, own, told=told)
        first = await self._reviewed(click, offer, offer.proposed_by, second.prepared)
        if same_person(first.identity, second.identity):
            raise denied(
                click, offer, "by Kubernetes user or e-mail address you are the same person as who asked for it"
            )
        return first

    async def _reviewed(self, click: Click, offer: OfferRecord, user: str, prepared: Prepared) -> Authorized:
        """Ask the cluster whether that Slack user may, and as whom it is to be done."""
        decision = await self._identities.of(user, fresh=True)
        about = "" if user == click.user else f"who asked for it may not any more ({user}): "
        if isinstance(decision, Deny):
            raise denied(click, offer, about + decision.reason)
        identity = decision.identity
        granted_by = ""
        for right in rights(offer, prepared):
            review = await self._reviewer.may(identity, right)
            if not review.allowed:
                raise await self._lacking(click, offer, about, (identity, right, review), prepared)
            granted_by = granted_by or review.reason
        as_user = await self._stand_in(click, offer, identity)
        return Authorized(identity=identity, as_user=as_user, review=granted_by, prepared=prepared)

    async def _lacking(
        self, click: Click, offer: OfferRecord, about: str, asked: tuple[Identity, Right, Review], prepared: Prepared
    ) -> Denied:
        """Return the refusal of who lacks a right: which one, and whom to ask. ``about`` tells of somebody else."""
        identity, right, review = asked
        if about or not review.lacks:
            return denied(click, offer, about + review.reason, review.check)
        workload = prepared.found.object if isinstance(prepared, Ready) else None
        whom = await self._whom.sentence(right, identity, workload)
        told = f"it takes the right to {review.lacks}.{f' {capitalized(whom)}.' if whom else ''}"
        return denied(click, offer, review.reason, review.check, told=told)

    async def _stand_in(self, click: Click, offer: OfferRecord, identity: Identity) -> Identity | None:
        """Return whom to act as: the person, where that is wanted and the bot may, else None (its own account).

        As the person, the cluster's audit log names them, and admission judges them.
        """
        if self._act_as == "bot":
            return None
        missing = await self._reviewer.impersonation(identity, rights(offer, None))
        if not missing:
            return identity
        if self._act_as == "user":
            raise denied(click, offer, f"I must act as you (ACT_AS=user), and {missing}")
        return None


def rights(offer: OfferRecord, prepared: Prepared | None) -> list[Right]:
    """Return the rights that the person needs for it: to patch the workload, and to delete the pods that are stuck."""
    resource = RESOURCES[offer.kind]
    needed = [
        Right(verb="patch", group=resource.group, resource=resource.plural, namespace=offer.namespace, name=offer.name)
    ]
    needed += [
        Right(verb="delete", resource="pods", namespace=offer.namespace, name=pod)
        for pod in (names_to_delete(prepared.plan) if isinstance(prepared, Ready) else ())
    ]
    return needed


def denied(click: Click, offer: OfferRecord, reason: str, *check: str, told: str = "") -> Denied:
    """Return the refusal of a press, and write it into the log. ``told`` is what the person reads instead."""
    _log.warning("press.denied", offer=offer.id, user=click.user, target=offer.target, reason=reason)
    message = outcome(Step.DENIED, label=act(offer), detail=told or reason, commands=check)
    return Denied(message, event="denied", because=reason, refused=True)

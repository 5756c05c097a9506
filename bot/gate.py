"""The gate: may this press go through? The offer must be genuine and open, and the person must have the rights.

The person is looked up anew at the click, and Kubernetes' own RBAC is asked for them; any doubt is a no.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog

from bot.access import Deny
from bot.cluster.access import Right
from bot.cluster.resources import RESOURCES
from bot.offering import label, wanted
from bot.offers import OfferRecord, OfferState
from bot.render.outcomes import Step, outcome
from bot.rollout import Plan, Refusal, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.access import Identity, Policy
    from bot.access import People as PeopleMap
    from bot.cluster.access import Reviewer
    from bot.cluster.live import Live
    from bot.render.message import Message
    from bot.slack.people import People
    from bot.store import Store

_log = structlog.get_logger(__name__)

_ENDED = {
    OfferState.EXPIRED: (Step.EXPIRED, "Ask with /crashloop again for a fresh one."),
    OfferState.SUPERSEDED: (Step.SUPERSEDED, "Use the buttons of the newest answer."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """What Slack says of a press. ``text`` and ``blocks`` are the message that the button stands in."""

    offer_id: str
    action: str
    user: str
    team: str
    channel: str
    message_ts: str
    thread_ts: str = ""
    text: str = ""
    blocks: tuple[dict[str, Any], ...] = ()


class Denied(Exception):  # noqa: N818 — what happens to the press
    """The press goes no further. ``message`` is for the person alone."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text)
        self.message = message


class Gate:
    """Lets presses through. ``people_map`` reads the people map anew each time."""

    def __init__(
        self,
        *,
        store: Store,
        people: People,
        people_map: Callable[[], PeopleMap],
        policy: Policy,
        live: Live,
        reviewer: Reviewer,
    ) -> None:
        self._store = store
        self._people = people
        self._people_map = people_map
        self._policy = policy
        self._live = live
        self._reviewer = reviewer

    async def offered(self, click: Click) -> OfferRecord:
        """Return the offer that may be claimed, or raise ``Denied`` with the reason."""
        offer = await self._store.offers.get(click.offer_id)
        if offer is None:
            raise Denied(outcome(Step.EXPIRED, label="This button", detail="I do not know it any more."))
        # Without a place yet, the message was posted a moment ago, and its place is about to be written down.
        place = offer.message_ts or click.message_ts
        genuine = (offer.action, offer.channel, place) == (click.action, click.channel, click.message_ts)
        if not genuine or (offer.team and offer.team != click.team):
            _log.warning("press.not_genuine", offer=offer.id, user=click.user, channel=click.channel)
            raise Denied(outcome(Step.DENIED, label=label(offer), who=click.user, detail="it was not offered here."))
        if offer.state in _ENDED:
            step, detail = _ENDED[offer.state]
            raise Denied(outcome(step, label=label(offer), detail=detail))
        if offer.state is not OfferState.OFFERED:
            detail = offer.outcome or "It is under way; the thread tells."
            raise Denied(outcome(Step.TAKEN, label=label(offer), who=offer.claimed_by, detail=detail))
        return offer

    async def stand_in(self, identity: Identity) -> Identity | None:
        """Return whom to act as: the person, where the bot may impersonate them, else None (its own account).

        As the person, the cluster's audit log names them and admission judges them.
        """
        needed = [Right(verb="impersonate", resource="users", name=identity.user)]
        needed += [Right(verb="impersonate", resource="groups", name=group) for group in identity.groups]
        for right in needed:
            if not (await self._reviewer.mine(right)).allowed:
                return None
        return identity

    async def authorized(self, click: Click, offer: OfferRecord) -> Identity:
        """Return who presses, as Kubernetes knows them, or raise ``Denied`` with the missing right."""

        def denied(reason: str, *check: str) -> Denied:
            _log.warning("press.denied", offer=offer.id, user=click.user, target=offer.target, reason=reason)
            return Denied(outcome(Step.DENIED, label=label(offer), who=click.user, detail=reason, commands=check))

        person = await self._people.person(click.user, fresh=True)
        team = await self._people.own_team()
        decision = self._policy.decide(
            self._people_map(), person, team=team, channel=click.channel, namespace=offer.namespace
        )
        if isinstance(decision, Deny):
            raise denied(decision.reason)
        made = await self._planned(offer)
        for right in rights(offer, made):
            review = await self._reviewer.may(decision.identity, right)
            if not review.allowed:
                raise denied(review.reason, review.check)
        return decision.identity

    async def _planned(self, offer: OfferRecord) -> Plan | None:
        found = await self._live.workload(offer.kind, offer.namespace, offer.name)
        made = plan(wanted(offer), found, datetime.now(UTC)) if found is not None else None
        return None if isinstance(made, Refusal) else made


def rights(offer: OfferRecord, made: Plan | None) -> list[Right]:
    """Return the rights that the person needs for it: to patch the workload, and to delete the pods that are stuck."""
    resource = RESOURCES[offer.kind]
    needed = [
        Right(verb="patch", group=resource.group, resource=resource.plural, namespace=offer.namespace, name=offer.name)
    ]
    needed += [
        Right(verb="delete", resource="pods", namespace=offer.namespace, name=pod)
        for pod, _uid in (made.delete_pods if made else ())
    ]
    return needed

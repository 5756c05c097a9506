"""A press: authorize, claim, look again, dry-run, change, follow, report. The second flow, beside the investigation.

Everything the press acts on comes from the store; of the click itself only who, where and which offer are taken. The
person's rights are asked of the cluster at the click, and any doubt is a no. Nobody who presses is left without answer.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog

from bot.cluster.errors import ClusterError
from bot.errors import BotError, Temporary
from bot.gate import Click, Denied, Gate
from bot.offering import label, wanted
from bot.offers import OfferRecord, OfferState
from bot.render.message import Message
from bot.render.outcomes import Step, outcome, recovered
from bot.rollout import Outcome, Phase, Progress, State, carry_out, follow

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.access import Identity
    from bot.cluster.actuator import Actuator
    from bot.cluster.live import Live
    from bot.incidents import Incident
    from bot.metrics import Metrics
    from bot.slack.notifier import Notifier
    from bot.slack.people import People
    from bot.store import Store

_log = structlog.get_logger(__name__)

LEASE_S = 45.0
"""How long a press is out of others' reach. It is renewed while it runs; when its process dies, others say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What a press needs of the cluster."""

    live: Live
    actuator: Actuator
    settle_s: float = 10.0
    every_s: float = 1.0


class Pressing:
    """Carries presses out. ``owner`` names this process's leases."""

    def __init__(  # noqa: PLR0913 — the flow's ports, all by name
        self,
        *,
        store: Store,
        notifier: Notifier,
        people: People,
        gate: Gate,
        hands: Hands,
        metrics: Metrics,
        owner: str,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._notifier = notifier
        self._people = people
        self._gate = gate
        self._hands = hands
        self._metrics = metrics
        self._owner = owner
        self._wake = wake

    async def press(self, click: Click) -> None:
        """Answer one press, whatever comes of it."""
        try:
            offer = await self._gate.offered(click)
            identity = await self._gate.authorized(click, offer)
            await self._claim(click, offer)
        except Denied as denied:
            self._metrics.actions.labels(click.action, "denied").inc()
            await self._notifier.ephemeral(click.channel, click.user, denied.message.text, click.thread_ts)
            return
        except (BotError, ClusterError) as error:
            await self._tell(click, f"nothing was changed: {error}")
            return
        except Exception:  # noqa: BLE001 — whatever it is, somebody waits for a sentence
            _log.exception("press.broken", offer=click.offer_id)
            await self._tell(click, "nothing was changed: something in me broke; the trace is in my log")
            return
        async with self._held(offer):
            await self._carried_out(click, offer, identity)

    async def _claim(self, click: Click, offer: OfferRecord) -> None:
        """Take the offer, or raise ``Denied``: of many who press at once, one is let through."""
        if not await self._store.offers.claim(offer.id, click.user, self._owner, LEASE_S):
            await self._gate.offered(click)  # says who was first, or that it has expired meanwhile
            raise Temporary("its offer could not be claimed; press again")

    async def _carried_out(self, click: Click, offer: OfferRecord, identity: Identity) -> None:
        """Do it, with the buttons gone at once, and the thread told of every step."""
        incident = await self._store.incidents.get(offer.incident_id)
        said = outcome(Step.CLAIMED, label=label(offer), who=click.user)
        await self._strip(click, said)
        progress_ts = await self._reply(click, offer, said)
        as_user = await self._gate.stand_in(identity)
        await self._store.offers.move(offer.id, self._owner, OfferState.RUNNING)
        result = await carry_out(
            wanted(offer), live=self._hands.live, actuator=self._hands.actuator, now=datetime.now(UTC), as_user=as_user
        )
        _log.info(
            "press.carried_out", offer=offer.id, action=offer.action, target=offer.target, slack_user=click.user,
            kubernetes_user=identity.user,
            impersonated=as_user is not None, result=str(result.state), said=result.sentence,
            generation_before=offer.generation, generation_after=result.generation,
        )  # fmt: skip
        if result.state is State.CHANGED:
            await self._followed(click, offer, incident, result, progress_ts)
        else:
            step = Step.CONFLICT if result.state is State.STALE else Step.FAILED
            await self._ended(click, offer, OfferState.FAILED, step, result.sentence, progress_ts)
            await self._again(offer)

    async def _followed(
        self, click: Click, offer: OfferRecord, incident: Incident | None, result: Outcome, progress_ts: str
    ) -> None:
        """Follow the rollout in one edited message, and say whether it helped."""
        started, last = time.monotonic(), Progress(phase=Phase.WAITING)
        async for last in follow(
            wanted(offer),
            result.generation,
            live=self._hands.live,
            settle_s=self._hands.settle_s,
            every_s=self._hands.every_s,
        ):
            if not last.over:
                detail = f"{result.sentence}. {last}"
                await self._update(click, progress_ts, Step.PROGRESS, offer, detail)
        took_s = round(time.monotonic() - started)
        if last.phase is not Phase.AVAILABLE:
            detail = f"{result.sentence}, but after {took_s} s: {last}. Looking again."
            await self._ended(click, offer, OfferState.FAILED, Step.FAILED, detail, progress_ts)
            await self._again(offer)
            return
        notes = f" Mind: {'; '.join(result.plan.notes)}." if result.plan and result.plan.notes else ""
        detail = f"{result.sentence}. Recovered in {took_s} s: {last}.{notes}"
        await self._ended(click, offer, OfferState.DONE, Step.DONE, detail, progress_ts)
        await self._store.offers.supersede(offer.incident_id)
        if incident is not None and incident.own_line:
            person = await self._people.person(click.user)
            line = recovered(offer.target, after_s=took_s, was=incident.summary, by=f"{label(offer)} (@{person.name})")
            await self._notifier.update(incident.channel, incident.line_ts, line)

    async def sweep(self) -> bool:
        """Answer for presses whose process died: say how it stands, and have it diagnosed again."""
        abandoned = await self._store.offers.abandoned(self._owner, LEASE_S)
        for offer in abandoned:
            incident = await self._store.incidents.get(offer.incident_id)
            if incident is None:
                continue
            detail = "I was stopped before anything was changed. Looking again."
            if offer.state is OfferState.RUNNING:
                detail = f"I was stopped while it ran; {await self._standing(offer)}. Looking again."
            await self._notifier.post(
                offer.channel,
                outcome(Step.FAILED, label=label(offer), who=offer.claimed_by, detail=detail),
                marker=f"{offer.id}:abandoned",
                thread_ts=incident.thread_ts or incident.line_ts,
                posted_before=True,
            )
            await self._store.offers.move(offer.id, self._owner, OfferState.FAILED, detail)
            await self._again(offer)
        return False

    async def _standing(self, offer: OfferRecord) -> str:
        try:
            found = await self._hands.live.workload(offer.kind, offer.namespace, offer.name)
        except ClusterError as error:
            return f"whether it was changed is not known: {error}"
        made = None if found is None else found.object.get("metadata", {}).get("generation")
        return "it was not changed" if made == offer.generation else "it has been changed"

    async def _ended(
        self, click: Click, offer: OfferRecord, to: OfferState, step: Step, detail: str, progress_ts: str
    ) -> None:
        await self._store.offers.move(offer.id, self._owner, to, detail)
        self._metrics.actions.labels(offer.action, to.value).inc()
        await self._update(click, progress_ts, step, offer, detail)
        await self._strip(click, outcome(step, label=label(offer), who=click.user, detail=detail))

    async def _update(self, click: Click, ts: str, step: Step, offer: OfferRecord, detail: str) -> None:
        try:
            message = outcome(step, label=label(offer), who=click.user, detail=detail)
            await self._notifier.update(click.channel, ts, message)
        except BotError as error:
            _log.warning("press.update_lost", offer=offer.id, error=str(error))

    async def _reply(self, click: Click, offer: OfferRecord, message: Message) -> str:
        posted = await self._notifier.post(
            click.channel, message, marker=f"{offer.id}:progress", thread_ts=click.thread_ts or click.message_ts
        )
        return posted.ts

    async def _strip(self, click: Click, said: Message) -> None:
        """Put what is being done where the buttons stood."""
        blocks: list[dict[str, Any]] = []
        for block in click.blocks:
            blocks += list(said.blocks) if block.get("type") == "actions" else [block]
        try:
            await self._notifier.update(click.channel, click.message_ts, Message(click.text, tuple(blocks)))
        except BotError as error:
            _log.warning("press.strip_lost", offer=click.offer_id, error=str(error))

    async def _again(self, offer: OfferRecord) -> None:
        """Have the incident diagnosed again: the new answer carries new buttons where they still help."""
        await self._store.incidents.reopen(offer.incident_id)
        self._wake()

    async def _tell(self, click: Click, sentence: str) -> None:
        _log.warning("press.failed", offer=click.offer_id, user=click.user, why=sentence)
        message = outcome(Step.FAILED, label="The button", who=click.user, detail=sentence)
        await self._notifier.ephemeral(click.channel, click.user, message.text, click.thread_ts)

    @asynccontextmanager
    async def _held(self, offer: OfferRecord) -> AsyncIterator[None]:
        """Renew the lease while the press runs, and end it with a sentence when the press breaks."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(LEASE_S / 3)
                try:
                    await self._store.offers.renew(offer.id, self._owner, LEASE_S)
                except BotError as error:
                    _log.warning("press.lease", offer=offer.id, error=str(error))

        renewing = asyncio.create_task(renew())
        try:
            yield
        except Exception:  # noqa: BLE001 — as above
            # Its lease ends, and the sweep says how it stands: here it is not known what still works.
            _log.exception("press.broken", offer=offer.id)
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)

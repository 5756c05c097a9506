"""Carrying a claimed offer out: verdict again, dry run, change, follow, report. It knows the store alone.

Whoever holds the offer's lease can go on with it, and so a process that was killed is followed by another one.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog

from bot.actions.labels import did, ended_by, label, people
from bot.actions.offers import wanted
from bot.actions.recheck import difference
from bot.actions.rollout import Caller, Outcome, Phase, Progress, State, execute, follow
from bot.actions.rollout.templates import current_number
from bot.actions.rollout.verify import Sent, Went, find_out
from bot.cluster.errors import ClusterError
from bot.model.errors import BotError
from bot.model.offer import OfferRecord, OfferState
from bot.render.blocks import colourless, without_buttons
from bot.render.incidents import over, over_now
from bot.render.message import Message
from bot.render.outcomes import Step, outcome
from bot.render.own_buttons import LASTING
from bot.render.words import span

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.actions.audit_writer import AuditWriter
    from bot.actions.authorization import Authorized
    from bot.actions.identities import Identities
    from bot.actions.recheck import Recheck
    from bot.cluster.actuator import Actuator
    from bot.cluster.live import Live
    from bot.model.incident import Incident
    from bot.ops.metrics import Metrics
    from bot.slack.notifier import Notifier
    from bot.store import Store

_log = structlog.get_logger(__name__)

LEASE_S = 45.0
"""How long a press is out of others' reach. It is renewed while it runs; when its process dies, others go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterOperations:
    """What a press needs of the cluster."""

    live: Live
    actuator: Actuator
    recheck: Recheck
    settle_s: float = 10.0
    every_s: float = 1.0
    cluster: str = ""
    """What people call it."""


class Execution:
    """Carries offers out. ``owner`` names this process's leases."""

    def __init__(  # noqa: PLR0913 — the flow's ports, all by name
        self,
        *,
        store: Store,
        notifier: Notifier,
        identities: Identities,
        audit: AuditWriter,
        operations: ClusterOperations,
        metrics: Metrics,
        owner: str,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._notifier = notifier
        self._identities = identities
        self._audit = audit
        self._operations = operations
        self._metrics = metrics
        self._owner = owner
        self._wake = wake

    async def run(self, offer: OfferRecord, authorized: Authorized) -> None:
        """Do it, with the buttons gone at once, and every step told in the thread."""
        incident = await self._store.incidents.get(offer.incident_id)
        claimed = _claimed(offer)
        await self.replace_buttons(offer, claimed.blocks)
        progress_ts = await self._reply(offer, incident, claimed)
        other = (
            "" if incident is None else difference(incident, await self._operations.recheck.diagnose(offer, incident))
        )
        if other:
            await self._not_any_more(offer, other, progress_ts)
            return
        if not await self._store.offers.move(offer.id, self._owner, OfferState.RUNNING):
            return  # the lease was lost meanwhile: whoever took it answers

        async def held() -> bool:
            return await self._store.offers.renew(offer.id, self._owner, LEASE_S)

        async def unknown(why: str) -> None:
            await self._not_known_yet(offer, f"{why}. I look until I know.", progress_ts)

        result = await execute(
            wanted(offer),
            live=self._operations.live,
            actuator=self._operations.actuator,
            now=datetime.now(UTC),
            prepared=authorized.prepared,
            as_user=authorized.as_user,
            caller=Caller(held=held, unknown=unknown),
        )
        if result.state is State.CHANGED:
            proof = await self._audit.ended("changed", offer, result.sentence, result)
            await self._audit.event(offer, result.after, result.sentence, proof)
            await self._followed(offer, incident, result, progress_ts)
        elif result.state is State.STALE:
            await self._not_any_more(offer, result.sentence, progress_ts)
        else:
            await self._nothing_to_follow(offer, result, progress_ts)

    async def resume(self, offer: OfferRecord) -> None:
        """Go on with an offer whose holder died between the press and the report. Changes nothing any more."""
        incident = await self._store.incidents.get(offer.incident_id)
        progress_ts = await self._reply(offer, incident, _claimed(offer), again=True)
        result = await self._standing(offer, progress_ts)
        if result.state is State.CHANGED:
            sentence = f"{result.sentence} (found after a restart of the bot)"
            proof = await self._audit.ended("changed", offer, sentence, result)
            _log.info("press.resumed", offer=offer.id, proof=proof)
            await self._followed(offer, incident, result, progress_ts)
        else:
            await self._nothing_to_follow(offer, result, progress_ts)

    async def _standing(self, offer: OfferRecord, progress_ts: str) -> Outcome:
        """Return what the dead process did to the workload.

        Its lease has ended, so that what it had sent is over by now: the connection died with it.
        """
        if offer.state is OfferState.CLAIMED:
            return Outcome(state=State.REFUSED, sentence="I was stopped before anything was changed")

        async def unknown(why: str) -> None:
            await self._not_known_yet(offer, f"I was stopped while it ran, and {why}. I keep looking.", progress_ts)

        sent = Sent(wanted=wanted(offer), uid=offer.uid, generation=offer.generation, since=offer.claimed_at)
        judged = await find_out(
            sent, live=self._operations.live, unknown=unknown, sent_at=asyncio.get_running_loop().time()
        )
        if judged.went is Went.THROUGH and judged.after is not None:
            since = f" and {judged.sentence}" if judged.sentence else ""
            sentence = f"{wanted(offer)} was changed before I was stopped{since}"
            return Outcome.changed(sentence, None, judged.after, judged.generation)
        state = State.REFUSED if judged.went is Went.NOT else State.UNCLEAR
        return Outcome(state=state, sentence=f"I was stopped while it ran; {judged.sentence}")

    async def _not_known_yet(self, offer: OfferRecord, why: str, progress_ts: str) -> None:
        """Say, in the thread and in the audit trail, that a change was sent and what came of it does not show yet."""
        await self._audit.ended("unknown", offer, why)
        await self._update(offer, progress_ts, Step.UNKNOWN, why)

    async def _nothing_to_follow(self, offer: OfferRecord, result: Outcome, progress_ts: str) -> None:
        """End an offer that changed nothing, or of which nobody can tell; then look at the incident again."""
        unclear = result.state is State.UNCLEAR
        to, step = (OfferState.UNKNOWN, Step.UNSETTLED) if unclear else (OfferState.FAILED, Step.FAILED)
        await self._ended(offer, to, step, f"{result.sentence}. Looking again.", progress_ts, result)
        await self.diagnose_again(offer.incident_id)

    async def _followed(self, offer: OfferRecord, incident: Incident | None, result: Outcome, progress_ts: str) -> None:
        """Follow the rollout in one edited message, and say whether it helped."""
        started, last = time.monotonic(), Progress(phase=Phase.WAITING)
        async for last in follow(
            wanted(offer),
            result.generation,
            live=self._operations.live,
            settle_s=self._operations.settle_s,
            every_s=self._operations.every_s,
        ):
            if not last.over:
                await self._update(offer, progress_ts, Step.PROGRESS, f"{result.sentence}. {last}")
        took_s = round(time.monotonic() - started)
        if last.phase is not Phase.AVAILABLE:
            detail = f"{result.sentence}, but {await self._trouble(offer, incident, last, took_s)}. Looking again."
            blind = last.phase is Phase.UNREADABLE
            to, step = (OfferState.UNKNOWN, Step.UNSETTLED) if blind else (OfferState.UNHELPFUL, Step.UNHELPFUL)
            await self._ended(offer, to, step, detail, progress_ts, result)
            await self.diagnose_again(offer.incident_id)
            return
        notes = f" Note: {'; '.join(result.plan.notes)}." if result.plan and result.plan.notes else ""
        detail = f"{last.ready}/{last.desired} ready after {span(took_s)}.{_besides(result)}{notes}"
        await self._ended(offer, OfferState.DONE, Step.DONE, detail, progress_ts, result)
        await self._store.offers.supersede(offer.incident_id)
        if incident is not None and incident.own_line and incident.summary_ts:
            await self._say_over(offer)
        await self._store.incidents.schedule_check(offer.incident_id)  # its pods are checked until it holds

    async def relapsed(self, incident: Incident, why: str) -> bool:
        """Take back that a button of the incident helped: its pods failed again. False: none was said to have.

        Raises ``Temporary`` or ``Refused`` where Slack does: what is not said yet is not written down either.
        """
        helped = await self._store.offers.helped(incident.id, incident.began_at)
        for offer in helped:
            detail = f"it did not hold: {why}"
            said = _said(offer, Step.UNHELPFUL, detail)
            progress_ts = await self._reply(offer, incident, said, again=True)
            await self._notifier.update(offer.channel, progress_ts, said)
            if await self._store.offers.take_back(offer.id, detail):
                await self._audit.ended(OfferState.UNHELPFUL.value, offer, detail)
        return bool(helped)

    async def _say_over(self, offer: OfferRecord) -> None:
        """Let the incident's own line in the channel say that it is over since it began, and who ended it."""
        try:
            incident = await self._store.incidents.get(offer.incident_id)
            if incident is None:
                return
            was = incident.cause if incident.failing else None
            after_s = incident.now - incident.began_at
            ended, cluster = ended_by(offer), self._operations.cluster
            line = over(offer.target, after_s=after_s, was=was, ended=ended, cluster=cluster)
            await self._notifier.update(incident.channel, incident.summary_ts, line)
            await self._store.incidents.retold(incident.id, line.text)
        except BotError as error:
            _log.warning("press.line_lost", offer=offer.id, error=str(error))

    async def _trouble(self, offer: OfferRecord, incident: Incident | None, last: Progress, took_s: int) -> str:
        """Say why it did not help: a new crash with its own diagnosis, or where it stands."""
        if last.phase is Phase.CRASHING:
            diagnosis = await self._operations.recheck.diagnose(offer, incident)
            which = f"revision {offer.revision} crashes too" if offer.action == "undo" else "it crashes again"
            why = diagnosis.summary.rstrip(".") if diagnosis is not None and diagnosis.failing else last.detail
            return f"{which}: {why} ({last})"
        ends = {
            Phase.TIMED_OUT: f"after {took_s} s it is not done; it stands at {last}",
            Phase.STALLED: f"the rollout does not get on ({last})",
            Phase.SUPERSEDED: f"somebody changed it again meanwhile ({last})",
            Phase.UNREADABLE: f"after {took_s} s nobody can tell: {last.detail}",
        }
        return ends.get(last.phase) or str(last)

    async def _not_any_more(self, offer: OfferRecord, why: str, progress_ts: str) -> None:
        """End an offer that does not fit any more: a new answer offers anew."""
        await self._ended(offer, OfferState.SUPERSEDED, Step.CONFLICT, f"{why}. A new answer follows.", progress_ts)
        await self.diagnose_again(offer.incident_id)

    async def _ended(
        self,
        offer: OfferRecord,
        to: OfferState,
        step: Step,
        detail: str,
        progress_ts: str,
        result: Outcome | None = None,
    ) -> None:
        told = f"{did(offer)}: {detail}" if step is Step.DONE else detail
        await self._store.offers.move(offer.id, self._owner, to, told)
        after = None
        if result is not None and result.state is State.CHANGED:
            after = await self._revision(offer)
        await self._audit.ended(to.value, offer, told, result, after)
        self._metrics.actions.labels(offer.action, to.value).inc()
        await self._update(offer, progress_ts, step, detail)
        said = _said(offer, step, detail)
        await self.replace_buttons(offer, said.blocks, over=step is Step.DONE)

    async def _revision(self, offer: OfferRecord) -> int | None:
        try:
            found = await self._operations.live.workload(offer.kind, offer.namespace, offer.name)
        except ClusterError:
            return None
        return None if found is None else current_number(found)

    async def _update(self, offer: OfferRecord, ts: str, step: Step, detail: str) -> None:
        try:
            await self._notifier.update(offer.channel, ts, _said(offer, step, detail))
        except BotError as error:
            _log.warning("press.update_lost", offer=offer.id, error=str(error))

    async def _reply(
        self, offer: OfferRecord, incident: Incident | None, message: Message, *, again: bool = False
    ) -> str:
        thread = (incident.thread_ts or incident.summary_ts) if incident is not None else offer.message_ts
        posted = await self._notifier.post(
            offer.channel, message, marker=f"{offer.id}:progress", thread_ts=thread, posted_before=again
        )
        return posted.ts

    async def replace_buttons(
        self, offer: OfferRecord, instead: tuple[dict[str, Any], ...], *, over: bool = False
    ) -> None:
        """Put what is being done where the buttons stood. ``over``: it helped, and the answer loses its red."""
        shown = json.loads(offer.shown) if offer.shown else {}
        if not shown:
            return
        if over:
            blocks, text = over_now(shown["blocks"], instead), colourless(shown["text"])
        else:
            blocks, text = without_buttons(shown["blocks"], instead, lasting=LASTING), shown["text"]
        try:
            await self._notifier.update(offer.channel, shown["ts"], Message(text, tuple(blocks)))
        except BotError as error:
            _log.warning("press.strip_lost", offer=offer.id, error=str(error))

    async def diagnose_again(self, incident_id: str) -> None:
        """Have the incident diagnosed again: the new answer carries new buttons where they still help."""
        await self._store.incidents.reopen(incident_id)
        self._wake()


def _said(offer: OfferRecord, step: Step, detail: str) -> Message:
    named = did(offer) if step is Step.DONE else label(offer)
    return outcome(step, label=named, **people(offer), detail=detail)


def _claimed(offer: OfferRecord) -> Message:
    """Return what is said of who pressed last: where two agree, the second."""
    return outcome(Step.CLAIMED, label=label(offer), who=offer.claimed_by)


def _besides(result: Outcome) -> str:
    """Return what was done besides: which pods were deleted, that it was found after a restart."""
    besides = result.sentence.partition("; ")[2]
    return f" {besides[:1].upper()}{besides[1:]}." if besides else ""

"""THE FLOW: claim, look, collect, diagnose, render, reply, settle. One coroutine, readable from top to bottom.

Whatever goes wrong ends in a plain sentence in the thread: silence is the one answer that is never given. What may go
better later (Slack or the database away) is put off, and tried again from the row, by whoever claims it then.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import structlog

from bot.cluster.errors import ClusterError
from bot.errors import Refused, Temporary
from bot.incidents import MAX_ATTEMPTS, MAX_SLOW, Incident, State, backoff_s
from bot.render import slack as render
from bot.targets import TargetRef

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.metrics import Metrics
    from bot.offering import Offering
    from bot.render.message import Message
    from bot.slack.notifier import Notifier
    from bot.store import Store
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Snapshot

_log = structlog.get_logger(__name__)

LEASE_S = 45.0
"""How long a claimed incident is out of others' reach: what a killed process held is taken up after this."""

BUDGET_S = 35.0
"""How long one attempt may take: shorter than the lease, so that a slow attempt never meets its successor."""

_GONE = frozenset({"channel_not_found", "not_in_channel", "is_archived", "cant_post_message", "restricted_action"})
_THREAD_GONE = frozenset({"thread_not_found", "message_not_found", "cant_update_message", "edit_window_closed"})


class Collects(Protocol):
    """Reads the cluster: ``bot.cluster.collector.Collector``."""

    async def collect(self, ref: TargetRef) -> Snapshot:
        """Return what a diagnosis of the target needs. Raises ``ClusterError``."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """What was collected, and what it means."""

    snapshot: Snapshot
    diagnosis: Diagnosis


class Investigation:
    """Claims open incidents and answers them. ``diagnose`` is the pure core; ``owner`` names this process's lease."""

    def __init__(  # noqa: PLR0913 — the flow's ports, all by name
        self,
        *,
        store: Store,
        collector: Collects,
        diagnose: Callable[[Snapshot], Diagnosis],
        notifier: Notifier,
        offering: Offering,
        metrics: Metrics,
        owner: str,
        allowed_namespaces: tuple[str, ...] = (),
    ) -> None:
        self._store = store
        self._collector = collector
        self._diagnose = diagnose
        self._notifier = notifier
        self._offering = offering
        self._metrics = metrics
        self._owner = owner
        self._allowed = frozenset(allowed_namespaces)

    async def step(self) -> bool:
        """Claim one open incident and answer it. False when there was none."""
        incident = await self._store.incidents.claim(self._owner, LEASE_S)
        if incident is None:
            return False
        log = _log.bind(incident=incident.id, target=str(incident.subject), attempt=incident.attempt)
        try:
            async with asyncio.timeout(BUDGET_S):
                with self._metrics.seconds.time():
                    await self._investigate(incident)
        except Temporary as error:
            log.warning("investigation.put_off", error=str(error))
            await self._put_off(incident, error.retry_after_s)
        except TimeoutError:
            log.warning("investigation.too_slow")
            if incident.attempt < MAX_SLOW:
                await self._put_off(incident, 0.0)
            else:
                await self._say_failure(incident, "it took too long, several times; the cluster or Slack is slow now")
        except Refused as error:
            log.warning("investigation.refused", code=error.code)
            await self._give_up(incident, f"refused: {error.code}")
        except Exception:  # whatever it is, somebody waits for a sentence
            log.exception("investigation.broken")
            sentence = f"something in me broke on this one; its trace is in my log under incident {incident.id[:8]}"
            await self._say_failure(incident, sentence)
        return True

    async def _investigate(self, incident: Incident) -> None:
        started = time.monotonic()
        # The first sign of life and the reading of the cluster go side by side: both take their time.
        collecting = asyncio.create_task(self._look(incident))
        try:
            incident = await self._say_looking(incident)
            found = await collecting
        except ClusterError as error:
            await self._fail(incident, str(error), why=type(error).__name__)
            return
        finally:
            collecting.cancel()
            await asyncio.gather(collecting, return_exceptions=True)
        refusal = self._not_allowed(found.snapshot.target.namespace)
        if refusal:
            await self._fail(incident, refusal, why="namespace")
            return
        diagnosis = found.diagnosis.timed(round((time.monotonic() - started) * 1000))
        offered = await self._offering.offers(incident, found.snapshot, diagnosis)
        answer = render.answer(diagnosis, offered.buttons, run=incident.id[:8], notes=offered.notes)
        incident = await self._answer(incident, answer, diagnosis)
        if incident.own_line:
            await self._update(incident, incident.line_ts, render.channel_line(diagnosis))
        await self._offering.place(incident)
        await self._settle(incident, diagnosis)

    async def _look(self, incident: Incident) -> Found:
        subject = incident.subject
        ref = TargetRef(kind=subject.kind, namespace=subject.namespace, name=subject.name, container=subject.container)
        refusal = self._not_allowed(subject.namespace)
        if refusal:
            raise ClusterError(refusal)
        snapshot = await self._collector.collect(ref)
        # In a thread: a long log takes a good part of a second, and clicks must be acknowledged meanwhile.
        return Found(snapshot, await asyncio.to_thread(self._diagnose, snapshot))

    def _not_allowed(self, namespace: str | None) -> str:
        if self._allowed and namespace and namespace not in self._allowed:
            return f"namespace {namespace} is not among those that I may look into (ALLOWED_NAMESPACES)"
        return ""

    async def _say_looking(self, incident: Incident) -> Incident:
        """Write the line that says that the bot is at it, once: in the channel, or in the thread that is there."""
        if incident.line_ts:
            return incident
        return await self._write_line(incident, render.looking(str(incident.subject)))

    async def _write_line(self, incident: Incident, message: Message) -> Incident:
        marker, again = f"{incident.id}:line", incident.attempt > 1
        try:
            posted = await self._notifier.post(
                incident.channel, message, marker=marker, thread_ts=incident.thread_ts, posted_before=again
            )
        except Refused as error:
            # Where the bot may not write, the person who asked is told in person.
            if error.code not in _GONE or not incident.user:
                raise
            incident = replace(incident, thread_ts="")
            posted = await self._notifier.post(incident.user, message, marker=marker, posted_before=again)
        incident = replace(incident, channel=posted.channel, line_ts=posted.ts)
        await self._store.incidents.note(
            incident.id, self._owner, channel=posted.channel, line_ts=posted.ts, thread_ts=incident.thread_ts
        )
        return incident

    async def _answer(self, incident: Incident, message: Message, diagnosis: Diagnosis) -> Incident:
        """Put the answer in the thread: over what stood there, or as a new reply when the verdict is another."""
        same = (incident.verdict, incident.cause) == (str(diagnosis.verdict), diagnosis.cause or "")
        place = incident.answer_ts
        if not place and not incident.own_line:
            place, same = incident.line_ts, True  # the reply that said "looking" becomes the answer
        if place and same:
            await self._update(incident, place, message)
        else:
            posted = await self._notifier.post(
                incident.channel,
                message,
                marker=f"{incident.id}:answer:{place}",
                thread_ts=incident.thread_ts or incident.line_ts,
                posted_before=incident.attempt > 1,
            )
            place = posted.ts
            if posted.found:  # an earlier attempt posted it, with buttons that are superseded by now
                await self._update(incident, place, message)
        # With what it says: whoever goes on after this process died must edit it, not say the same again.
        await self._store.incidents.note(
            incident.id, self._owner, answer_ts=place, verdict=str(diagnosis.verdict), cause=diagnosis.cause or ""
        )
        return replace(incident, answer_ts=place)

    async def _update(self, incident: Incident, ts: str, message: Message) -> None:
        try:
            await self._notifier.update(incident.channel, ts, message)
        except Refused as error:
            # Somebody deleted it: the answer in the thread is what counts, and it says all.
            if error.code not in _THREAD_GONE:
                raise
            _log.warning("investigation.message_gone", incident=incident.id, code=error.code)

    async def _settle(self, incident: Incident, diagnosis: Diagnosis) -> None:
        self._metrics.answers.labels(str(diagnosis.verdict), diagnosis.cause or "none").inc()
        settled = await self._store.incidents.settle(
            incident.id,
            self._owner,
            State.ANSWERED,
            verdict=str(diagnosis.verdict),
            cause=diagnosis.cause or "",
            summary=diagnosis.summary,
            workload=diagnosis.workload,
            diagnosis=diagnosis.to_json(),
        )
        _log.info(
            "investigation.answered" if settled else "investigation.lease_lost",
            incident=incident.id,
            target=str(incident.subject),
            verdict=str(diagnosis.verdict),
            cause=diagnosis.cause,
            took_ms=diagnosis.took_ms,
            requests=diagnosis.requests,
        )

    async def _fail(self, incident: Incident, sentence: str, *, why: str) -> None:
        """End in a plain sentence, in the line and in its thread."""
        self._metrics.failures.labels(why).inc()
        message = render.failure(sentence)
        if not incident.line_ts:
            incident = await self._write_line(incident, message)
        else:
            await self._update(incident, incident.line_ts, message)
        if incident.own_line:
            await self._notifier.post(
                incident.channel,
                message,
                marker=f"{incident.id}:failure:{incident.answer_ts}",
                thread_ts=incident.line_ts,
                posted_before=incident.attempt > 1,
            )
        await self._store.incidents.settle(incident.id, self._owner, State.FAILED, summary=sentence)
        _log.info("investigation.failed", incident=incident.id, target=str(incident.subject), why=why)

    async def _put_off(self, incident: Incident, retry_after_s: float) -> None:
        if incident.attempt >= MAX_ATTEMPTS:
            await self._give_up(incident, f"gave up after {incident.attempt} attempts")
            return
        await self._store.incidents.put_off(incident.id, self._owner, max(retry_after_s, backoff_s(incident.attempt)))

    async def _say_failure(self, incident: Incident, sentence: str) -> None:
        """End an attempt that broke: with what stands in Slack by now, as the row says."""
        try:
            current = await self._store.incidents.get(incident.id) or incident
            await self._fail(current, sentence, why="broken")
        except (Temporary, Refused) as error:
            _log.warning("investigation.sentence_lost", incident=incident.id, error=str(error))
            await self._put_off(incident, 0.0)

    async def _give_up(self, incident: Incident, summary: str) -> None:
        self._metrics.failures.labels("slack").inc()
        await self._store.incidents.settle(incident.id, self._owner, State.FAILED, summary=summary)

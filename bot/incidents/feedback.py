"""Not right? A person says what it really was: kept with the incident, told in its thread, and counted later.

While the workload still fails as it was answered, what is read of it goes with the word: with that the miss can be
diagnosed again, anywhere (``crashloop accuracy --export``). It is redacted where it is read, bounded, and forgotten
with the incident.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot.cluster.errors import ClusterError
from bot.cluster.offload import offloaded
from bot.model.audit import Entry
from bot.model.errors import BotError, Refused
from bot.model.feedback import SNAPSHOT_BYTES, TEXT, Feedback, agreeing, choices, is_truth, packed
from bot.model.incident import target_of
from bot.render import feedback as render
from bot.store.pruning import RETENTION_S
from diagnostics.redact import redact_text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.actions.audit_writer import AuditWriter
    from bot.incidents.answer_press import AnswerPress, PressGuard
    from bot.incidents.investigation import Found
    from bot.model.incident import Incident
    from bot.slack.modals import Modals
    from bot.slack.notifier import Notifier
    from bot.store import Store
    from diagnostics.diagnosis import Diagnosis

_log = structlog.get_logger(__name__)

LOOK_S = 40.0
"""How long reading for a snapshot may take; the word itself is kept before."""

_KEPT = "with what I read of it, redacted, to turn it into a test"
_NO_TIME = "Slack did not let me open the dialog in time; press again"


class FeedbackService:
    """Answers the button and the dialog. ``look`` reads and diagnoses anew."""

    def __init__(
        self,
        *,
        guard: PressGuard,
        store: Store,
        notifier: Notifier,
        modals: Modals,
        audit: AuditWriter,
        look: Callable[[Incident], Awaitable[Found]],
    ) -> None:
        self._guard = guard
        self._store = store
        self._notifier = notifier
        self._modals = modals
        self._audit = audit
        self._look = look

    async def ask(self, press: AnswerPress) -> None:
        """Open the dialog at once, and fill it when it is known that the person may."""
        view_id = await self._modals.open(press.trigger_id, render.loading())

        async def work(incident: Incident) -> None:
            before = await self._store.feedback.earlier(incident.id, press.user)
            said = {"verdict": incident.verdict, "cause": incident.cause}
            about = {"incident": incident.id, "channel": press.channel, "thread": press.thread_ts, **said}
            view = render.question(
                incident.summary, choices(**said), about, right=agreeing(**said), most=TEXT,
                earlier=(before.truth, before.text) if before is not None else ("", ""),
                days=round(RETENTION_S / 86400),
            )  # fmt: skip
            if not await self._modals.fill(view_id, view):
                raise Refused(_NO_TIME)

        async def refuse(sentence: str) -> bool:
            return bool(view_id) and await self._modals.fill(view_id, render.refusal(sentence))

        await self._guard.answer(press, work, refuse)

    async def say(self, press: AnswerPress, truth: str, text: str, about: tuple[str, str]) -> None:
        """Keep what the person says, tell the thread, and keep what can be read of it. ``about``: verdict and cause."""

        async def work(incident: Incident) -> None:
            await self._keep(press, incident, truth, text, about)

        await self._guard.answer(press, work)

    async def _keep(
        self, press: AnswerPress, incident: Incident, truth: str, text: str, about: tuple[str, str]
    ) -> None:
        if not is_truth(truth):
            raise Refused("I do not know that cause; press again")
        if about != (incident.verdict, incident.cause):
            raise Refused("The answer became another one while you wrote; nothing was kept. Read it, and press again")
        word = Feedback(
            incident_id=incident.id,
            user=press.user,
            truth=truth,
            text=redact_text(text[:TEXT])[:TEXT],
            verdict=incident.verdict,
            cause=incident.cause,
            summary=incident.summary,
            workload=target_of(incident),
        )
        await self._write_audit(press, word)
        before = await self._store.feedback.keep(word)
        message_ts = await self._tell(incident, word, before.message_ts if before is not None else "", "")
        kept = await self._keep_snapshot(incident, word, before)
        if kept:
            await self._tell(incident, word, message_ts, kept)
        _log.info("feedback.kept", incident=incident.id, user=press.user, truth=truth, right=word.says_right)

    async def _tell(self, incident: Incident, word: Feedback, message_ts: str, kept: str) -> str:
        """Say it in the thread, over what the same person said before. Return where it stands."""
        message = render.told(word.user, word.truth, word.cause, word.text, right=word.says_right, kept=kept)
        if message_ts:
            await self._notifier.update(incident.channel, message_ts, message)
            return message_ts
        posted = await self._notifier.post(
            incident.channel,
            message,
            marker=f"{incident.id}:feedback:{word.user}",
            thread_ts=incident.thread_ts or incident.summary_ts,
            posted_before=True,  # the same dialog sent off twice, or a word whose place could not be kept
        )
        if posted.found:
            await self._notifier.update(incident.channel, posted.ts, message)
        await self._store.feedback.told(word, posted.ts)
        return posted.ts

    async def _keep_snapshot(self, incident: Incident, word: Feedback, before: Feedback | None) -> str:
        """Keep what is read now, if it is answered as it was. Return what came of that, for the thread."""
        if word.says_right:
            return ""
        if before is not None and before.snapshot_bytes and before.is_about_same(word):
            return _KEPT
        why_not = await self._attach(incident, word)
        return f"without a snapshot: {why_not}" if why_not else _KEPT

    async def _attach(self, incident: Incident, word: Feedback) -> str:
        """Read, and keep it with the word. Return why it is not kept; empty when it is."""
        try:
            async with asyncio.timeout(LOOK_S):
                found = await self._look(incident)
        except (ClusterError, BotError, TimeoutError) as error:
            _log.warning("feedback.not_read", incident=incident.id, error=str(error))
            return "it cannot be read just now"
        if _said_by(found.diagnosis) != (word.verdict, word.cause):
            return "it does not fail that way any more"
        snapshot = await offloaded(packed, found.snapshot)
        if len(snapshot) > SNAPSHOT_BYTES:
            return "it would be too large"
        return "" if await self._store.feedback.attach(word, snapshot) else "the answer became another one"

    async def _write_audit(self, press: AnswerPress, word: Feedback) -> None:
        """Write it into the audit trail first: what cannot be kept is not done."""
        entry = Entry(
            at="", event="judged", offer="", target=word.workload, slack_user=press.user, slack_team=press.team,
            channel=press.channel, reason=word.text, outcome=f"{word.cause or word.verdict} is really {word.truth}",
        )  # fmt: skip
        await self._audit.append(entry)


def _said_by(diagnosis: Diagnosis) -> tuple[str, str]:
    return str(diagnosis.verdict), diagnosis.cause or ""

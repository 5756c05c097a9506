"""I'm on it: who works on an incident, said in its line, its answer, its storm's digest and Home.

Pressed again by the same person it is taken back; another one takes it over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.model.audit import Entry
from bot.model.errors import BotError, Refused
from bot.model.incident import target_of
from bot.render.blocks import section
from bot.render.message import Message
from bot.render.own_buttons import assigned_answer, assigned_line, unassigned_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.actions.audit_writer import AuditWriter
    from bot.incidents.answer_press import AnswerPress, PressGuard
    from bot.model.incident import Incident
    from bot.slack.notifier import Notifier
    from bot.store import Store

_log = structlog.get_logger(__name__)


class Assignment:
    """Answers the button. ``wake`` tells the workers that there is something to do."""

    def __init__(
        self, guard: PressGuard, store: Store, notifier: Notifier, audit: AuditWriter, wake: Callable[[], None]
    ) -> None:
        self._guard = guard
        self._store = store
        self._notifier = notifier
        self._audit = audit
        self._wake = wake

    async def press(self, press: AnswerPress) -> None:
        """Take it, take it over, or give it back."""

        async def work(incident: Incident) -> None:
            await self._assign(press, incident)

        await self._guard.answer(press, work)

    async def _assign(self, press: AnswerPress, incident: Incident) -> None:
        assignee = await self._store.incidents.assign(incident.id, press.user)
        if assignee is None:
            raise Refused("It is over: nobody has to work on it any more")
        await self._write_audit(press, incident, assignee)
        # Shown at once; the flow, which may be writing at this moment, sets right what it writes over.
        await self._show(press, incident, assignee)
        await self._store.incidents.schedule_check(incident.id)
        if incident.parent_id:
            await self._store.incidents.schedule_check(incident.parent_id)
        self._wake()
        _log.info("assignment", incident=incident.id, user=press.user, assignee=assignee)

    async def _show(self, press: AnswerPress, incident: Incident, assignee: str) -> None:
        try:
            if incident.own_line and incident.summary_ts:
                text = unassigned_text(incident.summary_text, incident.assignee)
                line = assigned_line(Message(text, (section(text),)), assignee)
                await self._notifier.update(incident.channel, incident.summary_ts, line)
                await self._store.incidents.retold(incident.id, line.text)
            if press.blocks:
                answer = assigned_answer(Message(press.text, press.blocks), assignee)
                await self._notifier.update(press.channel, press.message_ts, answer)
        except BotError as error:
            _log.warning("assignment.not_shown", incident=incident.id, error=str(error))

    async def _write_audit(self, press: AnswerPress, incident: Incident, assignee: str) -> None:
        entry = Entry(
            at="", event="assigned" if assignee else "unassigned", offer="", target=target_of(incident),
            slack_user=press.user, slack_team=press.team, channel=press.channel,
        )  # fmt: skip
        await self._audit.append(entry)

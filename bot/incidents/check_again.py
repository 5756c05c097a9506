"""Check again: a fresh look at an incident for a person who presses, in its own thread.

It is looked at with the eyes of that thread, because what it shows is for whoever reads it there; the person needs the
right to ask. The same verdict is said to them alone, and briefly; another one is told by the flow, as a new reply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.model.errors import Refused
from bot.model.incident import State
from bot.render.own_buttons import another_verdict, same_verdict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.incidents.answer_press import AnswerPress, PressGuard
    from bot.incidents.investigation import Found
    from bot.model.incident import Incident
    from bot.store import Store

_log = structlog.get_logger(__name__)

EVERY_S = 15.0
"""One look at an incident within so many seconds, by whatever replica: a kubelet's status takes that long to change."""


class CheckAgain:
    """Answers the button. ``look`` reads and diagnoses anew; ``wake`` tells the workers that there is work."""

    def __init__(
        self, guard: PressGuard, store: Store, look: Callable[[Incident], Awaitable[Found]], wake: Callable[[], None]
    ) -> None:
        self._guard = guard
        self._store = store
        self._look = look
        self._wake = wake

    async def press(self, press: AnswerPress) -> None:
        """Look again, and say what came of it."""

        async def work(incident: Incident) -> None:
            if await self._store.seen.first("check-again", incident.id, EVERY_S):
                await self._check(press, incident)
            elif await self._store.seen.first("check-again-told", f"{incident.id} {press.user}", EVERY_S):
                raise Refused(f"This was looked at less than {EVERY_S:.0f} s ago; press again in a moment")

        await self._guard.answer(press, work)

    async def _check(self, press: AnswerPress, incident: Incident) -> None:
        if incident.state is State.OPEN:
            raise Refused("I am looking at it just now; what I find stands here in a moment")
        if await self._store.related.busy(incident.id):
            raise Refused("What was pressed here is being done now; this thread says what comes of it")
        diagnosis = (await self._look(incident)).diagnosis
        same = (incident.verdict, incident.cause) == (str(diagnosis.verdict), diagnosis.cause or "")
        if not same or diagnosis.summary != incident.summary:
            # The flow tells it, once: with its lease, its offers, and what else belongs to an answer.
            await self._store.incidents.reopen(incident.id)
            self._wake()
        await self._guard.tell(press, (same_verdict if same else another_verdict)(diagnosis))
        _log.info("check_again.looked", incident=incident.id, user=press.user, same=same)

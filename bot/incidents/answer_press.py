"""A press of one of an answer's own buttons: whether the person may, and a sentence whatever comes of it.

What these buttons do needs the right to be told of the incident, as a command about it does: the person must be able to
read pods, events and logs in its namespace (READ_GUARD). A press that is lost with its process changes nothing, and can
be made again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from bot.cluster.errors import ClusterError, Forbidden
from bot.model.errors import BotError, Refused
from bot.render.mrkdwn import prose

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.actions.denials import Denials
    from bot.actions.read_guard import ReadGuard
    from bot.model.incident import Incident
    from bot.slack.notifier import Notifier
    from bot.store import Store

_log = structlog.get_logger(__name__)

BROKEN = "something in me broke on this one; the trace is in my log"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPress:
    """Who presses what, where. ``text`` and ``blocks`` are the answer in which the button stands."""

    incident_id: str
    user: str
    team: str
    channel: str
    message_ts: str = ""
    thread_ts: str = ""
    trigger_id: str = ""
    text: str = ""
    blocks: tuple[dict[str, Any], ...] = ()


class PressGuard:
    """Lets a press through to what it is for."""

    def __init__(self, store: Store, guard: ReadGuard, notifier: Notifier, denials: Denials) -> None:
        self._store = store
        self._guard = guard
        self._notifier = notifier
        self._denials = denials

    async def answer(
        self,
        press: AnswerPress,
        work: Callable[[Incident], Awaitable[None]],
        refuse: Callable[[str], Awaitable[bool]] | None = None,
    ) -> None:
        """Do the work for who may; whatever goes wrong is said to the person alone.

        ``refuse`` says it elsewhere, in a dialog say; False where it could not.
        """
        if self._denials.exceeded(press.user):
            return
        try:
            await work(await self._incident(press))
        except Forbidden as error:
            last = self._denials.count(press.user)
            sentence = " ".join(part for part in (str(error), last) if part)
        except (BotError, ClusterError) as error:
            sentence = str(error)
        except Exception:  # noqa: BLE001 — whatever it is, somebody waits for a sentence
            _log.exception("answer_press.broken", incident=press.incident_id)
            sentence = BROKEN
        else:
            return
        _log.info("answer_press.refused", incident=press.incident_id, user=press.user, why=sentence)
        if refuse is None or not await refuse(sentence):
            await self.tell(press, f"⚠️ {prose(sentence, 1000)}")

    async def tell(self, press: AnswerPress, text: str) -> None:
        """Say something to the person alone, in the thread. ``text`` is mrkdwn already."""
        await self._notifier.ephemeral(press.channel, press.user, text, press.thread_ts)

    async def _incident(self, press: AnswerPress) -> Incident:
        """Return the incident, or raise why the person may not: any doubt is a no."""
        incident = await self._store.incidents.get(press.incident_id)
        if incident is None:
            raise Refused("I do not know that incident any more; ask for a new answer with /crashloop")
        if press.channel != incident.channel:
            raise Forbidden("This button was not offered here.")
        viewer = await self._guard.person(press.user)
        where = incident.workload.namespace if incident.workload is not None else incident.subject.namespace
        refused = await viewer.glance_refusal(where or "")
        if refused:
            raise Forbidden(f"I may not show you this: {refused}")
        return incident

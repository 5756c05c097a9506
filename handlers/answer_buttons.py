"""The buttons that every answer has, and the dialog of one of them: acknowledge, hand over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.actions.confirmation import read_about
from bot.incidents.answer_press import AnswerPress
from bot.model.feedback import TEXT
from bot.render.feedback import CALLBACK, FIELD, TEXT_BLOCK, TRUTH_BLOCK
from bot.render.own_buttons import CHECK_AGAIN, NOT_RIGHT, ON_IT
from handlers.payload import items, person_of, place_of, table, text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.clusters.directory import Clusters
    from bot.incidents.wiring import OwnButtons
    from bot.ops.workers import Tasks
    from handlers.finding import Finding


class AnswerButtons:
    """The listeners."""

    def __init__(self, clusters: Clusters, finding: Finding, tasks: Tasks) -> None:
        self._clusters = clusters
        self._finding = finding
        self._tasks = tasks

    def register(self, app: AsyncApp) -> None:
        """Let Bolt call the listeners."""
        app.action(CHECK_AGAIN)(self.check_again)
        app.action(ON_IT)(self.on_it)
        app.action(NOT_RIGHT)(self.not_right)
        app.view(CALLBACK)(self.submitted)

    async def check_again(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take the button that looks again."""
        await self._taken(ack, press_of(body, action), lambda buttons, press: buttons.check_again.press(press))

    async def on_it(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take the button of who works on it."""
        await self._taken(ack, press_of(body, action), lambda buttons, press: buttons.assignment.press(press))

    async def not_right(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take the button that asks what it really was."""
        await self._taken(ack, press_of(body, action), lambda buttons, press: buttons.feedback.ask(press))

    async def submitted(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Take the dialog's answer."""
        press, truth, words, about = feedback_of(body, view)
        await self._taken(ack, press, lambda buttons, press: buttons.feedback.say(press, truth, words, about))

    async def _taken(
        self, ack: AsyncAck, press: AnswerPress, work: Callable[[OwnButtons, AnswerPress], Awaitable[None]]
    ) -> None:
        await ack()
        found = self._clusters.of_incident
        self._tasks.start(
            lambda: self._finding.within(
                found(press.incident_id), lambda cluster: work(cluster.buttons, press),
                user=press.user, channel=press.channel, thread_ts=press.thread_ts,
            ),
            "answer-press",
        )  # fmt: skip


def press_of(body: dict[str, Any], action: dict[str, Any]) -> AnswerPress:
    """Return what Slack says of a press."""
    message = table(body.get("message"))
    user, team = person_of(body)
    channel, message_ts, thread_ts = place_of(body)
    return AnswerPress(
        incident_id=text(action.get("value")),
        user=user,
        team=team,
        channel=channel,
        message_ts=message_ts,
        thread_ts=thread_ts or message_ts,
        trigger_id=text(body.get("trigger_id")),
        text=text(message.get("text")),
        blocks=tuple(block for block in items(message.get("blocks")) if isinstance(block, dict)),
    )


def feedback_of(body: dict[str, Any], view: dict[str, Any]) -> tuple[AnswerPress, str, str, tuple[str, str]]:
    """Return what Slack says of the dialog: the press, the truth, the person's words, and of which answer."""
    about = read_about(text(view.get("private_metadata")))
    user, team = person_of(body)
    values = table(table(view.get("state")).get("values"))
    chosen = table(table(table(values.get(TRUTH_BLOCK)).get(FIELD)).get("selected_option"))
    words = text(table(table(values.get(TEXT_BLOCK)).get(FIELD)).get("value"))
    press = AnswerPress(
        incident_id=about.get("incident", ""),
        user=user,
        team=team,
        channel=about.get("channel", ""),
        thread_ts=about.get("thread", ""),
    )
    said = (about.get("verdict", ""), about.get("cause", ""))
    return press, text(chosen.get("value")), " ".join(words.split())[:TEXT], said

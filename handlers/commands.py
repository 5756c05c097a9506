"""What people ask: /crashloop, a mention in a thread, the message shortcut. Acknowledge at once, hand over."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog

from bot.alerts.messages import unlinked
from bot.alerts.reading import read_message
from bot.cluster.errors import Forbidden
from bot.model.errors import Temporary
from bot.model.incident import Origin, Request, Subject, key
from bot.model.target import NoTarget, TargetError, named_in, parse_command_text, parse_listing, parse_target
from bot.render import questions
from bot.render import slack as render
from handlers.limits import COMMAND_CHARS, STORE_S
from handlers.payload import person_of, place_of, table, text

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.actions.read_guard import ReadGuard
    from bot.alerts.reading import Vocabulary
    from bot.cluster.target import TargetRef
    from bot.incidents.alert_intake import AlertIntake
    from bot.incidents.intake import Intake
    from bot.render.cluster import InCluster
    from bot.render.message import Message
    from bot.slack.notifier import Notifier
    from handlers.reports import ReportActions

_log = structlog.get_logger(__name__)

_NOT_KEPT = "I cannot keep your request just now: my store does not answer. Please try again in a minute."
_NO_TARGET = "I see no pod or workload named in that message. Try `/crashloop NAMESPACE/POD`."

NAMED = 3
"""Targets of a message that the first sign of life names."""

REFUSE_S = 1.0
"""How long it may take to know that somebody may ask nothing: Slack shows a failure after three seconds."""

SEVERAL = 3
"""So many words are a sentence; two may be a command that was mistyped."""


def read_command(given: str) -> TargetRef | None:
    """Return what the text asks about, or None when help is wanted. A Namespace stands for what fails in it.

    Of a sentence what it names is taken. Raises ``TargetError`` with one sentence when it is wrong, ``NoTarget`` when a
    sentence names nothing.
    """
    if len(given) > COMMAND_CHARS:
        raise TargetError(f"that is longer than {COMMAND_CHARS} characters, and no target")
    words = unlinked(given).split()
    if words and words[0].lower() in ("help", "-h", "--help", "?"):
        return None
    asked = words[1:] if " ".join(words[:1]).lower() == "diagnose" else words
    try:
        return parse_listing(" ".join(asked)) or parse_command_text(" ".join(asked))
    except TargetError:
        named = named_in(" ".join(asked)) if len(asked) > 1 else None
        if named is not None:
            return named
        if len(asked) >= SEVERAL and not any(word.startswith("-") for word in asked):
            raise NoTarget("I see no pod or workload named there; name one as NAMESPACE/NAME") from None
        raise


class Commands:
    """The listeners. Each one keeps a row, answers, and does nothing else."""

    def __init__(
        self,
        intake: Intake,
        notifier: Notifier,
        alerts: AlertIntake,
        vocabulary: Vocabulary,
        guard: ReadGuard,
        *,
        reports: ReportActions,
        place: InCluster,
    ) -> None:
        self._place = place
        self._reports = reports
        self._intake = intake
        self._guard = guard
        self._alerts = alerts
        self._vocabulary = vocabulary
        self._notifier = notifier

    def register(self, app: AsyncApp) -> None:
        """Let Bolt call these listeners."""
        app.command("/crashloop")(self.command)
        app.event("app_mention")(self.mention)
        app.shortcut("diagnose_message")(self.shortcut)
        app.action(questions.LOOK)(self.look)
        for which in (*range(questions.LOOKS), "more"):
            app.action(f"{questions.LOOK}_{which}")(self.look)

    async def command(self, ack: AsyncAck, command: dict[str, Any]) -> None:
        """Answer ``/crashloop``: at once, to the person alone; the verdict follows in the channel."""
        given, channel, user = (str(command.get(name) or "") for name in ("text", "channel_id", "user_id"))
        try:
            if self._reports.asked(given, user=user, channel=channel):
                await ack(**self._ephemeral(questions.writing_report()))
                return
            ref = read_command(given)
        except TargetError as error:
            await ack(**self._ephemeral(_mistake(error)))
            return
        if ref is None:
            await ack(**self._ephemeral(questions.help_text()))
            return
        request = Request(
            origin=Origin.COMMAND,
            # A command has no event id: its trigger is its own.
            dedup_key=key("command", str(command.get("trigger_id") or ""), channel),
            subject=Subject.of(ref),
            channel=channel,
            user=user,
            team=str(command.get("team_id") or ""),
        )
        refusal = await self._refusal(user)
        if refusal:
            await ack(**self._ephemeral(render.failure(refusal)))
            return
        ingested = await self._ingested(request)
        await ack(**self._ephemeral(_sign(ref) if ingested else render.failure(_NOT_KEPT)))

    async def mention(self, event: dict[str, Any]) -> None:
        """Answer a mention, in the thread where it stands."""
        channel, ts = str(event.get("channel") or ""), str(event.get("ts") or "")
        thread_ts, user = str(event.get("thread_ts") or ts), str(event.get("user") or "")
        if event.get("bot_id") or not (channel and ts and user):
            return
        words = [word for word in str(event.get("text") or "").split() if not word.startswith("<@")]
        given = " ".join(words)
        try:
            if self._reports.asked(given, user=user, channel=channel, thread_ts=thread_ts):
                return
            ref = read_command(given)
        except TargetError as error:
            await self._notifier.ephemeral(channel, user, _mistake(error).text, thread_ts)
            return
        if ref is None:
            await self._notifier.ephemeral(channel, user, questions.help_text().text, thread_ts)
            return
        request = Request(
            origin=Origin.MENTION,
            dedup_key=key("mention", channel, ts),
            subject=Subject.of(ref),
            channel=channel,
            thread_ts=thread_ts,
            user=user,
            team=str(event.get("team") or ""),
        )
        await self._begin(request, ref)

    async def look(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take a button or a choice that begins a diagnosis: as if its target were typed where it stands."""
        await ack()
        user, team = person_of(body)
        channel, _message_ts, thread_ts = place_of(body)
        try:
            ref = parse_target(text(action.get("value") or table(action.get("selected_option")).get("value")))
        except TargetError as error:
            _log.warning("command.odd_button", error=str(error))
            return
        request = Request(
            origin=Origin.COMMAND,
            dedup_key=key("look", text(body.get("trigger_id")), channel, str(ref)),
            subject=Subject.of(ref),
            channel=channel,
            thread_ts=thread_ts,
            user=user,
            team=team,
        )
        await self._begin(request, ref)

    async def shortcut(self, ack: AsyncAck, shortcut: dict[str, Any]) -> None:
        """Diagnose what a message names. Works without any right to read the channel: Slack sends the message along."""
        await ack()
        message = shortcut.get("message") or {}
        channel = str((shortcut.get("channel") or {}).get("id") or "")
        user = str((shortcut.get("user") or {}).get("id") or "")
        team = str((shortcut.get("team") or {}).get("id") or "")
        thread_ts = str(message.get("thread_ts") or message.get("ts") or "")
        moment, stamp = str(shortcut.get("action_ts") or ""), str(message.get("ts") or "")
        try:
            viewer = await self._guard.person(user)
        except Forbidden as error:
            await self._notifier.ephemeral(channel, user, render.failure(str(error)).text, thread_ts)
            return
        requests = [
            Request(
                origin=Origin.SHORTCUT, dedup_key=key("shortcut", channel, stamp or thread_ts, str(subject), moment),
                subject=subject, channel=channel, thread_ts=thread_ts, user=user, team=team,
            )
            for subject in await self._alerts.subjects(read_message(message, self._vocabulary), viewer)
        ]  # fmt: skip
        said = _NO_TARGET
        if requests:
            named = ", ".join(str(request.subject) for request in requests[:NAMED])
            more = f" and {len(requests) - NAMED} more" if len(requests) > NAMED else ""
            said = render.looking(f"{named}{more}").text if await self._ingested(*requests) else _NOT_KEPT
        await self._notifier.ephemeral(channel, user, said, thread_ts)

    async def _begin(self, request: Request, ref: TargetRef) -> None:
        """Keep a request, and tell the person that it is looked at; nothing of that to who may ask nothing.

        They are told why when it is looked at, in whatever way Slack lets them hear it.
        """
        refusal = await self._refusal(request.user)
        ingested = await self._ingested(request)
        if not (refusal and ingested):
            said = _sign(ref).text if ingested else _NOT_KEPT
            await self._notifier.ephemeral(request.channel, request.user, said, request.thread_ts)

    async def _refusal(self, user: str) -> str:
        """Return why the person may be shown nothing at all; empty when they may, or when that takes too long to say.

        Then it is told when the question is looked at.
        """
        try:
            async with asyncio.timeout(REFUSE_S):
                await self._guard.person(user)
        except Forbidden as error:
            return str(error)
        except TimeoutError:
            return ""
        return ""

    async def _ingested(self, *requests: Request) -> bool:
        try:
            async with asyncio.timeout(STORE_S):
                await self._intake.accept(*requests)
        except (Temporary, TimeoutError) as error:
            _log.warning("command.not_kept", error=str(error))
            return False
        return True

    def _ephemeral(self, message: Message) -> dict[str, Any]:
        """Return an answer to a command, which leaves the bot past the notifier."""
        said = self._place.message(message)
        return {"response_type": "ephemeral", "text": said.text, "blocks": list(said.blocks)}


def _sign(ref: TargetRef) -> Message:
    """Return the first sign of life."""
    if ref.kind == "Namespace":
        return render.looking_for_failures(ref.name)
    return render.looking(str(ref))


def _mistake(error: TargetError) -> Message:
    """Return what to say of a text that is no command: how to ask, unless somebody just talks."""
    return render.failure(str(error)) if isinstance(error, NoTarget) else questions.help_text(str(error))

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
    from collections.abc import Sequence

    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.alerts.reading import Vocabulary
    from bot.cluster.target import TargetRef
    from bot.clusters.alerts import ClusterAlerts
    from bot.clusters.directory import Clusters
    from bot.clusters.served import Cluster
    from bot.incidents.intake import Intake
    from bot.render.message import Message
    from bot.slack.notifier import Notifier
    from handlers.reports import ReportActions

_log = structlog.get_logger(__name__)

_NOT_KEPT = "I cannot keep your request just now: my store does not answer. Please try again in a minute."
_NO_CLUSTER = "I see no pod or workload of a cluster named in that message. Try `/crashloop CLUSTER/NAMESPACE/POD`."
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
    """The listeners. Each one keeps a row, answers, and does nothing else.

    ``anywhere`` takes what names none of several clusters; ``notifier`` is the one that names none.
    """

    def __init__(
        self,
        clusters: Clusters,
        notifier: Notifier,
        alerts: ClusterAlerts,
        vocabulary: Vocabulary,
        *,
        anywhere: Intake,
        reports: ReportActions,
    ) -> None:
        self._clusters = clusters
        self._notifier = notifier
        self._alerts = alerts
        self._vocabulary = vocabulary
        self._anywhere = anywhere
        self._reports = reports

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
                await ack(**self._ephemeral(questions.writing_report(), None))
                return
            cluster, ref = self._read(given)
        except TargetError as error:
            await ack(**self._ephemeral(self._mistake(error), None))
            return
        if ref is None:
            await ack(**self._ephemeral(questions.help_text(clusters=self._clusters.names), None))
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
        asked, refusal = await self._asked(cluster, user)
        if refusal:
            await ack(**self._ephemeral(render.failure(refusal), cluster))
            return
        ingested = await self._ingested(asked, request)
        await ack(**self._ephemeral(_sign(ref) if ingested else render.failure(_NOT_KEPT), cluster))

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
            cluster, ref = self._read(given)
        except TargetError as error:
            await self._tell(None, channel, user, self._mistake(error).text, thread_ts)
            return
        if ref is None:
            await self._tell(None, channel, user, questions.help_text(clusters=self._clusters.names).text, thread_ts)
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
        await self._begin(cluster, request, ref)

    async def look(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Take a button or a choice that begins a diagnosis: as if its target were typed where it stands."""
        await ack()
        user, team = person_of(body)
        channel, _message_ts, thread_ts = place_of(body)
        value = text(action.get("value") or table(action.get("selected_option")).get("value"))
        try:
            cluster, rest = self._clusters.split([value.removeprefix("/")])
            asked = " ".join(rest)
            # Which of several has a namespace is chosen by a button, too.
            ref = (parse_listing(asked) if cluster is not None else None) or parse_target(asked)
        except TargetError as error:
            _log.warning("command.odd_button", error=str(error))
            return
        request = Request(
            origin=Origin.COMMAND,
            dedup_key=key("look", text(body.get("trigger_id")), channel, value),
            subject=Subject.of(ref),
            channel=channel,
            thread_ts=thread_ts,
            user=user,
            team=team,
        )
        await self._begin(cluster, request, ref)

    async def shortcut(self, ack: AsyncAck, shortcut: dict[str, Any]) -> None:
        """Diagnose what a message names. Works without any right to read the channel: Slack sends the message along."""
        await ack()
        message = shortcut.get("message") or {}
        channel = str((shortcut.get("channel") or {}).get("id") or "")
        user = str((shortcut.get("user") or {}).get("id") or "")
        team = str((shortcut.get("team") or {}).get("id") or "")
        thread_ts = str(message.get("thread_ts") or message.get("ts") or "")
        moment, stamp = str(shortcut.get("action_ts") or ""), str(message.get("ts") or "")
        parts, _left = await self._alerts.divided(read_message(message, self._vocabulary))
        found: list[tuple[Cluster, Subject]] = []
        refused = ""
        for cluster, part in parts:
            try:
                viewer = await cluster.actions.guard.person(user)
            except Forbidden as error:
                refused = render.failure(str(error)).text
                continue
            found += [(cluster, subject) for subject in await cluster.alerts.subjects(part, viewer)]
        kept = [
            await self._ingested((cluster,), Request(
                origin=Origin.SHORTCUT, dedup_key=key("shortcut", channel, stamp or thread_ts, str(subject), moment),
                subject=subject, channel=channel, thread_ts=thread_ts, user=user, team=team,
            ))
            for cluster, subject in found
        ]  # fmt: skip
        said = refused or (_NO_TARGET if self._clusters.only is not None else _NO_CLUSTER)
        if found:
            named = ", ".join(_named(cluster, subject) for cluster, subject in found[:NAMED])
            more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
            said = render.looking(f"{named}{more}").text if all(kept) else _NOT_KEPT
        only = {cluster.name: cluster for cluster, _subject in found}
        await self._tell(next(iter(only.values())) if len(only) == 1 else None, channel, user, said, thread_ts)

    def _read(self, given: str) -> tuple[Cluster | None, TargetRef | None]:
        """Return the cluster that a text is about (None: it names none of several), and what; None when help is wanted.

        Raises ``TargetError``.
        """
        words = unlinked(given[: COMMAND_CHARS + 1]).split()
        if words[:1] and words[0].lower() == "diagnose":
            words = words[1:]
        cluster, rest = self._clusters.split(words)
        return cluster or self._clusters.only, read_command(given if cluster is None else " ".join(rest))

    async def _asked(self, cluster: Cluster | None, user: str) -> tuple[Sequence[Cluster], str]:
        """Return the clusters that a question is about, and why the person may ask none of them.

        Which of several it is, is not known yet: then they are all those that they may ask.
        """
        if cluster is not None:
            return (cluster,), await self._refusal(cluster, user)
        refusals = await asyncio.gather(*(self._refusal(one, user) for one in self._clusters))
        open_ones = [one for one, refusal in zip(self._clusters, refusals, strict=True) if not refusal]
        return open_ones, "" if open_ones else refusals[0]

    async def _begin(self, cluster: Cluster | None, request: Request, ref: TargetRef) -> None:
        """Keep a request, and tell the person that it is looked at; nothing of that to who may ask nothing.

        They are told why when it is looked at, in whatever way Slack lets them hear it.
        """
        asked, refusal = await self._asked(cluster, request.user)
        ingested = await self._ingested(asked or (self._clusters.first,), request)
        if not (refusal and ingested):
            said = _sign(ref).text if ingested else _NOT_KEPT
            await self._tell(cluster, request.channel, request.user, said, request.thread_ts)

    async def _refusal(self, cluster: Cluster, user: str) -> str:
        """Return why the person may be shown nothing at all; empty when they may, or when that takes too long to say.

        Then it is told when the question is looked at.
        """
        try:
            async with asyncio.timeout(REFUSE_S):
                await cluster.actions.guard.person(user)
        except Forbidden as error:
            return str(error)
        except TimeoutError:
            return ""
        return ""

    async def _ingested(self, asked: Sequence[Cluster], request: Request) -> bool:
        """Keep a question for its cluster. Of several what fails in each is listed, and else found out which has it."""
        lists_all = request.subject.kind == "Namespace" and not request.subject.name
        intakes = [cluster.intake for cluster in asked] if len(asked) == 1 or lists_all else [self._anywhere]
        try:
            async with asyncio.timeout(STORE_S):
                for intake in intakes:
                    await intake.accept(request)
        except (Temporary, TimeoutError) as error:
            _log.warning("command.not_kept", error=str(error))
            return False
        return True

    async def _tell(self, cluster: Cluster | None, channel: str, user: str, said: str, thread_ts: str) -> None:
        notifier = self._notifier if cluster is None else cluster.notifier
        await notifier.ephemeral(channel, user, said, thread_ts)

    def _mistake(self, error: TargetError) -> Message:
        """Return what to say of a text that is no command: how to ask, unless somebody just talks."""
        if isinstance(error, NoTarget):
            return render.failure(str(error))
        return questions.help_text(str(error), self._clusters.names)

    def _ephemeral(self, message: Message, cluster: Cluster | None) -> dict[str, Any]:
        """Return an answer to a command, which leaves the bot past the notifier."""
        known = cluster or self._clusters.only
        said = message if known is None else known.place.message(message)
        return {"response_type": "ephemeral", "text": said.text, "blocks": list(said.blocks)}


def _named(cluster: Cluster, subject: Subject) -> str:
    return f"{cluster.name}/{subject}" if cluster.name else str(subject)


def _sign(ref: TargetRef) -> Message:
    """Return the first sign of life."""
    if ref.kind == "Namespace":
        return render.looking_for_failures(ref.name)
    return render.looking(str(ref))

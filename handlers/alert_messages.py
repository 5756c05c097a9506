"""Alerts that others post in channels: Alertmanager's own Slack receiver, Grafana, anything with a bot.

Only messages of allow-listed senders in configured channels are read, and only new ones at the top of the channel:
no edits, no replies, nothing of our own. So no answer can ever be an alert, and no two bots can talk to each other.
All text is untrusted: it is searched for Kubernetes names, and nothing else of it goes any further.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import structlog

from bot.model.errors import Refused, Temporary
from bot.model.incident import Origin, Request, Subject, fold_key, key
from bot.model.target import TargetError, parse_target
from diagnostics.patterns import compiled
from handlers.alertmanager import subject_of
from handlers.limits import EVENT_S, MESSAGE_CHARS, TARGETS_PER_MESSAGE
from handlers.payload import items, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_bolt.async_app import AsyncApp

    from bot.actions.alertmanager import Alertmanager
    from bot.incidents.intake import Intake
    from bot.settings.alerts import AlertSettings
    from handlers.slack_guard import Memory

_log = structlog.get_logger(__name__)

_NAME = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
_WORKLOADS = "pod|deployment|statefulset|daemonset|replicaset|job_name|cronjob"
_LINK = compiled(r"<(?:[^<>|]*\|)?([^<>|]*)>")
_PAIR = compiled(rf"(?i)\b(?:exported_)?(namespace|{_WORKLOADS}|container)\b[\s*_`\"]*[:=][\s*_`\"]*({_NAME})")
_SLASHED = compiled(rf"(?i)\b({_WORKLOADS})\s+[`\"*_]*({_NAME})/({_NAME})")
_BARE = compiled(rf"({_NAME})/({_NAME}-[a-z0-9]+)")
_RECEIVER = compiled(r"#/alerts\?(?:[^ ]*&)?receiver=([^&\s]{1,300})")
_PUNCTUATION = "`\"'()[]{}<>,.:;*_"
_KINDS = {"job_name": "job"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Which messages are alerts: the channels' ids, and the senders' bot or app ids."""

    channels: frozenset[str] = frozenset()
    senders: frozenset[str] = frozenset()

    @classmethod
    def of(cls, settings: AlertSettings) -> Watched:
        """Return those of the settings."""
        return cls(
            channels=frozenset(settings.alert_message_channels), senders=frozenset(settings.alert_message_senders)
        )


class AlertMessages:
    """The listener for messages."""

    def __init__(
        self, intake: Intake, memory: Memory, watched: Watched, alertmanager: Alertmanager | None = None
    ) -> None:
        self._intake = intake
        self._alertmanager = alertmanager
        self._memory = memory
        self._watched = watched

    def register(self, app: AsyncApp) -> None:
        """Let Bolt call the listener. Slack delivers every message of the bot's channels: most are not for us."""
        app.event("message")(self.message)

    async def message(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """Take in what an alert names."""
        if not is_alert(event, self._watched):
            return
        channel, ts = str(event["channel"]), str(event["ts"])
        requests = requests_of(
            event, channel=channel, thread_ts=ts, origin=Origin.MESSAGE, team=str(body.get("team_id") or "")
        )
        if not requests:
            requests = await self._linked(event, channel, ts, str(body.get("team_id") or ""))
        if not requests:
            _log.info("alert_message.no_target", channel=channel, ts=ts)
            return
        # Idempotent by channel and ts; the event's id is remembered only once the rows are kept, so that Slack's next
        # try finds the way open when this one failed.
        try:
            await self._intake.accept(*requests)
            await self._memory.first("slack-event", str(body.get("event_id") or ts), EVENT_S)
        except Temporary as error:
            _log.warning("alert_message.not_kept", error=str(error))
            raise

    async def _linked(self, event: dict[str, Any], channel: str, ts: str, team: str) -> list[Request]:
        """Ask Alertmanager for the labels, where the message names no target but links back to it.

        Asked is the Alertmanager of the settings, never the address in the message: that is anybody's text. Of its
        receiver's alerts those count whose names the message says.
        """
        receiver = receiver_of(event)
        if self._alertmanager is None or not receiver:
            return []
        try:
            firing = await self._alertmanager.firing(receiver=receiver)
        except Refused as error:
            _log.warning("alert_message.labels_refused", error=str(error))
            return []
        words = set(words_of(text_of(event)))
        found: dict[str, Subject] = {}
        for labels in firing:
            subject = subject_of(labels)
            if subject is not None and labels.get("alertname", "") in words:
                found.setdefault(fold_key(subject), subject)
        # A namespace is named where all alerts of the message share it.
        named = [subject for subject in found.values() if subject.namespace in words]
        targets = (named or list(found.values()))[:TARGETS_PER_MESSAGE]
        return [_request(subject, channel, ts, Origin.MESSAGE, team=team) for subject in targets]


def receiver_of(message: dict[str, Any]) -> str:
    """Return the receiver that a link to Alertmanager's page names (``.../#/alerts?receiver=slack``), or empty."""
    for attachment in items(message.get("attachments")):
        link = text(table(attachment).get("title_link"))
        match = _RECEIVER.search(link[:MESSAGE_CHARS])
        if match:
            return unquote(match.group(1))
    return ""


def words_of(message: str) -> list[str]:
    """Return the words of a text without what stands around them."""
    return [word.strip(_PUNCTUATION) for word in message.split()]


def is_alert(event: dict[str, Any], watched: Watched) -> bool:
    """Whether a message event is a new alert of a sender we listen to."""
    sender = {str(event.get("bot_id") or ""), str(event.get("app_id") or "")} - {""}
    return (
        event.get("subtype") in (None, "bot_message")
        and event.get("channel") in watched.channels
        and bool(sender & watched.senders)
        and bool(event.get("ts"))
        and event.get("thread_ts") in (None, event.get("ts"))
        and (event.get("metadata") or {}).get("event_type") != "crashloop"
    )


def requests_of(
    message: dict[str, Any],
    *,
    channel: str,
    thread_ts: str,
    origin: Origin,
    user: str = "",
    team: str = "",
    moment: str = "",
) -> list[Request]:
    """Return one request for each target that a message names. ``moment`` tells repeated shortcuts apart."""
    stamp = str(message.get("ts") or "")
    return [
        _request(subject, channel, thread_ts, origin, stamp=stamp, user=user, team=team, moment=moment)
        for subject in targets_in(text_of(message))
    ]


def _request(  # noqa: PLR0913 — all that a request is made of
    subject: Subject,
    channel: str,
    thread_ts: str,
    origin: Origin,
    *,
    stamp: str = "",
    user: str = "",
    team: str = "",
    moment: str = "",
) -> Request:
    return Request(
        origin=origin,
        dedup_key=key(origin, channel, stamp or thread_ts, str(subject), moment),
        subject=subject,
        channel=channel,
        thread_ts=thread_ts,
        user=user,
        team=team,
        # A message may meet the webhook's incident; who asks by shortcut wants an answer of their own.
        fold_key=fold_key(subject) if origin is Origin.MESSAGE else None,
    )


def targets_in(text: str) -> list[Subject]:
    """Return the targets that a text names: ``namespace: x`` and ``pod: y``, ``Pod ns/name``, ``ns/name-hash``."""
    found: dict[str, Subject] = {}
    for subject in _candidates(text):
        found.setdefault(str(subject), subject)
        if len(found) == TARGETS_PER_MESSAGE:
            break
    return list(found.values())


def _candidates(text: str) -> Iterator[Subject]:
    namespace, container = None, None
    named: list[tuple[str, str]] = []
    for match in _PAIR.finditer(text):
        name, value = match.group(1).lower(), match.group(2).lower()
        if name == "namespace":
            namespace = value
        elif name == "container":
            container = value
        else:
            named.append((_KINDS.get(name, name), value))
    pods = [entry for entry in named if entry[0] == "pod"]
    pairs = [(kind, namespace, name) for kind, name in pods or named]
    slashed = [
        (_KINDS.get(match.group(1).lower(), match.group(1).lower()), match.group(2), match.group(3))
        for match in _SLASHED.finditer(text)
    ]
    words = (word.strip(_PUNCTUATION) for word in text.split())
    bare = [("pod", whole.group(1), whole.group(2)) for word in words if (whole := _BARE.fullmatch(word)) is not None]
    for kind, where, name in pairs or slashed or bare:
        try:
            ref = parse_target(f"{kind}/{name}", namespace=where, container=container if pairs else None)
        except TargetError:
            continue
        yield Subject.of(ref)


def text_of(message: dict[str, Any]) -> str:
    """Return all text of a message: its own, its attachments' and their fields', its blocks'."""
    parts = [text(message.get("text"))]
    for attachment in map(table, items(message.get("attachments"))):
        parts += [text(attachment.get(name)) for name in ("pretext", "title", "text")]
        parts += [
            f"{text(field.get('title'))}: {text(field.get('value'))}"
            for field in items(attachment.get("fields"))
            if isinstance(field, dict)
        ]
        if not any(parts):
            parts.append(text(attachment.get("fallback")))
    parts += list(_block_texts(message.get("blocks"), 8))
    return "\n".join(unlinked(part) for part in parts if part)[:MESSAGE_CHARS]


def _block_texts(found: Any, depth: int) -> Iterator[str]:
    if depth == 0:
        return
    if isinstance(found, list):
        for item in found[:100]:
            yield from _block_texts(item, depth - 1)
    elif isinstance(found, dict):
        if isinstance(found.get("text"), str):
            yield found["text"]
        for name in ("text", "fields", "elements"):
            yield from _block_texts(found.get(name), depth - 1)


def unlinked(text: str) -> str:
    """Return Slack's text as it is read: links and mentions by their label, entities as their characters."""
    return html.unescape(_LINK.sub(r"\1", text[:MESSAGE_CHARS]))

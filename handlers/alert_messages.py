"""Alerts that others post in channels: Alertmanager's own Slack receiver, Grafana, anything with a bot.

Only messages of allow-listed senders in configured channels are read, and only new ones at the top of the channel:
no edits, no replies, nothing of our own. So no answer can ever be an alert, and no two bots can talk to each other.
All text is untrusted: it is searched for Kubernetes names, and nothing else of it goes any further.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from bot.alerts.reading import read_message
from bot.incidents.alert_intake import Place
from bot.model.errors import Temporary
from bot.model.incident import Origin
from handlers.limits import EVENT_S

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from bot.alerts.reading import Vocabulary
    from bot.clusters.alerts import ClusterAlerts
    from bot.settings.alerts import AlertSettings
    from handlers.slack_guard import Memory

_log = structlog.get_logger(__name__)


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

    def __init__(self, alerts: ClusterAlerts, memory: Memory, watched: Watched, vocabulary: Vocabulary) -> None:
        self._alerts = alerts
        self._memory = memory
        self._watched = watched
        self._vocabulary = vocabulary

    def register(self, app: AsyncApp) -> None:
        """Let Bolt call the listener. Slack delivers every message of the bot's channels: most are not for us."""
        app.event("message")(self.message)

    async def message(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """Take in what an alert says."""
        if not is_alert(event, self._watched):
            return
        channel, ts = str(event["channel"]), str(event["ts"])
        place = Place(
            origin=Origin.MESSAGE,
            channel_for=lambda _namespace, _labels: channel,
            thread_ts=ts,
            team=str(body.get("team_id") or ""),
        )
        # Idempotent by channel and ts; the event's id is remembered only once the rows are kept, so that Slack's next
        # try finds the way open when this one failed.
        try:
            await self._alerts.take(read_message(event, self._vocabulary), place)
            await self._memory.first("slack-event", str(body.get("event_id") or ts), EVENT_S)
        except Temporary as error:
            _log.warning("alert_message.not_kept", error=str(error))
            raise


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

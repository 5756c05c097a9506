"""Pure: which namespaces the answers to alerts may tell of in a channel.

Nobody asks for an alert, so the operator's routes are its rights. Where all alerts are told of in one channel there is
nothing to keep apart. Else a channel shows the namespaces that are routed to it, and what CHANNEL_NAMESPACES adds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.settings import Settings

EVERYTHING = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelScope:
    """The routes by namespace. Channels are compared as the settings write them: an id is not the same as a name."""

    channels: frozenset[str] = frozenset()
    """All channels in which alerts are told of."""
    routes: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None
    """The channel of the namespaces that no route names."""
    more: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What else a channel shows; ``*`` stands for every namespace."""

    @classmethod
    def of(cls, settings: Settings) -> ChannelScope:
        """Return the scope of the settings."""
        named = {*settings.channel_routes.values(), *settings.label_routes.values(), *settings.alert_message_channels}
        # Each channel more is one from which the others' answers are to be kept.
        named |= set(settings.owner_channels)
        return cls(
            channels=frozenset({*named, settings.alert_channel} - {None}),  # type: ignore[arg-type]
            routes=settings.channel_routes,
            default=settings.alert_channel,
            more=settings.shown_namespaces,
        )

    def shows_all(self, channel: str) -> bool:
        """Whether the channel may be told of every namespace."""
        return len(self.channels) <= 1 or EVERYTHING in self.more.get(channel, ())

    def shows(self, channel: str, namespace: str) -> bool:
        """Whether the channel may be told of a namespace that an alert there leads to."""
        routed = self.routes.get(namespace, self.default) == channel
        return self.shows_all(channel) or routed or namespace in self.more.get(channel, ())

    def lends(self, channel: str, namespace: str) -> bool:
        """Whether the channel may be told of a namespace that an alert message there is about.

        Alertmanager routes such messages, so a namespace that no route of ours names is told of where it comes up.
        """
        return namespace not in self.routes or self.shows(channel, namespace)

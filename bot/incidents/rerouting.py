"""Alerts that were kept for a channel which the settings do not name any more are led to where they belong now.

What Slack refuses for a wrong channel is kept until somebody sets it right. The channel was chosen when the alert came
in; who corrects the setting and starts the bot anew expects what waits in the corrected one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store import Store

_log = structlog.get_logger(__name__)


async def rerouted(store: Store, settings: Settings) -> int:
    """Choose the channel anew of each alert and notice that nothing was told of yet. Return how many moved.

    What stands in Slack stays where it stands, and what was led to a channel by a mark of its owners does too.
    """
    moved = await store.incidents.reroute(
        lambda namespace, labels: settings.channel_for(namespace, labels) or "",
        notices=settings.alert_rules_channel or settings.alert_channel or "",
        named=settings.named_channels,
    )
    for (before, now), count in sorted(moved.items()):
        _log.info("alerts.rerouted", incidents=count, before=before, now=now)
    return sum(moved.values())

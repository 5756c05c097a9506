"""Finding the cluster that a press is about: the one of several that the press's own row in the store names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.model.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.clusters.served import Cluster
    from bot.slack.notifier import Notifier

_log = structlog.get_logger(__name__)


class Finding:
    """Has something done in its cluster. Whoever presses what belongs to no cluster any more is told so."""

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier

    async def within(
        self,
        found: Awaitable[Cluster],
        work: Callable[[Cluster], Awaitable[None]],
        *,
        user: str,
        channel: str,
        thread_ts: str,
    ) -> None:
        """Do the work in the cluster that is found. ``user`` pressed, in that thread of that channel."""
        try:
            cluster = await found
        except BotError as error:
            _log.warning("press.no_cluster", user=user, why=str(error))
            await self._notifier.ephemeral(channel, user, f"⚠️ {error}", thread_ts)
            return
        await work(cluster)

"""Whether the clusters answer: each is told, and the service can do its work as long as one of them does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.model.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.clusters.served import Cluster
    from bot.ops.metrics import Metrics


class Contacts:
    """The contacts with all clusters. What was found last stands in ``problems``, by what people call the cluster."""

    def __init__(self, clusters: Sequence[Cluster], metrics: Metrics) -> None:
        self._clusters = tuple(clusters)
        self._metrics = metrics
        self.problems: dict[str, str] = {}

    async def check(self) -> None:
        """Raise ``BotError`` with the reasons when no cluster answers."""
        reasons = await asyncio.gather(*(self._problem(cluster) for cluster in self._clusters))
        found = dict(zip((cluster.called for cluster in self._clusters), reasons, strict=True))
        for called, why in found.items():
            self._metrics.cluster_up.labels(called).set(not why)
        self.problems = {called: why for called, why in found.items() if why}
        if len(self.problems) == len(self._clusters):
            raise BotError("; ".join(self.problems.values()))

    def notes(self) -> list[str]:
        """Return a line for each cluster that did not answer, where others do."""
        if len(self.problems) == len(self._clusters):
            return []
        return [f"cluster {called}: {why}" for called, why in self.problems.items()]

    @staticmethod
    async def _problem(cluster: Cluster) -> str:
        try:
            await cluster.contact.check()
        except BotError as error:
            return str(error)
        return ""

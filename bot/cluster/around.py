"""What scales a workload and what protects its pods: read for a note, so whatever cannot be read is only said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cluster.gate import GuardedReader
from bot.cluster.reads import Reader
from diagnostics import fields
from diagnostics.claims.policies import selected
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from bot.cluster.connection import Connection
    from bot.cluster.gate import Gate
    from diagnostics.snapshot import Object

WITHIN_S = 2.0
"""Seconds for each list: somebody waits before an open dialog."""


@dataclass(frozen=True, slots=True)
class Around:
    """What scales and protects the workload, as far as it could be read; ``unread`` says the rest."""

    autoscalers: tuple[Object, ...] = ()
    budgets: tuple[Object, ...] = ()
    unread: tuple[str, ...] = ()


class Surroundings:
    """Reads autoscalers and disruption budgets. The rights to are optional: without them a note is missing."""

    def __init__(self, connection: Connection) -> None:
        self._reader = Reader(connection, log_bytes=0, secret_metadata=False)

    async def of(self, workload: Object, gate: Gate) -> Around:
        """Return what is about the workload, as far as ``gate`` lets it through. Never raises a ``ClusterError``."""
        namespace, reader = fields.namespace(workload), GuardedReader(self._reader, gate)
        scalers = await reader.read(Lead(kind="HorizontalPodAutoscaler", namespace=namespace), WITHIN_S)
        budgets = await reader.read(Lead(kind="PodDisruptionBudget", namespace=namespace), WITHIN_S)
        labels = fields.labels(workload, "spec", "template", "metadata", "labels")
        return Around(
            autoscalers=tuple(item for item in scalers.objects if _scales(item, workload)),
            budgets=tuple(item for item in budgets.objects if _protects(item, labels)),
            unread=tuple(
                f"{answer.lead.kind}s could not be read ({answer.why[:120]})"
                for answer in (scalers, budgets)
                if answer.why
            ),
        )


def _scales(autoscaler: Object, workload: Object) -> bool:
    target = fields.table(autoscaler, "spec", "scaleTargetRef")
    return (fields.text(target, "kind"), fields.text(target, "name")) == (
        fields.text(workload, "kind"),
        fields.name(workload),
    )


def _protects(budget: Object, labels: dict[str, str]) -> bool:
    return selected(fields.table(budget, "spec", "selector"), labels)

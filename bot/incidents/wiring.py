"""Builds the flow from its ports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.incidents.grouping import Grouping
from bot.incidents.investigation import Investigation
from bot.incidents.lifecycle import Lifecycle, Pace
from bot.incidents.thread import IncidentThread

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.actions.offers import ActionOffers
    from bot.actions.read_guard import ReadGuard
    from bot.incidents.investigation import Collects
    from bot.ops.metrics import Metrics
    from bot.slack.notifier import Notifier
    from bot.store import Store
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Snapshot


def build_investigation(  # noqa: PLR0913 — the flow's ports, all by name
    *,
    store: Store,
    collector: Collects,
    diagnose: Callable[[Snapshot], Diagnosis],
    notifier: Notifier,
    offers: ActionOffers,
    metrics: Metrics,
    owner: str,
    allowed_namespaces: tuple[str, ...] = (),
    pace: Pace | None = None,
    guard: ReadGuard | None = None,
) -> Investigation:
    """Build it. ``owner`` names this process's leases; without ``guard`` nobody is asked whether they may read."""
    thread = IncidentThread(store, notifier, owner)
    grouping = Grouping(store, thread, owner)
    lifecycle = Lifecycle(
        store=store,
        grouping=grouping,
        thread=thread,
        offers=offers,
        metrics=metrics,
        owner=owner,
        pace=pace or Pace(),
    )
    return Investigation(
        store=store,
        collector=collector,
        diagnose=diagnose,
        thread=thread,
        grouping=grouping,
        lifecycle=lifecycle,
        metrics=metrics,
        owner=owner,
        allowed_namespaces=allowed_namespaces,
        guard=guard,
    )

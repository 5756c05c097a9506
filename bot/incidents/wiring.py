"""Builds the flow from its ports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.alerts.policy import Policy
from bot.incidents.alert_intake import AlertIntake
from bot.incidents.decisions import Decisions
from bot.incidents.grouping import Grouping
from bot.incidents.investigation import Investigation
from bot.incidents.lifecycle import Lifecycle, Pace
from bot.incidents.questions import Questions
from bot.incidents.resolver import Resolver
from bot.incidents.survey import Survey
from bot.incidents.thread import IncidentThread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.actions.alertmanager import Alertmanager
    from bot.actions.offers import ActionOffers
    from bot.alerts.reading import Vocabulary
    from bot.cluster.reads import Source
    from bot.incidents.intake import Intake
    from bot.incidents.investigation import Collects, Guards
    from bot.incidents.pictures import Pictures
    from bot.incidents.search import Search
    from bot.model.incident import Incident
    from bot.ops.metrics import Metrics
    from bot.settings import Settings
    from bot.slack.notifier import Notifier
    from bot.store import Store
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Snapshot


async def _nobody_pressed(_incident: Incident, _why: str) -> bool:
    return False


def build_investigation(  # noqa: PLR0913 — the flow's ports, all by name
    *,
    store: Store,
    collector: Collects,
    diagnose: Callable[[Snapshot], Diagnosis],
    notifier: Notifier,
    offers: ActionOffers,
    metrics: Metrics,
    owner: str,
    guard: Guards,
    pace: Pace | None = None,
    reader: Source | None = None,
    search: Search | None = None,
    wake: Callable[[], None] = lambda: None,
    relapsed: Callable[[Incident, str], Awaitable[bool]] = _nobody_pressed,
    pictures: Pictures | None = None,
) -> Investigation:
    """Build it. ``owner`` names this process's leases; without ``reader`` alerts about nodes and their like wait."""
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
        relapsed=relapsed,
        pictures=pictures,
    )
    return Investigation(
        store=store,
        collector=collector,
        diagnose=diagnose,
        thread=thread,
        grouping=grouping,
        lifecycle=lifecycle,
        questions=Questions(store, thread, owner, wake),
        search=search,
        metrics=metrics,
        owner=owner,
        guard=guard,
        survey=None if reader is None else Survey(store=store, thread=thread, reader=reader, owner=owner, wake=wake),
        standing=notifier.standing,
    )


def build_alert_intake(
    settings: Settings,
    *,
    intake: Intake,
    reader: Source,
    store: Store,
    vocabulary: Vocabulary,
    metrics: Metrics,
    alertmanager: Alertmanager | None = None,
) -> AlertIntake:
    """Build what takes alerts in, from either edge. ``reader`` reads the cluster."""
    policy = Policy.of(settings.alert_severities, settings.alert_quiet, settings.cluster_name)
    resolver = Resolver(reader, namespaces=settings.allowed_namespaces, held=store.incidents.held)
    return AlertIntake(
        intake=intake,
        decisions=Decisions(resolver, policy, vocabulary, alertmanager),
        policy=policy,
        metrics=metrics,
        rules_channel=settings.alert_rules_channel or "",
    )

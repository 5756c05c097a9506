"""Builds the flow from its ports."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.alerts.policy import Policy
from bot.incidents.alert_intake import AlertIntake
from bot.incidents.answer_press import PressGuard
from bot.incidents.assignment import Assignment
from bot.incidents.check_again import CheckAgain
from bot.incidents.decisions import Decisions
from bot.incidents.feedback import FeedbackService
from bot.incidents.grouping import Grouping
from bot.incidents.investigation import Investigation
from bot.incidents.lifecycle import Lifecycle, Pace
from bot.incidents.ownership import Ownership
from bot.incidents.questions import Questions
from bot.incidents.resolver import Resolver
from bot.incidents.survey import Survey
from bot.incidents.thread import IncidentThread
from bot.model.links import Links
from bot.model.owners import Owners
from bot.model.policy import People

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.actions.alertmanager import Alertmanager
    from bot.actions.offers import ActionOffers
    from bot.actions.wiring import ActionParts
    from bot.alerts.reading import Vocabulary
    from bot.cluster.reads import Source
    from bot.incidents.intake import Intake
    from bot.incidents.investigation import Collects, Guards, Sends
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


async def _as_it_is(user: str) -> str:
    return user


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
    cluster: str = "",
    reader: Source | None = None,
    search: Search | None = None,
    wake: Callable[[], None] = lambda: None,
    relapsed: Callable[[Incident, str], Awaitable[bool]] = _nobody_pressed,
    links: Links | None = None,
    owners: Owners | None = None,
    people: Callable[[], People] = People,
    called: Callable[[str], Awaitable[str]] = _as_it_is,
    marks: Source | None = None,
    pictures: Pictures | None = None,
    whereabouts: Callable[[IncidentThread], Sends] | None = None,
) -> Investigation:
    """Build it. ``owner`` names this process's leases, ``cluster`` is what people call the cluster.

    Without ``reader`` alerts about nodes and their like wait. ``marks`` reads annotations too, those of namespaces.
    """
    thread = IncidentThread(store, notifier, owner)
    grouping = Grouping(store, thread, owner, cluster)
    ownership = Ownership(
        store=store,
        thread=thread,
        reader=marks,
        owners=owners or Owners(),
        people=people,
        called=called,
        owner=owner,
    )
    lifecycle = Lifecycle(
        store=store,
        grouping=grouping,
        thread=thread,
        offers=offers,
        metrics=metrics,
        owner=owner,
        pace=pace or Pace(),
        relapsed=relapsed,
        links=links or Links(),
        ownership=ownership,
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
        ownership=ownership,
        survey=None if reader is None else Survey(store=store, thread=thread, reader=reader, owner=owner, wake=wake),
        standing=notifier.standing,
        whereabouts=None if whereabouts is None else whereabouts(thread),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnButtons:
    """What answers the buttons that every answer has."""

    check_again: CheckAgain
    assignment: Assignment
    feedback: FeedbackService


def build_own_buttons(
    *,
    investigation: Investigation,
    store: Store,
    notifier: Notifier,
    actions: ActionParts,
    wake: Callable[[], None],
) -> OwnButtons:
    """Build it. ``wake`` tells the workers that there is something to do."""
    guard = PressGuard(store, actions.guard, notifier, actions.denials)
    look = functools.partial(investigation.look, fresh=True)
    return OwnButtons(
        check_again=CheckAgain(guard, store, look, wake),
        assignment=Assignment(guard, store, notifier, actions.audit, wake),
        feedback=FeedbackService(
            guard=guard, store=store, notifier=notifier, modals=actions.modals, audit=actions.audit, look=look
        ),
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

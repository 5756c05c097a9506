"""The part of the composition root that is about people: who they are, what they may, and the press flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.ability import Ability
from bot.access import Policy
from bot.asking import Asking
from bot.carrying import Carrying, Hands
from bot.cluster.access import Reviewer
from bot.cluster.actuator import Actuator
from bot.cluster.around import Surroundings
from bot.cluster.live import Live
from bot.gate import Gate
from bot.identities import Identities
from bot.people_map import PeopleFile
from bot.press import Pressing
from bot.read_guard import ReadGuard
from bot.rollout.progress import EVERY_S
from bot.slack.modals import Modals
from bot.slack.people import People
from bot.slack.usergroups import Usergroups
from bot.trail import Trail

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.cluster.connection import Connection
    from bot.metrics import Metrics
    from bot.settings import Settings
    from bot.slack.notifier import Notifier
    from bot.store import Store
    from bot.verdicts import Verdicts
    from bot.workers import Tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """What decides about people: one of each for the whole service."""

    policy: Policy
    identities: Identities
    reviewer: Reviewer
    ability: Ability
    guard: ReadGuard
    trail: Trail
    actuator: Actuator


def acting(settings: Settings, connection: Connection, client: AsyncWebClient, store: Store) -> Acting:
    """Build what decides. A people map that cannot be used raises ``BotError``: at the start, not at a press."""
    people_file = PeopleFile(settings.people_file, trust_email=settings.trust_slack_email)
    identities = Identities(People(client), Usergroups(client), people_file.people)
    reviewer, actuator = Reviewer(connection), Actuator(connection)
    return Acting(
        policy=_policy(settings),
        identities=identities,
        reviewer=reviewer,
        ability=Ability(reviewer, act_as=settings.act_as, users=people_file.users),
        guard=ReadGuard(settings.reading_guard, identities, reviewer),
        trail=Trail(store, actuator),
        actuator=actuator,
    )


def press_flow(  # noqa: PLR0913 — the flow's ports, all by name
    made: Acting,
    *,
    settings: Settings,
    connection: Connection,
    client: AsyncWebClient,
    store: Store,
    notifier: Notifier,
    verdicts: Verdicts,
    metrics: Metrics,
    tasks: Tasks,
    owner: str,
    wake: Callable[[], None],
    settle_s: float,
) -> Pressing:
    """Build the press flow."""
    live = Live(connection)
    gate = Gate(
        store=store,
        identities=made.identities,
        policy=made.policy,
        live=live,
        reviewer=made.reviewer,
        act_as=settings.act_as,
    )
    hands = Hands(
        live=live, actuator=made.actuator, verdicts=verdicts, settle_s=settle_s, every_s=min(EVERY_S, settle_s)
    )
    carrying = Carrying(
        store=store,
        notifier=notifier,
        identities=made.identities,
        trail=made.trail,
        hands=hands,
        metrics=metrics,
        owner=owner,
        wake=wake,
    )
    return Pressing(
        store=store,
        notifier=notifier,
        gate=gate,
        asking=Asking(gate=gate, live=live, around=Surroundings(connection), modals=Modals(client)),
        carrying=carrying,
        trail=made.trail,
        metrics=metrics,
        owner=owner,
        start=tasks.start,
    )


def _policy(settings: Settings) -> Policy:
    return Policy(
        enabled=settings.actions_enabled,
        channels=frozenset(settings.action_channels),
        namespaces=frozenset(settings.action_namespaces),
        actions=settings.allowed_actions,
        protected=frozenset(settings.protected_namespaces),
        reason_required=settings.action_reason_required,
        per_person=settings.actions_per_person,
        per_workload=settings.actions_per_workload,
    )

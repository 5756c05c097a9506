"""Builds what decides about people and what acts, from the settings and the clients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.actions.approvals import Approvals
from bot.actions.audit_writer import AuditWriter
from bot.actions.authorization import Authorization
from bot.actions.confirmation import Confirmation
from bot.actions.denials import Denials
from bot.actions.execution import ClusterOperations, Execution
from bot.actions.identities import Identities
from bot.actions.log_files import FILE_BYTES, FILE_LINES, REDACT_S, LogFiles
from bot.actions.offers import ActionOffers
from bot.actions.people_map import PeopleFile
from bot.actions.permissions import Permissions
from bot.actions.read_guard import ReadGuard
from bot.actions.recheck import Recheck
from bot.actions.rollout.progress import EVERY_S
from bot.actions.service import ActionService
from bot.actions.silences import SilenceService
from bot.actions.whom_to_ask import WhomToAsk
from bot.alerts.reading import Vocabulary
from bot.cluster.access import Reviewer
from bot.cluster.actuator import Actuator
from bot.cluster.around import Surroundings
from bot.cluster.live import Live
from bot.cluster.reads import Reader
from bot.model.owners import Owners
from bot.model.policy import Entry, Identity, Policy
from bot.model.policy import People as PeopleMap
from bot.model.scope import ChannelScope
from bot.render.cluster import InCluster
from bot.slack.files import Files
from bot.slack.modals import Modals
from bot.slack.people import People
from bot.slack.usergroups import Usergroups

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.actions.alertmanager import Alertmanager
    from bot.cluster.collector import Collector
    from bot.cluster.connection import Connection
    from bot.ops.metrics import Metrics
    from bot.settings import Settings
    from bot.slack.client import SlackClient
    from bot.slack.notifier import Notifier
    from bot.store import Store
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What acting stands on: one of each for the whole service.

    ``cluster`` is what people call the cluster, ``audited_as`` which of several it is. ``owner`` names this process's
    leases, ``wake`` tells the workers that there is something to do, ``start`` runs something in the background.
    Without ``alertmanager`` there are no silences.
    """

    connection: Connection
    client: SlackClient
    store: Store
    notifier: Notifier
    collector: Collector
    diagnose: Callable[[Snapshot], Diagnosis]
    metrics: Metrics
    owner: str
    cluster: str
    audited_as: str = ""
    wake: Callable[[], None]
    start: Callable[[Callable[[], Awaitable[None]], str], None]
    alertmanager: Alertmanager | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionParts:
    """What the rest of the service uses of acting."""

    offers: ActionOffers
    guard: ReadGuard
    service: ActionService
    execution: Execution
    silences: SilenceService | None
    audit: AuditWriter
    denials: Denials
    modals: Modals
    log_files: LogFiles | None
    people: Callable[[], PeopleMap]
    """Reads the people map anew."""
    called: Callable[[str], Awaitable[str]]
    """Tells what a Slack user is called. Raises ``BotError``."""
    identities: Identities
    approvals: Approvals


def build_actions(settings: Settings, ports: Ports, *, settle_s: float, own: Entry | None = None) -> ActionParts:
    """Build it. A people map that cannot be used raises ``BotError``: at the start, not at a press.

    ``settle_s`` is how long a rollout must hold before it counts as recovered. ``own`` is the one person there is,
    where the connection is by a person's own credentials: PEOPLE_FILE and READ_GUARD are not asked then.
    """
    people_map = _people_map(settings, own)
    identities = Identities(People(ports.client), Usergroups(ports.client), people_map)
    policy = Policy.of(settings)
    reviewer = Reviewer(ports.connection, own=None if own is None else Identity(user=own.user))
    mode = settings.reading_guard if own is None else "enforce"
    guard = ReadGuard(mode, identities, reviewer, ChannelScope.of(settings), settings.allowed_namespaces)
    whom = WhomToAsk(Owners.of(settings), people_map, identities.name, reviewer)
    live, actuator = Live(ports.connection), Actuator(ports.connection)
    place = InCluster(ports.cluster)
    audit, modals = AuditWriter(ports.store, actuator, ports.audited_as), Modals(ports.client, place)
    authorization = Authorization(
        store=ports.store,
        identities=identities,
        policy=policy,
        live=live,
        reviewer=reviewer,
        whom=whom,
        act_as=settings.act_as,
    )
    operations = ClusterOperations(
        live=live,
        actuator=actuator,
        recheck=Recheck(ports.collector, ports.diagnose, guard),
        settle_s=settle_s,
        every_s=min(EVERY_S, settle_s),
        cluster=ports.cluster,
    )
    execution = Execution(
        store=ports.store,
        notifier=ports.notifier,
        identities=identities,
        audit=audit,
        operations=operations,
        metrics=ports.metrics,
        owner=ports.owner,
        wake=ports.wake,
    )
    confirmation = Confirmation(
        authorization=authorization,
        guard=guard,
        around=Surroundings(ports.connection),
        modals=modals,
        store=ports.store,
        cluster=ports.cluster,
    )
    denials = Denials(settings.denials_per_person)
    service = ActionService(
        store=ports.store,
        notifier=ports.notifier,
        authorization=authorization,
        confirmation=confirmation,
        execution=execution,
        audit=audit,
        metrics=ports.metrics,
        owner=ports.owner,
        denials=denials,
        start=ports.start,
    )
    silences = None
    if ports.alertmanager is not None:
        silences = SilenceService(
            store=ports.store,
            alertmanager=ports.alertmanager,
            identities=identities,
            policy=policy,
            reviewer=reviewer,
            notifier=ports.notifier,
            modals=modals,
            audit=audit,
            max_hours=settings.silence_max_hours,
            watches=settings.watch_pods,
            own_labels=Vocabulary.of(settings.alert_labels).own,
            denials=denials,
            whom=whom,
        )
    log_files = None
    if settings.log_files:
        log_files = LogFiles(
            store=ports.store,
            guard=guard,
            collector=ports.collector,
            diagnose=ports.diagnose,
            reader=Reader(
                ports.connection,
                log_bytes=FILE_BYTES,
                secret_metadata=False,
                log_lines=FILE_LINES,
                redact_s=REDACT_S,
            ),
            files=Files(ports.client, place),
            notifier=ports.notifier,
            denials=denials,
        )
    permissions = Permissions(reviewer, act_as=settings.act_as, users=lambda: people_map().users)
    return ActionParts(
        offers=ActionOffers(ports.store, policy, float(settings.offer_ttl_s), permissions),
        guard=guard,
        service=service,
        execution=execution,
        silences=silences,
        audit=audit,
        denials=denials,
        modals=modals,
        log_files=log_files,
        people=people_map,
        called=identities.name,
        identities=identities,
        approvals=Approvals(ports.store, identities, reviewer),
    )


def _people_map(settings: Settings, own: Entry | None) -> Callable[[], PeopleMap]:
    """Return what reads the people map anew."""
    if own is not None:
        alone = PeopleMap(entries=(own,))
        return lambda: alone
    return PeopleFile(settings.people_file, trust_email=settings.trust_slack_email).people

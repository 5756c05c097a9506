"""One cluster as it is served: its connection, people, policy, channels, flow and workers, all of its own.

Everything here is made of this cluster's settings and works through its own view of the store, so that nothing that is
read, decided or done in one cluster reaches another, and one that is away keeps nobody else waiting. Shared are the
process's Slack client with its pace, the store's database, and what is counted.

``Connection`` is the seam: it is all that the parts know of a cluster's API. A cluster whose API cannot be reached from
here would come with another one.
"""

from __future__ import annotations

import asyncio
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.actions.alertmanager import alertmanager
from bot.actions.wiring import ActionParts, Ports, build_actions
from bot.cluster.collector import Collector
from bot.cluster.connection import connect
from bot.cluster.keeping import standing
from bot.cluster.reads import NAMES_PAGES, Reader
from bot.doctor.doctor import Examined
from bot.incidents.intake import Intake
from bot.incidents.lifecycle import Pace
from bot.incidents.overview import Overviews
from bot.incidents.pictures import Pictures
from bot.incidents.programs import Programs
from bot.incidents.reports import Reports
from bot.incidents.search import Search
from bot.incidents.wiring import OwnButtons, build_alert_intake, build_investigation, build_own_buttons
from bot.model.links import Links
from bot.model.owners import Owners
from bot.ops.contact import Contact
from bot.ops.workers import Workers
from bot.prometheus.measuring import Measuring
from bot.prometheus.opening import open_prometheus
from bot.render.cluster import InCluster
from bot.slack.files import Files
from bot.watch.watcher import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AsyncExitStack

    from bot.alerts.reading import Vocabulary
    from bot.cluster.connection import Connection
    from bot.incidents.alert_intake import AlertIntake
    from bot.incidents.investigation import Investigation
    from bot.model.policy import Entry
    from bot.ops.metrics import Metrics
    from bot.ops.workers import Tasks
    from bot.settings import ClusterEntry, Settings
    from bot.slack.client import SlackClient
    from bot.slack.notifier import Notifier
    from bot.store import Store

WORKERS = 4
"""Investigations at a time in one cluster: each makes up to eight requests to the API server at once."""

SWEEP_S = 5.0
"""How often presses are looked for whose process died."""

CONTACT_S = 1.8
"""How long it may take to find out whether a cluster answers: less than the whole check may (handlers.health)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What all clusters share. ``owner`` names this process's leases, ``catalogue`` the signatures that are known."""

    client: SlackClient
    store: Store
    notifier: Notifier
    catalogue: Any
    diagnose: Callable[..., Any]
    metrics: Metrics
    tasks: Tasks
    owner: str
    vocabulary: Vocabulary
    clock: Callable[[], float]
    settle_s: float
    own: Entry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One cluster. ``name`` is empty where there is only one; ``called`` is what people call it in any case."""

    name: str
    called: str
    default: bool
    settings: Settings
    connection: Connection
    store: Store
    place: InCluster
    notifier: Notifier
    collector: Collector
    actions: ActionParts
    investigation: Investigation
    alerts: AlertIntake
    intake: Intake
    search: Search
    reports: Reports
    programs: Programs
    overviews: Overviews
    buttons: OwnButtons
    work: asyncio.Event
    """Set by whoever knows that there may be something to do."""
    workers: Workers
    sweeper: Workers
    contact: Contact
    examined: Examined
    watcher: Watcher | None = None


async def build_cluster(
    stack: AsyncExitStack, entry: ClusterEntry, common: Common, connection: Connection | None = None
) -> Cluster:
    """Build what serves a cluster; nothing is asked of it yet. ``connection`` replaces the one of its settings.

    What is opened is closed with ``stack``. Raises ``BotError`` or ``ClusterError``, a sentence each.
    """
    settings, work = entry.settings, asyncio.Event()
    if connection is None:
        where = connect(settings.kubeconfig, settings.kube_context, in_cluster=entry.in_cluster)
        connection = await stack.enter_async_context(where)
    api = await stack.enter_async_context(alertmanager(settings.alertmanager_url))
    prometheus = await stack.enter_async_context(open_prometheus(settings))
    called = entry.name or next(iter(settings.cluster_name), "") or connection.cluster
    place = InCluster(called, asked_by=f"{entry.name}/" if entry.name else "")
    store = common.store.of_cluster(entry.name) if entry.name else common.store
    notifier = common.notifier.named(place)
    collector = Collector(
        connection,
        catalogue=common.catalogue,
        deadline_s=settings.collect_deadline_s,
        log_bytes=settings.log_bytes,
        secret_metadata=settings.read_secret_metadata,
        cluster=called,
        measures=None if prometheus is None else Measuring(prometheus, settings.prometheus_matchers),
    )
    ports = Ports(
        connection=connection,
        client=common.client,
        store=store,
        notifier=notifier,
        collector=collector,
        diagnose=common.diagnose,
        metrics=common.metrics,
        owner=common.owner,
        cluster=called,
        audited_as=entry.name,
        wake=work.set,
        start=common.tasks.start,
        alertmanager=api,
    )
    actions = build_actions(settings, ports, settle_s=common.settle_s, own=common.own)
    reader = Reader(connection, log_bytes=0, secret_metadata=False, keep=standing, pages=NAMES_PAGES)
    reading = functools.partial(Reader, connection, log_bytes=0, secret_metadata=False, pages=NAMES_PAGES)
    search = Search(lambda keep: reading(keep=keep), connection.namespace, store)
    pictures = Pictures(Files(common.client, place), common.tasks.start) if settings.prometheus_pictures else None
    investigation = build_investigation(
        store=store,
        collector=collector,
        diagnose=common.diagnose,
        notifier=notifier,
        offers=actions.offers,
        metrics=common.metrics,
        owner=common.owner,
        guard=actions.guard,
        pace=Pace.of(settings),
        cluster=called,
        reader=reader,
        search=search,
        wake=work.set,
        relapsed=actions.execution.relapsed,
        links=Links.of(settings),
        owners=Owners.of(settings),
        people=actions.people,
        called=actions.called,
        marks=Reader(connection, log_bytes=0, secret_metadata=False),
        pictures=pictures,
    )
    intake = Intake(store, work.set, common.metrics)
    alerts = build_alert_intake(
        settings,
        intake=intake,
        reader=reader,
        store=store,
        vocabulary=common.vocabulary,
        metrics=common.metrics,
        alertmanager=api,
    )
    watcher = None
    if settings.watch_pods:
        watcher = Watcher(
            connection=connection, reader=reader, alerts=alerts, metrics=common.metrics, settings=settings,
            clock=common.clock,
        )  # fmt: skip
    return Cluster(
        name=entry.name,
        called=called,
        default=entry.default,
        settings=settings,
        connection=connection,
        store=store,
        place=place,
        notifier=notifier,
        collector=collector,
        actions=actions,
        investigation=investigation,
        alerts=alerts,
        intake=intake,
        search=search,
        reports=Reports(store, notifier, actions.guard, called),
        programs=Programs(store, collector, common.diagnose, actions.guard),
        overviews=Overviews(store, notifier, actions.identities, actions.approvals),
        buttons=build_own_buttons(
            investigation=investigation, store=store, notifier=notifier, actions=actions, wake=work.set
        ),
        work=work,
        workers=Workers(investigation.step, count=WORKERS, work=work),
        sweeper=Workers(actions.service.sweep, count=1, sweep_s=SWEEP_S),
        contact=Contact(functools.partial(connection.check, CONTACT_S)),
        examined=Examined(
            name=entry.name, settings=settings, connection=connection, alertmanager=api, prometheus=prometheus
        ),
        watcher=watcher,
    )

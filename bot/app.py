"""The composition root: the parts of the service are wired here, once; what each is made of stands beside it.

``build`` makes a service ready to start, over given parts where the local workspace and the tests bring their own;
``run_service`` runs it until SIGTERM or SIGINT.
"""

from __future__ import annotations

import asyncio
import functools
import signal
import time
import uuid
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import structlog

from bot.actions.alertmanager import alertmanager
from bot.actions.rollout.progress import SETTLE_S
from bot.actions.wiring import Ports, build_actions
from bot.alerts.reading import Vocabulary
from bot.cluster.collector import Collector
from bot.cluster.connection import connect
from bot.cluster.keeping import standing
from bot.cluster.offload import offloaded
from bot.cluster.reads import NAMES_PAGES, Reader
from bot.doctor.checkup import Checkup
from bot.doctor.doctor import Doctor
from bot.incidents.intake import Intake
from bot.incidents.lifecycle import Pace
from bot.incidents.overview import Overviews
from bot.incidents.pictures import Pictures
from bot.incidents.programs import Programs
from bot.incidents.reports import Reports
from bot.incidents.rerouting import rerouted
from bot.incidents.search import Search
from bot.incidents.wiring import build_alert_intake, build_investigation, build_own_buttons
from bot.model.links import Links
from bot.model.owners import Owners
from bot.ops import event_delivery, heartbeat
from bot.ops.contact import Contact
from bot.ops.diagnosing import diagnosed, warm
from bot.ops.event_delivery import SENDERS, Delivery
from bot.ops.event_receiver import receiver
from bot.ops.heartbeat import Heartbeat, caller
from bot.ops.logging import configure_logging
from bot.ops.metrics import Metrics
from bot.ops.service import Server, Service
from bot.ops.signatures import signatures
from bot.ops.workers import Tasks, Workers
from bot.prometheus.measuring import Measuring
from bot.prometheus.opening import open_prometheus
from bot.render.cluster import InCluster
from bot.render.simpler import SIMPLER
from bot.settings import strangers
from bot.slack.bolt import bolt_app, socket_mode
from bot.slack.client import slack_client
from bot.slack.files import Files
from bot.slack.notifier import Notifier
from bot.slack.standing import PROBE_S
from bot.store.opening import open_store
from bot.store.outbox import Telling
from bot.watch.watcher import EVERY_S, Watcher
from handlers.actions import Actions
from handlers.alert_messages import AlertMessages, Watched
from handlers.alertmanager import alert_webhook
from handlers.answer_buttons import AnswerButtons
from handlers.api import api_of
from handlers.cause_pages import CausePages
from handlers.commands import Commands
from handlers.health import CHECK_S, Health
from handlers.home import Home
from handlers.limits import CONNECTIONS, HEALTH_CONNECTIONS
from handlers.log_files import LogFileActions
from handlers.reports import ReportActions
from handlers.silences import SilenceActions
from handlers.web import add_health, build_health_app, build_runner, build_web_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from aiohttp import web

    from bot.cluster.connection import Connection
    from bot.model.policy import Entry
    from bot.settings import Settings
    from bot.store import Store

_log = structlog.get_logger(__name__)

WORKERS = 4
"""Investigations at a time: each makes up to eight requests to the API server at once."""

SWEEP_S = 5.0
"""How often presses are looked for whose process died."""

PRUNE_S = 3600.0
"""How often what is too old is deleted."""


@asynccontextmanager
async def build(
    settings: Settings,
    *,
    connection: Connection | None = None,
    clock: Callable[[], float] | None = None,
    settle_s: float = SETTLE_S,
    checked: bool = False,
    own: Entry | None = None,
) -> AsyncIterator[Service]:
    """Build the service. ``connection`` and ``clock`` replace the cluster of the settings and the real time.

    ``settle_s`` is how long a rollout must hold before it counts as recovered; ``checked`` makes the doctor's checks
    once it has started; ``own`` is whose own credentials the connection has, if a person's (see ``build_actions``).
    Slack is wherever SLACK_API_URL says. Raises ``BotError``, ``ClusterError`` or ``CatalogueError``, a sentence each.
    """
    owner = uuid.uuid4().hex
    metrics, tasks, work = Metrics(), Tasks(), asyncio.Event()
    async with AsyncExitStack() as stack:
        catalogue = signatures(settings.signatures_dir)
        await offloaded(warm, catalogue)
        store = await stack.enter_async_context(_open_store(settings, clock))
        if connection is None:
            connection = await stack.enter_async_context(connect(settings.kubeconfig, settings.kube_context))
        client = await stack.enter_async_context(
            slack_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
        )
        api = await stack.enter_async_context(alertmanager(settings.alertmanager_url))
        prometheus = await stack.enter_async_context(open_prometheus(settings))
        slack_contact = Contact(lambda: notifier.reach())  # noqa: PLW0108 — made below
        place = InCluster(next(iter(settings.cluster_name), "") or connection.cluster)
        sender = await stack.enter_async_context(_outgoing(settings, store, metrics, owner, place.cluster))
        notifier = Notifier(
            client, SIMPLER, succeeded=slack_contact.succeeded, waited=metrics.waited_for_slack, place=place
        )
        collector = Collector(
            connection,
            catalogue=catalogue,
            deadline_s=settings.collect_deadline_s,
            log_bytes=settings.log_bytes,
            secret_metadata=settings.read_secret_metadata,
            cluster=place.cluster,
            measures=None if prometheus is None else Measuring(prometheus, settings.prometheus_matchers),
        )
        diagnose = functools.partial(diagnosed, catalogue=catalogue)
        ports = Ports(
            connection=connection,
            client=client,
            store=store,
            notifier=notifier,
            collector=collector,
            diagnose=diagnose,
            metrics=metrics,
            owner=owner,
            cluster=place.cluster,
            wake=work.set,
            start=tasks.start,
            alertmanager=api,
        )
        actions = build_actions(settings, ports, settle_s=settle_s, own=own)
        reader = Reader(connection, log_bytes=0, secret_metadata=False, keep=standing, pages=NAMES_PAGES)
        reading = functools.partial(Reader, connection, log_bytes=0, secret_metadata=False, pages=NAMES_PAGES)
        investigation = build_investigation(
            store=store,
            collector=collector,
            diagnose=diagnose,
            notifier=notifier,
            offers=actions.offers,
            metrics=metrics,
            owner=owner,
            guard=actions.guard,
            pace=Pace.of(settings),
            cluster=place.cluster,
            reader=reader,
            search=Search(lambda keep: reading(keep=keep), connection.namespace, store),
            wake=work.set,
            relapsed=actions.execution.relapsed,
            links=Links.of(settings),
            owners=Owners.of(settings),
            people=actions.people,
            called=actions.called,
            marks=Reader(connection, log_bytes=0, secret_metadata=False),
            pictures=Pictures(Files(client, place), tasks.start) if settings.prometheus_pictures else None,
        )
        workers = Workers(investigation.step, count=WORKERS, work=work)
        intake = Intake(store, work.set, metrics)
        vocabulary = Vocabulary.of(settings.alert_labels)
        alerts = build_alert_intake(
            settings,
            intake=intake,
            reader=reader,
            store=store,
            vocabulary=vocabulary,
            metrics=metrics,
            alertmanager=api,
        )
        watcher = None
        if settings.watch_pods:
            watcher = Watcher(
                connection=connection, reader=reader, alerts=alerts, metrics=metrics, settings=settings,
                clock=clock or time.time,
            )  # fmt: skip
        slack = bolt_app(client)
        reports = ReportActions(Reports(store, notifier, actions.guard, place.cluster), tasks)
        reports.register(slack)
        for listeners in (
            Commands(intake, notifier, alerts, vocabulary, actions.guard, reports=reports, place=place),
            Actions(actions.service, tasks),
            CausePages(actions.modals, notifier),
        ):
            listeners.register(slack)
        own_buttons = build_own_buttons(
            investigation=investigation, store=store, notifier=notifier, actions=actions, wake=work.set
        )
        AnswerButtons(own_buttons.check_again, own_buttons.assignment, own_buttons.feedback, tasks).register(slack)
        doctor = Doctor(
            settings,
            client=client,
            connection=connection,
            alertmanager=api,
            prometheus=prometheus,
            clock=clock or time.time,
        )
        checkup = Checkup(doctor.examine, clock or time.time)
        Home(
            store=store,
            notifier=notifier,
            guard=actions.guard,
            overviews=Overviews(store, notifier, actions.identities, actions.approvals),
            checkup=checkup,
            operators=settings.operators,
        ).register(slack)
        AlertMessages(alerts, store.seen, Watched.of(settings), vocabulary).register(slack)
        if actions.silences is not None:
            SilenceActions(actions.silences, tasks).register(slack)
        if actions.log_files is not None:
            LogFileActions(actions.log_files, tasks).register(slack)
        token = settings.slack_app_token
        socket = await stack.enter_async_context(socket_mode(slack, token.get_secret_value() if token else None))
        health = Health(
            metrics,
            store.incidents,
            store.outbox,
            {
                "store": store.ping,
                "workers": workers.check,
                "socket mode": socket.check,
                "slack": slack_contact.check,
                "cluster": Contact(functools.partial(connection.check, CHECK_S)).check,
                "slack messages": notifier.standing.check,
                **({"pod watch": watcher.check} if watcher is not None else {}),
            },
            notifier.standing,
        )
        webhook = alert_webhook(settings, alerts, vocabulary)
        web_app = build_web_app(
            settings,
            slack,
            webhook,
            store.seen,
            clock or time.time,
            api_of(settings.api_programs_file, Programs(store, collector, diagnose, actions.guard)),
        )
        yield Service(
            settings=settings,
            client=client,
            store=store,
            workers=workers,
            sweeper=Workers(actions.service.sweep, count=1, sweep_s=SWEEP_S),
            prober=Workers(notifier.probe, count=1, sweep_s=PROBE_S),
            heart=await stack.enter_async_context(_heart(settings, health, metrics, clock or time.time)),
            sender=sender,
            pruner=Workers(store.pruning.step, count=1, sweep_s=PRUNE_S),
            watched=Workers(watcher.step, count=1, sweep_s=EVERY_S) if watcher is not None else None,
            watch=watcher,
            tasks=tasks,
            socket=socket,
            servers=_servers(settings, web_app, health),
            started=checkup.run if checked else None,
        )


@asynccontextmanager
async def _open_store(settings: Settings, clock: Callable[[], float] | None) -> AsyncIterator[Store]:
    """Open the store, and lead what waits in it to where these settings want it."""
    async with open_store(settings, clock) as store:
        await rerouted(store, settings)
        yield store


@asynccontextmanager
async def _heart(
    settings: Settings, health: Health, metrics: Metrics, clock: Callable[[], float]
) -> AsyncIterator[Workers]:
    url = settings.heartbeat_url
    async with caller(url.get_secret_value() if url else None) as call:
        yield Workers(Heartbeat(health.results, metrics, call, clock).step, count=1, sweep_s=heartbeat.LOOK_S)


@asynccontextmanager
async def _outgoing(
    settings: Settings, store: Store, metrics: Metrics, owner: str, cluster: str
) -> AsyncIterator[Workers | None]:
    """Have the store write events for the outgoing webhook, and build what sends them; None where it is not used."""
    url = settings.outgoing_webhook_url
    async with receiver(url.get_secret_value() if url else None, settings.outgoing_webhook_secrets) as send:
        if send is None:
            yield None
            return
        store.outbox.tell(Telling(cluster=cluster, namespaces=frozenset(settings.outgoing_webhook_namespaces)))
        step = Delivery(store.outbox, send, metrics, owner).step
        yield Workers(step, count=SENDERS, sweep_s=event_delivery.LOOK_S)


def _servers(settings: Settings, web_app: web.Application, health: Health) -> tuple[Server, ...]:
    if settings.one_port:
        add_health(web_app, health)
        return (Server(build_runner(web_app), "HTTP_PORT", settings.http_port, CONNECTIONS),)
    return (
        Server(build_runner(web_app), "HTTP_PORT", settings.http_port, CONNECTIONS),
        Server(build_runner(build_health_app(health)), "HEALTH_PORT", settings.health_port, HEALTH_CONNECTIONS),
    )


async def run_service(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT, then finish what is under way."""
    configure_logging(settings.log_level)
    for stranger in strangers():
        _log.warning("settings.unknown", sentence=str(stranger))
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with build(settings, checked=True) as service:
        await service.start()
        try:
            await stopping.wait()
        finally:
            await service.stop()

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

from bot.actions.rollout.progress import SETTLE_S
from bot.alerts.reading import Vocabulary
from bot.cluster.offload import offloaded
from bot.clusters.contacts import Contacts
from bot.clusters.directory import Clusters
from bot.clusters.reports import ClusterReports
from bot.clusters.served import Common, build_cluster
from bot.clusters.unbound import build_unbound
from bot.doctor.checkup import Checkup
from bot.doctor.doctor import Doctor
from bot.incidents.rerouting import rerouted
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
from bot.render.simpler import SIMPLER
from bot.settings import clusters_of, strangers
from bot.slack.bolt import bolt_app, socket_mode
from bot.slack.client import slack_client
from bot.slack.modals import Modals
from bot.slack.notifier import Notifier
from bot.slack.standing import PROBE_S
from bot.store.opening import open_store
from bot.store.outbox import Telling
from bot.watch.watcher import EVERY_S
from handlers.actions import Actions
from handlers.alert_messages import AlertMessages, Watched
from handlers.alertmanager import alert_webhook
from handlers.answer_buttons import AnswerButtons
from handlers.api import api_of
from handlers.cause_pages import CausePages
from handlers.commands import Commands
from handlers.finding import Finding
from handlers.health import Health
from handlers.home import Home
from handlers.limits import CONNECTIONS, HEALTH_CONNECTIONS
from handlers.log_files import LogFileActions
from handlers.reports import ReportActions
from handlers.silences import SilenceActions
from handlers.web import add_health, build_health_app, build_runner, build_web_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from aiohttp import web

    from bot.cluster.connection import Connection
    from bot.model.policy import Entry
    from bot.ops.workers import Step
    from bot.settings import ClusterEntry, Settings
    from bot.store import Store

_log = structlog.get_logger(__name__)

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
    """Build the service. ``connection`` and ``clock`` replace the only cluster of the settings and the real time.

    ``settle_s`` is how long a rollout must hold before it counts as recovered; ``checked`` makes the doctor's checks
    once it has started; ``own`` is whose own credentials the connection has, if a person's (see ``build_actions``).
    Slack is wherever SLACK_API_URL says. Raises ``BotError``, ``ClusterError``, ``SettingsError`` or
    ``CatalogueError``, a sentence each.
    """
    entries = clusters_of(settings)
    metrics, tasks = Metrics(), Tasks()
    async with AsyncExitStack() as stack:
        catalogue = signatures(settings.signatures_dir)
        await offloaded(warm, catalogue)
        base = await stack.enter_async_context(_open_store(settings, entries, clock))
        client = await stack.enter_async_context(
            slack_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
        )
        slack_contact = Contact(lambda: nameless.reach())  # noqa: PLW0108 — made below
        nameless = Notifier(client, SIMPLER, succeeded=slack_contact.succeeded, waited=metrics.waited_for_slack)
        vocabulary = Vocabulary.of(settings.alert_labels)
        common = Common(
            client=client,
            store=base,
            notifier=nameless,
            catalogue=catalogue,
            diagnose=functools.partial(diagnosed, catalogue=catalogue),
            metrics=metrics,
            tasks=tasks,
            owner=uuid.uuid4().hex,
            vocabulary=vocabulary,
            clock=clock or time.time,
            settle_s=settle_s,
            own=own,
        )
        served = [await build_cluster(stack, entry, common, connection) for entry in entries]
        # What belongs to no cluster; where the only one has no name, everything belongs to it.
        store = base.of_all(entry.name for entry in entries) if entries[0].name else base
        clusters = Clusters(served, store)
        only = clusters.only
        notifier = nameless if only is None else only.notifier
        unbound = build_unbound(clusters, settings, common, store)
        slack = bolt_app(client)
        finding = Finding(notifier)
        reports = ReportActions(ClusterReports(clusters, store, notifier), clusters, tasks)
        reports.register(slack)
        for listeners in (
            Commands(clusters, notifier, unbound.alerts, vocabulary, anywhere=unbound.intake, reports=reports),
            Actions(clusters, finding, tasks),
            CausePages(Modals(client, None if only is None else only.place), notifier),
            AnswerButtons(clusters, finding, tasks),
        ):
            listeners.register(slack)
        checked_clusters = [cluster.examined for cluster in clusters]
        doctor = Doctor(settings, client=client, clusters=checked_clusters, clock=clock or time.time)
        checkup = Checkup(doctor.examine, clock or time.time)
        Home(clusters=clusters, notifier=notifier, checkup=checkup, operators=settings.operators).register(slack)
        AlertMessages(unbound.alerts, base.seen, Watched.of(settings), vocabulary).register(slack)
        if any(cluster.actions.silences is not None for cluster in clusters):
            SilenceActions(clusters, finding, tasks).register(slack)
        if any(cluster.actions.log_files is not None for cluster in clusters):
            LogFileActions(clusters, finding, tasks).register(slack)
        token = settings.slack_app_token
        socket = await stack.enter_async_context(socket_mode(slack, token.get_secret_value() if token else None))
        contacts = Contacts(served, metrics)
        workers = [*(cluster.workers for cluster in clusters), *([unbound.workers] if unbound.workers else [])]
        watchers = {cluster.name: cluster.watcher for cluster in clusters if cluster.watcher is not None}
        health = Health(
            metrics,
            store.incidents,
            base.outbox,
            {
                "store": base.ping,
                "workers": functools.partial(_all_work, workers),
                "socket mode": socket.check,
                "slack": slack_contact.check,
                "cluster" if only is not None else "clusters": contacts.check,
                "slack messages": nameless.standing.check,
                # Of several clusters the watch over one ends when it is away: that alone stops no other work.
                **({"pod watch": watchers[only.name].check} if only is not None and watchers else {}),
            },
            nameless.standing,
            contacts.notes,
        )
        webhook = alert_webhook(settings, unbound.alerts, vocabulary)
        web_app = build_web_app(
            settings,
            slack,
            webhook,
            base.seen,
            clock or time.time,
            api_of(settings.api_programs_file, clusters),
        )
        yield Service(
            settings=settings,
            client=client,
            store=store,
            workers=tuple(workers),
            sweepers=tuple(cluster.sweeper for cluster in clusters),
            prober=Workers(nameless.probe, count=1, sweep_s=PROBE_S),
            heart=await stack.enter_async_context(_heart(settings, health, metrics, clock or time.time)),
            sender=await stack.enter_async_context(
                _outgoing(settings, base, metrics, common.owner, clusters.first.called)
            ),
            pruner=Workers(_tidying(base, _default(entries)), count=1, sweep_s=PRUNE_S),
            watches=tuple((Workers(watch.step, count=1, sweep_s=EVERY_S), watch) for watch in watchers.values()),
            tasks=tasks,
            socket=socket,
            servers=_servers(settings, web_app, health),
            started=checkup.run if checked else None,
        )


def _tidying(store: Store, default: str) -> Step:
    """Return what takes over what a replica that knew one cluster left nameless, and deletes what is too old."""

    async def step() -> bool:
        if default:
            await store.adopt(default)
        return await store.pruning.step()

    return step


async def _all_work(workers: Sequence[Workers]) -> None:
    """Raise ``BotError`` when a worker of any cluster ended."""
    for each in workers:
        await each.check()


@asynccontextmanager
async def _open_store(
    settings: Settings, entries: Sequence[ClusterEntry], clock: Callable[[], float] | None
) -> AsyncIterator[Store]:
    """Open the store, and lead what waits in it to where these settings want it: to its cluster, and its channel."""
    async with open_store(settings, clock) as store:
        default = _default(entries)
        if default and (taken := await store.adopt(default)):
            _log.info("clusters.adopted", cluster=default, incidents=taken)
        for entry in entries:
            await rerouted(store.of_cluster(entry.name) if entry.name else store, entry.settings)
        if entries[0].name:
            await rerouted(store.of_all(entry.name for entry in entries), settings)
        yield store


def _default(entries: Sequence[ClusterEntry]) -> str:
    """Return the name of the cluster that what names none is about; empty where there is none, or it has no name."""
    return next((entry.name for entry in entries if entry.default), "")


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
    """Have the store write events for the outgoing webhook, and build what sends them; None where it is not used.

    ``cluster`` is what the only cluster is called where it has no name in the store.
    """
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

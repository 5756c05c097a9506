"""The composition root: every object is built here, once, and nothing else constructs.

``build`` makes a service ready to start, over given parts where the local workspace and the tests bring their own;
``run_service`` runs it until SIGTERM or SIGINT.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import signal
import time
import uuid
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.alertmanager import alertmanager
from bot.app_acting import acting, press_flow
from bot.cluster.collector import Collector
from bot.cluster.connection import connect
from bot.errors import BotError
from bot.incidents import MEET_S
from bot.intake import Intake
from bot.investigation import Investigation
from bot.metrics import Metrics
from bot.offering import Offering
from bot.render.slack import classic
from bot.rollout.progress import SETTLE_S
from bot.service import Service, at_work, heard
from bot.silencing import Silencing
from bot.slack.client import slack_client
from bot.slack.modals import Modals
from bot.slack.notifier import Notifier
from bot.store import Store
from bot.store.exclusive import alone
from bot.telemetry import configure_logging
from bot.verdicts import Verdicts
from bot.watching import Pace
from bot.workers import Tasks, Workers
from diagnostics.claims.catalogue import builtin
from diagnostics.engine import diagnose
from handlers.actions import Actions
from handlers.alert_messages import AlertMessages, Watched
from handlers.alertmanager import AlertmanagerWebhook, Routing
from handlers.commands import Commands
from handlers.health import Health
from handlers.home import Home
from handlers.limits import ALERT_BODY_BYTES
from handlers.silences import SilenceActions
from handlers.slack_guard import SlackGuard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.cluster.connection import Connection
    from bot.settings import Settings
    from diagnostics.claims.catalogue import Catalogue

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
) -> AsyncIterator[Service]:
    """Build the service. ``connection`` and ``clock`` replace the cluster of the settings and the real time.

    ``settle_s`` is how long a rollout must hold before it counts as recovered. Slack is wherever
    SLACK_API_URL says. Raises ``BotError``, ``ClusterError`` or ``CatalogueError``, a sentence each.
    """
    owner = uuid.uuid4().hex
    metrics, tasks = Metrics(), Tasks()
    async with AsyncExitStack() as stack:
        catalogue = _catalogue(settings)
        if settings.database_url is None:
            _make_folder(settings)
        await stack.enter_async_context(alone(settings.store_url))
        store = await Store.open(settings.store_url, clock)
        stack.push_async_callback(store.close)
        if connection is None:
            connection = await stack.enter_async_context(connect(settings.kubeconfig, settings.kube_context))
        client = await stack.enter_async_context(
            slack_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
        )
        notifier = Notifier(client, classic)
        collector = Collector(
            connection,
            catalogue=catalogue,
            deadline_s=settings.collect_deadline_s,
            log_bytes=settings.log_bytes,
            secret_metadata=settings.read_secret_metadata,
        )
        diagnosed = functools.partial(diagnose, catalogue=catalogue)
        who = acting(settings, connection, client, store)
        investigation = Investigation(
            store=store,
            collector=collector,
            diagnose=diagnosed,
            notifier=notifier,
            offering=Offering(store, who.policy, float(settings.offer_ttl_s), who.ability),
            metrics=metrics,
            owner=owner,
            allowed_namespaces=settings.allowed_namespaces,
            guard=who.guard,
            pace=_pace(settings),
        )
        workers = Workers(investigation.step, count=WORKERS)
        pressing = press_flow(
            who,
            settings=settings,
            connection=connection,
            client=client,
            store=store,
            notifier=notifier,
            verdicts=Verdicts(collector, diagnosed),
            metrics=metrics,
            tasks=tasks,
            owner=owner,
            wake=workers.wake,
            settle_s=settle_s,
        )
        intake = Intake(store, workers.wake, metrics)
        slack = _slack_app(client)
        Commands(intake, notifier).register(slack)
        Actions(pressing, tasks).register(slack)
        Home(store, notifier).register(slack)
        api = await stack.enter_async_context(alertmanager(settings.alertmanager_url))
        if api is not None:
            silencing = Silencing(
                store=store,
                alertmanager=api,
                identities=who.identities,
                policy=who.policy,
                reviewer=who.reviewer,
                notifier=notifier,
                modals=Modals(client),
                trail=who.trail,
                max_hours=settings.silence_max_hours,
            )
            SilenceActions(silencing, tasks).register(slack)
        AlertMessages(intake, store.seen, _watched(settings), api).register(slack)
        socket = None
        if settings.slack_app_token is not None:
            socket = AsyncSocketModeHandler(slack, settings.slack_app_token.get_secret_value())
            stack.push_async_callback(socket.close_async)
        health = Health(
            metrics,
            store.incidents.waiting,
            {"store": store.ping, "workers": lambda: at_work(workers), "slack": lambda: heard(socket)},
        )
        web_app = _web_app(settings, slack, intake, store, health, clock or time.time)
        yield Service(
            settings=settings,
            slack=slack,
            web_app=web_app,
            store=store,
            intake=intake,
            notifier=notifier,
            metrics=metrics,
            workers=workers,
            sweeper=Workers(pressing.sweep, count=1, sweep_s=SWEEP_S),
            pruner=Workers(lambda: _pruned(store), count=1, sweep_s=PRUNE_S),
            tasks=tasks,
            socket=socket,
            runner=web.AppRunner(web_app, access_log=None),
        )


async def _pruned(store: Store) -> bool:
    return await store.pruning.prune() > 0


async def run_service(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT, then finish what is under way."""
    configure_logging(settings.log_level)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with build(settings) as service:
        await service.start()
        try:
            await stopping.wait()
        finally:
            await service.stop()


def _catalogue(settings: Settings) -> Catalogue:
    if settings.signatures_dir is None:
        return builtin()
    catalogue = builtin().with_folder(settings.signatures_dir)
    for sentence in catalogue.deprecations:
        _log.warning("signature_deprecated", what=sentence)
    return catalogue


def _make_folder(settings: Settings) -> None:
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BotError(f"DATA_DIR: cannot make the folder {settings.data_dir}: {error.strerror}") from error


def _watched(settings: Settings) -> Watched:
    return Watched(
        channels=frozenset(settings.alert_message_channels), senders=frozenset(settings.alert_message_senders)
    )


def _pace(settings: Settings) -> Pace:
    silences = settings.alertmanager_url is not None and settings.actions_enabled
    return Pace(every_s=settings.watch_every_s, hold_s=settings.recovery_hold_s, silences=silences)


def _routing(settings: Settings) -> Routing:
    return Routing(
        channel_for=settings.channel_for,
        severities=frozenset(settings.alert_severities),
        wait_s=MEET_S if settings.alert_message_channels else 0.0,
    )


def _slack_app(client: AsyncWebClient) -> AsyncApp:
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.WARNING)  # at INFO it logs whole bodies
    # The guard has verified what comes over HTTP, and Socket Mode is authenticated by its token.
    app = AsyncApp(client=client, logger=logger, request_verification_enabled=False, ssl_check_enabled=False)

    @app.error
    async def broken(error: Exception) -> BoltResponse:
        _log.error("slack.listener", error=type(error).__name__, exc_info=error)
        return BoltResponse(status=503, body="")  # an event is sent again; a person sees that it failed

    return app


def _web_app(
    settings: Settings, slack: AsyncApp, intake: Intake, store: Store, health: Health, clock: Callable[[], float]
) -> web.Application:
    app = web.Application(client_max_size=ALERT_BODY_BYTES)
    app.router.add_get("/livez", health.livez)
    app.router.add_get("/readyz", health.readyz)
    app.router.add_get("/metrics", health.metrics)
    if settings.slack_signing_secret is not None and settings.slack_app_token is None:
        guard = SlackGuard(settings.slack_signing_secret.get_secret_value(), store.seen, slack.async_dispatch, clock)
        app.router.add_post("/slack/events", guard.__call__)
    tokens = [
        token.get_secret_value()
        for token in (settings.alertmanager_token, settings.alertmanager_token_previous)
        if token is not None
    ]
    if tokens:
        webhook = AlertmanagerWebhook(intake, tuple(tokens), _routing(settings))
        app.router.add_post("/alertmanager", webhook.__call__)
    return app

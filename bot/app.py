"""The composition root: every object is built here, once, and nothing else constructs.

``build`` makes a service ready to start, over given parts where the local workspace and the tests bring their own;
``run_service`` runs it until SIGTERM or SIGINT.
"""

from __future__ import annotations

import asyncio
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

from bot.access import People as PeopleMap
from bot.access import PeopleError, Policy, parse_people
from bot.cluster.access import Reviewer
from bot.cluster.actuator import Actuator
from bot.cluster.collector import Collector
from bot.cluster.connection import connect
from bot.cluster.live import Live
from bot.errors import BotError
from bot.gate import Gate
from bot.intake import Intake
from bot.investigation import Investigation
from bot.metrics import Metrics
from bot.offering import Offering
from bot.press import Hands, Pressing
from bot.render.slack import classic
from bot.rollout.progress import SETTLE_S
from bot.service import Service, at_work, heard
from bot.slack.client import slack_client
from bot.slack.notifier import Notifier
from bot.slack.people import People
from bot.store import Store
from bot.telemetry import configure_logging
from bot.workers import Tasks, Workers
from diagnostics.catalogue import builtin
from diagnostics.engine import diagnose
from handlers.actions import Actions
from handlers.alert_messages import AlertMessages, Watched
from handlers.alertmanager import AlertmanagerWebhook
from handlers.commands import Commands
from handlers.health import Health
from handlers.home import Home
from handlers.limits import ALERT_BODY_BYTES
from handlers.slack_guard import SlackGuard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.cluster.connection import Connection
    from bot.settings import Settings
    from diagnostics.catalogue import Catalogue

_log = structlog.get_logger(__name__)

WORKERS = 4
"""Investigations at a time: each makes up to eight requests to the API server at once."""

SWEEP_S = 5.0
"""How often presses are looked for whose process died."""


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
        store = await Store.open(settings.store_url, clock)
        stack.push_async_callback(store.close)
        if connection is None:
            connection = await stack.enter_async_context(connect(settings.kubeconfig, settings.kube_context))
        client = await stack.enter_async_context(
            slack_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
        )
        notifier = Notifier(client, classic)
        investigation = Investigation(
            store=store,
            collector=Collector(
                connection,
                catalogue=catalogue,
                deadline_s=settings.collect_deadline_s,
                log_bytes=settings.log_bytes,
                secret_metadata=settings.read_secret_metadata,
            ),
            diagnose=lambda snapshot: diagnose(snapshot, catalogue),
            notifier=notifier,
            offering=Offering(store, _policy(settings), float(settings.offer_ttl_s)),
            metrics=metrics,
            owner=owner,
            allowed_namespaces=settings.allowed_namespaces,
        )
        workers = Workers(investigation.step, count=WORKERS)
        _people_map(settings)  # a map that cannot be used is said at the start, not at the first press
        live, people = Live(connection), People(client)
        pressing = Pressing(
            store=store,
            notifier=notifier,
            people=people,
            gate=Gate(
                store=store,
                people=people,
                people_map=lambda: _people_map(settings),
                policy=_policy(settings),
                live=live,
                reviewer=Reviewer(connection),
            ),
            hands=Hands(live=live, actuator=Actuator(connection), settle_s=settle_s),
            metrics=metrics,
            owner=owner,
            wake=workers.wake,
        )
        intake = Intake(store, workers.wake, metrics)
        slack = _slack_app(client)
        Commands(intake, notifier).register(slack)
        Actions(pressing, tasks).register(slack)
        Home(store, notifier).register(slack)
        AlertMessages(intake, store.seen, _watched(settings)).register(slack)
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
            tasks=tasks,
            socket=socket,
            runner=web.AppRunner(web_app, access_log=None),
        )


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
    return builtin() if settings.signatures_dir is None else builtin().with_folder(settings.signatures_dir)


def _make_folder(settings: Settings) -> None:
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BotError(f"DATA_DIR: cannot make the folder {settings.data_dir}: {error.strerror}") from error


def _policy(settings: Settings) -> Policy:
    return Policy(
        enabled=settings.actions_enabled,
        channels=frozenset(settings.action_channels),
        namespaces=frozenset(settings.action_namespaces),
    )


def _people_map(settings: Settings) -> PeopleMap:
    """Read the people map, anew for every press: whoever was taken out of it may not press any more."""
    path = settings.people_file
    if path is None:
        return PeopleMap(trust_email=settings.trust_slack_email)
    try:
        entries = parse_people(path.read_text(encoding="utf-8"), str(path))
    except PeopleError as error:
        raise BotError(f"PEOPLE_FILE: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BotError(f"PEOPLE_FILE: {path} cannot be read ({type(error).__name__})") from error
    return PeopleMap(entries=entries, trust_email=settings.trust_slack_email)


def _watched(settings: Settings) -> Watched:
    return Watched(
        channels=frozenset(settings.alert_message_channels), senders=frozenset(settings.alert_message_senders)
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
        webhook = AlertmanagerWebhook(intake, tuple(tokens), settings.channel_for)
        app.router.add_post("/alertmanager", webhook.__call__)
    return app

"""The whole service against the two stand-ins on loopback, as the local workspace runs it."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from bot.app import Service, build
from bot.cluster.connection import connect
from bot.demo.cluster import DEMO_TOKEN, ClusterStandIn, single
from bot.demo.cluster.people import BOT_TOKEN
from bot.demo.slack.server import SlackStandIn
from bot.settings import Settings
from tests.support.places import unnamed
from tests.support.stores import with_tables

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from bot.cluster.connection import Connection
    from bot.demo.cluster import Cluster
    from bot.demo.cluster.workspace import Workspace
    from bot.demo.slack.model import Stored

TOKEN = "alertmanager-token-for-tests"

WITHIN_S = 45.0
"""How long a condition may take to come about: long, because the cores may be shared. Nobody waits when it is there."""


PATIENCE_S = 60.0
PATIENT = (
    *("handlers.actions.STORE_S", "handlers.alertmanager.KEEP_S", "handlers.alertmanager.TURN_S"),
    "handlers.commands.STORE_S",
    *("bot.slack.client.CALL_S", "bot.actions.alertmanager.CALL_S"),
    *("bot.cluster.access.WITHIN_S", "bot.cluster.actuator.WITHIN_S", "bot.cluster.around.WITHIN_S"),
    "bot.demo.slack.limits.TRIGGER_S",
)
"""How long people in Slack, the store and the cluster are waited for. On a machine that is busy otherwise they may take
longer than anybody would wait, and what is tested here is not how long that is."""


SWEEP_S = 0.2
OFTEN = ("bot.clusters.served.SWEEP_S", "bot.actions.wiring.EVERY_S")
"""How often the service looks for what changed or was left, unasked: of what a test waits for, it is the most."""


@contextmanager
def patient() -> Iterator[None]:
    """Let nothing run out of its time because the machine is slow."""
    with _set(PATIENT, PATIENCE_S):
        yield


@contextmanager
def _set(names: Iterable[str], seconds: float) -> Iterator[None]:
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(patch(name, seconds))
        yield


def hurried(times: int = 20) -> Callable[[], datetime]:
    """A cluster's clock that runs faster, so that nobody waits for pods to become ready."""
    began = datetime.now(UTC)
    return lambda: began + (datetime.now(UTC) - began) * times


class World:
    """A running service, and what a person or Alertmanager can do to it."""

    def __init__(self, slack: SlackStandIn, api: ClusterStandIn, service: Service, connection: Connection) -> None:
        self.slack = slack
        self.api = api
        self.cluster = api.cluster
        self.service = service
        self.connection = connection

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.service.port}"

    @property
    def health(self) -> str:
        return f"http://127.0.0.1:{self.service.health_port}"

    async def until(self, found: Callable[[], Any], within_s: float = WITHIN_S) -> Any:
        """Return what ``found`` gives as soon as it gives something."""
        async with asyncio.timeout(within_s):
            while not (result := found()):  # noqa: ASYNC110 — looks from outside, as a person does
                await asyncio.sleep(0.01)
        return result

    async def until_awaited(self, find: Callable[[], Any], within_s: float = WITHIN_S) -> Any:
        """Return what the coroutine function gives as soon as it gives something."""
        async with asyncio.timeout(within_s):
            while not (result := await find()):  # noqa: ASYNC110 — looks from outside, as a person does
                await asyncio.sleep(0.01)
        return result

    async def dialog(self, user: str, besides: Collection[str] = ()) -> dict[str, Any]:
        """Return the person's top dialog once it says more than that it looks; ``besides`` are ids of older ones."""

        def filled() -> Any:
            # Asked for anew each time: a dialog that opens is another stack.
            stack = self.slack.views.stack(user)
            new = stack and stack[-1]["id"] not in besides
            return new and "Looking at" not in str(stack[-1]["blocks"]) and stack[-1]

        return await self.until(filled)

    def posts(self, channel: str) -> list[Stored]:
        return [stored for stored in self.slack.workspace.history(channel) if stored.message.get("bot_id")]

    async def settled(self) -> None:
        pause_s = 0.01
        async with asyncio.timeout(WITHIN_S):
            while await self.service.store.incidents.waiting():
                # The store has one connection: who asks it all the time keeps the service from working.
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, 0.1)


def settings_for(slack: SlackStandIn, folder: Path, *, http: bool = False, **more: Any) -> Settings:
    given = {
        "slack_bot_token": slack.bot_token,
        "slack_app_token": None if http else slack.app_token,
        "slack_signing_secret": slack.signing_secret,
        "slack_api_url": slack.api_url,
        "alertmanager_token": TOKEN,
        "alert_channel": "C0ALERTS",
        "http_host": "127.0.0.1",
        "http_port": 0,
        "health_port": 0,
        "data_dir": folder / "data",
        "collect_deadline_s": 60,
    }
    return Given(**given | more)


class Given(Settings):
    """Settings that a test gives: the environment and files are not looked through, which takes the most time."""

    @classmethod
    def settings_customise_sources(cls, _settings_cls: Any, init_settings: Any, **_others: Any) -> tuple[Any, ...]:
        return (init_settings,)


@asynccontextmanager
async def world(folder: Path, scenario: str = "oom-python", *, http: bool = False, **more: Any) -> AsyncIterator[World]:
    """Run everything over one recording, as it was recorded; ``http`` takes signed HTTP instead of Socket Mode."""
    async with (
        ClusterStandIn(single(scenario), tick_s=None) as api,
        _running(folder, api, DEMO_TOKEN, http=http, more=more) as running,
    ):
        yield running


@asynccontextmanager
async def living_world(folder: Path, workspace: Workspace, **more: Any) -> AsyncIterator[World]:
    """Run everything over the demo's living cluster, with its people and their rights."""
    async with ClusterStandIn(workspace.cluster, tick_s=0.05) as api:
        with _set(OFTEN, SWEEP_S):
            async with _running(folder, api, BOT_TOKEN, http=False, more=more) as on:
                yield on


@asynccontextmanager
async def fleet_world(
    folder: Path, cluster: Cluster, *, http: bool = False, clock: Callable[[], float] | None = None, **more: Any
) -> AsyncIterator[World]:
    """Run everything over a cluster of one's own; ``http`` takes signed HTTP instead of Socket Mode.

    ``clock`` is the service's time, in seconds since the epoch, where that is the test's to move.
    """
    async with (
        ClusterStandIn(cluster, tick_s=None) as api,
        _running(folder, api, DEMO_TOKEN, http=http, more=more, clock=clock) as on,
    ):
        yield on


@asynccontextmanager
async def _running(
    folder: Path,
    api: ClusterStandIn,
    token: str,
    *,
    http: bool,
    more: dict[str, Any],
    clock: Callable[[], float] | None = None,
) -> AsyncIterator[World]:
    with patient():
        async with SlackStandIn(ack_s=PATIENCE_S) as slack:
            kubeconfig = folder / "kubeconfig"
            kubeconfig.write_text(api.kubeconfig_text(token=token))
            settings = settings_for(slack, folder, http=http, **more)
            if not settings.database_url:
                settings.data_dir.mkdir(mode=0o700, exist_ok=True)
                with_tables(settings.data_dir / "crashloop.db")
            async with (
                connect(str(kubeconfig)) as connection,
                build(settings, connection=connection, settle_s=0.5, clock=clock) as service,
            ):
                await service.start()
                try:
                    if http:
                        slack.deliver_to(f"http://127.0.0.1:{service.port}/slack/events")
                    running = World(slack, api, service, connection)
                    await running.until(lambda: http or slack.delivery.connected)
                    yield running
                    called = next(iter(settings.cluster_name), "") or connection.cluster
                    assert unnamed(slack, called) == [], "whatever is sent says which cluster it is about"
                finally:
                    await service.stop()

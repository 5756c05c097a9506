"""The local workspace, wired: the real bot between a Slack stand-in and a cluster (recorded, or the reader's own).

The bot is the one of production: ``bot.app.build`` with settings that point at loopback. It keeps its store in a folder
that goes when the demo ends.
"""

from __future__ import annotations

import asyncio
import secrets
import signal
import sys
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import yaml
from pydantic import SecretStr

from bot.app import build
from bot.cluster.connection import connect
from bot.demo.alertmanager import AlertmanagerStandIn
from bot.demo.alerts import attachment, notification, page_card
from bot.demo.cluster.measured import MEMORY
from bot.demo.cluster.people import BOT_TOKEN
from bot.demo.cluster.server import ClusterStandIn
from bot.demo.cluster.workspace import Workspace
from bot.demo.prometheus import PrometheusStandIn, Sampled
from bot.demo.slack import Person, Room, SlackStandIn
from bot.demo.slack.acts import ActError
from bot.demo.slack.model import SCOPES, App
from bot.model.policy import Entry
from bot.ops.logging import configure_logging
from bot.settings import Settings
from diagnostics import fields

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

    from bot.cluster.connection import Connection
    from bot.demo.cluster.workspace import Card
    from bot.ops.service import Service

ALERTS = "C0ALERTS"
ALERTMANAGER_BOT = "B0ALERTMANA"
"""The bot id that the Slack stand-in gives to a poster named Alertmanager."""
PROTECTED = "loyalty"
"""The namespace of the recorded cluster in which two people must agree."""
OPEN_LOOKED_AT = 200
"""More incidents than the page has scenarios."""
SETTLING_S = 5.0
"""How long the bot's Socket Mode connection may take before the address is printed."""

PEOPLE = (
    Person(
        id="U0ANNA",
        name="anna",
        real_name="Anna Berg",
        email="anna@example.com",
        title="SRE",
        note="may change workloads",
    ),
    Person(
        id="U0BEN", name="ben", real_name="Ben Ito", email="ben@example.com", title="Developer", note="may only look"
    ),
    Person(
        id="U0CARA",
        name="cara",
        real_name="Cara Lind",
        email="cara@example.com",
        title="Team lead",
        note="may change workloads, and approve what Anna asks for",
    ),
    Person(
        id="U0GITA",
        name="gita",
        real_name="Gita Rao",
        email="gita@partner.example",
        title="Guest",
        note="a guest of the workspace",
        is_restricted=True,
    ),
)
MEMBERS = tuple(person for person in PEOPLE if not person.is_restricted)
"""Who has a user in the recorded cluster."""
ROOMS = (
    Room(id=ALERTS, name="alerts", topic="Alerts that page the on-call"),
    Room(id="C0GENERAL", name="general", topic="Everything else"),
)


class DemoSettings(Settings):
    """Settings from the arguments alone: neither the environment nor a ``.env`` of the reader's may reach the demo."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 — pydantic-settings' signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 — as above
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 — as above
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 — as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the one source that counts here."""
        return (init_settings,)


def run(port: int, kubeconfig: str | None) -> None:
    """Run until Ctrl-C. ``kubeconfig`` None means the recorded clusters, empty the reader's default one.

    Raises ``OSError`` when the port is taken, ``ClusterError`` when the reader's cluster cannot be used.
    """
    configure_logging("ERROR")
    asyncio.run(_until_stopped(port, kubeconfig))


async def _until_stopped(port: int, kubeconfig: str | None) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with workspace(port, kubeconfig) as demo:
        sys.stdout.write(_greeting(demo))
        sys.stdout.flush()
        await stopping.wait()
        sys.stdout.write("\nstopping\n")


class Demo:
    """A running workspace: the page, the bot, and the recorded cluster with its Alertmanager when there is one."""

    def __init__(
        self,
        slack: SlackStandIn,
        connection: Connection,
        recorded: Workspace | None,
        alertmanager: AlertmanagerStandIn | None,
    ) -> None:
        self.slack = slack
        self.alertmanager = alertmanager
        self.connection = connection
        self.recorded = recorded
        self.service: Service | None = None
        self.token = secrets.token_hex(16)

    @property
    def url(self) -> str:
        """The page's address."""
        return self.slack.url

    def cards(self) -> list[dict[str, Any]]:
        """Return the page's scenario cards, the first example on top."""
        if self.recorded is None:
            return []
        return [page_card(card, first=index == 0) for index, card in enumerate(self.recorded.cards())]

    async def fire(self, scenario: str, how: str) -> dict[str, Any] | None:
        """Set a scenario off afresh: as Alertmanager's webhook, or as the message that Alertmanager posts itself.

        Raises ``ActError`` where a silence keeps the alert from being sent.
        """
        if self.recorded is None or self.alertmanager is None:
            return None
        self._check_silence(self.recorded.card(scenario), self.alertmanager)
        self.recorded.reset(scenario)
        card = self.recorded.card(scenario)
        assert self.service is not None, "fired before the service was built"  # noqa: S101 — wiring, not input
        if how == "message":
            posted = await self.slack.post_as_app(ALERTS, "Alertmanager", "", [attachment(card)])
            return {"channel": ALERTS, "ts": posted.ts}
        open_thread = await self._open_thread(self.service, card)
        url = f"http://127.0.0.1:{self.service.port}/alertmanager"
        headers = {"Authorization": f"Bearer {self.token}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(url, json=notification(card)) as reply,
        ):
            reply.raise_for_status()
        return {"channel": ALERTS} | ({"open": open_thread} if open_thread else {})

    @staticmethod
    async def _open_thread(service: Service, card: Card) -> str:
        """Return the thread that tells of the card's failure already, or empty: each card has its own namespace."""
        for incident in await service.store.incidents.failing(OPEN_LOOKED_AT):
            about = (incident.workload or incident.subject).namespace
            thread = incident.thread_ts or incident.summary_ts
            if thread and (incident.channel, about) == (ALERTS, card.namespace):
                return thread
        return ""

    @staticmethod
    def _check_silence(card: Card, alertmanager: AlertmanagerStandIn) -> None:
        silence = alertmanager.fire(card.alert.labels)
        if silence is not None:
            until = datetime.fromtimestamp(silence.ends_at, UTC).strftime("%H:%M UTC")
            raise ActError(
                f"Alertmanager sends nothing: {card.alert.labels['alertname']} is silenced until {until}. "
                "End the silence in its thread."
            )


@asynccontextmanager
async def workspace(port: int = 0, kubeconfig: str | None = None) -> AsyncIterator[Demo]:
    """Start everything; stop it in the reverse order on leaving."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="crashloop-demo-")))
        recorded = Workspace() if kubeconfig is None else None
        connection = await stack.enter_async_context(connect(await _cluster(stack, folder, recorded, kubeconfig)))
        demo: Demo | None = None

        async def fire(scenario: str, how: str) -> dict[str, Any] | None:
            return None if demo is None else await demo.fire(scenario, how)

        slack = SlackStandIn(
            port,
            users=PEOPLE,
            channels=ROOMS,
            app=App(scopes=(*SCOPES, "files:write")),
            scenarios=lambda: [] if demo is None else demo.cards(),
            fire=fire,
        )
        alertmanager = None if recorded is None else await stack.enter_async_context(AlertmanagerStandIn())
        prometheus = None if recorded is None else await stack.enter_async_context(PrometheusStandIn(_series(recorded)))
        demo = Demo(slack, connection, recorded, alertmanager)
        await slack.start()
        stack.push_async_callback(slack.stop)
        own = await _reader(connection) if recorded is None else None
        people = folder / "people.yaml"
        people.write_text(yaml.safe_dump([{"slack": person.id, "user": person.email} for person in MEMBERS]))
        settings = DemoSettings(
            slack_bot_token=SecretStr(slack.bot_token),
            slack_app_token=SecretStr(slack.app_token),
            slack_api_url=slack.api_url,
            alert_channel=ALERTS,
            alertmanager_token=SecretStr(demo.token),
            alertmanager_url=None if alertmanager is None else alertmanager.url,
            prometheus_url=None if prometheus is None else prometheus.url,
            prometheus_pictures=prometheus is not None,
            protected_namespaces=() if recorded is None else (PROTECTED,),
            alert_message_channels=(ALERTS,),
            alert_message_senders=(ALERTMANAGER_BOT,),
            people_file=people if own is None else None,
            operators=(PEOPLE[0].id,),
            act_as="auto" if own is None else "bot",
            http_host="127.0.0.1",
            http_port=0,
            health_port=0,
            data_dir=folder,
            log_level="ERROR",
            log_files=True,
            watch_every_s=5.0,
            recovery_hold_s=10.0,
        )
        demo.service = await stack.enter_async_context(build(settings, connection=connection, own=own))
        await demo.service.start()
        stack.push_async_callback(demo.service.stop)
        await _connected(slack)
        yield demo


async def _cluster(
    stack: AsyncExitStack, folder: Path, recorded: Workspace | None, kubeconfig: str | None
) -> str | None:
    """Return the kubeconfig's path: of the stand-in, started here, or the reader's own (None: the default one)."""
    if recorded is None:
        return kubeconfig or None
    server = await stack.enter_async_context(ClusterStandIn(recorded.cluster))
    path = folder / "kubeconfig"
    path.write_text(server.kubeconfig_text("crashloop", BOT_TOKEN))
    return str(path)


def _series(recorded: Workspace) -> Callable[[], list[Sampled]]:
    """Return what the recorded cluster's Prometheus has, whenever it is asked."""
    return lambda: [Sampled(MEMORY, labels, points) for labels, points in recorded.measured()]


async def _reader(connection: Connection) -> Entry:
    """Return who the page's first person is on the reader's own cluster: the reader, whatever they are called there.

    Their rights are asked as the connection's own, so that the name is only shown. A people map may name neither
    `system:admin` (k3s) nor the group `system:masters` (minikube), which are what such kubeconfigs are made of.
    """
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    reply = await connection.request("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", body=review)
    # Before Kubernetes 1.28 there is no such review.
    said = fields.text(reply.json(), "status", "userInfo", "username") if reply.ok else ""
    return Entry(slack=PEOPLE[0].id, user=said or connection.who or "you")


async def _connected(slack: SlackStandIn) -> None:
    """Wait until the bot's Socket Mode connection stands, so that the first command is heard."""
    for _ in range(int(SETTLING_S / 0.05)):
        if slack.delivery.connected:
            return
        await asyncio.sleep(0.05)


def _greeting(demo: Demo) -> str:
    """Return what the terminal shows: the address on a line of its own."""
    if demo.recorded is None:
        return (
            f"\n  crashloop, with your cluster ({demo.connection.server} as {demo.connection.who or 'you'})\n\n"
            f"  Open    {demo.url}\n  Type    /crashloop deployment/NAME -n NAMESPACE\n\n  Ctrl-C stops it.\n\n"
        )
    first = demo.recorded.cards()[0]
    return (
        f"\n  crashloop, the local workspace: the real bot, a stand-in for Slack, recorded clusters\n\n"
        f"  Open    {demo.url}\n  Type    {first.command}\n"
        f"  Or      fire an alert from the panel, open its thread, press Roll back\n\n  Ctrl-C stops it.\n\n"
    )

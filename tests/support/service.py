"""The whole service against the two stand-ins on loopback, as the local workspace runs it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from bot.app import Service, build
from bot.cluster.connection import connect
from bot.demo.cluster import Cluster, ClusterStandIn, single
from bot.demo.slack.server import SlackStandIn
from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.demo.slack.model import Stored

TOKEN = "alertmanager-token-for-tests"


class World:
    """A running service, and what a person or Alertmanager can do to it."""

    def __init__(self, slack: SlackStandIn, api: ClusterStandIn, cluster: Cluster, service: Service) -> None:
        self.slack = slack
        self.api = api
        self.cluster = cluster
        self.service = service

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.service.port}"

    async def until(self, found: Callable[[], Any], within_s: float = 15.0) -> Any:
        """Return what ``found`` gives as soon as it gives something."""
        async with asyncio.timeout(within_s):
            while not (result := found()):  # noqa: ASYNC110 — looks from outside, as a person does
                await asyncio.sleep(0.01)
        return result

    def posts(self, channel: str) -> list[Stored]:
        return [stored for stored in self.slack.workspace.history(channel) if stored.message.get("bot_id")]

    async def settled(self) -> None:
        async with asyncio.timeout(15):
            while await self.service.store.incidents.waiting():  # noqa: ASYNC110 — as above
                await asyncio.sleep(0.01)


def settings_for(slack: SlackStandIn, folder: Path, *, http: bool = False, **more: Any) -> Settings:
    return Settings(
        _env_file=None,
        slack_bot_token=slack.bot_token,
        slack_app_token=None if http else slack.app_token,
        slack_signing_secret=slack.signing_secret,
        slack_api_url=slack.api_url,
        alertmanager_token=TOKEN,
        alert_channel="C0ALERTS",
        http_host="127.0.0.1",
        http_port=0,
        data_dir=folder / "data",
        **more,
    )


@asynccontextmanager
async def world(folder: Path, scenario: str = "oom-python", *, http: bool = False, **more: Any) -> AsyncIterator[World]:
    """Run everything; ``http`` takes signed HTTP instead of Socket Mode."""
    cluster = single(scenario)
    async with SlackStandIn() as slack, ClusterStandIn(cluster, ticking=False) as api:
        kubeconfig = folder / "kubeconfig"
        kubeconfig.write_text(api.kubeconfig_text())
        settings = settings_for(slack, folder, http=http, **more)
        async with connect(str(kubeconfig)) as connection, build(settings, connection=connection) as service:
            await service.start()
            try:
                if http:
                    slack.deliver_to(f"http://127.0.0.1:{service.port}/slack/events")
                running = World(slack, api, cluster, service)
                await running.until(lambda: http or slack.delivery.connected)
                yield running
            finally:
                await service.stop()

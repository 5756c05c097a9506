"""A running service, and what the systems of alerts do to it."""

from __future__ import annotations

from contextlib import asynccontextmanager

import aiohttp

from bot.app import build
from tests.alerts.zoo import zoo
from tests.support.service import TOKEN, World, fleet_world, settings_for


class On:
    """A running service, and what an alert's systems do to it."""

    def __init__(self, running):
        self.running = running
        self.read = 0
        self.answer = ""

    async def webhook(self, *alerts, status="firing", **annotations):
        """Post a notification as Alertmanager does, and wait until what it asks for is done."""
        body = {
            "version": "4",
            "status": status,
            "alerts": [
                {
                    "status": labels.get("__status__", status),
                    "labels": {name: value for name, value in labels.items() if name != "__status__"},
                    "annotations": annotations,
                    "startsAt": "2026-11-22T10:00:00Z",
                    "generatorURL": "http://prometheus.example/graph?g0.expr=up",
                    "fingerprint": "",
                }
                for labels in alerts
            ],
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                f"{self.running.base}/alertmanager", json=body, headers={"Authorization": f"Bearer {TOKEN}"}
            ) as answer,
        ):
            assert answer.status == 202
            self.answer = await answer.text()
        await self.running.settled()

    async def message(self, text="", attachments=None):
        """Let Alertmanager's app post, and wait until the signed event was read and everything is done."""
        before = await self.counted()
        posted = await self.running.slack.post_as_app("C0ALERTS", "alertmanager", text, attachments)
        await self.running.until_awaited(lambda: self._more_than(before))
        await self.running.settled()
        return posted

    async def _more_than(self, before):
        return await self.counted() > before

    async def counted(self):
        """How many alerts were read."""
        return sum(float(line.split()[-1]) for line in await self.metrics("crashloop_alerts_total{"))

    async def metrics(self, begin):
        async with aiohttp.ClientSession() as session, session.get(f"{self.running.health}/metrics") as answer:
            return [line for line in (await answer.text()).splitlines() if line.startswith(begin)]

    async def answered(self):
        """The workloads that were answered with a verdict that they fail."""
        recent = await self.running.service.store.incidents.recent(100)
        return {
            str(one.workload)
            for one in recent
            if one.verdict in ("confirmed", "likely", "undetermined") and one.workload
        }

    def said(self):
        """Everything that the bot wrote in the channel of alerts."""
        return [
            item.message
            for item in self.running.posts("C0ALERTS")
            if (item.message.get("metadata") or {}).get("event_type") == "crashloop"
        ]


SETTINGS = {
    "cluster_name": ("prod-eu",), "alert_message_channels": ("C0ALERTS",), "alert_message_senders": ("B0ALERTMANA",),
    "watch_every_s": 300.0, "alert_labels": {"zoo_pod": "pod"},
}  # fmt: skip


@asynccontextmanager
async def alerted(folder, **more):
    """Run the service over the zoo, alerts coming as webhook and as signed Slack events."""
    async with fleet_world(folder, zoo(), http=True, **SETTINGS, **more) as running:
        yield On(running)


@asynccontextmanager
async def replica_of(on, folder, **more):
    """Run another process's service beside one, with the same Slack, cluster and settings."""
    first = on.running
    settings = settings_for(first.slack, folder, http=True, **SETTINGS, **more)
    async with build(settings, connection=first.connection, settle_s=0.5) as service:
        await service.start()
        try:
            yield On(World(first.slack, first.api, service, first.connection))
        finally:
            await service.stop()


def listed(labels):
    """Labels as templates list them."""
    return "\n".join(f"{name} = {value}" for name, value in labels.items())

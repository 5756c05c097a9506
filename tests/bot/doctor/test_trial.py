"""What the test alert says when something on its way is not as it should be."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.demo.slack import Fault, Room, SlackStandIn
from bot.doctor.trial import Trial
from bot.settings import Settings
from bot.slack.client import slack_client
from bot.slack.inspection import Inspection

ROOMS = (Room(id="C0ALERTS", name="alerts"), Room(id="C0PAGER", name="pager"))


class Service:
    """Takes notifications, and posts of them in Slack what it is told to: nothing, the line, or line and answer."""

    def __init__(self, slack, posts, status=202):
        self.slack, self.posts, self.status = slack, posts, status
        self.bodies, self.channel = [], "C0ALERTS"

    async def __call__(self, request):
        self.bodies.append(json.loads(await request.text()))
        labels = self.bodies[-1]["alerts"][0]["labels"]
        if self.bodies[-1]["status"] == "firing" and self.status == 202:
            async with slack_client(self.slack.bot_token, self.slack.api_url) as client:
                ts = None
                for _ in range(self.posts):
                    posted = await client.chat_postMessage(channel=self.channel, text=labels["pod"], thread_ts=ts)
                    ts = ts or posted["ts"]
        return web.Response(status=self.status, text="<html>" if self.status == 404 else "1 alerts: what came of it")


@asynccontextmanager
async def trial(posts=2, status=202, **more):
    async with SlackStandIn(channels=ROOMS) as slack:
        service = Service(slack, posts, status)
        app = web.Application()
        app.router.add_post("/alertmanager", service.__call__)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        given = {"alertmanager_token": "0123456789abcdef", "alert_channel": "C0ALERTS"} | more
        settings = Settings(_env_file=None, slack_bot_token="xoxb-1", slack_app_token="xapp-1", **given)
        try:
            async with slack_client(slack.bot_token, slack.api_url) as client:
                url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
                yield Trial(settings, Inspection(client), url, within_s=1.0, every_s=0.05), service
        finally:
            await runner.cleanup()


async def test_the_thread_is_found_and_the_alert_resolved():
    async with trial() as (asked, service):
        result = await asked.run(1_800_000_000.0)
    assert result.state == "ok"
    assert "https://crashloop-demo.slack.com/archives/C0ALERTS/p" in result.sentence
    firing, resolved = service.bodies
    assert (firing["status"], resolved["status"]) == ("firing", "resolved")
    assert firing["alerts"][0]["labels"] == resolved["alerts"][0]["labels"]
    assert firing["alerts"][0]["startsAt"] == "2027-01-15T08:00:00Z"


@pytest.mark.parametrize(
    ("posts", "status", "says", "fix"),
    [
        (0, 202, "(1 alerts: what came of it), but there was no line about it in C0ALERTS within 1 s", "alerts.taken"),
        (1, 202, "no answer in the thread of its line", "alerts.taken"),
        (0, 401, "answers 401", "the same ALERTMANAGER_TOKEN"),
        (0, 404, "answers 404: a web page", "HTTP_PORT of crashloop serve"),
        (0, 503, "answers 503", "the service's log"),
        (0, 418, "answers 418", "let --url lead to"),
    ],
)
async def test_what_did_not_happen_is_said(posts, status, says, fix):
    async with trial(posts, status) as (asked, service):
        result = await asked.run(1_800_000_000.0)
    assert result.state == "broken"
    assert says in result.sentence
    assert fix in result.fix
    assert len(service.bodies) == (2 if status == 202 else 1)


async def test_slack_that_shows_nothing_is_named():
    async with trial() as (asked, service):
        service.slack.set_fault("conversations.history", Fault(kind="error", code="missing_scope", times=-1))
        result = await asked.run(1_800_000_000.0)
    assert "Slack does not show what came of it" in result.sentence
    assert "missing_scope" in result.sentence


@pytest.mark.parametrize(
    ("more", "channel", "labels"),
    [
        ({"alert_channel": "#pager"}, "C0PAGER", {"namespace": "default", "severity": "critical"}),
        ({"allowed_namespaces": "shop,web"}, "C0ALERTS", {"namespace": "shop"}),
        ({"channel_routes": "default=C0PAGER"}, "C0PAGER", {}),
        ({"label_routes": "alertname:CrashloopDoctorTest=C0PAGER"}, "C0PAGER", {}),
        ({"alert_severities": "page,ticket"}, "C0ALERTS", {"severity": "page"}),
    ],
)
async def test_it_goes_where_the_settings_send_it_and_passes_their_policy(more, channel, labels):
    async with trial(**more) as (asked, service):
        service.channel = channel
        result = await asked.run(1_800_000_000.0)
    assert result.state == "ok", result.sentence
    assert service.bodies[0]["alerts"][0]["labels"].items() >= labels.items()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"alertmanager_token": None}, "ALERTMANAGER_TOKEN is not set"),
        ({"alert_channel": "#nowhere"}, "Slack knows no channel #nowhere"),
    ],
)
async def test_what_cannot_work_is_not_sent(more, says):
    async with trial(**more) as (asked, service):
        result = await asked.run(1_800_000_000.0)
    assert (result.state, service.bodies) == ("broken", [])
    assert says in result.sentence

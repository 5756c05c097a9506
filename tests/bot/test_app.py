"""Starting and stopping: what is wrong is said in one sentence, and SIGTERM leaves nothing undone."""

import asyncio
import io
import json
import logging
import os
import signal
import sys

import aiohttp
import pytest
import structlog

from bot.app import build
from bot.cluster.connection import connect
from bot.demo.cluster import ClusterStandIn, single
from bot.demo.slack.faults import Fault
from bot.demo.slack.server import SlackStandIn
from bot.model.errors import BotError
from bot.ops.logging import configure_logging
from tests.support.service import settings_for, world


async def started(folder, slack, **more):
    async with ClusterStandIn(single("oom-python"), tick_s=None) as api:
        (folder / "kubeconfig").write_text(api.kubeconfig_text())
        settings = settings_for(slack, folder, **more)
        async with connect(str(folder / "kubeconfig")) as connection, build(settings, connection=connection) as service:
            await service.start()
            await service.stop()


@pytest.mark.parametrize(
    ("more", "named"),
    [({"slack_bot_token": "xoxb-wrong"}, "SLACK_BOT_TOKEN"), ({"slack_app_token": "xapp-wrong"}, "SLACK_APP_TOKEN")],
)
async def test_a_token_that_slack_refuses_is_named(tmp_path, more, named):
    async with SlackStandIn() as slack:
        with pytest.raises(BotError, match=named) as raised:
            await started(tmp_path, slack, **more)
        assert "wrong" not in str(raised.value)


async def test_a_port_in_use_is_named(tmp_path):
    async with SlackStandIn() as slack:
        port = int(slack.url.rpartition(":")[2])
        with pytest.raises(BotError, match=f"HTTP_PORT: cannot listen on 127.0.0.1:{port}"):
            await started(tmp_path, slack, http_port=port)
        with pytest.raises(BotError, match=f"HEALTH_PORT: cannot listen on 127.0.0.1:{port}"):
            await started(tmp_path, slack, health_port=port)


async def test_a_people_map_that_cannot_be_used_is_named(tmp_path):
    people = tmp_path / "people.yaml"
    people.write_text("- {slack: U1}\n")
    async with SlackStandIn() as slack:
        with pytest.raises(BotError, match="PEOPLE_FILE"):
            await started(tmp_path, slack, people_file=people)


async def test_a_data_dir_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "data").write_text("a file")
    async with SlackStandIn() as slack:
        with pytest.raises(BotError, match="DATA_DIR"):
            await started(tmp_path, slack)


async def test_slack_away_at_the_start_does_not_stop_it(tmp_path):
    async with SlackStandIn() as slack:
        slack.set_fault("*", Fault(kind="server_error", times=2))
        await started(tmp_path, slack)


async def test_what_was_asked_before_a_stop_is_answered_after_it(tmp_path):
    async with world(tmp_path) as first:
        first.slack.set_fault("chat.postMessage", Fault(kind="rate_limited", retry_after_s=5, times=-1))
        await first.slack.acts.command("U0ANNA", "C0GENERAL", "production/deployment/api-deployment")
        await first.until(lambda: first.service.store)
        assert first.posts("C0GENERAL") == []
    async with world(tmp_path) as second:
        assert await second.service.store.incidents.waiting() == 1
        await second.settled()
        assert len(second.posts("C0GENERAL")) == 2


@pytest.mark.parametrize(("given", "called"), [((), "demo"), (("prod-eu", "eks-prod"), "prod-eu")])
async def test_line_and_answer_name_the_cluster(tmp_path, given, called):
    async with world(tmp_path, cluster_name=given) as running:
        await running.slack.acts.command("U0ANNA", "C0GENERAL", "production/deployment/api-deployment")
        await running.settled()
        line, answer = (post.message for post in running.posts("C0GENERAL"))
        assert line["text"].endswith(f"\N{NO-BREAK SPACE}· its only pod is down\N{NO-BREAK SPACE}· cluster {called}")
        assert (
            f"\N{NO-BREAK SPACE}· cluster {called}\N{NO-BREAK SPACE}· its only pod is down"
            in answer["blocks"][0]["text"]["text"]
        )


async def test_readiness_tells_what_is_missing(tmp_path):
    async with world(tmp_path) as running, aiohttp.ClientSession() as session:
        await asyncio.gather(*(each.stop(5) for each in running.service.workers))
        async with session.get(f"{running.health}/readyz") as answer:
            assert answer.status == 503
            assert "workers: a worker ended" in await answer.text()


async def test_the_home_tab_tells_what_was_asked_lately(tmp_path):
    async with world(tmp_path) as running:
        await running.slack.acts.command("U0ANNA", "C0GENERAL", "production/deployment/api-deployment")
        await running.settled()
        running.slack.acts.open_home("U0ANNA")
        home = await running.until(lambda: running.slack.views.homes.get("U0ANNA"))
        assert "api-deployment" in json.dumps(home)


SERVE = """
import asyncio, sys
from pathlib import Path
from bot.app import run_service
from bot.settings import load
asyncio.run(run_service(load(None)))
"""


async def test_sigterm_ends_the_process_calmly(tmp_path):
    async with SlackStandIn() as slack, ClusterStandIn(single("oom-python"), tick_s=None) as api:
        (tmp_path / "kubeconfig").write_text(api.kubeconfig_text())
        environment = {
            "PATH": os.environ["PATH"], "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url, "KUBECONFIG": str(tmp_path / "kubeconfig"), "HTTP_HOST": "127.0.0.1",
            "HTTP_PORT": "0", "HEALTH_PORT": "0", "DATA_DIR": str(tmp_path / "data"), "PYTHONWARNINGS": "error",
        }  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SERVE, env=environment, stderr=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(30):
            while not slack.delivery.connected:  # noqa: ASYNC110 — looks from outside
                await asyncio.sleep(0.02)
            await slack.acts.command("U0ANNA", "C0GENERAL", "production/deployment/api-deployment")
            process.send_signal(signal.SIGTERM)
            _, log = await process.communicate()
        assert process.returncode == 0
        events = [json.loads(line) for line in log.decode().splitlines()]
        assert [event["event"] for event in events][-1] == "service.stopped"
        assert "Traceback" not in log.decode()
        assert "investigation.answered" in [event["event"] for event in events]


def test_logs_are_json_lines_without_secrets(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    try:
        configure_logging("INFO")
        structlog.get_logger("x").info("it", said="password=hunter2hunter2\nsecond line \x1b[31m")
        logging.getLogger("aiohttp.server").error("token xoxb-123456789012-abcdefghijklmnop")
        logging.getLogger("slack_bolt").info("a whole body")
        try:
            int("postgres://user:s3cretpassword@db/x")
        except ValueError:
            structlog.get_logger("x").exception("broke")
    finally:
        root.handlers[:], _ = before
        root.setLevel(before[1])
        structlog.reset_defaults()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert lines[0]["event"] == "it"
    assert len(lines) == 3
    for secret in ("hunter2", "abcdefghijklmnop", "s3cretpassword"):
        assert secret not in stream.getvalue()

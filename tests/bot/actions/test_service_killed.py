"""The bot as a process of its own, killed with SIGKILL amid a press: one change at most, always an answer."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.demo.cluster import ClusterStandIn
from bot.demo.cluster.people import BOT_TOKEN
from bot.demo.cluster.workspace import Workspace
from bot.demo.slack.acts import ActError
from bot.demo.slack.server import SlackStandIn
from tests.support.service import hurried

ROOT = Path(__file__).parents[3]
CARD = "app-after-rollout"
PEOPLE = "- {slack: U0ANNA, user: anna@example.com}\n"


class Killable:
    """``crashloop serve`` between the two stand-ins, and the request at which it is killed."""

    def __init__(self, folder, slack, cluster, kubeconfig):
        self.folder, self.slack, self.cluster = folder, slack, cluster
        (folder / "people.yaml").write_text(PEOPLE)
        self.environment = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token, "SLACK_API_URL": slack.api_url,
            "KUBECONFIG": str(kubeconfig), "DATA_DIR": str(folder / "data"), "PEOPLE_FILE": str(folder / "people.yaml"),
            "HTTP_HOST": "127.0.0.1", "HTTP_PORT": "0", "HEALTH_PORT": "0",
        }  # fmt: skip
        self.process = None
        self.patches = 0
        self.killed = False
        self._handle = cluster.handle
        self._when = None
        cluster.handle = self.handle

    def handle(self, request):
        """Answer as the cluster does; the bot dies before it hears of it."""
        patch = request.method == "PATCH"
        dry = "dryRun" in request.query
        reply = self._handle(request)
        if patch and not dry and reply.status == 200:
            self.patches += 1
        met = self._when is not None and ((patch and dry) if self._when == "before the change" else (patch and not dry))
        if met and not self.killed:
            self.killed = True
            os.kill(self.process.pid, signal.SIGKILL)
        return reply

    async def start(self):
        with (self.folder / "bot.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", cwd=self.folder, env=self.environment, stdout=log, stderr=log
            )
        await until(lambda: self.slack.delivery.connected)

    async def end(self):
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    def kill_at(self, when):
        self._when = when

    def thread(self):
        line = next(item for item in self.slack.workspace.history("C0GENERAL") if item.message.get("bot_id"))
        return self.slack.workspace.thread("C0GENERAL", line.ts)

    def texts(self):
        return " ".join(item.message["text"] for item in self.thread())

    def button(self):
        for item in self.thread()[1:]:
            for block in item.message["blocks"]:
                for element in block.get("elements", ()) if block["type"] == "actions" else ():
                    if element["action_id"] == "review_undo":
                        return item.ts, {"type": "button", "block_id": block["block_id"], **element}
        return None

    def sooner(self):
        """As if the lease of the killed process had run out already."""
        with sqlite3.connect(self.folder / "data" / "crashloop.db", timeout=10) as database:
            database.execute("UPDATE offers SET lease_until = 0 WHERE state IN ('claimed', 'running')")
            database.execute("UPDATE presses SET at = at - 100")
            return database.execute("SELECT state FROM offers WHERE state IN ('claimed', 'running')").fetchall()


async def until(found, within_s=40.0):
    async with asyncio.timeout(within_s):
        while not (result := found()):  # noqa: ASYNC110 — looks from outside, as a person does
            await asyncio.sleep(0.02)
    return result


@asynccontextmanager
async def serving(folder):
    workspace = Workspace(hurried(), [CARD])
    async with ClusterStandIn(workspace.cluster) as api, SlackStandIn() as slack:
        kubeconfig = folder / "kubeconfig"
        kubeconfig.write_text(api.kubeconfig_text(token=BOT_TOKEN))
        bot = Killable(folder, slack, workspace.cluster, kubeconfig)
        try:
            await bot.start()
            card = workspace.card(CARD)
            target = f"{card.namespace}/{card.target}"
            await slack.acts.command("U0ANNA", "C0GENERAL", target)
            await until(lambda: bot.slack.workspace.history("C0GENERAL") and len(bot.thread()) > 1 and bot.button())
            yield bot
        finally:
            await bot.end()


@pytest.mark.parametrize("when", ["before the change", "after the change"])
async def test_killed_in_the_middle_of_a_press(tmp_path, when):
    async with serving(tmp_path) as bot:
        ts, button = bot.button()
        await bot.slack.acts.act("U0ANNA", "C0GENERAL", ts, button)
        view = await until(lambda: (stack := bot.slack.views.stack("U0ANNA")) and stack[-1]["submit"] and stack[-1])
        bot.kill_at(when)
        with contextlib.suppress(ActError):  # when the process dies before its acknowledgement is out, Slack says so
            await bot.slack.acts.submit("U0ANNA", view["id"], {})
        assert await asyncio.wait_for(bot.process.wait(), 20) == -signal.SIGKILL
        assert bot.sooner() == [("running",)]
        await bot.start()
        if when == "before the change":
            await until(lambda: "it was not changed" in bot.texts())
            assert bot.patches == 0
            await until(lambda: (found := bot.button()) and found[1]["value"] != button["value"])
        else:
            await until(lambda: " ready after " in bot.texts())
            assert bot.patches == 1
            assert bot.button() is None


async def test_killed_between_the_acknowledgement_and_the_claim(tmp_path):
    async with serving(tmp_path) as bot:
        ts, button = bot.button()
        await bot.slack.acts.act("U0ANNA", "C0GENERAL", ts, button)
        view = await until(lambda: (stack := bot.slack.views.stack("U0ANNA")) and stack[-1]["submit"] and stack[-1])
        reviews = bot.cluster.handle

        def at_the_review(request):
            if request.path.endswith("subjectaccessreviews") and not bot.killed:
                bot.killed = True
                os.kill(bot.process.pid, signal.SIGKILL)
            return reviews(request)

        bot.cluster.handle = at_the_review
        with contextlib.suppress(ActError):  # when the process dies before its acknowledgement is out, Slack says so
            await bot.slack.acts.submit("U0ANNA", view["id"], {})
        assert await asyncio.wait_for(bot.process.wait(), 20) == -signal.SIGKILL
        assert bot.sooner() == []
        await bot.start()

        def told():
            stored = bot.slack.workspace.history("C0GENERAL", "U0ANNA")
            return [item for item in stored if item.only_for and "Press again" in item.message["text"]]

        await until(told)
        assert bot.patches == 0

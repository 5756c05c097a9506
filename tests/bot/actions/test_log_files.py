"""Links in the answer, and the whole log as a file in its thread: through the real service, by who may read it."""

import json
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest

from bot.demo.cluster.workspace import Workspace
from bot.demo.slack.blockkit import blocks_errors
from bot.demo.slack.faults import Fault
from bot.demo.slack.model import Author
from tests.support.service import TOKEN, living_world

PEOPLE = "- {slack: U0ANNA, user: anna@example.com}\n- {slack: U0BEN, user: nobody@example.com}\n"
ALERTS = "C0ALERTS"


@asynccontextmanager
async def answered(folder, card="app-after-rollout", *, scope=True, annotations=None, **more):
    """An alert with its answer in the thread."""
    workspace = Workspace(scenarios=[card])
    (folder / "people.yaml").write_text(PEOPLE)
    async with living_world(folder, workspace, people_file=folder / "people.yaml", **more) as running:
        if scope:
            app = running.slack.workspace.app
            running.slack.workspace.app = replace(app, scopes=(*app.scopes, "files:write"))
        alert = workspace.card(card).alert
        body = {
            "version": "4", "externalURL": "http://alertmanager.example:9093",
            "alerts": [{"status": "firing", "labels": alert.labels, "annotations": annotations or {}}],
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"{running.base}/alertmanager", json=body) as reply,
        ):
            assert reply.status == 202
        await running.settled()
        yield Case(running, workspace.card(card))


class Case:
    def __init__(self, running, card):
        self.running, self.card = running, card
        self.line = running.posts(ALERTS)[0]

    @property
    def thread(self):
        return self.running.slack.workspace.thread(ALERTS, self.line.ts)

    @property
    def answer(self):
        return next(stored for stored in self.thread[1:] if stored.message["blocks"])

    @property
    def files(self):
        return [stored.message for stored in self.thread if stored.message.get("files")]

    def button(self):
        for block in self.answer.message["blocks"]:
            accessory = block.get("accessory") or {}
            if accessory.get("action_id") == "log_file":
                return {**accessory, "block_id": block["block_id"]}
        return None

    async def press(self, user):
        button = self.button()
        action = {key: button[key] for key in ("type", "block_id", "action_id", "value")}
        await self.running.slack.acts.act(user, ALERTS, self.answer.ts, action)

    def told(self, user):
        stored = self.running.slack.workspace.history(ALERTS, user)
        return [item.message["text"] for item in stored if item.only_for == user]

    async def refusal(self, user):
        before = len(self.told(user))
        await self.press(user)
        return await self.running.until(lambda: self.told(user)[before:])

    def log_of(self, lines):
        """Let the pod have printed that."""
        pods = [
            item for item in self.running.cluster.store.everything()
            if item["kind"] == "Pod" and item["metadata"]["namespace"] == self.card.namespace
        ]  # fmt: skip
        text = "".join(f"2026-11-29T08:00:{number % 60:02d}.000000000Z {line}\n" for number, line in enumerate(lines))
        for pod in pods:
            for container in pod["spec"]["containers"]:
                for instance in ("current", "previous"):
                    self.running.cluster.logs.put(
                        self.card.namespace, pod["metadata"]["name"], container["name"], instance, text.encode()
                    )


async def test_the_answer_leads_on_in_one_line(tmp_path):
    given = {
        "logs_url": "https://logs.example.com/?ns={namespace}&pod={pod}&from={from_ms}&to={to_ms}",
        "dashboard_url": "https://grafana.example.com/d/pods?var-workload={workload}",
        "argocd_url": "https://argocd.example.com/applications/{application}",
        "more_links": {"Traces": "https://tempo.example.com/?q={cluster}"},
    }
    brought = {"runbook_url": "https://runbooks.example.com/crash", "dashboard_url": "https://user:pw@evil.example/"}
    async with answered(tmp_path, "argocd-rollout", annotations=brought, **given) as case:
        blocks = case.answer.message["blocks"]
        assert blocks_errors(blocks) == []
        texts = [element["text"] for block in blocks if block["type"] == "context" for element in block["elements"]]
        (links,) = [text for text in texts if text.startswith("🔗")]
        labels = [
            part.partition("|")[2].rstrip(">") for part in links.removeprefix("🔗 ").split("\N{NO-BREAK SPACE}· ")
        ]
        assert labels == ["Logs", "Dashboard", "Traces", "Argo CD", "Runbook", "Silence this alert only"]
        assert "<https://argocd.example.com/applications/shop|Argo CD>" in links
        assert f"?ns={case.card.namespace}&amp;pod=wishlist-" in links
        assert "http://alertmanager.example:9093/#/silences/new?filter=%7Balertname%3D%22" in links
        assert "evil.example" not in json.dumps(blocks)
        assert case.button() is None


async def test_who_may_read_it_gets_the_whole_log_as_a_file_redacted(tmp_path):
    async with answered(tmp_path, log_files=True) as case:
        case.log_of(
            ["starting", "password=hunter2hunter2", "\x1b[31mred\x1b[0m", "logged in with hunter2hunter2", "bye"]
        )
        await case.press("U0ANNA")
        (message,) = await case.running.until(lambda: case.files)
        assert message["text"].startswith("📄 Log of `")
        assert "Asked for by <@U0ANNA>" in message["text"]
        (file,) = message["files"]
        assert file["name"].endswith(".log")
        async with aiohttp.ClientSession() as session, session.get(file["url_private_download"]) as reply:
            text = await reply.text()
            assert reply.headers["Content-Disposition"] == "attachment"
        assert "hunter2" not in text
        assert "\x1b" not in text
        assert "2026-11-29T08:00:04.000000000Z bye" in text
        assert "# --- the run before (previous), 5 lines" in text
        assert len(text.encode()) == file["size"]
        again = await case.refusal("U0ANNA")
        assert "less than a minute ago" in again[0]
        assert len(case.files) == 1


@pytest.mark.threat("Reading", "a whole log is asked for by somebody who may not read it, or may not read here")
@pytest.mark.parametrize(
    ("user", "said"), [("U0BEN", "nobody@example.com may not"), ("U0GUEST", "guests of the workspace may not use me")]
)
async def test_who_may_not_read_it_is_told_so_alone(tmp_path, user, said, record_property):
    async with answered(tmp_path, log_files=True) as case:
        (refused,) = await case.refusal(user)
        assert refused.startswith("⛔ No log: ")
        assert said in refused
        record_property("tried", 1)
        record_property("held", int(not case.files))
        assert case.files == []
        assert [call for call, _ in case.running.slack.api.calls if call.startswith("files.")] == []


async def test_without_the_scope_the_person_is_told_what_lacks(tmp_path):
    async with answered(tmp_path, scope=False, log_files=True) as case:
        (refused,) = await case.refusal("U0ANNA")
        assert "lacks the scope files:write" in refused


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_what_slack_does_not_take_is_said_and_can_be_asked_for_again(tmp_path, method):
    async with answered(tmp_path, log_files=True) as case:
        case.running.slack.set_fault(method, Fault(kind="server_error", times=1))
        (refused,) = await case.refusal("U0ANNA")
        assert "Slack does not say just now" in refused
        await case.press("U0ANNA")
        await case.running.until(lambda: case.files)


async def test_a_long_log_is_bounded_and_says_so(tmp_path):
    async with answered(tmp_path, log_files=True) as case:
        case.log_of([f"line {number} {'x' * 200}" for number in range(9000)])
        await case.press("U0ANNA")
        (message,) = await case.running.until(lambda: case.files)
        assert "older lines are left out" in message["text"]
        assert message["files"][0]["size"] < 1_200_000


async def test_the_button_goes_when_it_is_switched_off(tmp_path):
    async with answered(tmp_path, scope=False) as case:
        assert case.button() is None


async def test_a_copied_press_from_another_channel_gets_nothing(tmp_path):
    async with answered(tmp_path, log_files=True) as case:
        message = case.answer.message
        bot = Author(user=case.running.slack.app.user_id)
        copy = {"text": message["text"], "blocks": message["blocks"]}
        posted = case.running.slack.workspace.post("C0GENERAL", bot, copy)
        button = case.button()
        action = {key: button[key] for key in ("type", "block_id", "action_id", "value")}
        await case.running.slack.acts.act("U0ANNA", "C0GENERAL", posted.ts, action)
        history = case.running.slack.workspace.history
        told = await case.running.until(
            lambda: [item.message["text"] for item in history("C0GENERAL", "U0ANNA") if item.only_for]
        )
        assert "it was not offered here" in told[0]
        assert case.files == []

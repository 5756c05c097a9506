"""Owners through the real service: the channel of a mark, its bounds, who is mentioned once, who deployed it."""

from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.demo.cluster.workspace import Workspace
from bot.demo.slack.model import Room
from bot.demo.slack.server import SlackStandIn
from tests.support.service import TOKEN, living_world

CARD = "app-after-rollout"
PEOPLE = "- {slack: U0ANNA, user: anna@example.com}\n"
ROOMS = (
    Room(id="C0ALERTS", name="alerts"),
    Room(id="C0GENERAL", name="general"),
    Room(id="C0PAY", name="payments"),
    Room(id="C0LEFT", name="left", app_is_member=False),
)


@pytest.fixture(autouse=True)
def rooms(monkeypatch):
    """Let the workspace have a channel of the team's, and one that the bot is not in."""
    plain = SlackStandIn.__init__

    def made(self, *args, **named):
        plain(self, *args, **{"channels": ROOMS} | named)

    monkeypatch.setattr(SlackStandIn, "__init__", made)


class Case:
    def __init__(self, running, workspace, session):
        self.running, self.workspace, self.session = running, workspace, session
        self.card = workspace.card(CARD)
        self.store = running.cluster.store

    def mark(self, kind, **metadata):
        name = self.card.namespace if kind == "Namespace" else self.card.target.partition("/")[2]
        found = self.store.find(kind, "" if kind == "Namespace" else self.card.namespace, name)
        for part, values in metadata.items():
            found["metadata"].setdefault(part, {}).update(values)

    async def fire(self, *names):
        labels = [self.workspace.card(name).alert.labels for name in names or (CARD,)]
        alerts = [{"status": "firing", "labels": each, "annotations": {}} for each in labels]
        async with self.session.post(
            f"{self.running.base}/alertmanager", json={"version": "4", "alerts": alerts}
        ) as reply:
            assert reply.status == 202
        await self.running.settled()

    def said(self, channel):
        return [stored.message for stored in self.running.posts(channel)]

    def whole(self, channel):
        return "\n".join(str(message) for message in self.said(channel))


@asynccontextmanager
async def on(folder, cards=(CARD,), **more):
    workspace = Workspace(scenarios=cards)
    (folder / "people.yaml").write_text(PEOPLE)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        living_world(folder, workspace, people_file=folder / "people.yaml", **more) as running,
        aiohttp.ClientSession(headers=headers) as session,
    ):
        yield Case(running, workspace, session)


def allowed(case_namespace="*"):
    return {"owner_channels": {"C0PAY": case_namespace, "C0LEFT": "*"}}


async def test_the_workloads_channel_goes_before_its_namespaces_and_both_before_the_route(tmp_path):
    async with on(tmp_path, **allowed()) as case:
        case.mark("Namespace", annotations={"crashloop/channel": "C0GENERAL"})  # not allowed: as if it were not there
        case.mark("Deployment", labels={"crashloop/channel": "C0PAY"})
        await case.fire()
        assert case.said("C0ALERTS") == case.said("C0GENERAL") == []
        line, answer = case.said("C0PAY")[:2]
        assert answer["thread_ts"] == line["ts"]


@pytest.mark.threat("Reading", "a developer's annotation leads another namespace's answer into a channel of theirs")
async def test_a_channel_that_is_not_this_namespaces_is_not_led_to(tmp_path, record_property):
    async with on(tmp_path, **allowed("somebody-elses")) as case:
        case.mark("Namespace", annotations={"crashloop/channel": "C0PAY", "a8r.io/chat": "#general"})
        case.mark("Deployment", annotations={"botkube.io/channel": "C0GENERAL"})
        await case.fire()
        record_property("tried", 3)
        record_property("held", 3 * (case.said("C0PAY") == case.said("C0GENERAL") == []))
        assert case.said("C0PAY") == case.said("C0GENERAL") == []
        assert len(case.said("C0ALERTS")) == 2


async def test_a_channel_without_the_bot_falls_back_to_the_route_and_says_so(tmp_path):
    async with on(tmp_path, **allowed()) as case:
        case.mark("Namespace", annotations={"crashloop/channel": "C0LEFT"})
        await case.fire()
        assert case.said("C0LEFT") == []
        line, answer = case.said("C0ALERTS")
        assert answer["thread_ts"] == line["ts"]
        assert "This belongs in C0LEFT" in str(answer["blocks"])
        assert "takes no message of mine (not_in_channel): invite me there" in str(answer["blocks"])
        assert "by the annotation or label crashloop/channel or " in str(answer["blocks"])


async def test_the_owner_is_mentioned_once_whatever_is_edited_and_comes_back(tmp_path):
    async with on(tmp_path, owner_mentions={"payments": "S0PAY"}, watch_every_s=0.2, recovery_hold_s=0.0) as case:
        case.mark("Namespace", labels={"team": "payments"})
        await case.fire()
        calls = [message for message in case.said("C0ALERTS") if "<!subteam^S0PAY>" in message["text"]]
        (call,) = calls
        assert call["thread_ts"] == case.said("C0ALERTS")[0]["ts"]
        assert f"`{case.card.namespace}/storefront` is yours (label team of namespace" in call["text"]
        others = [message for message in case.said("C0ALERTS") if message is not call]
        assert "S0PAY" not in str(others)
        assert "👥 Owner: payments" in str(others)
        (incident,) = await case.running.service.store.incidents.recent(1)
        assert incident.mentioned == "S0PAY"
        for _ in range(2):
            await case.running.service.store.incidents.reopen(incident.id, 0.0)
            await case.running.until_awaited(lambda: _answered(case, incident.id))
        assert len([message for message in case.said("C0ALERTS") if "<!subteam" in str(message)]) == 1


STORM = ("app-after-rollout", "app-python-bug", "app-segfault", "config-invalid-value", "configmap-missing",
         "oom-python", "app-exits-zero", "app-permission")  # fmt: skip


async def test_a_storm_calls_an_owner_once_and_not_for_each_workload(tmp_path):
    async with on(tmp_path, STORM, owner_mentions={"payments": "S0PAY"}, watch_every_s=0.2) as case:
        for name in STORM:
            case.store.find("Namespace", "", case.workspace.card(name).namespace)["metadata"]["labels"] = {
                "team": "payments"
            }
        await case.fire(*STORM)

        def calls():
            return [message for message in case.said("C0ALERTS") if "<!subteam" in str(message)]

        await case.running.until(calls)
        incidents = await case.running.service.store.incidents.recent(20)

        async def all_told():
            found = await case.running.service.store.incidents.recent(20)
            return all(incident.mentioned for incident in found) and found

        assert len(incidents) == len(STORM)
        await case.running.until_awaited(all_told)
        lines = {
            message["ts"]
            for message in case.said("C0ALERTS")
            if "thread_ts" not in message or message["thread_ts"] == message["ts"]
        }
        assert {call["thread_ts"] for call in calls()} <= lines
        assert len(calls()) == len({call["thread_ts"] for call in calls()}) <= len(lines) < len(STORM)


async def _answered(case, incident_id):
    found = await case.running.service.store.incidents.get(incident_id)
    return found.state != "open"


async def test_nobody_is_mentioned_whom_the_settings_do_not_name(tmp_path):
    async with on(tmp_path, owner_mentions={"infra": "S0INFRA"}) as case:
        case.mark("Namespace", annotations={"team": "S0PAY"})
        case.mark("Deployment", annotations={"owner": "<!channel>", "deployed-by": "anna@example.com"})
        await case.fire()
        whole = case.whole("C0ALERTS")
        assert "<!subteam" not in whole
        assert "<!channel>" not in whole
        assert "<@U0ANNA>" not in whole
        assert "ast deployed by anna@example.com" in whole


async def test_who_deployed_it_is_mentioned_with_the_setting_once_and_by_the_people_map(tmp_path):
    async with on(tmp_path, mention_deployer=True) as case:
        case.mark("Deployment", annotations={"kubernetes.io/change-cause": "anna@example.com: release 1.2.1"})
        await case.fire()
        calls = [message["text"] for message in case.said("C0ALERTS") if "<@U0ANNA>" in message["text"]]
        assert len(calls) == 1
        assert calls[0].startswith("👥 <@U0ANNA> deployed `")


async def test_a_person_who_asks_is_answered_where_they_are_and_calls_nobody(tmp_path):
    async with on(tmp_path, owner_mentions={"payments": "S0PAY"}, read_guard="off", **allowed()) as case:
        case.mark("Deployment", annotations={"team": "payments", "crashloop/channel": "C0PAY"})
        target = f"{case.card.namespace}/{case.card.target}"
        await case.running.slack.acts.command("U0ANNA", "C0GENERAL", target)
        await case.running.until(lambda: case.said("C0GENERAL"))
        await case.running.settled()
        assert case.said("C0PAY") == []
        assert "<!subteam" not in case.whole("C0GENERAL")

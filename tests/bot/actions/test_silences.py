"""Silences from the thread, at a real Alertmanager: by who may, for the workload, for a while, and undone."""

from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest

from bot.actions.silences import groups
from bot.demo.cluster.workspace import Workspace
from bot.model.incident import Incident, Origin, State, Subject
from bot.render import silences as render
from bot.render.message import Message
from diagnostics.objects import ObjectRef
from tests.acceptance.rig import ALERTMANAGER, MISSING, alertmanager, push
from tests.support.service import TOKEN, living_world

CARD = "app-after-rollout"
PEOPLE = "- {slack: U0ANNA, user: anna@example.com}\n- {slack: U0BEN, user: ben@example.com}\n"
needs_alertmanager = pytest.mark.skipif(ALERTMANAGER is None, reason=MISSING)


@asynccontextmanager
async def alerted(folder, **more):
    """An alert with its answer in the thread, and the Alertmanager that it came from."""
    workspace = Workspace(scenarios=[CARD])
    card = workspace.card(CARD)
    (folder / "people.yaml").write_text(PEOPLE)
    process, url = await alertmanager(folder, "am", "http://127.0.0.1:9/none")
    try:
        more = {"people_file": folder / "people.yaml", "alertmanager_url": url} | more
        async with living_world(folder, workspace, **more) as running:
            alert = {"labels": card.alert.labels, "annotations": {}}
            await push(url, [alert])
            body = {"version": "4", "alerts": [alert | {"status": "firing"}]}
            headers = {"Authorization": f"Bearer {TOKEN}"}
            async with aiohttp.ClientSession() as session:
                async with session.post(f"{running.base}/alertmanager", json=body, headers=headers) as reply:
                    assert reply.status == 202
                await running.settled()
                yield Case(running, card, url, session)
    finally:
        await process.end()


class Case:
    def __init__(self, running, card, url, session):
        self.running, self.card, self.url, self.session = running, card, url, session
        self.line = running.posts("C0ALERTS")[0]

    @property
    def thread(self):
        return self.running.slack.workspace.thread("C0ALERTS", self.line.ts)

    def button(self, name):
        for stored in self.thread:
            for block in stored.message["blocks"]:
                accessory = block.get("accessory") or {}
                if accessory.get("action_id") == name:
                    return stored, {**accessory, "block_id": block["block_id"]}
        return None, None

    async def offer_anyway(self):
        """Put the button into the answer: as one that was posted before the settings forbade it."""
        answer = self.thread[1].message
        (incident,) = await self.running.service.store.incidents.recent(9)
        offered = render.offered(Message(answer["text"], tuple(answer["blocks"])), incident.id)
        answer["blocks"] = list(offered.blocks)

    async def press(self, user, name):
        stored, button = self.button(name)
        action = {key: button[key] for key in ("type", "block_id", "action_id", "value")}
        await self.running.slack.acts.act(user, "C0ALERTS", stored.ts, action)

    async def dialog(self, user):
        await self.press(user, "silence_open")
        return await self.running.dialog(user)

    async def submit(self, user, view, hours="1", why="on it"):
        option = {"text": {"type": "plain_text", "text": hours}, "value": hours}
        values = {
            "duration": {"value": {"type": "static_select", "selected_option": option}},
            "comment": {"value": {"type": "plain_text_input", "value": why}},
        }
        await self.running.slack.acts.submit(user, view["id"], values)

    async def silences(self):
        async with self.session.get(f"{self.url}/api/v2/silences") as reply:
            return await reply.json()

    def told(self, user):
        stored = self.running.slack.workspace.history("C0ALERTS", user)
        return [item.message["text"] for item in stored if item.only_for == user]


@needs_alertmanager
async def test_who_may_act_silences_the_workload_and_undoes_it(tmp_path):
    async with alerted(tmp_path) as case:
        view = await case.dialog("U0ANNA")
        assert "and its pods: 1 alert fires now." in view["blocks"][0]["text"]["text"]
        assert "The thread then shows what Alertmanager was told" in str(view["blocks"])
        await case.submit("U0ANNA", view, why="rolling back")
        await case.running.until(lambda: case.button("silence_end")[0])
        found = await case.silences()
        assert found
        for silence in found:
            assert silence["createdBy"] == "anna@example.com (Slack U0ANNA)"
            assert silence["comment"] == "rolling back"
            names = {matcher["name"] for matcher in silence["matchers"]}
            assert "namespace" in names
            assert "alertname" not in names
            assert len(names) == 2
        async with case.session.get(f"{case.url}/api/v2/alerts?silenced=false") as reply:
            assert await reply.json() == []
        said, _button = case.button("silence_end")
        assert "silenced until" in said.message["text"]

        await case.press("U0ANNA", "silence_end")
        await case.running.until(lambda: "no longer silenced" in said.message["text"])
        assert {silence["status"]["state"] for silence in await case.silences()} == {"expired"}
        audit = [row.read() async for row in case.running.service.store.audit.rows()]
        assert [entry["event"] for entry in audit if entry["action"] == "silence"] == ["silenced", "unsilenced"]


@needs_alertmanager
async def test_who_may_not_act_may_not_silence_nor_undo_it(tmp_path):
    async with alerted(tmp_path) as case:
        refused = await case.dialog("U0BEN")
        assert "not silenced" in str(refused["blocks"])
        assert refused["submit"] is None
        view = await case.dialog("U0ANNA")
        await case.submit("U0ANNA", view)
        await case.running.until(lambda: case.button("silence_end")[0])
        await case.press("U0BEN", "silence_end")
        await case.running.until(lambda: case.told("U0BEN"))
        assert {silence["status"]["state"] for silence in await case.silences()} == {"active"}


@needs_alertmanager
async def test_a_forged_duration_is_refused(tmp_path):
    async with alerted(tmp_path, silence_max_hours=2) as case:
        view = await case.dialog("U0ANNA")
        await case.submit("U0ANNA", view, hours="1000")
        await case.running.until(lambda: case.told("U0ANNA"))
        assert "at most 2 h" in case.told("U0ANNA")[0]
        assert await case.silences() == []


@needs_alertmanager
async def test_without_actions_there_is_no_button(tmp_path):
    async with alerted(tmp_path, actions_enabled=False) as case:
        assert case.button("silence_open") == (None, None)


@needs_alertmanager
@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ({"protected_namespaces": ("storefront",)}, "PROTECTED_NAMESPACES"),
        ({"namespace_actions": {"storefront": "restart+undo"}}, "NAMESPACE_ACTIONS"),
        ({"action_namespaces": ("payments",)}, "ACTION_NAMESPACES"),
    ],
    ids=["protected", "namespace actions", "action namespaces"],
)
async def test_where_policy_forbids_it_no_button_is_shown_and_an_old_one_names_the_setting(tmp_path, setting, named):
    async with alerted(tmp_path, **setting) as case:
        assert case.button("silence_open") == (None, None)
        await case.offer_anyway()
        refused = await case.dialog("U0ANNA")
        assert named in str(refused["blocks"])
        assert refused["submit"] is None
        assert await case.silences() == []


@needs_alertmanager
async def test_with_a_watch_of_its_own_the_bot_says_that_a_silence_does_not_stop_it(tmp_path):
    async with alerted(tmp_path) as case:
        asked = str((await case.dialog("U0ANNA"))["blocks"])
        assert render.WATCH_GOES_ON not in asked + str(case.button("silence_open")[0].message["blocks"])
    (tmp_path / "watching").mkdir()
    async with alerted(tmp_path / "watching", watch_pods=True) as case:
        offered = case.button("silence_open")[0].message["blocks"]
        asked = (await case.dialog("U0ANNA"))["blocks"]
        for blocks in (offered, asked):
            assert str(blocks).count("My own watch over pods (WATCH_PODS) is not an alert: no silence stops it.") == 1


@needs_alertmanager
async def test_a_namespace_that_allows_silences_alone_has_them(tmp_path):
    async with alerted(tmp_path, namespace_actions={"storefront": "silence"}) as case:
        await case.submit("U0ANNA", await case.dialog("U0ANNA"))
        await case.running.until(lambda: case.button("silence_end")[0])
        assert await case.silences()


@needs_alertmanager
@pytest.mark.parametrize("limit", ["actions_per_person", "actions_per_workload"])
async def test_a_silence_counts_for_the_hourly_limits(tmp_path, limit):
    async with alerted(tmp_path, **{limit: 1}) as case:
        late = await case.dialog("U0ANNA")
        await case.submit("U0ANNA", late)
        await case.running.until(lambda: case.button("silence_end")[0])
        made = len(await case.silences())
        assert limit.upper() in str((await case.dialog("U0ANNA"))["blocks"])
        # Nor may a button be pressed then. What was silenced can be heard again all the same.
        offers = case.running.service.store.offers
        incident = (await case.running.service.store.incidents.recent(1))[0]
        assert await offers.recent_actions(incident.workload, "U0ANNA", 3600) == (1, 1)
        await case.press("U0ANNA", "silence_end")
        await case.running.until(lambda: case.button("silence_end")[0] is None)
        assert {silence["status"]["state"] for silence in await case.silences()} == {"expired"}
        assert len(await case.silences()) == made


@needs_alertmanager
async def test_a_message_with_values_alone_is_looked_up_at_alertmanager(tmp_path):
    more = {"alert_message_channels": ("C0GENERAL",), "alert_message_senders": ("B0ALERTMANA",)}
    async with alerted(tmp_path, **more) as case:
        labels = case.card.alert.labels
        attachment = {
            "title": f"[FIRING:1] {labels['alertname']} ({labels['namespace']} warning)",
            "title_link": "http://somewhere.else.example/#/alerts?receiver=crashloop",
            "text": "",
            "fallback": f"[FIRING:1] {labels['alertname']}",
        }
        posted = await case.running.slack.post_as_app("C0GENERAL", "Alertmanager", "", [attachment])
        thread = case.running.slack.workspace.thread
        await case.running.until(lambda: len(thread("C0GENERAL", posted.ts)) > 1)


def incident(workload="", **subject):
    return Incident(
        id="i",
        origin=Origin.ALERT,
        state=State.ANSWERED,
        channel="C1",
        workload=ObjectRef.parse(workload),
        subject=Subject(**{"name": "api", "namespace": "prod"} | subject),
    )


IN_PROD = 'namespace="prod"'


@pytest.mark.parametrize(
    ("found", "pods", "itself"),
    [
        (incident("Deployment prod/api.v2"), r'pod=~"api\\.v2-[a-z0-9]{1,10}-[a-z0-9]{5}"', 'deployment="api.v2"'),
        (incident("StatefulSet prod/db"), 'pod=~"db-[0-9]+"', 'statefulset="db"'),
        (incident("Job prod/load"), 'pod=~"load-[a-z0-9]{5}"', 'job_name="load"'),
    ],
)
def test_matchers_name_namespace_and_workload_and_never_the_alert(found, pods, itself):
    assert [[str(matcher) for matcher in group] for group in groups(found)] == [[IN_PROD, pods], [IN_PROD, itself]]


@pytest.mark.threat("Identity", "a silence asked for in one cluster silences the same name in another one")
@pytest.mark.parametrize(
    ("labels", "own", "matcher"),
    [
        ({"cluster": "eu-west-1", "pod": "x"}, {}, 'cluster="eu-west-1"'),
        ({"pod": "x", "cluster_name": "eu"}, {}, 'cluster_name="eu"'),
        ({"site": "eu"}, {"site": "cluster"}, 'site="eu"'),
        ({"cluster": ""}, {}, 'cluster=""'),
        ({}, {}, 'cluster=""'),
    ],
)
def test_a_silence_of_one_of_several_clusters_stays_in_it(labels, own, matcher, record_property):
    found = replace(incident(kind="Deployment", name="api"), cluster="prod-eu", labels=labels)
    made = [[str(one) for one in group] for group in groups(found, own)]
    record_property("tried", str(labels))
    record_property("held", matcher)
    assert [group[0] for group in made] == [matcher, matcher]
    alone = replace(found, cluster="")
    assert [[str(one) for one in group] for group in groups(alone, own)] == [group[1:] for group in made]


def test_a_bare_pod_is_silenced_by_its_name():
    assert [[str(matcher) for matcher in group] for group in groups(incident(kind="Pod", name="bare"))] == [
        [IN_PROD, 'pod="bare"']
    ]

"""Buttons in two clusters: who may press is asked of the cluster that the button acts in, and it acts there alone."""

from contextlib import asynccontextmanager

import pytest
from sqlalchemy import update

from bot.demo.cluster.people import BOT_TOKEN
from bot.demo.cluster.workspace import Workspace
from bot.store.tables import incidents, offers
from tests.support.clusters import EU, US, clusters_world
from tests.support.service import hurried

CARD = "app-after-rollout"
PEOPLE = {EU: "anna@example.com", US: "ben@example.com"}
"""Who Anna is in each cluster: in prod-eu somebody who releases, in prod-us somebody who only looks."""


class Pressing:
    """Both answers, each with its button."""

    def __init__(self, running, lines):
        self.running, self.lines = running, lines

    def answer(self, name):
        return self.running.slack.workspace.thread("C0GENERAL", self.lines[name].ts)[1]

    def button(self, name, *actions):
        rows = [block for block in self.answer(name).message["blocks"] if block["type"] == "actions"]
        found = [element | {"block_id": row["block_id"]} for row in rows for element in row["elements"]]
        return next(one for one in found if one["action_id"] in actions)

    async def act(self, name, user, *actions):
        button = self.button(name, *actions)
        action = {key: button[key] for key in ("type", "block_id", "action_id", "value")}
        await self.running.slack.acts.act(user, "C0GENERAL", self.answer(name).ts, action)

    async def press(self, name, user="U0ANNA"):
        """Press the undo, and send the dialog off where it asks; return the dialog."""
        older = {view["id"] for view in self.running.slack.views.stack(user)}
        await self.act(name, user, "offer_undo", "review_undo")
        view = await self.running.dialog(user, besides=older)
        if view["submit"]:
            values = {"reason": {"text": {"type": "plain_text_input", "value": "it crashes"}}}
            await self.running.slack.acts.submit(user, view["id"], values)
        return view

    def patches(self, name):
        return [
            request
            for request in self.running.apis[name].cluster.requests
            if request.method == "PATCH" and "dryRun" not in str(request.query)
        ]

    async def audit(self):
        return [row.read() async for row in self.running.service.store.audit.rows()]


@asynccontextmanager
async def pressing(folder, **own):
    spaces = {name: Workspace(hurried(), [CARD]) for name in (EU, US)}
    card = spaces[EU].card(CARD)
    for name, user in PEOPLE.items():
        (folder / f"{name}.people").write_text(f"- {{slack: U0ANNA, user: {user}}}\n")
    given = {name: {"people_file": str(folder / f"{name}.people"), **own.get(name, {})} for name in (EU, US)}
    made = {name: space.cluster for name, space in spaces.items()}
    more = {"tick_s": 0.05, "token": BOT_TOKEN, "own": given}
    async with clusters_world(folder, made, **more) as running:
        lines = {}
        for name in (EU, US):
            count = len(running.posts("C0GENERAL"))
            await running.slack.acts.command("U0ANNA", "C0GENERAL", f"{name}/{card.namespace}/{card.target}")
            posts = await running.until(
                lambda count=count: len(running.posts("C0GENERAL")) == count + 2 and running.posts("C0GENERAL")
            )
            lines[name] = posts[count]
        yield Pressing(running, lines)


@pytest.mark.threat("Identity", "a right in one cluster lets a person act in another one")
async def test_the_rights_are_those_of_the_cluster_that_the_button_acts_in(tmp_path, record_property):
    async with pressing(tmp_path) as case:
        view = await case.press(US)
        assert "patch deployments.apps" in str(view["blocks"])
        assert "cluster prod-us" in str(view["blocks"]).lower()
        view = await case.press(EU)
        assert "Roll back to" in str(view["blocks"])
        await case.running.until(lambda: "Rolled back" in str(case.answer(EU).message["blocks"]))
        record_property("tried", 1)
        record_property("held", 1 - len(case.patches(US)))
        assert (len(case.patches(EU)), len(case.patches(US))) == (1, 0)
        entries = await case.audit()
        assert {(entry["event"], entry["cluster"]) for entry in entries} == {
            ("denied", US), ("claimed", EU), ("changed", EU), ("done", EU),
        }  # fmt: skip
        assert {entry["kubernetes_user"] for entry in entries if entry.get("kubernetes_user")} == {PEOPLE[EU]}


async def test_what_is_protected_or_switched_off_in_one_cluster_is_not_in_the_other(tmp_path):
    space = Workspace(scenarios=[CARD]).card(CARD).namespace
    async with pressing(tmp_path, **{EU: {"protected_namespaces": [space]}, US: {"actions_enabled": False}}) as case:
        with pytest.raises(StopIteration):
            case.button(US, "offer_undo", "review_undo")
        await case.press(EU)
        await case.running.until(lambda: "Approve" in str(case.answer(EU).message["blocks"]))
        assert case.patches(EU) == []


async def test_the_buttons_of_an_answer_look_and_speak_in_its_own_cluster(tmp_path):
    async with pressing(tmp_path) as case:
        for name, other in ((EU, US), (US, EU)):
            seen = {each: len(case.running.apis[each].cluster.requests) for each in (EU, US)}
            told = len(case.running.told("U0ANNA"))
            await case.act(name, "U0ANNA", "check_again")
            said = await case.running.until(lambda told=told: case.running.told("U0ANNA")[told:])
            assert f"cluster {name}" in said[0]["text"]
            assert len(case.running.apis[name].cluster.requests) > seen[name]
            own = case.running.apis[other].cluster.requests[seen[other] :]
            assert [request.path for request in own if "/pods" in request.path] == []


async def test_a_button_of_a_cluster_that_is_served_no_more_says_so(tmp_path):
    async with pressing(tmp_path) as case:
        store = case.running.service.store
        async with store._database.transaction() as connection:
            for table in (incidents, offers):
                await connection.execute(update(table).where(table.c.cluster == US).values(cluster="gone"))
        for actions in (("check_again",), ("offer_undo", "review_undo")):
            told = len(case.running.told("U0ANNA"))
            await case.act(US, "U0ANNA", *actions)
            said = await case.running.until(lambda told=told: case.running.told("U0ANNA")[told:])
            assert "that is about cluster gone, which I do not look after any more; nothing was done" in said[0]["text"]
        assert case.patches(US) == []

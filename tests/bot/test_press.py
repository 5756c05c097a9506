"""Buttons, pressed by people with and without rights, against the living cluster stand-in with real RBAC objects."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from bot.demo.cluster.workspace import Workspace
from bot.offers import OfferState
from tests.support.service import living_world

CARD = "app-after-rollout"
PEOPLE = "- {slack: U0ANNA, user: anna@example.com}\n- {slack: U0BEN, user: ben@example.com}\n"


@asynccontextmanager
async def answered(folder, **more):
    """A diagnosis with an undo button in the thread."""
    workspace = Workspace()
    card = workspace.card(CARD)
    kind, _, name = card.target.partition("/")
    people = folder / "people.yaml"
    people.write_text(PEOPLE)
    more = {"people_file": people} | more
    async with living_world(folder, workspace, **more) as running:
        await running.slack.acts.command("U0ANNA", "C0GENERAL", f"{card.namespace}/{kind}/{name}")
        await running.settled()
        line = running.posts("C0GENERAL")[0]
        answer = running.slack.workspace.thread("C0GENERAL", line.ts)[1]
        yield Case(running, card, line, answer)


class Case:
    def __init__(self, running, card, line, answer):
        self.running, self.card, self.line, self.answer = running, card, line, answer
        self.button = self.find_button()

    def find_button(self):
        rows = [block for block in self.answer.message["blocks"] if block["type"] == "actions"]
        buttons = [{**element, "block_id": row["block_id"]} for row in rows for element in row["elements"]]
        return next((button for button in buttons if button["action_id"] == "offer_undo"), None)

    async def press(self, user="U0ANNA"):
        action = {"type": "button", "block_id": self.button["block_id"], "action_id": self.button["action_id"],
                  "value": self.button["value"]}  # fmt: skip
        await self.running.slack.acts.act(user, "C0GENERAL", self.answer.ts, action)

    def told(self, user):
        stored = self.running.slack.workspace.history("C0GENERAL", user)
        return [
            item.message["text"] for item in stored if item.only_for == user and "Looking" not in item.message["text"]
        ]

    def thread(self):
        return [item.message["text"] for item in self.running.slack.workspace.thread("C0GENERAL", self.line.ts)[2:]]

    def patches(self):
        return [
            request
            for request in self.running.cluster.requests
            if request.method == "PATCH" and "dryRun" not in str(request.query)
        ]

    async def offer(self):
        return await self.running.service.store.offers.get(self.button["value"])


async def test_an_undo_by_who_may_is_carried_out_followed_and_reported(tmp_path):
    async with answered(tmp_path) as case:
        assert case.button["style"] == "danger"
        assert "revision" in case.button["confirm"]["text"]["text"]
        await case.press()
        await case.running.until(lambda: any("Recovered in" in text for text in case.thread()), 30)
        assert len(case.patches()) == 1
        assert (await case.offer()).state is OfferState.DONE
        assert case.find_button() is None
        await case.running.until(lambda: "Recovered" in case.line.message["text"])
        assert "anna" in case.line.message["text"]


async def test_who_lacks_the_right_is_told_which_and_nothing_is_written(tmp_path):
    async with answered(tmp_path) as case:
        await case.press("U0BEN")
        (said,) = await case.running.until(lambda: case.told("U0BEN"))
        assert "patch deployments.apps" in said
        assert "kubectl auth can-i" in said
        await case.press("U0GUEST")
        (said,) = await case.running.until(lambda: case.told("U0GUEST"))
        assert "guests may not" in said
        assert case.patches() == []
        assert (await case.offer()).state is OfferState.OFFERED
        assert case.find_button() is not None


async def test_nobody_is_anybody_without_a_map_or_trusted_mail(tmp_path):
    async with answered(tmp_path, people_file=None) as case:
        await case.press()
        (said,) = await case.running.until(lambda: case.told("U0ANNA"))
        assert "PEOPLE_FILE" in said
        assert case.patches() == []


async def test_pressed_many_times_at_once_it_happens_once_and_the_others_are_told(tmp_path):
    async with answered(tmp_path) as case:
        # The map is read anew for every press.
        (tmp_path / "people.yaml").write_text(PEOPLE.replace("ben@", "anna@"))
        await asyncio.gather(*(case.press(user) for user in ("U0ANNA", "U0BEN") * 3))
        await case.running.until(lambda: any("Recovered in" in text for text in case.thread()), 30)
        assert len(case.patches()) == 1
        told = await case.running.until(
            lambda: len(all_told := case.told("U0ANNA") + case.told("U0BEN")) == 5 and all_told
        )
        assert all("was first to press" in text for text in told)


@pytest.mark.parametrize("what", ["channel", "action", "id", "team"])
async def test_a_press_that_was_not_offered_there_is_refused(tmp_path, what):
    async with answered(tmp_path) as case:
        offer = await case.offer()
        payload = {
            "user": {"id": "U0ANNA"},
            "team": {"id": "T0OTHER" if what == "team" else offer.team},
            "channel": {"id": "C0GENERAL"},
            "message": {"ts": "1.0" if what == "channel" else case.answer.ts, "thread_ts": case.line.ts},
        }
        action = {
            "action_id": "offer_restart" if what == "action" else "offer_undo",
            "value": "x" * 43 if what == "id" else offer.id,
        }
        payload |= {"type": "block_actions", "trigger_id": "1", "actions": [{"type": "button", **action}]}
        await case.running.slack.delivery.ask("interactive", payload)
        (said,) = await case.running.until(lambda: case.told("U0ANNA"))
        assert "not offered here" in said or "do not know it" in said
        assert case.patches() == []


async def test_what_changed_since_it_was_shown_is_not_done_and_looked_at_again(tmp_path):
    async with answered(tmp_path) as case:
        workload = next(
            item for item in case.running.cluster.store.all("Deployment")
            if item["metadata"]["namespace"] == case.card.namespace
        )  # fmt: skip
        workload["metadata"]["generation"] += 1
        await case.press()
        await case.running.until(lambda: any("changed since you looked" in text for text in case.thread()))
        assert case.patches() == []
        await case.running.settled()


async def test_a_press_whose_process_died_is_answered_by_another(tmp_path):
    async with answered(tmp_path) as case:
        store = case.running.service.store
        assert await store.offers.claim(case.button["value"], "U0ANNA", "killed", -1)
        assert await store.offers.move(case.button["value"], "killed", OfferState.RUNNING)
        await case.running.until(lambda: any("I was stopped while it ran" in text for text in case.thread()), 20)
        assert "it was not changed" in " ".join(case.thread())
        await case.running.settled()


async def test_without_actions_there_is_no_button_and_it_says_why(tmp_path):
    async with answered(tmp_path, actions_enabled=False) as case:
        assert case.button is None
        assert "ACTIONS_ENABLED" in str(case.answer.message["blocks"])

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
        return next(
            (button for button in buttons if button["action_id"] in ("offer_undo", "review_undo", "approve_undo")), None
        )

    async def open(self, user="U0ANNA"):
        """Press the button, and return the dialog once it says more than that it looks."""
        button = self.find_button()
        action = {"type": "button", "block_id": button["block_id"], "action_id": button["action_id"],
                  "value": button["value"]}  # fmt: skip
        await self.running.slack.acts.act(user, "C0GENERAL", self.answer.ts, action)
        stack = self.running.slack.views.stack(user)
        return await self.running.until(lambda: stack and "Looking at" not in str(stack[-1]["blocks"]) and stack[-1])

    async def submit(self, user, view, reason=None):
        values = {"reason": {"text": {"type": "plain_text_input", "value": reason}}}
        return await self.running.slack.acts.submit(user, view["id"], values)

    async def press(self, user="U0ANNA", reason=None):
        """Press, read, send off; where the dialog does not ask, it is returned."""
        view = await self.open(user)
        if view["submit"]:
            await self.submit(user, view, reason)
        return view

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

    def workload(self):
        kind, namespace = self.card.target.partition("/")[0].capitalize(), self.card.namespace
        return self.running.cluster.store.all(kind, namespace)[0]

    async def audit(self):
        return [row.read() async for row in self.running.service.store.audit.rows()]

    async def offer(self):
        return await self.running.service.store.offers.get(self.button["value"])


async def test_an_undo_by_who_may_is_carried_out_followed_and_reported(tmp_path):
    async with answered(tmp_path) as case:
        assert case.button["style"] == "danger"
        assert "confirm" not in case.button
        view = await case.press(reason="the release crashes")
        said = str(view["blocks"])
        assert "goes back from revision 2 to the pod template of revision 1" in said
        assert "pods will be replaced" in said
        assert "→" in said
        await case.running.until(lambda: any("Recovered in" in text for text in case.thread()), 30)
        assert len(case.patches()) == 1
        offer = await case.offer()
        assert (offer.state, offer.reason, offer.claimed_as) == (
            OfferState.DONE, "the release crashes", "anna@example.com"
        )  # fmt: skip
        assert case.find_button() is None
        await case.running.until(lambda: "Recovered" in case.line.message["text"])
        assert "anna" in case.line.message["text"]
        events = [entry["event"] for entry in await case.audit()]
        assert events == ["claimed", "changed", "done"]
        changed = (await case.audit())[1]
        assert (changed["kubernetes_user"], changed["revision_before"]) == ("anna@example.com", 2)
        assert int(changed["version_after"]) > int(changed["version_before"])
        (event,) = [each for each in case.running.cluster.store.all("Event") if each["reason"] == "CrashloopUndo"]
        assert "anna@example.com" in event["message"]


async def test_who_lacks_the_right_is_told_which_and_nothing_is_written(tmp_path):
    async with answered(tmp_path) as case:
        view = await case.press("U0BEN")
        assert "patch deployments.apps" in str(view["blocks"])
        assert "kubectl auth can-i" in str(view["blocks"])
        view = await case.press("U0GUEST")
        assert "guests may not" in str(view["blocks"])
        assert case.patches() == []
        assert (await case.offer()).state is OfferState.OFFERED
        assert case.find_button() is not None
        entries = await case.audit()
        assert [entry["event"] for entry in entries] == ["denied", "denied"]
        assert "may not patch deployments.apps" in entries[0]["outcome"]
        assert entries[0]["slack_user"] == "U0BEN"


async def test_nobody_is_anybody_without_a_map_or_trusted_mail(tmp_path):
    async with answered(tmp_path, people_file=None) as case:
        assert "PEOPLE_FILE" in str((await case.press())["blocks"])
        assert case.patches() == []


async def test_pressed_many_times_at_once_it_happens_once_and_the_others_are_told(tmp_path):
    async with answered(tmp_path) as case:
        # The map is read anew for every press.
        (tmp_path / "people.yaml").write_text(PEOPLE.replace("ben@", "anna@"))
        views = {user: await case.open(user) for user in ("U0ANNA", "U0BEN")}
        payloads = [
            {"type": "view_submission", "user": {"id": user}, "team": {"id": "T0CRASHLP"}, "view": views[user]}
            for user in ("U0ANNA", "U0BEN") * 3
        ]
        await asyncio.gather(*(case.running.slack.delivery.ask("interactive", payload) for payload in payloads))
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
        (entry,) = await case.running.until_awaited(case.audit)
        assert entry["event"] == "denied"


async def test_what_changed_since_it_was_shown_is_not_done_and_looked_at_again(tmp_path):
    async with answered(tmp_path) as case:
        view = await case.open()
        case.workload()["metadata"]["generation"] += 1
        await case.submit("U0ANNA", view)
        await case.running.until(lambda: any("changed since you looked" in text for text in case.thread()))
        assert case.patches() == []
        assert (await case.offer()).state is OfferState.SUPERSEDED
        await case.running.settled()
        # A new answer offers anew; who looks at the old state of things is told in the dialog.
        button = await case.running.until(case.find_button)
        assert button["value"] != case.button["value"]
        case.workload()["metadata"]["generation"] += 1
        assert "changed since you looked" in str((await case.open())["blocks"])


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

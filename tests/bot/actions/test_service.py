"""Buttons, pressed by people with and without rights, against the living cluster stand-in with real RBAC objects."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.actions.offers import wanted
from bot.actions.rollout import State, execute
from bot.cluster.actuator import Actuator
from bot.cluster.live import Live
from bot.demo.cluster.workspace import Workspace
from bot.demo.slack.model import Usergroup
from bot.model.offer import OfferState
from tests.support.service import hurried, living_world

CARD = "app-after-rollout"
PEOPLE = "- {slack: U0ANNA, user: anna@example.com}\n- {slack: U0BEN, user: ben@example.com}\n"


@asynccontextmanager
async def answered(folder, workspace=None, *, about="", **more):
    """A diagnosis with an undo button in the thread; ``about`` is what was asked about, the workload if nothing."""
    workspace = workspace or Workspace(hurried(), [CARD])
    card = workspace.card(CARD)
    kind, _, name = card.target.partition("/")
    people = folder / "people.yaml"
    people.write_text(PEOPLE)
    more = {"people_file": people} | more
    async with living_world(folder, workspace, **more) as running:
        await running.slack.acts.command("U0ANNA", "C0GENERAL", about or f"{card.namespace}/{kind}/{name}")
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
        """Press the button, and return the dialog that opens once it says more than that it looks."""
        older = {view["id"] for view in self.running.slack.views.stack(user)}
        button = self.find_button()
        action = {"type": "button", "block_id": button["block_id"], "action_id": button["action_id"],
                  "value": button["value"]}  # fmt: skip
        await self.running.slack.acts.act(user, "C0GENERAL", self.answer.ts, action)
        return await self.running.dialog(user, besides=older)

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
        return [item.message["text"] for item in stored if item.only_for == user and "🔎" not in item.message["text"]]

    def thread(self):
        return [item.message["text"] for item in self.running.slack.workspace.thread("C0GENERAL", self.line.ts)[2:]]

    def patches(self):
        return [
            request
            for request in self.running.cluster.requests
            if request.method == "PATCH" and "dryRun" not in str(request.query)
        ]

    def grant(self, user):
        """Let somebody act, and read what they act on."""
        for name in ("anna-and-cara-release", "everybody-views"):
            binding = self.running.cluster.store.copy("ClusterRoleBinding", "", name)
            binding["subjects"].append({"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user})
            self.running.cluster.store.save(binding)

    def workload(self):
        kind, namespace = self.card.target.partition("/")[0].capitalize(), self.card.namespace
        return self.running.cluster.store.all(kind, namespace)[0]

    async def audit(self):
        return [row.read() async for row in self.running.service.store.audit.rows()]

    async def offer(self):
        return await self.running.service.store.offers.get(self.button["value"])


async def test_an_undo_by_who_may_is_carried_out_followed_and_reported(tmp_path):
    async with answered(tmp_path) as case:
        assert case.button["style"] == "primary"
        assert "confirm" not in case.button
        view = await case.press(reason="the release crashes")
        said = str(view["blocks"])
        assert " to the pod template of " in said
        assert "Roll back to" in said
        assert "pods will be replaced" in said
        assert "→" in said
        await case.running.until(lambda: any(" ready after " in text for text in case.thread()))
        assert len(case.patches()) == 1
        offer = await case.offer()
        assert (offer.state, offer.reason, offer.claimed_as) == (
            OfferState.DONE, "the release crashes", "anna@example.com"
        )  # fmt: skip
        assert case.find_button() is None
        assert any(": 2/2 ready after " in text for text in case.thread())
        # Nothing red is left between the report and the end of the hold-down.
        await case.running.until(lambda: "Rolled back" in str(case.answer.message["blocks"]))
        assert "🔴" not in f"{case.answer.message['text']}{case.answer.message['blocks']}"
        await case.running.until(lambda: "Recovered" in case.line.message["text"])
        assert "<@U0ANNA>" in case.line.message["text"]
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
        assert "guests of the workspace may not" in str(view["blocks"])
        assert case.patches() == []
        assert (await case.offer()).state is OfferState.OFFERED
        assert case.find_button() is not None
        entries = await case.audit()
        assert [entry["event"] for entry in entries] == ["denied", "denied"]
        assert "may not patch deployments.apps" in entries[0]["outcome"]
        assert entries[0]["slack_user"] == "U0BEN"


async def test_who_lacks_the_right_is_told_whom_to_ask_and_nobody_is_mentioned(tmp_path):
    async with answered(tmp_path) as case:
        name = case.workload()["metadata"]["name"]
        needs = f'it takes the right to patch deployments.apps "{name}" in namespace storefront'
        view = await case.press("U0BEN")
        assert f"{needs}. Ask Anna Berg." in str(view["blocks"])
        assert "<@" not in str(view["blocks"])
        # Nobody may: then nobody is named.
        (tmp_path / "people.yaml").write_text("- {slack: U0BEN, user: ben@example.com}\n")
        assert f"{needs}." in str((await case.press("U0BEN"))["blocks"])
        # Whose it is, as the workload says, is whom to ask first.
        owned = case.workload()
        owned["metadata"].setdefault("annotations", {})["crashloop/owner"] = "payments-oncall"
        case.running.cluster.store.save(owned)
        (tmp_path / "people.yaml").write_text(PEOPLE)
        assert f"{needs}. Ask somebody of payments-oncall." in str((await case.press("U0BEN"))["blocks"])
        assert case.patches() == []


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
        await case.running.until(lambda: any(" ready after " in text for text in case.thread()))
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


async def test_a_press_whose_process_died_before_the_change_is_answered_by_another(tmp_path):
    async with answered(tmp_path) as case:
        await case.open()  # keeps the answer, as every press does
        store = case.running.service.store
        assert await store.offers.claim(case.button["value"], "U0ANNA", "killed", 60)
        assert await store.offers.move(case.button["value"], "killed", OfferState.RUNNING)
        # Only now is its lease over: the sweep looks all the time.
        assert await store.offers.renew(case.button["value"], "killed", -1)
        await case.running.until(lambda: any("I was stopped while it ran" in text for text in case.thread()))
        assert "it was not changed" in " ".join(case.thread())
        assert (await case.offer()).state is OfferState.FAILED
        await case.running.settled()


async def test_a_press_whose_process_died_after_the_change_is_followed_to_the_end_by_another(tmp_path):
    async with answered(tmp_path) as case:
        await case.open()
        store, offer = case.running.service.store, await case.offer()
        assert await store.offers.claim(offer.id, "U0ANNA", "killed", 60, as_user="anna@example.com")
        assert await store.offers.move(offer.id, "killed", OfferState.RUNNING)
        # What the killed process still did.
        done = await execute(
            wanted(offer), live=Live(case.running.connection), actuator=Actuator(case.running.connection),
            now=datetime.now(UTC),
        )  # fmt: skip
        assert done.state is State.CHANGED
        assert await store.offers.renew(offer.id, "killed", -1)
        await case.running.until(lambda: any(" ready after " in text for text in case.thread()))
        assert len(case.patches()) == 1
        assert (await case.offer()).state is OfferState.DONE
        assert case.find_button() is None
        assert [entry["event"] for entry in await case.audit()] == ["changed", "done"]


async def test_a_press_that_was_kept_and_never_looked_at_is_answered(tmp_path):
    async with answered(tmp_path) as case:
        database = case.running.service.store._database
        await case.running.service.store.presses.record(offer_id="o", user="U0BEN", channel="C0GENERAL", thread_ts="")
        async with database.transaction() as connection:
            await connection.exec_driver_sql("UPDATE presses SET at = at - 100")
        (said,) = await case.running.until(lambda: case.told("U0BEN"))
        assert "nothing was changed. Press again" in said


async def test_what_recovered_meanwhile_is_not_undone(tmp_path):
    async with answered(tmp_path) as case:
        view = await case.open()
        # Somebody else's undo, and back to the shown generation: only the verdict tells.
        for pod in case.running.cluster.store.all("Pod", case.card.namespace):
            for status in pod["status"]["containerStatuses"]:
                status |= {
                    "ready": True,
                    "restartCount": 0,
                    "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}},
                }
                status.pop("lastState", None)
            for condition in pod["status"]["conditions"]:
                condition["status"] = "True"
        case.running.cluster.lives.clear()
        await case.submit("U0ANNA", view)
        await case.running.until(lambda: any("not failing any more" in text for text in case.thread()))
        assert case.patches() == []
        assert (await case.offer()).state is OfferState.SUPERSEDED


async def test_a_button_past_its_time_changes_nothing_and_a_new_one_comes(tmp_path):
    async with answered(tmp_path) as case:
        database = case.running.service.store._database
        async with database.transaction() as connection:
            await connection.exec_driver_sql("UPDATE offers SET expires_at = 1")
        assert "has expired, nothing was changed" in str((await case.open())["blocks"])
        await case.running.settled()
        button = await case.running.until(
            lambda: (now := case.find_button()) and now["value"] != case.button["value"] and now
        )
        assert case.patches() == []
        assert (await case.running.service.store.offers.get(button["value"])).state is OfferState.OFFERED


async def test_a_revision_that_crashes_too_is_said_with_its_diagnosis_and_looked_at_again(tmp_path):
    async with answered(tmp_path) as case:
        stories = case.running.cluster.stories
        which = next(key for key in stories if key[1] == case.card.namespace)
        stories[which] = replace(stories[which], healthy=frozenset())
        await case.press()
        said = await case.running.until(
            lambda: next((text for text in case.thread() if "revision 1 crashes too:" in text), "")
        )
        assert "NullPointerException" in said
        assert "updated" in said
        offer = await case.offer()
        assert (offer.state, len(case.patches())) == (OfferState.UNHELPFUL, 1)
        await case.running.settled()


async def test_a_member_of_a_user_group_may_what_the_group_may(tmp_path):
    async with answered(tmp_path) as case:
        (tmp_path / "people.yaml").write_text("- {usergroup: S0SRE, user: anna@example.com}\n")
        groups = case.running.slack.workspace.usergroups
        groups["S0SRE"] = Usergroup(id="S0SRE", handle="sre", users=("U0ANNA",))
        assert "PEOPLE_FILE" in str((await case.press("U0BEN"))["blocks"])
        groups["S0SRE"] = Usergroup(id="S0SRE", handle="sre", users=("U0BEN",))
        # Asked anew at every press: who left the group is out at once, who came is in.
        assert "PEOPLE_FILE" in str((await case.press())["blocks"])
        await case.press("U0BEN")
        await case.running.until(case.patches)
        assert case.patches()[0].headers["impersonate-user"] == "anna@example.com"


async def test_in_a_protected_namespace_another_person_must_agree(tmp_path):
    async with answered(tmp_path, protected_namespaces=("storefront",)) as case:
        assert (await case.open())["submit"]["text"] == "Ask for approval"
        await case.press(reason="it crashes")
        await case.running.until(
            lambda: any("somebody else who may do it must approve" in text for text in case.thread())
        )
        assert (await case.offer()).state is OfferState.PROPOSED
        assert case.find_button()["action_id"] == "approve_undo"
        # Not oneself, not who may not.
        own = str((await case.press())["blocks"])
        assert "it was you who asked for it. Somebody else who may do it must approve" in own
        assert "must approve: ask" not in own, "nobody is known who may"
        assert "patch deployments.apps" in str((await case.press("U0BEN"))["blocks"])
        assert case.patches() == []
        # A second account of the same person to the cluster is no second person.
        (tmp_path / "people.yaml").write_text(PEOPLE.replace("ben@example.com", "anna@example.com"))
        assert "you are the same person as who asked" in str((await case.press("U0BEN"))["blocks"])
        # Somebody else with the rights.
        (tmp_path / "people.yaml").write_text(PEOPLE.replace("ben@example.com", "carl@example.com"))
        case.grant("carl@example.com")
        view = await case.press("U0BEN")
        assert view["submit"]["text"] == "Approve"
        assert "it crashes" in str(view["blocks"])
        await case.running.until(lambda: any(" ready after " in text for text in case.thread()))
        (patch,) = case.patches()
        assert patch.headers["impersonate-user"] == "anna@example.com"
        claimed = next(entry for entry in await case.audit() if entry["event"] == "claimed")
        assert (claimed["slack_user"], claimed["second"], claimed["reason"]) == ("U0ANNA", "U0BEN", "it crashes")
        # Who asked and who approved stand in one line: in the thread, in the answer, in the channel, in the trail.
        both = "asked by <@U0ANNA>, approved by <@U0BEN>"
        (done,) = [text for text in case.thread() if " ready after " in text]
        assert done.startswith(f"✅ *Rolled back to 1.2.0 (revision 1)* ({both}): 2/2 ready after ")
        await case.running.until(lambda: both in case.line.message["text"])
        assert f"ended by rollback to 1.2.0 (revision 1), {both}" in case.line.message["text"]
        await case.running.until(lambda: "ready after" in str(case.answer.message))
        answer = str(case.answer.message["blocks"])
        assert answer.count("Rolled back to") == 1
        assert "asks for approval" not in answer
        ends = [entry for entry in await case.audit() if entry["event"] == "done"]
        assert [(entry["slack_user"], entry["second"]) for entry in ends] == [("U0ANNA", "U0BEN")]


async def test_a_reason_may_be_required(tmp_path):
    async with answered(tmp_path, action_reason_required=True) as case:
        view = await case.open()
        assert next(block for block in view["blocks"] if block["type"] == "input")["optional"] is False
        await case.submit("U0ANNA", view, reason=" ")
        (said,) = await case.running.until(lambda: case.told("U0ANNA"))
        assert "a reason is required" in said
        assert case.patches() == []


@pytest.mark.parametrize(("act_as", "expected"), [("user", "anna@example.com"), ("bot", None)])
async def test_as_whom_it_is_done_is_a_setting(tmp_path, act_as, expected):
    async with answered(tmp_path, act_as=act_as) as case:
        await case.press()
        await case.running.until(case.patches)
        assert case.patches()[0].headers.get("impersonate-user") == expected
        claimed = next(entry for entry in await case.audit() if entry["event"] == "claimed")
        assert claimed.get("acted_as") == expected


async def test_who_must_act_as_the_person_and_may_not_does_nothing(tmp_path):
    async with answered(tmp_path, act_as="user") as case:
        case.running.cluster.store.delete("ClusterRoleBinding", "", "crashloop-impersonator")
        said = str((await case.press())["blocks"])
        assert "ACT_AS=user" in said
        assert "impersonate users" in said
        assert case.patches() == []


async def test_a_bot_without_the_rights_to_act_diagnoses_and_says_why_there_are_no_buttons(tmp_path):
    workspace = Workspace(scenarios=[CARD])
    for name in ("actor", "impersonator"):
        workspace.cluster.store.delete("ClusterRoleBinding", "", f"crashloop-{name}")
    async with answered(tmp_path, workspace=workspace) as case:
        assert case.button is None
        assert "may not patch deployments.apps" in str(case.answer.message["blocks"])
        assert "rbac-act.yaml" in str(case.answer.message["blocks"])


async def test_what_a_namespaces_policy_forbids_has_no_button(tmp_path):
    async with answered(tmp_path, namespace_actions="storefront=restart") as case:
        assert case.button is None
        assert "NAMESPACE_ACTIONS" in str(case.answer.message["blocks"])


async def test_without_actions_there_is_no_button_and_it_says_why(tmp_path):
    async with answered(tmp_path, actions_enabled=False) as case:
        assert case.button is None
        assert "ACTIONS_ENABLED" in str(case.answer.message["blocks"])

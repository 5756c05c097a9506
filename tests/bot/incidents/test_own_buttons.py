"""Check again, Not right? and I'm on it, pressed by people with and without rights, through the whole service."""

import asyncio
import json

import pytest

from bot.model.feedback import unpacked
from bot.model.incident import State
from diagnostics.diagnosis import Verdict
from diagnostics.engine import diagnose
from diagnostics.snapshot import Snapshot
from tests.support.answers import PEOPLE, answered

OWN = ["on_it", "check_again", "not_right"]
KEPT = "with what I read of it, redacted, to turn it into a test"


async def incident_of(case):
    return (await case.store.incidents.recent(1))[0]


def options(view):
    (select,) = [block["element"] for block in view["blocks"] if block.get("block_id") == "truth"]
    return [option for group in select["option_groups"] for option in group["options"]]


def chosen(view, truth, text=None):
    option = next(each for each in options(view) if each["value"] == truth)
    return {
        "truth": {"value": {"type": "static_select", "selected_option": option}},
        "text": {"value": {"type": "plain_text_input", "value": text}},
    }


async def judge(case, user, truth, text=None):
    """Say in the dialog what it really was."""
    view = await case.dialog(user, "not_right")
    await case.running.slack.acts.submit(user, view["id"], chosen(view, truth, text))
    return view


async def word_of(case, user, truth):
    async def found():
        word = await case.store.feedback.earlier((await incident_of(case)).id, user)
        return word if word is not None and word.truth == truth else None

    return await case.running.until_awaited(found)


async def said_with(case, words):
    return await case.running.until(lambda: next((text for text in case.said() if words in text), None))


async def undone(case):
    """Press Undo, and wait until the incident is over."""
    view = await case.dialog("U0ANNA", "review_undo")
    reason = {"reason": {"text": {"type": "plain_text_input", "value": None}}}
    await case.running.slack.acts.submit("U0ANNA", view["id"], reason)

    async def over():
        return (await incident_of(case)).state is State.RECOVERED

    await case.running.until_awaited(over)


SOON = {"recovery_hold_s": 1.0, "watch_every_s": 1.0}


async def test_an_answer_has_its_own_buttons_beside_the_one_that_acts(tmp_path):
    async with answered(tmp_path) as case:
        assert list(case.buttons()) == ["review_undo", *OWN]
        incident = await incident_of(case)
        assert {case.buttons()[name]["value"] for name in OWN} == {incident.id}


async def test_what_is_well_has_no_button_for_who_works_on_it(tmp_path):
    async with answered(tmp_path, "healthy") as case:
        assert list(case.buttons()) == OWN[1:]


# --- Not right?


async def test_a_word_is_kept_told_in_one_line_audited_and_has_what_was_read(tmp_path):
    async with answered(tmp_path) as case:
        view = await judge(case, "U0ANNA", "oom-killed", "the <!here> limit of\n`web`, password=hunter2222")
        word = await word_of(case, "U0ANNA", "oom-killed")
        line = await said_with(case, KEPT)
        assert line == (
            "📝 <@U0ANNA>: it was *Killed by the kernel for memory* (“the &lt;!here&gt; limit of 'web', "
            "password=[redacted]”); the answer said *The program crashed*. Kept for `crashloop accuracy`, "
            + KEPT
            + "\N{NO-BREAK SPACE}· cluster demo"
        )
        assert len(case.said()) == 1
        incident = await incident_of(case)
        assert (word.verdict, word.cause, word.summary) == ("confirmed", "app-crash", incident.summary)
        assert word.text == "the <!here> limit of `web`, password=[redacted]"
        assert word.workload == "storefront/storefront"
        snapshot = unpacked(await case.store.feedback.snapshot(word))
        again = diagnose(Snapshot.from_json(snapshot))
        assert (again.verdict, again.cause) == (Verdict.CONFIRMED, "app-crash")
        (entry,) = await case.audit()
        assert (entry["event"], entry["slack_user"], entry["target"]) == ("judged", "U0ANNA", "storefront/storefront")
        assert entry["outcome"] == "app-crash is really oom-killed"
        assert "hunter2222" not in json.dumps(entry)
        # The answer itself is first among what can be said, and every cause is there once.
        values = [option["value"] for option in options(view)]
        assert values[:3] == ["app-crash", "nothing", "other"]
        assert len(values) == len(set(values)) > 35
        assert "the answer is right" in options(view)[0]["text"]["text"]
        assert incident.summary.partition('"')[0] in str(view["blocks"][0])


async def test_a_later_word_stands_in_place_of_the_persons_own_and_of_nobody_elses(tmp_path):
    async with answered(tmp_path) as case:
        await judge(case, "U0ANNA", "oom-killed", "I think")
        await said_with(case, KEPT)
        await judge(case, "U0BEN", "nothing")
        await said_with(case, "<@U0BEN>: nothing was wrong")
        view = await judge(case, "U0ANNA", "app-crash")
        await said_with(case, "<@U0ANNA>: the answer is right")
        assert len(case.said()) == 2
        assert not any("oom" in text or "memory" in text for text in case.said())
        # What was said before stands in the dialog.
        (select, field) = [block["element"] for block in view["blocks"] if block["type"] == "input"]
        assert (select["initial_option"]["value"], field["initial_value"]) == ("oom-killed", "I think")
        words = await case.store.feedback.words(3600)
        assert {(word.user, word.truth, word.text) for word in words} == {
            ("U0ANNA", "app-crash", ""), ("U0BEN", "nothing", "")
        }  # fmt: skip


async def test_when_it_fails_no_more_the_button_is_still_there_and_a_word_has_no_snapshot(tmp_path):
    async with answered(tmp_path, **SOON) as case:
        await undone(case)
        await case.running.until(lambda: list(case.buttons()) == ["not_right"])
        await judge(case, "U0ANNA", "bad-config")
        await said_with(case, "without a snapshot: it does not fail that way any more")
        assert (await word_of(case, "U0ANNA", "bad-config")).snapshot_bytes == 0


async def test_a_word_on_an_answer_that_became_another_one_is_not_kept(tmp_path):
    async with answered(tmp_path) as case:
        view = await case.dialog("U0ANNA", "not_right")
        view["private_metadata"] = view["private_metadata"].replace("app-crash", "bad-config")
        await case.running.slack.acts.submit("U0ANNA", view["id"], chosen(view, "oom-killed"))
        assert "became another one" in (await case.running.until(lambda: case.told("U0ANNA")))[0]
        assert await case.store.feedback.words(3600) == []


@pytest.mark.threat("Input", "a dialog comes back with a truth, an incident or a channel that was not offered")
@pytest.mark.parametrize("what", ["truth", "incident", "channel", "team"])
async def test_what_was_not_offered_is_not_kept(tmp_path, what, record_property):
    async with answered(tmp_path) as case:
        view = await case.dialog("U0ANNA", "not_right")
        about = json.loads(view["private_metadata"])
        values = chosen(view, "oom-killed", "x" * 5000)
        user = "U0ANNA"
        if what == "truth":
            values["truth"]["value"]["selected_option"] = {"value": "<!channel>"}
        elif what == "team":
            user = "U0GUEST"
        else:
            about[what] = "C0ALERTS" if what == "channel" else "0" * 32
        view |= {"private_metadata": json.dumps(about), "state": {"values": values}}
        payload = {"type": "view_submission", "user": {"id": user}, "team": {"id": "T0CRASHLP"}, "view": view}
        await case.running.slack.delivery.ask("interactive", payload)

        def told():
            stored = case.running.slack.workspace.history(about["channel"], user)
            return [item for item in stored if item.only_for == user and "🔎" not in item.message["text"]]

        await case.running.until(told)
        kept = await case.store.feedback.words(3600)
        assert kept == []
        assert await case.audit() == []
        record_property("tried", 1)
        record_property("held", 1)


@pytest.mark.threat("Reading", "somebody without the right to read the namespace presses an answer's own buttons")
@pytest.mark.parametrize("action", OWN)
async def test_who_may_not_read_it_is_told_why_and_nothing_comes_of_it(tmp_path, action, record_property):
    async with answered(tmp_path) as case:
        (tmp_path / "people.yaml").write_text(PEOPLE.replace("ben@example.com", "nobody"))
        before = len(case.running.cluster.requests)
        for user, word in (("U0BEN", "may not"), ("U0GUEST", "guests of the workspace may not")):
            if action == "not_right":
                view = await case.dialog(user, action)
                assert word in str(view["blocks"])
                assert view["submit"] is None
            else:
                await case.press(user, action)
                assert word in (await case.running.until(lambda user=user: case.told(user)))[0]
        incident = await incident_of(case)
        assert (incident.assignee, await case.audit(), case.said()) == ("", [], [])
        read = [each for each in case.running.cluster.requests[before:] if each.method == "GET"]
        assert [each for each in read if each.path != "/version"] == []  # that one is the bot's own sign of life
        record_property("tried", 2)
        record_property("held", 2)


# --- Check again


async def test_the_same_verdict_is_said_briefly_to_who_pressed(tmp_path):
    async with answered(tmp_path) as case:
        stood = len(case.thread)
        await case.press("U0BEN", "check_again")
        (told,) = await case.running.until(lambda: case.told("U0BEN"))
        assert told.startswith("🔄 Looked again just now, the same: web crashed (exit code 1")
        await case.running.settled()
        assert len(case.thread) == stood


@pytest.mark.threat("Size", "ten people's clicks on Check again at once")
async def test_ten_clicks_are_one_look(tmp_path, record_property):
    async with answered(tmp_path) as case:

        def looks():
            asked = [each for each in case.running.cluster.requests if each.method == "GET"]
            return len([each for each in asked if each.path.endswith("/log")])

        first = looks()
        await case.press("U0ANNA", "check_again")
        await case.running.until(lambda: case.told("U0ANNA"))
        one = looks() - first
        assert one > 0
        await asyncio.gather(*(case.press(user, "check_again") for user in ("U0ANNA", "U0BEN") * 5))
        await case.running.until(lambda: case.told("U0BEN"))
        await case.running.until(lambda: len(case.told("U0ANNA")) == 2)
        assert looks() - first == one
        # Who waits is told once, however often they press.
        assert len(case.told("U0BEN")) == 1
        assert "less than 15 s ago" in case.told("U0BEN")[0]
        record_property("tried", 11)
        record_property("held", 11)


async def test_another_verdict_is_a_new_reply(tmp_path):
    async with answered(tmp_path) as case:
        for pod in case.running.cluster.store.all("Pod"):
            for status in pod["status"]["containerStatuses"]:
                for state in ("state", "lastState"):
                    if "terminated" in status.get(state, {}):
                        status[state]["terminated"] |= {"reason": "OOMKilled", "exitCode": 137}
        await case.press("U0ANNA", "check_again")
        (told,) = await case.running.until(lambda: case.told("U0ANNA"))
        assert told.startswith("🔀 Looked again just now, and it is another one:")
        new = await said_with(case, "🔀 *Changed:*")
        assert "memory" in new or "killed" in new
        await case.running.until(lambda: not list(case.buttons(case.thread[0])))


async def test_what_is_being_done_is_not_looked_at_meanwhile(tmp_path, monkeypatch):
    async with answered(tmp_path) as case:

        async def busy(_incident):
            return True

        monkeypatch.setattr(case.store.related, "busy", busy)
        await case.press("U0ANNA", "check_again")
        (told,) = await case.running.until(lambda: case.told("U0ANNA"))
        assert "is being done now" in told


# --- I'm on it


async def test_who_works_on_it_stands_in_line_answer_and_home_and_can_take_it_back(tmp_path):
    async with answered(tmp_path) as case:
        plain = case.line.message["text"]
        await case.press("U0ANNA", "on_it")
        await case.running.until(
            lambda: case.line.message["text"].endswith("\N{NO-BREAK SPACE}· 🙋 <@U0ANNA> is on it")
        )
        await case.running.until(lambda: "🙋 <@U0ANNA> is on it" in str(case.thread[0].message["blocks"]))
        # Another takes it over; a fresh look by the flow says the same.
        await case.press("U0BEN", "on_it")
        await case.running.until(
            lambda: case.line.message["text"] == f"{plain}\N{NO-BREAK SPACE}· 🙋 <@U0BEN> is on it"
        )
        await case.running.until(lambda: "U0ANNA" not in str(case.thread[0].message["blocks"]))
        incident = await incident_of(case)
        await case.store.incidents.reopen(incident.id)
        await case.running.settled()
        assert case.line.message["text"] == f"{plain}\N{NO-BREAK SPACE}· 🙋 <@U0BEN> is on it"
        assert "🙋 <@U0BEN> is on it" in str(case.thread[0].message["blocks"])
        case.running.slack.acts.open_home("U0ANNA")
        home = await case.running.until(lambda: case.running.slack.views.homes.get("U0ANNA"))
        assert "🙋 <@U0BEN> is on it" in str(home)
        # Pressed again by the same person it is taken back.
        await case.press("U0BEN", "on_it")
        await case.running.until(lambda: case.line.message["text"] == plain)
        await case.running.until(lambda: "🙋" not in str(case.thread[0].message["blocks"]))
        assert [entry["event"] for entry in await case.audit()] == ["assigned", "assigned", "unassigned"]
        assert case.told("U0ANNA") == case.told("U0BEN") == []


async def test_nobody_works_on_what_is_over(tmp_path):
    async with answered(tmp_path, **SOON) as case:
        await case.press("U0ANNA", "on_it")
        await case.running.until(lambda: "is on it" in case.line.message["text"])
        await undone(case)
        await case.running.until(lambda: "Recovered" in case.thread[0].message["text"])
        assert "🙋" not in case.line.message["text"] + str(case.thread[0].message["blocks"])
        incident = await incident_of(case)
        assert (incident.state, incident.assignee) == (State.RECOVERED, "")
        assert await case.store.incidents.assign(incident.id, "U0ANNA") is None


async def test_a_causes_page_opens_from_the_evidence_for_whoever_reads_the_answer(tmp_path):
    async with answered(tmp_path) as case:
        stored = case.thread[0]
        fold = next(block for block in stored.message["blocks"] if block.get("block_id") == "evidence")
        row = fold["child_blocks"][-1]
        action = {"type": "button", "block_id": row.get("block_id", ""), **row["accessory"]}
        await case.running.slack.acts.act("U0GUEST", "C0GENERAL", stored.ts, action)
        view = await case.running.dialog("U0GUEST")
        assert f"`{row['accessory']['value']}`" in view["blocks"][0]["text"]["text"]
        assert "*How to fix it*" in str(view["blocks"])

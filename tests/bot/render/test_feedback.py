"""An answer's own buttons, who works on it, and what people say: within Slack's limits, nothing in it comes alive."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.slack.blockkit import view_errors
from bot.model.feedback import NOTHING, OTHER, TEXT, agreeing, choices
from bot.render import feedback as render
from bot.render import incidents
from bot.render.blocks import section, without_buttons
from bot.render.message import Message
from bot.render.own_buttons import (
    LASTING,
    assigned_answer,
    assigned_line,
    mark,
    own_buttons,
    unassigned_text,
)
from bot.render.slack import answer
from tests.bot.render.test_render_slack import UNDO, hold, texts
from tests.support.diagnoses import OOM
from tests.support.odd import TEXT as FOREIGN

USER = "U0ANNA"
OWN = own_buttons("incident-1", failing=True)
ANSWER = answer(OOM, (UNDO,), own=OWN)


def elements(message):
    return [each["action_id"] for block in message.blocks if block["type"] == "actions" for each in block["elements"]]


def test_the_own_buttons_stand_behind_the_one_that_acts_and_need_no_such():
    assert elements(ANSWER) == ["offer_undo", "on_it", "check_again", "not_right"]
    assert elements(answer(OOM, own=OWN)) == ["on_it", "check_again", "not_right"]
    assert elements(answer(OOM)) == []


def test_after_a_press_and_when_it_is_over_what_it_really_was_can_still_be_said():
    done = section("done")
    left = without_buttons(ANSWER.blocks, (done,), lasting=LASTING)
    at = left.index(done)
    assert [each["action_id"] for each in left[at + 1]["elements"]] == ["not_right"]
    kept = incidents.serialized(ANSWER)
    over = incidents.recovered_answer(kept, incidents.over("shop/api", after_s=60, was="x", ended="itself"))
    assert elements(over) == ["not_right"]
    # An older answer has none: what it said stands no more.
    assert elements(incidents.superseded_answer(kept)) == []


def test_who_works_on_it_stands_under_the_buttons_once_and_goes():
    taken = assigned_answer(assigned_answer(ANSWER, "U0BEN"), USER)
    kinds = [block["type"] for block in taken.blocks]
    at = kinds.index("actions")
    assert taken.blocks[at + 1]["elements"][0]["text"] == f"🙋 <@{USER}> is on it"
    assert "U0BEN" not in str(taken.blocks)
    assert assigned_answer(taken, "") == ANSWER
    assert assigned_answer(Message("x", (section("x"),)), USER).blocks[0] == section("x")


@given(FOREIGN, FOREIGN)
def test_a_line_loses_exactly_what_it_was_given(text, user):
    line = assigned_line(Message(text, (section(text),)), user)
    assert unassigned_text(line.text, user) == text
    assert line.text == f"{text}{mark(user)}"
    assert (line.text == text) is not bool(user)


@given(FOREIGN, FOREIGN, st.sampled_from(["oom-killed", "bad-config", "", "healthy"]), FOREIGN, FOREIGN)
@settings(max_examples=60, deadline=None)
def test_the_dialog_fits_whatever_was_said(said, text, cause, channel, chosen):
    groups = choices(verdict="confirmed", cause=cause)
    right = agreeing(verdict="confirmed", cause=cause)
    about = {"incident": "0" * 32, "channel": channel[:20]}
    view = render.question(said, groups, about, right=right, earlier=(chosen, text[:TEXT]), most=TEXT, days=90)
    for each in (view, render.loading(), render.refusal(said)):
        assert view_errors(each) == []
        hold(Message("x", tuple(block for block in each["blocks"] if block["type"] != "input")))
    assert json.loads(view["private_metadata"]) == about


@given(FOREIGN, FOREIGN, FOREIGN, st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_the_thread_is_told_fits_and_nothing_in_it_comes_alive(user, text, kept, right):
    for truth in ("oom-killed", NOTHING, OTHER):
        for cause in ("bad-config", ""):
            message = render.told(user, truth, cause, text, right=right, kept=kept)
            hold(message)
            assert "\n" not in message.text
            assert texts(message.blocks) == [message.text]


@pytest.mark.parametrize(
    ("truth", "cause", "text", "right", "said"),
    [
        ("oom-killed", "oom-killed", "", True, "the answer is right. Kept for `crashloop accuracy`."),
        ("bad-config", "oom-killed", "a <!here> flag", False,
         "it was *Required configuration is missing or invalid* (“a &lt;!here&gt; flag”); the answer said "
         "*Killed by the kernel for memory*. Kept for `crashloop accuracy`."),
        (NOTHING, "oom-killed", "", False,
         "nothing was wrong; the answer said *Killed by the kernel for memory*. Kept for `crashloop accuracy`."),
        (OTHER, "", "the moon", False,
         "it was something else (“the moon”); the answer knew no cause. Kept for `crashloop accuracy`."),
    ],
)  # fmt: skip
def test_what_the_thread_is_told(truth, cause, text, right, said):
    assert render.told(USER, truth, cause, text, right=right).text == f"📝 <@{USER}>: {said}"

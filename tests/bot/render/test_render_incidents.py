"""What is told of incidents over time: within Slack's limits whatever a workload is called and an alert says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.render import incidents as render
from bot.render import questions, silences, words
from bot.render.incidents import over, recovered_answer, serialized
from bot.render.message import Message
from bot.render.mrkdwn import SEPARATOR
from bot.render.own_buttons import assigned_answer
from bot.render.slack import answer, channel_line
from diagnostics.diagnosis import Scope, Timeline, Verdict
from tests.bot.render.test_render_slack import UNDO, hold
from tests.support.companions import COMPANIONS
from tests.support.diagnoses import OOM
from tests.support.odd import TEXT


@given(COMPANIONS, TEXT)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_news_fits_and_nothing_in_it_comes_alive(companions, foreign):
    line = render.over(foreign, after_s=3, was=foreign, ended=foreign)
    for message in (
        render.companions_list(companions),
        render.relapse(foreign, line.text),
        render.news_over(foreign, after_s=7, again=True),
        render.goes_on(line.text, after_s=7000, since="its alert"),
        render.changed(line, render.serialized(line)),
    ):
        hold(message)


@pytest.mark.parametrize("kept", ["", render.serialized(Message("gone", ()))])
def test_an_answer_that_is_replaced_says_so_and_has_no_buttons(kept):
    button = {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Undo"}}]}
    answer = Message("was", ({"type": "section", "text": {"type": "mrkdwn", "text": "was"}}, button))
    message = render.superseded_answer(render.serialized(answer))
    assert [block["type"] for block in message.blocks] == ["context", "section"]
    assert render.superseded_answer("") is None
    assert render.changed(replace(answer), kept).text == "🔀 *Changed:* was"


FAILING = st.lists(
    st.builds(
        questions.FailingNow, target=TEXT, reason=TEXT, pods=st.integers(0, 9), restarts=st.integers(0, 9), cause=TEXT
    ),
    max_size=40,
)


@given(FAILING, st.lists(TEXT, max_size=5), TEXT)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_a_person_is_told_fits_and_nothing_in_it_comes_alive(failing, near, foreign):
    line = render.over(foreign, after_s=3, was=foreign, ended=foreign)
    for message in (
        questions.failing_now(failing, foreign, foreign),
        questions.not_there(foreign, foreign, near),
        questions.no_namespace(foreign, near),
        questions.open_incident(line, ""),
        questions.open_incident(line, "", line),
        questions.help_text(foreign),
    ):
        hold(message)


def test_what_is_over_has_no_red_and_keeps_what_it_said():
    kept = render.serialized(answer(OOM, (UNDO,)))
    over = render.recovered_answer(kept, render.over("shop/api", after_s=60, was="It was killed.", ended="itself"))
    newer = render.superseded_answer(kept)
    assert "🔴" in kept
    for message in (over, newer):
        assert not any(glyph in str(message.blocks) for glyph in words.FAILING)
        assert "*The kernel killed container api for exceeding its memory limit of 96Mi, 5 times*" in str(
            message.blocks
        )


def test_one_workload_that_fails_is_not_sorted():
    one = questions.FailingNow(target="shop/pod/api", reason="Error", pods=1, restarts=4)
    assert "Sorted" not in questions.failing_now([one], "shop").text
    assert "Sorted: what crashes first, then by pods and restarts." in questions.failing_now([one, one], "shop").text


def test_what_fails_is_counted_by_cause_and_what_has_no_row_can_be_chosen():
    known = [questions.FailingNow(target=f"a/pod/{n}", reason="OOMKilled", cause="out of memory") for n in range(9)]
    other = [questions.FailingNow(target=f"b/pod/{n}", reason="ImagePullBackOff", pods=2) for n in range(41)]
    title, *rows, rest = questions.failing_now([*known, *other], "").blocks
    assert "41 x image not pulled, 9 x out of memory." in title["text"]["text"].replace("\N{MULTIPLICATION SIGN}", "x")
    assert rows[0]["text"]["text"] == f"`a/0`: out of memory (OOMKilled){SEPARATOR}open incident"
    assert rows[-1]["text"]["text"] == f"`b/5`: image not pulled (ImagePullBackOff){SEPARATOR}2 pods"
    assert [option["value"] for option in rest["accessory"]["options"]] == [f"b/pod/{n}" for n in range(6, 41)]
    assert rest["accessory"]["placeholder"]["text"] == "Show 35 more"


def test_what_kubernetes_says_is_told_in_words_and_not_twice():
    reasons = ["Error", "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "Sandboxed"]
    title, *rows = questions.failing_now(
        [questions.FailingNow(target=f"a/pod/{reason.lower()}", reason=reason) for reason in reasons], "a"
    ).blocks
    counts = "2 x container not created, 1 x ends with an error, 1 x cannot be started, 1 x Sandboxed."
    assert counts in title["text"]["text"].replace("\N{MULTIPLICATION SIGN}", "x")
    assert [row["text"]["text"].partition(": ")[2] for row in rows] == [
        "ends with an error", "container not created (CreateContainerConfigError)",
        "container not created (CreateContainerError)", "cannot be started (RunContainerError)", "Sandboxed",
    ]  # fmt: skip


def test_what_may_be_meant_is_called_as_everywhere_and_with_its_kind_where_two_have_the_name():
    near = ["shop/deployment/api", "pay/deployment/web", "pay/statefulset/web"]
    _title, *rows = questions.not_there("apo", "shop", near).blocks
    assert [row["text"]["text"] for row in rows] == [
        "• `shop/api`",
        "• `pay/deployment/web`",
        "• `pay/statefulset/web`",
    ]
    assert [row["accessory"]["value"] for row in rows] == near


def test_what_is_over_is_told_in_the_past():
    told = Timeline(ends=("2026-11-22T04:00:00Z", "2026-11-22T10:00:00Z"), untimed=6, apart_s=6 * 3600)
    recovery = over("production/api", after_s=180, was="oom-killed", ended="rollback to revision 3\tU0ANNA\tU0CARA")
    assert recovery.text.endswith("ended by rollback to revision 3, asked by <@U0ANNA>, approved by <@U0CARA>")
    for timeline, unmade, then in (
        (None, 0, "its only pod was down"), (told, 0, "its only pod restarted about every 6 h"),
        (None, 1, "0 of 1 pods were created"),
    ):  # fmt: skip
        failing = replace(OOM, scope=Scope(failing=1, of=1, unmade=unmade), timeline=timeline)
        message = assigned_answer(silences.offered(answer(failing), "run"), "U0ANNA")
        text = str(recovered_answer(serialized(message), recovery).blocks)
        assert then in text
        for now in ("pod is down", "pod restarts", "Working on it?", "is on it"):
            assert now not in text


def test_the_line_of_a_likely_crash_has_one_colon_less():
    likely = replace(
        OOM, verdict=Verdict.LIKELY, cause="app-crash", summary="api crashed: TypeError: x is not a function.", facts={}
    )
    assert "`production/api`: likely crashed, TypeError: x is not a function" in channel_line(likely).text
    assert "`production/api`: crashed, TypeError: x" in channel_line(replace(likely, verdict=Verdict.CONFIRMED)).text

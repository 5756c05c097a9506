"""A storm's line and its one answer: what is common, counted truly, within Slack's limits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.demo.slack.blockkit import blocks_errors, blocks_too_long
from bot.render import storm
from bot.render.incidents import Companion
from bot.render.traits import Traits
from tests.bot.render.test_render_slack import hold
from tests.support.companions import COMPANIONS

LINK = "https://workspace.slack.example/archives/C0ALERTS/p1795900000000100?thread_ts=1795900000.000100&cid=C0ALERTS"
TIMES = "\N{MULTIPLICATION SIGN}"
OOM = Traits(
    told="Out of memory: api was killed at its 96Mi limit",
    do="Raise the memory limit from 96Mi to 192Mi.",
    image="shop/api:2.14.0",
    node="node-1",
)


def workload(name, **more):
    values = {
        "verdict": "confirmed", "cause": "oom-killed", "summary": f"{name} was killed.", "root": f"shop/{name}",
        "target": f"shop/{name}", "began_at": 1_795_900_000.0,
    }  # fmt: skip
    return Companion(**{**values, **more})


def alike(count, **more):
    return [workload(f"api-{number:02}", traits=OOM, **more) for number in range(count)]


@given(COMPANIONS, st.integers(0, 3000), st.text(max_size=300))
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_storm_fits_has_six_lines_at_most_and_nothing_in_it_comes_alive(companions, waiting, cluster):
    line = storm.line(companions, waiting, cluster)
    assert len(line.text.split("\n")) <= 6
    hold(line)
    if companions:
        hold(storm.answer(companions))
        # With our own links and mentions in it, which foreign text must not have.
        linked = [replace(one, link=LINK, assignee="U0ANNA") if one.severity else one for one in companions]
        for message in (storm.line(linked), storm.answer(linked)):
            assert blocks_errors(list(message.blocks)) == []
            assert not blocks_too_long(list(message.blocks))


def test_of_workloads_that_are_alike_the_line_says_what_is_common_and_the_answer_what_to_do():
    title, told, common, change = storm.line(alike(46), cluster="prod-eu").text.split("\n")
    assert title == "🌩️ *46 workloads fail at once* in cluster prod-eu: all out of memory."
    assert told == "🔴 `shop/api-00` and 45 more: Out of memory: api was killed at its 96Mi limit"
    assert common.startswith("*In common:* image `shop/api:2.14.0` · node `node-1` · failing since <!date^1795900000^")
    assert change == "I found no common change."
    said = storm.answer(alike(46)).blocks[0]["text"]["text"]
    first = "*All 46 workloads still fail*\n🔴 *Out of memory: api was killed at its 96Mi limit* · 46 workloads"
    assert said.startswith(first)
    assert "*Do this:* Raise the memory limit from 96Mi to 192Mi." in said
    assert "In common" not in said  # the line above the thread says it


def test_what_differs_in_one_is_not_said_to_be_common():
    one, *rest = alike(9)
    other = replace(one, traits=replace(OOM, told="Out of memory: api was killed at its 128Mi limit", image="", do="x"))
    line = storm.line([other, *rest])
    assert "image" not in line.text
    _, eight, alone, *_ = line.text.split("\n")
    assert eight == "🔴 `shop/api-01` and 7 more: Out of memory: api was killed at its 96Mi limit"
    assert alone == "🔴 `shop/api-00`: Out of memory: api was killed at its 128Mi limit"
    text = storm.answer([other, *rest]).blocks[0]["text"]["text"]
    assert "96Mi limit* · 8 workloads" in text
    assert "128Mi" not in text
    assert "*In common:* image `shop/api:2.14.0`" in text  # of these eight, not of all


def test_a_change_that_all_had_is_said():
    changed = [replace(one, traits=replace(OOM, change="image of api: 2.13.2 → 2.14.0")) for one in alike(3)]
    assert "All changed alike before: image of api: 2.13.2 → 2.14.0." in storm.line(changed).text
    one, *rest = changed
    assert "I found no common change." in storm.line([replace(one, traits=OOM), *rest]).text


def test_what_began_over_an_hour_is_told_with_both_ends():
    first, *rest = alike(3)
    assert "began from <!date^1795896400^" in storm.line([replace(first, began_at=1_795_896_400.0), *rest]).text


def test_the_greatest_groups_come_first_and_the_most_pressing_of_each_speaks_for_it():
    hit = [workload(f"web-{number}", cause="missing-secret", root="Secret shop/smtp") for number in range(9)]
    unsure = [workload(f"job-{number}", verdict="likely") for number in range(4)]
    sure = [workload("db"), workload("pager", severity="critical")]
    title, *shown = storm.line([*hit, *unsure, *sure, workload("calm", over=True)], waiting=2).text.split("\n")
    assert title == (
        f"🌩️ *17 of 18 workloads still alert*: 9 {TIMES} Secret missing (`Secret shop/smtp`), 6 {TIMES} out of memory, "
        "2 being looked at. 1 is well again."
    )
    assert [line.partition("shop/")[2].partition("`")[0] for line in shown[:2]] == ["web-0", "pager"]


def test_every_workload_stands_once_in_the_list_with_a_link_or_a_button():
    answered, rest = workload("first", traits=OOM, link=LINK), alike(45)
    message = storm.answer([answered, *rest, workload("calm", over=True, link=LINK)])
    *_, folded = message.blocks
    assert folded["default_collapsed"] is True
    assert message.text == "*47 workloads, 46 still fail*"
    rows = [block for block in folded["child_blocks"] if block["type"] == "actions"]
    assert [element["text"]["text"] for row in rows for element in row["elements"]] == [one.target for one in rest]
    assert f"<{LINK}|shop/first>" in str(folded)
    assert f"🟢 <{LINK}|shop/calm>" in str(folded)
    assert "Evidence and commands, for one of them: <" in message.blocks[0]["text"]["text"]


def test_a_list_that_does_not_fit_counts_the_rest():
    many = [workload(f"w{number:03}", summary="long " * 40, link=LINK) for number in range(500)]
    message = storm.answer(many)
    assert not blocks_too_long(list(message.blocks))
    text = str(message.blocks[-1])
    assert f"… and {500 - text.count('• ')} more" in text


def test_different_crashes_are_counted_together_and_told_apart():
    crash = {"cause": "app-crash", "root": ""}
    one = workload("media", traits=Traits(told="transcoder crashed with SIGSEGV", node="node-1"), **crash)
    two = workload("pay", traits=Traits(told="ZeroDivisionError: division by zero", node="node-2"), **crash)
    title, *told = storm.line([one, two, *alike(4)]).text.split("\n")
    assert title == f"🌩️ *6 workloads fail at once*: 4 {TIMES} out of memory, 2 {TIMES} program crash."
    assert told[1:] == [
        "🔴 `shop/media`: transcoder crashed with SIGSEGV", "🔴 `shop/pay`: ZeroDivisionError: division by zero",
    ]  # fmt: skip  # and nothing in common: that all began in one minute is none


def different(count, **more):
    return [
        workload(f"app-{number}", cause=f"cause-{number}", link=LINK, root="", summary=f"app-{number} broke.", **more)
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("count", "shown", "last"),
    [
        (5, 5, "🔴 `shop/app-4`: app-4 broke"),
        (6, 4, "… and 2 more: `shop/app-4`, `shop/app-5`"),
        (8, 4, "… and 4 more: `shop/app-4`, `shop/app-5`, `shop/app-6` and 1 other"),
    ],
)
def test_of_a_mixed_storm_who_has_no_line_is_counted_and_named(count, shown, last):
    _, *told = storm.line(different(count)).text.split("\n")
    assert len(told) == 5
    assert sum(one.startswith("🔴") for one in told) == shown
    assert told[-1] == last


def test_a_mixed_storm_says_where_to_begin_with_its_answer_and_what_to_do():
    *calm, last = different(8)
    pressing = replace(last, severity="critical", traits=Traits(told="the disk is full", do="Make room on it."))
    said = storm.answer([*calm, pressing]).blocks[0]["text"]["text"]
    assert "*Do this:* they fail for 8 different reasons." in said
    assert f"Begin with <{LINK}|shop/app-7>, whose alert is critical:\n🔴 the disk is full. Make room on it." in said
    assert "Begin with" not in str(storm.answer(alike(8)).blocks)  # one answer is for all of them
    assert "Begin with" not in str(storm.answer(different(1)).blocks)


@pytest.mark.parametrize(
    ("failing", "over", "waiting", "line", "answer"),
    [
        (1, 0, 0, f"1 more workload fails*: 1 {TIMES} out of memory", "*The workload still fails*"),
        (5, 0, 0, "5 more workloads fail*: all out of memory", "*All 5 workloads still fail*"),
        (6, 0, 0, "6 workloads fail at once*: all out of memory", "*All 6 workloads still fail*"),
        (1, 5, 0, f"1 of 6 workloads still fails*: 1 {TIMES} out of memory", "*6 workloads, 1 still fails*"),
        (4, 0, 3, f"7 workloads alert at once*: 4 {TIMES} out of memory, 3 being", "*7 workloads, 3 being looked at*"),
    ],
)
def test_line_and_answer_count_the_same_in_the_number_that_it_is(failing, over, waiting, line, answer):
    companions = [*alike(failing), *(workload(f"well-{number}", over=True) for number in range(over))]
    assert storm.line(companions, waiting, few=5).text.startswith(f"🌩️ *{line}")
    assert storm.answer(companions, waiting).text == answer


def test_what_is_well_and_has_to_hold_is_not_counted_as_failing():
    held = [workload("a", holds=True), *alike(6)]
    assert storm.line(held).text.startswith("🌩️ *6 of 7 workloads still fail*")
    assert storm.line(held[:1]).text == "🟢 *Its workload is well again*. The storm is over when that holds."


def test_what_all_share_is_said_of_those_that_were_looked_at():
    assert "*In common of the 4 looked at:* image" in storm.line(alike(4), waiting=3).text


def test_a_storm_that_is_over_says_so_and_lists_all_as_well():
    well = [workload(name, over=True) for name in ("a", "b")]
    assert storm.line(well).text == "🟢 *The storm is over*: all 2 workloads are well again."
    assert storm.answer(well).text == "*All 2 workloads are well again*"

"""A report as it is shown: every word is there without colour, one thing to do for each fault, blocks within bounds."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.demo.slack.blockkit import blocks_errors
from bot.doctor import pages
from bot.doctor.report import Report, Result, State, broken, off, ok, unchecked

RULE = '- apiGroups: [""]\n  verbs: [get]'
REPORT = Report(
    results=(
        ok("settings", "read from the environment"),
        broken("rights to read", "crashloop may not get pods/log", "give crashloop this rule:", RULE),
        off("Alertmanager", "ALERTMANAGER_URL is not set"),
        unchecked("a check with quite a long name", "not looked at: see Slack"),
    ),
    at=1000.0,
)  # fmt: skip


def test_each_check_is_a_line_with_its_mark_and_each_fault_has_one_fix():
    text = pages.text(REPORT, colour=False, width=100)
    lines = text.splitlines()
    assert [line[0] for line in lines if line[:1] in pages.MARKS.values()] == [pages.MARKS[each] for each in State]
    assert [line.strip() for line in lines if "→" in line] == ["→ give crashloop this rule:"]
    assert text.endswith("1 of 4 checks failed: each has one thing to do.\n")
    assert "\x1b" not in text
    assert "\x1b[31m✗\x1b[0m rights to read" in pages.text(REPORT, colour=True, width=100)


def test_a_rule_is_whole_however_narrow_the_window():
    lines = pages.text(REPORT, colour=False, width=20).splitlines()
    rule = [line.strip() for line in lines if "apiGroups" in line or "verbs" in line]
    assert rule == ['- apiGroups: [""]', "verbs: [get]"]


def test_a_sound_report_says_so():
    assert "2 checks passed" not in pages.text(REPORT, colour=False, width=80)
    sound = Report(results=(ok("a", "b"), ok("c", "d"), off("e", "f")))
    assert pages.text(sound, colour=False, width=80).endswith(
        "2 checks passed, 1 are off or could not be made. Nothing is wrong.\n"
    )


def test_the_json_has_every_check_in_order():
    data = json.loads(pages.as_json(pages.document(REPORT)))
    assert (data["schema"], data["ok"]) == (1, False)
    assert [entry["state"] for entry in data["checks"]] == ["ok", "broken", "off", "unchecked"]
    assert [set(entry) - {"check", "state", "sentence"} for entry in data["checks"]] == [
        set(),
        {"fix", "rule"},
        set(),
        set(),
    ]


def test_home_shows_what_is_broken_and_how_old_that_is():
    (block,) = pages.blocks(REPORT, 240.0)
    said = block["text"]["text"]
    assert said.startswith("*Checks of the bot* (4 min ago)\n1 failed, 1 passed")
    assert "✗ *rights to read*: crashloop may not get pods/log" in said
    assert "```\n- apiGroups" in said
    assert "Alertmanager" not in said
    # What is well is a footnote.
    (waiting,) = pages.blocks(None, 0.0)
    assert "under way" in waiting["elements"][0]["text"]
    (well,) = pages.blocks(Report(results=(ok("a", "b"),)), 5.0)
    assert well["type"] == "context"
    assert well["elements"][0]["text"] == "✓ Checks of the bot: all 1 passed (just now)"


RESULTS = st.builds(
    Result, check=st.text(max_size=200), state=st.sampled_from(State), sentence=st.text(max_size=900),
    fix=st.text(max_size=900), rule=st.text(max_size=3000),
)  # fmt: skip


@given(results=st.lists(RESULTS, max_size=60), width=st.integers(1, 200))
def test_whatever_a_check_says_is_shown_and_fits(results, width):
    report = Report(results=tuple(results))
    assert pages.text(report, colour=False, width=width)
    assert len(json.loads(pages.as_json(pages.document(report)))["checks"]) == len(results)
    assert blocks_errors(pages.blocks(report, 0.0)) == []

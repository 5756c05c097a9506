"""What Slack is given: reviewed as golden files, and within Slack's limits for any diagnosis."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.demo.slack.blockkit import blocks_errors, blocks_too_long
from bot.render import silences, simpler, slack
from bot.render.message import Offer
from bot.render.own_buttons import assigned_answer, own_buttons
from diagnostics.diagnosis import Advice, Verdict
from diagnostics.patterns import compiled
from tests.support.diagnoses import HOSTILE, OOM, SAMPLES, UNDETERMINED
from tests.support.golden import matches
from tests.support.odd import DIAGNOSIS, TEXT

GOLDEN = Path(__file__).parent / "golden"
UNDO = Offer(
    id="offer-1",
    action="undo",
    label="Roll back to 2.13.2 (revision 3)",
    confirm_title="Roll back to 2.13.2 (revision 3)?",
    confirm_text="Memory limit 96Mi → 512Mi. 3 pods are replaced one by one.",
    brief="Roll back to 2.13.2",
    revision=3,
)
LIVE = compiled(r"<(?:[@#!]|[a-z]+://|mailto:)")
DATE = compiled(r"<!date\^-?\d+\^\{date_short_pretty\} \{time(?:_secs)?\}\|[^<>|]{1,40}>")
"""The one live sequence that answers hold: a time, which the reader's own Slack writes in the reader's zone."""
OFFERS = st.lists(
    st.builds(
        Offer,
        id=st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=40),
        action=st.sampled_from(["restart", "undo"]),
        label=TEXT,
        brief=TEXT,
        confirm_title=TEXT,
        confirm_text=TEXT,
        revision=st.none() | st.integers(1, 99),
    ),
    max_size=2,
    unique_by=lambda offer: offer.action,
)


def texts(item):
    """Return every text that Slack parses as mrkdwn."""
    if isinstance(item, dict):
        own = [item["text"]] if item.get("type") == "mrkdwn" else []
        return own + [text for value in item.values() for text in texts(value)]
    return [text for value in item for text in texts(value)] if isinstance(item, (list, tuple)) else []


def hold(message):
    assert blocks_errors(list(message.blocks)) == []
    assert not blocks_too_long(list(message.blocks))
    assert 0 < len(message.text) <= 4000
    for text in [message.text, *texts(message.blocks)]:
        assert LIVE.search(DATE.sub("", text)) is None, text
        assert text.count("```") % 2 == 0
        assert not any(ord(character) < 32 and character not in "\n\t" for character in text)


@pytest.mark.parametrize("name", SAMPLES)
def test_answers_are_as_reviewed(name):
    with_buttons = name == "oom-killed"
    own = own_buttons("incident-1", failing=True) if with_buttons else ()
    message = slack.answer(SAMPLES[name], (UNDO,) if with_buttons else (), run="8f3a", own=own)
    hold(message)
    shown = {"text": message.text, "blocks": message.blocks}
    matches(GOLDEN / f"{name}.json", json.dumps(shown, indent=1, ensure_ascii=False) + "\n")


def test_channel_lines_are_as_reviewed():
    lines = [slack.channel_line(sample).text for name, sample in SAMPLES.items() if name != "hostile"]
    matches(GOLDEN / "channel-lines.txt", "\n".join(lines) + "\n")


@given(DIAGNOSIS, OFFERS, TEXT)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_diagnosis_fits_and_nothing_in_it_comes_alive(diagnosis, offers, foreign):
    own = own_buttons("0" * 32, failing=True)
    message = slack.answer(diagnosis, offers, run=foreign, notes=[foreign] * 3, own=own)
    hold(message)
    hold(silences.offered(assigned_answer(message, foreign), "0" * 32))
    hold(simpler.classic(message))
    hold(slack.channel_line(diagnosis, foreign))


@given(TEXT, TEXT, st.sampled_from(slack.Step))
@settings(max_examples=60, deadline=None)
def test_any_sentence_fits(foreign, other, step):
    for message in (
        slack.looking(foreign),
        slack.failure(foreign),
        slack.outcome(step, label=foreign, who=other, detail=other, commands=[foreign, other]),
        slack.outcome(step, label=foreign, who=other, second=foreign, detail=other),
    ):
        hold(message)


def test_a_classic_workspace_reads_the_same_words():
    message = slack.answer(OOM, (UNDO,))
    plain = simpler.classic(message)
    assert {block["type"] for block in message.blocks} - {block["type"] for block in plain.blocks} == {"container"}
    folded = [child for block in message.blocks for child in block.get("child_blocks", ())]
    assert folded
    assert all(child in plain.blocks for child in folded)


def test_the_verdict_is_in_the_notification():
    text = slack.answer(OOM).text
    assert "production/api" in text
    assert "96Mi" in text
    assert "confirmed" not in text
    assert "likely" in slack.answer(replace(OOM, verdict=Verdict.LIKELY)).text


def test_a_button_carries_its_id_alone_and_says_the_consequence():
    buttons = next(block for block in slack.answer(OOM, (UNDO,)).blocks if block["type"] == "actions")["elements"]
    assert [button["value"] for button in buttons] == ["offer-1"]
    assert buttons[0]["style"] == "primary"
    assert "512Mi" in buttons[0]["confirm"]["text"]["text"]
    assert "offer-1" not in json.dumps(buttons[0]["confirm"])


def test_a_missing_button_is_explained():
    assert "No restart: the limit would still be 96Mi" in "\n".join(texts(slack.answer(OOM, (UNDO,)).blocks))
    assert "there is no button for it here" in "\n".join(texts(slack.answer(OOM).blocks))


def test_what_was_not_read_stands_open_before_what_was_checked():
    blocks = slack.answer(UNDETERMINED).blocks
    unread = next(index for index, block in enumerate(blocks) if "Could not read" in str(block))
    checked = next(index for index, block in enumerate(blocks) if block["type"] == "container")
    assert unread < checked
    assert "What is known" in str(blocks[:unread])


def test_names_of_people_are_mentions_only_when_they_are_ids():
    assert "<@U024BE7LH>" in slack.outcome(slack.Step.CLAIMED, label="Undo", who="U024BE7LH").text
    assert "<" not in slack.outcome(slack.Step.CLAIMED, label="Undo", who="!channel>").text.replace("&lt;", "")


def test_the_hostile_answer_keeps_its_quotes():
    shown = "\n".join(texts(slack.answer(HOSTILE).blocks))
    assert "&lt;!here&gt;" in shown
    assert "שלום 👩‍🚀" in shown


def test_what_is_not_known_is_neither_a_yes_nor_a_no():
    open_question = replace(OOM, actions=(Advice(action="undo", helps=None, because="nothing tells whether it did"),))
    shown = "\n".join(texts(slack.answer(open_question, ()).blocks))
    assert "Rollback may help, it is not known: nothing tells whether it did." in shown
    assert "No rollback" not in shown

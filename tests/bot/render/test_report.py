"""The report's two forms: within Slack's limits, nothing in foreign text comes alive, every entry one line."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.demo.slack.blockkit import blocks_errors, blocks_too_long
from bot.render.phrases import Code
from bot.render.report import EVENTS, MARKDOWN, At, Event, Report, Who, markdown, middle_left_out, moment, slack

HOSTILE = "# <!channel> [x](http://evil.example) *b* `c` ![i](j) <script> 1. & | ``` \n- new\n> q"
FOREIGN = st.one_of(st.text(max_size=80), st.sampled_from([HOSTILE, "- a", "1) b", "``", "`", "[a]: b", "&lt;"]))


def report(text=HOSTILE, **more):
    given = {
        "target": "Deployment production/api", "began_at": 1_795_000_000.0, "ended_at": 1_795_000_600.0,
        "lasted_s": (600.0,), "ended": (text, " (", Who("U0ANNA"), ")"), "verdict": "confirmed", "cause": "oom-killed",
        "summary": text, "changed": (text,), "evidence": ((text, "log api/previous"),),
        "deeds": ((Who("U0ANNA", text), ": undo; why: ", text),),
        "events": (Event(1_795_000_000.0, (text,)),
                   Event(1_795_000_100.0, ("Until ", At(1_795_000_600.0), Code(text)))),
        "companions": (text,),
    }  # fmt: skip
    return Report(**given | more)


def texts(message):
    return [block["text"]["text"] for block in message.blocks if block["type"] == "section"]


def source(message):
    """What is copied out of the fold: the fences' lines."""
    folds = [block for block in message.blocks if block.get("block_id") == MARKDOWN]
    fences = [child["text"]["text"] for fold in folds for child in fold["child_blocks"]]
    assert all(text.startswith("```\n") and text.endswith("\n```") for text in fences)
    copied = "\n".join(text[4:-4] for text in fences)
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        copied = copied.replace(entity, sign)
    return copied


@pytest.mark.parametrize("count", [2, 50])
def test_its_markdown_can_be_copied_from_its_thread_as_the_command_line_prints_it(count):
    told = report(
        "api <was> killed & came back", run="af70f802",
        events=tuple(Event(1_795_000_000.0 + number, (f"event {number}",)) for number in range(count)),
    )  # fmt: skip
    message = slack(told)
    assert blocks_errors(list(message.blocks)) == []
    assert not blocks_too_long(list(message.blocks))
    assert f"{source(message)}\n" == markdown(told)
    assert message.blocks[-1]["type"] == "context"


def test_markdown_that_is_too_long_to_be_whole_is_left_to_the_command_line():
    message = slack(report("api was killed", events=tuple(Event(float(at), ("x" * 200,)) for at in range(60))))
    assert source(message) == ""
    assert "crashloop report WORKLOAD prints this as Markdown" in str(message.blocks[-1])


@given(FOREIGN, st.integers(0, 300), st.integers(0, 40))
@example(HOSTILE * 40, 300, 40)
def test_whatever_it_holds_slack_takes_it_and_nothing_comes_alive(text, events, quotes):
    told = report(
        text,
        events=tuple(Event(1_795_000_000.0 + number, (text,)) for number in range(events)),
        evidence=((text, text),) * quotes,
        deeds=(((text,),) * quotes),
    )
    message = slack(told)
    assert blocks_errors(list(message.blocks)) == []
    assert not blocks_too_long(list(message.blocks))
    everything = "\n".join([message.text, *texts(message)]).replace("<@U0ANNA>", "")
    assert "<" not in everything
    assert "<" not in str([block for block in message.blocks if block.get("block_id") == MARKDOWN])
    assert ">" not in everything


@given(FOREIGN)
@example(HOSTILE)
def test_as_markdown_a_text_is_read_as_it_is(text):
    tokens = MarkdownIt("commonmark").parse(markdown(report(text)))
    kinds = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}
    assert not kinds & {"link_open", "image", "html_inline", "html_block", "em_open", "strong_open", "fence", "hr"}
    headings = [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]
    assert (
        headings[1:] == ["Summary", "Cause", "Evidence", "Who did what", "Time line"][: len(headings) - 1] or not text
    )
    assert sum(token.type == "bullet_list_open" for token in tokens) == len(headings) - 1


def test_it_says_what_it_was_how_long_who_did_what_and_when_with_date_and_zone():
    told = report("api was killed at its 96Mi limit", link="https://acme.slack.com/archives/C1/p1", run="af70f802")
    written = markdown(told)
    assert "# Incident report: production/api" in written
    assert "- From 2026-11-18 11:06:40 UTC to 2026-11-18 11:16:40 UTC" in written
    assert "- Lasted 10 min; ended by api was killed" in written
    assert "- 2026-11-18 11:06:40 UTC: api was killed at its 96Mi limit" in written
    assert "(Slack user U0ANNA)" in written
    assert "[Its thread](https://acme.slack.com/archives/C1/p1) · run af70f802" in written
    shown = "\n".join(texts(slack(told)))
    assert "<@U0ANNA>" in shown
    assert "• From 2026-11-18 11:06:40 UTC to 2026-11-18 11:16:40 UTC" in shown


@pytest.mark.parametrize("count", [EVENTS - 1, EVENTS, EVENTS + 1, 10 * EVENTS])
def test_of_a_long_time_line_beginning_and_end_are_told_and_the_rest_is_counted(count):
    events = tuple(Event(float(number), (str(number),)) for number in range(count))
    kept = middle_left_out(events, EVENTS)
    assert len(kept) == min(count, EVENTS)
    assert (kept[0], kept[-1]) == (events[0], events[-1])
    left = [event.text[0] for event in kept if "more until then" in str(event.text)]
    assert left == ([f"… {count - EVENTS + 1} more until then"] if count > EVENTS else [])


def test_what_is_not_known_is_not_told():
    bare = replace(report(), lasted_s=(), began_at=0.0, ended=(), evidence=(), changed=(), deeds=(), summary="")
    written = markdown(bare)
    assert "How long it lasted is not known" in written
    assert "Nobody pressed a button here." in written
    assert "Evidence" not in written
    assert "From " not in written


def test_a_moment_has_date_and_zone():
    assert moment(0.0) == "1970-01-01 00:00:00 UTC"

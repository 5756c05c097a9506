"""The limits, one by one, at the limit and one beyond; and any JSON at all without falling over."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.slack.blockkit import blocks_errors, blocks_too_long, view_errors

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(length: int = 1, **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn("x" * length), **more}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Go"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def confirm(**more: Any) -> Json:
    return {"title": plain("t"), "text": mrkdwn("x"), "confirm": plain("y"), "deny": plain("n"), **more}


def select(count: int, **more: Any) -> Json:
    options = [{"text": plain("o"), "value": str(number)} for number in range(count)]
    return {"type": "static_select", "action_id": "s", "options": options, **more}


def overflow(count: int) -> Json:
    return {**select(count), "type": "overflow"}


def container(count: int = 1, **more: Any) -> Json:
    return {"type": "container", "title": plain("t"), "child_blocks": [section()] * count, **more}


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain("t"), "blocks": [], **more}


INPUT = {"type": "input", "label": plain("l"), "element": {"type": "plain_text_input", "action_id": "a"}}

# (makes something of size n, the limit, where Slack points to)
LIMITS = {
    "blocks": (lambda n: [{"type": "divider"}] * n, 50, "/blocks"),
    "section text": (lambda n: [section(n)], 3000, "/blocks/0/text/text"),
    "fields": (lambda n: [{"type": "section", "fields": [mrkdwn("x")] * n}], 10, "/blocks/0/fields"),
    "field text": (lambda n: [{"type": "section", "fields": [mrkdwn("x" * n)]}], 2000, "/blocks/0/fields/0/text"),
    "header": (lambda n: [{"type": "header", "text": plain("x" * n)}], 150, "/blocks/0/text/text"),
    "context": (lambda n: [{"type": "context", "elements": [mrkdwn("x")] * n}], 10, "/blocks/0/elements"),
    "actions": (lambda n: [actions(*[button()] * n)], 25, "/blocks/0/elements"),
    "block_id": (lambda n: [section(block_id="x" * n)], 255, "/blocks/0/block_id"),
    "action_id": (lambda n: [actions(button(action_id="x" * n))], 255, "/blocks/0/elements/0/action_id"),
    "button text": (lambda n: [actions(button(text=plain("x" * n)))], 75, "/blocks/0/elements/0/text/text"),
    "button value": (lambda n: [actions(button(value="x" * n))], 2000, "/blocks/0/elements/0/value"),
    "confirm title": (
        lambda n: [actions(button(confirm=confirm(title=plain("x" * n))))],
        100,
        "/blocks/0/elements/0/confirm/title/text",
    ),
    "confirm text": (
        lambda n: [actions(button(confirm=confirm(text=mrkdwn("x" * n))))],
        300,
        "/blocks/0/elements/0/confirm/text/text",
    ),
    "confirm button": (
        lambda n: [actions(button(confirm=confirm(confirm=plain("x" * n))))],
        30,
        "/blocks/0/elements/0/confirm/confirm/text",
    ),
    "options": (lambda n: [actions(select(n))], 100, "/blocks/0/elements/0/options"),
    "overflow": (lambda n: [actions(overflow(n))], 5, "/blocks/0/elements/0/options"),
    "container children": (lambda n: [container(n)], 10, "/blocks/0/child_blocks"),
    "container title": (lambda n: [container(title=plain("x" * n))], 150, "/blocks/0/title/text"),
    "container subtitle": (lambda n: [container(subtitle=plain("x" * n))], 150, "/blocks/0/subtitle/text"),
}
VIEW_LIMITS = {
    "title": (lambda n: modal(title=plain("x" * n)), 24, "/view/title/text"),
    "submit": (lambda n: modal(submit=plain("x" * n)), 24, "/view/submit/text"),
    "close": (lambda n: modal(close=plain("x" * n)), 24, "/view/close/text"),
    "private_metadata": (lambda n: modal(private_metadata="x" * n), 3000, "/view/private_metadata"),
    "callback_id": (lambda n: modal(callback_id="x" * n), 255, "/view/callback_id"),
    "blocks": (lambda n: modal(blocks=[{"type": "divider"}] * n), 100, "/view/blocks"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_block_may_reach_its_limit_and_not_pass_it(name):
    make, most, pointer = LIMITS[name]
    assert [line for line in blocks_errors(make(most)) if "already exists" not in line] == []
    beyond = blocks_errors(make(most + 1))
    assert len(beyond) == 1
    assert f"[json-pointer:{pointer}]" in beyond[0]
    assert str(most + 1) in beyond[0] or f"no more than {most} items" in beyond[0]


@pytest.mark.parametrize("name", VIEW_LIMITS)
def test_a_view_may_reach_its_limit_and_not_pass_it(name):
    make, most, pointer = VIEW_LIMITS[name]
    assert view_errors(make(most)) == []
    assert [pointer in line for line in view_errors(make(most + 1))] == [True]


@pytest.mark.parametrize(
    ("blocks", "complaint"),
    [
        ([{"type": "section"}], "must define either `text` or `fields`"),
        ([section(0)], "must be more than 0 characters"),
        ([{"type": "header", "text": mrkdwn("x")}], "must be a valid enum value: plain_text"),
        ([{"type": "nonsense"}], "unsupported type: nonsense"),
        ([{"type": "alert", "text": mrkdwn("x")}], "unsupported type: alert"),
        ([{"type": "divider", "colour": "red"}], "invalid additional property: colour"),
        ([section(block_id="a"), section(block_id="a")], "`block_id` a already exists"),
        ([container(child_blocks=[section(block_id="a")]), section(block_id="a")], "`block_id` a already exists"),
        ([actions(button(action_id="a"), button(action_id="a"))], "`action_id` a already exists"),
        ([container(child_blocks=[container()])], "unsupported type: container"),
        ([container(child_blocks=[{"type": "rich_text", "elements": []}])], "unsupported type: rich_text"),
        ([actions(button(style="default"))], "must be a valid enum value: primary, danger"),
        ([actions(button(confirm={"title": plain("t")}))], "missing required field: text"),
        ([actions({"type": "static_select", "action_id": "s"})], "must define either `options` or `option_groups`"),
        ([section(accessory={"type": "plain_text_input"})], "unsupported type: plain_text_input"),
        ({"type": "section"}, "must be an array"),
        (["text"], "must provide an object"),
    ],
)
def test_what_is_not_block_kit_is_said(blocks, complaint):
    assert any(line.startswith(complaint) for line in blocks_errors(blocks)), blocks_errors(blocks)


def test_a_modal_with_inputs_needs_a_submit_button_and_may_hold_an_alert():
    assert view_errors(modal(blocks=[INPUT])) == ["missing required field: submit [json-pointer:/view]"]
    assert view_errors(modal(blocks=[INPUT, {"type": "alert", "text": mrkdwn("x")}], submit=plain("Go"))) == []


def test_blocks_together_are_bounded_too():
    assert not blocks_too_long([section(3000)] * 4)
    assert blocks_too_long([section(3000)] * 5)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "fields", "block_id", "child_blocks", "accessory", "options"])
            | st.text(max_size=4),
            inner | st.sampled_from(["section", "actions", "container", "button", "mrkdwn", "header"]),
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_json_is_answered_with_complaints_never_an_exception(value):
    for line in blocks_errors(value) + view_errors(value):
        assert "[json-pointer:/" in line
    assert blocks_errors([value]) != [] or isinstance(value, dict)


@given(st.text(min_size=1, max_size=3000))
def test_any_text_within_the_limit_is_fine(text):
    assert blocks_errors([{"type": "section", "text": mrkdwn(text)}]) == []

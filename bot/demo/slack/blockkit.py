"""What Slack's Block Kit allows, block by block, and the validator: ``blocks_errors``, ``view_errors``."""

from __future__ import annotations

import json
from typing import Any

from bot.demo.slack import limits as most
from bot.demo.slack.schema import Anything, Choice, Complaints, Flag, Many, Shape, Spec, Str, Tagged, Text, Whole, check

PLAIN = ("plain_text",)
_ID: dict[str, Spec] = {"block_id": Str(most.ID)}
_ACTION: dict[str, Spec] = {"action_id": Str(most.ID)}

CONFIRM = Shape(
    {
        "title": Text(most.CONFIRM_TITLE, PLAIN),
        "text": Text(most.CONFIRM_TEXT),
        "confirm": Text(most.CONFIRM_BUTTON, PLAIN),
        "deny": Text(most.CONFIRM_BUTTON, PLAIN),
        "style": Choice(("primary", "danger")),
    },
    required=("title", "text", "confirm", "deny"),
)
_OPTION_FIELDS: dict[str, Spec] = {
    "text": Text(most.OPTION_TEXT),
    "value": Str(most.OPTION_VALUE),
    "description": Text(most.OPTION_DESCRIPTION),
}
OPTION = Shape(_OPTION_FIELDS, required=("text", "value"))
OVERFLOW_OPTION = Shape({**_OPTION_FIELDS, "url": Str(most.URL)}, required=("text", "value"))
OPTION_GROUP = Shape(
    {"label": Text(most.OPTION_TEXT, PLAIN), "options": Many(OPTION, most.SELECT_OPTIONS)},
    required=("label", "options"),
)
_SELECT: dict[str, Spec] = {
    **_ACTION,
    "placeholder": Text(most.PLACEHOLDER, PLAIN),
    "confirm": CONFIRM,
    "focus_on_load": Flag(),
    "initial_option": OPTION,
}
_CHOICES: dict[str, Spec] = {
    **_ACTION,
    "options": Many(OPTION, most.CHOICE_OPTIONS),
    "confirm": CONFIRM,
    "focus_on_load": Flag(),
}

ELEMENTS: dict[str, Shape] = {
    "button": Shape(
        {
            **_ACTION,
            "text": Text(most.BUTTON_TEXT, PLAIN),
            "value": Str(most.BUTTON_VALUE),
            "url": Str(most.URL),
            "style": Choice(("primary", "danger")),
            "confirm": CONFIRM,
            "accessibility_label": Str(most.ACCESSIBILITY_LABEL),
        },
        required=("text",),
    ),
    "overflow": Shape(
        {**_ACTION, "options": Many(OVERFLOW_OPTION, most.OVERFLOW_OPTIONS), "confirm": CONFIRM}, required=("options",)
    ),
    "static_select": Shape(
        {
            **_SELECT,
            "options": Many(OPTION, most.SELECT_OPTIONS),
            "option_groups": Many(OPTION_GROUP, most.SELECT_OPTIONS),
        },
        one_of=("options", "option_groups"),
    ),
    "external_select": Shape({**_SELECT, "min_query_length": Whole(0, most.INPUT_LENGTH)}),
    "checkboxes": Shape({**_CHOICES, "initial_options": Many(OPTION, most.CHOICE_OPTIONS)}, required=("options",)),
    "radio_buttons": Shape({**_CHOICES, "initial_option": OPTION}, required=("options",)),
    "plain_text_input": Shape(
        {
            **_ACTION,
            "placeholder": Text(most.PLACEHOLDER, PLAIN),
            "initial_value": Str(most.INPUT_LENGTH, 0),
            "multiline": Flag(),
            "min_length": Whole(0, most.INPUT_LENGTH),
            "max_length": Whole(1, most.INPUT_LENGTH),
            "focus_on_load": Flag(),
            "dispatch_action_config": Anything(),
        }
    ),
    "image": Shape({"image_url": Str(most.URL), "alt_text": Str(most.ALT_TEXT)}, required=("image_url", "alt_text")),
}
_BUTTONS = ("button", "overflow", "static_select", "external_select", "checkboxes", "radio_buttons")
_INPUTS = ("plain_text_input", "static_select", "external_select", "checkboxes", "radio_buttons")

_RICH_LEAF = Tagged(
    {
        "text": Shape({"text": Str(most.MARKDOWN_TEXT), "style": Anything()}, required=("text",)),
        "link": Shape({"url": Str(most.URL), "text": Str(most.TEXT), "style": Anything()}, required=("url",)),
        "user": Shape({"user_id": Str(most.ID), "style": Anything()}, required=("user_id",)),
        "channel": Shape({"channel_id": Str(most.ID), "style": Anything()}, required=("channel_id",)),
        "emoji": Shape({"name": Str(most.ID), "style": Anything()}, required=("name",)),
    }
)
_RICH_RUN: dict[str, Spec] = {"elements": Many(_RICH_LEAF, 1000, 0), "border": Whole(0, 1)}
_RICH: dict[str, Shape] = {
    "rich_text_section": Shape(_RICH_RUN, required=("elements",)),
    "rich_text_preformatted": Shape({**_RICH_RUN, "language": Str(most.ID)}, required=("elements",)),
    "rich_text_quote": Shape(_RICH_RUN, required=("elements",)),
    "rich_text_list": Shape(
        {
            "style": Choice(("bullet", "ordered")),
            "indent": Whole(0, 8),
            "offset": Whole(0, 10_000),
            "border": Whole(0, 1),
            "elements": Many(
                Tagged({"rich_text_section": Shape({"elements": Many(_RICH_LEAF, 1000, 0)}, required=("elements",))}),
                1000,
            ),
        },
        required=("style", "elements"),
    ),
}
_CONTEXT_ELEMENT = Tagged(
    {
        "image": ELEMENTS["image"],
        "mrkdwn": Shape({"text": Str(most.TEXT), "verbatim": Flag()}, required=("text",)),
        "plain_text": Shape({"text": Str(most.TEXT), "emoji": Flag()}, required=("text",)),
    }
)

_SIMPLE: dict[str, Shape] = {
    "section": Shape(
        {
            **_ID,
            "text": Text(most.TEXT),
            "fields": Many(Text(most.FIELD_TEXT), most.FIELDS),
            "accessory": Tagged(ELEMENTS, (*_BUTTONS, "image")),
            "expand": Flag(),
        },
        one_of=("text", "fields"),
    ),
    "divider": Shape(_ID),
    "header": Shape({**_ID, "text": Text(most.HEADER_TEXT, PLAIN), "level": Whole(1, 4)}, required=("text",)),
    "context": Shape({**_ID, "elements": Many(_CONTEXT_ELEMENT, most.CONTEXT_ELEMENTS)}, required=("elements",)),
    "actions": Shape(
        {**_ID, "elements": Many(Tagged(ELEMENTS, _BUTTONS), most.ACTIONS_ELEMENTS)}, required=("elements",)
    ),
    "image": Shape(
        {**_ID, "image_url": Str(most.URL), "alt_text": Str(most.ALT_TEXT), "title": Text(most.ALT_TEXT, PLAIN)},
        required=("image_url", "alt_text"),
    ),
    "rich_text": Shape({**_ID, "elements": Many(Tagged(_RICH), 1000)}, required=("elements",)),
}
INPUT = Shape(
    {
        **_ID,
        "label": Text(most.INPUT_LABEL, PLAIN),
        "element": Tagged(ELEMENTS, _INPUTS),
        "hint": Text(most.INPUT_HINT, PLAIN),
        "optional": Flag(),
        "dispatch_action": Flag(),
    },
    required=("label", "element"),
)
# rich_text inside a container is documented, but was refused by Slack's own validator (slack-morphism 2.31's notes).
_IN_CONTAINER = ("section", "divider", "header", "context", "actions", "image")
CONTAINER = Shape(
    {
        **_ID,
        "title": Text(most.CONTAINER_TITLE, PLAIN),
        "subtitle": Text(most.CONTAINER_SUBTITLE, PLAIN),
        "child_blocks": Many(Tagged(_SIMPLE, _IN_CONTAINER), most.CONTAINER_CHILDREN),
        "width": Choice(("narrow", "standard", "wide", "full")),
        "is_collapsible": Flag(),
        "default_collapsed": Flag(),
    },
    required=("child_blocks",),
)
MARKDOWN = Shape({**_ID, "text": Str(most.MARKDOWN_TEXT)}, required=("text",))
TABLE = Shape(
    {
        **_ID,
        "rows": Many(Many(Anything(), most.TABLE_COLUMNS), most.TABLE_ROWS),
        "column_settings": Many(Anything(), most.TABLE_COLUMNS),
    },
    required=("rows",),
)
ALERT = Shape(
    {
        **_ID,
        "level": Choice(("default", "info", "warning", "error", "success")),
        "text": Text(most.ALERT_TEXT),
    },
    required=("text",),
)

MESSAGE = {**_SIMPLE, "input": INPUT, "container": CONTAINER, "markdown": MARKDOWN, "table": TABLE}
MODAL = {**_SIMPLE, "input": INPUT, "alert": ALERT}
HOME = {**_SIMPLE, "input": INPUT, "container": CONTAINER}

_VIEW: dict[str, Spec] = {
    "private_metadata": Str(most.PRIVATE_METADATA, 0),
    "callback_id": Str(most.ID, 0),
    "external_id": Str(most.ID, 0),
    "type": Choice(("modal", "home")),
}
MODAL_VIEW = Shape(
    {
        **_VIEW,
        "title": Text(most.VIEW_TITLE, PLAIN),
        "submit": Text(most.VIEW_BUTTON, PLAIN),
        "close": Text(most.VIEW_BUTTON, PLAIN),
        "clear_on_close": Flag(),
        "notify_on_close": Flag(),
        "submit_disabled": Flag(),
        "blocks": Many(Tagged(MODAL), most.VIEW_BLOCKS, 0),
    },
    required=("title", "blocks"),
)
HOME_VIEW = Shape({**_VIEW, "blocks": Many(Tagged(HOME), most.VIEW_BLOCKS, 0)}, required=("blocks",))


def blocks_errors(blocks: Any) -> list[str]:
    """Return what Slack would complain about in a message's blocks; empty when it would take them."""
    out = Complaints()
    check(blocks, Many(Tagged(MESSAGE), most.MESSAGE_BLOCKS, 0), "/blocks", out)
    if isinstance(blocks, list):
        _check_unique(blocks, "/blocks", out)
        markdown = sum(len(str(block.get("text", ""))) for block in _of_type(blocks, "markdown"))
        if markdown > most.MARKDOWN_TEXT:
            out.add(f"markdown blocks must be less than {most.MARKDOWN_TEXT + 1} characters together", "/blocks")
        if len(_of_type(blocks, "table")) > 1:
            out.add("only_one_table_allowed", "/blocks")
    return out.lines


def blocks_too_long(blocks: Any) -> bool:
    """Tell whether all the blocks together are more than a message holds (``msg_blocks_too_long``)."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > most.MESSAGE_BLOCKS_JSON


def view_errors(view: Any) -> list[str]:
    """Return what Slack would complain about in a modal or Home view."""
    out = Complaints()
    if not isinstance(view, dict):
        return ["must provide an object [json-pointer:/view]"]
    is_home = view.get("type") == "home"
    check(view, HOME_VIEW if is_home else MODAL_VIEW, "/view", out)
    blocks = view.get("blocks")
    if isinstance(blocks, list):
        _check_unique(blocks, "/view/blocks", out)
        if not is_home and _of_type(blocks, "input") and "submit" not in view:
            out.add("missing required field: submit", "/view")
    return out.lines


def _of_type(blocks: list[Any], kind: str) -> list[dict[str, Any]]:
    return [block for block in blocks if isinstance(block, dict) and block.get("type") == kind]


def _check_unique(blocks: list[Any], pointer: str, out: Complaints) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        if isinstance(block, dict):
            _check_block_ids(block, f"{pointer}/{index}", seen, out)


def _check_block_ids(block: dict[str, Any], pointer: str, seen: set[str], out: Complaints) -> None:
    block_id = block.get("block_id")
    if isinstance(block_id, str):
        if block_id in seen:
            out.add(f"`block_id` {block_id} already exists", pointer)
        seen.add(block_id)
    actions: set[str] = set()
    for item in block["elements"] if isinstance(block.get("elements"), list) else ():
        action_id = item.get("action_id") if isinstance(item, dict) else None
        if isinstance(action_id, str):
            if action_id in actions:
                out.add(f"`action_id` {action_id} already exists", pointer)
            actions.add(action_id)
    children = block.get("child_blocks")
    for index, child in enumerate(children if isinstance(children, list) else ()):
        if isinstance(child, dict):
            _check_block_ids(child, f"{pointer}/child_blocks/{index}", seen, out)

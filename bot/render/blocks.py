"""Block Kit pieces as plain JSON, each within Slack's limits (docs.slack.dev/reference/block-kit/blocks)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.render.mrkdwn import plain, size
from bot.render.words import FAILING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from bot.render.message import Block, Offer

HEADER = 150
BUTTON = 75
BUTTON_VALUE = 2000
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONTAINER_TITLE = 150
CONTAINER_CHILDREN = 10
CONTEXT_ELEMENTS = 10
ACTIONS = 25
ADVICE = "advice"
"""``block_id``, or its beginning, of what is said about buttons: it goes with them."""

MESSAGE_BLOCKS = 50
MESSAGE_JSON = 12_500
"""All blocks of a message as JSON: Slack answers ``msg_blocks_too_long`` from about 13,200 on (undocumented)."""


OUTCOME = "outcome"
"""The block_id of the line that says where an action stands: the next one takes its place."""


def section(text: str) -> Block:
    """Return a section of mrkdwn; ``verbatim`` keeps Slack from making links of what looks like one."""
    return {"type": "section", "text": _mrkdwn(text)}


def header(text: str) -> Block:
    """Return a header from foreign text."""
    return {"type": "header", "text": _plain(text, HEADER)}


def context(parts: Iterable[str]) -> Block:
    """Return a context block of mrkdwn parts."""
    return {"type": "context", "elements": [_mrkdwn(part) for part in list(parts)[:CONTEXT_ELEMENTS]]}


def container(title: str, children: Sequence[Block], block_id: str) -> Block:
    """Return a folded container of blocks (rich_text in it was refused by Slack's validator).

    With a ``block_id`` of its own it stays open for its reader when the message is edited.
    """
    return {
        "type": "container",
        "block_id": block_id,
        "title": _plain(title, CONTAINER_TITLE),
        "is_collapsible": True,
        "default_collapsed": True,
        "child_blocks": list(children[:CONTAINER_CHILDREN]),
    }


def actions(offers: Sequence[Offer], own: Sequence[Block] = ()) -> Block:
    """Return the buttons, the answer's ``own`` last. Each carries an opaque id; what it does stands in the store.

    The first offer is what is recommended: it is the one primary button, as it is in the dialog that it opens. What was
    tried and did not hold is not.
    """
    made = [_button(offer) for offer in offers]
    first = [button if offers[0].tried else {**button, "style": "primary"} for button in made[:1]]
    return {"type": "actions", "elements": [*first, *made[1:], *own][:ACTIONS]}


def approval(action: str, label: str, offer_id: str) -> Block:
    """Return the button by which a second person agrees."""
    button = {"type": "button", "action_id": f"approve_{action}", "text": _plain(label, BUTTON), "value": offer_id}
    return {"type": "actions", "elements": [{**button, "style": "primary"}]}


def without_buttons(
    blocks: Iterable[Block], instead: Sequence[Block] = (), *, lasting: Collection[str] = ()
) -> list[Block]:
    """Return an answer's blocks without its buttons and what it says about them; ``instead`` stands there, once.

    ``lasting`` are the action_ids of the buttons that stay, below that.
    """
    left: list[Block] = []
    due = list(instead)
    for block in blocks:
        if block.get("type") == "actions":
            left += due
            due = []
            kept = [element for element in block["elements"] if element.get("action_id") in lasting]
            left += [{**block, "elements": kept}] if kept else []
        elif not _is_advice(block) and not (instead and block.get("block_id") == OUTCOME):
            left += _with_children(block)
    return left


def without_colour(blocks: Sequence[Block]) -> list[Block]:
    """Return an answer's blocks without its headline's glyph, which says that it fails."""
    left = list(blocks)
    if left and left[0].get("type") == "section":
        text = left[0]["text"]
        left[0] = {**left[0], "text": {**text, "text": colourless(text["text"])}}
    return left


def colourless(text: str) -> str:
    """Return a line without the glyph that says that something fails."""
    glyph, _, rest = text.partition(" ")
    return rest if glyph in FAILING else text


def _is_advice(block: Block) -> bool:
    return str(block.get("block_id", "")).startswith(ADVICE)


def _with_children(block: Block) -> list[Block]:
    """Return the block without the advice in it; nothing when nothing else was."""
    if block.get("type") != "container":
        return [block]
    children = [child for child in block["child_blocks"] if not _is_advice(child)]
    return [{**block, "child_blocks": children}] if children else []


def weight(blocks: Iterable[Block]) -> int:
    """Return what the blocks weigh as JSON, in UTF-16 units."""
    return size(json.dumps(list(blocks), ensure_ascii=False, separators=(",", ":")))


def _button(offer: Offer) -> Block:
    button: Block = {
        "type": "button",
        "action_id": f"{'review' if offer.dialog else 'offer'}_{offer.action}",
        "text": _plain(offer.label, BUTTON),
        "value": offer.id[:BUTTON_VALUE],
    }
    if not offer.dialog and (offer.confirm_title or offer.confirm_text):
        button["confirm"] = {
            "title": _plain(offer.confirm_title or offer.label, CONFIRM_TITLE),
            "text": _plain(offer.confirm_text or offer.label, CONFIRM_TEXT),
            "confirm": _plain(offer.brief or offer.label, 30),
            "deny": _plain("Cancel", 30),
        }
    return button


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text or " ", "verbatim": True}


def _plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": plain(text, limit) or "-", "emoji": False}

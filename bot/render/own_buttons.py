"""The buttons that every answer has besides those that act: look again, say what it really was, say who is on it.

Each carries the incident's id alone. What they do is checked against the store and the person's rights at the press.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.blocks import context, section
from bot.render.message import Message
from bot.render.mrkdwn import SEPARATOR, person, plain, sentence

if TYPE_CHECKING:
    from bot.render.message import Block
    from diagnostics.diagnosis import Diagnosis

CHECK_AGAIN, NOT_RIGHT, ON_IT = "check_again", "not_right", "on_it"
"""Their action_ids."""

LASTING = frozenset({NOT_RIGHT})
"""What an answer keeps when it is over: what it really was is known best then."""

ASSIGNEE = "assignee"
"""The block_id of who works on it."""


def own_buttons(incident_id: str, *, failing: bool) -> tuple[Block, ...]:
    """Return an answer's own buttons. Nobody works on what does not fail."""
    shown = [
        *([("I'm on it", ON_IT)] if failing else []),
        ("Check again", CHECK_AGAIN),
        ("Not right? Correct it", NOT_RIGHT),
    ]
    return tuple(
        {"type": "button", "action_id": action, "text": _plain(label), "value": incident_id} for label, action in shown
    )


def assigned_line(line: Message, user: str) -> Message:
    """Return a line with who works on the incident; as it is when nobody does."""
    if not user:
        return line
    text = f"{line.text}{mark(user)}"
    return Message(text, (section(text),))


def unassigned_text(text: str, user: str) -> str:
    """Return a line's text without the word that ``user`` works on it."""
    return text.removesuffix(mark(user)) if user else text


def mark(user: str) -> str:
    """Return what a line or a list's entry says of who works on it, as mrkdwn; nothing when nobody does."""
    return f"{SEPARATOR}🙋 {person(user)} is on it" if user else ""


def assigned_answer(answer: Message, user: str) -> Message:
    """Return an answer that says who works on it, right under its buttons, in place of who did."""
    blocks = [block for block in answer.blocks if block.get("block_id") != ASSIGNEE]
    if user:
        rows = [index for index, block in enumerate(blocks) if block["type"] == "actions"]
        at = rows[0] + 1 if rows else len(blocks) - 1
        blocks.insert(max(at, 1), {**context([f"🙋 {person(user)} is on it"]), "block_id": ASSIGNEE})
    return Message(answer.text, tuple(blocks))


def same_verdict(diagnosis: Diagnosis) -> str:
    """Return what who pressed *Check again* is told when nothing is new, as mrkdwn."""
    return f"🔄 Looked again just now, the same: {sentence(diagnosis.summary, 300, 1500)}"


def another_verdict(diagnosis: Diagnosis) -> str:
    """Return what they are told when it is another verdict: the thread says more in a moment."""
    if not diagnosis.failing:
        return f"🔄 Looked again just now, it does not fail any more: {sentence(diagnosis.summary, 300, 1500)}"
    return f"🔀 Looked again just now, and it is another one: {sentence(diagnosis.summary, 300, 1500)}"


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": plain(text, 75), "emoji": False}

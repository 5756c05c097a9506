"""What it really was: the dialog that asks, and what the thread is told of the answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.render import words
from bot.render.blocks import context, section
from bot.render.message import Message
from bot.render.mrkdwn import person, plain, prose, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CALLBACK = "feedback"
TRUTH_BLOCK, TEXT_BLOCK, FIELD = "truth", "text", "value"

_TITLES = {"nothing": "Nothing was wrong", "other": "Something else"}
_CALLED = {"nothing": "nothing was wrong", "other": "it was something else"}
LABEL = 75
"""Slack's limit of an option's and of a group's text (docs.slack.dev, composition objects)."""


def loading() -> dict[str, Any]:
    """Return the dialog at once, before anything is known."""
    return _view([section("🔎 Looking at the answer, and whether you may read it …")])


def refusal(text: str) -> dict[str, Any]:
    """Return the dialog that says why not."""
    return _view([section(f"⛔ {prose(text, 1000)}")])


def question(
    said: str,
    choices: Sequence[tuple[str, Sequence[str]]],
    about: Mapping[str, str],
    *,
    right: str,
    earlier: tuple[str, str],
    most: int,
    days: int,
) -> dict[str, Any]:
    """Return the dialog that asks. ``said`` is what the answer says, ``right`` the choice that agrees with it.

    ``earlier`` is what the person chose and wrote before (empty: nothing), ``most`` the characters that they may write;
    ``days`` is how long it is kept; ``about`` comes back with the answer.
    """
    chosen, text = earlier
    groups = [
        {"label": _plain(heading, LABEL), "options": [_option(value, agrees=value == right) for value in values]}
        for heading, values in choices
    ]
    select: dict[str, Any] = {"type": "static_select", "action_id": FIELD, "option_groups": groups}
    select["placeholder"] = _plain("Choose the cause", LABEL)
    options = [_option(value, agrees=value == right) for _heading, values in choices for value in values]
    initial = next((option for option in options if option["value"] == chosen), None)
    if initial is not None:
        select["initial_option"] = initial
    field: dict[str, Any] = {"type": "plain_text_input", "action_id": FIELD, "max_length": most, "multiline": True}
    if text:
        field["initial_value"] = text
    kept = f"The thread shows it with your name, and it is kept with the incident for {days} days."
    use = (
        "`crashloop accuracy` counts it. While the workload still fails, what I read of it is kept as well, redacted, "
        "to turn it into a test."
    )
    blocks: list[dict[str, Any]] = [
        section(f"The answer says: {sentence(said, 300, 1500)}"),
        {"type": "input", "block_id": TRUTH_BLOCK, "label": _plain("What was it really?", LABEL), "element": select},
        {
            "type": "input",
            "block_id": TEXT_BLOCK,
            "optional": True,
            "label": _plain("In your own words", LABEL),
            "element": field,
            "hint": _plain("Leave secrets out: what looks like one is redacted, but not every one is known.", 150),
        },
        context([f"{kept} {use}"]),
    ]
    return {
        **_view(blocks),
        "submit": _plain("Send", 24),
        "private_metadata": json.dumps(dict(about), separators=(",", ":")),
    }


def told(user: str, truth: str, cause: str, text: str, *, right: bool, kept: str = "") -> Message:
    """Return what the thread is told, in one line that says what it is for. ``kept`` says what became of a snapshot."""
    really = "the answer is right" if right else _CALLED.get(truth) or f"it was {_bold(words.title(truth))}"
    quoted = f" (“{prose(text, 1200)}”)" if text else ""
    said = f"the answer said {_bold(words.title(cause))}" if cause else "the answer knew no cause"
    answered = "" if right else f"; {said}"
    use = f"Kept for `crashloop accuracy`{f', {prose(kept, 300)}' if kept else ''}."
    whole = f"📝 {person(user)}: {really}{quoted}{answered}. {use}"
    return Message(whole, (section(whole),))


def _bold(title: str) -> str:
    return f"*{prose(title, 120)}*"


def _option(value: str, *, agrees: bool) -> dict[str, Any]:
    called = _TITLES.get(value) or words.title(value)
    return {"text": _plain(f"{called} (the answer is right)" if agrees else called, LABEL), "value": value}


def _view(blocks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _plain("Correct the answer", 24),
        "close": _plain("Cancel", 24),
        "blocks": list(blocks),
    }


def _plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": plain(text, limit), "emoji": False}

"""A silence, as it is asked for, announced and undone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.render.blocks import context, section
from bot.render.message import Message
from bot.render.mrkdwn import SEPARATOR, code, person, plain, prose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.render.message import Block

BLOCK = "silence"
"""The block_id of the button's section: it goes with the buttons when an incident is over."""

OPEN, END, CALLBACK = "silence_open", "silence_end", "silence"
DURATION_BLOCK, COMMENT_BLOCK, FIELD = "duration", "comment", "value"
COMMENT = 300
_HOURS = (0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 24.0)


_AFTERWARDS = (
    "I keep watching the pods, and post in the thread when they recover. The thread then shows what Alertmanager was "
    "told, with a button that undoes it."
)

WATCH_GOES_ON = "My own watch over pods (WATCH_PODS) is not an alert: no silence stops it."


def offered(message: Message, incident_id: str, *, watches: bool = False) -> Message:
    """Return an answer with the button that asks for a silence, above its footer.

    ``watches``: the bot watches pods itself, which no silence stops.
    """
    told = "Working on it? Its alerts can be silenced for a while."
    block: Block = {
        **section(f"{told} {WATCH_GOES_ON}" if watches else told),
        "block_id": BLOCK,
        "accessory": _button("Silence…", OPEN, incident_id),
    }
    last = len(message.blocks) - 1
    return Message(message.text, (*message.blocks[:last], block, *message.blocks[last:]))


def loading() -> dict[str, Any]:
    """Return the dialog at once, before anything is known."""
    return _view([section("🔎 Looking at what this would silence, and whether you may …")])


def refusal(sentence: str) -> dict[str, Any]:
    """Return the dialog that says why not."""
    return _view([section(f"⛔ {prose(sentence, 1000)}")])


def refused(sentence: str) -> str:
    """Return the same for the person alone, where no dialog is open."""
    return f"⛔ {prose(sentence, 1000)}"


def question(
    target: str,
    count: int,
    *,
    hours: int,
    about: Mapping[str, str],
    now: datetime,
    watches: bool = False,
) -> dict[str, Any]:
    """Return the dialog that asks for how long and why. ``count`` alerts match now; ``watches`` as above.

    ``now`` is by the reader's own clock: a dialog's options are plain text, in which Slack writes no times.
    """
    durations = [_option(choice, now) for choice in _HOURS if choice <= hours] or [_option(float(hours), now)]
    warning = f" {WATCH_GOES_ON}" if watches else ""
    fires = "nothing fires now" if not count else "1 alert fires now" if count == 1 else f"{count} alerts fire now"
    blocks: list[dict[str, Any]] = [
        section(f"Silence all alerts of {code(target, 260)} and its pods: {fires}.{warning}"),
        {
            "type": "input",
            "block_id": DURATION_BLOCK,
            "label": _plain("For how long"),
            "element": {
                "type": "static_select",
                "action_id": FIELD,
                "options": durations,
                "initial_option": durations[min(1, len(durations) - 1)],
            },
        },
        {
            "type": "input",
            "block_id": COMMENT_BLOCK,
            "optional": True,
            "label": _plain("Why"),
            "element": {"type": "plain_text_input", "action_id": FIELD, "max_length": COMMENT},
        },
        # A dialog folds nothing (docs.slack.dev, container block: messages and Home): the matchers stand in the thread.
        context([_AFTERWARDS]),
    ]
    return {**_view(blocks), "submit": _plain("Silence"), "private_metadata": json.dumps(dict(about))}


def silenced(target: str, user: str, until: float, comment: str, matchers: Sequence[str], silence_id: str) -> Message:
    """Return what the thread is told of a silence, with the button that undoes it."""
    when = f"<!date^{int(until)}^{{date_short_pretty}} {{time}}|{int(until)}>"
    text = f"🔕 Alerts of {code(target, 260)} are silenced until {when} by {person(user)}: {prose(comment, COMMENT)}"
    block: Block = {**section(text), "accessory": _button("Unsilence", END, silence_id)}
    return Message(text, (block, context([SEPARATOR.join(code(one, 300) for one in matchers)])))


def unsilenced(target: str, user: str) -> Message:
    """Return what stands there when it was undone."""
    text = f"🔔 Alerts of {code(target, 260)} are no longer silenced: undone by {person(user)}."
    return Message(text, (section(text),))


def _option(hours: float, now: datetime) -> dict[str, Any]:
    words = "30 minutes" if hours < 1 else f"{hours:g} hour{'s' * (hours != 1)}"
    end = now + timedelta(hours=hours)
    day = "" if end.date() == now.date() else f"{end:%a} "
    return {"text": _plain(f"{words} (until {day}{end:%H:%M})"), "value": f"{hours:g}"}


def _view(blocks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _plain("Silence alerts"),
        "close": _plain("Cancel"),
        "blocks": list(blocks),
    }


def _button(label: str, action: str, value: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": _plain(label), "value": value}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": plain(text, 75), "emoji": True}

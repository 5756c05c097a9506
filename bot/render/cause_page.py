"""The reference page of a cause in Slack: what leads to it in an answer, and the dialog that shows it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from bot.render import pages, words
from bot.render.blocks import section
from bot.render.mrkdwn import code, packed, phrase, prose
from bot.render.phrases import marked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.render.message import Block

OPEN = "cause_page"
"""The ``action_id`` of the button; its value is the cause's id."""

_CLOSE = {"type": "plain_text", "text": "Close", "emoji": False}


def leading(cause_id: str) -> Block:
    """Return the line that names a cause, with the button that opens its page."""
    label = {"type": "plain_text", "text": "About this cause", "emoji": False}
    button = {"type": "button", "action_id": OPEN, "text": label, "value": cause_id}
    return {**section(f"{prose(words.title(cause_id), 120)} {code(cause_id, 60)}"), "accessory": button}


def dialog(cause_id: str) -> dict[str, Any]:
    """Return the dialog with a cause's page. Raises ``pages.UnknownCause``."""
    blocks = [section(f"*{prose(words.title(cause_id), 200)}* {code(cause_id, 60)}")]
    for heading, paragraph in pages.paragraphs(cause_id):
        text = [*([f"*{prose(heading, 200)}*"] if heading else []), *_told(paragraph)]
        blocks += [section(part) for part in packed(text)]
    title = {"type": "plain_text", "text": "About this cause", "emoji": False}
    return {"type": "modal", "title": title, "close": _CLOSE, "blocks": blocks[:100]}


def _told(paragraph: pages.Paragraph) -> Iterable[str]:
    """Give a paragraph's lines: running text as one, what is listed as it is written."""
    for line in paragraph.lines if paragraph.is_listed else [" ".join(paragraph.lines)]:
        pieces = line.split("``")
        # What stands between two pairs of backticks is code (reStructuredText, inline literals).
        yield "".join(
            code(piece, 600) if at % 2 else _spaced(piece) for at, piece in enumerate(pieces) if piece or not at % 2
        )


def _spaced(text: str) -> str:
    """Return running text, the causes that it names as code, the spaces at its ends kept: a name stands next to it."""
    return phrase(marked(text, _names()), 2400)


@cache
def _names() -> tuple[str, ...]:
    """Return the ids that are no words of the language: a cause called *starting* is not meant by each *starting*."""
    return tuple(cause for cause in pages.ids() if "-" in cause)

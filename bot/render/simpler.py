"""Messages made over when Slack does not take their form: without the newer blocks, at last as text alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.blocks import MESSAGE_BLOCKS, section
from bot.render.message import Message
from bot.render.mrkdwn import escaped, prose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.render.message import Block

TEXT = 3000
"""Characters of text alone: Slack recommends at most 4,000 (docs.slack.dev/reference/methods/chat.postMessage)."""

_FENCE = "```"


def classic(message: Message) -> Message:
    """Return the message without blocks that a workspace may not know: containers are opened."""
    blocks: list[Block] = []
    for block in message.blocks:
        if block["type"] == "container":
            blocks.append(section(f"*{prose(block['title']['text'], 200)}*"))
            blocks += block["child_blocks"]
        else:
            blocks.append(block)
    return Message(message.text, tuple(blocks[:MESSAGE_BLOCKS]))


def text_alone(message: Message) -> Message:
    """Return what a message says as text alone, without its buttons. What is too long ends with a word of that."""
    parts = dict.fromkeys(part for part in (message.text, *_said(message.blocks)) if part)
    text = "\n".join(parts)
    if len(text) <= TEXT:
        return Message(text)
    # Cut between lines, or words where there is but one line: no entity, mark, link or time may be cut in half.
    kept = text[:TEXT].rpartition("\n")[0] or text[:TEXT].rpartition(" ")[0]
    if kept.rfind("<") > kept.rfind(">"):
        kept = kept[: kept.rfind("<")].rstrip()
    end = f"\n{_FENCE}" if kept.count(_FENCE) % 2 else ""
    return Message(f"{kept}{end}\n… shortened; ask for all of it with /crashloop")


def _said(found: object) -> Iterator[str]:
    """Return every text that a reader sees, in order, but those of buttons."""
    if isinstance(found, dict):
        form, text = found.get("type"), found.get("text")
        if form in ("actions", "button"):
            return
        if form == "mrkdwn" and isinstance(text, str):
            yield text
        elif form == "plain_text" and isinstance(text, str):
            yield escaped(text, TEXT)
        else:
            for value in found.values():
                yield from _said(value)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from _said(value)


SIMPLER = (classic, text_alone)
"""The forms that are tried, in order, when Slack does not take the message as it was made."""

"""The cluster's name on everything that is sent: whoever has several must never guess which one it is about.

Answers and lines name it where it belongs; whatever else leaves the bot is given it here, on its way out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.render.blocks import MESSAGE_BLOCKS, MESSAGE_JSON, context, section, weight
from bot.render.message import Message
from bot.render.mrkdwn import SEPARATOR, prose, size
from bot.render.questions import LOOK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.render.message import Block

BLOCK = "cluster"
"""The block_id of the line that names it, where a message has more than one line."""

VIEW_BLOCKS = 100
"""Slack's limit of a dialog and of the Home tab (docs.slack.dev, view objects)."""

LONG = 8
"""Blocks of a message from which on its end is off a phone's screen."""

ONE_LINE = 2600
"""Units of a single line that may grow by the name: a text holds 3,000."""


class InCluster:
    """Names one cluster. With an empty name everything stays as it is.

    ``asked_by`` stands before what a button has diagnosed, where there are several clusters: ``prod-eu/``.
    """

    def __init__(self, cluster: str, asked_by: str = "") -> None:
        self.cluster = cluster
        self._called = prose(cluster, 100)
        self._asked_by = asked_by

    def message(self, message: Any) -> Any:
        """Return a message that names the cluster: in its only line, else in a line below."""
        if not self._called:
            return message
        text, blocks = self.text(message.text), [self._asking(block) for block in message.blocks]
        if blocks and not any(map(self._names, _texts(blocks))):
            blocks = self._named(blocks, MESSAGE_BLOCKS)
            if weight(blocks) > MESSAGE_JSON:
                blocks = [self._asking(block) for block in message.blocks]  # its text names it all the same
        return Message(text, tuple(blocks))

    def text(self, text: str) -> str:
        """Return a text that names the cluster."""
        if not self._called or self._names(text):
            return text
        return f"{text}\n{self._said}" if "\n" in text else self._ended(text)

    def view(self, view: dict[str, Any]) -> dict[str, Any]:
        """Return a dialog that names the cluster below what it says."""
        blocks = list(view["blocks"])
        if not self._called or any(map(self._names, _texts(blocks))):
            return view
        return {**view, "blocks": self._named(blocks, VIEW_BLOCKS)}

    def blocks(self, blocks: Sequence[Block]) -> list[Block]:
        """Return a Home tab's blocks with the cluster above them."""
        if not self._called or any(map(self._names, _texts(blocks))):
            return list(blocks)
        return [self._line(), *blocks][:VIEW_BLOCKS]

    def _asking(self, block: Block) -> Block:
        """Return a block whose buttons ask about this cluster."""
        if not self._asked_by:
            return block
        made: Block = _asking(block, self._asked_by)
        return made

    def _ended(self, text: str) -> str:
        """Return a line with the name at its end, which takes the place of the full stop."""
        return f"{text[:-1] if text[-1:] == '.' and text[-2:] != '..' else text}{SEPARATOR}{self._said}"

    @property
    def _said(self) -> str:
        return f"cluster {self._called}"

    def _line(self) -> Block:
        return {**context([f"Cluster {self._called}"]), "block_id": BLOCK}

    def _named(self, blocks: list[Block], most: int) -> list[Block]:
        only = blocks[0] if len(blocks) == 1 else {}
        text = str(only.get("text", {}).get("text", "")) if only.get("type") == "section" else ""
        if text and "\n" not in text and size(text) < ONE_LINE:
            return [{**only, "text": section(self._ended(text))["text"]}]
        # Of a long list the end is off the screen: its name stands below the title.
        at = 1 if len(blocks) >= LONG else len(blocks)
        return [*blocks[:at], self._line(), *blocks[at:]] if len(blocks) < most else blocks

    def _names(self, text: str) -> bool:
        """Whether a text names it: as ``cluster demo``, or as what happens ``in demo``."""
        lowered = text.lower()
        return any(_has(lowered, f"{before} {self._called}".lower()) for before in ("cluster", " in"))


def _asking(item: Any, before: str) -> Any:
    """Return an element with ``before`` in the value of whatever has something diagnosed: buttons, and choices."""
    if isinstance(item, list | tuple):
        return [_asking(one, before) for one in item]
    if not isinstance(item, dict):
        return item
    made = {key: _asking(value, before) for key, value in item.items()}
    if str(item.get("action_id", "")).partition("_")[0] == LOOK:
        options = [{**option, "value": _within(before, option["value"])} for option in item.get("options", ())]
        made |= {"value": _within(before, item["value"])} if "value" in item else {}
        made |= {"options": options} if options else {}
    return made


def _within(before: str, asked: str) -> str:
    """Return what is asked for, with its cluster, unless it begins with ``/``: then that stands there already."""
    return asked if asked.startswith("/") else f"{before}{asked}"


def _has(text: str, words: str) -> bool:
    """Whether the words stand there, and no longer name that begins with them."""
    at = text.find(words)
    while at >= 0:
        rest = text[at + len(words) :]
        # A full stop may end the sentence, or go on with the name: prod.example.com.
        goes_on = rest[:1].isalnum() or rest[:1] in ("-", "_", "/", "@") or (rest[:1] == "." and rest[1:2].isalnum())
        if not goes_on:
            return True
        at = text.find(words, at + 1)
    return False


def _texts(item: Any) -> Iterator[str]:
    """Return every text that a reader sees."""
    if isinstance(item, dict):
        text = item.get("text")
        if isinstance(text, str):
            yield text
        for key, value in item.items():
            if key not in ("value", "private_metadata"):
                yield from _texts(value)
    elif isinstance(item, list | tuple):
        for value in item:
            yield from _texts(value)

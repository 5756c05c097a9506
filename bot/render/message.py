"""What a renderer hands over: a message ready to be posted, and the offers that become its buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]
"""One Block Kit block as plain JSON: slack_sdk's own models do not know the newer blocks."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message within Slack's limits.

    ``text`` is mrkdwn: the push notification, what a screen reader says, and all that is shown where blocks are not.
    It is escaped already and must always be sent beside ``blocks``: an update with text alone removes the blocks.
    """

    text: str
    blocks: tuple[Block, ...] = ()

    def payload(self) -> dict[str, Any]:
        """Return the arguments of chat.postMessage and chat.update that this message decides, safe from unfurling.

        Log lines hold URLs; an unfurl would make Slack fetch them.
        """
        return {"text": self.text, "blocks": list(self.blocks), "unfurl_links": False, "unfurl_media": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An action that may be taken, as it is shown: its state lives in the store, the button carries ``id`` alone."""

    id: str
    action: str
    """``restart`` or ``undo``."""
    label: str
    """On the button: ``Roll back to 2.13.2 (revision 41)``. Slack shows about 30 characters."""
    brief: str = ""
    """The same in at most 24 characters, where there is less room."""
    revision: int | None = None
    """What an undo goes back to."""
    confirm_title: str = ""
    confirm_text: str = ""
    """The consequence in plain text: what changes, how many pods, downtime."""
    dialog: bool = False
    """Asks in a dialog that shows the effect, instead of a plain confirmation."""
    tried: bool = False
    """It was pressed already and did not hold: it can be pressed again, and is not recommended."""

"""What Slack says of a press, and why one goes no further."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.render.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A press of a button, or a dialog sent off. ``text`` and ``blocks`` are the message that the button stands in."""

    offer_id: str
    action: str
    user: str
    team: str
    channel: str
    message_ts: str
    thread_ts: str = ""
    text: str = ""
    blocks: tuple[dict[str, Any], ...] = ()
    trigger_id: str = ""
    """Lets one dialog be opened, for three seconds."""
    reason: str = ""
    press_id: str = ""
    """Under which the store keeps the press until it is answered."""


class Denied(Exception):  # noqa: N818 — what happens to the press
    """The press goes no further. ``message`` is for the person alone, ``event`` and ``because`` for the audit trail."""

    def __init__(self, message: Message, *, event: str, because: str, anew: str = "", refused: bool = False) -> None:
        super().__init__(message.text)
        self.refused = refused
        """Whether the person may not, rather than came too late: such presses are limited."""
        self.message = message
        self.event = event
        self.because = because
        self.anew = anew
        """The incident to look at again, for an offer that is no good any more."""

"""What a Web API method is given and how it refuses: ``Call``, ``ApiError``, and readers of its arguments."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.demo.slack.model import Json, Room, Stored
    from bot.demo.slack.workspace import Workspace


class ApiError(Exception):
    """The call is refused: ``{"ok": false, "error": code}``, with the reasons in ``response_metadata.messages``.

    ``more`` is what else the body says, such as ``needed`` and ``provided`` beside missing_scope.
    """

    def __init__(self, code: str, reasons: list[str] | None = None, more: Json | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.reasons = reasons or []
        self.more = more or {}

    def to_slack(self) -> Json:
        """Return the body of the answer."""
        body: Json = {"ok": False, "error": self.code, **self.more}
        if self.reasons:
            body["errors"] = self.reasons
            body["response_metadata"] = {"messages": [f"[ERROR] {reason}" for reason in self.reasons]}
        return body


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the workspace, and the arguments as they came (form fields are strings, JSON is JSON)."""

    workspace: Workspace
    arguments: Json

    def text(self, name: str) -> str:
        """Return a string argument, or empty."""
        value = self.arguments.get(name)
        return value if isinstance(value, str) else "" if value is None else str(value)

    def needed(self, name: str) -> str:
        """Return a string argument that must be there."""
        value = self.text(name)
        if not value:
            raise ApiError("invalid_arguments", [f"missing required field: {name}"])
        return value

    def flag(self, name: str) -> bool:
        """Return a boolean argument; forms write ``1`` or ``true``."""
        return self.text(name).lower() in {"1", "true"}

    def limit(self, default: int = 100, most: int = 999) -> int:
        """Return the ``limit`` argument within its bounds."""
        text = self.text("limit")
        return min(int(text), most) if text.isdigit() and int(text) else default

    def data(self, name: str) -> Any:
        """Return an argument that is JSON, decoded if it came as a form field. None when absent."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise ApiError(f"invalid_{name}_format" if name == "blocks" else "invalid_arguments") from None

    def room(self, *, member: bool = False) -> Room:
        """Return the channel named; ``member``: the app must have been invited."""
        room = self.workspace.room(self.needed("channel"))
        if room is None or (room.private and not room.app_is_member):
            raise ApiError("channel_not_found")
        if member and not room.app_is_member:
            raise ApiError("not_in_channel")
        return room

    def message(self, room: Room, name: str = "ts") -> Stored:
        """Return the message named. Ephemeral messages are not found, as at Slack."""
        stored = self.workspace.find(room.id, self.needed(name))
        if stored is None or stored.only_for:
            raise ApiError("message_not_found")
        return stored

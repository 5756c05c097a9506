"""Reading what Slack sends: every field may be missing or of another type than it should be."""

from __future__ import annotations

from typing import Any


def table(found: Any) -> dict[str, Any]:
    """Return an object, empty when it is none."""
    return found if isinstance(found, dict) else {}


def text(found: Any) -> str:
    """Return a text, empty when it is none."""
    return found if isinstance(found, str) else ""


def items(found: Any) -> list[Any]:
    """Return a list, empty when it is none."""
    return found if isinstance(found, list) else []


def place_of(body: dict[str, Any]) -> tuple[str, str, str]:
    """Return channel, ts and thread_ts of the message in which a button was pressed."""
    message, container = table(body.get("message")), table(body.get("container"))
    return (
        text(table(body.get("channel")).get("id")) or text(container.get("channel_id")),
        text(message.get("ts")) or text(container.get("message_ts")),
        text(message.get("thread_ts")) or text(container.get("thread_ts")),
    )


def person_of(body: dict[str, Any]) -> tuple[str, str]:
    """Return the user's and the workspace's id of an interaction."""
    return text(table(body.get("user")).get("id")), text(table(body.get("team")).get("id"))

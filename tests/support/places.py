"""Which of all that a service sent to Slack does not say which cluster it is about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.demo.slack.server import SlackStandIn

SAYS = ("chat.postMessage", "chat.update", "chat.postEphemeral", "views.open", "views.update", "views.publish")
WITH_FILES = "files.completeUploadExternal"


def emitted(slack: SlackStandIn) -> Iterator[tuple[str, str]]:
    """Give all that was sent: by which method, and what a reader of it can read."""
    for method, arguments in slack.api.calls:
        if method in SAYS:
            yield method, _read(arguments)
        elif method == WITH_FILES:
            yield method, str(arguments.get("initial_comment"))
    # What answers a command goes back with its acknowledgement, and is no call.
    for room in slack.workspace.rooms:
        for person in slack.workspace.people:
            for stored in slack.workspace.history(room, person):
                if stored.only_for == person:
                    yield "acknowledgement", _read(stored.message)


def unnamed(slack: SlackStandIn, cluster: str) -> list[tuple[str, str]]:
    """Return what does not name the cluster, as ``cluster NAME`` or as what happens ``in NAME``."""
    named = (f"cluster {cluster}".lower(), f" in {cluster}".lower())
    return [(method, text) for method, text in emitted(slack) if not any(name in text.lower() for name in named)]


def _read(sent: dict[str, Any]) -> str:
    """Return what is shown: the blocks or the view where there are some, else the text."""
    shown = sent.get("view") or sent.get("blocks") or sent.get("text") or ""
    return " ".join(_texts(json.loads(shown) if isinstance(shown, str) and shown[:1] in "[{" else shown))


def _texts(item: Any) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, dict):
        for key, value in item.items():
            if key in ("text", "blocks", "elements", "child_blocks", "label", "hint", "title", "fields", "accessory"):
                yield from _texts(value)
    elif isinstance(item, list | tuple):
        for value in item:
            yield from _texts(value)

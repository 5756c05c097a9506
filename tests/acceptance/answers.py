"""Answers, as a reader of Slack knows them: by what a message says, not by how the bot marked it."""

from __future__ import annotations

from collections import Counter

UNFINISHED = ("being looked at", "the answer follows")


def texts(message) -> list[str]:
    """Every text that a message shows, outside of what is folded."""
    found = [message.get("text", "")]
    for block in message.get("blocks", ()):
        found += [block["text"]["text"]] if "text" in block else []
        found += [element["text"] for element in block.get("elements", ()) if isinstance(element.get("text"), str)]
    return found


def run_of(message) -> str:
    """The run in an answer's footer, which is the head of its incident's id; empty when it is no answer."""
    parts = [part for text in texts(message) for part in text.split("\N{NO-BREAK SPACE}· ")]
    return next((part.removeprefix("run ") for part in parts if part.startswith("run ")), "")


def answers(messages) -> dict[str, list[dict]]:
    """The answers by run, wherever they stand: under a line of their own or in a storm's digest."""
    found: dict[str, list[dict]] = {}
    for message in messages:
        if run := run_of(message):
            found.setdefault(run, []).append(message)
    return found


def marker(message) -> str:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return str(payload.get("marker", ""))


def doubled(messages) -> list[str]:
    """What stands twice and must not: a marker, or the same words in the same place."""
    markers = Counter(marker(message) for message in messages)
    words = Counter((thread_of(message), *texts(message)) for message in messages)
    return [name for name, count in markers.items() if count > 1] + [
        said for (_thread, said, *_rest), count in words.items() if count > 1
    ]


def thread_of(message) -> str:
    """The message under which this one stands; empty for a line of the channel."""
    thread = message.get("thread_ts", "")
    return "" if thread == message["ts"] else thread


def names(message, workload: str) -> bool:
    """Whether a message tells of a workload (``namespace/name``)."""
    return any(f"`{workload}`" in text for text in texts(message))


def listed(message) -> tuple[set[str], set[str]]:
    """The workloads in a storm's folded list: those whose names lead to an answer, and those that can be asked for."""
    children = [child for block in message.get("blocks", ()) for child in block.get("child_blocks", ())]
    told = "\n".join(child["text"]["text"] for child in children if "text" in child)
    linked = {part.partition(">")[0] for part in told.split("|")[1:]}
    asked = {element["text"]["text"] for child in children for element in child.get("elements", ())}
    return linked, asked


def unfinished(message) -> bool:
    """Whether a message promises what is still to be said."""
    return any(word in text for text in texts(message) for word in UNFINISHED)

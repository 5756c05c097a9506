"""The whole log as a file: the button that asks for it, the file's text, and what people are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.blocks import ADVICE, section
from bot.render.message import Message
from bot.render.mrkdwn import code, person, plain, prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.snapshot import Log

OPEN = "log_file"
"""The ``action_id`` of the button; its value is the incident's id."""

_RUNS = {"previous": "the run before", "current": "the newest run"}


def offered(message: Message, incident_id: str) -> Message:
    """Return an answer with the button, above its footer. It goes with the other buttons when all is over."""
    label = {"type": "plain_text", "text": "Log as a file", "emoji": False}
    block = {
        **section("Post the whole log to this thread, secrets redacted."),
        "block_id": f"{ADVICE}-log-file",
        "accessory": {"type": "button", "action_id": OPEN, "text": label, "value": incident_id},
    }
    last = len(message.blocks) - 1
    return Message(message.text, (*message.blocks[:last], block, *message.blocks[last:]))


def text_of(logs: Sequence[Log], *, cluster: str, notes: Sequence[str]) -> str:
    """Return the file: what it is, what is left out, and each run's lines with the kubelet's times."""
    first = logs[0]
    where = f"{first.namespace}/{first.pod}" + (f", cluster {cluster}" if cluster else "")
    lines = [f"# Log of container {first.container} of pod {where}", "# Secrets are redacted. Times are the kubelet's."]
    lines += [f"# {note}" for note in notes]
    for log in logs:
        cut = ", its older lines are left out" if log.cut else ""
        lines += ["", f"# --- {_RUNS[log.instance]} ({log.instance}), {len(log.lines)} lines{cut}"]
        lines += [f"{line.at} {line.text}".lstrip() for line in log.lines]
    return "\n".join(lines) + "\n"


def name_of(logs: Sequence[Log]) -> str:
    """Return the file's name: names of Kubernetes hold nothing that a file's may not."""
    return f"{plain(logs[0].pod, 120)}.{plain(logs[0].container, 63)}.log"


def comment(logs: Sequence[Log], user: str) -> str:
    """Return what stands beside the file, as mrkdwn."""
    first = logs[0]
    count = sum(len(log.lines) for log in logs)
    cut = "; older lines are left out" if any(log.cut for log in logs) else ""
    runs = " and ".join(_RUNS[log.instance] for log in logs)
    return (
        f"📄 Log of {code(first.container, 100)} in {code(f'{first.namespace}/{first.pod}', 300)}, {runs}: "
        f"{count} lines, secrets redacted{cut}. Asked for by {person(user)}."
    )


def refused(sentence: str) -> str:
    """Return what the person alone is told."""
    return f"⛔ No log: {prose(sentence, 1000)}"

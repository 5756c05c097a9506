"""What the kubelet tells of a lifecycle hook that failed: its exit code, its last words, the host it did not reach.

kubelet lifecycle handlers put the command's output into the message of PostStartHookError (and, before 1.27, of the
event): ``... exited with 7: , message: "curl: (7) Failed to connect to consul port 8500 ..."``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.facts import addresses
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.facts.model import Container, Facts

_CODE: Final = compiled(r"exited with (\d+)")
_WORDS: Final = compiled(r'(?s)message: "(.*?)"?\s*$')
_HOST: Final = compiled(
    r"(?i)(?:connect(?:ing)? to|resolve host(?:name)?:?|dial tcp:?|lookup|bad address|Host is unreachable:?) +"
    r"[\"'`]?((?:[a-z]+://)?[a-z0-9][a-z0-9.-]*[a-z0-9])[\"'`]?(?: \([0-9a-f.:]+\))?(?:(?: port |:)(\d{1,5}))?"
)
FAILED: Final = "PostStartHookError"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a failed hook left behind; every part may be empty."""

    code: str = ""
    words: str = ""
    host: str = ""
    port: int | None = None


def said(facts: Facts, container: Container) -> Said:
    """Return what is told of the container's hook, by its waiting message or the event."""
    told = [container.waiting_message] if container.waiting_reason == FAILED else []
    told += [
        event.message
        for event in facts.events
        if event.reason == "FailedPostStartHook" and event.container == container.name
    ]
    message = next((text for text in told if _CODE.search(text) is not None), "")
    code, words = _CODE.search(message), _WORDS.search(message)
    spoken = " ".join(words.group(1).replace('\\"', '"').split()) if words else ""
    host = _HOST.search(spoken)
    port = None if host is None or not host.group(2) else int(host.group(2))
    place = None if host is None else addresses.address({"host": host.group(1)} | ({"port": str(port)} if port else {}))
    return Said(
        code=code.group(1) if code else "",
        words=spoken,
        host=place[0] if place else "",
        port=place[1] if place else None,
    )

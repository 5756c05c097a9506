"""Where fuzzing starts: what the tests know already."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import yaml

from tests.diagnostics.redaction import harmless, secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

FOUND = Path(__file__).parent / "found"
"""``TARGET-what.bin``: bytes on which a target once failed."""
CASES = Path(__file__).parents[1] / "alerts" / "cases"


def seeds(target: str) -> Iterator[bytes]:
    """The bytes that a target starts from, and those on which it failed before."""
    yield from {"guard": _bodies, "alerts": _alerts, "redactor": _logs}[target]()
    yield from (path.read_bytes() for path in sorted(FOUND.glob(f"{target}-*.bin")))


def _bodies() -> Iterator[bytes]:
    place = {
        "channel": {"id": "C1"},
        "message": {"ts": "1.1", "thread_ts": "1.0"},
        "user": {"id": "U1"},
        "team": {"id": "T1"},
    }
    state = {"values": {"duration": {"field": {"selected_option": {"value": "2"}}}}}
    view = {"private_metadata": json.dumps({"offer": "o1", "action": "undo"}), "state": state}
    press = {"type": "block_actions", "actions": [{"action_id": "act_undo", "value": "o1"}], **place}
    dialog = {"type": "view_submission", "view": view, **place}
    event = {"type": "event_callback", "event": {"type": "message", "text": "\ud800\u0000"}}
    for body in (press, dialog, event, {"a": [[[{}]]]}):
        yield b"{" + json.dumps(body).encode()
        yield b"f" + urlencode({"payload": json.dumps(body)}).encode()
    yield b"f" + urlencode({"command": "/crashloop", "text": "payload-worker -n shop", "x": "\x00"}).encode()


def _alerts() -> Iterator[bytes]:
    for path in sorted(CASES.glob("*.yaml")):
        yield json.dumps(yaml.safe_load(path.read_text())["payload"]).encode()


def _logs() -> Iterator[bytes]:
    for case in (*secrets(), *harmless()):
        yield "\n".join(case.lines).encode("utf-8", errors="surrogatepass")

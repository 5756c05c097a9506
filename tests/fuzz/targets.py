"""What must hold of any bytes: a target takes them and raises when it does not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from bot.alerts.reading import ALERTS, read_message, read_notification
from diagnostics.redact import REDACTED, redact_arguments, redact_text
from handlers.actions import click_of, click_of_dialog
from handlers.payload import items, person_of, place_of, table
from handlers.silences import ask_of, ask_of_dialog
from handlers.slack_guard import Rejected, json_object, parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CONTENT_TYPES = ("application/x-www-form-urlencoded", "application/json")
PLANTED = "Zk7qW2xN9fLp"


def guard(data: bytes) -> None:
    """A signed body is a dict of texts that a database takes, or refused with 400; every press in it can be read."""
    try:
        payload = parsed(data[1:], CONTENT_TYPES[data[:1] < b"{"])
    except Rejected as rejection:
        _refused(rejection)
        return
    for text in _texts(payload):
        assert "\0" not in text
        text.encode("utf-8")
    assert all(isinstance(part, str) for part in (*place_of(payload), *person_of(payload)))
    action = table(next(iter(items(payload.get("actions"))), None))
    view = table(payload.get("view"))
    click_of(payload, action)
    click_of_dialog(payload, view)
    ask_of(payload, action)
    assert math.isfinite(ask_of_dialog(payload, view).hours)


def alerts(data: bytes) -> None:
    """A webhook's body and a message are read, whatever they hold: bounded, and with names where there are targets."""
    try:
        payload = json_object(data.decode("utf-8", errors="replace"))
    except Rejected:
        payload = {"text": data.decode("utf-8", errors="replace")}
    for reading in (read_notification(payload), read_message(payload)):
        assert len(reading.alerts) <= max(ALERTS, 1)
        for alert in reading.alerts:
            assert all(target.name for target in alert.targets)


def redactor(data: bytes) -> None:
    """What is redacted once stays as it is; a password on a line of its own is gone, whatever stands before it."""
    text = data.decode("utf-8", errors="surrogatepass" if _decodes(data) else "replace")
    once = redact_text(text)
    once.encode("utf-8")
    assert redact_text(once) == once, "not the same the second time"
    assert PLANTED not in redact_text(f"{text}\nDB_PASSWORD={PLANTED}"), "a password stayed"
    arguments: list[Any] = text.split()
    redacted = redact_arguments([*arguments, f"--password={PLANTED}"])
    assert not any(PLANTED in part for part in redacted if part != REDACTED), "a flag's value stayed"


def _refused(rejection: Rejected) -> None:
    assert rejection.status == 400


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict | list):
        for part in found.items() if isinstance(found, dict) else found:
            yield from _texts(list(part) if isinstance(part, tuple) else part)


def _decodes(data: bytes) -> bool:
    try:
        data.decode("utf-8", errors="surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


TARGETS: dict[str, Callable[[bytes], None]] = {each.__name__: each for each in (guard, alerts, redactor)}

"""``crashloop explain-alert``: what is understood of a webhook's body or a message, and why. No cluster is asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from bot.alerts.reading import Vocabulary, read_message, read_notification
from bot.alerts.words import explained

if TYPE_CHECKING:
    from bot.alerts.policy import Policy

LONGEST = 1024 * 1024
"""Characters that are read: what the webhook takes at most."""


class NotAnAlertError(Exception):
    """A text that holds no payload and no message: one sentence."""


def explain(text: str, policy: Policy, vocabulary: Vocabulary) -> list[str]:
    """Return what is understood of a text: JSON or YAML of a payload or message, or the plain text of one.

    A Slack event around a message is taken too. Raises ``NotAnAlertError``.
    """
    if len(text) > LONGEST:
        raise NotAnAlertError(f"that is longer than {LONGEST} characters, and no alert")
    if not text.strip():
        raise NotAnAlertError("there is nothing to read: give the JSON of a webhook or a Slack message, or its text")
    found = _parsed(text)
    if "alerts" in found:
        return explained(read_notification(found, vocabulary), policy)
    if "labels" in found:
        return explained(read_notification({"alerts": [found]}, vocabulary), policy)
    event = found.get("event") or found.get("message") or found
    return explained(read_message(event if isinstance(event, dict) else found, vocabulary), policy)


def _parsed(text: str) -> dict[str, Any]:
    """Return the object that a text holds, or the text as a message's."""
    try:
        found = json.loads(text)
    except ValueError:
        found = _yaml(text)
    if not isinstance(found, dict):
        return {"text": text}
    return (
        found
        if found.keys() & {"alerts", "labels", "event", "message", "text", "attachments", "blocks"}
        else {"text": text}
    )


def _yaml(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None

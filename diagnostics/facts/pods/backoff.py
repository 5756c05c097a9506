"""When the container starts again, read from the kubelet's own words (REFERENCE.md 4.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.facts.model import Facts

BACK_OFF = compiled(r"^back-off (?:([0-9]{1,4})h)?(?:([0-9]{1,4})m)?(?:([0-9]{1,5})s)? ")
"""``back-off 2m40s restarting failed container=...``: a Go duration."""


def next_restart(facts: Facts) -> str:
    """Return the earliest next start, RFC 3339, or an empty text when the kubelet did not say how long it waits."""
    suspect = facts.suspect
    if suspect is None:
        return ""
    message = fields.text(suspect.status, "state", "waiting", "message")
    finished = fields.time(suspect.status, "lastState", "terminated", "finishedAt")
    match = BACK_OFF.match(message)
    if match is None or finished is None:
        return ""
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    start = finished + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return start.isoformat().replace("+00:00", "Z")

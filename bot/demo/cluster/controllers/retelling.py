"""Telling a recorded pod's story again: the same facts at another time, under another name."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

TIME = compiled(r"\b20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d(\.\d+)?Z")
CONTAINER_ID = compiled(r"containerd://[0-9a-f]{64}")


def shifted_text(text: str, by: timedelta) -> str:
    """Return text with every RFC 3339 time in it moved; fractions stay as they are."""
    told: dict[str, str] = {}

    def move(match: Any) -> str:
        whole = match.group(0)[:19]
        if whole not in told:  # a recording tells few moments, each many times
            told[whole] = _later(whole, by)
        return f"{told[whole]}{match.group(1) or ''}Z"

    return str(TIME.sub(move, text))


def _later(second: str, by: timedelta) -> str:
    """Return ``2026-11-22T23:00:00`` moved; a moment that no calendar has stays as it is."""
    try:
        return (datetime.fromisoformat(second) + by).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return second


def shifted(value: Any, by: timedelta) -> Any:
    """Return a copy of JSON with every time in it moved."""
    return json.loads(shifted_text(json.dumps(value), by))


def shifted_log(text: bytes, by: timedelta) -> bytes:
    """Return a stamped log with the time before each line moved; what the program printed stays."""
    lines = []
    for line in text.split(b"\n"):
        head, gap, rest = line.partition(b" ")
        if gap and head[:2] == b"20" and head.endswith(b"Z") and len(head) <= 35:
            head = shifted_text(head.decode(errors="replace"), by).encode()
        lines.append(head + gap + rest)
    return b"\n".join(lines)


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Return a copy of JSON with texts replaced, the longest first."""
    return json.loads(renamed_text(json.dumps(value), names))


def renamed_text(text: str, names: Mapping[str, str]) -> str:
    """Return text with texts replaced, the longest first."""
    for old in sorted(names, key=len, reverse=True):
        text = text.replace(old, names[old])
    return text


def renamed_log(text: bytes, names: Mapping[str, str]) -> bytes:
    """Return a log with texts replaced; bytes that are no UTF-8 stay."""
    for old in sorted(names, key=len, reverse=True):
        text = text.replace(old.encode(), names[old].encode())
    return text


def container_ids(value: Any, seed: str) -> dict[str, str]:
    """Return new container ids for those in JSON; the same for the same seed."""
    found = {str(match.group(0)) for match in CONTAINER_ID.finditer(json.dumps(value))}
    return {old: f"containerd://{hashlib.sha256((seed + old).encode()).hexdigest()}" for old in found}


def latest(value: Any) -> datetime | None:
    """Return the latest time in JSON, None when it holds none."""
    times = [str(match.group(0)) for match in TIME.finditer(json.dumps(value))]
    return max((datetime.fromisoformat(each) for each in times), default=None)

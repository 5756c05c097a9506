"""Times of log lines."""

from __future__ import annotations

from datetime import datetime


def instant(stamp: str) -> datetime | None:
    """Return the time of a kubelet's log stamp (nanoseconds are cut to microseconds), or None."""
    text, dot, rest = stamp.partition(".")
    if dot:
        digits = rest.rstrip("Z")
        zone = "Z" if rest.endswith("Z") else ""
        for sign in "+-":
            fraction, found, offset = digits.partition(sign)
            if found:
                digits, zone = fraction, sign + offset
        text = f"{text}.{digits[:6].ljust(6, '0')}{zone}"
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo is not None else None


def gap(first: datetime | None, second: datetime | None) -> float:
    """Return the seconds from one line to another, 0 where a time is unknown."""
    if first is None or second is None:
        return 0.0
    return (second - first).total_seconds()

"""What time it is at the other side of an HTTP client."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def date_of(headers: Mapping[str, str]) -> datetime | None:
    """Return the other side's clock from the ``Date`` header (whole seconds), or None when there is none."""
    try:
        date = parsedate_to_datetime(headers.get("Date", ""))
    except (TypeError, ValueError):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)

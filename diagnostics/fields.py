"""Reading raw API objects safely: a missing, null or odd field is an empty value of the wanted type, never an error."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from diagnostics.snapshot import Object


def at(item: Any, *path: str | int) -> Any:
    """Return the value at a path of keys and indices, or None when any step is missing."""
    for step in path:
        if isinstance(step, str) and isinstance(item, dict):
            item = item.get(step)
        elif isinstance(step, int) and isinstance(item, list) and -len(item) <= step < len(item):
            item = item[step]
        else:
            return None
    return item


def text(item: Any, *path: str | int) -> str:
    """Return the string there, or an empty one."""
    value = at(item, *path)
    return value if isinstance(value, str) else ""


def whole(item: Any, *path: str | int) -> int | None:
    """Return the integer there, or None (a bool is no integer here)."""
    value = at(item, *path)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def flag(item: Any, *path: str | int) -> bool:
    """Return True when the value there is exactly true."""
    return at(item, *path) is True


def table(item: Any, *path: str | int) -> Object:
    """Return the object there, or an empty one."""
    value = at(item, *path)
    return value if isinstance(value, dict) else {}


def items(item: Any, *path: str | int) -> list[Object]:
    """Return the objects of the list there; what is no object is left out."""
    value = at(item, *path)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def strings(item: Any, *path: str | int) -> list[str]:
    """Return the strings of the list there; what is no string is left out."""
    value = at(item, *path)
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def labels(item: Any, *path: str | int) -> dict[str, str]:
    """Return the string-to-string map there."""
    return {key: value for key, value in table(item, *path).items() if isinstance(value, str)}


YEARS = range(1971, 2200)
"""Years that a real time may have: arithmetic on anything beyond may overflow, and no cluster means it."""


def time(item: Any, *path: str | int) -> datetime | None:
    """Return the RFC 3339 time there, or None; the epoch counts as none (containerd's "never started")."""
    value = text(item, *path)
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return parsed if parsed.year in YEARS else None


def name(item: Any) -> str:
    """Return ``metadata.name``."""
    return text(item, "metadata", "name")


def namespace(item: Any) -> str:
    """Return ``metadata.namespace``."""
    return text(item, "metadata", "namespace")


def uid(item: Any) -> str:
    """Return ``metadata.uid``."""
    return text(item, "metadata", "uid")

"""Foreign text that is no text: what JSON can carry and UTF-8 cannot is replaced before anything reads it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from diagnostics.snapshot import Object, Snapshot

DEEPEST = 60
"""Nesting beyond which a value is dropped: the API's own objects end far above, recursion must end somewhere."""


def sound(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with lone surrogates replaced and absurdly deep values dropped in its objects."""
    found = {kind: tuple(_sound(item) for item in items) for kind, items in snapshot.objects.items()}
    return replace(snapshot, objects=found)


def _sound(item: Object) -> Object:
    try:
        # One pass in C: almost every object there ever is passes, and is handed on as it is.
        json.dumps(item, ensure_ascii=False).encode()
    except (ValueError, TypeError, RecursionError):
        cleaned = _cleaned(item, 0)
        return cleaned if isinstance(cleaned, dict) else {}
    return item


def _cleaned(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        return None
    if isinstance(value, dict):
        return {_text(str(key)): _cleaned(held, depth + 1) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(held, depth + 1) for held in value]
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    return value.encode(errors="replace").decode()

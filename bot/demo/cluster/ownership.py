"""managedFields: who changed which fields, and when (server-side apply's bookkeeping, reduced to updates)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.cluster.store import stamp

if TYPE_CHECKING:
    from datetime import datetime

    from bot.demo.cluster.wire import Object

UNTRACKED = frozenset(
    {"managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "name", "namespace"}
)


def note_change(obj: Object, old: Object, manager: str, now: datetime, subresource: str = "") -> None:
    """Write into an object that a manager changed it; the fields are those that differ, lists as one field."""
    fields = changed_fields(old, obj)
    if not fields:
        return
    entries = list(obj["metadata"].get("managedFields") or ())
    entry_before = next((each for each in entries if _is_mine(each, manager, subresource)), None)
    entry: Object = {
        "manager": manager,
        "operation": "Update",
        "apiVersion": obj["apiVersion"],
        "time": stamp(now),
        "fieldsType": "FieldsV1",
        "fieldsV1": _union((entry_before or {}).get("fieldsV1") or {}, fields),
    }
    if subresource:
        entry["subresource"] = subresource
    obj["metadata"]["managedFields"] = [*(each for each in entries if each is not entry_before), entry]


def changed_fields(old: Any, new: Any) -> Object:
    """Return what differs between two objects in the form of FieldsV1; empty when nothing does."""
    result: Object = {}
    for key in sorted({*old, *new} - UNTRACKED):
        before, after = old.get(key), new.get(key)
        if before == after or key in {"kind", "apiVersion"}:
            continue
        inner = changed_fields(before, after) if isinstance(before, dict) and isinstance(after, dict) else {}
        result[f"f:{key}"] = inner
    return result


def _union(left: Object, right: Object) -> Object:
    return left | {key: _union(left.get(key) or {}, value) for key, value in right.items()}


def _is_mine(entry: Object, manager: str, subresource: str) -> bool:
    identity = (entry.get("manager"), entry.get("operation"), entry.get("subresource", ""))
    return identity == (manager, "Update", subresource)

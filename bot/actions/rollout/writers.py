"""Who wrote a workload, from its managedFields. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import fields

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from diagnostics.snapshot import Object


def last_write(workload: Object) -> tuple[str, datetime | None]:
    """Return which manager wrote the workload itself last (not its status), and when; empty when it is not known."""
    return _newest(_entries(workload))


def last_template_write(workload: Object) -> tuple[str, datetime | None]:
    """Return which manager wrote the pod template last, and when: what scales it is no rollout."""
    return _newest([entry for entry in _entries(workload) if fields.table(entry, "fieldsV1", "f:spec", "f:template")])


def entry_of(workload: Object, manager: str) -> Object:
    """Return a manager's newest entry, or an empty one."""
    own = [entry for entry in _entries(workload) if fields.text(entry, "manager") == manager]
    return max(own, key=lambda entry: fields.text(entry, "time"), default={})


def _entries(workload: Object) -> list[Object]:
    return [entry for entry in fields.items(workload, "metadata", "managedFields") if not entry.get("subresource")]


def _newest(entries: Sequence[Object]) -> tuple[str, datetime | None]:
    last = max(entries, key=lambda entry: fields.text(entry, "time"), default=None)
    return ("", None) if last is None else (fields.text(last, "manager"), fields.time(last, "time"))

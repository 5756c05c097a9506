"""What changed before the first crash."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from diagnostics.case import Event, Workload
    from diagnostics.diagnosis import Change
    from diagnostics.snapshot import Object, Snapshot


def changes(
    snapshot: Snapshot,
    pod: Object,
    workload: Workload | None,
    everything: tuple[Event, ...],
    first_crash: datetime | None,
) -> tuple[Change, ...]:
    """Return what changed, the template's changes first."""
    del snapshot, pod, workload, everything, first_crash
    return ()

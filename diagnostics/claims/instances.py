"""Which log holds the output of a container instance (REFERENCE.md 1.1, 1.7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from diagnostics import fields

if TYPE_CHECKING:
    from datetime import datetime

    from diagnostics.facts.model import Container, Termination
    from diagnostics.snapshot import Log, Snapshot

NOT_OUTPUT = "unable to retrieve container logs for "
"""What the kubelet answers, with HTTP 200, when the instance's log is already collected."""

SLACK = timedelta(seconds=2)
"""Status times are whole seconds, log times are not, and the last bytes may be stamped after the end."""


def log_of(snapshot: Snapshot, namespace: str, pod: str, container: Container, end: Termination | None) -> Log | None:
    """Return the log of the instance that ended so (or of the running one), with other instances' lines left out."""
    current, previous = (
        output(snapshot.log(namespace, pod, container.name, instance)) for instance in ("current", "previous")
    )
    if end is None:
        return current
    newest_first = (
        (current, previous) if end.field == "state" or container.running_since is None else (previous, current)
    )
    for log in newest_first:
        own = None if log is None else within(log, end.started_at, end.finished_at)
        if own is not None and own.lines:
            return own
    # Nothing of that instance is left, or the log served is of another run: it is still the program's own word.
    return current or previous


def output(log: Log | None) -> Log | None:
    """Return the log when it holds the program's output, or None."""
    if log is None:
        return None
    lines = tuple(line for line in log.lines if not (line.at == "" and line.text.startswith(NOT_OUTPUT)))
    return replace(log, lines=lines) if lines else None


def within(log: Log, started: datetime | None, finished: datetime | None) -> Log:
    """Return the log with the lines stamped between start and end; one without a stamp goes with the one before."""
    kept, inside = [], True
    for line in log.lines:
        moment = fields.time({"at": line.at}, "at")
        if moment is not None:
            early = started is not None and moment < started - SLACK
            late = finished is not None and moment > finished + SLACK
            inside = not (early or late)
        if inside:
            kept.append(line)
    return replace(log, lines=tuple(kept)) if len(kept) != len(log.lines) else log

"""Has a container that ended before got over it? A crash loop also runs, and looks ready, for most of its time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from diagnostics.case import Case, Container

LONG_ENOUGH: Final = timedelta(seconds=600)
"""The kubelet itself forgets a crash after a run of this length (kuberuntime_manager.go ``doBackOff``)."""
AT_LEAST: Final = timedelta(seconds=30)
LONGER_THAN_BEFORE: Final = 3
"""A run this many times as long as the one that crashed is another state, not the same one again."""


def settled(container: Container, now: datetime) -> bool:
    """Whether the container runs, is ready, and has run clearly longer than the instance that ended before."""
    return container.ready and running_on(container, now)


def running_on(container: Container, now: datetime) -> bool:
    """Whether the container has run clearly longer than the instance that ended before, ready or not."""
    if container.running_since is None:
        return False
    if not container.terminations:
        return True
    run = now - container.running_since
    if run >= LONG_ENOUGH:
        return True
    lived = timedelta(seconds=max(container.terminations[0].lifetime_s or 0, 0))
    return run >= AT_LEAST and run >= lived * LONGER_THAN_BEFORE


def failing(case: Case) -> Container | None:
    """Return the suspect unless it has settled: what a cause of a crash looks at."""
    if case.suspect is None or settled(case.suspect, case.now):
        return None
    return case.suspect

"""A diagnosis within a budget: a log that takes too long to understand is withheld, and the answer says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cluster.offload import Allowance
from diagnostics import causes
from diagnostics.claims.budget import Budget, OutOfTime
from diagnostics.engine import diagnose

if TYPE_CHECKING:
    from diagnostics.claims.catalogue import Catalogue
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Snapshot

_WARMING = ("app-crash", "dependency-unavailable", "oom-killed")
"""Causes whose examples use what all logs need."""

WITHIN_S = 5.0
"""Seconds of processor time: the longest log there may be, of lines that all tell of trouble, takes half a second."""


def diagnosed(snapshot: Snapshot, catalogue: Catalogue | None = None, within_s: float = WITHIN_S) -> Diagnosis:
    """Return the diagnosis; without any log, which it then calls unread, when reading the logs takes longer.

    Takes the processor: to be run off the event loop (``bot.cluster.offload``).
    """
    allowance = Allowance(within_s)
    try:
        return allowance.run(diagnose, snapshot, catalogue, Budget(allowance.spent))
    except OutOfTime:
        why = f"withheld: working out what they say took longer than {within_s:g} s"
        return diagnose(snapshot.without_logs(why), catalogue)


def warm(catalogue: Catalogue | None = None) -> None:
    """Use everything once: patterns are compiled when they are first met, and that holds the interpreter for 0.3 s."""
    for cause in causes.registry():
        if cause.CAUSE.id in _WARMING:
            for example in cause.EXAMPLES:
                diagnose(example.snapshot(), catalogue)

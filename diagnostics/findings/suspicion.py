"""What makes a reader think of a cause that it is not: the symptoms that several causes share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.facts.pods.blocking import NOT_YET
from diagnostics.fields import items, table

if TYPE_CHECKING:
    from diagnostics.claims.case import Case

KILLS: Final = frozenset({137, 143})
"""Exit codes of SIGKILL and SIGTERM (128 + 9, 128 + 15)."""


def code(case: Case) -> int | None:
    """Return the exit code of the suspect's newest end, or None."""
    return case.ended.exit_code if case.ended is not None else None


def killed(case: Case) -> bool:
    """Whether the suspect ended by a signal that comes from outside."""
    return code(case) in KILLS


def failed_probe(case: Case, kind: str) -> bool:
    """Whether an event says that a probe of that kind (``Liveness``, ...) failed."""
    return any(event.reason == "Unhealthy" and event.message.startswith(kind) for event in case.events)


def killed_by_probe(case: Case, kind: str) -> bool:
    """Whether a kill by that probe comes to mind: it failed, or the exit code is one that such kills leave."""
    return failed_probe(case, kind) or code(case) in {0, *KILLS}


def held_up(case: Case) -> bool:
    """Whether the pod was placed and nothing of it was tried, for no reason that its status gives."""
    return case.suspect is not None and case.ended is None and case.suspect.waiting_reason in NOT_YET


def refers(case: Case) -> bool:
    """Whether the suspect's variables come from Secrets or ConfigMaps."""
    if case.suspect is None:
        return False
    entries = items(case.suspect.spec, "env")
    return bool(items(case.suspect.spec, "envFrom")) or any(table(entry, "valueFrom") for entry in entries)

"""Which of the causes that were ruled out are worth saying: those that a reader would have suspected, best first.

Every cause can say why it is not the one. Most of that is noise to whoever looks at an exit code of 137 and wonders
whether it was memory: only what the symptoms suggest is told, a handful at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import causes
from diagnostics.causes.model import Category
from diagnostics.diagnosis import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.causes import CauseModule
    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Finding, RuledOut

SHOWN: Final = 5
"""Causes that are named."""

_ORDER: Final = tuple(Category)


def told(case: Case, best: Finding, ruled_out: Iterable[RuledOut]) -> tuple[RuledOut, ...]:
    """Return what was ruled out and would have been suspected, what the symptoms suggest most first."""
    if best.verdict is Verdict.NOT_FAILING:
        return ()
    modules = {module.CAUSE.id: module for module in causes.registry()}
    named = {best.cause, *(link.cause for link in best.chain)}
    known = ((modules[item.cause], item) for item in ruled_out if item.cause in modules and item.cause not in named)
    wanted = [(module, item) for module, item in known if _suspected(module, case, best)]
    return tuple(item for _, item in sorted(wanted, key=lambda pair: _place(pair[0])))[:SHOWN]


def _place(module: CauseModule) -> tuple[bool, int, str]:
    """Return the order in which causes come to mind: those of which the log spoke first."""
    return (not module.CAUSE.claims, _ORDER.index(module.CAUSE.category), module.CAUSE.id)


def _suspected(module: CauseModule, case: Case, best: Finding) -> bool:
    """Whether a cause comes to mind: it says so itself; one of which lines of the log speak always does."""
    suspected = getattr(module, "suspected", None)
    return bool(module.CAUSE.claims) if suspected is None else suspected(case, best)

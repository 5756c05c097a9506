"""One root cause a file. Its docstring is its reference page; ``check`` decides; ``EXAMPLES`` hold it to its word.

A cause may import the pure helpers, never another cause.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from diagnostics.causes.model import Cause
    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Finding
    from diagnostics.examples import Example


class CauseModule(Protocol):
    """What a module of this package offers."""

    __name__: str
    CAUSE: Cause
    EXAMPLES: tuple[Example, ...]

    def check(self, case: Case) -> Finding | None:
        """Return what the cause says of the case, or None."""

    def ruled_out(self, case: Case) -> str:
        """Return the one fact that rules it out, or nothing when it was never in question.

        A module may offer ``suspected(case, best)`` too: whether a reader who sees the symptoms, and is told ``best``,
        would think of it, so that the fact is worth saying. Without it, one of which the log speaks is suspected.
        """


@cache
def registry() -> tuple[CauseModule, ...]:
    """Return every cause module of this package, sorted by id: a new file is all that a new cause needs."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    causes = [module for module in modules if hasattr(module, "CAUSE")]
    return tuple(sorted(causes, key=lambda module: module.CAUSE.id))


def declared(cause: str) -> Cause | None:
    """Return what the cause of that id declares, or None when there is none."""
    return next((module.CAUSE for module in registry() if module.CAUSE.id == cause), None)

"""Would a restart or an undo help?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.diagnosis import Advice, Finding

if TYPE_CHECKING:
    from diagnostics.case import Case


def advise(case: Case, finding: Finding) -> tuple[Advice, ...]:
    """Return the advice about restart and undo."""
    del case, finding
    return ()

"""A change played through before it is advised: on a copy of the snapshot, the engine runs again.

What happened stays in the copy (the log, the last end), so a finding about the past may stay as well. A change does
harm when it brings a failure that was not there: a template that refers to what is missing, a fault behind the fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.answer import effects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from diagnostics.answer.effects import Effect
    from diagnostics.diagnosis import Finding
    from diagnostics.snapshot import Snapshot


def objection(
    snapshot: Snapshot,
    change: Effect,
    before: Iterable[Finding],
    again: Callable[[Snapshot], tuple[Finding, ...]],
) -> str:
    """Return why a change would not help, or an empty text; one that cannot be played through is not judged.

    ``before`` are the findings as things stand; ``again`` returns those of another snapshot, the root first.
    """
    after = effects.applied(snapshot, change)
    if after is None:
        return ""
    earlier = tuple(before)
    known, told = {finding.cause for finding in earlier}, {line for finding in earlier for line in _logged(finding)}
    for finding in again(after):
        if finding.failing and finding.cause not in known and not told & set(_logged(finding)):
            return f"it would bring another failure: {finding.summary}"
    return ""


def _logged(finding: Finding) -> list[str]:
    """Return the lines of the log that a finding quotes: they were said before the change, and stay in the copy.

    Read without what explained them, the same lines make another finding, and no other failure.
    """
    return [item.quote for item in finding.evidence if item.source == "log"]

"""A change played through before it is advised: on a copy of the snapshot, the engine runs again.

What happened stays in the copy (the log, the last end), so a finding about the past may stay as well. A change does
harm when it brings a failure that was not there: a template that refers to what is missing, a fault behind the fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import causes
from diagnostics.answer import effects
from diagnostics.causes.model import Category

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from diagnostics.answer.effects import Effect
    from diagnostics.diagnosis import Finding
    from diagnostics.snapshot import Snapshot


_PROBES: Final = frozenset({"livenessProbe", "readinessProbe", "startupProbe"})


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
    probes = _of_probes(change)
    for finding in again(after):
        declared = causes.declared(finding.cause)
        if probes and (declared is None or declared.category is not Category.PROBE):
            continue  # the end that the old probe explains stays in the copy, and then lacks its explanation
        if finding.failing and finding.cause not in known and not told & set(_logged(finding)):
            return f"it would bring another failure: {finding.summary}"
    return ""


def _of_probes(change: Effect) -> bool:
    """Whether nothing but probes is changed: that can bring failures of probes alone."""
    paths = [path for path, _ in effects.leaves(change.patch or {})]
    return bool(paths) and all(_PROBES.intersection(path) for path in paths)


def _logged(finding: Finding) -> list[str]:
    """Return the lines of the log that a finding quotes: they were said before the change, and stay in the copy.

    Read without what explained them, the same lines make another finding, and no other failure.
    """
    return [item.quote for item in finding.evidence if item.source == "log"]

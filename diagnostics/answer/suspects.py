"""What changed, as it is shown: the field that the fault hangs on first, and of a long list only its beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.diagnosis import Change

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Finding

SHOWN: Final = 12
"""Template differences that are listed."""
MUCH: Final = 9
"""The image of the failing container stays before all other fields."""
_HEADS: Final = ("revision", "change-cause")
"""Entries that tell of the rollout itself."""


def told(case: Case, finding: Finding) -> tuple[Change, ...]:
    """Return the changes: the rollout, its fields with the suspected ones first, and what else was changed."""
    moment = next((change.at for change in case.changed if change.what == "revision"), None)
    heads = [change for change in case.changed if change.what in _HEADS]
    rest = [change for change in case.changed if change not in heads]
    fields = [change for change in rest if moment is not None and change.at == moment and not _apart(change)]
    others = [change for change in rest if change not in fields]
    fields.sort(key=lambda change: -_suspicion(change, finding))
    kept, more = fields[:SHOWN], len(fields) - SHOWN
    if more > 0:
        first = fields[0]
        what = f"{more} more fields of the template"
        kept.append(Change(what=what, at=first.at, by=first.by, before_first_crash_s=first.before_first_crash_s))
    return (*heads, *kept, *others)


def _apart(change: Change) -> bool:
    """Whether it is no field of the template: a referenced object, or the content behind a tag."""
    return change.what.startswith(("ConfigMap ", "Secret ")) or "(same tag)" in change.what


def _suspicion(change: Change, finding: Finding) -> int:
    """Return how much speaks for the field: names of the fault that it holds, and its value among the evidence."""
    if change.what.startswith("image of "):
        return MUCH if f"image of {finding.container}" == change.what else 0
    leaf = change.what.partition(" of ")[0].rpartition(".")[2].removeprefix("pod ")
    quoted = {word for item in finding.evidence if item.path.startswith("spec") for word in item.quote.split()}
    shown = bool(change.new) and f"{leaf}={change.new}" in quoted
    return count(finding.fault_names, f"{change.what} {change.old} {change.new}") + shown


def count(names: Iterable[str], text: str) -> int:
    """Return how many of the names stand in the text as whole words: ``data`` is no part of ``metadata``."""
    return sum(1 for name in set(names) if name and _whole(name, text))


def _whole(name: str, text: str) -> bool:
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(name) : at + len(name) + 1]
        if not (before.isalnum() or after.isalnum() or before == "_" or after == "_"):
            return True
        at = text.find(name, at + 1)
    return False

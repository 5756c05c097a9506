"""What changed, and when it began: one sentence on the rollout, then what differs, each cut to the differing part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.words import clock, span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from diagnostics.diagnosis import Change, Diagnosis

SIDE = 70
"""Characters of one side of a change that are shown."""

LEAD = 18
"""Characters before the first difference that are kept, to see where it is."""

_SAME = {("one value", "another value"): "value changed"}
_NO_CRASH = frozenset(
    {
        *("missing-secret", "missing-configmap", "image-pull-failed", "unschedulable", "volume-mount-failed"),
        *("pod-create-rejected", "security-context-denied", "readiness-probe-failed", "node-unhealthy", "evicted"),
        *("deadline-exceeded", "starting"),
    }
)
"""Causes under which nothing crashes: what began is called a failure."""


def sections(diagnosis: Diagnosis) -> list[tuple[str, list[str]]]:
    """Return headings with their lines: the rollout and what it changed, then what else changed."""
    rollout = next((change for change in diagnosis.changed if change.what == "revision"), None)
    with_it = [change for change in diagnosis.changed if rollout is not None and _moment(change) == _moment(rollout)]
    others = [change for change in diagnosis.changed if change not in with_it]
    found = []
    if rollout is not None:
        found.append(_rollout(diagnosis, rollout, with_it))
    if others:
        found.append(("What changed", [_timed(change, _began(diagnosis)) for change in others]))
    return found


def effect(change: Change) -> str:
    """Return a change in one line: what, and how it differs."""
    words = _SAME.get((change.old, change.new))
    if words:
        return f"{change.what}: {words}"
    if change.old and change.new:
        old, new = _apart(change.old, change.new)
        return f"{change.what}: {old} → {new}"
    if change.new in ("modified", "created"):
        return f"{change.what} was {change.new}"
    if change.old or change.new:
        return f"{change.what}: {f'now {_cut(change.new)}' if change.new else f'was {_cut(change.old)}'}"
    return change.what


def by(manager: str) -> str:
    """Return who wrote it: a field manager's name as the command that a person knows."""
    return manager.replace("kubectl-client-side-", "kubectl ").replace("kubectl-", "kubectl ") if manager else ""


def _began(diagnosis: Diagnosis) -> str:
    return "the first failure" if diagnosis.cause in _NO_CRASH else "the first crash"


def _moment(change: Change) -> tuple[str, int | None, str]:
    return (change.at, change.before_first_crash_s, change.by)


def _rollout(diagnosis: Diagnosis, rollout: Change, with_it: Sequence[Change]) -> tuple[str, list[str]]:
    began = str(diagnosis.facts.get("began") or "")
    head = began.partition(" (")[0]
    if not head:
        when = _when(rollout, _began(diagnosis))
        head = f"Revision {rollout.old} → {rollout.new}" + (f" came {when}" if when else "")
    images = [change for change in with_it if change.what.startswith("image of ") and change.old and change.new]
    with_tags = images if len(images) == 1 else []
    details = [
        *(f"image {' → '.join(_tags(change.old, change.new))}" for change in with_tags),
        *([f"by {by(rollout.by)}"] if rollout.by else []),
        *([clock(rollout.at)] if rollout.at else []),
    ]
    rest = [effect(change) for change in with_it if change is not rollout and change not in with_tags]
    return (f"{head} ({', '.join(details)})" if details else head, rest)


def _timed(change: Change, began: str) -> str:
    details = [part for part in (f"by {by(change.by)}" if change.by else "", clock(change.at)) if part]
    when = _when(change, began)
    return effect(change) + (f" {when}" if when else "") + (f" ({', '.join(details)})" if details else "")


def _when(change: Change, began: str) -> str:
    before = change.before_first_crash_s
    if before is None:
        return ""
    return f"{span(before)} {'before' if before > 0 else 'after'} {began}" if before else f"at {began}"


def _tags(old: str, new: str) -> tuple[str, str]:
    """Return two images without the repository that they share."""
    (repository, _, one), (other, _, two) = old.rpartition(":"), new.rpartition(":")
    return (one, two) if repository == other and repository and "/" not in one + two else (_cut(old), _cut(new))


def _apart(old: str, new: str) -> tuple[str, str]:
    """Return both texts cut to the part that differs."""
    if max(len(old), len(new)) <= SIDE:
        return old, new
    start = _common(old, new)
    end = min(_common(old[::-1], new[::-1]), min(len(old), len(new)) - start)
    lead = max(0, start - LEAD)
    lead = old.find(" ", lead, start) + 1 or lead if lead else 0
    return tuple(_part(text, lead, len(text) - end) for text in (old, new))  # type: ignore[return-value]


def _part(text: str, start: int, end: int) -> str:
    part = text[start : max(end, start)]
    tail = "…" if end < len(text) else ""
    return ("…" if start else "") + (_cut(part) if len(part) > SIDE else part + tail)


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _cut(text: str) -> str:
    return text if len(text) <= SIDE else f"{text[: SIDE - 1].rstrip()}…"

"""What changed, and when it began: one sentence on the rollout, then what differs, each cut to the differing part."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from bot.render.phrases import Code, Moment, joined
from bot.render.words import span
from diagnostics.patterns import compiled, encodable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.render.phrases import Phrase
    from diagnostics.diagnosis import Change, Diagnosis

SIDE = 70
"""Characters of one side of a change that are shown."""

LEAD = 18
"""Characters before the first difference that are kept, to see where it is."""

NAMED = 3
"""Things named in the sentence on what changed; the rest is counted."""

_SAME = {("one value", "another value"): "value changed"}
_COMMANDS = ("command of ", "args of ")
_ENV = compiled(r"^env (\S+) of \S+$")
_VERSION = compiled(r"^v?\d+(?:\.\d+)+[0-9A-Za-z.+-]{0,40}$")
_AFTER = compiled(r"^Began (.{1,20}) after revision ")
_NO_CRASH = frozenset(
    {
        *("missing-secret", "missing-configmap", "image-pull-failed", "unschedulable", "volume-mount-failed"),
        *("pod-create-rejected", "security-context-denied", "readiness-probe-failed", "node-unhealthy", "evicted"),
        *("deadline-exceeded", "starting"),
    }
)
"""Causes under which nothing crashes: what began is called a failure."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed. ``sentence`` stands open, ``details`` are folded; ``version`` is since when it fails, in a word."""

    sentence: Phrase = ()
    details: tuple[Phrase, ...] = ()
    version: str = ""


def told(diagnosis: Diagnosis) -> Changed:
    """Return what changed before or when it began to fail."""
    rollout = next((change for change in diagnosis.changed if change.what == "revision"), None)
    with_it = [change for change in diagnosis.changed if rollout is not None and _moment(change) == _moment(rollout)]
    others = [change for change in diagnosis.changed if change not in with_it]
    began = str(diagnosis.facts.get("began") or "")
    lines = tuple(effect(change) for change in with_it if change is not rollout)
    if rollout is not None and began:
        rest = tuple(line for change in others for line in (_line(change, diagnosis),))
        sentence = _broke(rollout, with_it, began)
        return Changed(sentence, (*lines, *rest), _version(rollout, with_it))
    # What changed shortly before, without a rollout with which it began, is told as that and no more.
    listed = [*([_came(rollout, diagnosis)] if rollout is not None else []), *(_timed(it, diagnosis) for it in others)]
    if not listed:
        return Changed()
    if rollout is None:
        return Changed(listed[0], tuple(_line(change, diagnosis) for change in others[1:]))
    return Changed(listed[0], (*lines, *(_line(change, diagnosis) for change in others)))


def effect(change: Change) -> Phrase:
    """Return a change in one line: what, and how it differs; of a command both are code."""
    words = _SAME.get((change.old, change.new))
    if words:
        return (f"{change.what}: {words}",)
    if change.old and change.new:
        is_image = change.what.startswith("image of ")
        old, new = _tags(change.old, change.new) if is_image else _apart(change.old, change.new)
        return beside(change.what, old, new)
    if change.new in ("modified", "created"):
        return (f"{change.what} was {change.new}",)
    if change.old or change.new:
        return (f"{change.what}: {f'now {_cut(change.new)}' if change.new else f'was {_cut(change.old)}'}",)
    return (change.what,)


def beside(what: str, old: str, new: str) -> Phrase:
    """Return what differs, before and after. Two commands beside each other would read as one: they are code."""
    if what.startswith(_COMMANDS):
        return (f"{what}: ", Code(old), " → ", Code(new))
    return (f"{what}: {old} → {new}",)


def by(manager: str) -> str:
    """Return who wrote it: a field manager's name as the command that a person knows."""
    return manager.replace("kubectl-client-side-", "kubectl ").replace("kubectl-", "kubectl ") if manager else ""


def _moment(change: Change) -> tuple[str, int | None, str]:
    return (change.at, change.before_first_crash_s, change.by)


def _broke(rollout: Change, with_it: Sequence[Change], began: str) -> Phrase:
    """Return ``Broke with revision 2 (2.13.2 → 2.14.0, kubectl apply, 13:45): DATABASE_PORT changed.`` as a phrase."""
    after = _AFTER.match(encodable(began))
    when = f"{after.group(1)} after" if after is not None else "with"
    image, said = _image(with_it), _said(with_it)
    versions = f"{image[0]} → {image[1]}" if image else _step(said.old, said.new) if said else ""
    details = joined([(versions,) if versions else (), *_who_when(rollout)], ", ")
    named = [
        _named(change) for change in with_it if change not in (rollout, said) and not change.what.startswith("image")
    ]
    more = [(f"{len(named) - NAMED} more",)] if len(named) > NAMED else []
    shown = [*named[:NAMED], *more]
    what: Phrase = ()
    if shown:
        head = joined(shown[:-1], ", ")
        what = (": ", *head, *((" and ",) if head else ()), *shown[-1], " changed")
    return (f"Broke {when} revision {rollout.new}", *((" (", *details, ")") if details else ()), *what, ".")


def _step(old: str, new: str) -> str:
    """Return ``release 1.2.0 → 1.2.1``: the words with which both begin are said once."""
    before, after = old.split(), new.split()
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    kept = shared if shared < min(len(before), len(after)) else 0
    return f"{old} → {' '.join(after[kept:])}"


def version_words(old: str, new: str) -> tuple[str, str] | None:
    """Return the versions that two change-causes name, where they differ in nothing else: ``release 4.0.0``, ``4.1.0``.

    A change-cause is free text that a person wrote: of more than one differing word nothing is taken.
    """
    before, after = encodable(old).split(), encodable(new).split()
    differing = [pair for pair in zip(before, after, strict=False) if pair[0] != pair[1]]
    if len(before) != len(after) or len(differing) != 1:
        return None
    return differing[0] if all(_VERSION.match(word) for word in differing[0]) else None


def _came(rollout: Change, diagnosis: Diagnosis) -> Phrase:
    when = _when(rollout, diagnosis)
    details = joined(_who_when(rollout), ", ")
    came = f" came {when}" if when else ""
    return (f"Revision {rollout.old} → {rollout.new}{came}", *((" (", *details, ")") if details else ()), ".")


def _timed(change: Change, diagnosis: Diagnosis) -> Phrase:
    when, details = _when(change, diagnosis), joined(_who_when(change), ", ")
    return (*effect(change), f" {when}" if when else "", *((" (", *details, ")") if details else ()), ".")


def _line(change: Change, diagnosis: Diagnosis) -> Phrase:
    when = _when(change, diagnosis)
    return (*effect(change), *((f" {when}",) if when else ()))


def _who_when(change: Change) -> list[Phrase]:
    return [(by(change.by),) if change.by else (), (Moment(change.at),) if change.at else ()]


def _when(change: Change, diagnosis: Diagnosis) -> str:
    before = change.before_first_crash_s
    if before is None:
        return ""
    began = "the first failure" if diagnosis.cause in _NO_CRASH else "the first crash"
    return f"{span(before)} {'before' if before > 0 else 'after'} {began}" if before else f"at {began}"


def _version(rollout: Change, with_it: Sequence[Change]) -> str:
    image, said = _image(with_it), _said(with_it)
    named = image or (version_words(said.old, said.new) if said else None)
    return named[1] if named and "/" not in named[1] else f"revision {rollout.new}" if rollout.new else ""


def _said(with_it: Sequence[Change]) -> Change | None:
    """Return the change-cause: what the person who rolled it out called it."""
    return next((change for change in with_it if change.what == "change-cause" and change.old and change.new), None)


def _image(with_it: Sequence[Change]) -> tuple[str, str] | None:
    """Return the two versions of the one image that changed."""
    images = [change for change in with_it if change.what.startswith("image of ") and change.old and change.new]
    return _tags(images[0].old, images[0].new) if len(images) == 1 else None


def _named(change: Change) -> Phrase:
    match = _ENV.match(encodable(change.what))
    return (Code(match.group(1)),) if match is not None else (change.what,)


def changed_tag(old: str, new: str) -> tuple[str, str] | None:
    """Return the tags (or digests) of two images of one repository; None where more than that differs."""
    (repository, _, one), (other, _, two) = old.rpartition(":"), new.rpartition(":")
    return (one, two) if repository == other and repository and one != two and "/" not in one + two else None


def _tags(old: str, new: str) -> tuple[str, str]:
    """Return two images without the repository that they share."""
    return changed_tag(old, new) or _apart(old, new)


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

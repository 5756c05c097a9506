"""What things are called, the same in Slack and on the terminal: verdicts, causes, workloads, times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from diagnostics.causes import registry
from diagnostics.diagnosis import Verdict
from diagnostics.objects import ObjectRef

if TYPE_CHECKING:
    from datetime import tzinfo

    from diagnostics.diagnosis import Diagnosis


@dataclass(frozen=True, slots=True)
class Status:
    """A verdict in one glyph and one word: the glyph never stands alone, colour is not for everybody."""

    glyph: str
    word: str
    colour: str
    is_sure: bool = False
    """The glyph and the sentence say it all: the word is left out."""


_BY_CAUSE = {
    "healthy": Status("🟢", "Healthy", "green"),
    "recovered": Status("🟢", "Recovered", "green"),
    "starting": Status("🟡", "Starting", "yellow"),
    "scaled-to-zero": Status("⚪", "Scaled to zero", "white"),
    "not-found": Status("⚪", "Not found", "white"),
}
_BY_VERDICT = {
    Verdict.CONFIRMED: Status("🔴", "Confirmed", "red", is_sure=True),
    Verdict.LIKELY: Status("🟠", "Likely", "yellow"),
    Verdict.UNDETERMINED: Status("⚪", "Undetermined", "magenta"),
    Verdict.NOT_FAILING: Status("🟢", "Not failing", "green"),
}

FAILING = frozenset(_BY_VERDICT[verdict].glyph for verdict in Verdict if verdict is not Verdict.NOT_FAILING)
"""The glyphs of what fails: they go when it is over."""

_ACTS = {"undo": "rollback"}


def glyph(verdict: str) -> str:
    """Return the glyph of a verdict as the store keeps it; white when there is none."""
    found = _BY_VERDICT.get(Verdict(verdict)) if verdict else None
    return found.glyph if found is not None else "⚪"


def status(diagnosis: Diagnosis) -> Status:
    """Return the verdict as it is shown."""
    named = _BY_CAUSE.get(diagnosis.cause or "")
    return named or _BY_VERDICT[diagnosis.verdict]


@cache
def _titles() -> dict[str, str]:
    return {module.CAUSE.id: module.CAUSE.title for module in registry()}


def is_known(cause: str) -> bool:
    """Whether a cause has a title and a page of its own."""
    return cause in _titles()


def title(cause: str | None) -> str:
    """Return a cause in words; an id that has no page is read as words itself."""
    if cause is None:
        return "No known cause matched"
    return _titles().get(cause) or cause.replace("-", " ").capitalize()


def workload(diagnosis: Diagnosis) -> str:
    """Return what fails as ``namespace/name``: the workload when there is one, else the target."""
    found = ObjectRef.parse(diagnosis.workload)
    if found is not None:
        return found.path
    return "/".join(part for part in (diagnosis.target.namespace, diagnosis.target.name) if part)


def kind(diagnosis: Diagnosis) -> str:
    """Return the kind of what fails, or nothing when it is not known."""
    found = ObjectRef.parse(diagnosis.workload)
    return diagnosis.target.kind if found is None else found.kind


def stamp(when: datetime, zone: tzinfo | None = UTC, *, to_the_second: bool = False) -> str:
    """Return a point in time as ``22 Nov, 14:02 UTC``; ``zone`` None is the reader's own."""
    try:
        local = when.astimezone(zone)
    except (OverflowError, OSError):
        local = when
    clock = f"{local:%H:%M:%S}" if to_the_second else f"{local:%H:%M}"
    return f"{local.day} {local:%b}, {clock} {local.tzname() or 'UTC'}"


def span(seconds: float) -> str:
    """Return a length of time as a person says it: ``under 1 s``, ``41 s``, ``4 min``, ``2 h 5 min``, ``3 d``."""
    whole = round(abs(seconds))
    if not whole:
        return "under 1 s"
    if whole < 120:
        return f"{whole} s"
    if whole < 7200:
        return f"{round(whole / 60)} min"
    if whole < 172800:
        hours, rest = divmod(round(whole / 60), 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{round(whole / 86400)} d"


def place(target: str) -> str:
    """Return ``production/api``: a workload is called the same everywhere.

    Given as ``Deployment production/api`` or ``production/deployment/api``.
    """
    parts = (target.rpartition(" ")[2] or target).split("/")
    return f"{parts[0]}/{parts[2]}" if len(parts) == 3 else "/".join(parts)


def act(action: str) -> str:
    """Return what people call an action: its button says "Roll back to …", so what it does is a rollback."""
    return _ACTS.get(action, action)


def capitalized(sentence: str) -> str:
    """Return a sentence as sentences begin."""
    return sentence[:1].upper() + sentence[1:]


def cost(diagnosis: Diagnosis) -> str:
    """Return what the answer took: ``0.4 s, 9 requests``; a time too short to tell is not told."""
    if not diagnosis.requests:
        return ""
    reads = f"{diagnosis.requests} request{'' if diagnosis.requests == 1 else 's'}"
    return f"{diagnosis.took_ms / 1000:.1f} s, {reads}" if diagnosis.took_ms >= 50 else reads

"""What things are called, the same in Slack and on the terminal: verdicts, causes, workloads, times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from diagnostics.causes import registry
from diagnostics.diagnosis import Verdict
from diagnostics.objects import ObjectRef
from diagnostics.patterns import compiled, encodable

if TYPE_CHECKING:
    from diagnostics.diagnosis import Diagnosis

CLAUSES = ("; ", ": ", " (", ", ", ". ")
"""Where a sentence may end early and still be one."""

_LEAST_TELLING = (compiled(r" \(exit code \d+[^()]{0,40}\)"), compiled(r" \(\d+ restarts?\)"))


@dataclass(frozen=True, slots=True)
class Status:
    """A verdict in one glyph and one word: the glyph never stands alone, colour is not for everybody."""

    glyph: str
    word: str
    colour: str


_BY_CAUSE = {
    "healthy": Status("🟢", "Healthy", "green"),
    "recovered": Status("🟢", "Recovered", "green"),
    "starting": Status("🟡", "Starting", "yellow"),
    "scaled-to-zero": Status("⚪", "Scaled to zero", "white"),
    "not-found": Status("⚪", "Not found", "white"),
}
_BY_VERDICT = {
    Verdict.CONFIRMED: Status("🔴", "Confirmed", "red"),
    Verdict.LIKELY: Status("🟠", "Likely", "yellow"),
    Verdict.UNDETERMINED: Status("⚪", "Undetermined", "magenta"),
    Verdict.NOT_FAILING: Status("🟢", "Not failing", "green"),
}


def status(diagnosis: Diagnosis) -> Status:
    """Return the verdict as it is shown."""
    named = _BY_CAUSE.get(diagnosis.cause or "")
    return named or _BY_VERDICT[diagnosis.verdict]


@cache
def _titles() -> dict[str, str]:
    return {cause.ID: cause.TITLE for cause in registry()}


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


def clock(at: str) -> str:
    """Return an RFC 3339 time as ``14:02:11 UTC``; what is no time stays as it is."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return at
    return moment.astimezone(UTC).strftime("%H:%M:%S UTC") if moment.tzinfo else at


def span(seconds: float) -> str:
    """Return a length of time as a person says it: ``41 s``, ``4 min``, ``2 h 5 min``, ``3 d``."""
    whole = round(abs(seconds))
    if whole < 120:
        return f"{whole} s"
    if whole < 7200:
        return f"{round(whole / 60)} min"
    if whole < 172800:
        hours, rest = divmod(round(whole / 60), 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{round(whole / 86400)} d"


def brief(sentence: str, room: int) -> str:
    """Return the beginning of a sentence that fits, cut where a clause ends when that keeps enough.

    Exit codes and restarts in brackets go first: they prove least, and the answer has them.
    """
    line = encodable(" ".join(sentence[:4096].split()))
    for noise in _LEAST_TELLING:
        if len(line) > room:
            line = noise.sub("", line)
    if len(line) <= room:
        return line.rstrip(".")
    cuts = [at for mark in CLAUSES for at in _all(line, mark) if room * 0.6 <= at <= room]
    if cuts:
        short = line[: max(cuts)]
        return short[: short.rindex(" (")] if short.count(" (") > short.count(")") else short
    short = line[: room - 1]
    return f"{(short.rpartition(' ')[0] or short).rstrip(' ,;:(')}…"


def _all(line: str, mark: str) -> list[int]:
    found, at = [], line.find(mark)
    while at >= 0:
        found.append(at)
        at = line.find(mark, at + 1)
    return found


def place(target: str) -> str:
    """Return ``production/api``: a workload is called the same everywhere.

    Given as ``Deployment production/api`` or ``production/deployment/api``.
    """
    parts = (target.rpartition(" ")[2] or target).split("/")
    return f"{parts[0]}/{parts[2]}" if len(parts) == 3 else "/".join(parts)


def circumstances(diagnosis: Diagnosis) -> list[str]:
    """Return what a reader wants at a glance: pod, container, restarts, how many pods share it, the next start."""
    target, scope, restarts = diagnosis.target, diagnosis.scope, diagnosis.facts.get("restarts")
    nodes = f" on {scope.nodes[0]}" if len(scope.nodes) == 1 and scope.failing > 1 else ""
    found = [
        f"pod {target.pod}" if target.pod and not workload(diagnosis).endswith(f"/{target.pod}") else "",
        f"container {diagnosis.container}" if diagnosis.container and not _names_container(diagnosis) else "",
        f"{restarts} restart{'' if restarts == 1 else 's'}" if isinstance(restarts, int) and restarts >= 0 else "",
        f"{scope.failing} of {scope.of} pods fail{nodes}" if scope.of > 1 else "",
        f"next start {clock(diagnosis.next_restart)}" if diagnosis.next_restart else "",
        target.note,
    ]
    return [part for part in found if part]


def _names_container(diagnosis: Diagnosis) -> bool:
    """Whether the sentence names the container already, or it is called as the workload is."""
    name = diagnosis.container
    return name in diagnosis.summary.split() or workload(diagnosis).endswith(f"/{name}")


def cost(diagnosis: Diagnosis) -> str:
    """Return what the answer took: ``0.4 s, 9 requests``; a time too short to tell is not told."""
    if not diagnosis.requests:
        return ""
    reads = f"{diagnosis.requests} request{'' if diagnosis.requests == 1 else 's'}"
    return f"{diagnosis.took_ms / 1000:.1f} s, {reads}" if diagnosis.took_ms >= 50 else reads

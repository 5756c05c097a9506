"""An init container failed for a reason that no other cause names: a migration, a check, a script of its own.

What it means
    Init containers run one after another before the program; while one fails, nothing else starts. This is a location
    rather than a cause: whatever made it fail is looked for first, with the init container named.

How it is decided
    A regular init container ended with a non-zero exit code by itself, and its last words fit no other cause. A missing
    table or column in an init container that migrates is told here.

What it is confused with
    Everything: an init container can be killed for memory, lack its command or wait for a dependency; those are named
    as such. Sidecars (``restartPolicy: Always``) are containers like others. An init container that waits for ever does
    not fail at all (dependency-unavailable).

How to fix it
    Read its last lines and correct what it does: here mostly the migration or the data it expects. A restart runs it
    again with the same result; a rollback can meet a schema that is already ahead.

How to prevent it
    Make init containers safe to run twice, give them time-outs, and test migrations against a copy of production.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.causes.model import FAULTS, Category, Cause
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, terminated
from diagnostics.facts.model import EndedBy, Role
from diagnostics.facts.pods.stability import failing
from diagnostics.facts.quotes import first
from diagnostics.findings import line_fixes, log_lines, suspicion, wording
from diagnostics.findings.commands import durable, kubectl, pod_name
from diagnostics.patterns import compiled
from diagnostics.transcript.last_words import last_words

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.facts.model import Container

CAUSE: Final = Cause(
    id="init-container-failed",
    title="An init container failed",
    category=Category.PROGRAM,
    claims=frozenset({ClaimType.MIGRATION_FAILED}),
    explained_by=FAULTS,
    fallback=True,
)

_LAST: Final = 4
_SOUGHT: Final = compiled(r"\b([a-z]+)(?:\.[a-z0-9.-]+)? \"([a-z0-9][a-z0-9.-]*)\" not found")
"""How the API server says that there is no such object (apimachinery's NewNotFound)."""


def check(case: Case) -> Finding | None:
    """Return the finding when a regular init container ended badly and nothing more specific is said."""
    suspect, end = failing(case), case.ended
    if suspect is None or suspect.role is not Role.INIT or end is None or end.ended_by is not EndedBy.PROGRAM:
        return None
    if end.exit_code in (0, None) or log_lines.crashed(case) is not None:
        return None
    hit = log_lines.leading(case)
    if hit is not None and hit.type not in CAUSE.claims:
        return None
    lines = last_words(case.transcript, _LAST)
    best = hit.line if hit is not None else case.transcript.deciding
    quotes = log_lines.said(case, hit) if hit is not None else ()
    words = wording.tail(case.transcript.lines[best]) if best is not None else "it printed nothing"
    first_said = () if best is None else (case.quote(best),)
    told = (*first_said, *(case.quote(index) for index in lines))
    image = fields.text(suspect.spec, "image")
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if hit is not None and log_lines.agrees(case, hit) else Verdict.LIKELY,
        summary=f"Init container {suspect.name} failed ({log_lines.how(case)}), so nothing after it starts: {words}",
        evidence=first((*quotes, *told, *log_lines.ended(case))),
        container=suspect.name,
        facts={"image": image},
        remedy=_remedy(case, suspect, hit, "" if best is None else case.transcript.lines[best]),
        fault=Fault.KEPT_STATE if hit is not None and hit.type is ClaimType.MIGRATION_FAILED else Fault.UNKNOWN,
        fault_names=(image,) if image else (),
    )


def _remedy(case: Case, suspect: Container, hit: Claim | None, line: str) -> Remedy:
    """Return what ends it: the object that it looks for, the half-done migration, or what its own words complain of."""
    logs = kubectl(case.namespace, "logs", pod_name(case), "-c", suspect.name)
    sought = _SOUGHT.search(line[:2000])
    if sought is not None:
        kind, name = sought.group(1).rstrip("s"), sought.group(2)
        gone = ", or keep finished Jobs longer (ttlSecondsAfterFinished)" if kind == "job" else ""
        text = (
            f"Have {kind} {name} made again: the API does not find what {suspect.name} looks for{gone}. Or let"
            f" {suspect.name} look for something that stays."
        )
        return Remedy(text=text + durable(case), commands=(kubectl(case.namespace, "get", sought.group(1)), logs))
    if hit is not None and hit.type is ClaimType.MIGRATION_FAILED:
        text = (
            "Compare the schema with what this migration expects: mostly an earlier run changed it and was cut off"
            " before its history said so. Take a copy of the database first; then finish or revert the half by hand"
            " and enter it in the history, or restore the backup, and let it run to its end."
        )
        return Remedy(text=text, commands=(logs,))
    built = line_fixes.built(case, suspect, (line,))
    if built is not None:
        return built
    text = (
        f"No remedy is known for what {suspect.name} says; each new try runs it again. Its whole output tells what came"
        " before."
    )
    return Remedy(text=text + durable(case), commands=(logs,))


def ruled_out(case: Case) -> str:
    """Return why it is not the init container, when there is one."""
    if case.suspect is None or case.suspect.role is Role.INIT:
        return ""
    named = [item.name for item in case.containers if item.role is Role.INIT]
    done = all(
        fields.whole(item.status, "state", "terminated", "exitCode") == 0
        for item in case.containers
        if item.role is Role.INIT
    )
    return f"{', '.join(named)} ended with exit code 0" if named and done else ""


def suspected(case: Case, best: Finding) -> bool:
    """Whether an init container comes to mind: nothing of the placed pod was tried."""
    return suspicion.held_up(case) and best.cause in {"volume-mount-failed", "node-unhealthy", "starting", ""}


def _init(state: dict[str, object]) -> dict[str, object]:
    return {
        "spec": {"initContainers": [{"name": "api", "image": "registry.example/migrate:1"}], "containers": []},
        "status": {
            "phase": "Pending",
            "containerStatuses": [],
            "initContainerStatuses": [{"name": "api", "restartCount": 3, "ready": False, "state": state}],
        },
    }


EXAMPLES: Final = (
    Example(
        title="a migration expects a table that is not there",
        hit=True,
        pod=_init(terminated(1)),
        log='running migration 004.sql\nERROR: relation "users" does not exist\nmigration failed',
    ),
    Example(
        title="the init container lacks a module",
        hit=False,
        pod=_init(terminated(1)),
        log="ModuleNotFoundError: No module named 'alembic'",
        also=("missing-library",),
    ),
)

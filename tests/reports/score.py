"""One report's answer judged, and many of them counted."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bot.render.terminal import render
from diagnostics.diagnosis import Verdict
from diagnostics.engine import diagnose
from tests.reports.compose import snapshot_of
from tests.reports.form import load
from tests.reports.report import ReportError
from tests.support.judge import COLUMNS, NO_CONTAINER, Expected, judge

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from diagnostics.diagnosis import Diagnosis
    from tests.reports.report import Report, Truth

CALM = frozenset({"healthy", "recovered", "starting", "scaled-to-zero"})
"""Causes that are no failure: no container need be named."""

WIDTH = 110


@dataclass(frozen=True)
class Scored:
    """How one report was answered."""

    id: str
    file: str
    program: str
    family: str
    language: str
    negative: bool
    truth: dict[str, Any]
    got: str
    verdict: str
    cause: bool
    container: bool
    citations: bool
    advice: bool
    confidence: bool
    right: bool
    confirmed_wrong: bool
    missing: tuple[str, ...]
    answer: str
    compose_ms: int
    diagnose_ms: int


def answered(path: Path) -> Scored | str:
    """Return the score of the report in a file, or the sentence that says why it has none.

    Not in ``__main__``: a spawned process does not find it there.
    """
    try:
        return scored(load(path))
    except ReportError as error:
        return str(error)


def scored(report: Report) -> Scored:
    """Compose, collect, diagnose and judge one report."""
    began = time.perf_counter()
    snapshot = snapshot_of(report)
    collected = time.perf_counter()
    diagnosis = diagnose(snapshot)
    ended = time.perf_counter()
    judged = judge(diagnosis, expected_of(report.truth, diagnosis))
    return Scored(
        id=report.id,
        file=str(report.file),
        program=report.program,
        family=report.family,
        language=report.language,
        negative=report.negative,
        truth=asdict(report.truth),
        got=judged.got,
        verdict=str(diagnosis.verdict),
        right=judged.right,
        confirmed_wrong=diagnosis.verdict is Verdict.CONFIRMED and not judged.cause,
        missing=judged.missing,
        answer=render(diagnosis, colour=False, width=WIDTH),
        compose_ms=round((collected - began) * 1000),
        diagnose_ms=round((ended - collected) * 1000),
        **{column: getattr(judged, column) for column in COLUMNS},
    )


def expected_of(truth: Truth, diagnosis: Diagnosis) -> Expected:
    """Return what is expected: what the truth leaves open is right as it is, and so is a cause of ``also``."""
    also = diagnosis.cause is not None and diagnosis.cause in truth.also
    restart, undo = diagnosis.advice("restart"), diagnosis.advice("undo")
    given = bool(restart and restart.helps), bool(undo and undo.helps)
    whole_pod = truth.cause in NO_CONTAINER and not diagnosis.container
    open_container = truth.container is None or truth.cause in CALM or whole_pod
    return Expected(
        cause=diagnosis.cause if also else truth.cause,
        container=diagnosis.container if open_container else str(truth.container),
        cite=truth.must_cite,
        restart=given[0] if truth.restart_helps is None else truth.restart_helps,
        undo=given[1] if truth.undo_helps is None else truth.undo_helps,
    )


def line(row: Scored) -> str:
    """Return a report's row of the table."""
    marks = " ".join("✓" if getattr(row, column) else "✗" for column in COLUMNS)
    wanted = " or ".join(str(each) for each in (row.truth["cause"], *row.truth["also"]))
    note = "" if row.right else f"  want {wanted} in {row.truth['container'] or '-'}"
    if not row.advice:
        note += f", restart={row.truth['restart_helps']} undo={row.truth['undo_helps']}"
    note += f"; got {row.got}" if note else ""
    note += f"; not cited: {' | '.join(row.missing)}" if row.missing else ""
    return f"{marks}  {row.id:<30} {row.verdict:<12}{'  CONFIRMED AND WRONG' if row.confirmed_wrong else ''}{note}"


def shown(row: Scored) -> str:
    """Return the answer as a person reads it, beside the truth: for whoever grades it."""
    told = row.truth
    lines = [
        "=" * WIDTH,
        line(row),
        f"  program  {row.program}   file {row.file}",
        f"  truth    {told['cause']} in {told['container'] or '-'}; restart helps: {told['restart_helps']}; "
        f"undo helps: {told['undo_helps']}",
        f"  why      {told['note']}",
        f"  fix      {told['fix']}",
        f"  never    {'; '.join(told['bad_remedies'])}",
        "-" * WIDTH,
        row.answer,
    ]
    return "\n".join(lines)


def totals(rows: Iterable[Scored]) -> list[str]:
    """Return the totals: columns, and how often each verdict's cause is right."""
    every = list(rows)
    if not every:
        return ["no reports"]
    count = len(every)
    columns = "  ".join(f"{column} {sum(getattr(row, column) for row in every)}/{count}" for column in COLUMNS)
    lines = [f"all five {sum(row.right for row in every)}/{count}  {columns}"]
    for verdict in Verdict:
        mine = [row for row in every if row.verdict == verdict]
        if mine:
            right = sum(row.cause for row in mine)
            lines.append(f"{verdict:<13} {len(mine):>4}  cause right {right} ({right / len(mine):.0%})")
    lines.append(f"confirmed and wrong: {sum(row.confirmed_wrong for row in every)}/{count}")
    composing = sorted(row.compose_ms for row in every)
    lines.append(f"composing and collecting: median {composing[count // 2]} ms, worst {composing[-1]} ms")
    return lines

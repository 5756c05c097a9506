"""The report files of this repository: where they stand, and how each is answered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from diagnostics.engine import diagnose
from tests.reports.compose import snapshot_of
from tests.reports.form import load
from tests.reports.score import expected_of
from tests.support.judge import judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.diagnosis import Diagnosis
    from tests.reports.report import Report
    from tests.support.judge import Expected, Judged

HERE = Path(__file__).parent
SETS = {"reports": HERE / "cases"} | {f"blind {letter}": HERE / "blind" / letter for letter in "cdefghi"}
"""Each set's folder; subfolders are for order only."""


def files(name: str) -> list[Path]:
    """Return a set's files, by path."""
    return sorted(SETS[name].rglob("*.yaml"))


def answered(report: Report) -> tuple[Expected, Judged]:
    """Return what was expected of a report and how its answer was judged."""
    return judged(report, diagnose(snapshot_of(report)))


def judged(report: Report, diagnosis: Diagnosis) -> tuple[Expected, Judged]:
    """Return what was expected of a report and how this answer is judged."""
    expected = expected_of(report.truth, diagnosis)
    return expected, judge(diagnosis, expected)


def rows(wanted: str = "") -> Iterator[tuple[str, str, Expected, Judged]]:
    """Answer every report whose id holds the text: set, id, expected, judged."""
    for name in SETS:
        for path in files(name):
            report = load(path)
            if wanted in report.id:
                yield name, report.id, *answered(report)

"""Many small cases in one test: a case costs what it does, not what a test's frame does (5 ms of five processes).

What fails is named, each case by its own name, as if it were a test; ``pytest --case TEXT`` tries only those whose
name holds the text. Cases that somebody would run alone (a report, a cause) stay tests.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _pytest.terminal import TerminalReporter

Case = TypeVar("Case")
PROPERTY = "cases"
"""What a test's report says of it: how many cases it tried."""
SHOWN = 20
"""So many failed cases are shown whole; of the others the names are told."""
TESTS = Path(__file__).parents[1]


class Each:
    """Tries a check on every case, and fails once, with the name and the words of each that does not hold."""

    def __init__(self, wanted: str, record: Callable[[str, Any], None]) -> None:
        self._wanted = wanted
        self._record = record

    def __call__(
        self, cases: Iterable[Case], check: Callable[[Case], None], named: Callable[[Case], str] = str
    ) -> None:
        every = [(named(case), case) for case in cases]
        assert every, "there is no case"
        chosen = [(name, case) for name, case in every if self._wanted in name]
        if not chosen:
            pytest.skip(f"no case is named {self._wanted}")
        said = [(name, _tried(check, case)) for name, case in chosen]
        tried = [(name, words) for name, words in said if words is not None]
        if not tried:
            pytest.skip("no case applies")
        self._record(PROPERTY, len(tried))
        if failed := [(name, words) for name, words in tried if words]:
            pytest.fail(_told(failed, len(tried)), pytrace=False)


def _tried(check: Callable[[Case], None], case: Case) -> str | None:
    """Return what is wrong with a case: the error's words and where in the tests it was raised; None if it skips."""
    try:
        check(case)
    except pytest.skip.Exception:
        return None
    except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 — whatever it is, the other cases are tried
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if TESTS in Path(frame.filename).parents]
        return f"{frames[-1].filename}:{frames[-1].lineno}: {type(error).__name__}: {error}"
    return ""


def _told(failed: list[tuple[str, str]], tried: int) -> str:
    head = f"{len(failed)} of {tried} cases: {', '.join(name for name, _ in failed)}"
    return "\n\n".join((head, *(f"{name}\n{said}" for name, said in failed[:SHOWN])))


def summed(terminalreporter: TerminalReporter) -> str:
    """Return how many cases were tried in how many tests; nothing where each test was one case."""
    reports = [
        report
        for outcome in ("passed", "failed", "xfailed", "xpassed")
        for report in terminalreporter.stats.get(outcome, ())
        if getattr(report, "when", "") == "call"
    ]
    cases = sum(sum(count for name, count in report.user_properties if name == PROPERTY) or 1 for report in reports)
    return f"{cases:,} cases in {len(reports):,} tests" if cases != len(reports) else ""

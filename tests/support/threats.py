"""The table of ``make security``: every threat that has a test, what was tried, and what held.

A test names its threat by ``@pytest.mark.threat("AREA", "what an attacker or a fault does")`` and says its figures
with ``record_property("tried", "3,000 forged requests")`` and ``record_property("held", "0 reached a handler")``. This
plugin is loaded by ``make security`` alone; without it the marker does nothing.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pytest

MARKER = "threat"


class Row(NamedTuple):
    """One threat as it is printed; ``tried`` and ``held`` are the test's own words."""

    area: str
    threat: str
    tried: str
    held: str
    outcome: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The row as text: its outcome first, so that a row that does not hold is seen at once."""
        figures = "; ".join(f"{word}: {text}" for word, text in (("tried", self.tried), ("held", self.held)) if text)
        return (f"  {self.outcome:<7} {self.threat}", *([f"          {figures}"] if figures else []))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each report carry its test's threat, also out of a worker process."""
    for item in items:
        if marker := item.get_closest_marker(MARKER):
            item.user_properties += [("area", marker.args[0]), ("threat", marker.args[1])]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the rows by area and how many of them hold."""
    rows = sorted(_rows(terminalreporter))
    for area, group in groupby(rows, lambda row: row.area):
        terminalreporter.section(area, "-")
        for row in group:
            terminalreporter.write("\n".join(row.lines) + "\n")
    held = sum(row.outcome == "held" for row in rows)
    terminalreporter.write(f"\n{held} of {len(rows)} rows hold\n")


def _rows(terminalreporter: pytest.TerminalReporter) -> set[Row]:
    words = {"passed": "held", "failed": "BROKEN", "error": "BROKEN", "skipped": "skipped"}
    return {
        Row(said["area"], said["threat"], said.get("tried", ""), said.get("held", ""), word)
        for outcome, word in words.items()
        for report in terminalreporter.stats.get(outcome, ())
        if "threat" in (said := {str(name): str(value) for name, value in report.user_properties})
    }

"""The one line that says why, in logs of programs in many languages (``right_lines.txt``: noted before any was run)."""

from pathlib import Path

import pytest

from tests.diagnostics.transcript.said import said

_RIGHT, _WRONG = ">>> ", "!!! "


def _logs() -> list[tuple[str, int, tuple[str, ...]]]:
    """Return name, exit code and marked lines of each log."""
    text = Path(__file__).with_name("right_lines.txt").read_text(encoding="utf-8")
    found = []
    for part in text.split("\n=== ")[1:]:
        head, *lines = part.rstrip("\n").split("\n")
        name, _, code = head.partition(" exit=")
        found.append((name, int(code or 1), tuple(lines)))
    return found


LOGS = _logs()

OPEN = {
    "java-background-jmx-poll-of-a-broker": "the only error of a log is its line to quote, though it was survived",
    "go-controller-leader-lost": "an error minutes before the end weighs as much as one at the end",
}
"""Logs whose line is not found yet, and why: one that becomes right must be taken off."""


def _unmarked(line: str) -> str:
    return line[len(_RIGHT) :] if line.startswith((_RIGHT, _WRONG)) else line[1:]


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        pytest.param(
            *log[1:], id=log[0], marks=[pytest.mark.xfail(reason=OPEN[log[0]], strict=True)] if log[0] in OPEN else []
        )
        for log in LOGS
    ],
)
def test_the_line_that_says_why_decides(code, lines):
    told = said("\n".join(map(_unmarked, lines)), exit_code=code)
    chosen = told.lines[told.deciding]
    verbatim = told.verbatim[told.deciding]
    right = [_unmarked(line).strip() for line in lines if line.startswith(_RIGHT)]
    wrong = [_unmarked(line).strip() for line in lines if line.startswith(_WRONG)]
    assert not any(verbatim.strip() == line for line in wrong), chosen
    assert not right or any(verbatim.strip() == line for line in right), chosen


def test_no_log_is_without_a_mark():
    for name, _, lines in LOGS:
        assert any(line.startswith((_RIGHT, _WRONG)) for line in lines), name

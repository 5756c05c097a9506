"""Always something: where no cause is found, the headline quotes the deciding record and says who ended it.

Every case of every corpus is held to it as if nothing had matched, so that each kind of log and of end is met.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from diagnostics.answer import undetermined

if TYPE_CHECKING:
    from diagnostics.claims.case import Case

WHO = (
    "ended by itself",
    "was killed",
    "was never started",
    "was lost",
    "was ended from outside",
    "runs and",
    "does not",
)


def core(text: str) -> str:
    """Return letters and digits: what is left of a record when it is cut and bare of stamps."""
    return "".join(letter for letter in text if letter.isalnum())


def check_the_record_is_quoted(case: Case) -> None:
    """Assert it of the answer without a cause. Skips the test where there is nothing to quote."""
    line = case.transcript.deciding
    if case.suspect is None or line is None:
        pytest.skip("no container that failed, or it printed nothing")
    told = undetermined.finding(case)
    assert any(who in told.summary for who in WHO), told.summary
    said = told.summary.partition("says: ")[2].rstrip('…." ')
    assert said, told.summary
    # What the headline has of the record, it has word for word.
    record = core(" ".join(case.transcript.lines[max(0, line - 1) : line + 2]).replace("\\n", " ").replace("\\t", " "))
    assert core(said)[:30] in record, (said, case.transcript.lines[line])
    assert "prints nothing" not in told.remedy.text
    assert any(item.source == "log" for item in told.evidence)

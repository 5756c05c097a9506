from __future__ import annotations

import pytest

from bot.ops.diagnosing import diagnosed
from diagnostics.claims.budget import Budget, OutOfTime
from diagnostics.engine import diagnose
from tests.support import heavy


def test_within_the_budget_it_is_the_diagnosis_itself():
    snapshot = heavy.told(heavy.DYING)
    assert diagnosed(snapshot).to_json() == diagnose(snapshot).to_json()


@pytest.mark.threat("Size", "a log takes longer to understand than an answer may take")
def test_beyond_the_budget_the_log_is_withheld_and_that_is_said(record_property):
    snapshot = heavy.told([*heavy.plain(2000), *heavy.DYING])
    found = diagnosed(snapshot, within_s=0.0)
    (unread,) = found.unread
    assert unread.what == str(snapshot.logs[0].lead)
    assert unread.why == "withheld: working out what they say took longer than 0 s"
    assert found.container == "app"
    assert not any("no such segment" in item.quote for item in found.evidence)
    record_property("tried", "2,003 lines and no time at all")
    record_property("held", "an answer without the log, which it names as withheld")


def test_the_budget_is_asked_for_between_lines():
    asked = []

    def spent():
        asked.append(1)
        return len(asked) > 100

    with pytest.raises(OutOfTime):
        diagnose(heavy.told([*heavy.plain(2000), *heavy.DYING]), budget=Budget(spent))
    assert len(asked) == 101

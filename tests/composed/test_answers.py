"""Every composed scenario is answered right, in all five columns; so is every recording (``tests/accuracy.py`` judges)."""

from __future__ import annotations

import pytest

from diagnostics.engine import diagnose
from tests.accuracy import COMPOSED
from tests.support.judge import Expected, judge

CASES = [pytest.param(case, id=f"{name}:{case.__name__}") for name, module in COMPOSED for case in module.CASES]


@pytest.mark.parametrize("case", CASES)
def test_the_answer_is_right(case):
    told, world = case()
    expected = Expected(told.cause, told.container, told.cite, told.restart, told.undo)
    diagnosis = diagnose(world.snapshot(told))
    judged = judge(diagnosis, expected)
    assert judged.right, f"want {expected}, got {judged.got}; not cited: {judged.missing}"
    assert diagnosis.cause not in told.never

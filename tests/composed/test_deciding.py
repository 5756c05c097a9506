"""What a program says decides, not the shape of its end; and what only a shape says is never certain."""

from __future__ import annotations

import pytest

from diagnostics.diagnosis import Verdict
from diagnostics.engine import diagnose
from tests.composed.deciding import ROWS

MISSED = {
    "wg-quick": "the failure of the clean-up stands last, behind a step that it prints",
    "message-size-http": "the driver's own exception says that no server was found",
}
"""Rows that are not understood, and why."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_words_decide_which_cause_it_is(row):
    told, world = row.world()
    found = diagnose(world.snapshot(told))
    shown = f"{found.summary}\n{found.evidence[0].quote}".lower()
    right = found.cause in row.causes and row.cite.lower() in shown
    assert right is (row.name not in MISSED), (found.cause, found.summary)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_is_wrong_or_only_a_shape_is_not_confirmed(row):
    told, world = row.world()
    found = diagnose(world.snapshot(told))
    if found.verdict is Verdict.CONFIRMED:
        assert found.cause in row.causes
        assert found.cause not in row.never

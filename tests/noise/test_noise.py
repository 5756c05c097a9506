"""The sample's figures, held: none may rise, and one that falls is written anew (``python -m tests.noise --hold``)."""

from __future__ import annotations

import pytest

from tests.noise import held
from tests.noise.measure import ROWS


@pytest.mark.parametrize("measured", [held.flips, held.denials])
def test_no_figure_rises_and_what_fell_is_written(measured):
    for key, now in measured().items():
        _held(key, now, held.read()[key])


def _held(key, now, before):
    risen = {row: (before.get(row, 0), times) for row, times in now.items() if times > before.get(row, 0)}
    fallen = {row: (times, now.get(row, 0)) for row, times in before.items() if now.get(row, 0) < times}
    assert not risen, f"{key} rose (held, now): {risen}; see python -m tests.noise -v"
    assert not fallen, f"{key} fell (held, now): {fallen}; hold it: python -m tests.noise --hold"


def test_only_rows_that_exist_are_held():
    read = held.read()
    assert set(read["flipped"]) <= set(ROWS)
    assert set(read["confirmed"]) <= set(read["flipped"])
    assert set(read["contradictions"]) <= set(held.contradictions.KINDS)

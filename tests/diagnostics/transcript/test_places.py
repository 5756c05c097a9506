"""The stack frame of a program's own code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.transcript import places
from tests.composed.log_lines_b import PLACES


@pytest.mark.parametrize(("text", "line", "word"), PLACES)
def test_the_frame_of_its_own_code(text, line, word):
    lines = text.split("\n")
    found = places.frame(lines, line)
    assert word in (lines[found[0]] if found else "")
    assert bool(found) == bool(word)


@given(st.lists(st.text(max_size=60), min_size=1, max_size=12))
def test_a_frame_is_one_of_the_lines(lines):
    assert all(0 <= index < len(lines) for index in places.frame(lines, 0))

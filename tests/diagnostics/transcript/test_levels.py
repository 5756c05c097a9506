"""The level that a line says it has, in any logger's form and several languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.transcript import levels
from diagnostics.transcript.model import Level
from tests.composed.log_lines_b import LEVELS


@pytest.mark.parametrize(
    ("line", "level"),
    [
        *LEVELS,
        ("2026-11-22 12:00:00,1 ERROR x", "error"),
        ("E1122 12:00:00.0 1 main.go:1] x", "error"),
        ('{"level":30,"msg":"x"}', "quiet"),
        ('{"severity":"CRITICAL","message":"x"}', "fatal"),
        ("time=x level=warning msg=y", "warn"),
        ("FATA[0001] x", "fatal"),
        ("FATA: 2026/03/15 15:38:37 x", "fatal"),
        ("ERRO[0001] x", "error"),
        ("panic-free text", ""),
    ],
)
def test_the_level_that_a_line_says_it_has(line, level):
    assert levels.level(line) == level


@given(st.text(max_size=300))
def test_any_text_has_a_level(text):
    assert levels.level(text) in Level

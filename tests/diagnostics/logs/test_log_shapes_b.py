"""Shapes of last words, second collection: what is told, what is loudest, levels, and whose frame it is."""

from __future__ import annotations

import pytest
from diagnostics.logs import levels, places, severity
from hypothesis import given
from hypothesis import strategies as st

from tests.composed.log_lines_b import CRASHES, HARMLESS, LEVELS, LOUDEST, PLACES, TELLING
from tests.diagnostics.logs.test_log_shapes import CLAIMS, leading, reading_of


@pytest.mark.parametrize(("text", "cause", "word"), TELLING)
def test_what_it_died_of_and_the_name_it_tells(text, cause, word):
    hit = leading(reading_of(text))
    assert hit is not None
    assert hit.claim in CLAIMS[cause]
    assert word in " ".join(hit.names.values())


@pytest.mark.parametrize("text", CRASHES)
def test_a_crash_of_its_own_data_is_no_configuration(text):
    assert leading(reading_of(text)) is None


@pytest.mark.parametrize("text", HARMLESS)
def test_the_same_words_without_harm(text):
    hit = leading(reading_of(text))
    assert hit is None or not hit.dying


@pytest.mark.parametrize(("text", "word"), LOUDEST)
def test_the_line_that_complains_most_is_the_reason(text, word):
    reading = reading_of(text)
    line = severity.telling(reading)
    assert line is not None
    assert word in reading.lines[line]
    assert line in severity.last_words(reading, 3)


@pytest.mark.parametrize(("line", "level"), LEVELS)
def test_the_level_that_a_line_says_it_has(line, level):
    assert levels.level(line) == level


@pytest.mark.parametrize(("text", "line", "word"), PLACES)
def test_the_frame_of_its_own_code(text, line, word):
    lines = text.split("\n")
    found = places.frame(lines, line)
    assert word in (lines[found[0]] if found else "")
    assert bool(found) == bool(word)


@given(st.lists(st.text(max_size=60), max_size=12))
def test_any_text_has_a_level_and_at_most_one_loudest_line(lines):
    reading = reading_of("\n".join(lines))
    line = severity.telling(reading)
    assert line is None or 0 <= line < len(reading.lines)
    assert all(levels.level(text) in ("", "quiet", "warn", "error", "fatal") for text in lines)
    assert all(0 <= index < len(lines) for index in places.frame(lines, 0))

"""A cut never takes the number, the errno or the status code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.cuts import VALUES, brief, is_value

PROVING = (
    "404",
    "ECONNREFUSED",
    "137",
    "96Mi",
    "SIGSEGV",
    "5432",
    "30%",
    "ENOSPC",
    "(exit",
    "1.5Gi",
    "E2BIG",
    "code=7",
)
WORD = st.one_of(
    st.sampled_from(["the", "liveness", "probe", "answers", "so", "program:", "(because", "it)", "fails;", "at,"]),
    st.text(st.characters(categories=["Ll", "Lu"]), min_size=1, max_size=40),
)
VALUE = st.sampled_from([value for value in PROVING if is_value(value)])


@pytest.mark.parametrize(
    "word", ["404", "96Mi", "(137)", "pods=1,", "postgres:5432", "-1", "30%", "ENOENT:", "SIGKILL"]
)
def test_numbers_errnos_and_signals_are_values(word):
    assert is_value(word)


@pytest.mark.parametrize(
    "word", ["", "data-gitea-0", "Int32", "07:41:12.014999", "2026-11-22", "main.cc:245]", "ERROR", "1" * 30]
)
def test_names_times_and_source_lines_are_none(word):
    assert not is_value(word)


@st.composite
def sentences(draw):
    """Return a sentence and the values that were put somewhere into it."""
    words, values = draw(st.lists(WORD, max_size=60)), draw(st.lists(VALUE, max_size=3))
    for value in values:
        words.insert(draw(st.integers(0, len(words))), value)
    return " ".join(words), values


@given(sentences(), st.integers(10, 200))
def test_whatever_the_room_no_value_is_lost(made, room):
    sentence, values = made
    if sum(map(is_value, sentence.split())) > VALUES:
        return
    told = brief(sentence, room)
    assert all(value.strip("()") in told for value in values), told


@given(sentences(), st.integers(10, 200))
def test_it_is_as_short_as_the_room_and_its_values_allow(made, room):
    sentence, values = made
    assert len(brief(sentence, room)) <= room + 45 * (len(values) + 2)


@given(st.text(max_size=3000), st.integers(1, 300))
def test_any_text_can_be_cut(text, room):
    told = brief(text, room)
    told.encode()
    assert "\n" not in told


def test_more_values_than_prove_anything_do_not_make_a_line_long():
    assert len(brief(" ".join(str(number) for number in range(2000)), 100)) <= 200


@pytest.mark.parametrize(
    ("sentence", "room", "told"),
    [
        ("app crashed: KeyError: 'x'.", 60, "app crashed: KeyError: 'x'"),
        ("Service a selects no pods: its selector is b", 30, "Service a selects no pods"),
        ("It was killed at its limit (OOMKilled, by nobody known)", 42, "It was killed at its limit"),
        ("onewordthatisfartoolongtobeshownwhole", 10, "onewordth…"),
        ("the probe of a program that never ends asks and asks, and gets 404 each time", 40,
         "the probe of a program that … gets 404…"),
        ("connect to the database of the shop failed with ECONNREFUSED", 40, "connect to the … with ECONNREFUSED"),
    ],
)  # fmt: skip
def test_it_is_cut_where_a_clause_ends_or_between_words(sentence, room, told):
    assert brief(sentence, room) == told

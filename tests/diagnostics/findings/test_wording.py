"""Summaries fit a phone: names, last words, spans; and every scenario's answer keeps to the form."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.facts.model import Role
from diagnostics.findings import wording
from tests.support.asked import recording
from tests.support.recordings import SCENARIOS

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=400)


def container(name, role=Role.APP):
    return SimpleNamespace(name=name, role=role)


def case(*containers, workload="shop"):
    return SimpleNamespace(containers=containers, workload=SimpleNamespace(name=workload))


@pytest.mark.parametrize(
    ("others", "asked", "told"),
    [
        ((), container("api"), "api"),
        ((container("proxy"),), container("api"), "container api"),
        ((container("proxy"),), container("shop"), "shop"),
        ((), container("migrate", Role.INIT), "init container migrate"),
        ((), container("mesh", Role.SIDECAR), "sidecar mesh"),
    ],
)
def test_a_container_is_named_with_its_role_where_another_could_be_meant(others, asked, told):
    assert wording.who(case(asked, *others), asked) == told


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            'Exception in thread "main" java.lang.NullPointerException: Cannot invoke "a.b()"',
            'NullPointerException: Cannot invoke "a.b()"',
        ),
        ("panic: assignment to entry in nil map", "panic: assignment to entry in nil map"),
        ("KeyError: 'segment_id'", "KeyError: 'segment_id'"),
        ('{"level":"fatal","message":"no route to host"}', "no route to host"),
        ('FATAL: invalid value for PORT: "abc"', 'invalid value for PORT: "abc"'),
    ],
)
def test_the_head_is_what_a_program_said_without_its_frame(line, said):
    assert wording.head(line) == said


def test_the_tail_is_the_reason_of_a_wrapped_error():
    line = (
        'psycopg2.OperationalError: connection to server at "ledger-db" (10.96.4.7), port 5432 failed: FATAL:  no "x"'
    )
    assert wording.tail(line, 60) == 'no "x"'


@given(TEXT, st.integers(20, 120))
def test_any_last_words_fit(text, room):
    for said in (wording.head(text, room), wording.tail(text, room), wording.cut(text, room)):
        assert len(said) <= room
        assert "\n" not in said


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "less than a second"), (41, "41 s"), (200, "3 min"), (9000, "2 h"), (200_000, "2 days")]
)
def test_a_span_is_said_as_a_person_says_it(seconds, said):
    assert wording.span(seconds) == said


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_answer_keeps_to_the_form(scenario):
    got = recording(scenario).diagnosis
    workload = got.workload.rpartition("/")[2]
    assert got.summary.endswith((".", "…")), got.summary
    assert len(got.summary) <= 200, got.summary
    assert not got.summary.startswith(f"Container {workload} "), got.summary
    quotes = [(item.source, item.path, item.at, item.quote) for item in got.evidence]
    assert len(quotes) == len(set(quotes))
    assert len(quotes) <= 10


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("x" * 60 + " " + "y" * 60 + ": dial tcp 10.0.0.1:5432: connect: connection refused", "connection refused"),
        (
            "Failed to list v1 volumesnapshots: " + "a " * 30 + "the server could not find the resource",
            "could not find",
        ),
        (
            "Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory, "
            "in the very long run",
            "out of memory",
        ),
        ("one: " + "two " * 60 + "password authentication failed for user ledger", "password authentication"),
    ],
)
def test_a_cut_keeps_the_words_that_say_why(text, held):
    shown = wording.cut(text, wording.WORDS)
    assert held in shown
    assert len(shown) <= wording.WORDS + wording.MORE


def test_a_cut_of_words_that_say_nothing_is_their_beginning():
    assert wording.cut("word " * 60, 50) == "word word word word word word word word word word…"


@given(TEXT, st.integers(min_value=20, max_value=120))
def test_a_cut_is_never_longer_than_it_may_be(text, room):
    assert len(wording.cut(text, room)) <= room + wording.MORE

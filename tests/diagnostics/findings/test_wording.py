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
    got = recording(scenario)[1]
    workload = got.workload.rpartition("/")[2]
    assert got.summary.endswith((".", "…")), got.summary
    assert len(got.summary) <= 200, got.summary
    assert not got.summary.startswith(f"Container {workload} "), got.summary
    quotes = [(item.source, item.path, item.at, item.quote) for item in got.evidence]
    assert len(quotes) == len(set(quotes))
    assert len(quotes) <= 10

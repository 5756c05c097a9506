"""What was worked out beforehand is true: no text matches a pattern without one of the literals that it needs."""

from __future__ import annotations

import pytest

from diagnostics.claims.catalogue import builtin
from diagnostics.literals import needed
from diagnostics.patterns import Patterns, compiled
from tests import literals as tool
from tests.support import heavy
from tests.support.recordings import SCENARIOS, snapshot_of

TEXTS = sorted(
    {
        *(sample for entry in builtin().signatures for sample in (*entry.samples, *entry.near_miss)),
        *(line.text for scenario in SCENARIOS for log in snapshot_of(scenario).logs for line in log.lines),
        *heavy.bare(200),
    }
)


@pytest.fixture(scope="module")
def tables():
    every = [compiled(pattern) for pattern in tool.patterns()]
    return Patterns(*every, patience=0), Patterns(*every, patience=10 * len(TEXTS))


def test_patience_finds_what_the_filter_finds(tables):
    at_once, patient = tables
    for text in TEXTS:
        for form in (text, text.upper()):
            assert patient.places(form) == at_once.places(form)


def test_patience_ends():
    few = Patterns(compiled("refused"), compiled("denied"), patience=2)
    assert [few.places("it was denied") for _ in range(4)] == [[1]] * 4


def test_most_patterns_have_theirs():
    """Run ``make literals`` when this fails: the first diagnosis of a process has become slower."""
    every = tool.patterns()
    assert sum(bool(needed(pattern)) for pattern in every) > 0.8 * len(every)


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("connection refused", {"connection refused"}),
        ("(?i)Permission DENIED: \\S+", {"permission denied: "}),
        ("(?:no such|missing) file", {"no such", "missing"}),
        ("(?:(?:no such|missing) file|denied)", {"no such", "missing", "denied"}),
        ("x?y{0,3}optional", {"optional"}),
        ("(?:optional)?", None),
        ("[abc]+ \\d", None),
        ("\\x{2018}quoted\\x{2019}", {"\u2018quoted\u2019"}),
        ("(?i)Straße", {"strasse"}),
        ("(unclosed", None),
    ],
)
def test_what_a_pattern_needs(pattern, wanted):
    assert tool.needed(pattern) == (None if wanted is None else frozenset(wanted))

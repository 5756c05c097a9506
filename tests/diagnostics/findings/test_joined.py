"""The parts of the look-ups that decide by themselves: likeness of names, definitions of kinds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.findings.joined.definitions import defines
from diagnostics.findings.joined.spellings import slip

NAMES = st.text(alphabet="abcdefgh_", min_size=9, max_size=20)


@pytest.mark.parametrize(
    ("name", "other", "near"),
    [
        ("teamSearchVisibility", "teamSearchVisibilty", True),
        ("listenPort", "listenProt", True),
        ("bootstrap.servers", "bootstrap.server", True),
        ("retention", "Retention", True),
        ("port", "sort", False),
        ("maxSize", "minSize", False),
        ("read_timeout", "write_timeout", False),
        ("replicas", "replica", True),
        ("host", "host", False),
    ],
)
def test_a_slip_of_the_pen(name, other, near):
    assert slip(name, other) is near
    assert slip(other, name) is near


@given(NAMES, st.data())
def test_one_letter_left_out_is_a_slip(name, data):
    at = data.draw(st.integers(0, len(name) - 1))
    assert slip(name, name[:at] + name[at + 1 :])


@pytest.mark.parametrize(
    ("definition", "kind", "is_of"),
    [
        ("widgets.acme.example", "Widget", True),
        ("widgets.acme.example", "widgets.acme.example", True),
        ("widgets.acme.example", "widgets.other.example", False),
        ("policies.acme.example", "Policy", True),
        ("analysisruns.argoproj.io", "analysisrun", True),
        ("analysisruns.argoproj.io", "run", False),
        ("classes.acme.example", "Class", True),
    ],
)
def test_the_definition_of_a_kind(definition, kind, is_of):
    assert defines(definition, kind) is is_of

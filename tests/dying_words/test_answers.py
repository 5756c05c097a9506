"""What the engine says of last words alone: right, or named in ``expected.yaml`` with what it says instead.

No set was read by who wrote the engine before it was answered; the figures of that first answer are in the README.
"""

import pytest
import yaml

from diagnostics.diagnosis import Verdict
from tests.dying_words import corpus

EXPECTED = yaml.safe_load((corpus.HERE / "expected.yaml").read_text())
"""The entries that are not answered rightly: their ids, and the cause that is said (empty: none)."""

SURE_AND_WRONG = 4
"""Entries of all sets that are confirmed and not right: of some an expert says that the other id fits as well."""


def said(entry):
    return entry.answer().cause or ""


@pytest.mark.parametrize("name", corpus.SETS)
def test_the_cause_is_named_or_known_not_to_be(name, each):
    def check(entry):
        got, known = said(entry), EXPECTED.get(entry.id)
        if known is None:
            assert got in entry.causes, f"{got or 'none'}, not {' or '.join(entry.causes)}"
        else:
            assert got not in entry.causes, "it is right now: take it off expected.yaml"
            assert got == known, f"it says {got or 'none'} now, and {known or 'none'} before"

    each(corpus.words(name), check, lambda entry: entry.id)


def test_who_is_sure_is_right():
    wrong = [
        entry.id
        for name in corpus.SETS
        for entry in corpus.words(name)
        if EXPECTED.get(entry.id) and entry.answer().verdict is Verdict.CONFIRMED
    ]
    assert len(wrong) <= SURE_AND_WRONG, wrong


def test_only_entries_that_exist_are_expected():
    assert set(EXPECTED) <= {entry.id for name in corpus.SETS for entry in corpus.words(name)}

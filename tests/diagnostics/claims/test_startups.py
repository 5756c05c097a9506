"""Programs that fail to start, in their own words: which line decides, and what it claims."""

from __future__ import annotations

import pytest

from tests.composed.startups import STARTUPS
from tests.support.said import leading, transcript_of


@pytest.mark.parametrize(("name", "code", "words", "right", "log"), STARTUPS, ids=[row[0] for row in STARTUPS])
def test_the_line_that_decides_and_what_it_claims(name, code, words, right, log):
    told, claim = transcript_of(log, code), leading(log, code)
    lines = {told.lines[told.deciding]} | ({told.lines[claim.line]} if claim else set())
    assert any(word in line for word in words for line in lines), (name, lines)
    assert (claim.type if claim else None) in right

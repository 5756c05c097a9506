"""Every type of claim stands in both tables: which trouble it is part of, and what it says beside others."""

from __future__ import annotations

import pytest

from diagnostics.claims import groups
from diagnostics.claims.model import ClaimType


@pytest.mark.parametrize("claim", ClaimType)
def test_a_type_has_its_trouble_and_its_weight(claim):
    assert claim in groups._TROUBLE_OF, "put it into _TROUBLES of diagnostics/claims/groups.py"
    assert claim in groups._WEIGHT, "put it into _MORE_FIRST of diagnostics/claims/groups.py"
    assert claim in groups.trouble(claim)


def test_an_answer_says_more_than_none():
    assert groups.weight(ClaimType.CREDENTIALS_REFUSED) > groups.weight(ClaimType.UNREACHABLE)
    assert groups.weight(ClaimType.SETTING_MISSING) > groups.weight(ClaimType.EXCEPTION)

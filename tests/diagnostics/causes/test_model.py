"""What the causes declare holds together."""

from __future__ import annotations

from diagnostics import causes
from diagnostics.causes.model import Category

DECLARED = [module.CAUSE for module in causes.registry()]


def test_every_category_has_a_cause():
    assert {cause.category for cause in DECLARED} == set(Category)


def test_what_only_tells_how_things_stand_takes_no_claim():
    assert all(not cause.claims for cause in DECLARED if cause.category is Category.STATUS)

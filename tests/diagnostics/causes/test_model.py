"""What the causes declare holds together."""

from __future__ import annotations

from collections import Counter
from graphlib import TopologicalSorter

import pytest

from diagnostics import causes
from diagnostics.causes.model import Category
from diagnostics.claims.model import ClaimType

DECLARED = [module.CAUSE for module in causes.registry()]


def test_every_category_has_a_cause():
    assert {cause.category for cause in DECLARED} == set(Category)


def test_what_only_tells_how_things_stand_takes_no_claim():
    assert all(not cause.claims for cause in DECLARED if cause.category is Category.STATUS)


IDS = {cause.id: cause for cause in DECLARED}


def test_what_explains_a_cause_is_known():
    known = {*IDS, *Category}
    assert not set(IDS) & set(Category)
    assert {word for cause in DECLARED for word in cause.explained_by} <= known


def test_no_cause_explains_itself_by_way_of_others():
    sorter = TopologicalSorter(
        {cause.id: {other.id for other in DECLARED if cause.follows_from(other)} for cause in DECLARED}
    )
    assert len(list(sorter.static_order())) == len(DECLARED)


def test_how_things_stand_explains_nothing_and_follows_from_nothing():
    quiet = [cause for cause in DECLARED if cause.category is Category.STATUS]
    assert not any(cause.follows_from(other) or other.follows_from(cause) for cause in quiet for other in DECLARED)


@pytest.mark.parametrize("cause", [cause for cause in DECLARED if cause.fallback], ids=lambda cause: cause.id)
def test_a_fallback_follows_from_whatever_says_more(cause):
    more = [other for other in DECLARED if other.category is not Category.STATUS and not other.fallback]
    assert all(cause.follows_from(other) or other.follows_from(cause) for other in more)


@pytest.mark.parametrize("probe", ["liveness-probe-failed", "startup-probe-failed"])
def test_a_probes_kill_follows_from_what_the_program_waits_for_or_failed_of(probe):
    assert IDS[probe].follows_from(IDS["dependency-unavailable"])
    assert IDS[probe].follows_from(IDS["node-unhealthy"])
    assert IDS[probe].follows_from(IDS["app-crash"])
    assert not IDS["app-crash"].follows_from(IDS[probe])
    assert not IDS["dependency-unavailable"].follows_from(IDS[probe])


def test_every_claim_is_taken_and_only_a_migration_depends_on_where_it_runs():
    taken = Counter(claim for cause in DECLARED for claim in cause.claims)
    assert set(taken) == set(ClaimType)
    assert [claim for claim, count in taken.items() if count > 1] == [ClaimType.MIGRATION_FAILED]

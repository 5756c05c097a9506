"""Of several true findings the root is the one that no other explains; ties are settled the same way every time."""

from __future__ import annotations

from itertools import permutations

import pytest

from diagnostics.answer import ranking
from diagnostics.claims.case_builder import case_of
from diagnostics.claims.catalogue import builtin
from diagnostics.diagnosis import Finding, Verdict
from diagnostics.examples import Example, terminated, waiting

CASE = case_of(
    Example(title="", hit=True, status={"state": waiting("CrashLoopBackOff"), "lastState": terminated(1)}).snapshot(),
    builtin(),
)


def found(cause, verdict=Verdict.CONFIRMED, container="api", *, conclusive=False):
    return Finding(cause=cause, verdict=verdict, summary="", evidence=(), container=container, conclusive=conclusive)


@pytest.mark.parametrize(
    ("root", "other"),
    [
        # likely, and yet what explains the sure symptom
        (found("dependency-unavailable", Verdict.LIKELY), found("startup-probe-failed")),
        (found("bad-config", Verdict.LIKELY), found("readiness-probe-failed")),
        (found("disk-full", Verdict.LIKELY), found("app-crash")),
        # a sure one before a likely one
        (found("tls-certificate"), found("disk-full", Verdict.LIKELY)),
        # what Kubernetes states before what a log says
        (found("volume-mount-failed"), found("bad-config")),
        # whose own facts leave nothing open
        (found("node-unhealthy", conclusive=True), found("image-pull-failed")),
        (found("liveness-probe-failed", conclusive=True), found("dependency-unavailable", Verdict.LIKELY)),
        # of other containers nothing is explained
        (found("app-crash"), found("disk-full", Verdict.LIKELY, "sidecar")),
        # what belongs to the pod as a whole meets every container
        (found("node-unhealthy", Verdict.LIKELY, ""), found("killed-externally")),
        # by id at last
        (found("disk-full"), found("tls-certificate")),
    ],
)
def test_the_root_comes_first_in_whatever_order_they_are_found(root, other):
    for given in permutations((root, other)):
        assert [item.cause for item in ranking.ranked(CASE, given)] == [root.cause, other.cause]

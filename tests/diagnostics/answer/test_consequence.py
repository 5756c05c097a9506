"""A container that fails because its sibling does is named as what follows; one that fails by itself is not."""

from __future__ import annotations

from diagnostics.engine import diagnose
from tests.composed.world import Truth, World, c, crash, up

NO_ROOM = "FATAL: could not write lock file: No space left on device\n"


def summary(app_log, *, app=None):
    made = World()
    made.workload(
        "shop",
        c("web"),
        c("db", ports=[5432]),
        statuses={"web": app or crash(1, app_log), "db": crash(1, NO_ROOM)},
    )
    return diagnose(made.snapshot(Truth("deployment/shop", "disk-full", "db"))).summary


def test_who_cannot_reach_the_failing_sibling_is_named():
    assert "container web cannot reach 127.0.0.1:5432" in summary("connect ECONNREFUSED 127.0.0.1:5432\n")


def test_another_port_is_another_matter():
    assert "cannot reach" not in summary("could not listen: 127.0.0.1:9999 reset by peer\n").partition("db")[2]


def test_a_sibling_that_runs_is_no_consequence():
    assert "fails too" not in summary("", app=up(log="connect ECONNREFUSED 127.0.0.1:5432\n"))

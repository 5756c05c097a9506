"""Whether a host can be reached, where only a beginning of a namespace's pods was read."""

from __future__ import annotations

from dataclasses import replace

from diagnostics.claims import case_builder, reach
from diagnostics.claims.catalogue import builtin
from diagnostics.snapshot import Lead
from tests.composed.world import Truth, World, c, crash

PODS = Lead(kind="Pod", namespace="production")
BEHIND = Lead(kind="Pod", namespace="production", labels="app=db")


def asked(*, answered=(), partial=()):
    """What is said of Service db, whose pods are not among those that were read."""
    made = World()
    made.service("db", 5432, {"app": "db"})
    made.workload("app", c("app"), statuses={"app": crash(1, "dial tcp: connect to db:5432: connection refused")})
    whole = made.snapshot(Truth("deployment/app", None))
    snapshot = replace(whole, answered=(whole.answered - {PODS}) | frozenset(answered), partial=frozenset(partial))
    return reach.host(case_builder.case_of(snapshot, builtin()), "db", 5432)


def test_a_service_is_not_said_to_select_nothing_when_its_pods_were_not_read():
    found = asked(partial=[PODS])
    assert found.problem is reach.Problem.UNKNOWN
    assert found.sentence == "the pods behind Service production/db were not read"


def test_it_is_said_once_they_were_asked_for_or_all_were_read():
    assert asked(partial=[PODS], answered=[BEHIND]).problem is reach.Problem.SELECTOR
    assert asked(answered=[PODS]).problem is reach.Problem.SELECTOR

"""Whose address a refusal means: the rollout's, a neighbour's behind a port, a Service that is thought of."""

from __future__ import annotations

import pytest

from diagnostics.claims import candidates, case_builder, pod_ports, target_address
from diagnostics.claims.catalogue import builtin
from tests.composed.world import Truth, World, c, crash, up


def test_what_the_rollout_took_away():
    w = World()
    log = "dial tcp 127.0.0.1:6379: connect: connection refused"
    w.workload(
        "app",
        c("app", env={"REDISURL": "x"}),
        statuses={"app": crash(1, log)},
        earlier=[{"containers": [c("app", env={"REDIS_URL": "x"})]}],
    )
    case = case_builder.case_of(w.snapshot(Truth("deployment/app", "bad-config")), builtin())
    names, proof = target_address.taken(case, case.suspect)
    assert names == ("REDIS_URL",)
    assert proof[0].quote == "name=REDIS_URL"


@pytest.mark.parametrize(
    ("spec", "log", "owns"),
    [
        ({"ports": [6432]}, "", True),
        ({"args": ["--port=6432"]}, "", True),
        ({"args": ["--listen", ":6432"]}, "", True),
        ({"args": ["--upstream=tcp://db:6432"]}, "", False),
        ({}, "proxy: listening on 127.0.0.1:6432", True),
        ({}, "proxy: forwarded 6432 bytes", False),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_whose_port_it_is(spec, log, owns, first):
    w = World()
    app, proxy = c("app"), c("proxy", **dict(spec))
    died = crash(1, "dial tcp 127.0.0.1:6432: connect: connection refused")
    w.workload("app", *((app, proxy) if first else (proxy, app)), statuses={"app": died, "proxy": up(log=log)})
    case = case_builder.case_of(w.snapshot(Truth("deployment/app", None)), builtin())
    owner = pod_ports.owner(case.snapshot, case.pod, case.containers, "app", 6432)
    assert (owner is not None and owner[0].name == "proxy") is owns
    assert case.suspect is not None
    assert case.suspect.name == "app"


def silent(variable: str, *services: tuple[str, int], words: str = "Connection refused (os error 111)") -> str:
    """The Service that is thought of when the log names none."""
    w = World()
    for number, (name, port) in enumerate(services):
        w.service(name, port, {"app": name}, ready=0, ip=f"10.96.9.{number}")
    w.workload("app", c("app", env={variable: "x"}), statuses={"app": crash(1, f"Error: {words}")})
    case = case_builder.case_of(w.snapshot(Truth("deployment/app", "dependency-unavailable")), builtin())
    best = candidates.best(case)
    return "" if best is None else best.reach.host


def test_which_service_may_be_meant():
    assert silent("PG_DSN", ("ledger", 5432), ("cache", 6379)) == "ledger"
    assert silent("REDIS_URL", ("ledger", 5432), ("sessions", 6379)) == "sessions"
    assert silent("ORDERS_URL", ("orders", 8080), ("stock", 8080)) == "orders"
    assert silent("AMQP_HOST", ("mq", 5672), ("stock", 8080)) == "mq"


def test_no_guess_between_equals_and_none_without_a_hint():
    assert silent("DATABASE_URL", ("ledger", 5432), ("books", 5432)) == ""
    assert silent("LOG_LEVEL", ("ledger", 5432)) == ""

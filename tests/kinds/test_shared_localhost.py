"""The localhost of a pod is shared: a neighbour that serves the port decides target and restart; else a setting may."""

from __future__ import annotations

import pytest

from tests.composed.world import World, c, crash, up
from tests.kinds.world import Want, asked, check, dies

DIES = "ERROR cannot load schema: dial tcp 127.0.0.1:8529: connect: connection refused\nFATAL giving up\n"
SLOW = "FATAL cannot load schema: dial tcp 127.0.0.1:8529: i/o timeout\n"
STARTED = 'level=info msg="starting store --listen-port=8529 --dir=/data"\nlevel=info msg="server is ready to serve"\n'
STUCK = STARTED + 'level=error msg="write failed: timeout: request did not complete within 10s"\n' * 30
WELL = STARTED + 'level=info msg="compacted segment"\n' * 30
SELF = ("that is to itself", "host setting", "falls back")


def beside(log: str, *, kind: str = "StatefulSet", dying: str = SLOW, **store: object) -> World:
    world = World()
    statuses = {"app": crash(1, dying, shape="backoff", lived=20), "store": up(9000, log=log)}
    world.workload("app", c("app"), c("store", **store), kind=kind, statuses=statuses, age=9100)
    return world


def test_a_neighbour_that_hangs_is_named_and_a_new_pod_helps():
    told = asked(beside(STUCK))
    check(told, Want(cause=("dependency-unavailable",), says=("container store",), remedy=("store", "livenessProbe"),
                     never=SELF, restart=True))  # fmt: skip
    assert any(item.source == "log" and "store" in item.path for item in told.evidence)


def test_a_neighbour_that_works_is_named_and_nothing_is_promised():
    told = asked(beside(WELL))
    check(told, Want(cause=("dependency-unavailable",), says=("container store",), never=SELF))
    assert told.advice("restart").helps is not True


def test_a_port_that_a_neighbour_only_talks_to_is_not_its_own():
    told = asked(beside('level=info msg="connecting --db-port=8529 --db-host=arango"\n', dying=DIES))
    assert "belongs to container store" not in told.summary


@pytest.mark.parametrize(
    ("env", "says", "remedy", "never"),
    [
        ({"GRAPH_URL": "arangodb://localhost:8529/app", "MODE": "x"}, ("GRAPH_URL",), ("GRAPH_URL",), ("not set",)),
        ({"MODE": "x"}, ("itself",), ("localhost",), ("GRAPH_URL", "falls back to")),
    ],
)
def test_a_setting_that_leads_to_the_pod_itself_is_named(env, says, remedy, never):
    log = DIES.replace("127.0.0.1", "localhost")
    check(asked(dies(log, env=env)), Want(cause=("bad-config",), says=says, remedy=remedy, never=never))

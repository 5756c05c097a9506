from __future__ import annotations

from diagnostics.engine import diagnose
from tests.composed.world import Truth, World, c, crash, up


def ruled_out(code, log="", **container):
    world = World()
    world.workload("api", c("api", **container), statuses={"api": crash(code, log, shape="backoff", lived=900)})
    found = diagnose(world.snapshot(Truth("deployment/api", None)))
    return {item.cause: item.because for item in found.ruled_out}


def test_memory_comes_to_mind_first_at_137():
    assert next(iter(ruled_out(137, "serving\n", limit="64Mi"))) == "oom-killed"


def test_nobody_suspects_a_kill_behind_a_stack_trace():
    log = (
        'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nIndexError: list index out of range\n'
    )
    assert ruled_out(1, log) == {}


def test_nothing_is_ruled_out_where_nothing_is_wrong():
    world = World()
    world.workload("api", c("api"), statuses={"api": up(9000, restarts=1)})
    assert diagnose(world.snapshot(Truth("deployment/api", "healthy"))).ruled_out == ()

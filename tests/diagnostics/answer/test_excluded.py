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


ASIDE = (
    "2026-11-22 12:00:00 ERROR cannot open /srv/spool/queue.idx: Permission denied\n"
    "2026-11-22 12:00:01 INFO stage two\n2026-11-22 12:00:02 INFO stage three\n2026-11-22 12:00:03 INFO stage four\n"
)


def test_a_line_that_did_not_decide_is_not_ruled_out_where_nothing_explains_the_end():
    """A helper failed, the wrapper printed on and gave up in words that say nothing: its own line may be the reason."""
    for last in ("2026-11-22 12:00:04 ERROR stage four: exit status 1\n", "bye\n"):
        assert "permission-denied" not in ruled_out(1, ASIDE + last)


def test_what_a_specific_cause_explains_stays_ruled_out():
    found = ruled_out(1, ASIDE + "2026-11-22 12:00:09 FATAL required environment variable SPOOL_SIZE is not set\n")
    assert "permission-denied" in found

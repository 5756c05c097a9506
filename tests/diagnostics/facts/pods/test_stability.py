"""When has a container got over it? A crash loop runs, and looks ready, for most of its time."""

from __future__ import annotations

import pytest

from diagnostics.claims.case_builder import case_of
from diagnostics.claims.catalogue import builtin
from diagnostics.examples import Example, running, terminated
from diagnostics.facts.pods.stability import all_well, failing, last_end, settled


def case(run, lived, restarts=4, reason="Error", code=1, *, ready=True, **parts):
    status = {
        "ready": ready,
        "restartCount": restarts,
        "state": running(run),
        "lastState": terminated(code, reason, lived=lived, ended=run + 1),
    }
    return case_of(Example(title="", hit=True, status=status, **parts).snapshot(), builtin())


@pytest.mark.parametrize(
    ("run", "lived", "restarts", "over"),
    [
        (4, 1, 6, False),
        (45, 1, 1, True),
        (60, 40, 5, False),
        (130, 40, 5, True),
        (700, 5, 9, True),
        (1800, 9000, 9, False),
        (1800, 9000, 1, True),
    ],
)
def test_a_run_must_outlast_what_crashed(run, lived, restarts, over):
    one = case(run, lived, restarts)
    assert settled(one.containers[0], one.now) is over
    assert (failing(one) is None) is over
    assert all_well(one) is over


def test_a_reboot_says_nothing_about_the_next_run():
    assert all_well(case(40, 80000, 1, "Unknown", 255))


def test_what_is_not_ready_has_not_settled():
    assert not all_well(case(5000, 1, ready=False))


def test_a_pod_whose_gate_is_closed_is_not_well():
    closed = {"status": {"conditions": [{"type": "Ready", "status": "False", "reason": "ReadinessGatesNotReady"}]}}
    assert not all_well(case(5000, 1, pod=closed))


@pytest.mark.parametrize(("run", "news"), [(3600, True), (2 * 86400, True), (9 * 86400, False)])
def test_an_end_is_news_for_three_days(run, news):
    assert (last_end(case(run, 1)) is not None) is news

"""The rules over a pod's history: what is told, from when on, and what is not. Time is an argument."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.watch.ledger import AGAIN_S, REPEAT_S, Ledger
from bot.watch.pods import watched
from bot.watch.rules import HOLD_S, NOT_READY_S, PROGRESS_DEADLINE_S, UNSCHEDULABLE_S, Failure, History, judged

BORN = datetime(2026, 3, 2, tzinfo=UTC).timestamp()


def at(seconds):
    return datetime.fromtimestamp(BORN + seconds, UTC).isoformat().replace("+00:00", "Z")


def pod(
    *, state=None, restarts=0, last=None, ready=None, ready_at=0.0, conditions=(),
    owner=("ReplicaSet", "api-6c9d8b7f5"), phase="Running", restart="Always", spec=None, uid="u1", **meta,
):  # fmt: skip
    status = {"name": "app", "restartCount": restarts, "state": state or {"running": {}}}
    status |= {"lastState": {"terminated": last}} if last else {}
    told = {"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": at(ready_at)}
    return {
        "metadata": {
            "uid": uid, "namespace": "shop", "name": f"{owner[1]}-{uid}", "creationTimestamp": at(0),
            "labels": {"pod-template-hash": "6c9d8b7f5"},
            "ownerReferences": [{"kind": owner[0], "name": owner[1], "controller": True}],
        } | meta,
        "spec": {"restartPolicy": restart, "containers": [{"name": "app"} | (spec or {})]},
        "status": {
            "phase": phase, "startTime": at(0), "containerStatuses": [status],
            "conditions": [*conditions, *([told] if ready is not None else [])],
        },
    }  # fmt: skip


def ended(seconds, reason="Error", code=1):
    return {"reason": reason, "exitCode": code, "finishedAt": at(seconds)}


def waiting(reason, message=""):
    return {"waiting": {"reason": reason, "message": message}}


def told(raw, seconds, hold_s=HOLD_S):
    """What is told of a pod that is first seen then."""
    verdict = judged(History.of(watched(raw), BORN + seconds), BORN + seconds, hold_s)
    return verdict and verdict.failure


LOOP = {"state": waiting("CrashLoopBackOff", "back-off 1m20s restarting failed container=app pod=x"), "ready": False}
UNSCHEDULED = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "lastTransitionTime": at(0)}
GATED = UNSCHEDULED | {"reason": "SchedulingGated"}


@pytest.mark.parametrize(
    ("raw", "before", "failure", "after"),
    [
        (pod(state=waiting("ImagePullBackOff"), ready=False), HOLD_S - 1, Failure.HINDERED, HOLD_S),
        (pod(state=waiting("CreateContainerConfigError"), ready=False), HOLD_S - 1, Failure.HINDERED, HOLD_S),
        (pod(conditions=(UNSCHEDULED,)), UNSCHEDULABLE_S - 1, Failure.UNSCHEDULABLE, UNSCHEDULABLE_S),
        (pod(state=waiting("ContainerCreating"), ready=False), 599, Failure.NOT_READY, PROGRESS_DEADLINE_S),
        (pod(ready=False, ready_at=1000), 1000 + NOT_READY_S - 1, Failure.NOT_READY, 1000 + NOT_READY_S),
        (
            pod(ready=False, spec={"startupProbe": {"periodSeconds": 10, "failureThreshold": 180}}),
            1800, Failure.NOT_READY, 1800 + HOLD_S,
        ),
    ],
)  # fmt: skip
def test_what_lasts_is_told_when_it_has_lasted(raw, before, failure, after):
    assert told(raw, before) is None
    assert told(raw, after) is failure


@pytest.mark.parametrize("restarts", range(8))
def test_the_fifth_end_makes_a_loop(restarts):
    raw = pod(state={"terminated": ended(100)}, restarts=restarts, ready=False)
    assert told(raw, 101) is (Failure.CRASHES if restarts >= 4 else None)


def test_a_long_back_off_tells_of_a_loop_whose_beginning_was_not_seen():
    assert told(pod(**LOOP, restarts=40, last=ended(90_000), ready_at=90_000), 90_010) is Failure.CRASHES
    short = LOOP | {"state": waiting("CrashLoopBackOff", "back-off 10s restarting failed container=app pod=x")}
    assert told(pod(**short, restarts=40, last=ended(90_000), ready_at=90_000), 90_010) is None


def test_kills_for_memory_hours_apart_are_not_told_and_three_in_an_hour_are():
    for gap_s, expected in ((4000, None), (1500, Failure.MEMORY)):
        history = History.of(watched(pod(ready=True)), BORN)
        for number in range(1, 4):
            kill = pod(ready=True, restarts=number, last=ended(number * gap_s, "OOMKilled", 137))
            history.see(watched(kill), BORN + number * gap_s + 5)
        verdict = judged(history, BORN + 3 * gap_s + 10)
        assert (verdict and verdict.failure) is expected


@pytest.mark.parametrize(
    "raw",
    [
        pod(**LOOP, restarts=9, deletionTimestamp=at(10)),
        pod(phase="Succeeded", state={"terminated": ended(5, "Completed", 0)}, ready=False),
        pod(phase="Failed", state={"terminated": ended(5)}, ready=False, restart="Never"),
        pod(conditions=(GATED,)),
        pod(conditions=({"type": "DisruptionTarget", "status": "True"},), ready=False),
        pod(owner=("Job", "import"), ready=False),
    ],
    ids=["deleted", "completed", "a bare pod that ended", "gated", "drained", "a job that runs"],
)
def test_what_is_meant_to_be_so_is_never_told(raw):
    assert [told(raw, seconds) for seconds in (1, 700, 5_000, 90_000)] == [None] * 4


def test_a_jobs_retries_are_the_jobs_business():
    down = {"state": {"terminated": ended(100)}, "ready": False, "owner": ("Job", "import"), "restart": "OnFailure"}
    assert told(pod(**down, restarts=5), 101) is None
    assert told(pod(**down, restarts=7), 101) is Failure.CRASHES


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.sampled_from([at(0), "CrashLoopBackOff"]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
            st.sampled_from(["metadata", "status", "spec", "conditions", "containerStatuses", "state", "waiting",
                             "reason", "message", "restartCount", "startupProbe", "initContainers", "name", "uid"]),
            inner, max_size=5),
        max_leaves=20,
    ).filter(lambda made: isinstance(made, dict)),
    st.floats(0, 2**40),
)  # fmt: skip
def test_no_pod_breaks_the_watch(raw, now):
    ledger = Ledger()
    for after_s in (0, 1000):
        ledger.put(watched(raw), now + after_s)
        ledger.due(now + after_s)
    ledger.remove(watched(raw).uid, now)
    assert len(ledger) == 0


def replicas(count, **given):
    return [watched(pod(**LOOP, restarts=5, last=ended(300), uid=f"u{number}", **given)) for number in range(count)]


def test_a_workload_is_told_once_again_when_it_goes_on_and_over_when_it_is_well():
    ledger, now = Ledger(), BORN + 310
    for one in replicas(50):
        ledger.put(one, now)
    (report,) = ledger.due(now)
    assert (report.group, report.firing) == (("shop", "Deployment", "api"), True)
    assert ledger.due(now + 60) == [report], "due until it is told"
    ledger.told(report, now)
    assert ledger.due(now + AGAIN_S) == []
    (again,) = ledger.due(now + REPEAT_S)
    assert again == report
    ledger.told(again, now + REPEAT_S)
    crash = pod(**LOOP, restarts=6, last=ended(REPEAT_S + 900), uid="u3")
    ledger.put(watched(crash), now + REPEAT_S + 900)
    (fresh,) = ledger.due(now + REPEAT_S + 900)
    assert fresh.since == BORN + REPEAT_S + 900
    ledger.told(fresh, now + REPEAT_S + 900)
    for number in range(50):
        ledger.remove(f"u{number}", now + REPEAT_S + 1000)
    (over,) = ledger.due(now + REPEAT_S + 1000)
    assert (over.group, over.firing) == (report.group, False)
    ledger.told(over, now + REPEAT_S + 1000)
    assert ledger.due(now + 2 * REPEAT_S) == []


def test_evictions_are_told_as_a_storm_once():
    ledger = Ledger()
    for number in range(9):
        gone = pod(
            phase="Failed", ready=False, ready_at=number * 30, uid=f"u{number}", owner=("ReplicaSet", f"w{number}")
        )
        gone["status"]["reason"], gone["spec"]["nodeName"] = "Evicted", "n1"
        ledger.put(watched(gone), BORN + number * 30)
        due = ledger.due(BORN + number * 30)
        assert len(due) == int(number == 2)
        for report in due:
            assert report.failure is Failure.EVICTIONS
            ledger.told(report, BORN + number * 30)


def test_a_job_that_gave_up_long_ago_is_not_told():
    ledger = Ledger()
    ledger.job_failed("shop", "import", "j1", BORN, BORN + 90_000)
    assert ledger.due(BORN + 90_000) == []
    ledger.job_failed("shop", "import", "j1", BORN, BORN + 60)
    assert [report.failure for report in ledger.due(BORN + 60)] == [Failure.JOB]

"""Whether a change whose answer was lost went through, judged from the object alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.actions.rollout import Wanted, plan_undo
from bot.actions.rollout.verify import Sent, Went, judge
from bot.cluster.live import LiveWorkload
from tests.bot.actions.rollout.builders import live as living
from tests.bot.actions.rollout.builders import workload

OURS = {"manager": "crashloop-bot", "time": "2026-11-22T10:00:05Z", "fieldsV1": {"f:spec": {"f:template": {"x": {}}}}}
HELM = {"manager": "helm", "time": "2026-11-22T09:59:00Z", "fieldsV1": {"f:spec": {"f:template": {"x": {}}}}}
LATER = HELM | {"time": "2026-11-22T10:00:09Z"}
WANTED = Wanted(
    action="undo", kind="Deployment", namespace="production", name="api", uid="w1", generation=4, revision=1
)
SENT = Sent.of(WANTED, plan_undo(living(), 1))
CLAIMED = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC).timestamp()


def now(image="api:2", generation=4, version="71", writers=(HELM,), uid="w1"):
    found = workload("Deployment", image)
    found["metadata"] |= {
        "generation": generation, "resourceVersion": version, "managedFields": list(writers), "uid": uid
    }  # fmt: skip
    return LiveWorkload(object=found, revisions=(), pods=())


@pytest.mark.parametrize(
    ("found", "went", "said"),
    [
        (now(version="70"), Went.UNDECIDED, "may still be"),
        (now(), Went.NOT, "it was not changed"),  # the guard on the resourceVersion cannot hold any more
        (now("api:1", 5, writers=(HELM, OURS)), Went.THROUGH, ""),
        (now("api:1", 6, writers=(HELM, OURS)), Went.THROUGH, ""),  # scaled since
        (now("api:3", 6, writers=(OURS, LATER)), Went.THROUGH, "changed again by helm"),
        (now("api:3", 5, writers=(LATER,)), Went.NOT, "helm changed it since"),
        (now("api:1", 5, writers=(LATER,)), Went.NOT, "not changed by me; helm"),  # the very same change, by another
        (now("api:3", 6, writers=(LATER,)), Went.UNKNOWABLE, "does not show"),
        (now("api:1", 5, writers=()), Went.THROUGH, ""),  # nobody keeps a record there
        (now(uid="w2"), Went.UNKNOWABLE, "made anew"),
        (None, Went.UNKNOWABLE, "does not exist any more"),
    ],
)
def test_what_the_object_tells(found, went, said):
    judged = judge(SENT, found, overdue=False)
    assert judged.went is went
    assert said in judged.sentence


def test_an_untouched_object_is_not_changed_once_the_request_is_over():
    assert judge(SENT, now(version="70"), overdue=True).went is Went.NOT


def test_the_generation_is_the_one_that_our_change_made():
    assert judge(SENT, now("api:1", 5, writers=(OURS,)), overdue=False).generation == 5
    assert judge(SENT, now("api:3", 6, writers=(OURS, LATER)), overdue=False).generation == 5


@pytest.mark.parametrize(
    ("found", "went"),
    [
        (now(), Went.NOT),
        (now("api:1", 5, writers=(HELM, OURS)), Went.THROUGH),
        (now("api:1", 5, writers=(OURS | {"time": "2026-11-22T09:30:00Z"}, LATER)), Went.NOT),
        (now("api:1", 6, writers=(OURS | {"time": "2026-11-22T09:59:30Z"}, LATER)), Went.UNKNOWABLE),
    ],
)
def test_what_a_dead_process_did_is_told_by_time_and_manager(found, went):
    sent = Sent(wanted=WANTED, uid="w1", generation=4, since=CLAIMED)
    assert judge(sent, found, overdue=False).went is went

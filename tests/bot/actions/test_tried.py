"""Which earlier press an offer repeats: the same deed at the same goal that did not hold, and nothing else."""

from dataclasses import replace

import pytest

from bot.actions.tried import HISTORY, tried
from bot.model.offer import OfferRecord, OfferState

ACT = OfferRecord(
    id="before", incident_id="i", action="undo", state=OfferState.UNHELPFUL, kind="Deployment", namespace="production",
    name="api", uid="u1", revision=1, version="2.13.2", claimed_at=100.0,
)  # fmt: skip
OFFER = replace(ACT, id="now", state=OfferState.OFFERED, claimed_at=0.0)


def replica_set(number, before=""):
    annotations = {"deployment.kubernetes.io/revision": str(number)} | ({HISTORY: before} if before else {})
    return {"kind": "ReplicaSet", "metadata": {"name": f"api-{number}", "annotations": annotations}}


@pytest.mark.parametrize(
    ("offer", "revisions"),
    [
        (OFFER, ()),
        (replace(OFFER, version=""), ()),
        (replace(OFFER, uid="u2", revision=7), ()),  # made anew: the version says that it is the same
        (
            replace(OFFER, version="", revision=3),
            (replica_set(3, "1"), replica_set(4, "2")),
        ),  # an undo gave it a number
        (replace(OFFER, version="", revision=5), (replica_set(5, "1,3"),)),
    ],
)
def test_the_same_goal_is_known_by_version_by_number_and_by_the_numbers_that_it_had(offer, revisions):
    assert tried(offer, [ACT], revisions) is ACT


@pytest.mark.parametrize(
    ("offer", "act"),
    [
        (replace(OFFER, version="2.12.0", revision=0), ACT),
        (replace(OFFER, version="", uid="u2"), ACT),  # another object of that name: its numbers mean something else
        (replace(OFFER, action="restart"), ACT),
        (replace(OFFER, name="web"), ACT),
        (replace(OFFER, kind="StatefulSet"), ACT),
        (OFFER, replace(ACT, state=OfferState.DONE)),
        (OFFER, replace(ACT, state=OfferState.FAILED)),
        (OFFER, replace(ACT, state=OfferState.UNKNOWN)),
        (ACT, ACT),
    ],
)
def test_another_goal_another_workload_and_what_held_are_not_taken_for_it(offer, act):
    assert tried(offer, [act], (replica_set(3, "2"), replica_set(1))) is None


def test_of_several_the_newest_is_told_and_a_restart_repeats_a_restart():
    older = replace(ACT, id="older", claimed_at=50.0)
    assert tried(OFFER, [ACT, older]) is ACT
    restart = replace(ACT, action="restart", revision=None, version="")
    assert tried(replace(restart, id="now"), [ACT, restart]) is restart

"""How often it was right here: words are counted by answer, disagreement is neither, ends are told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.accuracy import Answered, Ended, accuracy, ending
from bot.model.feedback import (
    NOTHING,
    OTHER,
    UNTOLD,
    Feedback,
    agreeing,
    choices,
    is_right,
    is_truth,
    packed,
    unpacked,
)
from diagnostics.causes import registry
from diagnostics.snapshot import Snapshot
from tests.support.recordings import snapshot_of

CAUSES = [module.CAUSE.id for module in registry()]
FAILING = ("confirmed", "likely")


def said(incident, cause="oom-killed", ended=Ended.OPEN, verdict="confirmed"):
    return Answered(incident_id=incident, cause=cause, verdict=verdict, ended=ended)


def word(incident, truth, user="U1", cause="oom-killed", at=1.0, **more):
    given = {"verdict": "confirmed"} | more
    return Feedback(incident_id=incident, user=user, truth=truth, cause=cause, given_at=at, **given)


def test_right_wrong_and_disputed_are_counted_by_answer_not_by_word():
    answered = [said("a"), said("b"), said("c"), said("d"), said("e", "app-crash", Ended.BUTTON)]
    words = [
        word("a", "oom-killed"), word("a", "oom-killed", "U2"),
        word("b", "bad-config"), word("b", OTHER, "U2"),
        word("c", "oom-killed"), word("c", "bad-config", "U2", at=2.0),
    ]  # fmt: skip
    found = accuracy(answered, words)
    oom, crash = found.causes
    assert (oom.cause, oom.said, oom.right, oom.wrong, oom.disputed) == ("oom-killed", 4, 1, 1, 1)
    assert (crash.said, crash.right, crash.wrong, crash.ended) == (1, 0, 0, {Ended.BUTTON: 1})
    assert (found.incidents, found.right, found.wrong, found.disputed) == (5, 1, 1, 1)
    assert [[each.user for each in miss.words] for miss in found.misses] == [["U1", "U2"], ["U1", "U2"]]
    assert [miss.disputed for miss in found.misses] == [False, True]
    assert [miss.newest.truth for miss in found.misses] == [OTHER, "bad-config"]


def test_a_word_stays_with_the_answer_that_it_was_about():
    found = accuracy([said("a", "app-crash", Ended.ITSELF)], [word("a", "app-crash")])
    by_cause = {one.cause: one for one in found.causes}
    assert (by_cause["oom-killed"].said, by_cause["oom-killed"].wrong) == (1, 1)
    assert (by_cause["app-crash"].said, by_cause["app-crash"].right, by_cause["app-crash"].wrong) == (1, 0, 0)
    # What ended the incident is the newest answer's.
    assert not by_cause["oom-killed"].ended
    assert found.incidents == 1


def test_the_snapshot_of_a_miss_is_the_newest_word_that_has_one():
    words = [word("a", "bad-config", snapshot_bytes=5), word("a", OTHER, "U2", at=2.0), word("a", OTHER, "U3", at=3.0)]
    (miss,) = accuracy([said("a")], words).misses
    assert miss.with_snapshot.user == "U1"
    assert miss.newest.user == "U3"


@pytest.mark.parametrize(
    ("truth", "verdict", "cause", "right"),
    [
        ("oom-killed", "confirmed", "oom-killed", True),
        ("oom-killed", "likely", "oom-killed", True),
        ("bad-config", "confirmed", "oom-killed", False),
        (OTHER, "confirmed", "oom-killed", False),
        (NOTHING, "confirmed", "oom-killed", False),
        (NOTHING, "not-failing", "healthy", True),
        (NOTHING, "not-failing", "recovered", True),
        ("oom-killed", "not-failing", "healthy", False),
        ("starting", "not-failing", "starting", True),
        (OTHER, "undetermined", "", False),
        ("oom-killed", "undetermined", "", False),
        (NOTHING, "undetermined", "", False),
    ],
)
def test_what_counts_as_right(truth, verdict, cause, right):
    assert is_right(truth, verdict=verdict, cause=cause) is right


@given(st.sampled_from([*CAUSES, ""]), st.sampled_from(["confirmed", "likely", "undetermined", "not-failing"]))
def test_whatever_was_answered_each_truth_is_offered_once_and_what_is_offered_is_taken(cause, verdict):
    groups = choices(verdict=verdict, cause=cause)
    offered = [value for _heading, values in groups for value in values]
    assert sorted(offered) == sorted({*CAUSES, NOTHING, OTHER} - UNTOLD)
    assert all(map(is_truth, offered))
    assert all(values for _heading, values in groups)
    agrees = agreeing(verdict=verdict, cause=cause)
    assert [value for value in offered if is_right(value, verdict=verdict, cause=cause)][:1] == [agrees] * bool(agrees)
    if verdict in FAILING and cause and cause not in UNTOLD:
        assert offered[0] == agrees == cause


@given(st.text())
def test_what_is_no_truth_is_not_taken(text):
    assert is_truth(text) is (text in {*CAUSES, NOTHING, OTHER} - UNTOLD)


@pytest.mark.parametrize(
    ("verdict", "ended_by", "over", "end"),
    [
        ("confirmed", "undo to revision 3\tU1", True, Ended.BUTTON),
        ("confirmed", "restart\tU1", True, Ended.BUTTON),
        ("confirmed", "itself", True, Ended.ITSELF),
        ("likely", "a new revision", True, Ended.SOMEBODY),
        ("likely", "scaling to zero", True, Ended.SOMEBODY),
        ("likely", "itself", False, Ended.OPEN),  # it came back
        ("not-failing", "", False, Ended.NOT_FAILING),
    ],
)
def test_ends_are_told_apart(verdict, ended_by, over, end):
    assert ending(verdict, ended_by, over=over) is end


def test_a_snapshot_is_small_when_it_is_kept_and_the_same_when_it_is_read_again():
    snapshot = snapshot_of("oom-python")
    kept = packed(snapshot)
    assert len(kept) < len(snapshot.to_json()) / 4
    assert Snapshot.from_json(unpacked(kept)).to_json() == snapshot.to_json()
    with pytest.raises(ValueError, match="broken"):
        unpacked(kept[:-20])

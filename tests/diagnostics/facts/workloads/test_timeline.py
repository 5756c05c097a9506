"""The ends that something dates, and none besides."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.engine import diagnose
from diagnostics.examples import NOW, Example, ago, event, running, terminated, waiting
from diagnostics.series import Measure
from tests.support.measures import series

BACKOFF = waiting("CrashLoopBackOff", "back-off 2m40s restarting failed container=api pod=api_production(uid)")


def timeline(*measured, restarts=4, events=(), **status):
    given_status = {"restartCount": restarts, "state": BACKOFF, "lastState": terminated(1)} | status
    example = Example(title="", hit=True, status=given_status, events=events, log="")
    return diagnose(replace(example.snapshot(), measured=measured)).timeline


def back(*seconds):
    return tuple(ago(each) for each in seconds)


def counter(*rises, every=30, start=-600):
    """A restart counter that rises at those seconds before now."""
    times = range(start, 1, every)
    return series(Measure.RESTARTS, [(NOW.timestamp() + at, sum(at >= -rise for rise in rises)) for at in times])


def test_one_end_alone_is_no_line():
    assert timeline() is None
    assert timeline(restarts=0) is None


def test_the_status_dates_the_last_two_and_the_others_are_counted():
    got = timeline(state=terminated(1, ended=20), lastState=terminated(1, ended=90), restarts=4)
    assert got.ends == back(90, 20)
    assert got.untimed == 3
    assert got.apart_s == 70  # from the last end but one to the last: the three before them lie before these two


def test_the_counter_dates_ends_by_their_number():
    got = timeline(counter(500, 440, 350, 180), lastState=terminated(1, ended=20))
    # Five ends: the fifth by the status to the second, the others by the first sample that showed them.
    assert got.ends == back(480, 420, 330, 180, 20)
    assert got.apart_s == 460 / 4
    assert got.untimed == 0


def test_what_the_status_dates_to_the_second_is_not_dated_again_by_the_counter():
    got = timeline(counter(180), state=running(5), lastState=terminated(1, ended=6), restarts=1)
    assert got is None


@pytest.mark.parametrize("gap", [301, 3600])
def test_a_rise_between_distant_samples_dates_nothing(gap):
    assert timeline(counter(180, every=gap, start=-2 * gap)) is None


def test_the_first_sighting_of_a_kill_is_an_end_of_its_own():
    first = event("Killing", "Container api failed liveness probe, will be restarted", age=400, kind="Normal")
    counted = first | {"count": 5, "lastTimestamp": ago(25)}
    got = timeline(events=(counted,))
    assert got.ends == back(400, 20)
    assert got.untimed == 3


@pytest.mark.parametrize(
    ("events", "restarts"),
    [
        ((event("Killing", "Container api failed liveness probe, will be restarted", age=50, kind="Normal"),), 4),
        ((event("BackOff", "Back-off restarting failed container", age=400, container="other"),), 4),
        ((event("Started", "Started container api", age=400, kind="Normal"),), 4),
        ((event("BackOff", "Back-off restarting failed container", age=400),), 0),
    ],
    ids=["of the dated run itself", "of another container", "a start", "more than the status counts"],
)
def test_what_may_be_the_dated_end_itself_is_no_other(events, restarts):
    assert timeline(events=events, restarts=restarts) is None


@given(
    st.integers(min_value=0, max_value=10**9),
    st.lists(st.tuples(st.integers(0, 600), st.floats(0, 1e18)), max_size=30),
    st.integers(0, 600),
)
def test_never_more_ends_than_the_status_counts_and_always_in_order(restarts, points, age):
    measured = series(Measure.RESTARTS, [(NOW.timestamp() - at, value) for at, value in sorted(points, reverse=True)])
    got = timeline(measured, restarts=restarts, events=(event("BackOff", "Back-off restarting", age=age),))
    if got is not None:
        assert 2 <= len(got.ends) <= restarts + 1
        assert len(got.ends) + got.untimed == restarts + 1
        assert all(one < other for one, other in itertools.pairwise(got.ends))


def test_the_counter_dates_the_first_crash_where_nothing_else_does():
    events_gone = Example(
        title="", hit=True, log="",
        pod={"metadata": {"creationTimestamp": ago(86_400)}, "status": {"startTime": ago(86_400)}},
        status={"restartCount": 9, "state": BACKOFF, "lastState": terminated(1, lived=30)},
    ).snapshot()  # fmt: skip
    rises = (3000, 2900, 2800, 2700, 2400, 2000, 1500, 900, 300)
    told = diagnose(replace(events_gone, measured=(counter(*rises, start=-3600),)))
    assert told.since == ago(3000)
    assert diagnose(events_gone).since != told.since

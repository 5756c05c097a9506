"""What measurements add to an answer: numbers and times, and never another verdict."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.diagnosis import Verdict
from diagnostics.engine import diagnose
from diagnostics.examples import event
from diagnostics.series import Measure
from diagnostics.snapshot import Snapshot
from tests.support.measures import END, MI, killed, memory, rising, series

LEAK = memory(rising(180, 505, 720))
"""Six hours at 30 s."""

LEVEL_THEN_KILLED = memory([180 + index % 5 for index in range(60)])
PROBE = {
    "httpGet": {"path": "/healthz", "port": 8080},
    "initialDelaySeconds": 5,
    "periodSeconds": 10,
    "failureThreshold": 3,
    "timeoutSeconds": 1,
}


def told(*measured, **killing):
    plain, with_them = diagnose(killed(**killing)), diagnose(killed(*measured, **killing))
    assert (with_them.verdict, with_them.cause, with_them.container) == (plain.verdict, plain.cause, plain.container)
    return with_them


def test_a_steady_growth_is_told_with_both_ends_and_its_time():
    got = told(LEAK)
    assert got.verdict is Verdict.CONFIRMED
    assert got.cause == "oom-killed"
    assert "Its memory grew steadily from 177Mi to 508Mi over 6 h." in got.summary
    quotes = [item for item in got.evidence if item.source == "prometheus"]
    assert [item.quote for item in quotes] == [f"value={177 * MI}", f"value={508 * MI}"]
    assert quotes[0].path.startswith("container_memory_working_set_bytes{")
    assert quotes[0].at < quotes[1].at
    assert got.facts["measured_course"] == "grew"


def test_a_leak_is_called_one_and_what_a_higher_limit_gains_follows_from_its_pace():
    got = told(LEAK)
    # 331 Mi in 6 h; twice 512Mi would not be tried: half as much again is 768Mi, 256Mi more.
    assert "about 55Mi an hour: that looks like a leak" in got.remedy.text
    assert "from 512Mi to 768Mi gains about 5 h" in got.remedy.text


def test_a_warm_up_of_twenty_minutes_that_meets_the_limit_is_no_leak():
    got = told(memory(rising(180, 505, 40)), lived=1212)
    assert "grew steadily from 177Mi to 508Mi over 20 min" in got.summary
    assert "leak" not in got.remedy.text.split(";")[0]
    assert "Find what keeps growing" not in got.remedy.text


def test_a_jump_is_told_with_the_time_that_it_took():
    got = told(LEVEL_THEN_KILLED)
    assert "Its memory jumped from 184Mi to its limit within 12 s." in got.summary
    assert "took 328Mi or more at once" in got.remedy.text
    assert got.facts["measured_course"] == "jumped"


def test_a_jump_with_a_sample_on_its_way_up_began_before_it():
    values = [*[180] * 20, 470]
    got = told(memory(values))
    assert "jumped" not in got.summary or "within 42 s" in got.summary
    assert "within 42 s" in got.summary


def test_a_level_near_the_limit_is_neither_growth_nor_jump():
    got = told(memory([440 + index % 7 for index in range(200)]))
    assert "grew" not in got.summary
    assert "jumped" not in got.summary
    assert "At most 446Mi of memory was measured in that run." in got.summary


def test_a_saw_tooth_is_no_steady_growth():
    values = [150 + 60 * (index % 6) for index in range(300)]
    assert "grew" not in told(memory(values)).summary


def test_four_samples_say_nothing():
    plain = diagnose(killed(lived=100))
    got = diagnose(killed(memory([180, 300, 400, 500]), lived=100))
    assert got == plain


def test_samples_of_other_runs_and_other_containers_are_no_measure_of_this_one():
    before = memory(rising(180, 505, 100), end=END - 7 * 3600)
    other = replace(LEAK, container="sidecar")
    elsewhere = replace(LEAK, pod="api-7d4b9c6f5-other")
    got = told(before, other, elsewhere)
    assert "memory grew" not in got.summary
    assert not any(item.source == "prometheus" for item in got.evidence)


def test_a_sample_that_lingers_after_the_end_is_not_of_the_run():
    lingering = replace(LEAK, points=(*LEAK.points, *((END + 15 * n, 900.0 * MI) for n in range(1, 8))))
    assert "to 508Mi over 6 h" in told(lingering).summary


def test_a_higher_peak_of_an_earlier_run_sets_the_limit():
    earlier = memory([700] * 10, end=END - 7 * 3600)
    got = told(earlier, memory([440 + index % 7 for index in range(200)]))
    # 130 % of 700Mi is 910Mi, rounded up to 32Mi: 928Mi.
    assert "from 512Mi to 928Mi" in got.remedy.text


def test_nothing_that_was_measured_makes_memory_the_cause_of_another_end():
    for reason, code in (("Error", 1), ("Error", 137), ("Completed", 0)):
        got = told(LEAK, reason=reason, code=code)
        assert got.cause != "oom-killed"
        assert "grew" not in got.summary


def counters(share, *, periods=3000, end=END, limit_periods=10.0):
    """CFS counters over five minutes before the end: ten periods a second."""
    times = [end - 5 - 30 * n for n in range(10, -1, -1)]
    ran = [(at, 1000 + limit_periods * (at - times[0])) for at in times]
    throttled = [(at, 400 + share * limit_periods * (at - times[0])) for at in times]
    assert periods
    return series(Measure.CPU_PERIODS, ran), series(Measure.CPU_THROTTLED, throttled)


def probe_kill(*measured, cpu="100m"):
    said = 'Liveness probe failed: Get "http://10.0.0.7:8080/healthz": context deadline exceeded (Client.Timeout)'
    return diagnose(
        killed(
            *measured, lived=900, limit="", reason="Error", code=137,
            events=(
                event("Unhealthy", said, age=50),
                event("Killing", "Container api failed liveness probe, will be restarted", age=50, kind="Normal"),
            ),
            livenessProbe=PROBE, resources={"limits": {"cpu": cpu}},
        )
    )  # fmt: skip


def test_throttling_stands_beside_a_kill_by_a_probe_with_its_share():
    plain, got = probe_kill(), probe_kill(*counters(0.87))
    assert (got.cause, got.verdict) == (plain.cause, plain.verdict) == ("liveness-probe-failed", Verdict.CONFIRMED)
    assert "Its CPU limit of 100m held it back in 87 % of its CPU periods before that." in got.summary
    assert "Raise its CPU limit" in got.remedy.text
    assert "Raise its CPU limit" not in plain.remedy.text
    assert got.facts["throttled"] == 0.87
    quotes = [item.path for item in got.evidence if item.source == "prometheus"]
    assert all("container_cpu_cfs_throttled_periods_total" in path for path in quotes)
    assert len(quotes) == 2


@pytest.mark.parametrize(
    ("measured", "why"),
    [
        (counters(0.1), "a tenth is what anybody meets"),
        (counters(0.9)[:1], "one counter alone has no share"),
        (counters(0.9, limit_periods=0.1), "thirty periods are three seconds of work"),
        (counters(0.9, end=END - 3600), "that was another time"),
    ],
)
def test_throttling_is_silent_on_little(measured, why):
    assert probe_kill(*measured) == probe_kill(), why


def test_measurements_are_saved_and_diagnosed_again():
    snapshot = killed(LEAK, *counters(0.5))
    again = Snapshot.from_json(snapshot.to_json())
    assert again.measured == snapshot.measured
    assert diagnose(again) == diagnose(snapshot)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(min_value=END - 30_000, max_value=END + 3000),
            st.floats(allow_nan=False, allow_infinity=False, min_value=-1e18, max_value=1e18),
        ),
        max_size=60,
    ),
    st.sampled_from(Measure),
)
def test_whatever_was_measured_the_verdict_stays(points, measure):
    got = diagnose(killed(series(measure, sorted(points))))
    assert (got.cause, got.verdict) == ("oom-killed", Verdict.CONFIRMED)
    assert not got.unread

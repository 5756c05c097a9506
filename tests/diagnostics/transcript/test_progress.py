"""Progress: what counts up, how fast, and how long the rest takes."""

import pytest

from tests.diagnostics.transcript.said import said


def test_segments_of_a_log_give_the_time_that_is_left():
    lines = [f'level=info msg="WAL segment loaded" segment={index} maxSegment=400' for index in range(100, 341)]
    found = said("\n".join(lines), ran_s=242.0).progress
    assert (found.done, found.total, found.unit) == (340.0, 400.0, "segment")
    assert found.rate == pytest.approx(1.0, rel=0.02)
    assert found.left_s == pytest.approx(60.0, rel=0.02)


@pytest.mark.parametrize(
    ("first", "second", "done", "total"),
    [
        ("loading shard 3/8", "loading shard 4/8", 4.0, 8.0),
        ("Progress: 45 %", "Progress: 50 %", 50.0, 100.0),
        ("copied 10 of 90 tables", "copied 20 of 90 tables", 20.0, 90.0),
        ("Recovering log 29240 through 29300", "Recovering log 29240 through 29552", 29552.0, None),
        ("Applying migration 0001_a... OK", "Applying migration 0002_b... OK", 2.0, None),
    ],
)
def test_lines_that_count_up_are_progress(first, second, done, total):
    found = said(f"{first}\n{second}").progress
    assert (found.done, found.total) == (done, total)


@pytest.mark.parametrize("text", ["step 3/8\nstep 3/8", "nothing counts here\nnor here", "disk usage 45 %"])
def test_what_does_not_move_is_no_progress(text):
    assert said(text).progress is None


def test_a_range_whose_end_stays_moves_by_its_beginning():
    lines = [f"[txn-recover] Recovering log {n} through 29552" for n in range(29240, 29254)]
    found = said("\n".join(lines), ran_s=15.0).progress
    assert (found.done, found.total) == (29253.0, 29552.0)
    assert found.left_s == pytest.approx(299.0, rel=0.1)


def test_ranges_that_follow_each_other_have_no_known_end():
    found = said("\n".join(f"Replaying {n} through {n + 99}" for n in range(0, 500, 100))).progress
    assert (found.done, found.total) == (499, None)

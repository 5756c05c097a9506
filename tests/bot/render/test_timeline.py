"""The line of ends: to scale, in order, and never more marks than ends are dated."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.render.mrkdwn import phrase
from bot.render.phrases import Code, plain
from bot.render.timeline import MARKS, PICTURE, WIDTH, line
from diagnostics.diagnosis import Diagnosis, Timeline, Verdict
from diagnostics.examples import ago
from diagnostics.snapshot import Target

FAILING = Diagnosis(
    target=Target(kind="Pod", namespace="n", name="p"), verdict=Verdict.LIKELY, cause="app-crash", summary="It ended."
)


def drawn(*seconds, untimed=0, revision="", next_restart=""):
    told = Timeline(ends=tuple(ago(each) for each in seconds), untimed=untimed, revision=revision)
    return plain(line(replace(FAILING, timeline=told, next_restart=next_restart)))


def test_a_back_off_shows_as_growing_gaps():
    got = drawn(600, 580, 540, 460, 300, 0, revision="2", next_restart=ago(-300))
    assert got == "Ended 6 times within 10 min: rev 2 ▏✕✕✕─✕─────✕────────✕ → next start 22 Nov, 12:05 UTC"


def test_without_a_revision_or_a_next_start_there_is_the_line_alone():
    assert drawn(60, 30, 0) == f"Ended 3 times within 60 s: ▏✕{'─' * (WIDTH // 2 - 1)}✕{'─' * (WIDTH // 2 - 2)}✕"


def test_two_ends_are_told_and_not_drawn():
    assert drawn(60, 0, revision="2") == "Ended 2 times within 60 s"
    assert drawn(60, 0, untimed=5, next_restart=ago(-300)) == (
        "Ended 7 times so far; 2 are dated, over 60 s → next start 22 Nov, 12:05 UTC"
    )


def test_no_gap_of_a_picture_is_lost_on_its_way_into_slack():
    told = Timeline(ends=tuple(ago(each) for each in (600, 580, 300, 0)), revision="2")
    picture = next(piece.text for piece in line(replace(FAILING, timeline=told)) if isinstance(piece, Code))
    assert f"`{picture}`" in phrase(line(replace(FAILING, timeline=told)))


def test_ends_without_a_time_are_counted_and_not_drawn():
    assert drawn(60, 30, 0, untimed=5).startswith("Ended 8 times so far; 3 are dated, over 60 s: ▏✕")
    assert drawn(*range(1200, 0, -60), untimed=1).count("✕") == MARKS
    assert drawn(*range(1200, 0, -60)).startswith(f"Ended 20 times so far; {MARKS} are drawn, over 9 min: ")
    assert drawn(*range(1200, 0, -60), untimed=1).startswith(f"Ended 21 times so far; {MARKS} are dated, over 9 min: ")


def test_no_line_says_nothing():
    assert line(FAILING) == ()
    assert line(replace(FAILING, timeline=Timeline(ends=("yesterday", "today")))) == ()


@given(st.lists(st.integers(0, 10**7), min_size=PICTURE, max_size=40, unique=True))
def test_a_mark_for_each_end_and_never_wider_than_a_phone(seconds):
    got = drawn(*sorted(seconds, reverse=True))
    marks = got.partition("▏")[2]
    assert marks.count("✕") == min(len(seconds), MARKS)
    assert len(marks) <= WIDTH + MARKS
    assert marks.startswith("✕")

"""Refusals are counted for each person, and forgotten in time."""

from __future__ import annotations

from bot.actions.denials import PEOPLE, WITHIN_S, Denials


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_after_so_many_refusals_a_person_is_not_looked_at_for_a_while():
    clock = Clock()
    denials = Denials(3, clock)
    assert [denials.count("U1") for _ in range(2)] == ["", ""]
    assert not denials.exceeded("U1")
    assert "refused 3 times" in denials.count("U1")
    assert denials.exceeded("U1")
    assert not denials.exceeded("U2")
    clock.now += WITHIN_S
    assert not denials.exceeded("U1")


def test_those_long_past_do_not_count():
    clock = Clock()
    denials = Denials(3, clock)
    for _ in range(20):
        assert denials.count("U1") == ""
        clock.now += WITHIN_S / 2
    assert not denials.exceeded("U1")


def test_without_a_limit_nobody_is_unheard():
    denials = Denials(0)
    assert [denials.count("U1") for _ in range(50)] == [""] * 50
    assert not denials.exceeded("U1")


def test_no_more_people_are_remembered_than_that():
    denials = Denials(1, Clock())
    for number in range(PEOPLE + 7):
        denials.count(f"U{number}")
    assert sum(denials.exceeded(f"U{number}") for number in range(PEOPLE + 7)) == PEOPLE
    assert denials.exceeded(f"U{PEOPLE + 6}")

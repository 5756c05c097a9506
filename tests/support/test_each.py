"""Many cases in one test: all are tried, what fails is named, and one can be tried alone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.each import Each, summed


def even(number):
    if number == 5:
        pytest.fail("it is five")
    assert number % 2 == 0, f"{number} is odd"


def name(number):
    return f"number {number}"


def tried(cases, wanted=""):
    said = {}
    with pytest.raises(pytest.fail.Exception) as caught:
        Each(wanted, said.__setitem__)(cases, even, name)
    return said["cases"], str(caught.value)


def test_all_are_tried_and_each_that_fails_is_named_with_its_words():
    count, told = tried([1, 2, 3, 4, 5])
    assert count == 5
    first, *others = told.split("\n\n")
    assert first == "3 of 5 cases: number 1, number 3, number 5"
    place = f"{Path(__file__)}:"
    assert [other.split("\n")[0] for other in others] == ["number 1", "number 3", "number 5"]
    assert all(other.split("\n")[1].startswith(place) for other in others)
    assert "AssertionError: 1 is odd" in others[0]
    assert "Failed: it is five" in others[2]


def test_of_very_many_all_are_named_and_some_are_shown():
    count, told = tried(range(1, 201, 2))
    assert count == 100
    first, *others = told.split("\n\n")
    assert first.startswith("100 of 100 cases: number 1, ")
    assert first.endswith(", number 199")
    assert len(others) == 20


def test_a_case_can_be_tried_alone():
    assert tried([1, 2, 3], wanted="number 3")[1].startswith("1 of 1 cases: number 3\n")
    with pytest.raises(pytest.skip.Exception, match="no case is named number 7"):
        Each("number 7", print)([1], even, name)


def test_what_holds_says_how_many_were_tried():
    said = {}
    Each("", said.__setitem__)([2, 4], even)
    assert said == {"cases": 2}


def test_a_case_that_skips_is_not_counted_and_the_others_are_tried():
    def check(number):
        if number == 1:
            pytest.skip("not this one")
        even(number)

    said = {}
    with pytest.raises(pytest.fail.Exception, match="1 of 2 cases: 3"):
        Each("", said.__setitem__)([1, 2, 3], check)
    assert said == {"cases": 2}
    with pytest.raises(pytest.skip.Exception, match="no case applies"):
        Each("", print)([1], check)


def test_no_case_at_all_is_a_fault():
    with pytest.raises(AssertionError, match="there is no case"):
        Each("", print)([], even)


def test_the_end_says_how_many_cases_the_tests_tried():
    def report(*properties, when="call"):
        return SimpleNamespace(when=when, user_properties=list(properties))

    stats = {
        "passed": [report(), report(("cases", 40), ("tried", "x"))],
        "failed": [report(("cases", 2), ("cases", 1))],
    }
    assert summed(SimpleNamespace(stats=stats | {"error": [report(when="setup")]})) == "44 cases in 3 tests"
    assert summed(SimpleNamespace(stats={"passed": [report()]})) == ""

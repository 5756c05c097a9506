"""Slips of the hand: what is near, and what is another word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.nearness import distance, nearness

NAME = st.text("abcd-", max_size=12)


@pytest.mark.parametrize(
    ("wanted", "name", "near"),
    [
        ("api-deploymnet", "api-deployment", 1),  # swapped
        ("api-deploymen", "api-deployment", 1),  # left out
        ("apii-deployment", "api-deployment", 1),  # added
        ("spi-deployment", "api-deployment", 1),  # another key
        ("aip-deploymet", "api-deployment", 2),
        ("api", "apo", 1),
        ("api", "web", None),
        ("api", "a", None),
        ("api", "api-deployment", 2),  # goes on: after every slip
        ("postgres", "api-deployment", None),
        ("mail", "sail-x", None),
    ],
)
def test_what_is_near(wanted, name, near):
    assert nearness(wanted, name) == near


@given(NAME, NAME, st.integers(0, 3))
def test_a_distance_is_the_same_both_ways_and_bounded(one, other, most):
    found = distance(one, other, most)
    assert found == distance(other, one, most)
    assert (found == 0) is (one == other)
    assert 0 <= found <= most + 1


@given(NAME, st.integers(0, 11), st.sampled_from("xyz"))
def test_one_slip_is_one(name, at, letter):
    at = min(at, len(name))
    assert distance(name, name[:at] + letter + name[at:], 2) == 1

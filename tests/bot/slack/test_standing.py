"""What Slack takes nothing of until somebody sets it right: known by place, tried rarely, forgotten when it works."""

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.model.errors import BotError
from bot.slack.errors import Kind, is_everywhere, kind_of
from bot.slack.standing import CHANNELS, PROBE_S, STALE_S, Standing
from tests.support.stores import Clock

LISTED = re.compile("[a-z_]+")
"""The form of Slack's own words."""


def standing():
    clock = Clock()
    return Standing(clock), clock


async def test_an_archived_channel_stops_only_itself():
    known, clock = standing()
    known.failed("C1", "is_archived")
    assert known.blocked("C1").code == "is_archived"
    assert known.blocked("C2") is None
    await known.check()
    assert known.notes() == ["slack channel C1: is_archived"]
    clock.now += PROBE_S
    assert known.blocked("C1") is None  # it is tried again by one
    assert known.blocked("C1") is not None
    known.worked("C1")
    assert (known.blocked("C1"), known.problems()) == (None, [])


async def test_a_revoked_token_stops_everything():
    known, _clock = standing()
    known.failed("C1", "token_revoked")
    assert known.blocked("C2").code == "token_revoked"
    with pytest.raises(BotError, match="token_revoked"):
        await known.check()
    known.worked("C2")
    assert known.blocked("C1") is None
    await known.check()


def test_what_nobody_tries_any_more_is_not_complained_of_for_ever():
    known, clock = standing()
    known.failed("C1", "not_in_channel")
    clock.now += STALE_S
    assert known.problems() == []


def test_it_is_bounded():
    known, _clock = standing()
    for number in range(CHANNELS + 5):
        known.failed(f"C{number}", "not_in_channel")
    assert len(known.problems()) == CHANNELS
    assert known.problems()[0].channel == "C5"


@given(code=st.text(max_size=30))
@example(code="some_new_word")
@example(code="")
def test_any_word_has_a_meaning_and_none_of_them_loses_anything(code):
    """Hypothesis also draws the words that the program lists, which mean what they mean: they are left out."""
    assume(code == "some_new_word" or not LISTED.fullmatch(code))
    assert kind_of(code) in (Kind.CONFIGURATION, Kind.TRANSIENT)
    assert not is_everywhere(code)

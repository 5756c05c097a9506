"""Why there is no answer, and what of an address and of a clock may be told."""

import errno
from datetime import UTC, datetime

import pytest

from bot.network.clock import date_of
from bot.network.failures import reason, system_word, without_credentials


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ECONNREFUSED, "Connect call failed ('10.0.0.1', 5432)"), "connection refused"),
        (OSError("user:canary@db"), "oSError"),
    ],
)
def test_of_a_system_error_its_word_alone_is_told(error, said):
    assert system_word(error) == said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TimeoutError(), "no answer came in time"),
        (ConnectionResetError(), "the connection was lost"),
        (ValueError("canary"), "ValueError"),
    ],
)
def test_why_no_answer_came_holds_nothing_of_the_errors_own_text(error, said):
    assert reason(error) == said


def test_an_address_is_shown_without_who_it_is_asked_as():
    assert without_credentials("https://eve:canary@am.example:9093/x?y=1") == "https://am.example:9093/x?y=1"
    assert without_credentials("https://am.example") == "https://am.example"


def test_the_other_sides_clock_is_its_date_header():
    assert date_of({"Date": "Sun, 29 Nov 2026 02:00:00 GMT"}) == datetime(2026, 11, 29, 2, tzinfo=UTC)
    assert date_of({"Date": "soon"}) is None
    assert date_of({}) is None

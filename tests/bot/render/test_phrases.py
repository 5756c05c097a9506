"""Names and times in running text, as each medium draws them."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from hypothesis import given

from bot.render.mrkdwn import phrase
from bot.render.phrases import Code, Moment, joined, marked, plain
from tests.support.odd import TEXT

CET = timezone(timedelta(hours=1), "CET")
AT = "2026-11-22T11:50:07Z"


def test_a_time_is_the_readers_own():
    assert phrase(("since ", Moment(AT))) == "since <!date^1795348207^{date_short_pretty} {time}|22 Nov, 11:50 UTC>"
    assert plain(("since ", Moment(AT)), CET) == "since 22 Nov, 12:50 CET"
    assert plain((Moment(AT, to_the_second=True),)) == "22 Nov, 11:50:07 UTC"


@pytest.mark.parametrize(
    "at", ["", "yesterday", "2026-11-22T11:50:07", "9999-12-31T23:59:59-23:00", "0001-01-01T00:00:00+23:00"]
)
def test_what_is_no_time_stays_as_it_is(at):
    assert plain((Moment(at),)) == at
    assert "<!date" not in phrase((Moment(at),))


@given(TEXT, TEXT)
def test_foreign_text_makes_no_time(at, other):
    assert "<!" not in phrase((other, Moment(f"{at}<!date^1^x|y>")))


def test_names_are_marked_where_they_stand_as_words():
    assert marked("PORT of PORT_OLD is 'PORT'", ("PORT", "PORT_OLD")) == (
        Code("PORT"), " of ", Code("PORT_OLD"), " is ", Code("PORT"),
    )  # fmt: skip
    assert marked("nothing here", ("PORT",)) == ("nothing here",)
    assert marked("", ("PORT",)) == ()


@given(TEXT, TEXT)
def test_marking_changes_no_word(text, name):
    assert plain(marked(text, (name,))).replace("'", "").replace('"', "") == text.replace("'", "").replace('"', "")


def test_phrases_are_joined_without_gaps():
    assert joined([("a",), (), ("b", Code("c"))]) == ("a", " · ", "b", Code("c"))

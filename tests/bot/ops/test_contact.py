"""When the other side last answered: by a clock that is played."""

from __future__ import annotations

import pytest

from bot.model.errors import BotError, Temporary
from bot.ops.contact import FRESH_S, Contact


class Side:
    """The other side, and the clock."""

    def __init__(self):
        self.now, self.asked, self.away = 1000.0, 0, False

    async def ask(self):
        self.asked += 1
        if self.away:
            raise Temporary("it does not answer")

    def contact(self):
        return Contact(self.ask, lambda: self.now)


async def test_a_success_lately_asks_nothing_and_an_old_one_asks():
    side = Side()
    contact = side.contact()
    contact.succeeded()
    side.now += FRESH_S
    await contact.check()
    assert side.asked == 0
    side.now += 1
    await contact.check()
    await contact.check()
    assert side.asked == 1


async def test_what_is_away_is_said_with_when_it_last_answered_until_it_is_back():
    side = Side()
    contact = side.contact()
    side.away = True
    with pytest.raises(BotError, match="it never answered"):
        await contact.check()
    side.away = False
    await contact.check()
    side.away = True
    side.now += 95
    with pytest.raises(BotError, match="it does not answer; it last answered 95 s ago"):
        await contact.check()

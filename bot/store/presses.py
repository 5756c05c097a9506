"""The rows of presses: kept before Slack is told that one arrived, taken out when it is answered.

What is still there after a while belongs to a process that died in between: somebody waits for a sentence.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, not_, select

from bot.store.clock import reached
from bot.store.scope import ALONE
from bot.store.tables import offers, presses

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.store.database import Database
    from bot.store.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A press that nobody answered."""

    offer_id: str
    user: str
    channel: str
    thread_ts: str


class Presses:
    """Presses in the database."""

    def __init__(self, database: Database, scope: Scope = ALONE) -> None:
        self._database = database
        self._scope = scope

    async def record(self, *, offer_id: str, user: str, channel: str, thread_ts: str) -> str:
        """Keep a press; returns its id, for ``answered``."""
        press_id = uuid.uuid4().hex
        row = {"offer_id": offer_id, "user_id": user, "channel": channel, "thread_ts": thread_ts}
        async with self._database.transaction() as connection:
            await connection.execute(presses.insert().values(id=press_id, at=self._database.now(), **row))
        return press_id

    async def answered(self, press_id: str) -> None:
        """Take a press out: its answer is given, or its offer is claimed and answered for."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(presses).where(presses.c.id == press_id))

    async def lost(self, after_s: float, besides: Collection[str] = ()) -> list[Lost]:
        """Take out the presses that nobody answered within the time, and return them.

        ``besides`` are those that this process is at, however long: a clock that is put forward makes nothing lost.
        """
        over = reached(presses.c.at + after_s, self._database.now(), after_s)
        # Of an offer that nobody knows it is anybody's to say so.
        others = select(offers.c.id).where(not_(self._scope.rows(offers.c.cluster)))
        old = and_(over, presses.c.id.not_in(sorted(besides)), presses.c.offer_id.not_in(others))
        async with self._database.transaction() as connection:
            found = (await connection.execute(delete(presses).where(old).returning(*presses.c))).all()
        return [
            Lost(offer_id=row.offer_id, user=row.user_id, channel=row.channel, thread_ts=row.thread_ts) for row in found
        ]

"""What is forgotten: old incidents with what hangs on them. The audit trail is kept by whoever must keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, select

from bot.model.incident import State
from bot.store.tables import alerts, feedback, incidents, milestones, offers, outbox, pointers, roots, seen, silences

if TYPE_CHECKING:
    from bot.store.database import Database

RETENTION_S = 90 * 24 * 3600.0
"""How long incidents are kept: the history line looks back seven days, people a quarter."""

UNSENT_S = 2 * 24 * 3600.0
"""How long an event is kept that the outgoing webhook could not send: it is given up after half of that."""

AT_ONCE = 200
"""Incidents deleted in one transaction: short enough that nobody waits for it."""


class Pruning:
    """Deletes what is older than ``RETENTION_S``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def step(self) -> bool:
        """Delete some of what is too old. False when nothing is left to do."""
        return await self.prune() > 0

    async def prune(self) -> int:
        """Delete some of what is too old. Return how many incidents went: 0 when nothing is left to do."""
        now = self._database.now()
        old = and_(
            incidents.c.state != State.OPEN.value,
            incidents.c.seen_at < now - RETENTION_S,
            incidents.c.settled_at < now - RETENTION_S,
            incidents.c.lease_until <= now,
        )
        async with self._database.transaction() as connection:
            found = await connection.execute(select(incidents.c.id).where(old).limit(AT_ONCE))
            ids = list(found.scalars())
            for table in (offers, alerts, milestones, pointers, roots, silences, feedback):
                await connection.execute(delete(table).where(table.c.incident_id.in_(ids)))
            await connection.execute(delete(incidents).where(incidents.c.id.in_(ids)))
            await connection.execute(delete(seen).where(seen.c.until <= now))
            # Nobody sends them any more: whoever does has given them up by then.
            await connection.execute(delete(outbox).where(outbox.c.created_at < now - UNSENT_S))
        return len(ids)

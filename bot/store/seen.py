"""What was seen before: event ids, request signatures. Kept in the database so that replicas share the memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from bot.model.incident import key
from bot.store.tables import seen

if TYPE_CHECKING:
    from bot.store.database import Database


class Seen:
    """Keys with an end."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def first(self, kind: str, identity: str, ttl_s: float) -> bool:
        """Whether this is the first sight of ``identity`` within ``ttl_s`` seconds."""
        now = self._database.now()
        row = {"key": key(kind, identity), "until": now + ttl_s}
        async with self._database.transaction() as connection:
            await connection.execute(delete(seen).where(seen.c.until <= now))
            return (await connection.execute(self._database.insert_new(seen, row))).rowcount == 1

    async def write(self, process: str, ttl_s: float) -> None:
        """Write a row of the process's own, over the one before. Raises ``Temporary`` when that is not taken."""
        written = self._database.upsert(seen, ("key",), until=self._database.now() + ttl_s)
        async with self._database.transaction() as connection:
            await connection.execute(written, [{"key": key("ping", process)}])

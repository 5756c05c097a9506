"""The rows of the audit trail: written one after the other, never changed; the database refuses it too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from bot.model.audit import FIRST, Row, chained
from bot.model.errors import Temporary
from bot.store.tables import audit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.model.audit import Entry
    from bot.store.database import Database

LOCK = 0x61756474
"""PostgreSQL's advisory lock for the end of the chain: spells "audt". SQLite's transactions come one by one anyway."""

TRIES = 5
PAGE = 500


class Audit:
    """The audit trail in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, entry: Entry) -> Row:
        """Add an entry at the end of the chain, with the database's time. Raises ``Temporary``: then do not act."""
        for _ in range(TRIES):
            try:
                return await self._appended(entry)
            except Temporary as error:
                if not isinstance(error.__cause__, IntegrityError):  # another replica wrote that number first
                    raise
        raise Temporary("the audit trail cannot be written just now")

    async def _appended(self, entry: Entry) -> Row:
        async with self._database.transaction() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            now = float((await connection.execute(select(self._database.now()))).scalar_one())
            newest = select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
            last = (await connection.execute(newest)).first()
            seq, previous = (last.seq + 1, last.hash) if last is not None else (1, FIRST)
            at = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")
            row = chained(seq, replace(entry, at=at), previous)
            await connection.execute(
                audit.insert().values(seq=row.seq, entry=row.entry, previous=row.previous, hash=row.hash)
            )
        return row

    async def rows(self) -> AsyncIterator[Row]:
        """Yield the chain from its beginning, page by page."""
        after = -(2**31)  # a row that was put before the first one must be seen too
        while True:
            page = select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(PAGE)
            async with self._database.transaction() as connection:
                found = (await connection.execute(page)).all()
            for item in found:
                yield Row(item.seq, item.entry, item.previous, item.hash)
            if len(found) < PAGE:
                return
            after = found[-1].seq

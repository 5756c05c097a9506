"""The rows of silences: what was silenced from which incident, so that it can be undone from its thread."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.store.tables import silences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """One press: ``ids`` are Alertmanager's own."""

    id: str
    incident_id: str
    ids: tuple[str, ...]


class Silences:
    """Silences in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, incident_id: str, user: str, ids: Sequence[str], ends_at: float) -> str:
        """Keep a silence that was made; return its own id."""
        row = {
            "id": uuid.uuid4().hex,
            "incident_id": incident_id,
            "user_id": user,
            "matchers": json.dumps(list(ids)),
            "ends_at": ends_at,
            "created_at": self._database.now(),
        }
        async with self._database.transaction() as connection:
            await connection.execute(silences.insert().values(**row))
        return str(row["id"])

    async def get(self, silence_id: str) -> Silence | None:
        """Return a silence, or None when its id is unknown."""
        async with self._database.transaction() as connection:
            found = await connection.execute(select(silences).where(silences.c.id == silence_id))
            row = found.mappings().first()
        if row is None:
            return None
        return Silence(id=row["id"], incident_id=row["incident_id"], ids=tuple(json.loads(row["matchers"])))

    async def ended(self, silence_id: str) -> None:
        """Write down that it was undone."""
        async with self._database.transaction() as connection:
            await connection.execute(
                update(silences).where(silences.c.id == silence_id).values(ended_at=self._database.now())
            )

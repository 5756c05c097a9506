"""How an incident went: all that its report is made of, from the rows that are there."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from bot.model.audit import Row
from bot.model.history import Acted, Fired, History, Milestone, Silenced, Turn
from bot.model.incident import Origin, State
from bot.store.incidents import BRIEF, acted_at, incident_of
from bot.store.scope import ALONE
from bot.store.tables import alerts, audit, incidents, milestones, silences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model.incident import Incident
    from bot.store.database import Database
    from bot.store.related import Related
    from bot.store.scope import Scope

FOUND = 50
"""Incidents of one name that are looked through."""

_TOLD = ("at", "since", "verdict", "cause", "summary", "ended_by")


class Histories:
    """Reads them from the database."""

    def __init__(self, database: Database, related: Related, scope: Scope = ALONE) -> None:
        self._database = database
        self._scope = scope
        self._related = related

    async def of(self, incident: Incident) -> History:
        """Return how an incident went."""
        mine = incident.id
        async with self._database.transaction() as connection:
            turns = await _rows(connection, milestones, milestones.c.incident_id == mine, milestones.c.at)
            fired = await _rows(connection, alerts, alerts.c.incident_id == mine, alerts.c.started_at)
            silenced = await _rows(connection, silences, silences.c.incident_id == mine, silences.c.created_at)
            kept = select(incidents.c.diagnosis).where(incidents.c.id == mine)
            diagnosis = (await connection.execute(kept)).scalar() or ""
            acts = await _acts(connection, incident)
        return History(
            incident=incident,
            milestones=tuple(Milestone(turn=Turn(row["kind"]), **{name: row[name] for name in _TOLD}) for row in turns),
            alerts=tuple(
                Fired(name=row["name"], started_at=row["started_at"], over_at=0.0 if row["firing"] else row["seen_at"])
                for row in fired
            ),
            silences=tuple(
                Silenced(user=row["user_id"], at=row["created_at"], until=row["ends_at"], ended_at=row["ended_at"])
                for row in silenced
            ),
            acts=acts,
            diagnosis=json.loads(diagnosis) if diagnosis else None,
            companions=tuple(
                member for member in await self._related.members(mine) if member.workload != incident.workload
            ),
        )

    async def relapse(self, incident_id: str) -> tuple[float, bool] | None:
        """Return after how many seconds an incident came back the last time, and whether for the same cause.

        None: it did not, or nothing is written down of it.
        """
        async with self._database.transaction() as connection:
            turns = await _rows(connection, milestones, milestones.c.incident_id == incident_id, milestones.c.at)
        over = max((at for at, turn in enumerate(turns) if turn["kind"] == Turn.RECOVERED.value), default=0)
        if not 0 < over < len(turns) - 1:
            return None
        before, recovered, back = turns[over - 1 : over + 2]
        # Since when it is back, as it was told then: when that was written down is a moment later.
        return (back["since"] or back["at"]) - recovered["at"], back["cause"] == before["cause"]

    async def named(self, name: str) -> list[Incident]:
        """Return the incidents about what has that name, or was asked for by it, the newest first."""
        workload = incidents.c.workload.endswith(f"/{name}", autoescape=True)
        return await self._found(or_(workload, incidents.c.name == name))

    async def in_channel(self, channel: str) -> list[Incident]:
        """Return the incidents that were told of in a channel, the newest first."""
        return await self._found(incidents.c.channel == channel)

    async def newest(self) -> list[Incident]:
        """Return the newest incidents, wherever they were told of."""
        return await self._found(incidents.c.channel != "")

    async def _found(self, which: ColumnElement[bool]) -> list[Incident]:
        asked = incidents.c.origin.not_in([Origin.DIGEST.value, Origin.NOTICE.value])
        about = and_(
            self._scope.rows(incidents.c.cluster),
            which,
            asked,
            incidents.c.workload != "",
            incidents.c.state != State.FAILED.value,
        )
        now = self._database.now().label("now")
        found = select(*BRIEF, now, acted_at()).where(about).order_by(incidents.c.created_at.desc()).limit(FOUND)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(found)).mappings()
            return [incident_of(row, row["now"], row["acted_at"]) for row in rows]


async def _rows(connection: AsyncConnection, table: Any, which: Any, order: Any) -> Sequence[Any]:
    return (await connection.execute(select(table).where(which).order_by(order))).mappings().all()


async def _acts(connection: AsyncConnection, incident: Incident) -> tuple[Acted, ...]:
    """Return what the audit trail holds of the incident's workload while it went on, from whatever thread it was."""
    if incident.workload is None:
        return ()
    found = incident.workload
    # As ``bot.model.audit.canonical`` writes it: names hold nothing that JSON would escape.
    target = f'"target":"{found.namespace}/{found.kind.lower()}/{found.name}"'
    about = select(audit).where(audit.c.entry.contains(target, autoescape=True)).order_by(audit.c.seq)
    rows = (await connection.execute(about)).all()
    entries = [Row(row.seq, row.entry, row.previous, row.hash).read() for row in rows]
    own = [entry for entry in entries if entry.get("cluster", "") == incident.cluster]
    acts = [Acted(at=_seconds(entry.get("at")), entry=entry) for entry in own]
    over = incident.recovered_at or math.inf
    return tuple(act for act in acts if incident.created_at <= act.at <= over)


def _seconds(at: object) -> float:
    try:
        return datetime.fromisoformat(str(at)).timestamp()
    except (ValueError, OverflowError):
        return 0.0

"""The rows of milestones: each verdict and each recovery of an incident, written with what it changes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.model.history import Turn
from bot.store.tables import milestones
from diagnostics.diagnosis import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model.incident import Incident


async def note_verdict(connection: AsyncConnection, incident_id: str, at: Any, found: Mapping[str, Any]) -> None:
    """Write down a verdict, unless it is the one that stands."""
    if found.get("verdict") in (None, "", Verdict.NOT_FAILING.value):
        return
    mine = milestones.c.incident_id == incident_id
    newest = select(milestones).where(mine).order_by(milestones.c.at.desc()).limit(1)
    before = (await connection.execute(newest)).mappings().first()
    same = before is not None and before["kind"] == Turn.VERDICT.value
    if same and before is not None and (before["verdict"], before["cause"]) == (found["verdict"], found.get("cause")):
        return
    since = found.get("began_at", 0.0)
    told = {name: found.get(name, "") for name in ("verdict", "cause", "summary")}
    await _note(connection, incident_id, Turn.VERDICT, at=at, since=since, **told)


async def note_recovery(connection: AsyncConnection, incident: Incident, ended_by: str) -> None:
    """Write down that it is over."""
    await _note(connection, incident.id, Turn.RECOVERED, at=incident.now, since=incident.well_since, ended_by=ended_by)


async def _note(connection: AsyncConnection, incident_id: str, turn: Turn, **values: Any) -> None:
    row = {"id": uuid.uuid4().hex, "incident_id": incident_id, "kind": turn.value, **values}
    await connection.execute(milestones.insert().values(**row))

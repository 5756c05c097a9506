"""The rows of milestones: each verdict and each recovery of an incident, written with what it changes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.model.events import EventKind, Happened
from bot.model.history import Turn
from bot.store.tables import milestones
from diagnostics.diagnosis import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model.incident import Incident

ABSENT = "not-found"
"""The cause of a verdict about what is not there."""


async def note_verdict(
    connection: AsyncConnection, incident_id: str, at: Any, found: Mapping[str, Any]
) -> Happened | None:
    """Write down a verdict, unless it is the one that stands. Return what it is after what was before.

    None where nothing fails by it: what is not there is a verdict of the answer, and nobody's incident.
    """
    if found.get("verdict") in (None, "", Verdict.NOT_FAILING.value):
        return None
    verdict = found["verdict"], found.get("cause")
    before = await _newest(connection, incident_id)
    if before is not None and _is_verdict(before) and verdict == (before["verdict"], before["cause"]):
        return None
    told = await _newest(connection, incident_id, milestones.c.cause != ABSENT)
    since = found.get("began_at", 0.0)
    values = {name: found.get(name, "") for name in ("verdict", "cause", "summary")}
    await _note(connection, incident_id, Turn.VERDICT, at=at, since=since, **values)
    if found.get("cause") == ABSENT:
        return None
    if told is None:
        return Happened(kind=EventKind.OPENED)
    if not _is_verdict(told):
        return Happened(kind=EventKind.RELAPSED)
    standing = told["verdict"], told["cause"]
    return None if standing == verdict else Happened(kind=EventKind.VERDICT_CHANGED, previous=standing)


async def note_recovery(connection: AsyncConnection, incident: Incident, ended_by: str) -> Happened | None:
    """Write down that it is over. Return that, unless no verdict had said before that it failed."""
    told = await _newest(connection, incident.id, milestones.c.cause != ABSENT)
    await _note(connection, incident.id, Turn.RECOVERED, at=incident.now, since=incident.well_since, ended_by=ended_by)
    return Happened(kind=EventKind.RECOVERED) if told is not None and _is_verdict(told) else None


async def _newest(connection: AsyncConnection, incident_id: str, *which: ColumnElement[bool]) -> RowMapping | None:
    mine = milestones.c.incident_id == incident_id
    newest = select(milestones).where(mine, *which).order_by(milestones.c.at.desc()).limit(1)
    return (await connection.execute(newest)).mappings().first()


def _is_verdict(milestone: RowMapping) -> bool:
    return bool(milestone["kind"] == Turn.VERDICT.value)


async def _note(connection: AsyncConnection, incident_id: str, turn: Turn, **values: Any) -> None:
    row = {"id": uuid.uuid4().hex, "incident_id": incident_id, "kind": turn.value, **values}
    await connection.execute(milestones.insert().values(**row))

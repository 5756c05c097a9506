"""The rows of incidents: kept once, claimed by lease, settled only by the one who holds the lease."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select, update

from bot.incidents import FOLD_S, REFRESH_S, Incident, Origin, Request, State, Subject
from bot.store.tables import incidents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection
    from sqlalchemy.sql.dml import ReturningUpdate

    from bot.store.database import Database

_FREE = {"lease_owner": "", "lease_until": 0.0}


class Incidents:
    """Incidents in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, requests: Sequence[Request]) -> list[tuple[str, bool]]:
        """Keep every request in one transaction, all or none. Return each one's incident id and whether it is new."""
        async with self._database.transaction() as connection:
            return [await self._keep(connection, request) for request in requests]

    async def _keep(self, connection: AsyncConnection, request: Request) -> tuple[str, bool]:
        now = self._database.now()
        if request.fold_key is not None:
            joined = await self._fold(connection, request)
            if joined is not None:
                return joined, False
        row = _row(request) | {"created_at": now, "seen_at": now}
        inserted = await connection.execute(self._database.insert_new(incidents, row))
        if inserted.rowcount == 1:
            return row["id"], True
        # The same asking again, or another process was first with this workload: theirs is the incident.
        known = select(incidents.c.id).where(
            (incidents.c.dedup_key == request.dedup_key)
            | (and_(incidents.c.fold_key.is_not(None), incidents.c.fold_key == request.fold_key))
        )
        return str((await connection.execute(known)).scalars().first()), False

    async def _fold(self, connection: AsyncConnection, request: Request) -> str | None:
        """Join the young incident about the same workload, or free its key when it is old."""
        now = self._database.now()
        same = incidents.c.fold_key == request.fold_key
        stale = and_(same, incidents.c.seen_at < now - FOLD_S, incidents.c.dedup_key != request.dedup_key)
        await connection.execute(update(incidents).where(stale).values(fold_key=None))
        joined = await connection.execute(
            update(incidents)
            .where(same)
            .values(sightings=incidents.c.sightings + 1, seen_at=now)
            .returning(incidents.c.id, incidents.c.state, (now - incidents.c.settled_at).label("age"))
        )
        row = joined.mappings().first()
        if row is None:
            return None
        if row["state"] != State.OPEN and row["age"] > REFRESH_S:
            await connection.execute(update(incidents).where(incidents.c.id == row["id"]).values(**_reopened(now)))
        return str(row["id"])

    async def claim(self, owner: str, lease_s: float) -> Incident | None:
        """Take the lease of the open incident that waited longest, or None when there is nothing to do."""
        claimed = claiming(self._database.now(), owner, lease_s)
        async with self._database.transaction() as connection:
            row = (await connection.execute(claimed)).mappings().first()
        return None if row is None else _incident(row)

    async def note(self, incident_id: str, owner: str, **values: str) -> bool:
        """Write down what stands in Slack (``line_ts``, ``answer_ts``, ``cause`` ...). False: the lease was lost."""
        return await self._fenced(incident_id, owner, values)

    async def settle(self, incident_id: str, owner: str, state: State, **values: str) -> bool:
        """Close an incident, and free its lease. False when the lease was lost: the other holder settles it."""
        return await self._fenced(
            incident_id,
            owner,
            values | _FREE | {"state": state.value, "settled_at": self._database.now(), "attempt": 0},
        )

    async def put_off(self, incident_id: str, owner: str, wait_s: float) -> bool:
        """Give the lease back, and have the incident claimed again not before ``wait_s`` from now."""
        return await self._fenced(incident_id, owner, _FREE | {"not_before": self._database.now() + wait_s})

    async def reopen(self, incident_id: str, wait_s: float = 0.0) -> bool:
        """Ask for a settled incident's diagnosis again."""
        settled = and_(incidents.c.id == incident_id, incidents.c.state != State.OPEN.value)
        async with self._database.transaction() as connection:
            done = await connection.execute(
                update(incidents).where(settled).values(**_reopened(self._database.now() + wait_s))
            )
        return done.rowcount == 1

    async def get(self, incident_id: str) -> Incident | None:
        """Return one incident."""
        async with self._database.transaction() as connection:
            row = (await connection.execute(select(incidents).where(incidents.c.id == incident_id))).mappings().first()
        return None if row is None else _incident(row)

    async def diagnosis(self, incident_id: str) -> str:
        """Return the kept diagnosis as JSON text, or empty."""
        async with self._database.transaction() as connection:
            found = await connection.execute(select(incidents.c.diagnosis).where(incidents.c.id == incident_id))
            return found.scalar() or ""

    async def recent(self, limit: int) -> list[Incident]:
        """Return the newest incidents, newest first."""
        async with self._database.transaction() as connection:
            rows = await connection.execute(select(incidents).order_by(incidents.c.created_at.desc()).limit(limit))
            return [_incident(row) for row in rows.mappings()]

    async def waiting(self) -> int:
        """Return how many incidents are open."""
        async with self._database.transaction() as connection:
            counted = await connection.execute(
                select(func.count()).select_from(incidents).where(incidents.c.state == State.OPEN.value)
            )
            return int(counted.scalar_one())

    async def _fenced(self, incident_id: str, owner: str, values: dict[str, Any]) -> bool:
        mine = and_(incidents.c.id == incident_id, incidents.c.lease_owner == owner)
        async with self._database.transaction() as connection:
            return (await connection.execute(update(incidents).where(mine).values(**values))).rowcount == 1


def claiming(now: ColumnElement[float], owner: str, lease_s: float) -> ReturningUpdate[Any]:
    """Return the one statement by which a lease is taken: two who run it at once never get the same row."""
    due = and_(incidents.c.state == State.OPEN.value, incidents.c.lease_until <= now, incidents.c.not_before <= now)
    candidate = (
        select(incidents.c.id)
        .where(due)
        .order_by(incidents.c.not_before, incidents.c.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)  # left out by SQLite, which has one writer
        .scalar_subquery()
    )
    return (
        update(incidents)
        .where(and_(incidents.c.id == candidate, due))
        .values(lease_owner=owner, lease_until=now + lease_s, attempt=incidents.c.attempt + 1)
        .returning(*incidents.c)
    )


def _reopened(not_before: Any) -> dict[str, Any]:
    return {"state": State.OPEN.value, "not_before": not_before, "attempt": 0, **_FREE}


def _row(request: Request) -> dict[str, Any]:
    subject = request.subject
    return {
        "id": uuid.uuid4().hex,
        "dedup_key": request.dedup_key,
        "fold_key": request.fold_key,
        "origin": request.origin.value,
        "state": State.OPEN.value,
        "kind": subject.kind,
        "namespace": subject.namespace,
        "name": subject.name,
        "container": subject.container,
        "labels": json.dumps(dict(request.labels), sort_keys=True),
        "channel": request.channel,
        "thread_ts": request.thread_ts,
        "user_id": request.user,
        "team_id": request.team,
    }


def _incident(row: RowMapping) -> Incident:
    return Incident(
        id=row["id"],
        origin=Origin(row["origin"]),
        state=State(row["state"]),
        subject=Subject(
            kind=row["kind"], namespace=row["namespace"], name=row["name"], container=row["container"]
        ),
        user=row["user_id"],
        team=row["team_id"],
        **{
            name: row[name]
            for name in (
                "channel", "thread_ts", "line_ts", "answer_ts", "attempt", "sightings", "created_at",
                "verdict", "cause", "summary", "workload",
            )
        },
    )  # fmt: skip

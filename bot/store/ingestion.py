"""What the intake writes, in one transaction: new incidents, alerts that join, alerts that are over.

Requests are taken in the order of their keys, so that two replicas that keep the same alerts do not wait for each other
in a circle.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, or_, select, update

from bot.model.incident import FOLD_S, REFRESH_S, Ending, Origin, Request, Sighting, State, key
from bot.store.tables import alerts, incidents, pointers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database

_FREE = {"lease_owner": "", "lease_until": 0.0}
AT_ONCE = 200
"""Keys in one statement: well below SQLite's limit of parameters."""


async def ingest(
    database: Database, connection: AsyncConnection, requests: Sequence[Request]
) -> list[tuple[str, bool]]:
    """Keep the requests. Return each one's incident id, and whether it is new."""
    together: dict[str, list[int]] = {}
    for index, request in enumerate(requests):
        together.setdefault(request.fold_key or f"alone-{request.dedup_key}", []).append(index)
    known = await _known(connection, [request.sighting for request in requests if request.sighting])
    results: dict[int, tuple[str, bool]] = {}
    for _, indices in sorted(together.items()):
        group = [requests[index] for index in indices]
        fresh = any(_is_fresh(request, known) for request in group)
        incident_id, new = await _keep(database, connection, group, fresh=fresh)
        results |= {index: (incident_id, new and index == indices[0]) for index in indices}
    for index, request in sorted(
        enumerate(requests), key=lambda item: item[1].sighting.key if item[1].sighting else ""
    ):
        if request.sighting is not None:
            await connection.execute(database.upsert(alerts, _alert(database, request.sighting, results[index][0])))
    return [results[index] for index in range(len(requests))]


async def resolve(database: Database, connection: AsyncConnection, sightings: Sequence[Sighting]) -> None:
    """Mark the alerts as over, unless they fire anew by now, and have their incidents checked."""
    over = {sighting.key: sighting.started_at for sighting in sightings}
    ids: set[str] = set()
    for alert_key, started_at in sorted(over.items()):
        # A second of grace: one Alertmanager of a pair may know fewer digits of the time.
        firing = and_(alerts.c.key == alert_key, alerts.c.firing == 1, alerts.c.started_at <= started_at + 1)
        done = await connection.execute(
            update(alerts).where(firing).values(firing=0, seen_at=database.now()).returning(alerts.c.incident_id)
        )
        ids |= set(done.scalars())
    await schedule_check(database, connection, sorted(ids))


async def end(database: Database, connection: AsyncConnection, endings: Sequence[Ending]) -> None:
    """Mark the alerts of known incidents as over, and have those checked. What is not known stays unknown.

    A message has no fingerprint: the incident is found by its workload, the alert by its name.
    """
    for ending in sorted(endings, key=lambda one: one.fold_key):
        of = select(incidents.c.id).where(incidents.c.fold_key == ending.fold_key)
        incident_id = (await connection.execute(of)).scalar()
        if incident_id is None:
            continue
        mine = alerts.c.incident_id == incident_id
        known = (await connection.execute(select(alerts.c.key).where(mine).limit(1))).first()
        if known is None:
            sighting = Sighting(key=key("message-alert", incident_id, ending.name), name=ending.name)
            row = _alert(database, sighting, incident_id) | {"firing": 0}
            await connection.execute(database.upsert(alerts, row))
        else:
            same = and_(mine, alerts.c.name == ending.name) if ending.name else mine
            await connection.execute(update(alerts).where(same).values(firing=0, seen_at=database.now()))
        await schedule_check(database, connection, [incident_id])


async def schedule_check(
    database: Database, connection: AsyncConnection, ids: Sequence[str], wait_s: float = 0.0
) -> int:
    """Have settled incidents checked again soon; those that are being worked on, right after that."""
    count = 0
    at = database.now() + wait_s
    sooner = case((and_(incidents.c.watch_at > 0, incidents.c.watch_at < at), incidents.c.watch_at), else_=at)
    for start in range(0, len(ids), AT_ONCE):
        some = incidents.c.id.in_(ids[start : start + AT_ONCE])
        done = await connection.execute(
            update(incidents)
            .where(and_(some, incidents.c.state.in_([State.OPEN.value, State.ANSWERED.value, State.RECOVERED.value])))
            .values(watch_at=sooner, check_requested=1)
        )
        count += done.rowcount
    return count


async def _known(connection: AsyncConnection, sightings: Sequence[Sighting]) -> dict[str, RowMapping]:
    keys = sorted({sighting.key for sighting in sightings})
    known: dict[str, RowMapping] = {}
    for start in range(0, len(keys), AT_ONCE):
        found = await connection.execute(select(alerts).where(alerts.c.key.in_(keys[start : start + AT_ONCE])))
        known |= {row["key"]: row for row in found.mappings()}
    return known


def _is_fresh(request: Request, known: dict[str, RowMapping]) -> bool:
    """Whether it fires anew, rather than being said again."""
    if request.sighting is None:
        return True
    row = known.get(request.sighting.key)
    return row is None or not row["firing"] or request.sighting.started_at > row["started_at"] + 1


async def _keep(
    database: Database, connection: AsyncConnection, group: Sequence[Request], *, fresh: bool
) -> tuple[str, bool]:
    request = group[0]
    if request.fold_key is not None:
        joined = await _fold(database, connection, group, fresh=fresh)
        if joined is not None:
            return joined, False
    now = database.now()
    row = _row(request) | {"created_at": now, "seen_at": now, "not_before": now + request.wait_s}
    row["sightings"] = len(group)
    row["began_at"] = _began(database, group)
    inserted = await connection.execute(database.insert_new(incidents, row))
    if inserted.rowcount == 1:
        return row["id"], True
    # The same request again, or another process was first with this workload: theirs is the incident.
    found = select(incidents.c.id).where(
        or_(
            incidents.c.dedup_key == request.dedup_key,
            and_(incidents.c.fold_key.is_not(None), incidents.c.fold_key == request.fold_key),
        )
    )
    return str((await connection.execute(found)).scalars().first()), False


async def _fold(
    database: Database, connection: AsyncConnection, group: Sequence[Request], *, fresh: bool
) -> str | None:
    """Join the incident about the same workload, or free its key when it is old."""
    now = database.now()
    same = incidents.c.fold_key == group[0].fold_key
    asked = [request.dedup_key for request in group[:AT_ONCE]]
    stale = and_(same, incidents.c.seen_at < now - FOLD_S, incidents.c.dedup_key.not_in(asked))
    await connection.execute(update(incidents).where(stale).values(fold_key=None))
    joined = await connection.execute(
        update(incidents)
        .where(same)
        .values(sightings=incidents.c.sightings + len(group), seen_at=now)
        .returning(
            incidents.c.id,
            incidents.c.state,
            incidents.c.well_since,
            (now - incidents.c.settled_at).label("age"),
        )
    )
    row = joined.mappings().first()
    if row is None:
        return None
    for request in group:
        if request.origin is Origin.MESSAGE:
            await _meet(database, connection, str(row["id"]), request)
    if row["state"] != State.OPEN.value and (
        row["age"] > REFRESH_S or (fresh and row["state"] == State.RECOVERED.value)
    ):
        await connection.execute(update(incidents).where(incidents.c.id == row["id"]).values(**reopened(now)))
    elif fresh and row["well_since"]:
        await schedule_check(database, connection, [str(row["id"])])  # its pods seemed to be over it
    return str(row["id"])


async def _meet(database: Database, connection: AsyncConnection, incident_id: str, request: Request) -> None:
    """Answer in the message's thread when nothing is answered yet; else let that thread point to the answer."""
    now = database.now()
    nothing_yet = and_(
        incidents.c.id == incident_id,
        incidents.c.state == State.OPEN.value,
        incidents.c.summary_ts == "",
        incidents.c.thread_ts == "",
        incidents.c.parent_id == "",
        incidents.c.lease_until <= now,
    )
    moved = await connection.execute(
        update(incidents)
        .where(nothing_yet)
        .values(
            origin=Origin.MESSAGE.value,
            addressed=request.addressed or request.channel,
            channel=request.channel,
            thread_ts=request.thread_ts,
            not_before=now,
        )
    )
    stands = and_(
        incidents.c.id == incident_id,
        incidents.c.channel == request.channel,
        incidents.c.thread_ts == request.thread_ts,
    )
    if moved.rowcount == 1 or (await connection.execute(select(incidents.c.id).where(stands))).first():
        return
    row = {
        "key": key("pointer", incident_id, request.channel, request.thread_ts),
        "incident_id": incident_id,
        "channel": request.channel,
        "thread_ts": request.thread_ts,
        "created_at": now,
    }
    if (await connection.execute(database.insert_new(pointers, row))).rowcount == 1:
        await schedule_check(database, connection, [incident_id])


def reopened(not_before: Any) -> dict[str, Any]:
    """Return what makes a settled incident open again."""
    return {"state": State.OPEN.value, "not_before": not_before, "attempt": 0, **_FREE}


def _began(database: Database, group: Sequence[Request]) -> Any:
    """Return when the trouble began: with the first alert, unless its clock is not to be believed."""
    now = database.now()
    started = [request.sighting.started_at for request in group if request.sighting and request.sighting.started_at]
    if not started:
        return now
    first = min(started)
    return case((and_(now - first >= 0, now - first < FOLD_S), first), else_=now)


def _alert(database: Database, sighting: Sighting, incident_id: str) -> dict[str, Any]:
    return {
        "key": sighting.key,
        "incident_id": incident_id,
        "name": sighting.name,
        "firing": 1,
        "started_at": sighting.started_at,
        "seen_at": database.now(),
    }


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
        "addressed": request.addressed or request.channel,
        "thread_ts": request.thread_ts,
        "user_id": request.user,
        "team_id": request.team,
        "note": request.note,
        "links": json.dumps(dict(request.links), sort_keys=True) if request.links else "",
    }

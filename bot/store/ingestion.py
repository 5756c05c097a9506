"""What the intake writes, in one transaction: new incidents, alerts that join, alerts that are over.

Each kind of change is one statement for all of a notification. The transactions of all replicas queue, so that none
meets a row that another one is about to write.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Double, and_, bindparam, case, select, update

from bot.model.incident import FOLD_S, REFRESH_S, Ending, Origin, Request, Sighting, State, key
from bot.store.tables import alerts, incidents, pointers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import BindParameter, RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database

_FREE = {"lease_owner": "", "lease_until": 0.0}
AT_ONCE = 200
"""Keys in one statement: well below SQLite's limit of parameters."""

_SIGHTED = ("key", "incident_id", "name", "firing", "started_at")


@dataclass(frozen=True, slots=True)
class _Group:
    """Requests that are about one incident. ``fresh``: one of them fires anew, rather than being said again."""

    requests: tuple[Request, ...]
    fresh: bool

    @property
    def first(self) -> Request:
        """The request that an incident is made of."""
        return self.requests[0]

    @property
    def dedup_keys(self) -> set[str]:
        """The keys of all."""
        return {request.dedup_key for request in self.requests}


async def ingest(
    database: Database, connection: AsyncConnection, requests: Sequence[Request], cluster: str = ""
) -> list[tuple[str, bool]]:
    """Keep the requests about a cluster. Return each one's incident id, and whether it is new.

    A handful of statements, however many requests there are: a notification may name thousands of pods, and whoever
    sends it waits a few seconds.
    """
    known = await _known(connection, [request.sighting for request in requests if request.sighting])
    together: dict[str, list[int]] = {}
    for index, request in enumerate(requests):
        together.setdefault(request.fold_key or f"alone-{request.dedup_key}", []).append(index)
    groups = [_group([requests[index] for index in indices], known) for indices in together.values()]
    ids = await _join(database, connection, [group for group in groups if group.first.fold_key is not None])
    fresh = [group for group in groups if group.first.dedup_key not in ids]
    made = await _insert(database, connection, fresh, cluster) if fresh else {}
    results: dict[int, tuple[str, bool]] = {}
    for group, indices in zip(groups, together.values(), strict=True):
        dedup_key = group.first.dedup_key
        incident_id, new = made[dedup_key] if dedup_key in made else (ids[dedup_key], False)
        results |= {index: (incident_id, new and index == indices[0]) for index in indices}
    sighted = [(request.sighting, results[index][0]) for index, request in enumerate(requests) if request.sighting]
    await _sight(database, connection, sighted)
    return [results[index] for index in range(len(requests))]


async def resolve(database: Database, connection: AsyncConnection, sightings: Sequence[Sighting]) -> None:
    """Mark the alerts as over, unless they fire anew by now, and have their incidents checked."""
    over = {sighting.key: sighting.started_at for sighting in sightings}
    known = await _known(connection, sightings)
    # A second of grace: one Alertmanager of a pair may know fewer digits of the time.
    ended = [
        alert_key for alert_key, row in known.items() if row["firing"] and row["started_at"] <= over[alert_key] + 1
    ]
    for some in _chunks(ended):
        done = update(alerts).where(alerts.c.key.in_(some)).values(firing=0, seen_at=database.now())
        await connection.execute(done)
    await schedule_check(database, connection, sorted({known[alert_key]["incident_id"] for alert_key in ended}))


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
            await _sight(database, connection, [(sighting, incident_id)], firing=0)
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
    for some in _chunks(ids):
        done = await connection.execute(
            update(incidents)
            .where(
                and_(
                    incidents.c.id.in_(some),
                    incidents.c.state.in_([State.OPEN.value, State.ANSWERED.value, State.RECOVERED.value]),
                )
            )
            .values(watch_at=sooner, check_requested=1)
        )
        count += done.rowcount
    return count


async def held(connection: AsyncConnection, fold_keys: Iterable[str]) -> set[str]:
    """Return those of the fold keys that an incident has."""
    kept: set[str] = set()
    for some in _chunks(set(fold_keys)):
        found = await connection.execute(select(incidents.c.fold_key).where(incidents.c.fold_key.in_(some)))
        kept |= {str(fold_key) for fold_key in found.scalars()}
    return kept


def _chunks(keys: Iterable[str]) -> list[list[str]]:
    ordered = sorted(keys)
    return [ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE)]


async def _known(connection: AsyncConnection, sightings: Sequence[Sighting]) -> dict[str, RowMapping]:
    known: dict[str, RowMapping] = {}
    for some in _chunks({sighting.key for sighting in sightings}):
        found = await connection.execute(select(alerts).where(alerts.c.key.in_(some)))
        known |= {row["key"]: row for row in found.mappings()}
    return known


def _group(requests: Sequence[Request], known: dict[str, RowMapping]) -> _Group:
    return _Group(tuple(requests), fresh=any(_is_fresh(request, known) for request in requests))


def _is_fresh(request: Request, known: dict[str, RowMapping]) -> bool:
    if request.sighting is None:
        return True
    row = known.get(request.sighting.key)
    return row is None or not row["firing"] or request.sighting.started_at > row["started_at"] + 1


@dataclass(frozen=True, slots=True)
class _Joining:
    """What joining changes: the incident's id by a group's first dedup key, and the ids of those that change."""

    ids: dict[str, str] = field(default_factory=dict)
    counts: list[dict[str, Any]] = field(default_factory=list)
    old: list[str] = field(default_factory=list)
    reopening: list[str] = field(default_factory=list)
    checking: list[str] = field(default_factory=list)


def _joining(groups: Sequence[_Group], standing: Mapping[str, RowMapping]) -> _Joining:
    """Decide which groups join which incidents, and which incidents are too old to be joined."""
    made = _Joining()
    for group in groups:
        row = standing.get(str(group.first.fold_key))
        if row is not None and row["quiet_s"] > FOLD_S and row["dedup_key"] not in group.dedup_keys:
            made.old.append(row["id"])
            row = None
        row = row or standing.get(group.first.dedup_key)
        if row is None:
            continue
        made.ids[group.first.dedup_key] = row["id"]
        made.counts.append({"of": row["id"], "more": len(group.requests)})
        if _is_to_reopen(row, fresh=group.fresh):
            made.reopening.append(row["id"])
        elif group.fresh and row["well_since"]:
            made.checking.append(row["id"])  # its pods seemed to be over it
    return made


async def _join(database: Database, connection: AsyncConnection, groups: Sequence[_Group]) -> dict[str, str]:
    """Let groups join the incidents about the same workloads, and free the keys of those that are old.

    Return the incident's id by the first request's dedup key, for those that joined one.
    """
    joining = _joining(groups, await _standing(database, connection, groups))
    now = database.now()
    for some in _chunks(joining.old):
        await connection.execute(update(incidents).where(incidents.c.id.in_(some)).values(fold_key=None))
    if joining.counts:
        more = {"sightings": incidents.c.sightings + bindparam("more"), "seen_at": now}
        counted = update(incidents).where(incidents.c.id == bindparam("of")).values(more)
        await connection.execute(counted, joining.counts)
    for group in groups:
        incident_id = joining.ids.get(group.first.dedup_key, "")
        for request in group.requests if incident_id else ():
            if request.origin is Origin.MESSAGE:
                await _meet(database, connection, incident_id, request)
    for some in _chunks(joining.reopening):
        await connection.execute(update(incidents).where(incidents.c.id.in_(some)).values(**reopened(now)))
    await schedule_check(database, connection, joining.checking)
    return joining.ids


async def _standing(database: Database, connection: AsyncConnection, groups: Sequence[_Group]) -> dict[str, RowMapping]:
    """Return the incidents that hold the groups' fold keys, and those of the same requests, by these keys. Locked."""
    now = database.now()
    wanted = [
        *(incidents.c[name] for name in _JOINED),
        (now - incidents.c.seen_at).label("quiet_s"),
        (now - incidents.c.settled_at).label("age_s"),
    ]
    found: dict[str, RowMapping] = {}
    for column, keys in (
        (incidents.c.dedup_key, {group.first.dedup_key for group in groups}),
        (incidents.c.fold_key, {str(group.first.fold_key) for group in groups}),
    ):
        for some in _chunks(keys):
            asked = select(*wanted).where(column.in_(some)).order_by(column).with_for_update()
            found |= {row[column.key]: row for row in (await connection.execute(asked)).mappings()}
    return found


_JOINED = ("id", "dedup_key", "fold_key", "state", "well_since", "summary_ts", "report_ts", "thread_ts", "parent_id")


def _is_to_reopen(row: RowMapping, *, fresh: bool) -> bool:
    """Whether an alert has an incident looked into again: its answer is old, it is over, or was never told."""
    if row["state"] == State.OPEN.value:
        return False
    told = bool(row["summary_ts"] or row["report_ts"] or row["parent_id"])
    return (
        row["age_s"] > REFRESH_S
        or (fresh and row["state"] == State.RECOVERED.value)
        or (row["state"] == State.FAILED.value and not told)
    )


async def _insert(
    database: Database, connection: AsyncConnection, groups: Sequence[_Group], cluster: str
) -> dict[str, tuple[str, bool]]:
    """Make the groups' incidents. Return id and whether it is new by the first request's dedup key.

    It is not new when the same was asked before.
    """
    now = database.now()
    rows = {group.first.dedup_key: _row(group) for group in groups}
    began: BindParameter[float] = bindparam("first_at", type_=Double())
    statement = database.insert_new(
        incidents,
        {
            "cluster": cluster,
            "created_at": now,
            "seen_at": now,
            "not_before": now + bindparam("wait_s", type_=Double()),
            # When the trouble began: with the first alert, unless its clock is not to be believed.
            "began_at": case((and_(now - began >= 0, now - began < FOLD_S), began), else_=now),
        },
    )
    await connection.execute(statement, list(rows.values()))
    made: dict[str, tuple[str, bool]] = {}
    for some in _chunks(rows):
        found = select(incidents.c.id, incidents.c.dedup_key).where(incidents.c.dedup_key.in_(some))
        for incident_id, dedup_key in await connection.execute(found):
            made[dedup_key] = (incident_id, incident_id == rows[dedup_key]["id"])
    return made


async def _sight(
    database: Database, connection: AsyncConnection, sighted: Sequence[tuple[Sighting, str]], firing: int = 1
) -> None:
    """Write down alerts with their incidents' ids."""
    rows = [
        dict(zip(_SIGHTED, (one.key, incident_id, one.name, firing, one.started_at), strict=True))
        for one, incident_id in sighted
    ]
    if rows:
        await connection.execute(database.upsert(alerts, _SIGHTED, seen_at=database.now()), rows)


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


def _row(group: _Group) -> dict[str, Any]:
    request = group.first
    subject = request.subject
    started = [each.sighting.started_at for each in group.requests if each.sighting and each.sighting.started_at]
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
        "sightings": len(group.requests),
        "first_at": min(started, default=0.0),
        "wait_s": request.wait_s,
    }

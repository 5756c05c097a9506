"""The rows of incidents: claimed by lease, and settled only by the one who holds the lease."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, TypedDict

from sqlalchemy import Double, and_, bindparam, case, cast, delete, func, literal_column, or_, select, update

from bot.model.events import EventKind, Happened
from bot.model.incident import (
    ALERTED,
    LATE_S,
    WATCH_END_S,
    Ending,
    Incident,
    Origin,
    Sighting,
    State,
    Subject,
    pod_uid,
)
from bot.model.offer import SENT, OfferState
from bot.store import ingestion
from bot.store.clock import reached
from bot.store.milestones import note_recovery, note_verdict
from bot.store.offers import superseded
from bot.store.scope import ALONE
from bot.store.tables import incidents, offers, roots
from diagnostics.diagnosis import Verdict
from diagnostics.objects import ObjectRef

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import Unpack

    from sqlalchemy import ColumnElement, RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection
    from sqlalchemy.sql.dml import ReturningUpdate

    from bot.model.incident import Request
    from bot.store.database import Database
    from bot.store.outbox import Outbox
    from bot.store.scope import Scope

_FREE = {"lease_owner": "", "lease_until": 0.0}
_AS_THEY_ARE = (
    "channel", "thread_ts", "summary_ts", "report_ts", "attempt", "sightings", "created_at", "verdict", "cause",
    "summary", "root", "parent_id", "related_ts", "related_text", "summary_text", "report", "permalink",
    "began_at", "well_since", "recovered_at", "seen_at", "addressed", "revision", "ended_by", "returns", "checks",
    "note", "relapse_ts", "reminders", "assignee", "assigned_at", "routed_from", "mentioned", "likeness", "traits",
    "cluster",
)  # fmt: skip


class InSlack(TypedDict, total=False):
    """What stands in Slack of an incident, and in whose thread."""

    channel: str
    thread_ts: str
    summary_ts: str
    summary_text: str
    permalink: str
    related_ts: str
    related_text: str
    relapse_ts: str
    parent_id: str
    root: str
    addressed: str
    note: str
    routed_from: str
    mentioned: str


class Findings(TypedDict, total=False):
    """What was found, when an attempt or a check ends. ``workload`` is ``Kind namespace/name``."""

    verdict: str
    cause: str
    summary: str
    workload: str
    root: str
    diagnosis: str
    revision: str
    likeness: str
    traits: str
    began_at: float
    well_since: float
    recovered_at: float
    returns: int
    reminders: int
    checks: int


class Incidents:
    """Incidents in the database."""

    def __init__(self, database: Database, outbox: Outbox, scope: Scope = ALONE) -> None:
        self._database = database
        self._outbox = outbox
        self._scope = scope
        self._claiming = claiming(database.now(), scope)  # asked every few seconds: put together once

    async def ingest(
        self, requests: Sequence[Request], resolved: Sequence[Sighting] = (), ended: Sequence[Ending] = ()
    ) -> list[tuple[str, bool]]:
        """Keep every request in one transaction, all or none. Return each one's incident id and whether it is new.

        ``resolved`` are the alerts that the same notification says are over, ``ended`` those that a message says are:
        their incidents are checked again.
        """
        async with self._database.transaction() as connection:
            await self._database.queue(connection, "ingest")
            own, cluster = [self._scope.request(request) for request in requests], self._scope.own
            results = await ingestion.ingest(self._database, connection, own, cluster)
            await ingestion.resolve(self._database, connection, [self._scope.sighting(one) for one in resolved])
            await ingestion.end(self._database, connection, [self._scope.ending(one) for one in ended])
            return results

    async def claim(self, owner: str, lease_s: float, furthest_s: float = WATCH_END_S) -> Incident | None:
        """Take the lease of what waited longest, or None when there is nothing to do.

        What people ask for goes first, so that nobody waits behind a group of thousands of alerts; checks come last.
        ``furthest_s`` is the longest time that is ever set until the next check.
        """
        given = {"claimed_by": owner, "lease_s": lease_s, "furthest_s": furthest_s}
        async with self._database.transaction() as connection:
            row = (await connection.execute(self._claiming, given)).mappings().first()
        return None if row is None else incident_of(row, row["now"], row["acted_at"])

    async def update(self, incident_id: str, owner: str, *, posted: bool = False, **values: Unpack[InSlack]) -> bool:
        """Write down what stands in Slack. False: the lease was lost.

        ``posted`` says that a line of its own was posted in the channel just now.
        """
        return await self._fenced(incident_id, owner, {**values, **self._posted(posted=posted)})

    async def save_report(
        self, incident_id: str, owner: str, *, channel: str, report_ts: str, verdict: str, cause: str, report: str
    ) -> bool:
        """Write down where the report stands and what it says, its buttons with it. False: the lease was lost.

        A press of one of its open offers from anywhere else is refused from now on.
        """
        values = {"report_ts": report_ts, "verdict": verdict, "cause": cause, "report": report}
        open_offers = and_(offers.c.incident_id == incident_id, offers.c.state == OfferState.OFFERED.value)
        async with self._database.transaction() as connection:
            if not await _holding(connection, incident_id, owner, values):
                return False
            await connection.execute(update(offers).where(open_offers).values(channel=channel, message_ts=report_ts))
        return True

    async def join(
        self,
        incident_id: str,
        owner: str,
        wait_s: float,
        *,
        posted: bool = False,
        found: Findings | None = None,
        **values: Unpack[InSlack],
    ) -> bool:
        """Write down that another incident's thread tells of this one, and have that one checked ``wait_s`` from now.

        ``values`` must name it (``parent_id``); ``found`` is what it can tell by then, ``posted`` counts it with the
        channel's new lines. False: the lease was lost.
        """
        written = {**(found or {}), **values, **self._posted(posted=posted)}
        async with self._database.transaction() as connection:
            if not await _holding(connection, incident_id, owner, written):
                return False
            await ingestion.schedule_check(self._database, connection, [values["parent_id"]], wait_s)
        return True

    async def finish(
        self,
        incident_id: str,
        owner: str,
        state: State,
        *,
        watch_s: float = 0.0,
        told_by: str = "",
        told_in_s: float = 0.0,
        **values: Unpack[Findings],
    ) -> bool:
        """Close an incident, and free its lease. False when the lease was lost: the other holder closes it.

        ``watch_s`` is how long until it is checked again (0: never); at once when a check was asked for meanwhile.
        ``told_by`` is the incident whose thread tells of this one: it is checked ``told_in_s`` from now.
        """
        async with self._database.transaction() as connection:
            reminders = await self._outbox.reminders(connection, incident_id)
            if not await _holding(connection, incident_id, owner, {**values, **self._closed(state, watch_s)}):
                return False
            happened = await note_verdict(connection, incident_id, self._database.now(), values)
            if happened is None and reminders is not None and values.get("reminders", 0) > reminders:
                happened = Happened(kind=EventKind.STILL_FAILING)
            if happened is not None:
                await self._outbox.write(connection, incident_id, happened)
            if told_by:
                await ingestion.schedule_check(self._database, connection, [told_by], told_in_s)
        return True

    async def recover(self, incident: Incident, owner: str, *, ended_by: str, wait_s: float) -> bool:
        """Close an incident that is over: nothing of it can be pressed any more, and it leads no other.

        The incident whose thread tells of it is checked ``wait_s`` from now, others about the same workload as well:
        they are over too. False when the lease was lost.
        """
        values = {
            "recovered_at": incident.now, "well_since": incident.well_since, "ended_by": ended_by, "assignee": "",
        }  # fmt: skip
        async with self._database.transaction() as connection:
            closed = {**values, **self._closed(State.RECOVERED, 0.0)}
            if not await _holding(connection, incident.id, owner, closed):
                return False
            happened = await note_recovery(connection, incident, ended_by)
            if happened is not None:
                await self._outbox.write(connection, incident.id, happened)
            await connection.execute(superseded(incident.id))
            await connection.execute(delete(roots).where(roots.c.incident_id == incident.id))
            told = [incident.parent_id] if incident.parent_id else []
            if incident.workload is not None:
                alike = and_(
                    self._scope.rows(incidents.c.cluster),
                    incidents.c.workload == str(incident.workload),
                    incidents.c.state == State.ANSWERED.value,
                    incidents.c.watch_at > 0,
                )
                told += (await connection.execute(select(incidents.c.id).where(alike))).scalars()
            await ingestion.schedule_check(self._database, connection, told, wait_s)
        return True

    def _posted(self, *, posted: bool) -> dict[str, Any]:
        return {"summary_at": self._database.now()} if posted else {}

    def _closed(self, state: State, watch_s: float) -> dict[str, Any]:
        now = self._database.now()
        later = now + watch_s if watch_s else cast(0.0, Double)
        watch_at = case((incidents.c.check_requested == 1, now), else_=later) if state in CHECKED else cast(0.0, Double)
        return {"state": state.value, "settled_at": now, "attempt": 0, "watch_at": watch_at, **_FREE}

    async def renew(self, incident_id: str, owner: str, lease_s: float) -> bool:
        """Hold a lease for longer. False when it was lost."""
        return await self._fenced(incident_id, owner, {"lease_until": self._database.now() + lease_s})

    async def put_off(self, incident_id: str, owner: str, wait_s: float) -> bool:
        """Give the lease back, and have the incident claimed again not before ``wait_s`` from now."""
        later = self._database.now() + min(wait_s, LATE_S)
        watching = case((incidents.c.watch_at > 0, later), else_=incidents.c.watch_at)
        return await self._fenced(incident_id, owner, _FREE | {"not_before": later, "watch_at": watching})

    async def send_to(self, incident_id: str, owner: str, cluster: str) -> bool:
        """Give an open question to the cluster that it is about. False when the lease was lost."""
        return await self._fenced(incident_id, owner, {"cluster": cluster, "attempt": 0, **_FREE})

    async def retold(self, incident_id: str, summary_text: str) -> None:
        """Write down what the incident's line says since a button helped. Needs no lease: whoever holds it edits it."""
        async with self._database.transaction() as connection:
            line = update(incidents).where(incidents.c.id == incident_id).values(summary_text=summary_text)
            await connection.execute(line)

    async def claim_call(self, thread_of: str, who: str, incident_id: str) -> bool:
        """Whether it is this incident that mentions ``who`` in the thread of another one, or in its own.

        The first to ask does, and does each time it asks: it may have died before it could. In a storm many ask.
        """
        row = incidents.c.id == thread_of
        while True:
            async with self._database.transaction() as connection:
                known = (await connection.execute(select(incidents.c.calls).where(row))).scalar()
                if known is None:
                    return False
                calls: dict[str, str] = json.loads(known or "{}")
                if who in calls:
                    return calls[who] == incident_id
                made = json.dumps({**calls, who: incident_id}, sort_keys=True)
                unchanged = and_(row, incidents.c.calls == known)
                if (await connection.execute(update(incidents).where(unchanged).values(calls=made))).rowcount == 1:
                    return True

    async def schedule_check(self, incident_id: str, wait_s: float = 0.0) -> bool:
        """Have a settled incident checked again ``wait_s`` from now, or sooner where that was to be."""
        async with self._database.transaction() as connection:
            return await ingestion.schedule_check(self._database, connection, [incident_id], wait_s) == 1

    async def reopen(self, incident_id: str, wait_s: float = 0.0) -> bool:
        """Ask for a settled incident's diagnosis again."""
        settled = and_(incidents.c.id == incident_id, incidents.c.state != State.OPEN.value)
        async with self._database.transaction() as connection:
            done = await connection.execute(
                update(incidents).where(settled).values(**ingestion.reopened(self._database.now() + wait_s))
            )
        return done.rowcount == 1

    async def reroute(
        self, channel_for: Callable[[str, Mapping[str, str]], str], *, notices: str, named: Collection[str]
    ) -> Counter[tuple[str, str]]:
        """Choose the channel anew of what waits here and of which nothing stands in Slack; it is tried at once.

        ``channel_for`` returns an alert's channel by its namespace and labels, empty for none. A notice's labels are
        not kept: one whose channel is not among ``named`` goes to ``notices``. Returns how many were led from where
        to where.
        """
        untold = and_(
            incidents.c.cluster == self._scope.own,
            incidents.c.state == State.OPEN.value,
            incidents.c.origin.in_([Origin.ALERT.value, Origin.NOTICE.value]),
            *(incidents.c[name] == "" for name in ("thread_ts", "summary_ts", "report_ts", "routed_from")),
        )
        what = ("id", "origin", "namespace", "labels", "addressed")
        moved: Counter[tuple[str, str]] = Counter()
        async with self._database.transaction() as connection:
            waiting = (await connection.execute(select(*(incidents.c[name] for name in what)).where(untold))).mappings()
            for row in waiting.all():
                if row["origin"] == Origin.NOTICE.value:
                    channel = row["addressed"] if row["addressed"] in named else notices
                else:
                    channel = channel_for(row["namespace"] or "", json.loads(row["labels"] or "{}"))
                if channel in ("", row["addressed"]):
                    continue
                values = {"channel": channel, "addressed": channel, "parent_id": "", "root": "", "not_before": 0.0}
                await connection.execute(update(incidents).where(incidents.c.id == row["id"]).values(**values))
                moved[row["addressed"], channel] += 1
        return moved

    async def assign(self, incident_id: str, user: str) -> str | None:
        """Write down who works on an incident, or that they do no longer when they did. Return who does now.

        None when it is over, or there is none. Needs no lease: whoever holds it goes on with what stands there.
        """
        going_on = and_(incidents.c.id == incident_id, incidents.c.state != State.RECOVERED.value)
        taken_back = incidents.c.assignee == user
        moved = (
            update(incidents)
            .where(going_on)
            .values(
                assignee=case((taken_back, ""), else_=user),
                assigned_at=case((taken_back, cast(0.0, Double)), else_=self._database.now()),
            )
            .returning(incidents.c.assignee)
        )
        async with self._database.transaction() as connection:
            assignee: str | None = (await connection.execute(moved)).scalar()
        return assignee

    async def get(self, incident_id: str) -> Incident | None:
        """Return one incident of this view."""
        return await self._one(and_(self._scope.rows(incidents.c.cluster), incidents.c.id == incident_id))

    async def anywhere(self, incident_id: str) -> Incident | None:
        """Return one incident, of whatever cluster: that whose thread tells of another one, say."""
        return await self._one(incidents.c.id == incident_id)

    async def _one(self, which: ColumnElement[bool]) -> Incident | None:
        found = select(*BRIEF, self._database.now().label("now"), acted_at()).where(which)
        async with self._database.transaction() as connection:
            row = (await connection.execute(found)).mappings().first()
        return None if row is None else incident_of(row, row["now"], row["acted_at"])

    async def diagnosis(self, incident_id: str) -> str:
        """Return the kept diagnosis as JSON text, or empty."""
        async with self._database.transaction() as connection:
            found = await connection.execute(select(incidents.c.diagnosis).where(incidents.c.id == incident_id))
            return found.scalar() or ""

    async def recent(self, limit: int) -> list[Incident]:
        """Return the newest incidents that somebody asked about, newest first."""
        return await self._listed(_ASKED, incidents.c.created_at.desc(), limit)

    async def failing(self, limit: int) -> list[Incident]:
        """Return the incidents that go on as far as is known, the newest first: those that are still looked at.

        What a person asked and nobody looks at any more is not known to fail.
        """
        known = incidents.c.verdict.not_in(["", Verdict.NOT_FAILING.value])
        under_way = incidents.c.state == State.OPEN.value
        looked_at = and_(incidents.c.state == State.ANSWERED.value, incidents.c.watch_at > 0)
        going_on = and_(_ASKED, incidents.c.cause != "not-found", or_(and_(known, looked_at), under_way))
        return await self._listed(going_on, incidents.c.began_at.desc(), limit)

    async def recovered(self, since: float, limit: int) -> list[Incident]:
        """Return the incidents that are over since, the newest first."""
        over = and_(_ASKED, incidents.c.state == State.RECOVERED.value, incidents.c.recovered_at >= since)
        return await self._listed(over, incidents.c.recovered_at.desc(), limit)

    async def _listed(self, which: ColumnElement[bool], order: ColumnElement[Any], limit: int) -> list[Incident]:
        mine = and_(self._scope.rows(incidents.c.cluster), which)
        found = select(*BRIEF, self._database.now().label("now")).where(mine).order_by(order).limit(limit)
        async with self._database.transaction() as connection:
            return [incident_of(row, row["now"]) for row in (await connection.execute(found)).mappings()]

    async def now(self) -> float:
        """Return the database's clock, in seconds since the epoch."""
        async with self._database.transaction() as connection:
            return float((await connection.execute(select(self._database.now()))).scalar_one())

    async def held(self, fold_keys: Collection[str]) -> set[str]:
        """Return those of the fold keys that an incident has."""
        own = {self._scope.key(fold_key): fold_key for fold_key in fold_keys}
        async with self._database.transaction() as connection:
            return {own[fold_key] for fold_key in await ingestion.held(connection, own)}

    async def notices(self, limit: int) -> list[Incident]:
        """Return the newest notices about alerts that could not be used, newest first."""
        found = select(incidents).where(
            self._scope.rows(incidents.c.cluster), incidents.c.origin == Origin.NOTICE.value
        )
        async with self._database.transaction() as connection:
            rows = await connection.execute(found.order_by(incidents.c.created_at.desc()).limit(limit))
            return [incident_of(row) for row in rows.mappings()]

    async def waiting(self) -> int:
        """Return how many incidents are open."""
        async with self._database.transaction() as connection:
            waits = and_(self._scope.rows(incidents.c.cluster), incidents.c.state == State.OPEN.value)
            counted = await connection.execute(select(func.count()).select_from(incidents).where(waits))
            return int(counted.scalar_one())

    async def overdue_s(self) -> float:
        """Return for how many seconds the oldest open incident could have been worked on; 0 when none waits."""
        now = self._database.now()
        waits = and_(self._scope.rows(incidents.c.cluster), incidents.c.state == State.OPEN.value)
        due = select(now - func.min(incidents.c.not_before)).where(waits)
        async with self._database.transaction() as connection:
            late_s = (await connection.execute(due)).scalar_one()
            return max(0.0, float(late_s or 0.0))

    async def _fenced(self, incident_id: str, owner: str, values: dict[str, Any]) -> bool:
        async with self._database.transaction() as connection:
            return await _holding(connection, incident_id, owner, values)


async def _holding(connection: AsyncConnection, incident_id: str, owner: str, values: dict[str, Any]) -> bool:
    """Write the values if ``owner`` holds the lease. False when it was lost."""
    held = and_(incidents.c.id == incident_id, incidents.c.lease_owner == owner)
    return (await connection.execute(update(incidents).where(held).values(**values))).rowcount == 1


BRIEF = tuple(column for column in incidents.c if column is not incidents.c.diagnosis)
"""What ``incident_of`` takes: a diagnosis has some twenty kilobytes, and a storm's digest reads thousands of rows."""

_ASKED = and_(
    incidents.c.origin.not_in([Origin.DIGEST.value, Origin.NOTICE.value]),
    incidents.c.kind != "Namespace",  # a list, and no question about anything
)
"""SQL for the incidents that somebody asked about."""

CHECKED = (State.ANSWERED, State.RECOVERED, State.FAILED)
"""The states in which an incident may be checked again by itself."""


def claiming(now: ColumnElement[float], scope: Scope = ALONE) -> ReturningUpdate[Any]:
    """Return the one statement by which a lease is taken: two who run it at once never get the same row.

    It is executed with ``claimed_by``, ``lease_s`` and ``furthest_s``, the longest time until a next check.
    """
    lease_s, furthest_s = bindparam("lease_s", type_=Double), bindparam("furthest_s", type_=Double)
    is_open = incidents.c.state == State.OPEN.value
    waited_for = incidents.c.origin.not_in([origin.value for origin in (*ALERTED, Origin.NOTICE)])
    # A digest is written while its incidents are still open: it is what tells of them.
    first = or_(and_(is_open, waited_for), incidents.c.origin == Origin.DIGEST.value)
    due = and_(
        incidents.c.cluster == scope.own,
        reached(incidents.c.lease_until, now, 2 * lease_s),  # others' leases may be longer, in another release
        or_(
            and_(is_open, reached(incidents.c.not_before, now, LATE_S)),
            and_(
                incidents.c.state.in_([state.value for state in CHECKED]),
                incidents.c.watch_at > 0,
                reached(incidents.c.watch_at, now, furthest_s),
            ),
        ),
    )
    candidate = (
        select(incidents.c.id)
        .where(due)
        .order_by(case((first, 0), (is_open, 1), else_=2), incidents.c.not_before, incidents.c.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)  # left out by SQLite, which has one writer
        .scalar_subquery()
    )
    return (
        update(incidents)
        .where(and_(incidents.c.id == candidate, due))
        .values(
            lease_owner=bindparam("claimed_by"),
            lease_until=now + lease_s,
            attempt=incidents.c.attempt + 1,
            check_requested=0,
        )
        .returning(*BRIEF, now.label("now"), acted_at())
    )


def acted_at() -> ColumnElement[float]:
    """Return SQL for when the newest change was sent by a button of the incident; 0: none was."""
    # By its full name: in RETURNING the columns stand bare, and a bare ``id`` would be the offer's.
    incident: ColumnElement[str] = literal_column("incidents.id")
    sent = and_(offers.c.incident_id == incident, offers.c.state.in_([state.value for state in SENT]))
    newest = select(func.coalesce(func.max(offers.c.claimed_at), cast(0.0, Double))).where(sent)
    return newest.scalar_subquery().label("acted_at")


def incident_of(row: RowMapping, now: float = 0.0, acted_at: float = 0.0) -> Incident:
    """Return a row as the flow needs it."""
    labels = json.loads(row["labels"] or "{}")
    return Incident(
        id=row["id"],
        origin=Origin(row["origin"]),
        state=State(row["state"]),
        subject=Subject(kind=row["kind"], namespace=row["namespace"], name=row["name"], container=row["container"]),
        workload=ObjectRef.parse(row["workload"]),
        user=row["user_id"],
        team=row["team_id"],
        now=now,
        acted_at=acted_at,
        links=json.loads(row["links"] or "{}"),
        labels=labels,
        severity=labels.get("severity", ""),
        pod_uid=pod_uid(labels) if row["kind"] == "Pod" else "",
        **{name: row[name] for name in _AS_THEY_ARE},
    )

"""What people asked and an alert is about as well: one thread tells of one root, so the alert is told in theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, or_, select, update

from bot.model.incident import ASKED, ASKED_END_S, Origin, State, key
from bot.store import ingestion
from bot.store.incidents import BRIEF, incident_of
from bot.store.scope import ALONE
from bot.store.tables import alerts, incidents, pointers
from diagnostics.diagnosis import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model.incident import Incident
    from bot.store.database import Database
    from bot.store.related import Related
    from bot.store.scope import Scope

THREADS = 20
"""Threads of people's questions that are told of an alert: the newest."""

_ALERTS = ("dedup_key", "fold_key", "labels", "links", "sightings", "seen_at")
"""What a question takes over from the alert about the same workload."""


class Asked:
    """People's questions in the database, as an alert finds them."""

    def __init__(self, database: Database, related: Related, scope: Scope = ALONE) -> None:
        self._database = database
        self._scope = scope
        self._related = related

    async def about(self, alert: Incident, workload: str, root: str) -> list[Incident]:
        """Return the answered questions about a workload or its root whose answers stand in Slack, newest first."""
        same = incidents.c.workload == workload
        found = (
            select(*BRIEF)
            .where(
                self._scope.rows(incidents.c.cluster),
                incidents.c.origin.in_([origin.value for origin in ASKED]),
                incidents.c.state == State.ANSWERED.value,
                incidents.c.verdict.not_in(["", Verdict.NOT_FAILING.value]),
                incidents.c.summary_ts != "",
                incidents.c.seen_at > self._database.now() - ASKED_END_S,
                or_(and_(same, incidents.c.workload != ""), and_(incidents.c.root == root, incidents.c.root != "")),
            )
            .order_by(incidents.c.created_at.desc())
            .limit(THREADS)
        )
        async with self._database.transaction() as connection:
            rows = (await connection.execute(found)).mappings()
            return [incident_of(row, now=alert.now) for row in rows]

    async def is_free(self, asked: Incident) -> bool:
        """Whether nobody works on a question now."""
        free = and_(incidents.c.id == asked.id, incidents.c.lease_until <= self._database.now())
        async with self._database.transaction() as connection:
            return (await connection.execute(select(incidents.c.id).where(free))).first() is not None

    async def leads(self, asked: Incident, alert: Incident, root: str) -> bool:
        """Whether a question leads a root in the alert's channel; from now on it does when no other incident did."""
        return await self._related.lead(asked.id, f"{alert.addressed} {root}") == asked.id

    async def lend(self, asked: Incident, alert: Incident, owner: str, root: str, news_ts: str) -> bool:
        """Make a question the incident of an alert, so that its thread tells of the alert and is watched as long.

        About the same workload the two become one incident, and the alert's own row goes; about another one with the
        same root, the question's leads. ``news_ts`` is the message that says so. False: somebody works on the question
        or the alert's lease was lost; nothing has changed then.
        """
        now = self._database.now()
        same = asked.workload is not None and asked.workload == alert.workload
        stands = and_(
            incidents.c.id == asked.id,
            incidents.c.origin.in_([origin.value for origin in ASKED]),
            incidents.c.state == State.ANSWERED.value,
            incidents.c.lease_until <= now,
        )
        mine = and_(incidents.c.id == alert.id, incidents.c.lease_owner == owner)
        async with self._database.transaction() as connection:
            await self._database.queue(connection, "ingest")  # an alert that joins meets one row or the other
            row = (await connection.execute(select(incidents).where(mine).with_for_update())).mappings().first()
            free = (await connection.execute(select(incidents.c.id).where(stands).with_for_update())).first()
            if row is None or free is None:
                return False
            values = {
                "origin": Origin.ALERT.value,
                "root": root,
                "relapse_ts": news_ts,
                "began_at": min(asked.began_at, alert.began_at),
                **ingestion.reopened(now),
            }
            if same:
                values |= {name: row[name] for name in _ALERTS}
                await self._merge(connection, alert.id, asked.id)
            await connection.execute(update(incidents).where(incidents.c.id == asked.id).values(**values))
        return True

    async def _merge(self, connection: AsyncConnection, alert_id: str, into: str) -> None:
        for table in (alerts, pointers):
            moved = update(table).where(table.c.incident_id == alert_id).values(incident_id=into)
            await connection.execute(moved)
        await connection.execute(delete(incidents).where(incidents.c.id == alert_id))

    async def point(self, questions: Sequence[Incident], alert: Incident) -> None:
        """Have the threads of questions told where an alert about the same is answered."""
        rows: list[dict[str, Any]] = []
        for asked in questions:
            thread_ts = asked.thread_ts or asked.summary_ts
            place = (asked.channel, thread_ts)
            if place != (alert.channel, alert.thread_ts):
                rows.append({
                    "key": key("pointer", alert.id, *place), "incident_id": alert.id, "channel": asked.channel,
                    "thread_ts": thread_ts,
                })  # fmt: skip
        async with self._database.transaction() as connection:
            for row in rows:
                kept = {**row, "created_at": self._database.now()}
                await connection.execute(self._database.insert_new(pointers, kept))

"""What binds incidents to each other: shared roots, a storm's digest, what was seen before, other threads."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, delete, func, or_, select, update

from bot.model.incident import (
    ALERTED,
    ASKED,
    ASKED_END_S,
    DIGEST_GATHER_S,
    DIGEST_S,
    FOLD_S,
    STORM_S,
    Incident,
    Origin,
    State,
    key,
)
from bot.model.offer import SENT, OfferState
from bot.store.incidents import BRIEF, incident_of
from bot.store.offers import offer_of
from bot.store.scope import ALONE
from bot.store.tables import alerts, incidents, offers, pointers, roots
from diagnostics.diagnosis import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model.offer import OfferRecord
    from bot.store.database import Database
    from bot.store.scope import Scope

HISTORY_S = 7 * 24 * 3600.0
HISTORY = 20
_ACTIVE = (State.OPEN.value, State.ANSWERED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Another thread in which the same alert stands."""

    key: str
    channel: str
    thread_ts: str


class Related:
    """Relations between incidents, in the database."""

    def __init__(self, database: Database, scope: Scope = ALONE) -> None:
        self._database = database
        self._scope = scope

    async def lead(self, incident_id: str, root: str, *, anywhere: str = "", failed: bool = False) -> str:
        """Return the incident in whose thread everything with this root belongs: the given one when it is the first.

        ``anywhere`` is the root's name in all clusters, where it may be one in several: who leads it in its own cluster
        follows who leads it anywhere. ``failed`` lets one lead that could say no more than that it failed.
        """
        states = (*_ACTIVE, State.FAILED.value) if failed else _ACTIVE
        here, everywhere = self._scope.key(key("root", root)), key("anywhere", anywhere) if anywhere else ""
        async with self._database.transaction() as connection:
            if self._scope.cluster:
                # Two rows at a time, of which one is every cluster's: in turn, so that nobody waits in a circle.
                await self._database.queue(connection, "roots")
            others = and_(roots.c.incident_id == incident_id, roots.c.key.not_in([here, everywhere]))
            await connection.execute(delete(roots).where(others))
            leader = await self._lead(connection, incident_id, here, FOLD_S, states)
            if leader == incident_id and everywhere:
                leader = await self._lead(connection, incident_id, everywhere, FOLD_S, states)
        return leader

    async def _lead(
        self,
        connection: AsyncConnection,
        incident_id: str,
        root_key: str,
        within_s: float,
        states: Sequence[str] = _ACTIVE,
    ) -> str:
        now = self._database.now()
        row = {"key": root_key, "incident_id": incident_id, "seen_at": now}
        if (await connection.execute(self._database.insert_new(roots, row))).rowcount == 1:
            return incident_id
        of_root = roots.c.key == row["key"]
        # Locks the row: of two who find the leader gone, one takes over and the other follows.
        touched = update(roots).where(of_root).values(seen_at=now).returning(roots.c.incident_id)
        before = select(roots.c.seen_at).where(of_root).with_for_update()
        seen_at = (await connection.execute(before)).scalar() or 0.0
        leader = str((await connection.execute(touched)).scalar() or "")
        holds = and_(
            incidents.c.id == leader,
            incidents.c.state.in_(states),
            or_(incidents.c.parent_id == "", incidents.c.thread_ts != ""),
            now - seen_at < within_s,
        )
        if leader == incident_id or (await connection.execute(select(incidents.c.id).where(holds))).first():
            return leader
        await connection.execute(update(roots).where(of_root).values(incident_id=incident_id))
        return incident_id

    async def members(self, leader_id: str) -> list[Incident]:
        """Return the incidents that are told of in a leader's thread, oldest first.

        Of a digest these are also those that its own incidents lead.
        """
        own = select(incidents.c.id).where(incidents.c.parent_id == leader_id)
        told = or_(incidents.c.parent_id == leader_id, incidents.c.parent_id.in_(own))
        found = select(*BRIEF).where(told).order_by(incidents.c.created_at)
        async with self._database.transaction() as connection:
            return [incident_of(row) for row in (await connection.execute(found)).mappings()]

    async def take_answer(self, incident: Incident, digest: Incident, owner: str, likeness: str, limit: int) -> bool:
        """Take a place for an answer in a digest's thread: False when it has ``limit`` of them, or one that is alike.

        Looked for and taken in one transaction, one after the other for a digest: of many that are alike one answers.
        """
        told = and_(incidents.c.parent_id == digest.id, incidents.c.thread_ts != "", incidents.c.id != incident.id)
        alike = case((and_(incidents.c.likeness == likeness, incidents.c.likeness != ""), 1), else_=0)
        counted = select(func.count(), func.coalesce(func.sum(alike), 0)).where(told)
        held = and_(incidents.c.id == incident.id, incidents.c.lease_owner == owner)
        place = {"parent_id": digest.id, "channel": digest.channel, "thread_ts": digest.summary_ts}
        async with self._database.transaction() as connection:
            await self._database.queue(connection, f"answers {digest.id}")
            answers, like = (await connection.execute(counted)).one()
            if answers >= limit or like:
                return False
            taken = update(incidents).where(held).values(likeness=likeness, **place)
            return (await connection.execute(taken)).rowcount == 1

    async def open_answer(self, incident: Incident, digest: Incident) -> bool:
        """Have an incident that only a digest's or its leader's list tells of answered in its thread: somebody asks.

        Needs no lease: whoever holds it goes on, and it is claimed anew after that.
        """
        only_listed = and_(
            incidents.c.id == incident.id,
            incidents.c.parent_id == digest.id,
            incidents.c.thread_ts == "",
            incidents.c.summary_ts == "",
        )
        place = {"channel": digest.channel, "thread_ts": digest.thread_ts or digest.summary_ts}
        async with self._database.transaction() as connection:
            return (await connection.execute(update(incidents).where(only_listed).values(**place))).rowcount == 1

    async def take_line(self, incident_id: str, channel: str, limit: int, one_by_one: int = 0) -> bool:
        """Take one of the lines that a channel may get within ``STORM_S``, or find them taken.

        ``one_by_one`` is the limit while no digest is under way and no more than ``limit`` come at once: what comes one
        after the other is no storm yet.

        What waits to be placed counts as well: of many that come at once none gets a line. Counted and taken in one
        transaction, one after the other for a channel, so that the limit holds however many workers place at once. A
        line that was taken and not posted yet stays taken.
        """
        now = self._database.now()
        recent = and_(incidents.c.addressed == channel, incidents.c.summary_at > now - STORM_S)
        async with self._database.transaction() as connection:
            await self._database.queue(connection, f"lines {channel}")
            already = select(incidents.c.id).where(recent, incidents.c.id == incident_id)
            if (await connection.execute(already)).first():
                return True
            others = and_(_placeless(channel), incidents.c.id != incident_id)
            if not await self._under_way(connection, channel) and await _count(connection, others) < limit:
                limit = max(limit, one_by_one)
            if await _count(connection, or_(recent, others)) >= limit:
                return False
            await connection.execute(update(incidents).where(incidents.c.id == incident_id).values(summary_at=now))
        return True

    async def placeless(self, channel: str) -> int:
        """Return how many alerts' incidents wait to be looked at and placed in a channel."""
        async with self._database.transaction() as connection:
            return await _count(connection, _placeless(channel))

    async def _under_way(self, connection: AsyncConnection, channel: str) -> str | None:
        """Return the id of the channel's digest that takes in further incidents."""
        recent = roots.c.seen_at > self._database.now() - DIGEST_S
        found = select(roots.c.incident_id).where(and_(roots.c.key == key("root", f"Storm {channel}"), recent))
        return (await connection.execute(found)).scalar()

    async def digest(self, channel: str, *, begin: bool) -> Incident | None:
        """Return the channel's digest when one is under way, or begin one: it is written ``DIGEST_GATHER_S`` later."""
        now = self._database.now()
        root_key = key("root", f"Storm {channel}")
        async with self._database.transaction() as connection:
            leader = await self._under_way(connection, channel)
            if leader is None and begin:
                new = uuid.uuid4().hex
                row = {
                    "id": new, "dedup_key": key("digest", new), "origin": Origin.DIGEST.value, "channel": channel,
                    "addressed": channel, "cluster": self._scope.shared,
                    "state": State.OPEN.value, "name": "storm", "created_at": now, "seen_at": now, "began_at": now,
                    "not_before": now + DIGEST_GATHER_S,
                }  # fmt: skip
                await connection.execute(self._database.insert_new(incidents, row))
                leader = await self._lead(connection, new, root_key, DIGEST_S)
                if leader != new:
                    await connection.execute(delete(incidents).where(incidents.c.id == new))
            if leader is None:
                return None
            held = and_(incidents.c.id == leader, incidents.c.state.in_(_ACTIVE))
            found = (await connection.execute(select(incidents).where(held))).mappings().first()
            if found is not None:
                touched = update(roots).where(roots.c.key == root_key).values(seen_at=now)
                await connection.execute(touched)
        return None if found is None else incident_of(found)

    async def standing(self, asking: Incident, workload: str, root: str) -> Incident | None:
        """Return the open incident that tells of a workload or of its root already, or None.

        An alert's counts wherever it is told; what a person asked counts for some hours, in the channel where they did.
        """
        now = self._database.now()
        by_alert = incidents.c.origin.in_([origin.value for origin in ALERTED])
        by_person = and_(
            incidents.c.origin.in_([origin.value for origin in ASKED]),
            incidents.c.addressed == asking.addressed,
            incidents.c.seen_at > now - ASKED_END_S,
        )
        same = incidents.c.workload == workload
        found = (
            select(*BRIEF)
            .where(
                self._scope.rows(incidents.c.cluster),
                incidents.c.id != asking.id,
                incidents.c.state.in_(_ACTIVE),
                incidents.c.verdict.not_in(["", Verdict.NOT_FAILING.value]),
                incidents.c.cause != "not-found",
                or_(incidents.c.summary_ts != "", incidents.c.report_ts != "", incidents.c.parent_id != ""),
                or_(by_alert, by_person),
                or_(and_(same, incidents.c.workload != ""), incidents.c.root == root),
            )
            .order_by(case((same, 0), else_=1), case((by_alert, 0), else_=1), incidents.c.created_at.desc())
            .limit(1)
        )
        async with self._database.transaction() as connection:
            row = (await connection.execute(found)).mappings().first()
        return None if row is None else incident_of(row, now=asking.now)

    async def before(self, incident: Incident, workload: str, cause: str) -> list[Incident]:
        """Return earlier incidents of the same workload and cause, newest first."""
        same = and_(
            self._scope.rows(incidents.c.cluster),
            incidents.c.workload == workload,
            incidents.c.cause == cause,
            incidents.c.id != incident.id,
            incidents.c.parent_id == "",
            # How often people ask says nothing of how often it fails.
            incidents.c.origin.in_([origin.value for origin in ALERTED]),
            incidents.c.created_at > self._database.now() - HISTORY_S,
        )
        found = select(incidents).where(same).order_by(incidents.c.created_at.desc()).limit(HISTORY)
        async with self._database.transaction() as connection:
            return [incident_of(row) for row in (await connection.execute(found)).mappings()]

    async def acts(self, namespace: str, name: str, since: float) -> list[OfferRecord]:
        """Return what was sent to a workload since, from whatever incident's thread, newest first.

        Of what kind the workload is does not matter: a root is known by its name.
        """
        sent = and_(
            self._scope.rows(offers.c.cluster),
            offers.c.namespace == namespace,
            offers.c.name == name,
            offers.c.state.in_([state.value for state in SENT]),
            offers.c.claimed_at >= since,
        )
        found = select(offers).where(sent).order_by(offers.c.claimed_at.desc())
        async with self._database.transaction() as connection:
            return [offer_of(row) for row in (await connection.execute(found)).mappings()]

    async def busy(self, incident_id: str) -> bool:
        """Whether a button of the incident is being acted on now."""
        running = and_(
            offers.c.incident_id == incident_id,
            offers.c.state.in_([OfferState.CLAIMED.value, OfferState.RUNNING.value]),
        )
        async with self._database.transaction() as connection:
            return (await connection.execute(select(offers.c.id).where(running).limit(1))).first() is not None

    async def firing(self, incident_id: str) -> tuple[int, int]:
        """Return how many alerts of an incident fire, and of how many."""
        counted = select(func.coalesce(func.sum(alerts.c.firing), 0), func.count()).where(
            alerts.c.incident_id == incident_id
        )
        async with self._database.transaction() as connection:
            row = (await connection.execute(counted)).one()
        return int(row[0]), int(row[1])

    async def pointers(self, incident_id: str) -> Sequence[Pointer]:
        """Return the other threads that do not point to the answer yet."""
        open_ones = and_(pointers.c.incident_id == incident_id, pointers.c.done == 0)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(select(pointers).where(open_ones))).mappings()
            return [Pointer(key=row["key"], channel=row["channel"], thread_ts=row["thread_ts"]) for row in rows]

    async def pointed(self, pointer: Pointer) -> None:
        """Write down that a thread points to the answer."""
        async with self._database.transaction() as connection:
            await connection.execute(update(pointers).where(pointers.c.key == pointer.key).values(done=1))


async def _count(connection: AsyncConnection, which: ColumnElement[bool]) -> int:
    return int((await connection.execute(select(func.count()).select_from(incidents).where(which))).scalar_one())


def _placeless(channel: str) -> ColumnElement[bool]:
    """Return SQL for the incidents of alerts that nobody has looked at yet, and that would be told in a channel."""
    return and_(
        incidents.c.addressed == channel,
        incidents.c.origin == Origin.ALERT.value,
        incidents.c.state == State.OPEN.value,
        incidents.c.root == "",
        incidents.c.parent_id == "",
        incidents.c.summary_ts == "",
        incidents.c.thread_ts == "",
    )

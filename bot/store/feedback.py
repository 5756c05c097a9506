"""The rows of what people say of incidents: one for each person, the later word in place of the earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select, update

from bot.model.accuracy import Answered, ending
from bot.model.feedback import Feedback
from bot.model.incident import Origin, State
from bot.store.tables import feedback, incidents

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, RowMapping

    from bot.store.database import Database

_FIELDS = ("incident_id", "truth", "text", "verdict", "cause", "summary", "workload", "message_ts", "given_at")
_SIZE = func.length(feedback.c.snapshot).label("snapshot_bytes")
_BRIEF = (*(feedback.c[name] for name in _FIELDS), feedback.c.user_id, _SIZE)


class FeedbackRows:
    """What people said, in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, word: Feedback) -> Feedback | None:
        """Keep a word in place of the person's earlier one, and return that; None when there was none.

        The place in the thread stays, and the snapshot does as long as it is about the same answer.
        """
        now = self._database.now()
        given = {name: getattr(word, name) for name in ("truth", "text", "verdict", "cause", "summary", "workload")}
        row = {"incident_id": word.incident_id, "user_id": word.user, **given}
        async with self._database.transaction() as connection:
            before = (await connection.execute(select(*_BRIEF).where(_of(word)))).mappings().first()
            written = self._database.upsert(feedback, tuple(row), given_at=now)
            await connection.execute(written, [row])
            if before is not None and (before["verdict"], before["cause"]) != (word.verdict, word.cause):
                await connection.execute(update(feedback).where(_of(word)).values(snapshot=b""))
        return None if before is None else _feedback(before)

    async def earlier(self, incident_id: str, user: str) -> Feedback | None:
        """Return what the person said of an incident, or None."""
        async with self._database.transaction() as connection:
            found = await connection.execute(select(*_BRIEF).where(_by(incident_id, user)))
            row = found.mappings().first()
        return None if row is None else _feedback(row)

    async def told(self, word: Feedback, message_ts: str) -> None:
        """Write down where the thread tells of it."""
        async with self._database.transaction() as connection:
            await connection.execute(update(feedback).where(_of(word)).values(message_ts=message_ts))

    async def attach(self, word: Feedback, snapshot: bytes) -> bool:
        """Keep a snapshot with a word. False when the person has said something else of another answer meanwhile."""
        same = and_(_of(word), feedback.c.verdict == word.verdict, feedback.c.cause == word.cause)
        async with self._database.transaction() as connection:
            return (await connection.execute(update(feedback).where(same).values(snapshot=snapshot))).rowcount == 1

    async def snapshot(self, word: Feedback) -> bytes:
        """Return the snapshot that is kept with a word; empty when there is none."""
        async with self._database.transaction() as connection:
            found = await connection.execute(select(feedback.c.snapshot).where(_of(word)))
            return bytes(found.scalar() or b"")

    async def words(self, since_s: float) -> list[Feedback]:
        """Return what people said of the incidents that began within the last seconds, the oldest word first."""
        within = select(incidents.c.id).where(incidents.c.created_at >= self._database.now() - since_s)
        found = select(*_BRIEF).where(feedback.c.incident_id.in_(within))
        async with self._database.transaction() as connection:
            rows = await connection.execute(found.order_by(feedback.c.given_at, feedback.c.user_id))
            return [_feedback(row) for row in rows.mappings()]

    async def answered(self, since_s: float) -> list[Answered]:
        """Return the incidents that began within the last seconds and were answered, with what became of each.

        A question that was led to another incident's thread is that one's, and is not counted again.
        """
        told = or_(incidents.c.report_ts != "", incidents.c.parent_id != "")
        counted = and_(
            incidents.c.created_at >= self._database.now() - since_s,
            incidents.c.origin.not_in([Origin.DIGEST.value, Origin.NOTICE.value]),
            incidents.c.verdict != "",
            incidents.c.cause != "not-found",
            told,
        )
        columns = ("id", "verdict", "cause", "state", "ended_by")
        found = select(*(incidents.c[name] for name in columns)).where(counted).order_by(incidents.c.created_at)
        async with self._database.transaction() as connection:
            return [
                Answered(
                    incident_id=row["id"],
                    verdict=row["verdict"],
                    cause=row["cause"],
                    ended=ending(row["verdict"], row["ended_by"], over=row["state"] == State.RECOVERED.value),
                )
                for row in (await connection.execute(found)).mappings()
            ]


def _of(word: Feedback) -> ColumnElement[bool]:
    return _by(word.incident_id, word.user)


def _by(incident_id: str, user: str) -> ColumnElement[bool]:
    return and_(feedback.c.incident_id == incident_id, feedback.c.user_id == user)


def _feedback(row: RowMapping) -> Feedback:
    kept = {name: row[name] for name in _FIELDS}
    return Feedback(user=row["user_id"], snapshot_bytes=int(row["snapshot_bytes"] or 0), **kept)

"""The rows of the outbox: what the outgoing webhook has still to send.

A row is written in the transaction of the step that it tells of, so that neither is without the other, and it goes when
the receiver has taken it or it was given up. Of an incident only the oldest row can be claimed: its events keep their
order. Whoever writes one holds the row of its incident, which keeps two that come at once apart.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Double, and_, bindparam, delete, exists, func, select, update

from bot.model.events import Happened, document, namespace_of
from bot.store.clock import reached
from bot.store.tables import incidents, outbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.model.incident import Incident
    from bot.store.database import Database

_log = structlog.get_logger(__name__)

PUT_OFF_S = 3600.0
"""The longest that a row is put off for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What is told. ``cluster`` is what the only one is called where it has no name; ``namespaces`` empty: of all."""

    cluster: str
    namespaces: frozenset[str] = frozenset()

    def covers(self, incident: Incident) -> bool:
        """Whether an incident is told of: an alert opened it (what a person asks is theirs), and its namespace is."""
        return incident.alerted and (not self.namespaces or namespace_of(incident) in self.namespaces)

    def cluster_of(self, incident: Incident) -> str:
        """Return what the cluster of an incident is called."""
        return incident.cluster or self.cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An event that is to be sent. ``age_s`` is since when it waits, ``attempts`` how often it was tried before."""

    id: str
    incident_id: str
    kind: str
    body: str
    age_s: float
    attempts: int


class Outbox:
    """The outbox in the database. Nothing is written while nobody is told: ``tell``.

    ``incident_of`` returns a row of the incidents that was read at a moment, as the flow needs it.
    """

    def __init__(self, database: Database, incident_of: Callable[[RowMapping, float], Incident]) -> None:
        self._database = database
        self._incident_of = incident_of
        self._telling: Telling | None = None

    def tell(self, telling: Telling | None) -> None:
        """Say what is told from now on; None: nothing."""
        self._telling = telling

    @property
    def wanted(self) -> bool:
        """Whether anything is told."""
        return self._telling is not None

    async def write(self, connection: AsyncConnection, incident_id: str, happened: Happened) -> None:
        """Write an event of an incident as it stands within this transaction, if it is told of."""
        if self._telling is None:
            return
        now = self._database.now()
        held = select(incidents, now.label("now")).where(incidents.c.id == incident_id).with_for_update()
        row = (await connection.execute(held)).mappings().first()
        incident = None if row is None else self._incident_of(row, row["now"])
        if row is None or incident is None or not self._telling.covers(incident):
            return
        event_id = f"evt_{uuid.uuid4().hex}"
        try:
            diagnosis = json.loads(row["diagnosis"] or "{}")
            cluster = self._telling.cluster_of(incident)
            body = document(happened, incident, diagnosis, event_id=event_id, cluster=cluster)
        except Exception:  # noqa: BLE001 — whatever it is, the step itself must be written: Slack is told of it
            _log.exception("webhook.no_document", incident=incident_id, kind=str(happened.kind))
            return
        await connection.execute(
            outbox.insert().values(
                id=event_id, incident_id=incident_id, kind=str(happened.kind), body=body, created_at=now
            )
        )

    async def hold(self, connection: AsyncConnection, incident_id: ColumnElement[str]) -> None:
        """Hold an incident's row before others are written of which an event will tell: all take it first."""
        if self._telling is not None:
            row = select(incidents.c.id).where(incidents.c.id == incident_id).with_for_update()
            await connection.execute(row)

    async def reminders(self, connection: AsyncConnection, incident_id: str) -> int | None:
        """Return how often an incident was said to go on; None where nothing is told."""
        if self._telling is None:
            return None
        found = await connection.execute(select(incidents.c.reminders).where(incidents.c.id == incident_id))
        return found.scalar()

    async def claim(self, owner: str, lease_s: float) -> Pending | None:
        """Take the oldest event whose turn has come, or None."""
        now = self._database.now()
        earlier = outbox.alias("earlier")
        first = ~exists().where(and_(earlier.c.incident_id == outbox.c.incident_id, earlier.c.seq < outbox.c.seq))
        due = and_(reached(outbox.c.lease_until, now, 2 * lease_s), reached(outbox.c.not_before, now, PUT_OFF_S), first)
        candidate = (
            select(outbox.c.seq).where(due).order_by(outbox.c.seq).limit(1).with_for_update(skip_locked=True)
        ).scalar_subquery()
        taken = (
            update(outbox)
            .where(and_(outbox.c.seq == candidate, reached(outbox.c.lease_until, now, 2 * lease_s)))
            .values(lease_owner=bindparam("claimed_by"), lease_until=now + bindparam("lease", type_=Double()))
            .returning(*outbox.c, (now - outbox.c.created_at).label("age_s"))
        )
        async with self._database.transaction() as connection:
            row = (await connection.execute(taken, {"claimed_by": owner, "lease": lease_s})).mappings().first()
        return None if row is None else Pending(**{name: row[name] for name in Pending.__dataclass_fields__})

    async def done(self, event_id: str, owner: str) -> bool:
        """Take a row out: it was taken by the receiver, or given up. False when the lease was lost."""
        async with self._database.transaction() as connection:
            gone = await connection.execute(delete(outbox).where(_held(event_id, owner)))
        return gone.rowcount == 1

    async def put_off(self, event_id: str, owner: str, wait_s: float) -> bool:
        """Have it tried again not before ``wait_s`` from now. False when the lease was lost."""
        later = self._database.now() + min(wait_s, PUT_OFF_S)
        values = {"not_before": later, "attempts": outbox.c.attempts + 1, "lease_owner": "", "lease_until": 0.0}
        async with self._database.transaction() as connection:
            moved = await connection.execute(update(outbox).where(_held(event_id, owner)).values(**values))
        return moved.rowcount == 1

    async def waiting(self) -> tuple[int, float]:
        """Return how many events wait, and for how many seconds the oldest does; 0 when none does."""
        counted = select(func.count(), self._database.now() - func.min(outbox.c.created_at)).select_from(outbox)
        async with self._database.transaction() as connection:
            count, age_s = (await connection.execute(counted)).one()
        return int(count), max(0.0, float(age_s or 0.0))


def _held(event_id: str, owner: str) -> ColumnElement[bool]:
    return and_(outbox.c.id == event_id, outbox.c.lease_owner == owner)

"""The rows of offers: every move of their state is one compare-and-set UPDATE."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select, update

from bot.model.events import EventKind, Happened
from bot.model.offer import MOVES, OPEN, OUTCOMES, OfferRecord, OfferState
from bot.store.clock import reached
from bot.store.scope import ALONE
from bot.store.tables import incidents, offers, silences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, RowMapping, ScalarSelect, Update
    from sqlalchemy.sql.dml import ReturningUpdate

    from bot.store.database import Database
    from bot.store.outbox import Outbox
    from bot.store.scope import Scope
    from diagnostics.objects import ObjectRef

_FIELDS = (
    "id", "incident_id", "action", "kind", "namespace", "name", "uid", "generation", "revision", "channel",
    "message_ts", "team", "expires_at", "claimed_by", "claimed_at", "outcome", "reason", "claimed_as", "proposed_by",
    "proposed_as", "shown", "version", "cluster",
)  # fmt: skip
_OPEN = [state.value for state in OPEN]


def new_id() -> str:
    """Return an id that cannot be guessed: 256 random bits."""
    return secrets.token_urlsafe(32)


class Offers:
    """Offers in the database."""

    def __init__(self, database: Database, outbox: Outbox, scope: Scope = ALONE) -> None:
        self._database = database
        self._outbox = outbox
        self._scope = scope

    async def replace(self, incident_id: str, records: Sequence[OfferRecord], ttl_s: float) -> None:
        """Withdraw an incident's open offers and keep new ones instead, all or none."""
        now = self._database.now()
        async with self._database.transaction() as connection:
            await connection.execute(superseded(incident_id))
            for record in records:
                row: dict[str, Any] = {name: getattr(record, name) for name in _FIELDS}
                row |= {"state": record.state.value, "created_at": now, "expires_at": now + ttl_s}
                row |= {"cluster": self._scope.cluster}
                await connection.execute(offers.insert().values(**row))

    async def get(self, offer_id: str) -> OfferRecord | None:
        """Return one offer, or None when the id is unknown here. One that is past its time is expired first."""
        late = and_(offers.c.id == offer_id, offers.c.state.in_(_OPEN), offers.c.expires_at <= self._database.now())
        async with self._database.transaction() as connection:
            await connection.execute(update(offers).where(late).values(state=OfferState.EXPIRED.value))
            own = and_(offers.c.id == offer_id, self._scope.rows(offers.c.cluster))
            row = (await connection.execute(select(offers).where(own))).mappings().first()
        return None if row is None else offer_of(row)

    async def cluster_of(self, offer_id: str) -> str | None:
        """Return which cluster an offer would act in, of all that there are; None when the id is unknown."""
        async with self._database.transaction() as connection:
            found = await connection.execute(select(offers.c.cluster).where(offers.c.id == offer_id))
            cluster: str | None = found.scalar()
        return cluster

    async def show(self, offer_id: str, shown: str) -> None:
        """Write down the answer in which the button stands, to take the button away later."""
        async with self._database.transaction() as connection:
            await connection.execute(update(offers).where(offers.c.id == offer_id).values(shown=shown))

    async def propose(self, offer_id: str, user: str, as_user: str, reason: str) -> OfferRecord | None:
        """Keep that one person wants it, where two must agree. Of many at once exactly one gets the offer."""
        now = self._database.now()
        free = and_(offers.c.id == offer_id, offers.c.state == OfferState.OFFERED.value, offers.c.expires_at > now)
        proposed = update(offers).where(free).values(
            state=OfferState.PROPOSED.value, proposed_by=user, proposed_as=as_user, reason=reason
        ).returning(*offers.c)  # fmt: skip
        return await self._moved(proposed)

    async def claim(
        self,
        offer_id: str,
        user: str,
        owner: str,
        lease_s: float,
        *,
        as_user: str = "",
        reason: str | None = None,
        state: OfferState = OfferState.OFFERED,
    ) -> OfferRecord | None:
        """Claim an offer in ``state`` for the person who pressed it. Of many at once exactly one gets the offer."""
        now = self._database.now()
        free = and_(offers.c.id == offer_id, offers.c.state == state.value, offers.c.expires_at > now)
        values: dict[str, Any] = {
            "state": OfferState.CLAIMED.value,
            "claimed_by": user,
            "claimed_as": as_user,
            "claimed_at": now,
            "lease_owner": owner,
            "lease_until": now + lease_s,
        }
        if reason is not None:
            values["reason"] = reason
        return await self._moved(update(offers).where(free).values(**values).returning(*offers.c))

    async def _moved(self, statement: ReturningUpdate[Any]) -> OfferRecord | None:
        async with self._database.transaction() as connection:
            row = (await connection.execute(statement)).mappings().first()
        return None if row is None else offer_of(row)

    async def recent_actions(self, workload: ObjectRef, user: str, within_s: float) -> tuple[int, int]:
        """Return how many actions the person took, and how many were taken on the workload, within the last seconds.

        Silences count as well as buttons do.
        """
        since = self._database.now() - within_s
        by_person = or_(offers.c.claimed_by == user, offers.c.proposed_by == user)
        on_workload = and_(
            self._scope.rows(offers.c.cluster),
            offers.c.kind == workload.kind,
            offers.c.namespace == workload.namespace,
            offers.c.name == workload.name,
        )
        same = and_(self._scope.rows(incidents.c.cluster), incidents.c.workload == str(workload))
        of_workload = select(incidents.c.id).where(same)
        pressed, silenced = offers.c.claimed_at > since, silences.c.created_at > since
        async with self._database.transaction() as connection:

            async def count(*which: ColumnElement[bool]) -> int:
                return int((await connection.execute(select(func.count()).where(*which))).scalar_one())

            return (
                await count(pressed, by_person) + await count(silenced, silences.c.user_id == user),
                await count(pressed, on_workload) + await count(silenced, silences.c.incident_id.in_(of_workload)),
            )

    async def renew(self, offer_id: str, owner: str, lease_s: float) -> bool:
        """Hold the lease of a running offer for longer. False when it was lost."""
        held = and_(offers.c.id == offer_id, offers.c.lease_owner == owner)
        async with self._database.transaction() as connection:
            done = await connection.execute(
                update(offers).where(held).values(lease_until=self._database.now() + lease_s)
            )
        return done.rowcount == 1

    async def move(self, offer_id: str, owner: str, to: OfferState, outcome: str = "") -> bool:
        """Move an offer that ``owner`` holds. False when it is not theirs, or may not move so from where it stands."""
        sources = [state.value for state, targets in MOVES.items() if to in targets]
        held = and_(offers.c.id == offer_id, offers.c.lease_owner == owner, offers.c.state.in_(sources))
        moved = update(offers).where(held).values(state=to.value, outcome=outcome)
        return await self._settled(offer_id, moved)

    async def _settled(self, offer_id: str, moved: Update) -> bool:
        """Move one offer, and write down for the outgoing webhook what came of it, where that is known now."""
        async with self._database.transaction() as connection:
            await self._outbox.hold(connection, _incident_of(offer_id))
            row = (await connection.execute(moved.returning(*offers.c))).mappings().first()
            if row is not None and (offer := offer_of(row)).state in OUTCOMES:
                await self._outbox.write(connection, offer.incident_id, Happened(kind=EventKind.ACTION, offer=offer))
        return row is not None

    async def standing(self, incident_id: str) -> list[OfferRecord]:
        """Return the offers of an incident that can be pressed now, in the order of their actions."""
        own = and_(offers.c.incident_id == incident_id, offers.c.state.in_(_OPEN))
        found = select(offers).where(and_(own, offers.c.expires_at > self._database.now())).order_by(offers.c.action)
        async with self._database.transaction() as connection:
            return [offer_of(row) for row in (await connection.execute(found)).mappings()]

    async def proposed(self, limit: int) -> list[OfferRecord]:
        """Return what waits for a second person's word, what expires soonest first."""
        waiting = and_(
            self._scope.rows(offers.c.cluster),
            offers.c.state == OfferState.PROPOSED.value,
            offers.c.expires_at > self._database.now(),
        )
        found = select(offers).where(waiting).order_by(offers.c.expires_at).limit(limit)
        async with self._database.transaction() as connection:
            return [offer_of(row) for row in (await connection.execute(found)).mappings()]

    async def helped(self, incident_id: str, since: float) -> list[OfferRecord]:
        """Return what was pressed in an incident since, and held, newest first."""
        done = and_(
            offers.c.incident_id == incident_id,
            offers.c.state == OfferState.DONE.value,
            offers.c.claimed_at >= since,
        )
        found = select(offers).where(done).order_by(offers.c.claimed_at.desc())
        async with self._database.transaction() as connection:
            return [offer_of(row) for row in (await connection.execute(found)).mappings()]

    async def take_back(self, offer_id: str, outcome: str) -> bool:
        """Write down that what seemed to hold did not, and why. False: somebody has written it down already."""
        done = and_(offers.c.id == offer_id, offers.c.state == OfferState.DONE.value)
        taken_back = update(offers).where(done).values(state=OfferState.UNHELPFUL.value, outcome=outcome)
        return await self._settled(offer_id, taken_back)

    async def supersede(self, incident_id: str) -> None:
        """Withdraw an incident's open offers: what they would do is done."""
        async with self._database.transaction() as connection:
            await connection.execute(superseded(incident_id))

    async def abandoned(self, owner: str, lease_s: float) -> list[OfferRecord]:
        """Take over the offers whose holder died between the press and the report."""
        now = self._database.now()
        dead = and_(
            self._scope.rows(offers.c.cluster),
            offers.c.state.in_([OfferState.CLAIMED.value, OfferState.RUNNING.value]),
            reached(offers.c.lease_until, now, 2 * lease_s),
        )
        taken = update(offers).where(dead).values(lease_owner=owner, lease_until=now + lease_s).returning(*offers.c)
        async with self._database.transaction() as connection:
            return [offer_of(row) for row in (await connection.execute(taken)).mappings()]


def _incident_of(offer_id: str) -> ScalarSelect[str]:
    return select(offers.c.incident_id).where(offers.c.id == offer_id).scalar_subquery()


def superseded(incident_id: str) -> Update:
    """Return the statement that withdraws an incident's open offers."""
    open_offers = and_(offers.c.incident_id == incident_id, offers.c.state.in_(_OPEN))
    return update(offers).where(open_offers).values(state=OfferState.SUPERSEDED.value)


def offer_of(row: RowMapping) -> OfferRecord:
    """Return a row of the offers."""
    return OfferRecord(state=OfferState(row["state"]), **{name: row[name] for name in _FIELDS})

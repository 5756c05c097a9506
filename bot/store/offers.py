"""The rows of offers: every move of their state is one compare-and-set UPDATE."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select, update

from bot.model.offer import MOVES, OPEN, OfferRecord, OfferState
from bot.store.tables import offers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import RowMapping

    from bot.store.database import Database

_FIELDS = (
    "id", "incident_id", "action", "kind", "namespace", "name", "uid", "generation", "revision", "channel",
    "message_ts", "team", "expires_at", "claimed_by", "claimed_at", "outcome", "reason", "claimed_as", "proposed_by",
    "proposed_as", "shown",
)  # fmt: skip
_OPEN = [state.value for state in OPEN]


def new_id() -> str:
    """Return an id that cannot be guessed: 256 random bits."""
    return secrets.token_urlsafe(32)


class Offers:
    """Offers in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(self, records: Sequence[OfferRecord], ttl_s: float) -> None:
        """Keep new offers, all or none."""
        now = self._database.now()
        async with self._database.transaction() as connection:
            for record in records:
                row: dict[str, Any] = {name: getattr(record, name) for name in _FIELDS}
                row |= {"state": record.state.value, "created_at": now, "expires_at": now + ttl_s}
                await connection.execute(offers.insert().values(**row))

    async def place(self, incident_id: str, channel: str, message_ts: str) -> None:
        """Write down in which message an incident's open offers stand: a press from anywhere else is refused."""
        mine = and_(offers.c.incident_id == incident_id, offers.c.state == OfferState.OFFERED.value)
        async with self._database.transaction() as connection:
            await connection.execute(update(offers).where(mine).values(channel=channel, message_ts=message_ts))

    async def get(self, offer_id: str) -> OfferRecord | None:
        """Return one offer, or None when the id is unknown. One that is past its time is expired first."""
        late = and_(offers.c.id == offer_id, offers.c.state.in_(_OPEN), offers.c.expires_at <= self._database.now())
        async with self._database.transaction() as connection:
            await connection.execute(update(offers).where(late).values(state=OfferState.EXPIRED.value))
            row = (await connection.execute(select(offers).where(offers.c.id == offer_id))).mappings().first()
        return None if row is None else _record(row)

    async def show(self, offer_id: str, shown: str) -> None:
        """Write down the answer in which the button stands, to take the button away later."""
        async with self._database.transaction() as connection:
            await connection.execute(update(offers).where(offers.c.id == offer_id).values(shown=shown))

    async def propose(self, offer_id: str, user: str, as_user: str, reason: str) -> bool:
        """Keep that one person wants it, where two must agree. Of many at once exactly one is told True."""
        now = self._database.now()
        free = and_(offers.c.id == offer_id, offers.c.state == OfferState.OFFERED.value, offers.c.expires_at > now)
        proposed = update(offers).where(free).values(
            state=OfferState.PROPOSED.value, proposed_by=user, proposed_as=as_user, reason=reason
        )  # fmt: skip
        async with self._database.transaction() as connection:
            return (await connection.execute(proposed)).rowcount == 1

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
    ) -> bool:
        """Claim an offer in ``state`` for the person who pressed it. Of many at once exactly one is told True."""
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
        async with self._database.transaction() as connection:
            return (await connection.execute(update(offers).where(free).values(**values))).rowcount == 1

    async def pressed(self, offer: OfferRecord, user: str, within_s: float) -> tuple[int, int]:
        """Return how many offers the person, and how many of the workload, were claimed within the last seconds."""
        return await self.pressed_on((offer.kind, offer.namespace, offer.name), user, within_s)

    async def pressed_on(self, target: tuple[str, str, str], user: str, within_s: float) -> tuple[int, int]:
        """Return the same for a workload given as kind, namespace and name."""
        recent = offers.c.claimed_at > self._database.now() - within_s
        theirs = or_(offers.c.claimed_by == user, offers.c.proposed_by == user)
        kind, namespace, name = target
        place = and_(offers.c.kind == kind, offers.c.namespace == namespace, offers.c.name == name)
        async with self._database.transaction() as connection:
            person, workload = [
                int((await connection.execute(select(func.count()).where(recent, which))).scalar_one())
                for which in (theirs, place)
            ]
        return person, workload

    async def renew(self, offer_id: str, owner: str, lease_s: float) -> bool:
        """Hold the lease of a running offer for longer. False when it was lost."""
        mine = and_(offers.c.id == offer_id, offers.c.lease_owner == owner)
        async with self._database.transaction() as connection:
            done = await connection.execute(
                update(offers).where(mine).values(lease_until=self._database.now() + lease_s)
            )
        return done.rowcount == 1

    async def move(self, offer_id: str, owner: str, to: OfferState, outcome: str = "") -> bool:
        """Move an offer that ``owner`` holds. False when it is not theirs, or may not move so from where it stands."""
        sources = [state.value for state, targets in MOVES.items() if to in targets]
        mine = and_(offers.c.id == offer_id, offers.c.lease_owner == owner, offers.c.state.in_(sources))
        async with self._database.transaction() as connection:
            done = await connection.execute(update(offers).where(mine).values(state=to.value, outcome=outcome))
        return done.rowcount == 1

    async def supersede(self, incident_id: str) -> None:
        """Withdraw an incident's open offers: a newer answer makes new ones."""
        mine = and_(offers.c.incident_id == incident_id, offers.c.state.in_(_OPEN))
        async with self._database.transaction() as connection:
            await connection.execute(update(offers).where(mine).values(state=OfferState.SUPERSEDED.value))

    async def abandoned(self, owner: str, lease_s: float) -> list[OfferRecord]:
        """Take over the offers whose holder died between the press and the report."""
        now = self._database.now()
        dead = and_(
            offers.c.state.in_([OfferState.CLAIMED.value, OfferState.RUNNING.value]), offers.c.lease_until <= now
        )
        taken = update(offers).where(dead).values(lease_owner=owner, lease_until=now + lease_s).returning(*offers.c)
        async with self._database.transaction() as connection:
            return [_record(row) for row in (await connection.execute(taken)).mappings()]


def _record(row: RowMapping) -> OfferRecord:
    return OfferRecord(state=OfferState(row["state"]), **{name: row[name] for name in _FIELDS})

"""The only cluster becomes one of several: what the store knows of it gets its name, threads and open buttons stay.

Its keys are hashed with the name, as those of new rows are (``bot.store.scope``), so that its alerts go on folding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select, update

from bot.model.incident import Origin
from bot.store.scope import Scope
from bot.store.tables import alerts, incidents, offers, roots

if TYPE_CHECKING:
    from sqlalchemy import Column
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database


async def adopt(database: Database, name: str) -> int:
    """Give every incident without a cluster's name that name. Return how many there were: 0 when it was done before."""
    scope = Scope(cluster=name)
    nameless = incidents.c.cluster == ""
    async with database.transaction() as connection:
        await database.queue(connection, "ingest")
        digests = and_(nameless, incidents.c.origin == Origin.DIGEST.value)
        await connection.execute(update(incidents).where(digests).values(cluster=scope.shared))
        ids = select(incidents.c.id).where(nameless)
        found = len((await connection.execute(ids)).all())
        if found:
            for column in (alerts.c.key, roots.c.key):
                await _rekey(connection, scope, column, column.table.c.incident_id.in_(ids))
            for column in (incidents.c.dedup_key, incidents.c.fold_key):
                await _rekey(connection, scope, column, and_(nameless, column.is_not(None)))
            await connection.execute(update(offers).where(offers.c.incident_id.in_(ids)).values(cluster=name))
            await connection.execute(update(incidents).where(nameless).values(cluster=name))
    return found


async def _rekey(connection: AsyncConnection, scope: Scope, column: Column[str], which: object) -> None:
    """Write a view's own keys in place of those that a column holds; one that the view has by now stays as it is.

    So it is of an alert that came to an older replica once more: both incidents go on, each until it is over.
    """
    table = column.table
    known = [str(one) for one in (await connection.execute(select(column).where(which))).scalars()]  # type: ignore[arg-type]
    if not known:
        return
    taken = set((await connection.execute(select(column))).scalars())
    rows = [{"before": one, "after": scope.key(one)} for one in known if scope.key(one) not in taken]
    if rows:
        moved = update(table).where(column == bindparam("before")).values({column.key: bindparam("after")})
        await connection.execute(moved, rows)

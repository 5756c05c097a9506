"""Bring a database up to date, within the caller's transaction: all of it, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from bot.store.migrations.history import current, revisions

if TYPE_CHECKING:
    from sqlalchemy import Connection

ADVISORY_LOCK = 0x63726C70
"""PostgreSQL's lock for migrations: any number that nobody else uses; this one spells "crlp"."""


def migrate(connection: Connection) -> None:
    """Apply what is missing, and wait for another replica that is at it. Leaves a newer schema alone."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    # On SQLite the transaction itself is the lock: it began IMMEDIATE.
    stands = current(connection)
    if stands == revisions()[-1] or (stands and stands not in revisions()):
        return
    from bot.store.migrations import steps  # noqa: PLC0415 — Alembic is a sixth of the bot's start, and rarely needed

    steps.run(connection)

"""SQLite's connection, with one trip to its thread for each statement.

Each trip wakes two threads and the loop, which costs more than what SQLite then does. aiosqlite's own cursors make four
of them for a statement: to open, to execute, to fetch, to close.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Self

from aiosqlite import Connection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_CHUNK = 64
"""Rows that aiosqlite fetches at once where rows are iterated over, which is nowhere: its own default."""


class OneStepCursor:
    """A cursor that has all its rows, and is closed, as soon as its statement was executed: PEP 249, awaited."""

    arraysize = 1
    """PEP 249's default for ``fetchmany``."""

    def __init__(self, connection: OneStepConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        """Return the cursor; there is nothing to open before it executes."""
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Execute a statement and take all its rows, in one trip."""
        await self._connection.step(lambda cursor: cursor.execute(statement, parameters), self._keep)

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Execute a statement for each of the parameters, in one trip."""
        await self._connection.step(lambda cursor: cursor.executemany(statement, parameters), self._keep)

    async def fetchall(self) -> list[Any]:
        """Return the rows that were taken."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Do nothing: what it held in the thread is closed already."""

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        self._rows = cursor.fetchall() if cursor.description else []


class OneStepConnection(Connection):
    """A connection whose cursors make one trip a statement, and that goes nowhere to roll back nothing."""

    def cursor(self) -> OneStepCursor:  # type: ignore[override]
        """Return a cursor."""
        return OneStepCursor(self)

    async def step(self, execute: Callable[[sqlite3.Cursor], Any], keep: Callable[[sqlite3.Cursor], None]) -> None:
        """Execute on a cursor of the thread, keep what is left of it there, and close it."""
        connection = self._conn

        def stepped() -> None:
            cursor = connection.cursor()
            try:
                execute(cursor)
                keep(cursor)
            finally:
                cursor.close()

        await self._execute(stepped)  # type: ignore[no-untyped-call]

    async def rollback(self) -> None:
        """Roll back the transaction, where there is one."""
        if self.in_transaction:
            await super().rollback()


def connected(database: str, **options: Any) -> OneStepConnection:
    """Return a connection to await, with the options of ``sqlite3.connect``."""
    connection = OneStepConnection(lambda: sqlite3.connect(database, **options), _CHUNK)
    connection._thread.daemon = True  # noqa: SLF001 — as SQLAlchemy does: the process may end while it is open
    return connection

"""The engine: opened once, made for SQLite in the data directory or for PostgreSQL, closed without leftovers."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
from sqlalchemy import AsyncAdaptedQueuePool, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.model.errors import BotError, Temporary
from bot.network.failures import system_word
from bot.store.clock import now_expression
from bot.store.migrations import migrate
from bot.store.one_step import connected
from bot.store.whole import WholeConnection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Insert, Table
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

FAILURES = (SQLAlchemyError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""A lost or refused database. While it connects, asyncpg's own errors come through SQLAlchemy as they are."""

CONNECT_S = 5.0
"""How long it may take to get a connection that works: a free one, its proof, and a new one where that fails."""

STATEMENT_S = 8.0
"""How long PostgreSQL may take for a statement before it counts as gone: with the above, shorter than a lease."""

QUEUE_S = 30.0
"""How long SQLite's one connection is waited for."""

BUSY_S = 10.0
"""How long SQLite waits for another process's write: longer than any transaction here, shorter than a lease."""


class _Abrupt(asyncpg.Connection):  # type: ignore[misc]
    """A connection of which nobody takes leave once it is given up: a database that hangs would not answer that."""

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 — asyncpg's own
        """Close it in peace; at once where SQLAlchemy gives it up, which it says by a ``timeout``."""
        if timeout is None:
            await super().close()
        else:
            self.terminate()


class Database:
    """An open database: transactions, its clock, and the one statement whose SQL differs by dialect."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], float] | None) -> None:
        self._engine = engine
        self._clock = clock
        self._returning: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, url: str, clock: Callable[[], float] | None = None) -> Database:
        """Connect, and bring the tables up to date. ``BotError`` when it cannot be: names DATABASE_URL."""
        try:
            engine = engine_of(url)
        except (ArgumentError, ImportError) as error:
            raise BotError(f"DATABASE_URL: not a database address that can be used ({type(error).__name__})") from error
        try:
            async with engine.begin() as connection:
                await connection.run_sync(migrate)
        except FAILURES as error:
            await engine.dispose()
            raise BotError(f"DATABASE_URL / DATA_DIR: the store cannot be opened: {said_by(error)}") from error
        return cls(engine, clock)

    def now(self) -> ColumnElement[float]:
        """Return SQL for the present moment, in seconds since the epoch."""
        return now_expression(self._clock)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Run a transaction. ``Temporary`` when the database cannot be reached, is locked, or has gone.

        Over the network, whoever is cancelled meanwhile is let go at once: nobody waits for a rollback that a database
        that hangs would never confirm. It rolls back when it finds the connection gone. SQLite's step is done first.
        """
        try:
            connection = await self._connected()
            try:
                yield connection
                await connection.commit()
            except (asyncio.CancelledError, TimeoutError):
                if self._over_network:
                    await connection.invalidate()
                raise
            finally:
                await connection.close()  # rolls back what is not committed
        except FAILURES as error:
            raise Temporary(f"the store cannot be reached just now ({type(error).__name__})") from error

    @property
    def _over_network(self) -> bool:
        return self._engine.dialect.name == "postgresql"

    async def _connected(self) -> AsyncConnection:
        if self._over_network:
            async with asyncio.timeout(CONNECT_S):
                return await self._engine.connect()
        coming = asyncio.ensure_future(WholeConnection(self._engine).start())
        try:
            async with asyncio.timeout(QUEUE_S):
                return await asyncio.shield(coming)
        except (asyncio.CancelledError, TimeoutError):
            # Who waits in the queue is let go at once; what it waited for would be lost with it.
            back = asyncio.create_task(_given_back(coming))
            self._returning.add(back)
            back.add_done_callback(self._returning.discard)
            raise

    def insert_new(self, table: Table, row: Mapping[str, Any]) -> Insert:
        """Return an INSERT that leaves an existing row alone: its row count says whether it was new.

        Executed with a list of rows, it adds to each what ``row`` holds.
        """
        if self._engine.dialect.name == "postgresql":
            return postgresql.insert(table).values(**row).on_conflict_do_nothing()
        return sqlite.insert(table).values(**row).on_conflict_do_nothing()

    def upsert(self, table: Table, columns: Sequence[str], **shared: ColumnElement[Any]) -> Insert:
        """Return an INSERT that writes over the row with the same primary key.

        It is executed with a list of rows that hold ``columns``; ``shared`` is the same for all.
        """
        replaced = [name for name in (*columns, *shared) if not table.c[name].primary_key]
        keys = [column.name for column in table.primary_key]
        if self._engine.dialect.name == "postgresql":
            made = postgresql.insert(table).values(**shared)
            return made.on_conflict_do_update(
                index_elements=keys, set_={name: made.excluded[name] for name in replaced}
            )
        plain = sqlite.insert(table).values(**shared)
        return plain.on_conflict_do_update(index_elements=keys, set_={name: plain.excluded[name] for name in replaced})

    async def queue(self, connection: AsyncConnection, name: str) -> None:
        """Let the transactions of one name run one after the other, across replicas. SQLite's do so anyway."""
        if self._engine.dialect.name == "postgresql":
            number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
            await connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})

    async def close(self) -> None:
        """Close every connection."""
        if self._returning:
            await asyncio.wait(self._returning)
        await self._engine.dispose()


async def _given_back(coming: asyncio.Future[AsyncConnection]) -> None:
    """Give a connection back that nobody waits for any more, as soon as it is there."""
    await asyncio.wait({coming})
    if not coming.cancelled() and coming.exception() is None:
        await coming.result().close()


def _postgresql(url: str) -> AsyncEngine:
    address = make_url(url)
    if address.get_driver_name() != "asyncpg":
        return create_async_engine(address, pool_pre_ping=True)
    options: dict[str, Any] = {"timeout": CONNECT_S, "command_timeout": STATEMENT_S, "connection_class": _Abrupt}
    mode = address.query.get("sslmode")
    if mode is not None:
        # libpq's name, as other programs write it; asyncpg's argument is called ssl and takes the same words.
        options["ssl"] = mode
        address = address.difference_update_query(["sslmode"])
    return create_async_engine(address, pool_pre_ping=True, pool_timeout=CONNECT_S, connect_args=options)


def said_by(error: BaseException) -> str:
    """Return the first line of what the database, its driver or the system says; none repeats a password."""
    said = getattr(error, "orig", None) or error
    if isinstance(said, OSError):
        return system_word(said)
    lines = str(said).splitlines()
    return lines[0] if lines else type(error).__name__


def engine_of(url: str) -> AsyncEngine:
    """Return the engine for an address. ``ArgumentError`` or ``ImportError`` when it is none that can be used."""
    if make_url(url).get_backend_name() != "sqlite":
        return _postgresql(url)
    # One connection a process: SQLite has one writer anyway, and callers then queue here, fairly, not on its lock.
    options = {"timeout": BUSY_S, "async_creator_fn": connected}
    engine = create_async_engine(
        url, poolclass=AsyncAdaptedQueuePool, pool_size=1, max_overflow=0, connect_args=options
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver opens no transaction of its own: _on_begin does
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _on_begin(connection: Any) -> None:
        # IMMEDIATE: a transaction that reads, then writes, must not find that another process wrote in between.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine

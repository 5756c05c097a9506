"""One trip to SQLite's thread for each statement, whatever it gives back; none to roll back nothing."""

import sqlite3

import pytest

from bot.store.one_step import connected


@pytest.fixture(autouse=True)
def database():
    """SQLite alone: PostgreSQL's driver has no thread."""


@pytest.fixture
async def connection(tmp_path):
    opened = await connected(str(tmp_path / "rows.db"), isolation_level=None)
    cursor = opened.cursor()
    await cursor.execute("CREATE TABLE rows (number INTEGER UNIQUE)")
    yield opened
    await opened.close()


@pytest.fixture
def trips(connection, monkeypatch):
    made, queued = [], connection._execute

    async def counted(work, *given):
        made.append(work)
        return await queued(work, *given)

    monkeypatch.setattr(connection, "_execute", counted)
    return made


async def test_a_statement_is_one_trip_and_has_its_rows(connection, trips):
    cursor = await connection.cursor().__aenter__()
    await cursor.executemany("INSERT INTO rows VALUES (?)", [(1,), (2,)])
    assert (cursor.rowcount, cursor.description, await cursor.fetchall()) == (2, None, [])
    await cursor.execute("SELECT number FROM rows ORDER BY number")
    assert [name for name, *_ in cursor.description] == ["number"]
    assert await cursor.fetchall() == [(1,), (2,)]
    await cursor.close()
    assert len(trips) == 2


async def test_what_sqlite_refuses_is_raised_and_the_next_statement_runs(connection, trips):
    cursor = connection.cursor()
    await cursor.execute("INSERT INTO rows VALUES (?)", (1,))
    with pytest.raises(sqlite3.IntegrityError):
        await cursor.execute("INSERT INTO rows VALUES (?)", (1,))
    await cursor.execute("SELECT count(*) FROM rows")
    assert await cursor.fetchall() == [(1,)]
    assert len(trips) == 3


async def test_a_rollback_undoes_what_was_begun_and_goes_nowhere_otherwise(connection, trips):
    await connection.rollback()
    assert trips == []
    cursor = connection.cursor()
    for statement in ("BEGIN IMMEDIATE", "INSERT INTO rows VALUES (1)"):
        await cursor.execute(statement)
    await connection.rollback()
    assert len(trips) == 3
    await cursor.execute("SELECT count(*) FROM rows")
    assert await cursor.fetchall() == [(0,)]

"""Looking at the store: what state it is in, and that looking makes, migrates and locks nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store import Store
from bot.store import state as states
from bot.store.state import Unusable, look_at
from tests.support.postgres import fresh_database
from tests.support.stores import asyncio_url


@pytest.fixture(autouse=True)
def database():
    """Each test makes its own."""


def sqlite(folder):
    return f"sqlite+aiosqlite:///{folder / 'crashloop.db'}"


async def run(url, *statements):
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


async def test_a_store_that_is_not_there_yet_is_not_made(tmp_path):
    found = await look_at(sqlite(tmp_path / "data" / "deep"))
    assert (found.revision, found.known) == ("", True)
    assert list(tmp_path.iterdir()) == []


async def test_a_store_that_is_worked_on_is_looked_at_without_waiting(tmp_path):
    store = await Store.open(sqlite(tmp_path))
    try:
        async with store._database.transaction():  # holds SQLite's write lock
            found = await look_at(sqlite(tmp_path))
    finally:
        await store.close()
    assert found.revision == found.newest != ""
    assert found.place == f"SQLite at {tmp_path / 'crashloop.db'}"


async def test_an_older_and_a_newer_schema_are_told_and_left_alone(tmp_path):
    store = await Store.open(sqlite(tmp_path))
    await store.close()
    for revision, known in (("0001", True), ("9999", False)):
        await run(sqlite(tmp_path), "UPDATE alembic_version SET version_num='VERSION'".replace("VERSION", revision))
        for _ in range(2):
            found = await look_at(sqlite(tmp_path))
            assert (found.revision, found.known) == (revision, known)


async def test_a_disk_that_is_full_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(states, "FREE_BYTES", 2**80)
    with pytest.raises(Unusable, match=r"MiB are left where") as raised:
        await look_at(sqlite(tmp_path))
    assert "make room" in raised.value.fix


async def test_an_address_that_is_none_is_not_repeated():
    with pytest.raises(Unusable) as raised:
        await look_at("canary-secret")
    assert "canary" not in str(raised.value) + raised.value.fix


async def test_postgresql_before_and_after_the_first_start():
    with fresh_database() as address:
        url = asyncio_url(address)
        found = await look_at(url)
        assert (found.revision, found.known) == ("", True)
        store = await Store.open(url)
        await store.close()
        found = await look_at(url)
        assert found.revision == found.newest
        assert found.place.startswith("PostgreSQL at ")


async def test_who_may_not_make_the_tables_is_told_the_grant():
    with fresh_database() as address:
        url = asyncio_url(address)
        await run(
            url, "DROP ROLE IF EXISTS mere", "CREATE ROLE mere LOGIN PASSWORD 'canary-secret'",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        )  # fmt: skip
        limited = await as_role(url, "mere", "canary-secret")
        with pytest.raises(Unusable, match="mere may not make the tables") as raised:
            await look_at(limited)
        assert 'GRANT CREATE ON SCHEMA public TO "mere"' in raised.value.fix
        await run(url, "GRANT CREATE ON SCHEMA public TO mere")
        assert (await look_at(limited)).revision == ""
        with pytest.raises(Unusable) as raised:
            await look_at(await as_role(url, "nobody-there", "canary-secret"))
        assert "canary" not in str(raised.value)


async def as_role(url, user, password):
    return make_url(url).set(username=user, password=password).render_as_string(hide_password=False)

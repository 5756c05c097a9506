"""The audit trail's rows: what is written stays, on SQLite and PostgreSQL."""

import asyncio

import pytest

from bot.model.audit import broken
from bot.model.errors import Temporary
from bot.store import Store
from tests.bot.model.test_audit import entry
from tests.support.postgres import fresh_database


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'crashloop.db'}"
        return
    with fresh_database() as address:
        yield address.replace("postgresql://", "postgresql+asyncpg://", 1)


async def test_replicas_that_write_at_once_make_one_chain(url):
    one, two = await Store.open(url), await Store.open(url)
    await asyncio.gather(*((one if n % 2 else two).audit.append(entry(n)) for n in range(20)))
    rows = [row async for row in one.audit.rows()]
    assert len(rows) == 20
    assert broken(rows) == ""
    assert {row.read()["offer"] for row in rows} == {f"o{n}" for n in range(20)}
    await asyncio.gather(one.close(), two.close())


@pytest.mark.parametrize("statement", ["UPDATE audit SET entry = '{}'", "DELETE FROM audit"])
async def test_the_database_itself_refuses_a_change(url, statement):
    store = await Store.open(url)
    await store.audit.append(entry())
    with pytest.raises(Temporary):
        async with store.audit._database.transaction() as connection:
            await connection.exec_driver_sql(statement)
    assert len([row async for row in store.audit.rows()]) == 1
    await store.close()

"""What was seen before, and the row by which readiness learns that the database takes writes."""

from sqlalchemy import select

from bot.model.incident import key
from bot.store.tables import seen
from tests.support.stores import opened


async def test_a_process_writes_its_own_row_over_the_one_before(tmp_path):
    async with opened(tmp_path) as store:
        for ttl_s in (10, 1000):
            await store.seen.write("one", ttl_s)
        await store.seen.write("two", 10)
        async with store._database.transaction() as connection:
            rows = dict((await connection.execute(select(seen.c.key, seen.c.until))).all())
        assert set(rows) == {key("ping", "one"), key("ping", "two")}
        assert rows[key("ping", "one")] - rows[key("ping", "two")] > 900


async def test_the_first_sight_is_told_once(tmp_path):
    async with opened(tmp_path) as store:
        assert [await store.seen.first("event", "a", 60) for _ in range(2)] == [True, False]
        assert await store.seen.first("event", "b", 60)

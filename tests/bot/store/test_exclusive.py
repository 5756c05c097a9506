"""One process for one SQLite database; as many as there are for PostgreSQL."""

import asyncio
import sys

import pytest

from bot.model.errors import BotError
from bot.store.exclusive import alone


@pytest.fixture(autouse=True)
def database():
    """These need no database."""


def url(folder):
    return f"sqlite+aiosqlite:///{folder / 'crashloop.db'}"


async def test_the_second_one_is_refused_with_the_reason_and_the_way_out(tmp_path):
    async with alone(url(tmp_path)):
        with pytest.raises(BotError, match=r"another crashloop .* DATABASE_URL"):
            async with alone(url(tmp_path), wait_s=0.2):
                pass


async def test_a_restart_waits_for_the_one_before(tmp_path):
    first = alone(url(tmp_path))
    await first.__aenter__()
    second = asyncio.create_task(alone(url(tmp_path)).__aenter__())
    await asyncio.sleep(0.15)
    assert not second.done()
    await first.__aexit__(None, None, None)
    await asyncio.wait_for(second, 30)


async def test_a_killed_one_leaves_no_lock(tmp_path):
    code = f"""
import asyncio, os, signal
from bot.store.exclusive import alone
async def main():
    async with alone({url(tmp_path)!r}):
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    assert await process.wait() == -9
    async with alone(url(tmp_path), wait_s=0.2):
        assert (tmp_path / "crashloop.db.lock").exists()


async def test_postgresql_takes_many(tmp_path):
    several = "postgresql+asyncpg://somewhere/crashloop"
    async with alone(several, wait_s=0.0), alone(several, wait_s=0.0):
        assert list(tmp_path.iterdir()) == []

"""The audit trail: what is written stays, what is changed shows, on SQLite and PostgreSQL."""

import asyncio
import sqlite3
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.audit import FIRST, Entry, Row, broken, chained
from bot.model.errors import Temporary
from bot.store import Store
from tests.support.postgres import fresh_database


def entry(number=0, **more):
    return Entry(at="", event="done", offer=f"o{number}", slack_user="U1", reason="wegen des Ärgers", **more)


def chain(count):
    rows = []
    for number in range(1, count + 1):
        rows.append(chained(number, entry(number), rows[-1].hash if rows else FIRST))
    return rows


def test_a_chain_that_was_left_alone_holds():
    assert broken([]) == ""
    assert broken(chain(4)) == ""


@given(st.integers(0, 4), st.sampled_from(["entry", "hash", "previous", "out", "twice", "swap"]))
def test_whatever_is_changed_shows(at, how):
    rows = chain(5)
    row = rows[at]
    if how == "out":
        rows.pop(at)
    elif how == "twice":
        rows.insert(at, row)
    elif how == "swap":
        rows[at], rows[(at + 1) % 5] = rows[(at + 1) % 5], row
    else:
        changed = {"seq": row.seq, "entry": row.entry, "previous": row.previous, "hash": row.hash}
        changed[how] = changed[how].replace("U1", "U2") if how == "entry" else "f" * 64
        rows[at] = Row(**changed)
    cut_at_the_end = how == "out" and at == 4
    assert bool(broken(rows)) is not cut_at_the_end


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


def crashloop(folder, *arguments):
    address = f"sqlite+aiosqlite:///{folder / 'crashloop.db'}"
    command = [sys.executable, "-m", "bot", "audit", "--database", address, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


async def test_the_command_prints_and_verifies(tmp_path):
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'crashloop.db'}")
    row = await store.audit.append(entry(1, outcome="Recovered\x1b[31m in 41 s"))
    await store.audit.append(entry(2))
    await store.close()
    said = await asyncio.to_thread(crashloop, tmp_path, "--contains", row.hash)
    assert (said.returncode, len(said.stdout.splitlines())) == (0, 2)
    assert "the chain holds" in said.stderr
    assert "Recovered" in said.stdout
    assert "\x1b" not in said.stdout
    said = await asyncio.to_thread(crashloop, tmp_path, "--contains", "f" * 64)
    assert (said.returncode, "was cut" in said.stderr) == (1, True)
    with sqlite3.connect(tmp_path / "crashloop.db") as database:  # one who may change the schema can change all
        database.execute("DROP TRIGGER audit_update_refused")
        database.execute("UPDATE audit SET entry = replace(entry, 'U1', 'U2') WHERE seq = 1")
    said = await asyncio.to_thread(crashloop, tmp_path, "-o", "json")
    assert said.returncode == 1
    assert "entry 1 was changed" in said.stderr
    assert len(said.stdout.splitlines()) == 2

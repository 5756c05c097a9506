"""``crashloop audit``: every entry in one line, and whether the chain holds."""

import sqlite3

from bot.store import Store
from tests.bot.model.test_audit import entry
from tests.support.command_line import commanded


async def audit(folder, *arguments):
    address = f"sqlite+aiosqlite:///{folder / 'crashloop.db'}"
    return await commanded(folder, {}, "audit", "--database", address, *arguments)


async def test_the_command_prints_and_verifies(tmp_path):
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'crashloop.db'}")
    row = await store.audit.append(entry(1, outcome="Recovered\x1b[31m in 41 s"))
    await store.audit.append(entry(2, target="web/deployment/api", cluster="prod-us"))
    await store.close()
    said = await audit(tmp_path, "--contains", row.hash)
    assert (said.code, len(said.out.splitlines())) == (0, 2)
    assert "the chain holds" in said.err
    assert "Recovered" in said.out
    assert " prod-us/web/deployment/api by " in said.out
    assert "\x1b" not in said.out
    said = await audit(tmp_path, "--contains", "f" * 64)
    assert (said.code, "was cut" in said.err) == (1, True)
    with sqlite3.connect(tmp_path / "crashloop.db") as database:  # one who may change the schema can change all
        database.execute("DROP TRIGGER audit_update_refused")
        database.execute("UPDATE audit SET entry = replace(entry, 'U1', 'U2') WHERE seq = 1")
    said = await audit(tmp_path, "-o", "json")
    assert said.code == 1
    assert "entry 1 was changed" in said.err
    assert len(said.out.splitlines()) == 2

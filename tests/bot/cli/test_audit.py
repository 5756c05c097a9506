"""``crashloop audit``: every entry in one line, and whether the chain holds."""

import asyncio
import sqlite3
import subprocess
import sys

from bot.store import Store
from tests.bot.model.test_audit import entry


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

"""The schema's history, on SQLite and on a real PostgreSQL: complete, in one line, safe while replicas roll."""

import ast
import asyncio
import errno
import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from bot.store import Store
from bot.store.database import Database
from bot.store.migrations import upgrade
from bot.store.migrations.history import revisions
from bot.store.tables import metadata
from tests.support.postgres import fresh_database
from tests.support.stores import asyncio_url

VERSIONS = Path(upgrade.__file__).parent / "versions"
FILES = sorted(VERSIONS.glob("[!_]*.py"))


@pytest.fixture(params=["sqlite", "postgresql"], autouse=True)
def database(request):
    """Here the tables are not there yet."""
    if request.param == "sqlite":
        yield None
    else:
        with fresh_database() as address:
            yield asyncio_url(address)


@pytest.fixture
def url(database, tmp_path):
    return database or f"sqlite+aiosqlite:///{tmp_path / 'crashloop.db'}"


async def in_database(url, work):
    database = await Database.open(url)
    try:
        async with database.transaction() as connection:
            return await connection.run_sync(work)
    finally:
        await database.close()


async def test_the_migrated_schema_is_the_one_that_the_code_uses(url):
    def differences(connection):
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        # What an older replica leaves out is filled in by the database; the code always says everything.
        return compare_metadata(context, metadata)

    assert await in_database(url, differences) == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_replicas_that_start_together_migrate_once(url):
    stores = await asyncio.gather(*(Store.open(url) for _ in range(5)))
    await asyncio.gather(*(store.ping() for store in stores))
    await asyncio.gather(*(store.close() for store in stores))


async def test_a_newer_schema_is_left_alone_by_an_older_replica(url):
    await in_database(url, lambda connection: connection.execute(text("UPDATE alembic_version SET version_num='9999'")))
    found = await in_database(
        url, lambda connection: connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    )
    assert found == "9999"


async def test_a_migration_that_fails_leaves_nothing_behind(url, monkeypatch):
    def broken(*_arguments):
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr("alembic.operations.Operations.create_index", broken)
    with pytest.raises(Exception, match="no space left"):
        await Database.open(url)
    monkeypatch.undo()
    assert "incidents" in await in_database(url, lambda connection: inspect(connection).get_table_names())


def test_history_is_one_line_and_every_file_says_what_it_is():
    script = ScriptDirectory(str(VERSIONS.parent))
    assert len(script.get_heads()) == 1
    assert revisions() == tuple(reversed([one.revision for one in script.walk_revisions()]))
    for file in FILES:
        kind, number = re.fullmatch(r"(pre|post)_(\d{4})_[a-z_]+\.py", file.name).groups()
        assert script.get_revision(number).path.endswith(file.name), kind


def operations(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("op."):
            yield node


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_pre_only_adds_and_post_only_removes(file):
    verb = {"pre": ("create_", "add_", "execute", "get_bind"), "post": ("drop_", "alter_", "batch_", "execute")}
    for call in operations(file):
        assert call.func.attr.startswith(verb[file.name.split("_")[0]]), call.func.attr


async def test_the_older_release_may_leave_any_newer_column_out(url):
    def without_defaults(connection):
        inspector = inspect(connection)
        added = {"incidents": BEFORE}
        return [
            column["name"]
            for table, known in added.items()
            for column in inspector.get_columns(table)
            if column["name"] not in known and not column["nullable"] and column["default"] is None
        ]

    assert await in_database(url, without_defaults) == []


BEFORE = {"id", "dedup_key", "fold_key", "origin", "state"}
"""What the first release always says."""


def test_a_store_is_read_without_the_machinery_of_migrations():
    """Alembic and what it brings are a sixth of the bot's start, and needed once a release."""
    asked = "import sys, bot.app; print(sorted({'alembic', 'mako'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

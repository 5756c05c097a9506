"""Bring a database up to date, within the caller's transaction: all of it, or nothing."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection

_FOLDER = Path(__file__).parent

ADVISORY_LOCK = 0x63726C70
"""PostgreSQL's lock for migrations: any number that nobody else uses; this one spells "crlp"."""


def migrate(connection: Connection) -> None:
    """Apply what is missing, and wait for another replica that is at it. Leaves a newer schema alone."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    # On SQLite the transaction itself is the lock: it began IMMEDIATE.
    current = MigrationContext.configure(connection).get_current_revision()
    history = _history()
    if current != history.get_current_head() and (current is None or current in _known()):
        _upgrade(configuration(connection), history)


def _upgrade(config: Config, history: ScriptDirectory) -> None:
    """Do what ``alembic.command.upgrade`` does, with a history that is read already."""

    def steps(current: Any, _: MigrationContext) -> Any:
        return history._upgrade_revs("head", current)  # noqa: SLF001 — Alembic documents it for this very purpose

    with EnvironmentContext(config, history, fn=steps, destination_rev="head"):
        history.run_env()


@cache
def _history() -> ScriptDirectory:
    """Return the migrations, read once a process: the files are part of the program."""
    return ScriptDirectory.from_config(configuration(None))


@cache
def _known() -> frozenset[str]:
    return frozenset(script.revision for script in _history().walk_revisions())


def configuration(connection: Connection | None) -> Config:
    """Return Alembic's configuration: no file, everything from here. Without a connection it only tells history."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config

"""Bring a database up to date, within the caller's transaction: all of it, or nothing."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
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
    config = configuration(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None or current in known:
        command.upgrade(config, "head")


def configuration(connection: Connection | None) -> Config:
    """Return Alembic's configuration: no file, everything from here. Without a connection it only tells history."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config

"""Runs the migrations that a database lacks, by Alembic."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import Connection

_FOLDER = Path(__file__).parent


def run(connection: Connection) -> None:
    """Do what ``alembic.command.upgrade`` does, with a history that is read already."""
    history = read()

    def steps(current: Any, _: MigrationContext) -> Any:
        return history._upgrade_revs("head", current)  # noqa: SLF001 — Alembic documents it for this very purpose

    with EnvironmentContext(configuration(connection), history, fn=steps, destination_rev="head"):
        history.run_env()


@cache
def read() -> ScriptDirectory:
    """Return the migrations, read once a process: the files are part of the program."""
    return ScriptDirectory.from_config(configuration(None))


def configuration(connection: Connection | None) -> Config:
    """Return Alembic's configuration: no file, everything from here. Without a connection it only tells history."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config

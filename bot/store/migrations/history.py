"""What the schema's history is, and where a database stands in it: without Alembic, which takes long to import."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

if TYPE_CHECKING:
    from sqlalchemy import Connection

VERSIONS = Path(__file__).parent / "versions"


@cache
def revisions() -> tuple[str, ...]:
    """Return our revisions, oldest first: the numbers in the names of the files, which are part of the program."""
    return tuple(sorted(path.stem.split("_")[1] for path in VERSIONS.glob("p*_*.py")))


def current(connection: Connection) -> str:
    """Return the revision that a database is at; empty before the first start."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")

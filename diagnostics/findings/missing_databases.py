"""A database that a server does not have: it let the program in (PostgreSQL 3D000, MySQL 1049)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.diagnosis import Remedy
from diagnostics.findings import lookups
from diagnostics.findings.commands import durable
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case

_ASKED: Final = compiled(r"(?i)\bdatabase \"([^\"\n]{1,63})\" does not exist|\bunknown database '([^'\n]{1,64})'")
_PLAIN: Final = compiled(r"^[a-z_][a-z0-9_]*$")
"""A name that stands in SQL without quotes, in either dialect."""


def named(words: str) -> str:
    """Return the database that the server's answer names as missing, or nothing."""
    found = _ASKED.search(words[:4000])
    return "" if found is None else found.group(1) or found.group(2)


def remedy(case: Case, database: str) -> Remedy:
    """Return how the program gets the database: made on the server, or another one named."""
    statement = f"CREATE DATABASE {database}" if _PLAIN.search(database) is not None else "CREATE DATABASE"
    text = (
        f"Make database {database} on the server once ({statement}, owned by the user that the program logs in as), or"
        f" let the program ask for one that is there: its name stands in {lookups.places(case)}. The server answers and"
        " lets the program in, so that the way and the login are in order. If the database was there before, find out"
        " first what became of it."
    )
    return Remedy(text=text + durable(case), commands=lookups.word(case, database))

"""What mends a database whose schema, rows or lock refuse a start: no file of a volume is at issue, and no image is."""

from __future__ import annotations

from typing import Final

from diagnostics.patterns import compiled

LOOKED: Final = 4000
"""Characters of a line that are looked at."""

_LOCKED: Final = compiled(
    r"(?i)\b(?:migrat\w*|changelog|change log|schema|advisory)\b[^\n]{0,80}\block(?:ed|s)?\b"
    r"|\block\b[^\n]{0,60}\b(?:migrat\w*|schema)|\banother migration process\b|\bconcurrent ?migration"
)
"""Whoever migrates takes a lock in the database first (Rails, Knex, Flyway, Liquibase, Ecto, golang-migrate)."""

_THERE: Final = compiled(
    r"(?i)\b(?:relation|table|column|index|type|schema|database|sequence|constraint|view|role|user|tenant|topic|queue"
    r"|bucket|stream|collection|keyspace|realm|cluster|account|key)\b[^\n]{0,160}?\balready exists?\b"
    r"|\bduplicate (?:column|key|table|index) name\b|\bduplicate_(?:column|table|object)\b"
    r"|\((?:SQLSTATE )?42(?:P07|701|710|P06)\)|^42(?:P07|701|710): "
)
"""What a step creates is there: SQLSTATE class 42, duplicate_*, and what servers say in words."""

_LACKS: Final = compiled(
    r"(?i)\b(?:relation|table|column|schema|view|function|type)\b[^\n]{0,120}?\b(?:does not exist"
    r"|doesn't exist|not found)\b"
    r"|\bno such (?:table|column)\b|\bunknown column\b|\bundefined_(?:table|column)\b"
    r"|\((?:SQLSTATE )?42(?:P01|703|883)\)|^42(?:P01|703): "
)
"""What a statement reads is not there (SQLSTATE 42P01, 42703; SQLite, MySQL 1146, 1054)."""

_CONTRADICTED: Final = compiled(
    r"(?i)\bcontains null values\b|\bcould not create unique index\b|\bbecause other objects depend on it\b"
    r"|\bcannot alter type of a column\b|\bviolates (?:not-null|foreign key|unique|check|exclusion) constraint\b"
    r"|\bcannot be cast automatically\b|\bduplicate entry\b|\bdata too long for column\b|\bData truncated for column\b"
)
"""Rows or objects that are there contradict what the statement makes (SQLSTATE 23xxx, 0A000, 2BP01)."""

_UNRUN: Final = compiled(
    r"(?i)\b(?:pending|unapplied|unrun|outstanding) migrations?\b|\b(?:new|further|more) migrations? (?:are "
    r"|is )?(?:available"
    r"|needed|required|waiting)\b|\bmigrations? (?:are|is) (?:pending"
    r"|not (?:yet )?applied)\b"
    r"|\bnot (?:yet )?migrated\b|\bneeds? (?:to be )?(?:a )?migrat\w+"
    r"|\b(?:need to|have to|must|please)(?: first)? (?:initiali[sz]e|set up|bootstrap|create|migrate|upgrade|seed)"
    r" (?:the |your )?(?:database|db|schema|metadata(?: database)?|keyspace|metastore)\b"
)
"""Migrations that have not run yet."""

_KEPT: Final = compiled(r"(?i)\bschema is not empty\b|\bnon-?empty schema\b")
_HISTORY: Final = compiled(
    r"(?i)\bInconsistentMigrationHistory\b|\bMultiple head revisions\b|\bis applied before its dependency\b"
)
_FAILED: Final = compiled(r"(?i)\bmigrat\w*\b[^\n]{0,120}\bfail|\bfail\w*\b[^\n]{0,80}\bmigrat")

_DUMP: Final = "Take a dump of the database first"


def unrun(line: str) -> bool:
    """Whether the words say that migrations have not run yet."""
    return _UNRUN.search(line[:LOOKED]) is not None


def kept(line: str) -> bool:
    """Whether the words are of a migration that failed, of its lock or of its record: the database keeps all three."""
    text = line[:LOOKED]
    return any(pattern.search(text) is not None for pattern in (_LOCKED, _UNRUN, _KEPT, _HISTORY, _FAILED))


RUN: Final = (
    "Run the migrations of this release against the database that it is set to (its own command, or the Job or init"
    " container that does it): the program waits for them and makes nothing by itself. If that Job was started, read"
    " its log: it has not come to its end."
)
"""What to do where migrations have not run."""


_BY_WORDS: Final = (
    (
        _LOCKED,
        (
            "The lock lies in the database, not in the image: a pod that migrates now has it, or one that was ended"
            " while it did. Wait for one that runs. If none does, end the session that still holds it (PostgreSQL:"
            " pg_locks and pg_stat_activity; MySQL: SHOW PROCESSLIST), or take the mark away by the migration tool's"
            " own unlock command. Where a probe ends it while it migrates, give its start more time than that takes."
        ),
    ),
    (_UNRUN, RUN),
    (
        _KEPT,
        (
            f"{_DUMP}. The database holds tables that the migration tool has no record of: if they are this program's,"
            " tell the tool so by its baseline command; otherwise give the program a database of its own."
        ),
    ),
    (
        _THERE,
        (
            "What this step makes is there already: an earlier run made it, and the step is not written to run twice."
            " Compare what there is with what the step would make: where it is complete, record the step as done by the"
            " tool's own command (or let a script of your own pass over it: IF NOT EXISTS); where it is half, finish"
            " it by hand, after a dump. Keep the data."
        ),
    ),
    (
        _LACKS,
        (
            "The schema does not have what the program reads: run this release's migrations against the database that"
            " it is set to, before it starts, and check that this is the database which was meant."
        ),
    ),
    (
        _CONTRADICTED,
        (
            f"{_DUMP}. What is in the database contradicts this migration: the database's own log names the rows or the"
            " object (DETAIL). Correct those by hand, then start again; look for the words among the release's known"
            " upgrade problems before you change anything."
        ),
    ),
    (
        _HISTORY,
        (
            f"{_DUMP}. The record of applied migrations and the image's files do not fit: compare both by the migration"
            " tool's own listing, and run the release that wrote the record until they do."
        ),
    ),
    (
        _FAILED,
        (
            f"{_DUMP}. A migration of this release failed half-way or was refused: the statement that failed stands"
            " beside the line or in the database's log. Mend what it names, then start again; an older image does not"
            " take back what ran."
        ),
    ),
)
"""What a database said, and what to do about it; earlier rows win."""


def remedy(line: str) -> str:
    """Return what to do about a database that refuses a start, by what it said; empty for words of something else."""
    text = line[:LOOKED]
    return next((words for pattern, words in _BY_WORDS if pattern.search(text) is not None), "")

"""Looking at the store without opening it for work: whether it can be used, and how far its schema is.

Nothing is made, migrated or locked: the service may run beside it, or not have run yet.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.model.errors import BotError
from bot.store.database import FAILURES, engine_of, said_by
from bot.store.migrations.history import current, revisions

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

FREE_BYTES = 32 * 1024 * 1024
"""Space that must be left: SQLite's journal grows to 4 MiB (1,000 pages) before it is written back, and rows come."""


class Unusable(BotError):  # noqa: N818 — it says what the store is
    """A store that the service could not work with: one sentence, and ``fix``, what to do about it."""

    def __init__(self, sentence: str, fix: str) -> None:
        super().__init__(sentence)
        self.fix = fix


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState:
    """A store that can be used. ``revision`` is its schema's, empty before the first start; ``newest`` is ours."""

    place: str
    """Where it is, without credentials."""
    revision: str
    newest: str
    known: bool = True
    """Whether the revision is one of ours; otherwise a newer release made it."""


async def look_at(url: str) -> StoreState:
    """Look at the store of an address in SQLAlchemy's form. Raises ``Unusable``."""
    try:
        address = make_url(url)
        on_disk = address.get_backend_name() == "sqlite"
    except ArgumentError:
        raise Unusable("DATABASE_URL is no database address", "write postgresql://user:password@host/name") from None
    if on_disk:
        return await _sqlite(_file(address))
    return await _postgresql(url, address)


def _file(address: URL) -> Path:
    return Path(address.database or "").absolute()


async def _sqlite(path: Path) -> StoreState:
    place = f"SQLite at {path}"
    if not _writable(path):
        return StoreState(place=place, revision="", newest=revisions()[-1])
    try:
        revision = await _revision(f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true")
    except FAILURES as error:
        raise Unusable(
            f"{path} cannot be read as a database: {said_by(error)}",
            f"restore it from a backup, or move {path} away: a new one is made at the start",
        ) from None
    return _state(place, revision)


def _writable(path: Path) -> bool:
    """Return whether the database is there. Raises ``Unusable`` unless it, or what it is made in, takes writes."""
    there = next(place for place in (path, *path.parents) if place.exists())
    if not os.access(there, os.R_OK | os.W_OK | (os.X_OK if there.is_dir() else 0)) or (
        there != path and not there.is_dir()
    ):
        raise Unusable(
            f"DATA_DIR: {there} cannot be written by this user (uid {os.getuid()})",
            f"let uid {os.getuid()} write {path.parent} (in Kubernetes: fsGroup, and a mounted volume), or name "
            "another folder in DATA_DIR",
        )
    free = shutil.disk_usage(there if there.is_dir() else there.parent).free
    if free < FREE_BYTES:
        raise Unusable(
            f"DATA_DIR: {free // 1024 // 1024} MiB are left where {path.parent} is",
            f"make room there, at least {FREE_BYTES // 1024 // 1024} MiB",
        )
    return there == path


async def _postgresql(url: str, address: URL) -> StoreState:
    place = f"PostgreSQL at {address.host or 'localhost'}/{address.database or ''}"
    try:
        engine = engine_of(url)
    except (ArgumentError, ImportError) as error:
        raise Unusable(
            f"DATABASE_URL cannot be used ({type(error).__name__})", "write postgresql://user:password@host/name"
        ) from None
    try:
        async with engine.connect() as connection:
            revision = await connection.run_sync(current)
            asked = "SELECT pg_is_in_recovery(), current_user, has_schema_privilege(current_schema(), 'CREATE')"
            standby, user, may_create = (await connection.execute(text(asked))).one()
    except FAILURES as error:
        raise Unusable(
            f"{place} cannot be used: {said_by(error)}",
            "set right host, name, user and password in DATABASE_URL, and let this machine reach the database",
        ) from None
    finally:
        await engine.dispose()
    if standby:
        raise Unusable(f"{place} is a standby, which takes no writes", "name the primary in DATABASE_URL")
    state = _state(place, revision)
    if state.known and state.revision != state.newest and not may_create:
        raise Unusable(
            f"{place}: {user} may not make the tables that are missing",
            f'GRANT CREATE ON SCHEMA public TO "{user}"; (since PostgreSQL 15 not everybody may)',
        )
    return state


async def _revision(url: str) -> str:
    # Not ``engine_of``: its transactions take the write lock at once, and this one only reads.
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(current)
    finally:
        await engine.dispose()


def _state(place: str, revision: str) -> StoreState:
    known = not revision or revision in revisions()
    return StoreState(place=place, revision=revision, newest=revisions()[-1], known=known)

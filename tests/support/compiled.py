"""What SQLAlchemy compiled of the store's statements, kept for all stores of a run.

A process of the bot opens one store and keeps what it compiled; the tests open thousands, whose SQL is the same.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from bot.store import database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Dialect
    from sqlalchemy.ext.asyncio import AsyncEngine


@contextmanager
def compiled_once() -> Iterator[None]:
    """Let every store that is opened use the dialect and the compiled statements of the first one of its kind."""
    kept: dict[tuple[str, str], tuple[Dialect, Any]] = {}
    create = database.create_async_engine

    def created(*given: Any, **options: Any) -> AsyncEngine:
        made = create(*given, **options)
        engine = made.sync_engine
        mine = (engine.dialect, engine._compiled_cache)
        engine.dialect, engine._compiled_cache = kept.setdefault((engine.dialect.name, engine.driver), mine)
        return made

    with patch.object(database, "create_async_engine", created):
        yield

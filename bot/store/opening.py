"""Opening the store of the settings: its folder, the lock of a SQLite database, the connection."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.model.errors import BotError
from bot.store.exclusive import alone
from bot.store.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.settings import Settings


@asynccontextmanager
async def open_store(settings: Settings, clock: Callable[[], float] | None = None) -> AsyncIterator[Store]:
    """Open the store for this process alone, where it is SQLite, and close it afterwards. Raises ``BotError``."""
    if settings.database_url is None:
        _make_folder(settings.data_dir)
    async with alone(settings.store_url):
        store = await Store.open(settings.store_url, clock)
        try:
            yield store
        finally:
            await store.close()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BotError(f"DATA_DIR: cannot make the folder {folder}: {error.strerror}") from error

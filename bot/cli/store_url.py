"""Where the store is that a command looks into: looking must not make one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model.errors import BotError

if TYPE_CHECKING:
    from bot.settings.service import ServiceSettings


def store_url(settings: ServiceSettings) -> str:
    """Return the store's address; ``BotError`` when there is none yet."""
    if settings.database_url is None:
        path = settings.data_dir / "crashloop.db"
        if not path.is_file():
            raise BotError(f"there is no store yet: {path} does not exist (DATA_DIR)")
    return settings.store_url

"""SQLite's one connection: no step on it is cut short by whoever waits for it.

SQLAlchemy gives up a connection whose statement is cancelled, while its thread holds on to the lock of the database:
the next one then waits for that lock in vain.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from collections.abc import Awaitable

T = TypeVar("T")


async def whole(step: Awaitable[T]) -> T:
    """Wait for a step. Who is cancelled, however often, is let go when it is done: that takes milliseconds."""
    task = asyncio.ensure_future(step)
    given_up: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            given_up = error
    if given_up is None:
        return task.result()
    if not task.cancelled():
        task.exception()  # taken note of: what is told is that nobody waits any more
    raise given_up


class WholeConnection(AsyncConnection):
    """A connection each of whose steps is done to its end: the steps that the store takes."""

    async def execute(self, *arguments: Any, **options: Any) -> Any:
        """Execute a statement, to its end."""
        return await whole(super().execute(*arguments, **options))

    async def run_sync(self, *arguments: Any, **options: Any) -> Any:
        """Run a function on the connection, to its end."""
        return await whole(super().run_sync(*arguments, **options))

    async def commit(self) -> None:
        """Commit, to its end."""
        await whole(super().commit())

    async def close(self) -> None:
        """Roll back what is not committed and give the connection back, to its end."""
        await whole(super().close())

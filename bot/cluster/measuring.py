"""What is measured beside the reads of one collection: begun as soon as the pod is known, waited for at the end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from types import TracebackType

    from bot.cluster.gathering import Gathering
    from diagnostics.series import Series
    from diagnostics.snapshot import Snapshot, Unread


class Found(Protocol):
    """What was measured, and what could not be."""

    @property
    def series(self) -> tuple[Series, ...]:
        """The samples."""
        ...

    @property
    def unread(self) -> tuple[Unread, ...]:
        """Why there are none."""
        ...


class Measures(Protocol):
    """Measures what a diagnosis needs: ``bot.prometheus.measuring.Measuring``."""

    def wanted(self, snapshot: Snapshot) -> Any | None:
        """Return what is to be measured, or None as long as that is not known."""
        ...

    async def measured(self, asked: Any) -> Found:
        """Return what was. Never raises, and bounds its own time."""
        ...


class Beside:
    """The measuring of one collection. Nothing of it is left behind when the collection breaks off."""

    def __init__(self, measures: Measures | None) -> None:
        self._measures = measures
        self._task: asyncio.Task[Found] | None = None

    async def __aenter__(self) -> Self:
        """Begin nothing yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what still runs."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def begin(self, snapshot: Snapshot) -> None:
        """Begin once the snapshot tells what is to be measured."""
        if self._measures is None or self._task is not None:
            return
        asked = self._measures.wanted(snapshot)
        if asked is not None:
            self._task = asyncio.create_task(self._measures.measured(asked))

    async def end(self, gathering: Gathering) -> None:
        """Put what was measured into the snapshot."""
        if self._task is not None:
            found = await self._task
            gathering.measured(found.series, found.unread)

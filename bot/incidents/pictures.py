"""The curve that belongs to an answer, put into its thread as a picture: beside the answer, and never before it.

An answer is whole without it. So it is drawn and sent in the background, once for each answer that is posted; where
that fails it is logged, and not tried again.
"""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Protocol

import structlog

from bot.cluster.offload import offloaded
from bot.model.errors import Refused, Temporary
from bot.render.chart import chart
from bot.render.drawing import png

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.model.incident import Incident
    from bot.render.chart import Chart
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Snapshot

_log = structlog.get_logger(__name__)


class Shares(Protocol):
    """Puts a file into a thread: ``bot.slack.files.Files``."""

    async def share(
        self, channel: str, thread_ts: str, name: str, content: bytes, comment: str, *, alt: str = ""
    ) -> None:
        """Do it once. Raises ``Refused`` or ``Temporary``."""
        ...


class Pictures:
    """Shows what was measured. ``start`` runs something in the background, under a name."""

    def __init__(self, files: Shares, start: Callable[[Callable[[], Awaitable[None]], str], None]) -> None:
        self._files = files
        self._start = start
        self._drawing = asyncio.Lock()

    def show(self, incident: Incident, snapshot: Snapshot, diagnosis: Diagnosis) -> None:
        """Put the picture of an answer that was just posted below it, where it has one."""
        told = chart(snapshot, diagnosis)
        if told is not None:
            self._start(functools.partial(self._show, incident, told), f"picture of incident {incident.id}")

    async def _show(self, incident: Incident, told: Chart) -> None:
        async with self._drawing:  # one at a time: a drawing takes some ten megabytes
            content = await offloaded(png, told)
        thread_ts = incident.thread_ts or incident.summary_ts or incident.report_ts
        try:
            await self._files.share(incident.channel, thread_ts, NAME, content, COMMENT, alt=told.alt)
        except (Refused, Temporary) as error:
            _log.warning("picture.not_shown", incident=incident.id, error=str(error))


NAME = "measured.png"
"""What the file is called."""

COMMENT = "As Prometheus measured it"
"""What stands above the picture, which has a title of its own."""

"""The checks within the running service: made once at its start, logged, and made anew when an operator looks."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import structlog

from bot.doctor import pages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.doctor.report import Report

_log = structlog.get_logger(__name__)

FRESH_S = 60.0
"""So long a report counts: who has mended something and looks again wants to see it."""


class Checkup:
    """Holds the newest report. ``examine`` makes one; ``clock`` gives the epoch's seconds."""

    def __init__(self, examine: Callable[[], Awaitable[Report]], clock: Callable[[], float] = time.time) -> None:
        self._examine = examine
        self._clock = clock
        self._running = asyncio.Lock()
        self._report: Report | None = None

    @property
    def fresh(self) -> bool:
        """Whether the newest report is new enough to be shown as it is."""
        return self._report is not None and self._clock() - self._report.at < FRESH_S

    async def run(self) -> None:
        """Make the checks, unless somebody has just made them, and log what is broken, a line each."""
        async with self._running:
            if self.fresh:
                return
            report = await self._examine()
            self._report = report
        for result in report.broken:
            _log.warning(
                "doctor.broken", check=result.check, sentence=result.sentence, fix=result.fix, rule=result.rule
            )
        _log.info("doctor.checked", checks=len(report.results), broken=len(report.broken))

    def blocks(self) -> list[dict[str, Any]]:
        """Return the newest report for the Home tab."""
        ago_s = 0.0 if self._report is None else self._clock() - self._report.at
        return pages.blocks(self._report, ago_s)

"""What neighbours ask for is read once: an answer of the API server serves everybody for a few seconds.

In a storm many alerts are about one namespace: its pods, events and Services, their nodes. One of them reads, the
others wait for that answer or take it, and who was put off and comes again takes its own. A failure serves nobody else:
whoever comes next tries again. What is kept is what the bot read with its own rights, whoever it was for: who may be
shown it is asked above, by each viewer's ``GuardedReader``, before anything is taken from here.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cluster.errors import TimedOut
from bot.cluster.reads import Answer
from diagnostics import fields
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.cluster.reads import Source

KEPT_S = 5.0
"""How long an answer serves: a storm comes within seconds, and what an alert tells of is older than this."""
OBJECTS = 3000
"""Objects kept at most; the oldest answers are let go first. A log counts as an object for each ``LOG_LINES``."""
LOG_LINES = 20
"""Lines that take as much memory as an object: some 4 KiB."""


@dataclass(frozen=True, slots=True)
class _Shared:
    begun: float
    reading: asyncio.Task[Answer]

    @property
    def answer(self) -> Answer | None:
        """The answer, once it is there."""
        done = self.reading.done() and not self.reading.cancelled()
        return self.reading.result() if done and self.reading.exception() is None else None


class SharedReads:
    """Answers leads from what was read in the last ``kept_s`` seconds by ``clock``, else through ``reader``."""

    def __init__(
        self,
        reader: Source,
        *,
        kept_s: float = KEPT_S,
        objects: int = OBJECTS,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._reader = reader
        self._kept_s = kept_s
        self._objects = objects
        self._clock = clock
        self._shared: dict[Lead, _Shared] = {}

    async def read(self, lead: Lead, within_s: float) -> Answer:
        """Answer a lead within the time. Never raises a ``ClusterError``: it stands in the answer."""
        self._let_go()
        if (known := self._listed(lead)) is not None:
            return known
        shared = self._shared.get(lead)
        if shared is None:
            reading = asyncio.create_task(self._reader.read(lead, within_s))
            shared = self._shared[lead] = _Shared(self._now(), reading)
        try:
            # Others may wait for it: it goes on when this one gives up.
            async with asyncio.timeout(within_s):
                answer = await asyncio.shield(shared.reading)
        except TimeoutError:
            error = TimedOut(f"{lead} was not answered within {within_s:g} s")
            return Answer(lead=lead, why=str(error), error=error)
        if answer.why and not answer.partial and self._shared.get(lead) is shared:
            del self._shared[lead]
        return answer

    def unsupported(self, lead: Lead) -> str:
        """Return why such a lead is read for nobody; empty when it is."""
        return self._reader.unsupported(lead)

    def _listed(self, lead: Lead) -> Answer | None:
        """Answer for one object from the whole list of its kind, when that was read."""
        if not lead.name or not lead.namespace or lead.metadata_only:
            return None
        shared = self._shared.get(Lead(kind=lead.kind, namespace=lead.namespace))
        listed = None if shared is None else shared.answer
        if listed is None or listed.why or listed.absent:
            return None
        found = tuple(item for item in listed.objects if fields.name(item) == lead.name)
        status = 200 if found else 404
        return Answer(lead=lead, objects=found, absent=not found, status=status, date=listed.date)

    def _let_go(self) -> None:
        """Forget what is too old, and the oldest where there is too much."""
        oldest = self._now() - self._kept_s
        held = sum(_weight(entry.answer) for entry in self._shared.values())
        for lead, entry in list(self._shared.items()):
            answer = entry.answer
            if answer is None and not entry.reading.done():
                continue
            if entry.begun < oldest or held > self._objects or answer is None:
                held -= _weight(answer)
                del self._shared[lead]

    def _now(self) -> float:
        return self._clock() if self._clock is not None else asyncio.get_running_loop().time()


def _weight(answer: Answer | None) -> int:
    """Return how many objects' worth of memory an answer takes."""
    if answer is None:
        return 0
    return len(answer.objects) + (0 if answer.log is None else len(answer.log.lines) // LOG_LINES + 1)

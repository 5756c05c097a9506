"""What was read of each log, for as long as one target is collected or diagnosed: no log is read twice.

A collection asks in every wave what else it needs, and a remedy is played through on changed objects: the logs stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.claims.budget import UNBOUNDED
from diagnostics.claims.reading import told
from diagnostics.transcript.api import transcribe

if TYPE_CHECKING:
    from diagnostics.claims.budget import Budget
    from diagnostics.claims.catalogue import Catalogue
    from diagnostics.claims.claim import Claim
    from diagnostics.facts.model import Container, Termination
    from diagnostics.snapshot import Log
    from diagnostics.transcript.model import Transcript


class Recall:
    """Transcripts by what they were read from, and what their words claim whatever stands around them.

    Raises ``OutOfTime`` when the ``budget`` is spent.
    """

    def __init__(self, catalogue: Catalogue, budget: Budget = UNBOUNDED) -> None:
        self.catalogue = catalogue
        self.budget = budget
        self._transcripts: dict[tuple[object, ...], Transcript] = {}
        self._claims: dict[int, tuple[Transcript, tuple[Claim, ...]]] = {}

    def transcript(self, container: Container, log: Log | None, end: Termination | None, message: str) -> Transcript:
        """Return the transcript of an instance; ``end`` is None while it runs, ``message`` its termination message."""
        life = (
            (container.running_since, None, None) if end is None else (end.started_at, end.finished_at, end.exit_code)
        )
        key = (container.name, log, message, life)
        found = self._transcripts.get(key)
        if found is None:
            self.budget.check()
            started, finished, code = life
            found = self._transcripts[key] = transcribe(
                container.name, log, message=message, started_at=started, finished_at=finished, exit_code=code
            )
        return found

    def claims(self, transcript: Transcript) -> tuple[Claim, ...]:
        """Return what the lines of a transcript claim, before they are held against the pod's own words."""
        held = self._claims.get(id(transcript))
        if held is None:
            held = self._claims[id(transcript)] = (transcript, tuple(told(transcript, self.catalogue, self.budget)))
        return held[1]

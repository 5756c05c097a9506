"""The case before the causes: everything worked out once from the snapshot, so that a cause only has to decide.

``diagnostics.claims.case_builder`` builds it. Causes read it and never each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from diagnostics.claims.grounding import PodWords
from diagnostics.diagnosis import Diagnosis, Evidence
from diagnostics.facts.model import Facts
from diagnostics.transcript.model import Transcript

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnostics.claims.claim import Claim
    from diagnostics.snapshot import Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Facts):
    """All that a cause may look at: the facts, what the suspect said, and what its dependencies suffer from."""

    transcript: Transcript = field(default_factory=partial(Transcript, container="", instance=""))
    """What the suspect's instance printed."""
    claims: tuple[Claim, ...] = ()
    """What it claims, the claim that explains the end best first."""
    words: PodWords = field(default_factory=partial(PodWords, ()))
    """The suspect's own vocabulary: its variables, files, flags, Services."""
    dependencies: Mapping[str, Diagnosis] = field(default_factory=dict)
    """Diagnoses of dependencies' pods, by ``namespace/pod``: filled by the engine when a claim leads there."""

    broken: tuple[Unread, ...] = ()
    """Look-ups of what the lines name that failed, which says nothing of the pod."""

    leading: list[Claim | None] = field(init=False, default_factory=list, compare=False, repr=False)
    """The claim that leads, once ``claims.selection`` has worked it out: each cause asks for it. A copy asks anew."""

    def quote(self, line: int) -> Evidence:
        """Return one line of the transcript as evidence."""
        verbatim, at = self.transcript.quote(line)
        path = f"{self.transcript.container}/{self.transcript.instance}"
        return Evidence(source="log", path=path, quote=verbatim, at=at)

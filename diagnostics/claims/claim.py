"""A claim: one thing that one line says, with its subject, its speaker and how near it stands to the end."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from diagnostics.claims.model import ClaimType, Speaker

if TYPE_CHECKING:
    from collections.abc import Mapping


class Exactness(enum.IntEnum):
    """How the words were understood: the more exact, the sooner they are believed."""

    GROUND = 0
    """Unknown words, given a meaning by what they name of this pod."""
    FAMILY = 1
    """Words that hold in any program ("X is required")."""
    WORD = 2
    """A word of a closed vocabulary (an errno, an SQLSTATE)."""
    PHRASE = 3
    """The fixed message of a technology (``signatures``)."""


class Support(enum.StrEnum):
    """What the live objects say of a claim."""

    SUPPORTED = "supported"
    SILENT = "silent"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one line claims. Claims of a case are ordered: the one that explains the end best comes first."""

    type: ClaimType
    source: str
    """Id of the phrase, or the vocabulary that knows the words."""
    speaker: Speaker
    line: int
    """Index into ``Transcript.lines``."""
    quote: str
    """The line, verbatim."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What the words name: var, key, flag, file, host, port, path, module, user, resource, verb ..."""
    start: int = 0
    end: int = 0
    """Characters of the line's message (``Transcript.bare``) that say so."""
    exactness: Exactness = Exactness.WORD
    segment: int = 0
    """Index of the segment in which it stands; the number of segments when it stands in none."""
    leads: bool = False
    """Whether its line is the one that decides its segment."""
    deciding: bool = False
    """Whether it stands in the final segment: the words with which the program ended."""

    @property
    def wrapper(self) -> bool:
        """Whether it only reports what another said."""
        return self.speaker is Speaker.WRAPPER

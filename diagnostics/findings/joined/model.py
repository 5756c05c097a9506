"""What a look-up is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from diagnostics.claims.identifiers import Identifier, IdentifierKind, identifiers
from diagnostics.claims.model import NO_NAMES, ClaimType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.diagnosis import Evidence, Fault, Remedy


SOURCE: Final = "joined."
"""What the source of a claim begins with that a look-up makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A line that tells of the failure, and what it names."""

    line: int
    text: str
    """The line out of its record, bounded."""
    claim: Claim | None = None
    """What is claimed there already."""
    named: tuple[Identifier, ...] = ()

    @classmethod
    def of(cls, line: int, text: str, claim: Claim | None) -> Said:
        """Read the line's identifiers."""
        return cls(line=line, text=text, claim=claim, named=identifiers(text))

    @property
    def made(self) -> bool:
        """Whether the claim was made by a look-up."""
        return self.claim is not None and self.claim.source.startswith(SOURCE)

    def names(self, *kinds: IdentifierKind) -> Iterator[str]:
        """Yield the names of these kinds, in order."""
        return (item.name for item in self.named if item.kind in kinds)

    def claims(self, *types: ClaimType) -> bool:
        """Whether one of these types is claimed there."""
        return self.claim is not None and self.claim.type in types


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What the objects say of what a line names."""

    because: str
    """The fact as a clause that ends the headline: ``args[1] has the quotes of a shell around its value``."""
    evidence: tuple[Evidence, ...] = ()
    remedy: Remedy | None = None
    """What to change, and where; None: the cause's own remedy stays."""
    note: str = ""
    """A sentence that follows the cause's own remedy."""
    claim: ClaimType | None = None
    """What the words mean by this fact, where they did not say it alone."""
    names: Mapping[str, str] = field(default_factory=lambda: NO_NAMES)
    known_by: str = ""
    """A name with which the headline says as much already."""
    headline: str = ""
    """The summary's beginning, where the cause's own would say something else than the fact."""
    certain: bool = False
    """Whether the fact proves the claim, so that it may be confirmed; it only supports it otherwise."""
    fault: Fault | None = None
    fault_names: tuple[str, ...] = ()


Look = Callable[["Case", Said], Joined | None]
"""Looks up what a line names in one kind of object; None: nothing was found, or nothing that matters."""

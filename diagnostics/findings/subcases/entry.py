"""One sub-case: the words that tell it, the facts that must stand beside them, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnostics.claims.model import ClaimType
    from diagnostics.diagnosis import Fault

LOOKED: Final = 4000
"""Characters of a line that are looked at."""
FIELD: Final = compiled(r"\{([a-z_]+)\}")
"""A place in a text that is filled in: ``{account}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubCase:
    """A sub-case as its file says it. ``source`` names file and line for messages."""

    id: str
    pattern: str
    remedy: str
    claims: frozenset[ClaimType] = frozenset()
    """Types of the leading claim that it is a sub-case of; none: of any."""
    exit: frozenset[int] = frozenset()
    """Exit codes of the last end; none: any."""
    shown: tuple[str, ...] = ()
    """Facts that must hold, by their names in ``facts.FACTS``; ``not-`` before one denies it."""
    look: tuple[str, ...] = ()
    """Commands to look with: words of kubectl after its namespace; ``cluster:`` before them leaves the namespace out,
    ``word:`` before a name stands for the commands that print where it is set."""
    patch: Mapping[str, Any] | None = None
    """A change of the container's spec."""
    fault: Fault | None = None
    unless_named: bool = False
    """Whether the cause's own remedy stays where it names an object."""
    samples: tuple[str, ...] = ()
    near_miss: tuple[str, ...] = ()
    source: str = ""

    def names(self, line: str) -> dict[str, str] | None:
        """Return what the pattern names in the line, or None where it does not match."""
        found = compiled(self.pattern).search(line[:LOOKED])
        return None if found is None else {key: value for key, value in found.groupdict().items() if value}

    @property
    def fields(self) -> frozenset[str]:
        """The names that its texts want filled in."""
        texts = (self.remedy, *self.look)
        return frozenset(str(found.group(1)) for text in texts for found in FIELD.finditer(text))


def filled(text: str, names: Mapping[str, str]) -> str:
    """Return the text with its names filled in."""
    return FIELD.sub(lambda found: names[found.group(1)], text)

"""One signature: its meaning, what it claims, and its compiled pattern."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.claims.model import ClaimType
from diagnostics.patterns import compiled, encodable

LINE_LIMIT = 8192
"""Characters of one line that are matched: a message names its cause early, a megabyte of payload never does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One thing that programs print.

    ``pattern`` is searched in one line; its named groups are what the line says (var, file, host, port, addr ...).
    ``context`` must be found in a line nearby, else the signature does not hold. ``gather`` are patterns whose named
    groups are taken from the lines nearby. ``exit`` lists the usual exit codes; another one lowers the confidence.
    A ``wrapper`` only says that something failed and yields to anything specific in the same block.
    ``field`` says where a text of the kubelet or runtime stands; the claim of such a signature is not read.
    """

    id: str
    pattern: str
    claim: ClaimType = ClaimType.EXCEPTION
    samples: tuple[str, ...] = ()
    near_miss: tuple[str, ...] = ()
    exit: frozenset[int] = frozenset()
    wrapper: bool = False
    context: str = ""
    gather: tuple[str, ...] = ()
    field: str = ""
    note: str = ""
    source: str = ""
    """File and line where it stands, for messages."""
    deprecation: str = ""
    """What its author should write otherwise, as a sentence."""

    @property
    def generic(self) -> bool:
        """Whether it is a family of wordings (``generic.*``) rather than one program's: it yields to that."""
        return self.id.startswith("generic.")

    def names(self, line: str) -> dict[str, str] | None:
        """Return what the pattern extracts from the line, or None when it does not match."""
        found = self.found(line)
        return None if found is None else found[0]

    def found(self, line: str) -> tuple[dict[str, str], int, int] | None:
        """Return what the pattern extracts from the line and where it matches, or None when it does not."""
        pattern = compiled(self.pattern)
        match = pattern.search(usable(line))
        return None if match is None else (pattern.named(match), match.start(), match.end())


def usable(line: str) -> str:
    """Return the line as RE2 takes it: bounded, and without lone surrogates."""
    return encodable(line[:LINE_LIMIT])

"""Where the address that a program cannot reach is given: an argument that holds it, or the setting that the log shows.

Values of variables and ConfigMaps are not in a snapshot. A start script that prints what it sets
(``Setting fs.defaultFS=hdfs://data:8020``) names the setting, and the pod's own words know where that one stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims.model import GroundKind
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case

LOOKED: Final = 1000
"""Characters of a line or of an argument that are looked at."""
LINES: Final = 200
"""Oldest lines in which a program shows what it sets."""
LEAST: Final = 4
"""Characters of a host's name that are looked for: a shorter one stands in other words, too."""

_SETS: Final = compiled(r"([A-Za-z_][\w.-]{2,80})[\"']?(?:=|: ?)[\"']?\S*$")


def place(case: Case, host: str) -> str:
    """Return where the host is given, as a clause has it (``key A of ConfigMap b``), or an empty text."""
    if case.suspect is None or len(host) < LEAST:
        return ""
    for part in ("command", "args"):
        for index, word in enumerate(fields.strings(case.suspect.spec, part)):
            if _holds(word[:LOOKED], host) and " " not in word.strip():
                return f"{part}[{index}] of {case.suspect.name}"
    for line in case.transcript.bare[:LINES]:
        found = _SETS.search(line[:LOOKED].rstrip()) if host in line[:LOOKED] else None
        if found is None or not _holds(line[found.end(1) :], host):
            continue
        ground = case.words.variable_for(found.group(1))
        if ground is not None and ground.kind in (GroundKind.VARIABLE, GroundKind.KEY):
            owner = ground.object.partition(" key ")
            kind, _, ref = owner[0].partition(" ")
            where = f" of {kind} {ref.partition('/')[2]}" if ref else ""
            return f"{'key' if where else 'variable'} {owner[2] or ground.name}{where}"
    return ""


def _holds(text: str, host: str) -> bool:
    """Whether the host stands in the text as a word of its own."""
    at = text.find(host)
    if at < 0:
        return False
    before, after = text[at - 1 : at], text[at + len(host) : at + len(host) + 1]
    return not (before.isalnum() or before in ("-", ".") or after.isalnum() or after == "-")

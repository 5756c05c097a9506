"""Which of a container's variables a complaint is likely about, when it names none: by the words that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.claims.case import Case

LOOKED: Final = 4000
"""Characters of a text that are read."""
LEAST: Final = 5
"""Letters of a word that tells anything."""
STEM: Final = 7
"""Letters by which words are held alike: ``schedule`` and ``job-scheduler``, ``migration`` and ``migrations``."""
MOST: Final = 2
"""Variables that are named: with more that fit equally well none of them is meant."""
_PLAIN: Final = frozenset({"ENABLE", "ENABLED", "DISABLE", "DISABLED", "CONFIG", "DEFAULT", "ERROR", "VERSION"})
"""Words of variables that any sentence may hold."""


def variables(case: Case, text: str) -> tuple[str, ...]:
    """Return the names of the variables that share most words with the text; empty where many share as much."""
    line, scores = text[:LOOKED].lower(), {}
    for name in _names(case):
        parts = {part[:STEM] for part in name.upper().split("_") if len(part) >= LEAST and part not in _PLAIN}
        scores[name] = sum(1 for part in parts if part.lower() in line)
    best = max(scores.values(), default=0)
    found = tuple(name for name, score in scores.items() if score == best)
    return found if best and len(found) <= MOST else ()


def _names(case: Case) -> Iterator[str]:
    if case.suspect is None:
        return
    for entry in fields.items(case.suspect.spec, "env"):
        if name := fields.text(entry, "name"):
            yield name[:200]

"""The option that the program's own message says to use instead; never one that overrides a guard."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import selection
from diagnostics.claims.vocabulary import families
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Remedy

_NAMED: Final = compiled(
    r"(?i)\b(?:specify|use|using|set|pass|give|provide|supply|add|try|via)(?: (?:the|a|an|it|with|flag|option|argument"
    r"|parameter|explicitly))* [\"'`]?(--[a-z][\w-]*[a-z0-9])"
)
_FORCING: Final = compiled(
    r"(?i)force|unsafe|insecure|skip|ignore|allow|disable|no-?check|debug|verbose|help|trace|log-level|version"
)
"""Options that override a guard are never offered; those that only show more mend nothing."""


def told(case: Case, remedy: Remedy) -> Remedy:
    """Return the remedy with the option that the deciding line names, if the container does not have it yet."""
    hit = selection.leading(case)
    if hit is None or case.suspect is None:
        return remedy
    line = case.transcript.lines[hit.line][:2000]
    found = _NAMED.search(line)
    if found is None or _FORCING.search(found.group(1)) is not None or found.group(1) in families.overrides(line):
        return remedy
    option = found.group(1)
    given = " ".join((*fields.strings(case.suspect.spec, "command"), *fields.strings(case.suspect.spec, "args")))
    if option in given or option in remedy.text:
        return remedy
    return replace(
        remedy, text=f"Its message itself names {option}: give it among the arguments. {remedy.text}".strip()
    )

"""The option or command that the program's own message says to use; never one that overrides a guard."""

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


_COMMAND: Final = compiled(
    r"(?i)\b(?:by running|please run|try running|you can run|run|execute)(?: the)?(?: (?:following )?command)?:? "
    r"[`'\"]([a-z][\w./-]*(?:[ :][\w./:=<>-]+){1,6})[`'\"]"
)
"""A command that a message gives in quotes."""
_BUILDS: Final = compiled(r"(?i)\b(?:install|sudo|docker|kubectl delete|rm|drop|reset|delete|destroy|purge|wipe)\b")
"""Commands that belong to a build, or that take away what may be needed."""
_MENDS: Final = compiled(
    r"(?i)\b(?:unlock|release-locks?|migrat|upgrad|update|repair|recover|init|set-?up|bootstrap|rebuild|convert|fix)\w*"
)
"""Commands that mend state: others (help, a linter, a build step) are named in passing."""
NEAR: Final = 4
"""Lines around the leading one in which a program says what to run."""


def told(case: Case, remedy: Remedy) -> Remedy:
    """Return the remedy with what the deciding words name: an option that the container lacks, or a command to run."""
    return _with_command(case, _with_option(case, remedy))


def _with_command(case: Case, remedy: Remedy) -> Remedy:
    """Return the remedy with the command that the words beside the leading line give, as a sentence that follows."""
    hit = selection.leading(case)
    if hit is None or not remedy.text:
        return remedy
    near = case.transcript.lines[max(0, hit.line - NEAR) : hit.line + NEAR + 1]
    found = next(((line, told) for line in near if (told := _COMMAND.search(line[:2000])) is not None), None)
    if found is None or found[1].group(1) in remedy.text:
        return remedy
    line, command = found[0], str(found[1].group(1))
    unsafe = (
        _MENDS.search(command) is None
        or _FORCING.search(command)
        or _BUILDS.search(command)
        or any(name in command for name in families.overrides(line))
    )
    return (
        remedy
        if unsafe
        else replace(remedy, text=f"{remedy.text.rstrip()} Its own words name the command: `{command}`.")
    )


def _with_option(case: Case, remedy: Remedy) -> Remedy:
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

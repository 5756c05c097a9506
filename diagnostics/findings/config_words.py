"""What is wrong about a setting, in a sentence: a key of a file, a variable, an option among the arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.claims import mounted
from diagnostics.claims import named as claims
from diagnostics.findings import config_fixes, log_lines, wording

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim


def key(case: Case, hit: Claim, name: str) -> str:
    """Tell of a key of the program's own configuration, in the words of the line that names it."""
    near = range(hit.line, min(len(case.transcript.lines), hit.line + 15))
    lines = [case.transcript.lines[index] for index in near if name in case.transcript.lines[index]]
    line = lines[0] if lines else log_lines.words(case, hit)
    who, how = log_lines.who(case), log_lines.how(case)
    told = wording.tail(line)
    told = told if name in told else wording.cut(line.strip(" *\t•-"), wording.WORDS)
    if config_fixes.STRANGE.search(line[:2000]) is not None:
        return f"{who} does not know {name}, which its configuration gives ({how}): {told}"
    if config_fixes.REQUIRED.search(line[:2000]) is not None:
        return f"{who} misses {name} in its configuration ({how}): {told}"
    return f"{who} does not accept {name} in its configuration ({how}): {told}"


def sentence(case: Case, hit: Claim, name: str, found: claims.Variable, *, flag: bool, refused: bool = False) -> str:
    """Tell of a variable, an option, or a configuration that no name is known of.

    ``refused``: the words are about a value that was given, so that it is set somewhere.
    """
    who, how = log_lines.who(case), log_lines.how(case)
    line = log_lines.words(case, hit)
    link = config_fixes.service_link(case, line)
    if link:
        return (
            f"{who} does not accept {name or 'a value'} ({how}): Kubernetes sets it for Service {link} (service links)"
        )
    if not name:
        return f"{who} refuses its configuration ({how}): {wording.tail(_with_item(case, hit, line))}"
    if flag:
        return f"{who} {_option(case, name, line)}"
    near = f"; the spec has {', '.join(found.near)}" if found.near else ""
    traits = f" (it looks {', '.join(found.traits)})" if found.traits else ""
    source = f" from {found.origin}" if found.origin else ""
    if refused and found.state is claims.State.ABSENT:
        return f"{who} does not accept {name}, which its spec does not set ({how}){near}: {wording.tail(line)}"
    tail = {
        claims.State.ABSENT: f"needs {name}, which its spec does not set ({how}){near}",
        claims.State.EMPTY: f"needs {name}, which its spec sets to nothing ({how})",
        claims.State.DANGLING: f"needs {name}, and {found.origin} does not have the key it refers to ({how}){near}",
        claims.State.PRESENT: f"does not accept {name}{source}{traits} ({how}): {wording.tail(line)}",
        claims.State.UNKNOWN: f"does not accept its configuration of {name} ({how}){near}",
    }
    return f"{who} {tail[found.state]}"


def _with_item(case: Case, hit: Claim, line: str) -> str:
    """Return a line, with the item below it where it is only a list's head."""
    end = case.transcript.deciding
    below = line.rstrip().endswith(":") and end is not None and end > hit.line
    return f"{line.strip()} {case.transcript.bare[end].strip()}" if below and end is not None else line


def _option(case: Case, name: str, line: str) -> str:
    """Return what is wrong about an option, by the line's words and the arguments that are given."""
    how = log_lines.how(case)
    if config_fixes.REQUIRED.search(line[:2000]) is not None:
        if mounted.option(case, name):
            return f"asks for the option {name}, though its arguments give it ({how}): {wording.head(line)}"
        return f"needs the option {name}, which its arguments do not give ({how})"
    if config_fixes.UNKNOWN.search(line[:2000]) is None:
        return f"does not accept the option {name} that its arguments give ({how}): {wording.head(line)}"
    return f"does not know the option {name} ({how}): its image and its arguments are out of step"

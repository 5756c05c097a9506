"""Erlang's last words: the term with which the runtime says why an application did not start, opened to its reason.

``Kernel pid terminated (application_controller) ({application_start_failure,shop,{{shutdown,{failed_to_start_child,…``
holds the reason innermost, as strings and atoms between braces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.patterns import Match

LOOKED: Final = 8192
"""Characters of a line that are looked at: the runtime cuts its own term long before."""

KEPT: Final = 600
"""Characters of the reason that are kept."""

_TERMINATED: Final = compiled(
    r"Kernel pid terminated\b|^init terminating in do_boot\b|\{\"init terminating in do_boot\""
)
_CHILD: Final = compiled(r"failed_to_start_child,(?P<child>[^,{}]{1,120}),")
_START: Final = compiled(r",\{'?[\w.']+'?,start,\[")
"""What follows the reason: the call that was to start the application."""
_STRING: Final = compiled(r"<<\\*\"((?:[^\"\\]|\\.)*?)\\*\">>")
_MARKS: Final = compiled(r"[{}\[\]]+|\\+\"?")
_COMMAS: Final = compiled(r"(?:\s*,\s*)+")


def opened(line: str) -> str:
    """Return the child that failed and its reason in words, or nothing where the line is no such term."""
    text = line[:LOOKED]
    if _TERMINATED.search(text) is None:
        return ""
    children = list(_CHILD.finditer(text))
    if not children:
        return ""
    last = children[-1]
    reason = text[last.end() :]
    following = _START.search(reason)
    words = _worded(reason[: following.start()] if following is not None else reason)
    child = last.group("child").strip("'").removeprefix("Elixir.")
    return f"{child} failed to start: {words[:KEPT]}" if words else ""


def _worded(term: str) -> str:
    """Return the strings and atoms of a term without its braces."""
    told = _MARKS.sub(" ", _STRING.sub(_inside, term))
    return _COMMAS.sub(", ", " ".join(told.split())).strip(" ,()")


def _inside(match: Match) -> str:
    return match.group(1)

"""The line in which a shell says what its exit code means: a command that may not be executed, or is not there.

POSIX ("Exit Status for Commands") keeps 126 and 127 for these two, so that of many complaints of a start script the
last one in the shell's own words is the end; what stands before it was survived.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines

LOOKED: Final = 1000
"""Characters of a line that are looked at."""
REACH: Final = 12
"""Lines before the end in which the shell's word stands: a script prints little after it."""

_WORDS: Final = {
    126: r"[Pp]ermission denied|cannot execute\b.*|is a directory|Is a directory|Exec format error"
    r"|Argument list too long|Input/output error|Invalid argument|Too many levels of symbolic links|File name too long"
    r"|Cannot allocate memory|Not a directory|Operation not permitted|Text file busy|Numerical result out of range"
    r"|Accessing a corrupted shared library|Value too large for defined data type",
    127: r"(?:command )?not found|[Nn]o such file or directory",
}
"""Of 126 also the errors of execve(2), as strerror(3) says them."""
_SAID: Final = {
    code: compiled(
        r"^(?:\S*sh: (?:(?:line )?\d+: )?|\S+: (?:exec: )?(?:line )?\d+: )(?:exec: )?(?P<command>[^\s:]+):"
        rf" (?:exec: )?(?:{words})$"
    )
    for code, words in _WORDS.items()
}
"""dash ``x.sh: 3: CMD: …``, bash ``x: line 3: CMD: …``, busybox ``x: exec: line 3: CMD: …`` and ``sh: CMD: …``."""


def command(text: str, exit_code: int | None) -> str:
    """Return the command that the line says could not be run, or nothing where it is no shell's word for that code."""
    said = _SAID.get(exit_code or 0)
    found = None if said is None else said.match(text.strip()[:LOOKED])
    return "" if found is None else str(found.group("command"))


def said(read: Lines, exit_code: int | None) -> int | None:
    """Return the last line that says what exit code 126 or 127 means, or None."""
    if exit_code not in _SAID:
        return None
    near = range(len(read.bare) - 1, max(-1, len(read.bare) - 1 - REACH), -1)
    return next((index for index in near if command(read.bare[index], exit_code)), None)

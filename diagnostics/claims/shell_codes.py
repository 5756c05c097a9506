"""What a shell's exit code says of a refusal in its own words: ``script: line 3: /etc/x: Permission denied``.

The sentence is the same for a command and for the file of a redirection. POSIX keeps 126 for a command that was found
and cannot be executed; a redirection that fails ends a script with 1 (bash) or 2 (dash).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.claims.model import ClaimType
from diagnostics.transcript import exit_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.claims.claim import Claim

REFUSED: Final = "sh.permission"
"""The shell's sentence, among the signatures."""

OF_FILES: Final = frozenset({1, 2})
"""Exit codes of a script whose redirection failed."""

_FILES: Final = frozenset({ClaimType.FILE_MISSING, ClaimType.ACCESS_DENIED})

SHELLS: Final = ("sh.", "bash.")
"""Sources of the claims that a shell makes of one line of its script."""

OF_COMMANDS: Final = 126
"""The least exit code that a shell gives for a command that cannot be run (POSIX, "Exit Status for Commands")."""


def told(claims: Iterable[Claim], exit_code: int | None) -> tuple[Claim, ...]:
    """Return the claims; of which of both a shell speaks, a file or a command, the exit code says."""
    if exit_code in OF_FILES:
        return tuple(
            replace(claim, type=ClaimType.ACCESS_DENIED) if claim.source == REFUSED else claim for claim in claims
        )
    return tuple(_of_command(claim, exit_code) for claim in claims)


def _of_command(claim: Claim, exit_code: int | None) -> Claim:
    """Return the claim; what is said of a file in a shell's words for that exit code is said of a command."""
    if claim.type not in _FILES or not claim.deciding:
        return claim
    command = exit_words.command(claim.quote, exit_code)
    return replace(claim, type=ClaimType.COMMAND_MISSING, names={"cmd": command}) if command else claim


def went_on(claim: Claim, exit_code: int | None) -> bool:
    """Whether a script may have gone on after what a shell complains of: the end's code is not its own for that."""
    return claim.source.startswith(SHELLS) and exit_code is not None and exit_code < OF_COMMANDS

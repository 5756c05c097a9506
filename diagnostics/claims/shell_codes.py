"""What a shell's exit code says of a refusal in its own words: ``script: line 3: /etc/x: Permission denied``.

The sentence is the same for a command and for the file of a redirection. POSIX keeps 126 for a command that was found
and cannot be executed; a redirection that fails ends a script with 1 (bash) or 2 (dash).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.claims.model import ClaimType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.claims.claim import Claim

REFUSED: Final = "sh.permission"
"""The shell's sentence, among the signatures."""

OF_FILES: Final = frozenset({1, 2})
"""Exit codes of a script whose redirection failed."""

SHELLS: Final = ("sh.", "bash.")
"""Sources of the claims that a shell makes of one line of its script."""

OF_COMMANDS: Final = 126
"""The least exit code that a shell gives for a command that cannot be run (POSIX, "Exit Status for Commands")."""


def told(claims: Iterable[Claim], exit_code: int | None) -> tuple[Claim, ...]:
    """Return the claims; a refusal that the exit code says was of a file is one."""
    if exit_code not in OF_FILES:
        return tuple(claims)
    return tuple(replace(claim, type=ClaimType.ACCESS_DENIED) if claim.source == REFUSED else claim for claim in claims)


def went_on(claim: Claim, exit_code: int | None) -> bool:
    """Whether a script may have gone on after what a shell complains of: the end's code is not its own for that."""
    return claim.source.startswith(SHELLS) and exit_code is not None and exit_code < OF_COMMANDS

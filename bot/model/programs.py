"""Programs that ask for diagnoses: who bears which token, and who that is to Kubernetes. Pure."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model.policy import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program by its name in the log. Of its token only the SHA-256 is kept, as 64 hexadecimal digits."""

    name: str
    token_sha256: str
    identity: Identity


def bearer(programs: tuple[Program, ...], token: str) -> Program | None:
    """Return whose token it is. All are compared, each in constant time."""
    given = hashlib.sha256(token.encode("utf-8", errors="surrogateescape")).hexdigest().encode()
    matches = [program for program in programs if hmac.compare_digest(program.token_sha256.encode(), given)]
    return matches[0] if token and matches else None

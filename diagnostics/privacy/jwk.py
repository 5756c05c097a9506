"""The private parts of a JSON Web Key (RFC 7518, section 6): beside ``"kty"``, under ``d``, ``p``, ``k`` and others."""

from __future__ import annotations

from diagnostics.patterns import compiled
from diagnostics.privacy.replacing import replaced
from diagnostics.privacy.values import MARK

_SIGN = "kty"
_PART = compiled(
    r"""((?:^|[\s{,\[])\\*["']?(?:d|p|q|dp|dq|qi|k)\\*["']?\s*(?:=>?|:)\s*\\*["']?)([A-Za-z0-9_\-]{20,})()"""
)
_NEAR = 12
"""Lines after ``"kty"`` in which a part may stand, where each has a line of its own."""


def private_parts(text: str) -> str:
    """Return a key that stands on one line without its private parts."""
    return replaced(_PART, rf"\1{MARK}\3", text) if _SIGN in text else text


class Jwk:
    """A key whose parts have a line each. ``feed`` returns a line with a private part hidden."""

    def __init__(self) -> None:
        self._left = 0

    @property
    def active(self) -> bool:
        """Whether the next line may hold a part."""
        return self._left > 0

    def feed(self, text: str) -> str:
        """Take the next line."""
        self._left = _NEAR if _SIGN in text else max(0, self._left - 1)
        return replaced(_PART, rf"\1{MARK}\3", text) if self._left else text

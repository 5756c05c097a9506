"""Secrets in dumps of bytes: a row of hexadecimal digits, and beside it the same as text (``xxd``, ``hexdump -C``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.values import MARK

if TYPE_CHECKING:
    from collections.abc import Callable

_ROW = compiled(
    r"^(\s*(?:0x)?[0-9a-f]{4,8}:?\s+)((?:[0-9a-f]{2}){1,2}(?:\s{1,2}(?:[0-9a-f]{2}){1,2}){3,15})(\s{1,8}\|?)(\S.*)$"
)


def hexdumps(text: str, redact: Callable[[str], str]) -> str:
    """Return a row of a dump without its bytes, when ``redact`` would change what they spell."""
    found = _ROW.search(text)
    if found is None:
        return text
    raw = bytes.fromhex("".join(found.group(2).split()))
    spelled = raw.decode("latin-1")
    if not spelled.isprintable() or redact(spelled) == spelled:
        return text
    return found.group(1) + MARK + found.group(3) + MARK

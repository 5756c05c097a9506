"""Secrets in base64 and in hexadecimal digits: whatever decodes to text that holds a secret."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.replacing import replaced
from diagnostics.privacy.values import MARK

if TYPE_CHECKING:
    from collections.abc import Callable

    from diagnostics.patterns import Match

_RUN = compiled(r"[A-Za-z0-9+/_\-]{24,}={0,2}")
_HEXADECIMAL = compiled(r"\b(?:[0-9a-f]{2}){12,}\b|\b(?:[0-9A-F]{2}){12,}\b")
_HEAD, _LEAST = 3072, 0.95
"""Characters decoded of one run, and how much of them must be printable."""
_MOST = 40
"""Runs decoded in one line: more are left to the other shapes."""


def encoded(text: str, redact: Callable[[str], str]) -> str:
    """Return the text without base64 that ``redact`` would change when decoded."""
    looked = 0

    def judged(match: Match) -> str:
        nonlocal looked
        looked += 1
        run = match.group(0)
        if looked > _MOST or run.islower() or run.isupper():
            return run
        plain = decoded(run)
        return MARK if plain and redact(plain) != plain else run

    def spelled(match: Match) -> str:
        nonlocal looked
        looked += 1
        run = match.group(0)
        if looked > _MOST or run.isdigit():
            return run
        plain = _printable(bytes.fromhex(run[:_HEAD]))
        return MARK if plain and redact(plain) != plain else run

    return replaced(_HEXADECIMAL, spelled, replaced(_RUN, judged, text))


def decoded(run: str) -> str:
    """Return the printable text that the run encodes, or an empty one."""
    head = run.rstrip("=")[:_HEAD].replace("-", "+").replace("_", "/")
    head = head[: len(head) - (1 if len(head) % 4 == 1 else 0)]
    try:
        raw = base64.b64decode(head + "=" * (-len(head) % 4), validate=True)
    except binascii.Error:
        return ""
    return _printable(raw)


def _printable(raw: bytes) -> str:
    """Return the text of bytes, or an empty one where they are no text."""
    text = raw.decode("utf-8", "ignore")
    printable = sum(char.isprintable() or char in "\n\r\t" for char in text)
    return text if len(raw) and printable >= _LEAST * len(raw) else ""

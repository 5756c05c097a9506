"""Secrets that a script sends to a prompt: ``expect "assword:"`` and ``send "X"``, on one line or on two."""

from __future__ import annotations

from diagnostics.patterns import compiled
from diagnostics.privacy.values import MARK, harmless_value

_PROMPT = compiled(r"(?i)\bass(?:word|phrase)|pass(?:word|phrase|code)")
_WAITS = compiled(r"(?i)expect|\bwait\b|spawn|match|prompt|answers?\b|chat")
_SENT = compiled(r"""(?i)\bsend(?:line)?:?(?: --)?(?: sending)?[ (]+["'({]?((?:[^"'\\\s(){}]|\\[^rn])+)""")
_NEAR = 3
"""Lines behind a prompt in which the answer is sent."""


class Prompted:
    """The prompt that the lines so far wait for. ``feed`` returns what is sent to it hidden."""

    def __init__(self) -> None:
        self._left = 0

    @property
    def active(self) -> bool:
        """Whether the next line may send a secret."""
        return self._left > 0

    def feed(self, text: str) -> str:
        """Take the next line."""
        sent = _SENT.search(text)
        asked = _PROMPT.search(text) is not None
        if sent is not None and (self._left or asked):
            self._left = 0
            return text if harmless_value(sent.group(1)) else text[: sent.start(1)] + MARK + text[sent.end(1) :]
        self._left = _NEAR if asked and _WAITS.search(text) is not None else max(0, self._left - 1)
        return text

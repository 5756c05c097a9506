"""Secrets that answer: ``expect "assword:"`` and ``send "X"``, ``AUTHENTICATE PLAIN`` and base64 a line below."""

from __future__ import annotations

from diagnostics.patterns import compiled
from diagnostics.privacy.values import MARK, harmless_value, issued, mixed

_PROMPT = compiled(r"(?i)\bass(?:word|phrase)|pass(?:word|phrase|code)")
_WAITS = compiled(r"(?i)expect|\bwait\b|spawn|match|prompt|answers?\b|chat")
_SENT = compiled(r"""(?i)\bsend(?:line)?:?(?: --)?(?: sending)?[ (]+(["'({]?)((?:[^"'\\\s(){}]|\\[^rn])+)""")
_SASL = compiled(r"""\bAUTH(?:ENTICATE)? (?:PLAIN|XOAUTH2|OAUTHBEARER)(?:\\r\\n)?['"]?\s*$""")
_ANSWER = compiled(r"""(?:^|[\s>:'"])([A-Za-z0-9+/]{12,}={0,2})(?:\\r\\n)?['"]?\s*$""")
_NEAR = 3
"""Lines behind a prompt in which the answer is sent."""


class Prompted:
    """The prompt that the lines so far wait for. ``feed`` returns what is sent to it hidden."""

    def __init__(self) -> None:
        self._left = 0
        self._login = 0  # lines in which a login in base64 may follow

    @property
    def active(self) -> bool:
        """Whether the next line may send a secret."""
        return self._left > 0 or self._login > 0

    def feed(self, text: str) -> str:
        """Take the next line."""
        if self._login and (answer := _ANSWER.search(text)) is not None and not answer.group(1).isalpha():
            self._login = 0
            return text[: answer.start(1)] + MARK + text[answer.end(1) :]
        self._login = _NEAR if _SASL.search(text) is not None else max(0, self._login - 1)
        asked = _PROMPT.search(text) is not None
        sent = _SENT.search(text) if self._left or asked else None
        if sent is not None:
            self._left = 0
            word = sent.group(2)
            kept = harmless_value(word) or not (sent.group(1) or issued(word) or mixed(word))
            return text if kept else text[: sent.start(2)] + MARK + text[sent.end(2) :]
        self._left = _NEAR if asked and _WAITS.search(text) is not None else max(0, self._left - 1)
        return text

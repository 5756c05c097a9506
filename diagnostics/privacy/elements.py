"""Secrets in a command or a reply whose elements are numbered, a line each.

``1) "requirepass"`` and ``2) "X"`` (redis-cli), ``argv[1]: '"auth"'`` and ``argv[2]: '"X"'`` (a crash report),
``[3] => --token`` and ``[4] => X`` (PHP).
"""

from __future__ import annotations

from diagnostics.patterns import compiled
from diagnostics.privacy.secretnames import Promise, promise
from diagnostics.privacy.values import MARK, harmless_value, issued, mixed, opaque, plain

_ELEMENT = compiled(
    r"""^\s*(?:\d{1,3}\)\s+)*(?:\d{1,3}[):]|\w*\[\d{1,3}\]\s*(?:=>|[:=]))\s+["']*([^"'\s](?:[^"']*[^"'\s])?)["']*,?\s*$"""
)
_VERBS = {"auth": 2, "auth2": 2}
"""Of a verb: behind how many elements the secret may stand; a user may come first."""
_SETS_USER = "setuser"
_RIGHTS = (">", "<", "#")
"""What a password begins with among a user's rights (Redis, ACL SETUSER)."""
_NAME = compiled(r"^-{0,2}[A-Za-z][\w.\-]*$")
_LENGTH = compiled(r"^\s*\$\d{1,4}\s*$")
_COUNTED = compiled(r"^\s*(\S+)\s*$")
"""Redis on the wire: the length of an element, and on the next line the element."""
SURE, MADE, OPAQUE = "sure", "made", "opaque"
"""What hides the next element: that it is one, that it looks made up, or that it is random."""
_NAMES = ("requirepass", "masterauth", "masterpass")


class Elements:
    """What the elements so far promise of the next one. ``feed`` returns a line with its secret hidden."""

    def __init__(self) -> None:
        self._left, self._surety, self._rights = 0, MADE, False
        self._counted = False  # whether a length was told of the next line

    @property
    def active(self) -> bool:
        """Whether the next element may be a secret."""
        return self._left > 0 or self._rights or self._counted

    def feed(self, text: str) -> str:
        """Take the next line."""
        if _LENGTH.search(text) is not None:
            self._counted = True
            return text
        element = (_COUNTED if self._counted else _ELEMENT).search(text)
        self._counted = False
        if element is None:
            self._left, self._rights = 0, False
            return text
        word = element.group(1)
        start, hidden = element.start(1), False
        if self._rights and word.startswith(_RIGHTS):
            start, hidden = start + 1, True
        elif self._left:
            self._left -= 1
            hidden = _secret(word, self._surety)
        self._note(word)
        return text[:start] + MARK + text[element.end(1) :] if hidden else text

    def _note(self, word: str) -> None:
        lower = word.lower()
        if lower in _VERBS:
            self._left, self._surety = _VERBS[lower], MADE
        elif lower == _SETS_USER:
            self._rights = True
        elif _NAME.search(word) is not None and promise(word.lstrip("-")) is not Promise.NOTHING:
            secret = promise(word.lstrip("-")) is Promise.SECRET
            self._left = 1
            self._surety = SURE if lower in _NAMES or word.startswith("-") else MADE if secret else OPAQUE


def _secret(word: str, surety: str) -> bool:
    if harmless_value(word) or word.startswith("-"):
        return False
    if surety == OPAQUE:
        return opaque(word)
    return surety == SURE or issued(word) or (mixed(word) and not plain(word))

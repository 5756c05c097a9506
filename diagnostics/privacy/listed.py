"""Secrets on lines of their own below what announces them: a heading, a sentence with a colon, a list that opens.

``Private Keys`` and numbered lines below, ``Password for the first user:`` and a word below, ``"apiKeys": [``.
"""

from __future__ import annotations

from diagnostics.patterns import compiled
from diagnostics.privacy.naming import promising
from diagnostics.privacy.secretnames import Promise, numeric, promise
from diagnostics.privacy.values import (
    MARK,
    chosen_phrase,
    harmless_value,
    issued,
    odd,
    opaque,
    plain,
    random,
    sentence,
    state,
)

_HEADING = compiled(
    r"(?i)^\W*(?:[\w'\-\[\]]+ ){0,4}((?:private|api|access|secret|unseal|recovery|encryption|signing) keys?"
    r"|(?:recovery|backup|scratch|rescue|emergency) codes|tokens?"
    r"|[\w\-]*passwords?|passphrases?|secrets|credentials)\W*$"
)
_LIST = compiled(r"""([A-Za-z_][\w.\-]*)\\?["']?\s*(?::|=|=>)\s*[\[(]\s*$""")
_ITEM = compiled(
    r"""^\s*(?:[\w.\-/]+\s*\|\s*)?(?:\d{4}-\d\d-\d\d[T ]\S+\s+)?"""
    r"""(?:\[?(?:[A-Z]{4,8}|main)\]?:?\s+)?(?:=>\s+|[(\[]?\d{1,3}(?:[)\].:]\s*|\s+)|[\-*•]\s+)?"""
    r"""(?:["'`]?((?:[^\s"'`,]|,[A-Za-z0-9]){6,})["'`]?|"([^"]+)"|'([^']+)'),?\s*$"""
)
# A prompt of a shell or of an interpreter, or what prints a variable or a file; what it prints is on the next line.
_ASKED = compiled(
    r"^(?:(?:[+$#]|>>>|In \[\d+\]:|[\w.@~:/\-]*[>$#])\s+\S|(?:echo|cat|printenv)\s|\w+\[['\"]\w+['\"]\]$)"
)
_PHRASE = compiled(r"^\s*[a-z]+(?: [a-z]+){11,23}\s*$")
_UNDERLINE = compiled(r"^\W*$")
_CLOSED = compiled(r"^\s*[\])]")
_LONGEST = 200
"""Characters of a line that announces."""
_PATIENCE = 3
"""Lines without a word between an announcement and the first secret."""
_MOST = 50
"""Lines of one list."""
_CODE = compiled(r"^\d{4,}(?:-\d{4,})*$|^[a-z0-9]{4,}(?:-[a-z0-9]{4,})+$|^[A-Z0-9]{4,}(?:-[A-Z0-9]{4,})+$")
_ROW = compiled(r"(?:[(\[]?\d{1,2}[).:\]]|[\-*•|])\s+|\S+")
"""The signs of a list, and what stands between them."""
_KEYS = ("keys",)
_PHRASES = ("phrase", "mnemonic", "words", "seed")
_SIGNS = "!#$%&*+"


class Announced:
    """What the lines so far announce. ``feed`` returns a line with the secret that it alone holds hidden."""

    def __init__(self) -> None:
        self._name, self._left, self._bracket = "", 0, False

    @property
    def active(self) -> bool:
        """Whether a secret may stand on the next line."""
        return bool(self._name)

    def feed(self, text: str) -> str:
        """Take the next line."""
        hidden = self._follow(text) if self._name else text
        if not self._name or hidden == text:
            self._look(text)
        return hidden

    def _follow(self, text: str) -> str:
        self._left -= 1
        if self._left <= 0 or (self._bracket and _CLOSED.search(text) is not None):
            self._name = ""
            return text
        if _UNDERLINE.search(text) is not None:
            return text
        if self._name.lower().endswith(_PHRASES) and _PHRASE.search(text) is not None:
            return MARK
        item = _ITEM.search(text)
        if item is None:
            hidden = _row(text) if numeric(self._name) else text
            self._name = self._name if hidden != text else ""
            return hidden
        self._left = max(self._left, _MOST if self._bracket else _PATIENCE)
        place = next(group for group in (1, 2, 3) if item.group(group))
        word = item.group(place)
        if not _secret(self._name, word, bracket=self._bracket):
            self._name = self._name if self._bracket else ""
            return text
        return text[: item.start(place)] + MARK + text[item.end(place) :]

    def _look(self, text: str) -> None:
        if len(text) > _LONGEST:
            return
        heading, opened = _HEADING.search(text), _LIST.search(text)
        if opened is not None:
            self._note(opened.group(1), bracket=True)
        elif heading is not None:
            self._note(heading.group(1).replace(" ", "_").removesuffix("s") or "", bracket=False)
        elif text.rstrip().endswith(":") or _ASKED.search(text) is not None:
            names = promising(text)
            self._note(names[-1].text if names else "", bracket=False)

    def _note(self, name: str, *, bracket: bool) -> None:
        if name and promise(name) is not Promise.NOTHING:
            self._name, self._bracket, self._left = name, bracket, _MOST if bracket else _PATIENCE + 1


def _row(text: str) -> str:
    """Return a row of nothing but codes, numbered or not, without them."""
    parts = [part for _, part in zip(range(_MOST), _ROW.finditer(text[:_LONGEST]), strict=False)]
    codes = [part for part in parts if _CODE.search(part.group(0)) is not None and any(map(str.isdigit, part.group(0)))]
    signs = sum(part.group(0)[-1].isspace() for part in parts)
    if not codes or len(codes) + signs < len(parts) or len(text) > _LONGEST:
        return text
    for part in reversed(codes):
        text = text[: part.start()] + MARK + text[part.end() :]
    return text


def _secret(name: str, word: str, *, bracket: bool) -> bool:
    if harmless_value(word, name) or state(word):
        return False
    if " " in word:
        return promise(name) is Promise.SECRET and (bracket or chosen_phrase(word)) and not sentence(word)
    if numeric(name):
        return odd(word) or _CODE.search(word) is not None
    if promise(name) is Promise.SECRET:
        signed = any(sign in word for sign in _SIGNS) and issued(word)
        return odd(word) or signed or (bracket and not plain(word)) or random(word)
    return opaque(word) if name.lower() in _KEYS else issued(word) and odd(word)

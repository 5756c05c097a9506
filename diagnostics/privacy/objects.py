"""Secrets inside of an object that is named for them: ``db_password = {`` and, lines below, ``"value" = "X"``."""

from __future__ import annotations

from diagnostics.patterns import compiled
from diagnostics.privacy.secretnames import Promise, promise
from diagnostics.privacy.values import MARK, all_kinds, harmless_value, issued, mixed, names_object, sentence

_OPENED = compiled(
    r"""(?:["'\s.(<\[]|^)\\?["']?([A-Za-z_][\w\-]*)(?:\.[\w\-]+)?\\?["']?\)?\s*(?:[:=]|=>|\s)\s*"""
    r"""(?:&?\(?[\w.*&]+(?: \{[^{}]*\})?\)?\s*)?\{\s*$"""
)
_DUMPED = compiled(r"""([A-Za-z_]\w*): \(struct \{[^{}]*\}\) \{\s*$|^\s*\((?:\w+\.)?(\w+)\) \{\s*$""")
_INDENTED = compiled(r"""^\s*["']?([A-Za-z_][\w\-]*)["']?:\s*$""")
_VALUE = compiled(
    r"""(?i)^(\s*["']?(?:value|result|default|inner|content|plaintext|phrase|raw|data)["']?"""
    r"""\s*(?:=>?|:)\s*(?:\([^()]*\) )*)"""
    r"""(?:"([^"]+)"|'([^']+)'|([^\s"'{}\[\](),$]+))(?:,?\s*)$"""
)
_FIELD = compiled(r"""^\s*["']?[A-Za-z_]\w*["']?\s*(?:=>?|:)""")
_CLOSED = compiled(r"^\s*[\])}]")
_NEAR = 8
"""Lines of an object in which its value is looked for."""


class Objects:
    """The object that the lines so far opened. ``feed`` returns its value hidden."""

    def __init__(self) -> None:
        self._name, self._left = "", 0

    @property
    def active(self) -> bool:
        """Whether the next line may hold the value."""
        return self._left > 0

    def feed(self, text: str) -> str:
        """Take the next line."""
        hidden = self._inside(text) if self._left else text
        if text.rstrip()[-1:] not in ("{", ":"):
            return hidden
        for pattern in (_OPENED, _DUMPED, _INDENTED):
            opened = pattern.search(text)
            name = next((group for group in opened.groups() if group), "") if opened is not None else ""
            if name and promise(name) is not Promise.NOTHING:
                self._name, self._left = name, _NEAR
                break
        return hidden

    def _inside(self, text: str) -> str:
        self._left -= 1
        if _CLOSED.search(text) is not None or _FIELD.search(text) is None:
            self._left = 0
            return text
        value = _VALUE.search(text)
        if value is None:
            return text
        place = next(group for group in (2, 3, 4) if value.group(group))
        word = value.group(place)
        made = issued(word) or mixed(word) if promise(self._name) is Promise.SECRET else all_kinds(word)
        if not made or names_object(word) or harmless_value(word, self._name) or sentence(word):
            return text
        return text[: value.start(place)] + MARK + text[value.end(place) :]

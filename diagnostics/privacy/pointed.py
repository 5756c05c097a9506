"""Secrets that a traceback points at: ``└ 'X'`` below a line of code, in the column of the variable (loguru's form)."""

from __future__ import annotations

from diagnostics.patterns import compiled
from diagnostics.privacy.naming import Name, promising
from diagnostics.privacy.secretnames import Promise, promise
from diagnostics.privacy.values import MARK, harmless_value, issued

_POINTER = compiled(r"""^([^└]*└ )[bru]{0,2}(["']?)(\S.*?)(["']?)\s*$""")
_NEAR = 8
"""Lines below a line of code in which its variables are explained."""


class Pointed:
    """The names of the line of code above. ``feed`` returns what points at one without its value."""

    def __init__(self) -> None:
        self._names: list[Name] = []
        self._left = 0

    @property
    def active(self) -> bool:
        """Whether the next line may point at a name."""
        return self._left > 0

    def feed(self, text: str) -> str:
        """Take the next line."""
        if not self._left or "└" not in text:
            names = promising(text)
            self._names, self._left = (names, _NEAR) if names else (self._names, max(0, self._left - 1))
            return text
        self._left -= 1
        found = _POINTER.search(text)
        if found is None:
            return text
        column, value = found.end(1) - 2, found.group(3)
        name = next((name.text for name in self._names if name.start <= column < name.end), "")
        if not name or harmless_value(value, name) or value.startswith("<"):
            return text
        sure = promise(name) is Promise.SECRET or issued(value)
        return text[: found.start(3)] + MARK + text[found.end(3) :] if sure else text

"""Lists of users and their passwords below what takes them: ``chpasswd``, ``newusers``, cloud-init's ``list: |``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.replacing import replaced
from diagnostics.privacy.values import MARK, harmless_value, plain

if TYPE_CHECKING:
    from diagnostics.patterns import Match

_TAKES = compiled(r"\b(?:chpasswd|newusers)\b")
_ENTRY = compiled(
    r"""^(\s*(?:[\w.\-/]+\s*\|\s+)?(?:-\s+)?["']?[A-Za-z_][\w.\-]*:)([^\s:"',][^\s:"']*)(["']?,?(?::\S*)?\s*)$"""
)
_AROUND = compiled(r"^\s*(?:[\w.\-/]+\s*\|\s+)?(?:-\s+)?(?:(?:list|users|expire):.*|\+.*|EOF)?\s*$")
"""Lines among the entries that are none, and end nothing."""
# chpasswd: { list: "root:X\nubuntu:Y" }, stdin: 'root:X'
_INLINE = compiled(r"""((?:["'\s]|\\n)[A-Za-z_][\w.\-]*:)([^\s:"'\\,]{4,})()""")
_OPENS = compiled(r"\b(?:chpasswd|newusers)\b(?:\W*:|.*<<|.*\bstdin\b)|^\s*\+")
"""What is sure to be followed by a list; else the password must not be a plain word."""
_MOST = 30
"""Lines of one list."""
_GENERATED = ("R", "RANDOM")
"""What cloud-init replaces by a password of its own."""


class Accounts:
    """The list that the lines so far opened. ``feed`` returns an entry with its password hidden."""

    def __init__(self) -> None:
        self._left, self._sure = 0, False

    @property
    def active(self) -> bool:
        """Whether the next line may be an entry."""
        return self._left > 0

    def feed(self, text: str) -> str:
        """Take the next line."""
        if _TAKES.search(text) is not None:
            self._left, self._sure = _MOST, _OPENS.search(text) is not None
            return replaced(_INLINE, _entry, text)
        if not self._left:
            return text
        entry = _ENTRY.search(text)
        self._left = self._left - 1 if entry is not None or _AROUND.search(text) is not None else 0
        return text if entry is None or (plain(entry.group(2)) and not self._sure) else _entry(entry)


def _entry(match: Match) -> str:
    word = match.group(2)
    kept = word in _GENERATED or harmless_value(word) or word.isdigit()
    return match.group(0) if kept else match.group(1) + MARK + match.group(3)

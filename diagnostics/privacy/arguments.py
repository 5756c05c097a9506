"""The values of a list as programs write it, each where it stands: of a call, a tuple, a record, a trace."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.patterns import compiled

_ITEM = compiled(
    r"""\A\s*(?:(?:[bBuUrRN@]|<<)?(?:"((?:[^"\\\n]|\\.|""[^\s,)\]}])*)"|'((?:[^'\\\n]|\\.|''[^\s,)\]}])*)')(?:>>)?"""
    r"""|([^\s"'(){}\[\],][^"'(){}\[\],]*(?:\([^()"']*\))?))\s*(,?)"""
)
_REACH, _MOST = 800, 12
"""Characters looked at behind the sign that opens a list, and values in it."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A value of a list, without its quotes."""

    start: int
    end: int
    text: str
    quoted: bool


def arguments(text: str, at: int) -> list[Argument]:
    """Return the values of the list that begins at a place, up to the sign that closes it."""
    found: list[Argument] = []
    rest, done = text[at : at + _REACH], 0
    while len(found) < _MOST and (item := _ITEM.search(rest[done:])) is not None:
        group = next((place for place in (1, 2, 3) if item.group(place) is not None), 3)
        start = at + done + item.start(group)
        found.append(Argument(start, start + len(item.group(group)), item.group(group), quoted=group < 3))
        done += item.end()
        if not item.group(4):
            break
    return found

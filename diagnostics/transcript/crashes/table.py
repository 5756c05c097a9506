"""All crash grammars, and the crashes of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript import words
from diagnostics.transcript.crashes import beam, dotnet, go, jvm, native, node, perl, php, python, ruby, rust, shell

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines
    from diagnostics.transcript.model import Crash

GRAMMARS: Final = (python, jvm, node, dotnet, go, rust, ruby, php, beam, native, perl, shell)
"""In this order: a frame of the JVM is told from one of Node, and both from one of .NET, whose shape is the widest."""

_HEADS: Final = tuple((compiled(grammar.HEAD), grammar.read) for grammar in GRAMMARS)
_ANY: Final = compiled("|".join(f"(?:{grammar.HEAD})" for grammar in GRAMMARS))


def crashes_in(read: Lines) -> tuple[Crash, ...]:
    """Return the crashes in order; they do not overlap."""
    found: list[Crash] = []
    index, floor = 0, 0
    while index < len(read.bare):
        one = None if read.dull[index] else _at(read, index, floor)
        if one is None:
            index += 1
            continue
        found.append(one)
        index = floor = max(one.end, index + 1)
    return tuple(found)


def _at(read: Lines, index: int, floor: int) -> Crash | None:
    text = read.bare[index][: words.LOOKED]
    if _ANY.search(text) is None:
        return None
    for head, grammar in _HEADS:
        if head.search(text) is not None:
            one: Crash | None = grammar(read, index, floor)
            if one is not None:
                return one
    return None

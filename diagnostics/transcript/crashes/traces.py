"""Stack traces whose words stand above their frames: what the JVM, Node and .NET share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.transcript.crashes import grammar

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines

_ABOVE: Final = 22
"""Lines of a message that may stand between the type of an exception and its first frame."""


def head_of(lines: Lines, first_frame: int, floor: int) -> int | None:
    """Return the line above the frames that names the exception, or the record above them, or None."""
    fallback = None
    for index in range(first_frame - 1, max(floor, first_frame - _ABOVE) - 1, -1):
        text = lines.bare[index]
        if "java.lang.Thread.State" in text:  # a dump of threads is no crash
            return None
        if grammar.typed(text) is not None and not text.lstrip().startswith("at "):
            return index
        if fallback is None and text.strip():
            fallback = index
        if grammar.stamped(lines, index):
            break
    return fallback

"""Which lines to show of an end: the one that decides, and what was said last. In order, and never a goodbye alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.transcript.model import Role

if TYPE_CHECKING:
    from diagnostics.transcript.model import Transcript

_SHOWN: Final = frozenset({Role.DECIDING, Role.PLAIN, Role.DETAIL})


def last_words(transcript: Transcript, count: int) -> list[int]:
    """Return at most ``count`` lines: the deciding line and the newest others that are no aftermath."""
    best = transcript.deciding
    said = [index for index, line in enumerate(transcript.lines) if any(char.isalnum() for char in line)]
    if best is None:
        return said[-count:]
    telling = [index for index in said if transcript.roles[index] in _SHOWN and index != best]
    others = telling[-(count - 1) :] if count > 1 else []
    return sorted((best, *others))

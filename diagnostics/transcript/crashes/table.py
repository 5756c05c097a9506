"""All crash grammars, and the crashes of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines
    from diagnostics.transcript.model import Crash


def crashes_in(read: Lines) -> tuple[Crash, ...]:
    """Return the crashes in order; they do not overlap."""
    return ()

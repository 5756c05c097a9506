"""Pure: what people say an incident really was, and how that compares with what its answer said."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics.causes import registry
from diagnostics.causes.model import Category
from diagnostics.diagnosis import Verdict

if TYPE_CHECKING:
    from diagnostics.snapshot import Snapshot

NOTHING, OTHER = "nothing", "other"
"""What may be said besides the id of a cause: nothing was wrong; something that is no cause of ours."""

UNTOLD = frozenset({"healthy", "recovered", "not-found"})
"""Causes that nobody is asked about: "nothing was wrong" says the same, or there was no pod to be wrong about."""

_HEADINGS = {
    Category.PROBE: "Probes and hooks",
    Category.OUTSIDE: "Ended from outside",
    Category.STATUS: "It did not fail",
}

TEXT = 500
"""Characters of a person's own words: as many as of the reason for an action."""

SNAPSHOT_BYTES = 1024 * 1024
"""How large a snapshot may be that is kept with a word, compressed: a usual one has some tens of kilobytes."""

_UNPACKED_BYTES = 64 * 1024 * 1024
"""More than any snapshot has (``--from`` reads no more either)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One person's word on one incident. ``verdict``, ``cause`` and ``summary`` are what the answer said then.

    ``truth`` is a cause's id, ``NOTHING`` or ``OTHER``; ``text`` the person's own words, redacted. ``message_ts`` is
    where the thread tells of it; ``snapshot_bytes`` is the size of the snapshot that is kept with it, 0 for none.
    """

    incident_id: str
    user: str
    truth: str
    text: str = ""
    verdict: str = ""
    cause: str = ""
    summary: str = ""
    workload: str = ""
    message_ts: str = ""
    given_at: float = 0.0
    snapshot_bytes: int = 0

    def is_about_same(self, other: Feedback) -> bool:
        """Whether both are about the same answer."""
        return (self.verdict, self.cause) == (other.verdict, other.cause)

    @property
    def says_right(self) -> bool:
        """Whether the person says that the answer was right."""
        return is_right(self.truth, verdict=self.verdict, cause=self.cause)


def is_right(truth: str, *, verdict: str, cause: str) -> bool:
    """Whether an answer said what is true. One that knows no cause is never right: there was something to find."""
    if truth == NOTHING:
        return verdict == Verdict.NOT_FAILING
    return bool(cause) and truth == cause


def choices(*, verdict: str, cause: str) -> list[tuple[str, list[str]]]:
    """Return what can be said of an answer, under headings: what agrees with it first, then causes by where they lie.

    The first entry agrees with the answer where anything can.
    """
    causes = [module.CAUSE for module in registry() if module.CAUSE.id not in UNTOLD]
    ids = {one.id for one in causes}
    agreeing = [cause] if cause in ids and verdict != Verdict.NOT_FAILING else []
    groups = [("Of the answer", [*agreeing, NOTHING, OTHER])]
    for category in Category:
        told = [one.id for one in causes if one.category is category and one.id not in agreeing]
        if told:
            groups.append((_HEADINGS.get(category, category.value.capitalize()), told))
    return groups


def agreeing(*, verdict: str, cause: str) -> str:
    """Return the choice that says that the answer was right; empty where none does."""
    offered = (value for _heading, values in choices(verdict=verdict, cause=cause) for value in values)
    return next((value for value in offered if is_right(value, verdict=verdict, cause=cause)), "")


def is_truth(said: str) -> bool:
    """Whether it is something that can be said of an incident: what Slack sends back is held against this."""
    return said in (NOTHING, OTHER) or said in {module.CAUSE.id for module in registry()} - UNTOLD


def packed(snapshot: Snapshot) -> bytes:
    """Return a snapshot as it is kept with a word: its saved form, compressed."""
    return zlib.compress(snapshot.to_json().encode())


def unpacked(kept: bytes) -> str:
    """Return the saved form again, as ``crashloop diagnose --from`` reads it. ``ValueError`` when it is broken."""
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(kept, _UNPACKED_BYTES).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise ValueError(f"the kept snapshot is broken: {error}") from error
    if not reader.eof:
        raise ValueError("the kept snapshot is broken: it is cut, or no snapshot")
    return text

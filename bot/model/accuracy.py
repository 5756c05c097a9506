"""Pure: how often answers were right in this installation, by people's word and by what ended the incidents.

What people say outweighs what ended it: an incident that ended by itself says little of its answer.
"""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from diagnostics.diagnosis import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.model.feedback import Feedback

ENOUGH = 30
"""From so many words on a share is a figure; fewer are said as numbers (the usual least size of a sample)."""


class Ended(enum.StrEnum):
    """What ended an incident."""

    BUTTON = "button"  # an undo or a restart from its thread, or from its root's
    ITSELF = "itself"
    SOMEBODY = "somebody"  # a new revision, scaled to zero, deleted
    OPEN = "open"
    NOT_FAILING = "not-failing"  # nothing had to end


def ending(verdict: str, ended_by: str, *, over: bool) -> Ended:
    """Return what ended an incident, from what the store keeps: ``ended_by`` has a tab before who pressed a button."""
    if not over:
        return Ended.NOT_FAILING if verdict == Verdict.NOT_FAILING else Ended.OPEN
    if "\t" in ended_by:
        return Ended.BUTTON
    return Ended.ITSELF if ended_by == "itself" else Ended.SOMEBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An incident with its newest answer. ``cause`` is empty where none was found."""

    incident_id: str
    verdict: str
    cause: str
    ended: Ended


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseFigures:
    """One cause (empty: undetermined): in how many incidents it was said, and what people and their ends say of that.

    Where people disagree about one answer it is ``disputed``, and neither right nor wrong.
    """

    cause: str
    said: int = 0
    right: int = 0
    wrong: int = 0
    disputed: int = 0
    ended: Counter[Ended] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """An answer that somebody says was wrong, with all that was said of it, the oldest word first."""

    words: tuple[Feedback, ...]

    @property
    def newest(self) -> Feedback:
        """The last word that calls it wrong: what counts as the truth."""
        return next(word for word in reversed(self.words) if not word.says_right)

    @property
    def disputed(self) -> bool:
        """Whether somebody else says that it was right."""
        return any(word.says_right for word in self.words)

    @property
    def with_snapshot(self) -> Feedback | None:
        """The newest word with which a snapshot is kept."""
        return next((word for word in reversed(self.words) if word.snapshot_bytes), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """The figures of a period, the cause that was said most often first."""

    incidents: int
    causes: tuple[CauseFigures, ...]
    misses: tuple[Miss, ...]

    @property
    def right(self) -> int:
        """How many answers are right by people's word."""
        return sum(one.right for one in self.causes)

    @property
    def wrong(self) -> int:
        """How many are wrong by people's word."""
        return sum(one.wrong for one in self.causes)

    @property
    def disputed(self) -> int:
        """About how many people disagree."""
        return sum(one.disputed for one in self.causes)


def accuracy(answered: Sequence[Answered], words: Iterable[Feedback]) -> Accuracy:
    """Count. An answer is an incident with what was said of it: a word stays with the answer that it was about."""
    judged: dict[tuple[str, str], list[Feedback]] = {}
    for word in words:
        judged.setdefault((word.incident_id, word.cause), []).append(word)
    newest = {(one.incident_id, one.cause): one for one in answered}
    causes: dict[str, CauseFigures] = {}
    for cause in {cause for _incident, cause in (*newest, *judged)}:
        answers = {key for key in (*newest, *judged) if key[1] == cause}
        causes[cause] = CauseFigures(
            cause=cause,
            said=len(answers),
            right=sum(_agreed(judged.get(key, ())) is True for key in answers),
            wrong=sum(_agreed(judged.get(key, ())) is False for key in answers),
            disputed=sum(len({word.says_right for word in judged.get(key, ())}) > 1 for key in answers),
            ended=Counter(newest[key].ended for key in answers if key in newest),
        )
    misses = [Miss(words=tuple(said)) for said in judged.values() if not all(word.says_right for word in said)]
    return Accuracy(
        incidents=len({one.incident_id for one in answered}),
        causes=tuple(sorted(causes.values(), key=lambda one: (-one.said, one.cause))),
        misses=tuple(sorted(misses, key=lambda miss: miss.newest.given_at)),
    )


def _agreed(said: Iterable[Feedback]) -> bool | None:
    """Return whether all say right (True) or all say wrong (False); None where nobody says, or they disagree."""
    found = {word.says_right for word in said}
    return next(iter(found)) if len(found) == 1 else None

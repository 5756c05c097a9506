"""Put noise around cases, ask again, and count what flips."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from diagnostics.diagnosis import Verdict
from diagnostics.engine import diagnose
from tests.noise.bases import base_of, candidates
from tests.noise.forms import FORMS
from tests.noise.kinds import KINDS
from tests.noise.placing import noisy, stretched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from diagnostics.snapshot import Snapshot
    from tests.noise.bases import Base

STRETCHED, STREWN = "2,000 lines", "2,000 lines, noise strewn in"
ROWS = (*(kind.name for kind in KINDS), STRETCHED, STREWN)


@dataclass(frozen=True)
class Trial:
    """One case with one noise: how it is made, and what it must still be."""

    row: str
    how: str
    base: Base
    build: Callable[[], Snapshot | None]

    @property
    def order(self) -> str:
        """A place in a shuffled order that is the same every time."""
        return hashlib.sha256(f"{self.row}|{self.how}|{self.base.name}".encode()).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """What became of a trial that applied."""

    trial: Trial
    got: str
    verdict: Verdict

    @property
    def flipped(self) -> bool:
        return self.got != self.trial.base.cause

    @property
    def confirmed(self) -> bool:
        """Flipped, and sure of it: the worst there is."""
        return self.flipped and self.verdict is Verdict.CONFIRMED


def shuffled(name: str) -> str:
    """Return a place in a shuffled order that is the same every time."""
    return hashlib.sha256(name.encode()).hexdigest()


@cache
def bases(most: int | None = None) -> tuple[Base, ...]:
    """Return the cases that their log decides, or those among so many cases drawn by lot (always the same)."""
    drawn = sorted(candidates(), key=lambda each: shuffled(each.name))[:most]
    return tuple(base for base in map(base_of, drawn) if base is not None)


def trials(of: Sequence[Base]) -> Iterator[Trial]:
    """Return every kind of noise in every place and form around every case, and every case stretched."""
    for base in of:
        for kind in KINDS:
            for place in kind.places:
                for form in FORMS:
                    build = lambda b=base, k=kind, p=place, f=form: noisy(b, k, p, f)  # noqa: E731 — bound late otherwise
                    yield Trial(kind.name, f"{place}, {form}", base, build)
        yield Trial(STRETCHED, "", base, lambda base=base: stretched(base, ()))
        yield Trial(STREWN, "", base, lambda base=base: stretched(base, KINDS))


def drawn(of: Sequence[Base], each: int, stretched_each: int) -> Iterator[Trial]:
    """Return so many trials of each row, drawn by lot (always the same); those that do not apply count too."""
    by_row: dict[str, list[Trial]] = {row: [] for row in ROWS}
    for trial in trials(of):
        by_row[trial.row].append(trial)
    for row, mine in by_row.items():
        yield from sorted(mine, key=lambda trial: trial.order)[: stretched_each if row in (STRETCHED, STREWN) else each]


def outcomes(of: Iterable[Trial]) -> Iterator[Outcome]:
    """Diagnose every trial that applies."""
    for trial in of:
        snapshot = trial.build()
        if snapshot is not None:
            answer = diagnose(snapshot)
            yield Outcome(trial, answer.cause or "", answer.verdict)


@dataclass(frozen=True)
class Figure:
    """One row's counts."""

    runs: int
    flipped: int
    confirmed: int


def figures(of: Iterable[Outcome]) -> dict[str, Figure]:
    """Count by row, in the rows' order."""
    by_row: dict[str, list[Outcome]] = {}
    for outcome in of:
        by_row.setdefault(outcome.trial.row, []).append(outcome)
    return {
        row: Figure(len(mine), sum(each.flipped for each in mine), sum(each.confirmed for each in mine))
        for row in ROWS
        if (mine := by_row.get(row))
    }

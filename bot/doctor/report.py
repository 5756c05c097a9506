"""Pure: what the checks found, each in one sentence, with one thing to do where something is wrong."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class State(enum.StrEnum):
    """How a check came out."""

    OK = "ok"
    BROKEN = "broken"
    """It is switched on and cannot work."""
    OFF = "off"
    """It is switched off, or does without: nothing is to be done."""
    UNCHECKED = "unchecked"
    """It could not be looked at, because of what another check says, or because nothing tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One check. ``fix`` is what to do when it is broken; ``rule`` the RBAC rule (YAML) that the fix speaks of."""

    check: str
    state: State
    sentence: str
    fix: str = ""
    rule: str = ""


def ok(check: str, sentence: str) -> Result:
    """Return a check that passed."""
    return Result(check=check, state=State.OK, sentence=sentence)


def broken(check: str, sentence: str, fix: str, rule: str = "") -> Result:
    """Return a check that failed."""
    return Result(check=check, state=State.BROKEN, sentence=sentence, fix=fix, rule=rule)


def off(check: str, sentence: str) -> Result:
    """Return what is switched off, or not needed."""
    return Result(check=check, state=State.OFF, sentence=sentence)


def unchecked(check: str, sentence: str) -> Result:
    """Return what could not be looked at."""
    return Result(check=check, state=State.UNCHECKED, sentence=sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All results, in the order in which they are shown. ``at`` is when, in seconds since the epoch."""

    results: tuple[Result, ...] = field(default=())
    at: float = 0.0

    @property
    def broken(self) -> tuple[Result, ...]:
        """What is switched on and cannot work."""
        return tuple(result for result in self.results if result.state is State.BROKEN)

    @property
    def sound(self) -> bool:
        """Whether everything that is switched on can work, as far as it could be looked at."""
        return not self.broken

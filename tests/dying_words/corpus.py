"""The last words of crashing programs, each with the cause that an expert names: entries, and a pod that said them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from diagnostics.engine import diagnose
from diagnostics.examples import Example, terminated, waiting
from diagnostics.redact import redacted

if TYPE_CHECKING:
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Snapshot

HERE = Path(__file__).parent
SETS = ("first", "second", "third", "fourth")
"""In the order in which they were written; each author had read neither the engine nor another set."""
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Words:
    """One entry. ``causes``: the cause that is right, and those that an expert would take as equally right."""

    id: str
    causes: tuple[str, ...]
    log: str
    exit: int
    ran_s: float
    container: dict[str, Any]

    def snapshot(self) -> Snapshot:
        """Return a pod of one container that crash loops with these words, as a collector leaves it."""
        status = {
            "state": waiting("CrashLoopBackOff"),
            "lastState": terminated(self.exit, "Completed" if self.exit == 0 else "Error", lived=self.ran_s),
            "restartCount": 7,
        }
        pod = Example(title=self.id, hit=True, status=status, container=self.container, previous=self.log)
        return redacted(pod.snapshot())

    def answer(self) -> Diagnosis:
        """Return what the engine says."""
        return diagnose(self.snapshot())


@cache
def words(name: str) -> tuple[Words, ...]:
    """Return the entries of a set."""
    return read(HERE / f"{name}.yaml")


def read(path: Path) -> tuple[Words, ...]:
    """Return the entries of a file."""
    rows = yaml.load(path.read_text(), Loader=LOADER)  # noqa: S506 — the safe one, in C
    return tuple(_words(row) for row in rows)


def _words(row: dict[str, Any]) -> Words:
    env = [entry.partition("=") for entry in row.get("env", ())]
    container = {"env": [{"name": name, "value": value or "set"} for name, _, value in env]}
    container |= {key: row[key] for key in ("command", "args") if key in row}
    return Words(row["id"], tuple(row["cause"]), row["log"], row["exit"], row["ran_s"], container)

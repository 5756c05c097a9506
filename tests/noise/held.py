"""The figures that the tests hold: a sample drawn by lot, always the same, small enough for every run."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.noise import contradictions
from tests.noise.measure import bases, drawn, figures, outcomes

FILE = Path(__file__).with_name("held.yaml")
CASES, EACH, STRETCHED_EACH = 60, 14, 5
"""Cases drawn, trials of each kind, and trials of each stretched row: what fits into twenty seconds."""

HEAD = """\
# What `python -m tests.noise --hold` counted on the sample that the tests draw: flipped answers, flipped and confirmed
# ones, and contradictions that are confirmed (kind: wordings). A figure that falls must be written anew; none may rise.
"""


def flips() -> dict[str, dict[str, int]]:
    """Return what flips in the sample, by row; rows with nothing to tell are left out."""
    found = figures(outcomes(drawn(bases(CASES), EACH, STRETCHED_EACH)))
    return {
        "flipped": {row: figure.flipped for row, figure in found.items() if figure.flipped},
        "confirmed": {row: figure.confirmed for row, figure in found.items() if figure.confirmed},
    }


def denials() -> dict[str, dict[str, int]]:
    """Return the contradictions that are confirmed, by kind; kinds with nothing to tell are left out."""
    denied = {
        kind: sum(bool(contradictions.confirmed(case)) for case in mine)
        for kind, mine in contradictions.by_kind().items()
    }
    return {"contradictions": {kind: times for kind, times in denied.items() if times}}


def read() -> dict[str, dict[str, int]]:
    """Return the figures that are held."""
    data = yaml.safe_load(FILE.read_text())
    return {key: data.get(key) or {} for key in ("flipped", "confirmed", "contradictions")}


def write() -> None:
    """Measure, and hold what was measured."""
    FILE.write_text(HEAD + yaml.safe_dump(flips() | denials(), sort_keys=False))

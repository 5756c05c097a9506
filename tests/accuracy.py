"""How often is the answer right? ``make accuracy`` prints every scenario and the totals.

``--readme`` writes the table of totals and misses into the README.
Recordings and composed scenarios are diagnosed as snapshots, stripped and redacted as the collector leaves them;
reports are read by the collector itself.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from diagnostics.diagnosis import Verdict
from diagnostics.engine import diagnose
from tests.composed import blind_a, blind_b, clusters, confusions, failures, held, logs
from tests.reports import corpus
from tests.support.judge import COLUMNS, Expected, Judged, judge
from tests.support.prepared import prepared
from tests.support.recordings import SCENARIOS, snapshot_of, truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- accuracy: begin -->", "<!-- accuracy: end -->"
SETS = ("recorded", "composed", "held back", "blind a", "blind b", *corpus.SETS)
FIRST_SIGHT = Path(__file__).parent / "reports" / "first_sight.yaml"

COMPOSED = (
    ("composed", failures),
    ("composed", confusions),
    ("composed", clusters),
    ("composed", logs),
    ("held back", held),
    ("blind a", blind_a),
    ("blind b", blind_b),
)

Row = tuple[str, str, Expected, Judged]
"""Set, scenario, what was expected, how the answer was judged."""


def rows(wanted: str = "") -> Iterator[Row]:
    """Every scenario with what was expected and how the answer was judged."""
    for scenario in SCENARIOS:
        if wanted in scenario:
            told = truth(scenario)
            expected = Expected(
                told["cause"], told["container"], told["must_cite"], told["restart_helps"], told["undo_helps"]
            )
            yield "recorded", scenario, expected, judge(diagnose(prepared(snapshot_of(scenario))), expected)
    for name, module in COMPOSED:
        for case in module.CASES:
            if wanted in case.__name__:
                told, world = case()
                expected = Expected(told.cause, told.container, told.cite, told.restart, told.undo)
                yield name, case.__name__, expected, judge(diagnose(world.snapshot(told)), expected)
    yield from corpus.rows(wanted)


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    right: int
    of: int

    def __str__(self) -> str:
        return f"{self.right}/{self.of} ({self.right / self.of:.0%})" if self.of else "none"


@dataclass(frozen=True)
class Total:
    """One set's figures. ``confirmed`` and ``likely``: of the answers with that verdict, how many name the cause."""

    name: str
    of: int
    all_five: int
    counts: Counter[str]
    confidently_wrong: int
    confirmed: Share
    likely: Share


def totals(judged: Sequence[Row]) -> Iterator[Total]:
    """Return the figures of each set that has any scenario."""
    for name in SETS:
        mine = [got for found, _, _, got in judged if found == name]
        if mine:
            yield Total(
                name=name,
                of=len(mine),
                all_five=sum(got.right for got in mine),
                counts=Counter(column for got in mine for column in COLUMNS if getattr(got, column)),
                confidently_wrong=sum(got.confidently_wrong for got in mine),
                confirmed=_share(mine, Verdict.CONFIRMED),
                likely=_share(mine, Verdict.LIKELY),
            )


def _share(judged: Sequence[Judged], verdict: Verdict) -> Share:
    mine = [got for got in judged if got.verdict is verdict]
    return Share(sum(got.cause for got in mine), len(mine))


@cache
def first_sight() -> dict[str, dict[str, Any]]:
    """Return each set's figures as they were before anything was tuned on it."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(FIRST_SIGHT.read_text()) or {}
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readme", action="store_true", help="write the table into README.md")
    parser.add_argument("--only", default="", help="scenarios whose name holds this")
    parser.add_argument("--set", default="", choices=("", *SETS))
    parser.add_argument("--misses", action="store_true", help="print the misses only")
    options = parser.parse_args()
    judged = [row for row in rows(options.only) if options.set in ("", row[0])]
    sys.stdout.write("\n".join(table(judged, misses=options.misses)) + "\n")
    if options.readme:
        text = README.read_text()
        head, _, rest = text.partition(BEGIN)
        _, _, tail = rest.partition(END)
        README.write_text(f"{head}{BEGIN}\n{readme(judged)}\n{END}{tail}")
    return 0


def table(judged: Sequence[Row], *, misses: bool) -> list[str]:
    """Return the lines: a row a scenario, totals last."""
    lines = []
    for name, scenario, expected, got in judged:
        if misses and got.right:
            continue
        marks = " ".join("✓" if getattr(got, column) else "✗" for column in COLUMNS)
        note = "" if got.right else f"  want {expected.cause} in {expected.container or '-'}, got {got.got}"
        note += f"; not cited: {', '.join(got.missing)}" if got.missing else ""
        lines.append(f"{marks}  {name:<10} {scenario:<38}{note}")
    lines.append(" ".join(column[0] for column in COLUMNS) + "  " + ", ".join(COLUMNS))
    for total in totals(judged):
        columns = "  ".join(f"{column} {total.counts[column]}/{total.of}" for column in COLUMNS)
        lines.append(
            f"{total.name:<10} all five {total.all_five}/{total.of}  {columns}  confidently wrong "
            f"{total.confidently_wrong}  P(right|confirmed) {total.confirmed}  P(right|likely) {total.likely}"
        )
    return lines


def readme(judged: Sequence[Row]) -> str:
    """Return the README's tables: totals first, then every miss."""
    lines = [
        "| set | scenarios | all five right | cause | container | citations | restart/undo | confidently wrong "
        "| right when confirmed | right when likely |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    known = first_sight()
    for total in totals(judged):
        first = [name for name in known if name == total.name or name.startswith((f"{total.name},", f"{total.name} "))]
        lines += [_seen_first(name, known[name]) for name in first]
        shown = f"{total.name}, now" if first else total.name
        columns = " | ".join(str(total.counts[column]) for column in COLUMNS[:4])
        figures = f"{total.of} | {total.all_five} | {columns} | {total.confidently_wrong}"
        lines.append(f"| {shown} | {figures} | {total.confirmed} | {total.likely} |")
    if any(name in known for name, *_ in judged):
        lines += [
            "",
            "The first-sight figures are the estimate for unseen cases: examiners (sessions that had never seen the",
            "engine) wrote the blind scenarios and the reports, and they were counted before anything was tuned on",
            "them.",
        ]
    missed = [row for row in judged if not row[3].right]
    if missed:
        lines += ["", "Every miss:", "", "| set | scenario | true cause | answer | wrong in |", "|---|---|---|---|---|"]
        for name, scenario, expected, got in missed:
            wrong = ", ".join(column for column in COLUMNS if not getattr(got, column))
            lines.append(f"| {name} | {scenario} | {expected.cause} | {got.got.split(';')[0]} | {wrong} |")
    return "\n".join(lines)


def _seen_first(name: str, seen: dict[str, Any]) -> str:
    """Return the README's row of a set at first sight; what was not counted then stays empty."""
    shares = [Share(*seen[verdict]) if verdict in seen else "" for verdict in ("confirmed", "likely")]
    figures = f"{seen['of']} | {seen['all_five']} | {seen['cause']} | | | | {seen['confidently_wrong']}"
    return f"| {name}, first sight | {figures} | {shares[0]} | {shares[1]} |"


if __name__ == "__main__":
    sys.exit(main())

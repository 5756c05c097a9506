"""How often is the answer right? ``make accuracy`` prints every scenario and the totals.

``--readme`` writes the table of totals and misses into the README.
Recordings and composed scenarios are diagnosed as snapshots, stripped and redacted as the collector leaves them.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from diagnostics.engine import diagnose
from diagnostics.redact import redacted
from diagnostics.strip import stripped
from tests.composed import blind_a, blind_b, clusters, confusions, failures, held, logs
from tests.support.judge import COLUMNS, Expected, Judged, judge
from tests.support.recordings import SCENARIOS, snapshot_of, truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.snapshot import Snapshot

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- accuracy: begin -->", "<!-- accuracy: end -->"
SETS = ("recorded", "composed", "held back", "blind a", "blind b")
FIRST_SIGHT = {"blind a": (48, 60, 53, 3), "blind b": (56, 69, 62, 6)}
"""All five right, scenarios, cause right, confidently wrong: as examined, before anything was tuned on them."""


def prepared(snapshot: Snapshot) -> Snapshot:
    """As the collector would leave it: stripped and redacted."""
    from dataclasses import replace  # noqa: PLC0415 — only here

    objects = {kind: tuple(stripped(item, b"accuracy") for item in found) for kind, found in snapshot.objects.items()}
    return redacted(replace(snapshot, objects=objects))


COMPOSED = (
    ("composed", failures),
    ("composed", confusions),
    ("composed", clusters),
    ("composed", logs),
    ("held back", held),
    ("blind a", blind_a),
    ("blind b", blind_b),
)


def rows(wanted: str = "") -> Iterator[tuple[str, str, Expected, Judged]]:
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readme", action="store_true", help="write the table into README.md")
    parser.add_argument("--only", default="", help="scenarios whose name holds this")
    parser.add_argument("--set", default="", choices=("", *SETS))
    parser.add_argument("--misses", action="store_true", help="print the misses only")
    options = parser.parse_args()
    judged = [row for row in rows(options.only) if options.set in ("", row[0])]
    lines = table(judged, misses=options.misses)
    sys.stdout.write("\n".join(lines) + "\n")
    if options.readme:
        text = README.read_text()
        head, _, rest = text.partition(BEGIN)
        _, _, tail = rest.partition(END)
        README.write_text(f"{head}{BEGIN}\n{readme(judged)}\n{END}{tail}")
    return 0


def table(judged: list[tuple[str, str, Expected, Judged]], *, misses: bool) -> list[str]:
    """Return the lines: a row a scenario, totals last."""
    lines = []
    for name, scenario, expected, got in judged:
        if misses and got.right:
            continue
        marks = " ".join("✓" if getattr(got, column) else "✗" for column in COLUMNS)
        note = "" if got.right else f"  want {expected.cause} in {expected.container or '-'}, got {got.got}"
        note += f"; not cited: {', '.join(got.missing)}" if got.missing else ""
        lines.append(f"{marks}  {name:<9} {scenario:<38}{note}")
    lines.append(" ".join(column[0] for column in COLUMNS) + "  " + ", ".join(COLUMNS))
    for name, total, right, counts, wrong in totals(judged):
        columns = "  ".join(f"{column} {counts[column]}/{total}" for column in COLUMNS)
        lines.append(f"{name:<9} all five {right}/{total}  {columns}  confidently wrong {wrong}")
    return lines


def totals(judged: list[tuple[str, str, Expected, Judged]]) -> Iterator[tuple[str, int, int, Counter[str], int]]:
    for name in SETS:
        mine = [got for found, _, _, got in judged if found == name]
        if mine:
            counts = Counter(column for got in mine for column in COLUMNS if getattr(got, column))
            yield name, len(mine), sum(got.right for got in mine), counts, sum(got.confidently_wrong for got in mine)


def readme(judged: list[tuple[str, str, Expected, Judged]]) -> str:
    """Return the README's tables: totals first, then every miss."""
    lines = [
        "| set | scenarios | all five right | cause | container | citations | restart/undo | confidently wrong |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, total, right, counts, wrong in totals(judged):
        if name in FIRST_SIGHT:
            seen, of, cause, surely = FIRST_SIGHT[name]
            lines.append(f"| {name}, first sight | {of} | {seen} | {cause} | | | | {surely} |")
        shown = f"{name}, now" if name in FIRST_SIGHT else name
        lines.append(f"| {shown} | {total} | {right} | {' | '.join(str(counts[c]) for c in COLUMNS[:4])} | {wrong} |")
    if any(name in FIRST_SIGHT for name, *_ in judged):
        lines += [
            "",
            "The first-sight figures are the estimate for unseen cases: examiners who had never seen the engine",
        ]
        lines += ["wrote the blind scenarios, and they were counted before anything was tuned on them."]
    missed = [(name, scenario, expected, got) for name, scenario, expected, got in judged if not got.right]
    if missed:
        lines += ["", "Every miss:", "", "| set | scenario | true cause | answer | wrong in |", "|---|---|---|---|---|"]
        for name, scenario, expected, got in missed:
            wrong = ", ".join(column for column in COLUMNS if not getattr(got, column))
            lines.append(f"| {name} | {scenario} | {expected.cause} | {got.got.split(';')[0]} | {wrong} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

"""``python -m tests.reports FILE_OR_FOLDER... [-v] [-j 2] [--json OUT]``: compose, diagnose and score reports."""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

from tests.reports.score import Scored, answered, line, shown, totals

MOST = 2
"""Processes at most: the machine is shared."""


def files(named: list[str]) -> list[Path]:
    """Return the report files that are meant: files as they are, folders with all that is below them."""
    found: list[Path] = []
    for each in map(Path, named):
        found += sorted(each.rglob("*.yaml")) if each.is_dir() else [each]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.reports", description=__doc__)
    parser.add_argument("named", nargs="+", metavar="FILE_OR_FOLDER")
    parser.add_argument("-v", "--verbose", action="store_true", help="print each answer beside its truth")
    parser.add_argument("-j", "--jobs", type=int, default=1, choices=range(1, MOST + 1), help="processes (at most 2)")
    parser.add_argument("--misses", action="store_true", help="only what is not right")
    parser.add_argument("--json", metavar="OUT", help="write the rows there")
    options = parser.parse_args()
    paths = files(options.named)
    if options.jobs > 1:
        # Not forked: a copy of a process with threads waits for threads that it does not have.
        with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
            results = list(pool.map(answered, paths, chunksize=4))
    else:
        results = [answered(path) for path in paths]
    rows = [each for each in results if isinstance(each, Scored)]
    broken = [each for each in results if isinstance(each, str)]
    told = [row for row in rows if not (options.misses and row.right)]
    printed = [shown(row) if options.verbose else line(row) for row in told]
    sys.stdout.write("\n".join([*printed, *totals(rows), *broken]) + "\n")
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False) + "\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

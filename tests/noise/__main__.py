"""``python -m tests.noise``: how often noise flips a right answer, and how often a contradiction is confirmed.

A sample drawn by lot, always the same; ``--all`` tries everything (58,000 trials: about half an hour of one core).
"""

from __future__ import annotations

import argparse
import sys

from tests.noise import contradictions, held
from tests.noise.measure import ROWS, Outcome, bases, drawn, figures, outcomes, trials


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.noise", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every kind, place and form around every case")
    parser.add_argument("--each", type=int, default=60, help="trials of each kind (default 60)")
    parser.add_argument("--cases", type=int, help="cases drawn (default: all)")
    parser.add_argument("--kind", choices=ROWS, metavar="NAME", help="this kind of noise only, by its row's name")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every flip")
    parser.add_argument("--hold", action="store_true", help="write the figures that the tests hold")
    options = parser.parse_args()
    if options.hold:
        held.write()
        return 0
    of = bases(options.cases)
    tried = trials(of) if options.all else drawn(of, options.each, options.each)
    found = list(outcomes(trial for trial in tried if options.kind in (None, trial.row)))
    sys.stdout.write(
        "\n".join(
            [*_flips(found, options.verbose), *_table(found, len(of)), *([] if options.kind else ["", *_denied()])]
        )
        + "\n"
    )
    return 0


def _flips(found: list[Outcome], verbose: bool) -> list[str]:  # noqa: FBT001 — an option of the command line
    return [
        f"{'CONFIRMED ' if each.confirmed else ''}{each.trial.row} ({each.trial.how}) around {each.trial.base.name}: "
        f"{each.trial.base.cause} -> {each.got or 'undetermined'} ({each.verdict})"
        for each in found
        if verbose and each.flipped
    ]


def _table(found: list[Outcome], cases: int) -> list[str]:
    lines = [f"{'noise':<36} {'runs':>6} {'flipped':>8} {'and confirmed':>14}"]
    rows = figures(found)
    for row, figure in rows.items():
        share = f"{figure.flipped / figure.runs:.0%}"
        lines.append(f"{row:<36} {figure.runs:>6} {figure.flipped:>4} {share:>4} {figure.confirmed:>13}")
    runs, flipped, confirmed = (
        sum(getattr(each, key) for each in rows.values()) for key in ("runs", "flipped", "confirmed")
    )
    share = f"{flipped / runs:.1%}" if runs else "-"
    return [
        *lines,
        f"{'all':<36} {runs:>6} {flipped:>4} {share:>4} {confirmed:>13}",
        f"around {cases} cases that their log decides",
    ]


def _denied() -> list[str]:
    lines = [f"{'contradiction':<52} {'cases':>6} {'confirmed':>10}"]
    for name, cases in contradictions.by_kind().items():
        wrong = [case for case in cases if contradictions.confirmed(case)]
        told = f"  {', '.join(f'{case.wording}: {contradictions.confirmed(case)}' for case in wrong)}" if wrong else ""
        lines.append(f"{name:<52} {len(cases):>6} {len(wrong):>10}{told}")
    return lines


if __name__ == "__main__":
    sys.exit(main())

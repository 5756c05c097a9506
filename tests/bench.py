"""What a diagnosis costs in CPU time: ``make bench`` prints every row beside its aim.

Warm: one process, the median of some diagnoses. Cold: a process each, from the shell to the answer. A shared machine
drifts: the yardsticks tell how fast it is just now (a fixed sum; Python doing nothing), and every row has its ratio to
one of them. Nothing is asserted.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from diagnostics.claims.catalogue import builtin
from diagnostics.engine import diagnose
from diagnostics.redact import redact_lines, redact_text
from diagnostics.snapshot import LogLine
from tests.support import cold, heavy
from tests.support.prepared import prepared
from tests.support.recordings import SCENARIOS, snapshot_of, truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from diagnostics.snapshot import Snapshot

RUNS = 7
SMALL = "app-python-bug"
"""The small recording that the command line diagnoses."""

HEAVY: dict[str, Callable[[], Snapshot]] = {
    "20 pods, 5 x 256 KiB of log": heavy.large,
    "500 pods, 2,000 events": heavy.crowded,
}
LONG: dict[str, tuple[Callable[[int], list[str]], int, int]] = {
    "2,000 unique lines of trouble": (heavy.plain, 2000, 250),
    "2,000 unique lines of trouble, JSON": (heavy.structured, 2000, 250),
    "2,000 unique lines of trouble, no level": (heavy.bare, 2000, 250),
    "20,000 unique lines of trouble": (heavy.plain, 20_000, 0),
}


def cpu_ms(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median CPU milliseconds, the first time left out."""
    work()
    taken = []
    for _ in range(runs):
        begin = time.process_time()
        work()
        taken.append((time.process_time() - begin) * 1000)
    return statistics.median(taken)


def first_ms(work: Callable[[], object]) -> float:
    """CPU milliseconds of the first time."""
    begin = time.process_time()
    work()
    return (time.process_time() - begin) * 1000


def warm(snapshot: Snapshot, runs: int = RUNS) -> float:
    """Median CPU milliseconds of one diagnosis."""
    return cpu_ms(lambda: diagnose(snapshot), runs)


def rows() -> Iterator[tuple[str, float, int]]:
    """Yield each row: what, CPU milliseconds, aim (0: none)."""
    yield "signatures and vocabularies, first use", first_ms(lambda: diagnose(heavy.told(heavy.DYING))), 0
    for word in ("and", "so", "on"):  # from here on all patterns are compiled
        diagnose(heavy.told([f"{line} {word}" for line in heavy.plain(2000)]))
    each = {scenario: warm(prepared(snapshot_of(scenario))) for scenario in SCENARIOS}
    yield f"recordings ({len(each)}), median", statistics.median(each.values()), 5
    yield _worst("recordings, worst", each, 0)
    for name, (lines, count, aim) in LONG.items():
        snapshot = heavy.told([*lines(count), *heavy.DYING])
        yield f"{name}, first time", first_ms(lambda snapshot=snapshot: diagnose(snapshot)), aim
        yield f"{name}, again", warm(snapshot, 3), aim
    texts = {unit: heavy.hostile(repeated) for unit, repeated in heavy.HOSTILE.items()}
    yield _worst("256 KiB line, diagnosed, worst", {unit: warm(heavy.told([text]), 3) for unit, text in texts.items()})
    yield _worst("256 KiB line, redacted, worst", {unit: cpu_ms(_redacting(text), 3) for unit, text in texts.items()})
    for unit in ("input_value=[", "token: ", "password=x,"):
        yield f"256 KiB of {unit!r}, redacted", cpu_ms(_redacting(texts[unit]), 3), 100
    short = {unit: text[: 64 * 1024] for unit, text in texts.items()}
    yield _worst(
        "64 KiB line, redacted, worst", {unit: cpu_ms(_redacting(text), 3) for unit, text in short.items()}, 50
    )
    ordinary = [LogLine("", text) for text in (*heavy.plain(10_000), *heavy.structured(10_000))]
    yield "20,000 ordinary lines, redacted", cpu_ms(partial(redact_lines, ordinary), 3), 1000
    for name, made in HEAVY.items():
        yield name, warm(made()), 0


def _redacting(text: str) -> Callable[[], str]:
    return lambda: redact_text(text)


def _worst(what: str, each: Mapping[str, float], aim: int = 100) -> tuple[str, float, int]:
    name = max(each, key=lambda key: each[key])
    return f"{what} ({name})", each[name], aim


def cold_rows() -> Iterator[tuple[str, float, int]]:
    """Yield the rows of the command line."""
    target = truth(SMALL)["target"]
    yield "crashloop --help", cold.cpu_ms(["--help"]), 100
    yield "crashloop diagnose --help", cold.cpu_ms(["diagnose", "--help"]), 100
    yield "shell completion", cold.cpu_ms([], **cold.COMPLETING), 100
    yield f"crashloop diagnose {target}, loopback", cold.diagnose_ms(SMALL, target), 450


def show(found: Iterable[tuple[str, float, int]], yardstick: str, unit: float) -> None:
    """Print rows beside a yardstick."""
    sys.stdout.write(f"{yardstick:<62} {'ms':>8} {'aim':>6} {'ratio':>7}\n{'':<62} {unit:8.1f} {'':>6} {1:7.1f}\n")
    for what, taken, aim in found:
        sys.stdout.write(f"{what:<62} {taken:8.1f} {aim or '':>6} {taken / unit:7.1f}\n")
        sys.stdout.flush()


def main() -> int:
    builtin()
    show(rows(), "warm, beside a sum of 300,000 squares", cpu_ms(lambda: sum(each * each for each in range(300_000))))
    show(cold_rows(), "cold, beside Python doing nothing", cold.python_ms())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory of this process, MiB {'':<29} {memory:8.1f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""When each line of a log was printed: spread over the run, and over before the container was."""

from __future__ import annotations

from diagnostics.patterns import compiled
from tests.reports.naming import ago_ns

CLOCK = compiled(r"(?:^|[^\d:])([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:[.,](\d{1,9}))?")
"""A time of day as programs print it."""

EPOCH = compiled(r"(?:^|[^\d.])(1[5-9]\d{8})(?:(\d{3})|\.(\d{1,9}))?(?:[^\d]|$)")
"""Seconds (or milliseconds) since 1970, of the years 2017 to 2033."""

DAY_S = 86400

HEAD = 60
"""Characters of a line in which its own stamp is looked for."""

MARGIN, MARGIN_S = 0.03, 1.0
"""What is left of a run after its last line, and what passes before the first: this part of it, a second at most."""

STEP_S = 0.00002
"""Between two lines that are printed at once."""

SHORT = 3
"""Lines up to which a program is taken to have printed just before its end."""


def stamped(text: str, began_s: float, ran_s: float) -> bytes:
    """Return a log as the kubelet serves it with timestamps.

    ``began_s`` is how many seconds before the look the instance began, ``ran_s`` how long it ran. Lines that carry a
    time of their own keep their distances, stretched to the run; lines without one follow at once the line before.
    """
    lines = text.rstrip("\n").split("\n") if text.strip("\n") else []
    edge = min(MARGIN, MARGIN_S / ran_s) if ran_s else MARGIN
    places = _places(lines, edge)
    step_s = min(STEP_S, ran_s * edge / max(len(lines), 1))
    return b"".join(
        f"{ago_ns(began_s - ran_s * place - at * step_s)} {line}\n".encode()
        for at, (line, place) in enumerate(zip(lines, places, strict=True))
    )


def _places(lines: list[str], edge: float) -> list[float]:
    """Return where in the run each line stands, between ``edge`` and 1 - ``edge``."""
    clocks = [_clock(line) for line in lines]
    known = [clock for clock in clocks if clock is not None]
    if known and max(known) - min(known) > 0:
        return _by_clock(clocks, known, edge)
    bursts = {at for at, line in enumerate(lines) if at == 0 or not line[:1].isspace()}
    first = edge if len(bursts) > SHORT else 0.8
    places, burst = [], -1
    for at in range(len(lines)):
        burst += at in bursts
        places.append(first + (1 - edge - first) * burst / max(len(bursts) - 1, 1))
    return places


def _by_clock(clocks: list[float | None], known: list[float], edge: float) -> list[float]:
    begin, span, last = known[0], 0.0, 0.0
    offsets = []
    for clock in clocks:
        # A clock that goes back (another zone, another day) does not move the line before its predecessor.
        last = last if clock is None else max(last, _later(clock, begin))
        offsets.append(last)
        span = max(span, last)
    return [edge + (1 - 2 * edge) * (offset / span if span else 1) for offset in offsets]


def _later(clock: float, begin: float) -> float:
    """Return how long after the first line that is; midnight may lie between."""
    return clock - begin + (DAY_S if clock - begin < -DAY_S / 2 else 0)


def _clock(line: str) -> float | None:
    head = line[:HEAD]
    found = CLOCK.search(head)
    if found is None:
        epoch = EPOCH.search(head)
        if epoch is None:
            return None
        whole, thousandths, fraction = epoch.groups()
        return int(whole) % DAY_S + float(f"0.{thousandths or fraction or 0}")
    hours, minutes, seconds, fraction = found.groups()
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction or 0}")

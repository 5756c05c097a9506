"""Where noise goes in a log, and how a log is stretched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from diagnostics.snapshot import LogLine
from tests.noise.forms import ADOPTED, BARE, formed
from tests.noise.kinds import AFTER, BEFORE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.snapshot import Log, Snapshot
    from tests.noise.bases import Base
    from tests.noise.kinds import Kind, Line

LONG = 2000
"""Lines of a stretched log: as many as the collector asks for."""


def noisy(base: Base, kind: Kind, place: str, form: str) -> Snapshot | None:
    """Return the case with a kind of noise in its log, or None when place or form do not apply."""
    changed = []
    for log in base.logs:
        texts = [line.text for line in log.lines]
        blocks = [formed(block, form, texts) for block in kind.blocks]
        if any(block is None for block in blocks) and form != BARE:
            return None
        added = [text for block in blocks for text in block or ()]
        at = 0 if place == BEFORE else len(texts) if place == AFTER else _between(texts)
        if at is None:
            return None
        changed.append(_with(log, at, added))
    return _replaced(base.snapshot, changed)


def _between(texts: list[str]) -> int | None:
    """Return the middle of a log, never inside a block of its lines: a program prints what belongs together at once."""
    starts = [at for at in range(1, len(texts)) if texts[at][:1].strip() and texts[at - 1][:1].strip()]
    return starts[len(starts) // 2] if starts else None


def _with(log: Log, at: int, added: Iterable[str]) -> Log:
    stamp = log.lines[min(at, len(log.lines) - 1)].at
    made = tuple(LogLine(stamp, text) for text in added)
    return replace(log, lines=(*log.lines[:at], *made, *log.lines[at:]))


FILLER: tuple[Line, ...] = (
    ("INFO", "request served: GET /v1/items/{n} 200 in {m}ms"),
    ("INFO", "job {n} done, {m} rows"),
    ("DEBUG", "cache: {n} entries, {m} hits"),
    ("INFO", "tick {n}"),
    ("INFO", "message {n} taken from the queue, offset {m}"),
)


def stretched(base: Base, kinds: Iterable[Kind]) -> Snapshot:
    """Return the case with ordinary lines before its own, 2,000 together, in its program's form where it has one.

    ``kinds`` of noise are strewn among them.
    """
    changed = []
    for log in base.logs:
        texts = [line.text for line in log.lines]
        missing = max(LONG - len(texts), 0)
        strewn = [block for kind in kinds if BEFORE in kind.places for block in kind.blocks]
        made: list[str] = []
        number = 0
        while len(made) < missing:
            level, text = FILLER[number % len(FILLER)]
            line = (level, text.format(n=number * 7 % 1000, m=number % 97))
            made += formed((line,), ADOPTED, texts) or formed((line,), BARE, texts) or ()
            if strewn and number % 40 == 20:
                block = strewn[number // 40 % len(strewn)]
                made += formed(block, ADOPTED, texts) or formed(block, BARE, texts) or ()
            number += 1
        changed.append(_with(log, 0, made[:missing]))
    return _replaced(base.snapshot, changed)


def _replaced(snapshot: Snapshot, changed: Iterable[Log]) -> Snapshot:
    by_key = {(log.namespace, log.pod, log.container, log.instance): log for log in changed}
    every = (by_key.get((log.namespace, log.pod, log.container, log.instance), log) for log in snapshot.logs)
    return replace(snapshot, logs=tuple(every))

"""Where in a log the program died: tracebacks, stack traces, panics, and the last burst of lines.

A *block* is what one crash printed: its header, its frames and the lines that say what it was. The dying block is the
last one, if nothing after it says that the program lived on; without any block it is the last burst of lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import re2

if TYPE_CHECKING:
    from collections.abc import Sequence

BURST_GAP_S = 2.0
"""Silence in seconds that separates the last burst from what came before it."""

BURST_LINES = 40
"""Lines at most of a last burst, and of the tail that may follow a dying block and still belong to it."""

SWAP_S = 0.5
"""Seconds within which lines of stdout and stderr may stand in the wrong order (two pipes, one reader)."""

_HEAD = re2.compile(
    r"Traceback \(most recent call last\):$"
    r"|Exception in thread \"|^Exception in thread main\b|APPLICATION FAILED TO START|Application run failed"
    r"|^(?:\S+: )?panic: |^fatal error: |^goroutine \d+ \[running\]|panicked at |^Unhandled [Ee]xception"
    r"|^Fatal error: "
    r"|PHP Fatal error: |^\s*throw (?:err|er|new)\b|^Uncaught |UnhandledPromiseRejection|^FATAL ERROR: "
    r"|terminate called |^\*\* \(|^# A fatal error has been detected|^\[FATAL|\*\*\* FATAL CONFIG FILE ERROR"
    r"|^(?:[\w.$:\\]*(?:Error|Exception|Failure|Fault|Exit))(?: \[\w+\])?(?:: |$|\s\()"
    r"|^\S+:\d+:in [`'].+\((?:[A-Z]\w*(?:::)?)+\)$|^Error: |^error: Uncaught"
)
_FRAME = re2.compile(
    r"^\s+at .+|^\s+File \"|^\s+\.\.\. \d+ (?:more|common frames)|^\s*\.{3} \d+ more|^goroutine \d+ |^\t\S+:\d+"
    r"|^\s+from \S+:\d+"
    r"|^\s+\d+: +(?:0x[0-9a-f]+|\S+::)|^#\d+ |^\S+\(.*\)$|^created by |^\s+--- |^Caused by: |^\s*Suppressed: |^\s+\^+"
    r"|^\s+\(\w+ [\d.]+\) \S+:\d+"
)
_PLACE = re2.compile(
    r"^\s+at (?:async )?[\w.$<>\[\]@/:-]+(?: |\(|$)|^\s+File \"|^\s+\.\.\. \d+|^\s+from \S+:\d+|^\t\S+\.go:\d+"
    r"|^\s+(?:errno|code|syscall|hostname|address|port|fatal|path|requireStack|severity|routine|file|line|length): \S"
    r"|^\s+(?:raise|throw|return|import|from|const|let|var|await|yield|if|for|while|def|class) "
)
_STEP = re2.compile(r"^\s+(?:at (?:async )?[\w.$<>\[\]@/:-]+(?: |\(|$)|File \"|\.\.\. \d+|from \S+:\d+|\S+\.go:\d+)")
_CHAIN = re2.compile(
    r"^During handling of the above exception|^The above exception was the direct cause|^Caused by: |--->|^\[cause\]"
)


@dataclass(frozen=True, slots=True)
class Block:
    """One crash: indices of its first line and past its last."""

    start: int
    end: int


def blocks(lines: Sequence[str], bare: Sequence[str]) -> list[Block]:
    """Return the crash blocks in order; those that chain into each other are one."""
    found: list[Block] = []
    index = 0
    while index < len(lines):
        if not bare[index] or _HEAD.search(bare[index][:2000]) is None:
            index += 1
            continue
        end = _end(lines, bare, index)
        start = index
        if found and _joined(lines, found[-1].end, start):
            start = found.pop().start
        found.append(Block(start, end))
        index = end
    return found


def is_frame(line: str) -> bool:
    """Whether the line is a stack frame or a property of a printed error object: place and details, not the words."""
    return line[:1] in (" ", "\t") and _PLACE.search(line[:500]) is not None


def is_place(line: str) -> bool:
    """Whether the line is a stack frame: what looks like an address in it is a place in a program."""
    return line[:1] in (" ", "\t") and _STEP.search(line[:500]) is not None


def is_head(line: str) -> bool:
    """Whether a crash begins on the line, unless the line only says what led to it."""
    return _HEAD.search(line[:2000]) is not None and _CHAIN.search(line[:500]) is None


def last_burst(times: Sequence[datetime | None], count: int) -> range:
    """Return the last lines that came together: no silence of ``BURST_GAP_S`` inside, ``BURST_LINES`` at most."""
    start = count
    while start > 0 and count - start < BURST_LINES:
        if 0 < start < count and gap(times[start - 1], times[start]) > BURST_GAP_S:
            break
        start -= 1
    return range(start, count)


def gap(first: datetime | None, second: datetime | None) -> float:
    """Return the seconds between two lines, 0 when a time is unknown."""
    if first is None or second is None:
        return 0.0
    return (second - first).total_seconds()


def instant(stamp: str) -> datetime | None:
    """Return the time of a kubelet's log stamp (nanoseconds are cut to microseconds), or None."""
    text, dot, rest = stamp.partition(".")
    if dot:
        digits = rest.rstrip("Z")
        zone = "Z" if rest.endswith("Z") else ""
        for sign in "+-":
            fraction, found, offset = digits.partition(sign)
            if found:
                digits, zone = fraction, sign + offset
        text = f"{text}.{digits[:6].ljust(6, '0')}{zone}"
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo is not None else None


def _end(lines: Sequence[str], bare: Sequence[str], start: int) -> int:
    """Return the index past the block that begins at ``start``: frames, indented lines, and what they lead to."""
    index = start + 1
    traced = "Traceback (most recent call last)" in bare[start]
    quiet = 0
    while index < len(lines) and index - start < 400:
        line, text = lines[index], bare[index]
        if line[:1] in (" ", "\t") or _FRAME.search(text[:500]) is not None:
            quiet = 0
        elif not line.strip():
            quiet += 1
            if quiet > 2:
                break
        elif traced:  # the first unindented line after the frames is what it was
            traced = False
        elif _CHAIN.search(text[:500]) is not None:
            quiet = 0
        elif _HEAD.search(text[:2000]) is not None:
            break
        elif text[:1] in "}])" or (quiet == 0 and index - start <= 3):
            pass
        else:
            break
        index += 1
    return index


def _joined(lines: Sequence[str], end: int, start: int) -> bool:
    between = [line for line in lines[end:start] if line.strip()]
    return len(between) <= 3 and all(_CHAIN.search(line[:500]) is not None for line in between)

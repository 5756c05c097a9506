"""PHP: fatal and parse errors, uncaught exceptions, and what consoles of its frameworks print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript.crashes import grammar

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines
    from diagnostics.transcript.model import Crash, Frame, Said

HEAD: Final = (
    r"(?:PHP )?(?:Fatal|Parse|Recoverable fatal) error: |^In \S+\.php line \d+:\s*$|^#0 .+\.php\(\d+\)|^#0 \{main\}"
)

_FATAL: Final = compiled(r"(?:PHP )?(Fatal|Parse|Recoverable fatal) error:\s+(?:Uncaught )?(.*)$")
_NEXT: Final = compiled(r"^Next (.*)$")
_STEP: Final = compiled(r"^#\d+ (?:(.+?)\((\d+)\): (.+)|\{main\}|.+)$")
_INSIDE: Final = compiled(r"^Stack trace:|^\s+thrown in |^\[stacktrace\]|^\"\}")
_PLACE: Final = compiled(r" in (\S+\.php)(?::| on line )(\d+)$")


def read(lines: Lines, start: int, floor: int) -> Crash | None:  # noqa: C901 — one branch a kind of line
    """Return the crash whose head or first frame stands on the line."""
    if lines.bare[start].startswith("In "):
        return _console(lines, start)
    head = start
    if lines.bare[start].startswith("#0"):
        head = start - 1
        while head > floor and (_INSIDE.match(lines.bare[head][:40]) or not lines.bare[head].strip()):
            head -= 1
        if head < floor:
            return None
    chain: list[Said] = []
    frames: list[Frame] = []
    index, last = head, head + 1
    while index < len(lines.bare) and index - head < grammar.LONGEST:
        text = lines.bare[index]
        step, following = _STEP.match(text[:1000]), _NEXT.match(text[:2000])
        if index == head or following is not None:
            fatal = _FATAL.search(text[:2000])
            whole = following.group(1) if following is not None else fatal.group(2) if fatal is not None else text
            chain.append(_said(whole, index, frames, fatal.group(1) if fatal is not None else ""))
        elif step is not None:
            if step.group(1):
                frames.append(grammar.frame(step.group(3), step.group(1), step.group(2)))
        elif _INSIDE.match(text[:200]) is None and text.strip():
            break
        if text.strip():
            last = index + 1
        index += 1
    chain.reverse()  # "Next" prints the outer after the inner
    return grammar.crash("php", chain, frames, (head, last), uncaught=_FATAL.search(lines.bare[head][:500]) is not None)


def _said(text: str, index: int, frames: list[Frame], kind: str) -> Said:
    place = _PLACE.search(text[:2000])
    if place is not None:
        frames.append(grammar.frame("", place.group(1), place.group(2)))
        text = text[: place.start()]
    found, message = grammar.typed(text) or (f"{kind} error".strip() if kind else "", text)
    return grammar.said(found, message, index)


def _console(lines: Lines, start: int) -> Crash | None:
    for index in range(start + 1, min(start + 6, len(lines.bare))):
        text = lines.bare[index].strip()
        if text and not text.startswith("["):
            place = lines.bare[start].split()
            frames = [grammar.frame("", place[1], place[3].rstrip(":"))]
            return grammar.crash("php", [grammar.said("", text, index)], frames, (start, index + 1), uncaught=True)
    return None

"""Ruby: uncaught exceptions, aborted tasks, and their causes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript.crashes import grammar

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines
    from diagnostics.transcript.model import Crash, Frame, Said

HEAD: Final = (
    r"^\S+:\d+:in [`'].+?': |^\s*(?:from )?\S+\.(?:rb|ru|rake):\d+:in [`']|^(?:\S*/)?(?:rails|rake) aborted!"
    r"|^bundler: failed to load command"
)

_FIRST: Final = compiled(r"^(\S+):(\d+):in [`'](.+?)': (.*)$")
_STEP: Final = compiled(r"^\s*(?:from )?(\S+):(\d+):in [`'](.+?)'$|^\s*(?:from )?(\S+):(\d+):in [`'](.+)$")
_CLASS: Final = compiled(r"^(.*?)\s*\(((?:[A-Z]\w*::)*[A-Z]\w*)\)$")
_NAMED: Final = compiled(
    r"^\s*!?\s*(?:.{0,60}: )??((?:[A-Z]\w*::)*[A-Z]?\w*(?:Error|Exception|Invalid|NotFound|Failed|Missing\w*)"
    r"|(?:[A-Z]\w*::)+[A-Z]\w*): (.*)$"
)
_WRAP: Final = compiled(
    r"^(?:\S*/)?(?:rails|rake) aborted!|^bundler: failed to load|^Tasks: TOP|^\(See full trace|^Caused by:\s*$|^\s*\^+"
    r"|^Did you mean"
)

_BARE: Final = compiled(r"^\s*(?:\((?:[A-Z]\w*::)*[A-Z]\w*\))?\s*$")
"""What stands behind a type whose message begins below it: nothing, or the type once more."""

_MESSAGE: Final = 14
"""Lines of a message that may stand between the place of an exception and the steps below it."""


def read(lines: Lines, start: int, floor: int) -> Crash | None:  # noqa: C901, PLR0912 — one branch a kind of line
    """Return the crash whose head or first frame stands on the line."""
    head = start
    chain: list[Said] = []
    if _FIRST.match(lines.bare[start][:2000]) is None and _WRAP.match(lines.bare[start][:200]) is None:
        head = start - 1
        while head > floor and not lines.bare[head].strip() and start - head < 4:
            head -= 1
        if head < floor or not lines.bare[head].strip():
            return None
    frames: list[Frame] = []
    index, last = head, head + 1
    while index < len(lines.bare) and index - head < grammar.LONGEST:
        text = lines.bare[index]
        first, step = _FIRST.match(text[:2000]), _STEP.match(text[:1000])
        if first is not None:
            frames.append(grammar.frame(first.group(3), first.group(1), first.group(2)))
            _add(lines, chain, first.group(4), index)
        elif step is not None:
            file, line, name = (step.group(1), step.group(2), step.group(3)) if step.group(1) else step.groups()[3:]
            frames.append(grammar.frame(name, file, line))
        elif _WRAP.match(text[:200]) is None and text.strip():
            named = _NAMED.match(text[:2000])
            if (
                index != head
                and (named is None or grammar.stamped(lines, index))
                and not (text[:1].isspace() and index - last < 3)
            ):
                if len(frames) == 1 and chain and _goes_on(lines, index):
                    last = index + 1
                    index += 1
                    continue  # the message runs on over several lines
                break
            if named is not None and _BARE.match(named.group(2)[:200]) is not None:
                last = _past(lines, index)
                chain.append(grammar.wordy(lines, named.group(1), "", index, last))
                index = last
                continue
            if named is not None:
                chain.append(grammar.said(named.group(1), named.group(2), index))
            elif index == head:
                chain.append(grammar.said("", text, index))
        elif not text.strip() and index - last > 2:
            break
        if text.strip():
            last = index + 1
        index += 1
    return grammar.crash("ruby", chain, frames, (head, last), uncaught=not grammar.logged(lines, head))


def _past(lines: Lines, index: int) -> int:
    """Return the line past the message of a type that stands alone: its first step, or the next where none comes."""
    for later in range(index + 1, min(index + _MESSAGE, len(lines.bare))):
        text = lines.bare[later]
        if _STEP.match(text[:1000]) is not None:
            return later
        if grammar.stamped(lines, later) or _WRAP.match(text[:200]) is not None or _NAMED.match(text[:2000]):
            break
    return index + 1


def _goes_on(lines: Lines, index: int) -> bool:
    """Whether the steps of the trace come yet, with no record before them."""
    for later in range(index, min(index + _MESSAGE, len(lines.bare))):
        if grammar.stamped(lines, later):
            return False
        if _STEP.match(lines.bare[later][:1000]) is not None:
            return lines.bare[later].lstrip().startswith("from ")
    return False


def _add(lines: Lines, chain: list[Said], text: str, index: int) -> None:
    for later in range(index, min(index + 12, len(lines.bare))):
        whole = text if later == index else lines.bare[later]
        found = _CLASS.match(whole[:2000])
        if found is not None:
            said = text if later != index else found.group(1)
            chain.append(grammar.said(found.group(2), said or found.group(1), index if text else later))
            return
        if _STEP.match(lines.bare[later][:500]) is not None and later != index:
            break
    chain.append(grammar.said("", text, index))

"""Node, Deno and Bun: errors with their stack, properties and causes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript.crashes import grammar, traces

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines
    from diagnostics.transcript.model import Crash, Frame, Said

_AT: Final = (
    r"^\s*at (?:async )?(?:([^()]{1,200}) \()?((?:file://|node:|/|[A-Z]:\\|internal/|webpack|evalmachine|\.{0,2}/"
    r"|[\w@.-]+/)?[^()\s]{1,400}):(\d+):\d+\)?"
)
_ANY: Final = (
    r"^\s*at (?:async )?(?:[^()]{1,200} \()?(?:file://|node:|/|[A-Z]:\\|internal/|webpack|evalmachine|\.{0,2}/"
    r"|[\w@.-]+/|[\w.-]+\.[cm]?[jt]sx?:)[^()\s]{0,400}:?\d+:\d+\)?"
)
HEAD: Final = (
    _ANY
    + r"|^\s*at (?:new )?[\w.<>$ \[\]]+ \((?:<anonymous>|native)\)$|^Uncaught |^\[UnhandledPromiseRejection"
    + r"|^node:internal/.+:\d+$|^FATAL ERROR: |^Require stack:$"
)

_FRAME: Final = compiled(_AT)
_STEP: Final = compiled(r"^\s*at (?:async |new )?[\w.<>$/ \[\]:@#*-]+(?: \(.*\))?|^\s*at .+:\d+:\d+\)?")
_CAUSE: Final = compiled(r"^\s*(?:\[cause\]: |\[errors\]: |Caused by: |caused by: )(.*?)\s*\{?$")
_PROPERTY: Final = compiled(
    r"^\s+\[?[\w$'.-]+\]?: .+,?$|^\s*[}\]]+,?\s*$|^\s+\.\.\. \d+ (?:lines matching|more)|^- /|^Require stack:"
    r"|^Node\.js v\d|^\s*\{\s*$"
)
_EXCERPT: Final = compiled(
    r"^(?:file://)?\S+\.?[cm]?[jt]?s?x?:\d+(?::\d+)?$|^node:internal/.+:\d+$|^\s*\^+\s*$|^\s*throw |^\s*$"
)
_POINTED: Final = compiled(r"^\s*\^+\s*$")
_CARET: Final = compiled(r"^\s*\^+\s*$|^\s*throw ")
_UNCAUGHT: Final = compiled(
    r"^Uncaught |^(?:FATAL ERROR: )?[^\n]{0,80}JavaScript heap out of memory|Unhandled ?Promise ?Rejection"
    r"|uncaughtException|[Uu]nhandled [Rr]ejection"
)


def read(lines: Lines, start: int, floor: int) -> Crash | None:
    """Return the crash whose head or first frame stands on the line."""
    text = lines.bare[start]
    head: int | None = start
    if _STEP.match(text[:1000]) is not None or text.startswith("Require stack"):
        head = traces.head_of(lines, start, floor)
    elif text.startswith("node:internal/"):
        head = _below(lines, start)
    if head is None:
        return None
    first = head
    while first > floor and head - first < 6 and _excerpt(lines, first - 1):
        first -= 1
    chain: list[Said] = []
    frames: list[Frame] = []
    end = _take(lines, head, chain, frames)
    thrown = any(_CARET.match(lines.bare[index][:200]) is not None for index in range(first, head))
    ended = any(lines.bare[index].startswith("Node.js v") for index in range(head, end))
    said = any(_UNCAUGHT.search(part.message[:300]) is not None for part in chain)
    uncaught = thrown or ended or said or _UNCAUGHT.search(lines.bare[head][:300]) is not None
    return grammar.crash("node", chain, frames, (first, end), uncaught=uncaught)


def _excerpt(lines: Lines, index: int) -> bool:
    """Whether the line shows where it was thrown: the place, the source over its caret, blank."""
    below = lines.bare[index + 1][:200]
    return _EXCERPT.match(lines.bare[index][:400]) is not None or _POINTED.match(below) is not None


def _below(lines: Lines, start: int) -> int | None:
    for index in range(start + 1, min(start + 8, len(lines.bare))):
        if grammar.typed(lines.bare[index]) is not None:
            return index
    return None


def _take(lines: Lines, head: int, chain: list[Said], frames: list[Frame]) -> int:
    kind, message = grammar.typed(lines.bare[head].removesuffix(" {")) or ("", lines.bare[head])
    index = head + 1
    stepped = False
    last = words_end = index
    while index < len(lines.bare) and index - head < grammar.LONGEST:
        text = lines.bare[index]
        cause = _CAUSE.match(text[:2000])
        if _STEP.match(text[:1000]) is not None:
            place = _FRAME.match(text[:1000])
            if place is not None:
                frames.append(grammar.frame(place.group(1) or "", place.group(2), place.group(3)))
            stepped, last = True, index + 1
        elif cause is not None and cause.group(1):
            inner, words_ = grammar.typed(cause.group(1)) or ("", cause.group(1))
            chain.append(grammar.said(inner, words_, index))
            last = index + 1
        elif _PROPERTY.match(text[:1000]) is not None and not grammar.stamped(lines, index):
            last = index + 1
        elif not text.strip() and index - last < 3:
            pass
        elif stepped or grammar.stamped(lines, index) or index - head > 20:
            break
        else:
            last = words_end = index + 1
        index += 1
    chain.insert(0, grammar.wordy(lines, kind, message, head, words_end))
    return last

"""Records of several lines: where one begins and ends, and which line of it names the cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript import words
from diagnostics.transcript.decoding import readable

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines

_CAUSED: Final = compiled(r"(?i)^\s*(?:[-*>]+ )?(?:root cause|caused by|cause|because|reason|details?)\b:?\s+")
HEAD: Final = compiled(r"[:{\[=]\s*$|\berrors? occurred\W*$|validation errors? for \w+\W*$|checks failed\W*$")
_ITEM: Final = compiled(r"^(?:\s+\S|[-*•>→└|✖] ?\S|>>> |\[\d+\]: |\d+[.)] |[}\])])")
_NUMBERED: Final = compiled(r"^\d{1,2}[.)] ")
_VARIABLE: Final = compiled(r"^\s*(?:[-*•] )?[A-Z][A-Z0-9]*_[A-Z0-9_]+\b")
_BLOCK: Final = 40
"""Lines of one record at most."""
_SAYS: Final = 0.5
"""What an item of a list must be worth at least to say anything."""
_TITLE: Final = 24
"""Characters of a list's title at most: ``Errors:``."""
NEAR: Final = 12
"""Lines before a failure that gives no reason in which a quieter record may give it."""


def continued(read: Lines, line: int) -> int:
    """Follow a record to the cause named below its own words, and a heading to its first item that complains."""
    lead = read.bare[line]
    least = words.telling(lead)
    complete = words.closed(lead) and words.names(lead)
    heads = HEAD.search(lead[-80:]) is not None
    for index in range(line + 1, min(len(read.lines), line + NEAR)):
        text = read.bare[index]
        worth = words.telling(text)
        if worth > (least if complete else 0.0) and _CAUSED.match(text[:200]) is not None:
            return index
        if _sets_apart(read, index):
            heads = heads or not words.names(lead)
        elif not _goes_on(read, index):
            return index if heads and worth and _titles(lead) else line
        elif heads and (worth >= max(least, _SAYS) or (lead[-1:] == ":" and _is_item(text))):
            return _best_item(read, continued(read, index))
    return line


def _is_item(text: str) -> bool:
    """Whether a line below a heading may be what it speaks of: it complains, or is the first of a numbered list."""
    return words.complains(text) or _NUMBERED.match(text[:20]) is not None or _VARIABLE.match(text[:80]) is not None


def _best_item(read: Lines, line: int) -> int:
    """Return the item, or a later one of the same record where only that gives a reason."""
    if words.closed(read.bare[line]) or words.names(read.bare[line]) or _NUMBERED.match(read.bare[line][:20]):
        return line
    for index in range(line + 1, min(len(read.lines), line + NEAR)):
        if not _goes_on(read, index):
            break
        if words.closed(read.bare[index]):
            return index
    return line


def _titles(text: str) -> bool:
    """Whether a line is no more than the title of what stands below it."""
    return text[-1:] == ":" and len(text) <= _TITLE


def _sets_apart(read: Lines, index: int) -> bool:
    """Whether the line only sets a list apart from the record above it: empty, a rule, or the list's title."""
    text = read.bare[index].strip()
    return text == read.lines[index].strip() and (not readable(text) or _titles(text))


def block(read: Lines, first: int, end: int) -> tuple[int, int]:
    """Return the record that the lines belong to: from its head to the last line that goes on with it."""
    while first > 0 and end - first < NEAR and _goes_on(read, first):
        first -= 1
    while end < len(read.lines) and end - first < _BLOCK:
        apart = end + 1 < len(read.lines) and not read.lines[end].strip() and _NUMBERED.match(read.lines[end + 1][:20])
        if not (apart or _goes_on(read, end) or read.records[end] == read.records[end - 1]):
            break
        end += 1
    return first, end


def _goes_on(read: Lines, index: int) -> bool:
    """Whether the line goes on with the record above it: indented, an item of a list, or a property."""
    return read.bare[index] == read.lines[index] and _ITEM.match(read.lines[index][:200]) is not None

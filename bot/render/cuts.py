"""A sentence cut to fit. What a cut never takes is what proves it: a number, an errno, a signal, a status code."""

from __future__ import annotations

import errno
import signal
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from diagnostics.patterns import compiled, encodable

if TYPE_CHECKING:
    from collections.abc import Sequence

READ = 4096
"""Characters of a text that are looked at: what comes later is not shown."""

VALUES = 6
"""Values that are kept however little room there is: a sentence proves with one or two, a table is no proof."""

LONGEST_VALUE = 24
"""Characters of a value: a longer word with a number in it is a name, an address or an identifier."""

_ENDS = (";", ":", ",", ".")
_EDGES = "()[]{}<>\"'`.,;:…"
_NUMBER = compiled(r"^[-+~<>=#]?\d|[=:]-?\d[\w.%]*$")
"""A word that is a number, or that ends in one: ``404``, ``96Mi``, ``pods=1``, ``db:80``; not ``data-0``, ``Int32``."""
_STAMP = compiled(r"\d\d:\d\d|\d{4}[-/]\d\d[-/]\d\d|\.[a-z]{1,4}:\d+$")
"""Times, dates and lines of a source file: numbers that prove nothing."""
_NAMED = compiled(r"\b(?:E[A-Z0-9][A-Z0-9_]{1,20}|SIG[A-Z0-9]{2,10})\b")
_NAMES = frozenset(errno.errorcode.values()) | frozenset(signal.Signals.__members__)
_RESOLVER = frozenset({"ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NONAME", "EAI_NODATA"})
"""What resolvers name their errors (getaddrinfo(3); Node.js calls one of them ENOTFOUND): no errnos, but as telling."""
_UNITS = frozenset({"s", "ms", "min", "h", "d", "%", "times", "bytes", "restarts"})
_BEFORE = 14
"""Characters of the word before a value that is kept with it: ``answers 404`` says more than ``404``."""


def is_value(word: str) -> bool:
    """Whether a word proves something by itself: it is a number, or the name of an errno or a signal."""
    core = word.strip(_EDGES)
    return 0 < len(core) <= LONGEST_VALUE and _proves(core)


@lru_cache(2048)
def _proves(core: str) -> bool:
    if _STAMP.search(core) is not None:
        return False
    named = (match.group(0) for match in _NAMED.finditer(core))
    return _NUMBER.search(core) is not None or any(name in _NAMES or name in _RESOLVER for name in named)


def brief(sentence: str, room: int) -> str:
    """Return the sentence in ``room`` characters, or in as few more as its first ``VALUES`` values take.

    It is cut where a clause ends when that keeps enough, else between words; values that stand behind the cut follow an
    ellipsis, each with the word before it. What fits stays as it is, without its full stop.
    """
    words = encodable(sentence[:READ]).split()
    line = " ".join(words)
    if len(line) <= room:
        return line.rstrip(".")
    kept = _kept(words)
    behind = [_behind(words, kept, at) for at in range(len(words) + 1)]
    ends = _lengths(words)
    fitting = [at for at in range(1, len(words)) if ends[at] + len(behind[at]) <= room]
    at = max(fitting, default=1)
    clauses = [here for here in fitting if _ends_clause(words, here) and ends[here] >= ends[at] * 0.6]
    if clauses and behind[max(clauses)] == behind[at]:
        at = max(clauses)
        head = " ".join(words[:at]).rstrip(" ,;:.(")
        return head + behind[at] if behind[at] else head
    head = " ".join(words[:at])
    if len(head) > room and not is_value(words[0]):
        head = head[: max(room - 1, 1)]  # a single word that is longer than the room
    return head.rstrip(" ,;:(") + (behind[at] or "…")


def _kept(words: Sequence[str]) -> list[int]:
    """Return where the first values stand, each with its unit and the short word before it."""
    values = list(islice((at for at, word in enumerate(words) if is_value(word)), VALUES))
    around: set[int] = set()
    for at in values:
        around.add(at)
        if at and len(words[at - 1]) <= _BEFORE:
            around.add(at - 1)
        if at + 1 < len(words) and words[at + 1].strip(_EDGES) in _UNITS:
            around.add(at + 1)
    return sorted(around)


def _behind(words: Sequence[str], kept: Sequence[int], at: int) -> str:
    """Return what is kept of the words from ``at`` on: `` … answers 404``."""
    parts, last = [], at - 1
    for here in kept:
        if here >= at:
            parts.append(words[here] if here == last + 1 else f"… {words[here]}")
            last = here
    if not parts:
        return ""
    more = "" if last == len(words) - 1 else "…"
    text = " ".join(parts).rstrip(" ,;:.(")
    return f" {text if '(' in text else text.rstrip(')')}{more}"


def _lengths(words: Sequence[str]) -> list[int]:
    """Return how long the line is that the first so many words make."""
    total, found = -1, [0]
    for word in words:
        total += 1 + len(word)
        found.append(total)
    return found


def _ends_clause(words: Sequence[str], at: int) -> bool:
    """Whether a clause ends before word ``at``, and no bracket stays open."""
    if not words[at - 1].endswith(_ENDS) and not words[at].startswith("("):
        return False
    head = " ".join(words[:at])
    # What follows a second colon is mostly the program's own word for it: the least that may go.
    return head.count("(") <= head.count(")") and not (head.endswith(":") and ": " in head)

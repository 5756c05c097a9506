"""Which quotes an answer shows, and in which order: what proves most first, and nothing twice.

Several causes and readings may quote the same field; an event and a status often carry the same message. A reader at
night wants each fact once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.diagnosis import Verdict
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.diagnosis import Evidence

LONG: Final = 60
"""A message of so many characters that ends like another one says the same."""

SAID: Final = 16
"""A line of so many characters that stands in the termination message too is the same text once more."""

_ENDING: Final = compiled(
    r"^reason=(?:Error|Completed|CrashLoopBackOff|CreateContainerConfigError|ErrImagePull|ImagePullBackOff)"
    r"(?: exitCode=\d+)?$"
)
_TIMES: Final = compiled(
    r"\d{4}[-/]\d\d[-/]\d\d|\d\d:\d\d:\d\d(?:[.,]\d+)?|\b[IWEF]\d{4}\b"
    r"|\"(?:ts|time|timestamp)\":\"?[\d.]+|\battempt \d+"
)
"""What differs between two tellings of the same: dates and times of day, a klog head, a record's stamp, a count."""
_BACK_OFF: Final = compiled(r"(?i)^back-off \S+ restarting failed container")
_ABOUT: Final = compiled(r"^[a-z0-9.-]+/[A-Za-z0-9.:-]+ | of [A-Za-z0-9.:-]+(?:\.message)?$|\.message$")


def selected(evidence: Iterable[Evidence], verdict: Verdict) -> tuple[Evidence, ...]:
    """Return the quotes worth showing, each once, the proof before the circumstances."""
    kept: list[Evidence] = []
    for item in evidence:
        if not item.quote.strip():
            continue
        same = next((index for index, other in enumerate(kept) if _same(item, other)), None)
        if same is None:
            kept.append(item)
        elif _says_more(item, kept[same]):
            kept[same] = item
    return tuple(kept if verdict is Verdict.UNDETERMINED else _proof_first(kept))


def _same(one: Evidence, other: Evidence) -> bool:
    """Whether two quotes tell a reader the same thing about the same object."""
    first, second = one.quote.strip(), other.quote.strip()
    if one.source == "log" and other.source == "log":
        return one.path == other.path and ((one.at, first) == (other.at, second) or _again(first, second))
    if one.source == "log" or other.source == "log":
        log, told = (one, other) if one.source == "log" else (other, one)
        words = log.quote.strip()
        return told.path.endswith("terminated.message") and len(words) >= SAID and words in told.quote
    if min(len(first), len(second)) >= LONG and first[-LONG:] == second[-LONG:]:
        return True
    if one.source != other.source or not _one_object(one.path, other.path):
        return False
    return first == second or f"{first} ".startswith(f"{second} ") or f"{second} ".startswith(f"{first} ")


def _again(first: str, second: str) -> bool:
    """Whether two lines of one log are the same but for the time: long ones, told again and again."""
    return min(len(first), len(second)) >= LONG and _timeless(first) == _timeless(second)


def _timeless(line: str) -> str:
    return str(_TIMES.sub("", line[:2000]))


def _one_object(one: str, other: str) -> bool:
    """Whether two paths lead to the same field, of the same object as far as both name it."""
    if one == other:
        return True
    named = one.partition(" ")[0] != one and other.partition(" ")[0] != other
    return not named and _field(one) == _field(other)


def _field(path: str) -> str:
    return str(_ABOUT.sub("", _ABOUT.sub("", path)))


def _says_more(item: Evidence, other: Evidence) -> bool:
    """Whether the later quote is the better one: longer, or the same with the object named."""
    mine, theirs = item.quote.strip(), other.quote.strip()
    if mine == theirs:
        return item.source == other.source and len(item.path) > len(other.path)
    return mine.startswith(theirs)


def _proof_first(kept: list[Evidence]) -> list[Evidence]:
    """Put how it ended behind what says why, when something does; a plain ``reason=Error`` proves least."""
    told = any(item.source in ("log", "event") or item.path.endswith(".message") for item in kept)
    killed = any(item.source == "event" and item.path.startswith("Killing") for item in kept)
    if not told:
        return kept

    def vague(item: Evidence) -> bool:
        if _BACK_OFF.search(item.quote) is not None:
            return True
        return _ENDING.search(item.quote) is not None and (killed or not item.quote.endswith("exitCode=0"))

    front = [item for item in kept if not vague(item)]
    lead = next((index for index, item in enumerate(front) if item.source not in ("log", "event")), len(front))
    lead = max(lead, 1)
    return [*front[:lead], *(item for item in kept if vague(item)), *front[lead:]]

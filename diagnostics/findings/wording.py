"""How an answer is worded: names, last words and sentences that fit a phone, the same in every cause.

A summary is one sentence (two when it leads to another workload), about 160 characters, its proving number early:
the channel's line and the push notification are its beginning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.facts.model import Role
from diagnostics.patterns import compiled
from diagnostics.transcript import words
from diagnostics.transcript.decoding import decoded

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

WORDS: Final = 100
"""Characters of a program's own words that a summary quotes; the evidence has the line whole."""

MORE: Final = 60
"""Characters more where the words that say why would be cut off."""

_NOISE: Final = compiled(
    r'^(?:Exception in thread "[^"]*" |Unhandled [Ee]xception[.:]? |Caused by: |Uncaught |PHP Fatal error: +'
    r"|\d{1,2}[.)] +|[*\x{2022}] +|FATAL(?: ERROR)?: +|DETAIL: +|[A-Z]+: FATAL: +|\*\*+ )"
)
_WRAPPED: Final = compiled(r"^Error: [A-Z]\w*(?:Error|Exception)\b")
_PACKAGE: Final = compiled(r"^(?:[a-z_][\w$]*\.|[A-Z]\w*\.)+([A-Z]\w*(?:Error|Exception)\S*)")
_PLACE: Final = compiled(r"^/\S+:\d+:in [`'][^']*': ")
_UNFILLED: Final = compiled(r"(?i)[,;]? (?:request|trace|correlation|span)[ _-]?id[:=] *$")
_VALUE: Final = compiled(r"^[^\s,:]{1,20}, ")
"""The value of a field whose name stood before the clause."""
_CLOSERS: Final = {"}": "{", "]": "[", ")": "("}
_CLAUSES: Final = (": ", "; ", ". ", ", ")
"""What a clause begins behind."""
_DRIVE: Final = compiled(r"\b[A-Za-z]:\\")
_ROLES: Final = {Role.INIT: "init container", Role.SIDECAR: "sidecar"}


def who(case: Case, container: Container | None) -> str:
    """Return the container as a sentence names it: with its role, or bare where nothing else can be meant.

    That is so when it is the pod's only container, or has the workload's own name.
    """
    if container is None:
        return "the container"
    if container.role is not Role.APP:
        return f"{_ROLES[container.role]} {container.name}"
    alone = len([item for item in case.containers if item.role is Role.APP]) == 1
    named = case.workload is not None and container.name == case.workload.name
    return container.name if alone or named else f"container {container.name}"


def called(case: Case, container: str) -> str:
    """Return the container of that name as a sentence names it; without a name, the pod."""
    if not container:
        return "the pod"
    return who(case, next((item for item in case.containers if item.name == container), None))


def makers(container: Container | None) -> str:
    """Return whom to ask about a program of somebody else: ``the makers of postgres:16``."""
    image = "" if container is None else fields.text(container.spec, "image").rpartition("/")[2].partition("@")[0]
    return f"the makers of {image or 'the image'}"


def begin(sentence: str) -> str:
    """Return the sentence with a capital first letter, unless it begins with a name: names keep their case."""
    first = sentence.partition(" ")[0]
    return sentence[:1].upper() + sentence[1:] if first in _BEGINNINGS else sentence


def sentence(text: str) -> str:
    """Return the text as one line that ends like a sentence."""
    line = " ".join(text.split())
    return line if not line or line[-1] in ".?!…" else f"{line}."


def head(line: str, room: int = WORDS) -> str:
    """Return the beginning of what a program said: an exception's name and message, without place and package."""
    text = _said(line)
    package = _PACKAGE.search(text)
    return cut(text if package is None else text[package.start(1) :], room)


def tail(line: str, room: int = WORDS) -> str:
    """Return the end of what was said, whole clauses of it: wrapped errors have their reason last."""
    text = _UNFILLED.sub("", _said(line)).rstrip(".")
    if len(text) <= room:
        return text
    clauses = text.split(": ")
    kept = clauses.pop()
    while clauses and len(clauses[-1]) + 2 + len(kept) <= room:
        kept = f"{clauses.pop()}: {kept}"
    if not words.complains(kept):
        return cut(text, room)  # the trouble stands at its beginning
    value = _VALUE.match(kept)
    return cut(_closed(_bare(kept[value.end() :] if value is not None else kept).strip()), room)


def _closed(text: str) -> str:
    """Return the text without closing brackets at its end that nothing in it opens."""
    while text[-1:] in _CLOSERS and text.count(text[-1]) > text.count(_CLOSERS[text[-1]]):
        text = text[:-1].rstrip(" ,;")
    return text


def cut(text: str, room: int) -> str:
    """Return the text within ``room`` characters, cut between words.

    Words of a closed vocabulary that say why are never cut off: for them there is ``MORE`` room, and where even that is
    too little the text begins later.
    """
    flat = " ".join(text.split())
    why = words.reason(flat) if len(flat) > room else None
    if len(flat) <= room + (MORE if why is not None else 0):
        return flat
    begin = 0
    if why is not None and why[1] >= room:
        room += MORE
        begin = 0 if why[1] < room else _border(flat, why[1] + 2 - room, why[0])
    shown = f"…{flat[begin:]}" if begin else flat
    if len(shown) <= room:
        return shown
    short = shown if shown[room - 1 : room] == " " else shown[: room - 1].rpartition(" ")[0]
    short = short[: room - 1] if len(short) > room // 2 else shown[: room - 1]
    return short.rstrip(" ,;:(") + "…"


def _border(text: str, least: int, most: int) -> int:
    """Return where to begin between two places of a text: with a clause, else with a word."""
    if least > most:
        return most
    clause = next(
        (text.find(sign, least, most) + len(sign) for sign in _CLAUSES if text.find(sign, least, most) >= 0), 0
    )
    word = text.find(" ", least, most) + 1
    return clause or word or most


def times(count: int, what: str = "restart") -> str:
    """Return ``1 restart`` or ``5 restarts``."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def span(seconds: float) -> str:
    """Return a length of time as a person says it."""
    if seconds < 1:
        return "less than a second"
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"


def _said(line: str) -> str:
    """Return what a line says, out of its record and without its time, level and place."""
    read = decoded([("", line[:20_000])])
    first = next((index for index, text in enumerate(read.lines) if text.strip()), None)
    whole = _opened(line if first is None else read.lines[first])
    text = _bare(whole if first is None else _opened(read.bare[first])) or whole
    return f"panic: {text}" if whole.endswith(f"panic: {text}") else text


def _opened(text: str) -> str:
    """Return the text on one line; a text inside a text has its line breaks escaped."""
    if "\\n" in text and _DRIVE.search(text) is None:
        text = text.replace("\\n", " ").replace("\\t", " ")
    return " ".join(text.split())


def _bare(text: str) -> str:
    """Return the text without what says only that it is an error, and where in the source."""
    place = _PLACE.search(text)
    text = text if place is None else text[place.end() :]
    noise = _NOISE.search(text)
    text = text if noise is None else text[noise.end() :]
    return text.removeprefix("Error: ") if _WRAPPED.search(text) else text


_BEGINNINGS: Final = frozenset({"container", "init", "sidecar", "the", "no", "none", "it", "its"})

"""A program that says why it does not start: whether its words are a refusal, and what they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.findings import wording
from diagnostics.patterns import compiled
from diagnostics.transcript.model import SegmentKind

if TYPE_CHECKING:
    from diagnostics.transcript.model import Segment

LOOKED: Final = 4000
"""Characters of a message that are looked at."""

ASKED: Final = 160
"""Characters of what is asked for that an answer repeats."""

_ASKS: Final = compiled(
    r"(?i)(?:^|[^\w-])((?:please|ensure[ :]|make sure|you (?:must|need to|have to|should)|(?:first )?run ['`\"])"
    r"(?:[^.;()\n]|\.\S){4,400})"
)
"""A clause that tells its reader to do something, up to the end of its sentence."""

_NO_REMEDY: Final = compiled(
    r"(?i)\b(?:report|issues?|bugs?|contact|visit|see|refer|consult|documentation|docs|support|logs?)\b|https?://"
    r"|\b(?:forc\w+|skip\w*|ignor\w+|overrid\w+|unsafe|insecure|disabl\w+|bypass\w*)\b|--(?:no|allow|force|skip)-"
)
"""Such a clause points to a reader's desk, or around a guard."""

_REMOVES: Final = compiled(
    r"(?i)\b(?:reset|delet\w+|remov\w+|wip\w+|flush\w*|clean\w*|format\w*|drop\w*|purg\w+|eras\w+|truncat\w+)\b"
)
"""What is asked for may take something away that is still needed."""

_UNPREPARED: Final = compiled(
    r"(?i)\b(?:is|was|been|are|were) (?:not|never) (?:yet )?(?:been )?(?:properly )?"
    r"(?:formatted|initiali[sz]ed|bootstrapped|seeded|provisioned|migrated|registered|activated|unsealed)\b"
    r"|\bnot (?:yet )?(?:formatted|bootstrapped|seeded|provisioned)\b"
)
"""A step that comes before the first start was not taken."""

_FIRST_STEP: Final = (
    "Take the step that its words name once, if its volume has never held data; if it has, look for the right volume"
    " first and set up nothing anew. Entrypoints that do it by themselves do so in an empty directory only: lost+found"
    " at the root of a new volume is enough to stop them, and a subPath of the mount helps."
)
_UNKNOWN_CALL: Final = compiled(
    r"(?i)\bcode = Unimplemented\b[^\n]{0,20}?desc = unknown (?P<kind>method|service) (?P<name>[\w./]+)"
    r"(?: for service (?P<service>[\w./]+))?"
)
"""gRPC's answer to a method that a server does not have (google.golang.org/grpc, server.go)."""

_THROWN: Final = compiled(r"(?:^|[\s:.])[A-Z]\w*(?:Error|Exception)(?:: |$)")
"""An exception's type with its message: the code's words, no reader's."""
_UNCALLABLE: Final = compiled(r"(?i)\bpanic|\bassert|backtrace|stack trace|\bcore dump|\bsegfault|\bsegmentation")
"""Words of a crash in a record that is logged as fatal."""


def refuses(segment: Segment, words: str) -> bool:
    """Whether a program ended itself for a reason that it gives, with these words, and not by a fault of its code."""
    text = words[:LOOKED]
    said = asked(text) != "" or unprepared(text)
    if segment.crash is not None:
        return said
    readable = said or _THROWN.search(text) is None
    return segment.kind is SegmentKind.FATAL and _UNCALLABLE.search(text) is None and readable


def unprepared(words: str) -> bool:
    """Whether the words say that a step was not taken that comes before the first start."""
    return _UNPREPARED.search(words[:LOOKED]) is not None


def asked(words: str) -> str:
    """Return what a message asks its reader to do, in its own words; empty where it asks for nothing that may help."""
    found = (match.group(1).strip() for match in _ASKS.finditer(words[:LOOKED]))
    return next((wording.cut(clause, ASKED) for clause in found if _NO_REMEDY.search(clause) is None), "")


def unknown_call(words: str) -> str:
    """Return the method or service that the other side of a call says it does not know, or nothing."""
    call = _UNKNOWN_CALL.search(words[:LOOKED])
    return "" if call is None else call.group("name")


def remedy(words: str) -> str:
    """Return what to do by a refusal's own words, in whole sentences; empty where they do not tell."""
    said = []
    call = _UNKNOWN_CALL.search(words[:LOOKED])
    if call is not None:
        what = f"{call.group('kind')} {call.group('name')}"
        what += f" of {call.group('service')}" if call.group("service") else ""
        said.append(
            "Upgrade the other side of this call or switch on what it lacks there, or run the release of this program"
            f" that fits it: it does not know {what}, which is older than the program needs, or off."
        )
    clause = asked(words)
    if clause:
        said.append(f'Do what its own words ask for: "{clause}".')
    elif call is None and unprepared(words):
        said.append(_FIRST_STEP)
    if clause and _REMOVES.search(clause) is not None:
        said.append("First make sure that nothing needs what this removes.")
    return " ".join(said)

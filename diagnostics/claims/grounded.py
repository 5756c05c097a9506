"""What unknown final words claim, by what they name of this pod: a variable, an option, a file, a Service.

A failure that names a variable of the spec is about configuration in any language; one about a file that is a
ConfigMap's key is about that ConfigMap; one that names a Service is about that Service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics.claims.grounding import split
from diagnostics.claims.model import ClaimType, GroundKind
from diagnostics.patterns import compiled
from diagnostics.transcript import words as said
from diagnostics.transcript.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from diagnostics.claims.grounding import PodWords
    from diagnostics.claims.model import Ground
    from diagnostics.transcript.model import Crash, Transcript

LINES: Final = 12
"""Lines of the final segment that are looked at, the deciding one first."""

NEWEST: Final = 60
"""Newest lines in which the value of a service link is looked for: no program prints one that does well."""

LOOKED: Final = 4000
"""Characters of a line that are looked at."""

LINK: Final = compiled(r"\b(?:tcp|udp|sctp)://\[?[0-9a-f.:]+\]?:\d+")
"""The value of a variable that service links set; a program may have glued it to words of its own."""

_LISTED: Final = compiled(r"\w_(?:PORT|TCP|UDP)\w*[\"']?\s?[=:]\s?[\"']?(?:tcp|udp)://")
"""A line that lists the environment: it shows every link, the harmless ones, too."""

_MEANING: Final[tuple[tuple[GroundKind, ClaimType, str], ...]] = (
    (GroundKind.SERVICE_LINK, ClaimType.SERVICE_LINK, "var"),
    (GroundKind.VARIABLE, ClaimType.SETTING_INVALID, "var"),
    (GroundKind.FLAG, ClaimType.SETTING_INVALID, "flag"),
    (GroundKind.KEY_FILE, ClaimType.FILE_INVALID, "file"),
    (GroundKind.API_SERVER, ClaimType.UNREACHABLE, "addr"),
    (GroundKind.SERVICE, ClaimType.UNREACHABLE, "addr"),
)
"""What each kind of word means in a failure, what says more first, and the name under which it is told."""


_NOTHING: Final = compiled(
    r"(?i)\b(?:may|must|can|should) ?n[o']t be (?:empty|null|blank|nil)\b|\b(?:is|was) (?:empty|blank|null or empty)\b"
)
"""A failure of a value that is not there; a null that the code met by itself is none."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A claim that unknown words make."""

    type: ClaimType
    start: int
    end: int
    names: Mapping[str, str]


def final(transcript: Transcript, words: PodWords) -> Iterator[tuple[int, Meaning]]:
    """Yield the line and the meaning of the first of the final words that name something of the pod."""
    for line in _lines(transcript):
        text = transcript.bare[line]
        meaning = _meaning(words.grounds(text), text)
        if meaning is not None:
            yield line, meaning
            return
    if transcript.segments and transcript.segments[0].crash is not None:
        yield from _of_nothing(transcript.segments[0].crash, words)


def _of_nothing(crash: Crash, words: PodWords) -> Iterator[tuple[int, Meaning]]:
    """Yield what a crash over an empty value means, when it and its frames spell one variable of the pod."""
    message = crash.root.message
    if _NOTHING.search(message[:LOOKED]) is None:
        return
    said_so = set(split(message))
    spelled = said_so | {part for frame in crash.frames for part in split(frame.function)}
    image = {part for word in words.words if word.kind is GroundKind.IMAGE for part in split(word.text)}
    names = {word.text for word in words.words if word.kind is GroundKind.VARIABLE}
    parts = {name: set(split(name)) - image for name in names}  # the program's own name tells no two variables apart
    meant = [
        name for name, own in parts.items() if len(own) > 1 and spelled.issuperset(own) and not said_so.isdisjoint(own)
    ]
    if len(meant) == 1:
        yield crash.root.line, Meaning(ClaimType.SETTING_INVALID, 0, len(message), {"var": meant[0]})


def links(transcript: Transcript, words: PodWords) -> Iterator[tuple[int, Meaning]]:
    """Yield the lines that hold the value of a service link: Kubernetes set it, whatever the words say of it."""
    newest = range(max(0, len(transcript.lines) - NEWEST), len(transcript.lines))
    for line in dict.fromkeys((*_lines(transcript), *newest)):
        text = transcript.bare[line]
        if transcript.roles[line] is Role.BACKGROUND or _LISTED.search(text) is not None:
            continue
        for match in LINK.finditer(text[:LOOKED]) if "://" in text else ():
            value = match.group(0)
            for ground in words.grounds(value):
                if ground.kind is GroundKind.SERVICE_LINK and "://" in value[ground.start : ground.end]:
                    names = {"var": ground.detail.get("variable") or ground.name, "value": value}
                    yield line, Meaning(ClaimType.SERVICE_LINK, match.start(), len(text), names)


def _lines(transcript: Transcript) -> Iterator[int]:
    if not transcript.segments:
        return
    segment = transcript.segments[0]
    yield segment.line
    crash = segment.crash
    if crash is not None:
        yield from (part.line for part in reversed(crash.chain) if part.line != segment.line)
        return
    near = range(segment.first, min(segment.end, segment.first + LINES))
    yield from (line for line in near if line != segment.line and said.complains(transcript.bare[line]))


def _meaning(grounds: tuple[Ground, ...], text: str) -> Meaning | None:
    for kind, claim, name in _MEANING:
        for ground in grounds:
            if ground.kind is kind and (claim is not ClaimType.UNREACHABLE or said.complains(text)):
                port = ground.detail.get("port", "")
                value = f"{ground.name}:{port}" if name == "addr" and port else ground.name
                return Meaning(claim, ground.start, ground.end, {name: value})
    return None

"""Running text with the few things in it that every medium draws in its own way: a name, a point in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.render.words import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo


@dataclass(frozen=True, slots=True)
class Code:
    """A name as the cluster writes it: a variable, an object, a path."""

    text: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, RFC 3339. It is shown in the reader's own time zone, with a date when it is not today."""

    at: str
    to_the_second: bool = False


Phrase = tuple[str | Code | Moment, ...]
"""Text, names and times that follow each other; spaces between them are part of the text."""


def moment(at: str) -> datetime | None:
    """Return the point in time, or None when the text is none."""
    try:
        found = datetime.fromisoformat(at)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def plain(phrase: Phrase, zone: tzinfo | None = UTC) -> str:
    """Return the phrase as text without marks; times in ``zone``, None is the reader's own."""
    return "".join(_plain(piece, zone) for piece in phrase)


def joined(phrases: Iterable[Phrase], separator: str = " · ") -> Phrase:
    """Return the phrases as one, the empty ones left out."""
    found: list[str | Code | Moment] = []
    for phrase in phrases:
        if phrase and found:
            found.append(separator)
        found += phrase
    return tuple(found)


def marked(text: str, names: Sequence[str]) -> Phrase:
    """Return the text with the names in it as names; quotes around one go, the mark does their work."""
    pieces: list[str | Code | Moment] = []
    rest = text
    while rest:
        at, name = min(((_found(rest, name), name) for name in names), default=(len(rest), ""), key=_first)
        if at >= len(rest):
            break
        before, rest = rest[:at], rest[at + len(name) :]
        if before[-1:] in ("'", '"') and rest[:1] == before[-1:]:
            before, rest = before[:-1], rest[1:]
        pieces += [before] if before else []
        pieces.append(Code(name))
    return (*pieces, rest) if rest else tuple(pieces)


def _first(found: tuple[int, str]) -> tuple[int, int]:
    return found[0], -len(found[1])


def _found(text: str, name: str) -> int:
    """Return where the name stands as a word of its own; the text's length when it does not."""
    at = text.find(name) if name else -1
    while at >= 0:
        end = at + len(name)
        if not _goes_on(text[at - 1 : at] if at else "") and not _goes_on(text[end : end + 1]):
            return at
        at = text.find(name, at + 1)
    return len(text)


def _goes_on(character: str) -> bool:
    return character.isalnum() or character in ("_", "-", "/", "@")


def _plain(piece: str | Code | Moment, zone: tzinfo | None) -> str:
    if isinstance(piece, Moment):
        when = moment(piece.at)
        return piece.at if when is None else stamp(when, zone, to_the_second=piece.to_the_second)
    return piece.text if isinstance(piece, Code) else piece

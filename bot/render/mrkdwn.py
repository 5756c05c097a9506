"""Slack's mrkdwn: the only place that escapes. Everything that came from a cluster, an alert or a person passes here.

Order matters: printable first, then cut, then escape, so that no entity is cut in half. Only ``&``, ``<`` and ``>``
have an escape; with them gone no mention, link or date comes out of data. A fence inside a quote is broken up by a zero
width space. Lengths are counted in UTF-16 units, the largest way in which Slack might count.
Source: docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.render.cuts import brief
from bot.render.phrases import Code, Moment, moment
from bot.render.words import stamp
from diagnostics.patterns import compiled, encodable
from diagnostics.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.render.phrases import Phrase

ELLIPSIS = "…"
HARD = 2900
"""Units of one text object: Slack's limit is 3,000. What was cut to fit is far below it, unless it is all ``&``."""
_BREAK = "\u200b"
SEPARATOR = "\N{NO-BREAK SPACE}· "
"""Between the parts of a line: bound to the word before it, so that no line begins with it."""
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_TABLE = str.maketrans(_ESCAPES)
_USER = compiled(r"\A[UW][A-Z0-9]{2,}\z")
_JOINERS = ("\u200d", "\ufe0f")


def size(text: str) -> int:
    """Return the length in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def escaped(text: str, limit: int) -> str:
    """Return the text escaped, in at most ``limit`` units; what is too long ends in an ellipsis."""
    whole = text.translate(_TABLE)
    if size(whole) <= limit:
        return whole
    room = limit - 1
    characters: list[str] = []
    for character in text:
        cost = size(_ESCAPES.get(character, character))
        if cost > room:
            break
        room -= cost
        characters.append(character)
    while characters and (characters[-1] in _JOINERS or characters[-1].isspace()):
        characters.pop()
    return "".join(characters).translate(_TABLE) + ELLIPSIS if limit > 0 else ""


def plain(text: str, limit: int) -> str:
    """Return one printable line for a ``plain_text`` object: nothing is parsed there, so nothing is escaped."""
    line = " ".join(_printable(text, limit).split())
    if size(line) <= limit:
        return line
    room = limit - 1
    characters = []
    for character in line:
        room -= size(character)
        if room < 0:
            break
        characters.append(character)
    return "".join(characters).rstrip() + ELLIPSIS


def prose(text: str, limit: int = 600) -> str:
    """Return one line of running text; a backtick would begin code that nobody ends."""
    return escaped(" ".join(_printable(text, limit).split()).replace("`", "'"), limit)


def code(text: str, limit: int = 300) -> str:
    """Return inline code. What holds a backtick cannot be written that way; use ``quoted`` for verbatim text."""
    return f"`{prose(text, max(limit - 2, 1)) or ' '}`"


def sentence(text: str, room: int = 600, hard: int = HARD) -> str:
    """Return running text in about ``room`` characters; a cut never takes a value (``bot.render.cuts``).

    ``hard`` bounds what comes of it in units: only text that grows when it is escaped meets it.
    """
    return prose(brief(text, room) if len(text) > room else text, hard)


def phrase(pieces: Phrase, room: int = 600, hard: int = HARD) -> str:
    """Return running text with its names as code, and its times as the reader's own clock shows them."""
    parts: list[str] = []
    left = hard - len(ELLIPSIS)
    for piece in pieces:
        text = _piece(piece, room, left)
        left -= size(text)
        if left < 0:
            return "".join([*parts, ELLIPSIS])
        parts.append(text)
    return "".join(parts)


def _piece(piece: str | Code | Moment, room: int, hard: int) -> str:
    if isinstance(piece, Code):
        return code(piece.text, min(room, 300))
    if isinstance(piece, Moment):
        return _time(piece)
    if piece == " · ":
        return SEPARATOR
    text = sentence(piece, room, hard)
    before, after = piece[:1].isspace(), piece[-1:].isspace() and bool(text)
    return f"{' ' * before}{text}{' ' * after}"


def _time(at: Moment, form: str = "{date_short_pretty} ") -> str:
    """Return a time that the reader's own Slack writes in the reader's zone; a client that cannot says it in UTC."""
    when = moment(at.at)
    if when is None:
        return prose(at.at, 40)
    clock = "time_secs" if at.to_the_second else "time"
    fallback = stamp(when, to_the_second=at.to_the_second)
    return f"<!date^{int(when.timestamp())}^{form}{{{clock}}}|{fallback}>"


def at(seconds: float, *, to_the_second: bool = False, dated: bool = True) -> str:
    """Return a point in time (seconds since the epoch) as the reader's own clock shows it.

    Without ``dated`` it is the hour alone: for what is known to be today's, and is not read on another day.
    """
    moment = Moment(datetime.fromtimestamp(seconds, UTC).isoformat(), to_the_second=to_the_second)
    return _time(moment, "{date_short_pretty} " if dated else "")


def fence(text: str, limit: int = 2900) -> str:
    """Return a code block, line breaks kept."""
    lines = "\n".join(clean_line(line) for line in _head(text, limit).split("\n"))
    safe = escaped(lines.replace("``", f"`{_BREAK}`"), max(limit - 8, 1))
    return f"```\n{safe or ' '}\n```"


def quoted(text: str, limit: int = 300) -> str:
    """Return verbatim text: inline when it is one line without backticks, else as a code block."""
    return fence(text, limit) if "`" in text or "\n" in text else code(text, limit)


def person(user: str) -> str:
    """Return a mention of a Slack user by id; anything else is a name and stays one."""
    return f"<@{user}>" if _USER.fullmatch(encodable(user)) else prose(user, 100)


def packed(parts: Iterable[str], limit: int = 2900, separator: str = "\n") -> list[str]:
    """Return the parts joined into as few texts as hold them, each within ``limit``; parts must be escaped already."""
    texts: list[str] = []
    for part in parts:
        if texts and size(texts[-1]) + size(separator) + size(part) <= limit:
            texts[-1] += separator + part
        else:
            texts.append(part)
    return texts


def _printable(text: str, limit: int) -> str:
    return " ".join(clean_line(line) for line in _head(text, limit).split("\n"))


def _head(text: str, limit: int) -> str:
    """Return more than enough of the beginning: cleaning a megabyte to show a line would be a waste."""
    return text[: 4 * limit + 4096]

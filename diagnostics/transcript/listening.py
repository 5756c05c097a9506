"""Where the program says that it accepts connections: address and port, from words or from a record's fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript import signs
from diagnostics.transcript.model import Listening

if TYPE_CHECKING:
    from datetime import datetime

    from diagnostics.transcript.decoding import Lines

_PLACE: Final = compiled(
    r"(?i)(?:https?|grpcs?|tcp|wss?)://(\[[0-9a-f:.]+\]|[\w.*-]+)?:(\d{1,5})\b"
    r"|(?:^|[\s\"'=(<@\[])(\[[0-9a-f:.%]*\]|\d+\.\d+\.\d+\.\d+|\*|localhost|::1?"
    r"|[a-z][\w.-]*\.[\w.-]+)?:(\d{2,5})(?:$|[\s\"'),;/>\].])"
    r"|\bports?(?:\(s\))?\W{0,4}(?:is |number )?(\d{1,5})\b|\b(\d{1,3}(?:\.\d{1,3}){3}),? port (\d{1,5})\b"
    r"|\b(?:on|at) (\d{2,5})(?:$|[\s,;)])|\bhttp-nio-(?:[\d.]+-)?(\d{2,5})\b"
)
_PORTED: Final = compiled(r"(?i)\b(\d{1,3}(?:\.\d{1,3}){3}|localhost|\*|::),? (?:on )?port (\d{1,5})\b")
_WORDS: Final = ("listen", "ready", "running", "started", "serving", "bound", "accept")
_BARE: Final = compiled(r"(?i)^(?:[\w-]+ ){0,3}(?:listening|serving|listen)(?:\s+\w+=|\W*$)")
_KEYS: Final = ("addr", "address", "listen", "listener", "bind", "endpoint", "url", "host")
_PORTS: Final = frozenset(range(1, 65536))
LIMIT: Final = 20
"""Listening lines that are kept, the newest."""


def told(read: Lines, started: datetime | None) -> tuple[Listening, ...]:
    """Return the lines that say so, in order."""
    found = []
    for index, words in enumerate(read.bare):
        if read.dull[index] and not any(word in words.lower() for word in _WORDS):
            continue
        if signs.listens(words) or (index in read.fields and _BARE.match(words[:200]) is not None):
            address, port = _place(words, read.fields.get(index, {}))
            at = read.instants[index]
            after = (at - started).total_seconds() if at is not None and started is not None else None
            found.append(Listening(index, address, port, after))
    return tuple(found[-LIMIT:])


def _place(words: str, fields: dict[str, str] | object) -> tuple[str, int | None]:
    text = words[:1000]
    ported = _PORTED.search(text)
    if ported is not None:
        return ported.group(1), _port(ported.group(2))
    for found in _PLACE.finditer(text):
        groups = found.groups()
        for address, port in ((groups[0], groups[1]), (groups[2], groups[3]), (groups[5], groups[6])):
            if port and _port(port):
                return (address or "").strip("[]"), _port(port)
        for port in (groups[4], groups[7], groups[8]):
            if port and _port(port):
                return "", _port(port)
    if isinstance(fields, dict):
        return _of_fields(fields)
    return "", None


def _of_fields(fields: dict[str, str]) -> tuple[str, int | None]:
    port = _port(fields.get("port", ""))
    address = next((fields[key] for key in _KEYS if fields.get(key)), "")
    host, colon, tail = address.rpartition(":")
    if colon and _port(tail):
        return host.rpartition("/")[2].strip("[]"), _port(tail)
    return address, port


def _port(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 5 and int(text) in _PORTS else None

"""What a claim is about: the setting, path or address on its own line, where its phrase did not catch it.

Words of prose are no settings ("wrong number of arguments"): a name has a sign, a digit or a capital in it, or quotes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.claims.groups import WAITING
from diagnostics.claims.model import ClaimType
from diagnostics.claims.vocabulary.shapes import HOST_PORT, PATH, is_place
from diagnostics.facts.addresses import address
from diagnostics.patterns import compiled, encodable
from diagnostics.transcript import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnostics.patterns import Pattern

LONGEST: Final = 4096
"""Characters of a line in which the subject is looked for."""

ON_FILES: Final = frozenset(
    {
        *(ClaimType.FILE_MISSING, ClaimType.FILE_INVALID, ClaimType.ACCESS_DENIED, ClaimType.TOO_OPEN),
        *(ClaimType.READ_ONLY, ClaimType.NO_SPACE, ClaimType.LOCK_HELD, ClaimType.HALF_DONE, ClaimType.DATA_VERSION),
        *(ClaimType.DATA_CORRUPT, ClaimType.DEVICE_MISSING, ClaimType.COMMAND_MISSING),
    }
)
"""Claims that are about a file."""

ON_SETTINGS: Final = frozenset({ClaimType.SETTING_MISSING, ClaimType.SETTING_INVALID, ClaimType.SETTING_UNKNOWN})
"""Claims that are about a setting; where they name none, about the file on the line."""

ON_PEERS: Final = WAITING | {ClaimType.CREDENTIALS_REFUSED, ClaimType.RIGHT_DENIED, ClaimType.CERTIFICATE}
"""Claims that are about another side."""

_SETTINGS: Final = frozenset({"var", "key", "setting", "param", "field", "opt"})
_FILES: Final = frozenset({"path", "file", "dir", "lock"})
_NO_PROSE: Final = compiled(r"[A-Z0-9_./:-]")
_AFTER_NOUN: Final = compiled(
    r"(?i)\b(?:arguments?|options?|keys?|fields?|flags?|variables?|propert(?:y|ies)|parameters?|settings?"
    r"|directives?|env)"
    r"(?: name)?[:=]? \[?([A-Za-z]\w*)"
)
"""A plain word behind the noun that it names: ``missing required argument: listen``."""

_OF_THE_NODE: Final = (
    ("/proc/sys/", ClaimType.KERNEL_LIMIT),
    ("/lib/modules", ClaimType.HOST_TOOL),
    ("/sys/", ClaimType.KERNEL_LIMIT),
    ("/dev/", ClaimType.DEVICE_MISSING),
    ("/host/dev/", ClaimType.DEVICE_MISSING),
)
"""Paths that the node's kernel gives and no image or mount can."""
_FILE_DENIED: Final = compiled(
    r"(?i)\b(?:file|directory|folder|drive|disk|path) (?:access|permission) (?:was |is )?denied"
)
_LOGIN: Final = compiled(
    r"(?i)\b(?:log(?:ging)? ?in|authenticat\w+|auth(?: method)?|invalid signature|unauthorized|401|403)\b[^/]{0,80}$"
)
"""A login that was denied: no file is meant, where none is named."""
_ASKED: Final = frozenset({"user", "verb", "resource", "host", "database"})
"""Names of what only another side can deny."""

_CODE: Final = compiled(
    r"(?i)\bresolv(?:e|ing) (?:the |all |its |some |your )?(?:\w+ )?(?:dependenc(?:y|ies)|modules?|imports?|symbols?"
    r"|references?|class(?:es)?|types?|packages?|plugins?|beans?|placeholders?|variables?|expressions?|parameters?"
    r"|conflicts?)\b"
)
"""Parts of a program that are resolved, too."""

_ON_PORTS: Final = frozenset({ClaimType.ADDRESS_IN_USE, ClaimType.PORT_PRIVILEGED})
_PARSED: Final = compiled(
    r"(?i)\bnot well-formed\b|\bSAXParse|\bunexpected token\b|\b(?:syntax|parse|parser|lexical) error\b"
    r"|\bline:? \d+,? col(?:umn)?:? \d+"
)
"""A parser's tokens are no credentials."""

_SOCKET: Final = compiled(r"\bunix:|/[\w./-]+\.sock(?:et)?\b")
_IN_USE: Final = compiled(r"(?i)\bin use\b|EADDRINUSE|\b98:")
_DENIED: Final = compiled(r"(?i)permission denied|EACCES|\b13:")

_FILE_NAME: Final = compiled(r"(?i)^[\w-]+\.(?:conf|cfg|cnf|ya?ml|json|toml|ini|properties|xml|hcl)$")
"""A file's name has a dot like a property's."""
_OF_DAY: Final = compiled(r"^\d{1,2}:\d{2}$")
"""A time of day is written like a host and its port."""

_WRITTEN: Final = compiled(
    r"\b(?:copyfile|rename|link|symlink|copy|move)\b[^\n]{1,200}['\"]? -> ['\"]?(?P<path>/[^\s'\"`,;)]+)"
)
"""Of two paths the second is the one that is written."""
_ON_WRITING: Final = frozenset({ClaimType.READ_ONLY, ClaimType.NO_SPACE, ClaimType.ACCESS_DENIED})

_KEYS: Final = compiled(
    r"['\"`\x{2018}\x{201C}]([A-Za-z_][\w.-]*(?:\[[\w.-]*\][\w.-]*)*)['\"`\x{2019}\x{201D}]|\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b"
)
"""What a sentence names a setting by where its phrase did not catch it: a quoted key, or a variable."""
_NEAR: Final = 80
"""Characters between a claim's words and the key that they are about."""

_PATHS: Final = compiled(rf"(?:^|[\s'\"\x{{2018}}\x{{201C}}`=(\[])({PATH})")
_PEERS: Final = compiled(rf"(?:^|[\s'\"@=(\[/])((?:\w+://)?(?:[^\s/@'\"]+@)?{HOST_PORT}\b|\w+://[^\s'\"`,)>\]]+)")


def meant(claim: ClaimType, names: Mapping[str, str], text: str) -> ClaimType:
    """Return the claim's type where its own line tells it apart: /proc is the node's, a socket was left behind."""
    shown = encodable(text[:LONGEST])
    if claim is ClaimType.FILE_MISSING:
        path = names.get("path") or names.get("file") or ""
        return next((kind for place, kind in _OF_THE_NODE if path.startswith(place)), claim)
    if claim is ClaimType.RIGHT_DENIED and _FILE_DENIED.search(shown) is not None and not _ASKED & names.keys():
        return ClaimType.ACCESS_DENIED
    if claim is ClaimType.ACCESS_DENIED and not _FILES & names.keys() and _LOGIN.search(shown) is not None:
        return ClaimType.CREDENTIALS_REFUSED
    return _of_port(claim, names, shown) if claim in _ON_PORTS else claim


def _of_port(claim: ClaimType, names: Mapping[str, str], shown: str) -> ClaimType:
    """Return what a port's claim is by its own words: a socket left behind, one in use, or one that needs a right."""
    if _SOCKET.search(shown) is not None:
        return ClaimType.LOCK_HELD if _IN_USE.search(shown) is not None else claim
    if _IN_USE.search(shown) is not None:
        return ClaimType.ADDRESS_IN_USE
    return ClaimType.PORT_PRIVILEGED if _DENIED.search(shown) is not None or names.get("errno") == "13" else claim


def of_code(claim: ClaimType, text: str) -> bool:
    """Whether what cannot be resolved, or is wrong, is a part of the program or of a text that it parses."""
    if claim is ClaimType.CREDENTIALS_REFUSED and _PARSED.search(encodable(text[:LONGEST])) is not None:
        return True
    if claim in ON_SETTINGS and words.miscalled(encodable(text[:LONGEST])):
        return True
    return claim is ClaimType.NAME_UNRESOLVED and _CODE.search(encodable(text[:LONGEST])) is not None


def named(claim: ClaimType, names: Mapping[str, str], text: str, start: int, *, exact: bool = False) -> dict[str, str]:
    """Return the claim's names without words of prose, and with the file or address that its line tells of.

    ``start`` is where the claim's words begin: of several subjects the one nearest to them is meant.
    ``exact``: a technology's own phrase named them, so that a host is one, however plain its word.
    """
    shown = encodable(text[:LONGEST])
    kept = {
        name: value for name, value in names.items() if (exact and name == "host") or not _is_prose(name, value, shown)
    }
    written = _WRITTEN.search(shown) if claim in _ON_WRITING else None
    kept |= {"path": written.group("path")} if written is not None else {}
    if claim is ClaimType.SETTING_MISSING and _nameless(kept):
        key = _key(shown, start)
        kept |= {"key": key} if key else {}
    nameless = claim in ON_SETTINGS and _nameless(kept)
    if (claim in ON_FILES or nameless) and not any(kept.get(name) for name in _FILES):
        path = _nearest(_PATHS, shown, start)
        kept |= {"path": path} if path else {}
    if claim in ON_PEERS and address(kept) is None:
        peer = _nearest(_PEERS, shown, start)
        kept |= {"addr": peer} if peer and not is_place(peer) and _OF_DAY.search(peer) is None else {}
    return kept


def _is_prose(name: str, value: str, text: str) -> bool:
    if name == "host" and value.isalpha() and value.islower():
        return f"{value}:" not in text and not any(f"{quote}{value}{quote}" in text for quote in "'\"`")
    if name.rstrip("0123456789") not in _SETTINGS:
        return False
    if not any(letter.isalpha() for letter in value) or _FILE_NAME.search(value) is not None:
        return True
    if _NO_PROSE.search(value) is not None:
        return False
    if any(f"{quote}{value}{quote}" in text for quote in "'\"`") or f"“{value}”" in text:
        return False
    return not any(match.group(1) == value for match in _AFTER_NOUN.finditer(text))


def _nameless(names: Mapping[str, str]) -> bool:
    return not any(name.rstrip("0123456789") in {*_SETTINGS, "flag"} for name in names)


def _key(text: str, start: int) -> str:
    """Return the key or variable nearest to the claim's words, or an empty text: the names of files are none."""
    found = [
        (abs(match.start() - start), match.group(1) or match.group(2))
        for match in _KEYS.finditer(text)
        if not _is_prose("key", match.group(1) or match.group(2), text)
    ]
    return next((key for distance, key in sorted(found) if distance <= _NEAR), "")


def _nearest(pattern: Pattern, text: str, start: int) -> str:
    """Return what the pattern's first group catches nearest to a place, or an empty text."""
    found = [(abs(match.start() - start), match.group(1)) for match in pattern.finditer(text)]
    return min(found, default=(0, ""))[1].rstrip(".:")

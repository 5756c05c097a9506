"""Secrets that a place tells: fields without names behind a host and a user, or beside a record's switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.replacing import replaced
from diagnostics.privacy.values import MARK, all_kinds, harmless_value, odd

if TYPE_CHECKING:
    from diagnostics.patterns import Match

# RedisConf(redis-master,6379,Some(X),0): a host and a port, and what a record says without quotes
_BARE = compiled(r"""(\b[A-Z]\w*\((?:\w+=)?[\w.\-]+(?:,\s?\d{2,5})?)((?:,\s?(?:Some\()?[^\s()"',=]+\)?){1,5})""")
# {https://api.example deployer X true <nil>} (Go): a name, and a word of every kind of sign before a switch
_STRUCT = compiled(r"""(\{[^{}]*?[a-z][\w.\-]*)((?: +[^\s{}]+)+? (?:true|false|<nil>|disable)[ }])""")
_WORD = compiled(r"""([\s,("'])([^\s(){}"',:/=]{8,})()""")
_HINT = compiled(r"""\b[A-Z]\w*\([\w.\-]+[,=]|\b(?:true|false|disable)\b|<nil>""")
_VERSION = compiled(r"^v\d|^[A-Za-z]+[\d.]+[A-Za-z]*\d*$|^\d{4}-\d\d")
"""``v1.2.3-Rc1``, ``V1Beta1``, ``HTTP2`` and dates hold every kind of sign as well."""


def positional(text: str) -> str:
    """Return the text without the fields that look chosen where a secret would stand."""
    if _HINT.search(text) is None:
        return text
    for pattern in (_BARE, _STRUCT):
        text = replaced(pattern, _fields, text)
    return text


def _fields(match: Match) -> str:
    return match.group(1) + replaced(_WORD, _if_of_all_kinds, match.group(2))


def _if_of_all_kinds(match: Match) -> str:
    word = match.group(2)
    chosen = all_kinds(word) and odd(word) and _VERSION.search(word) is None and not harmless_value(word)
    return match.group(1) + MARK + match.group(3) if chosen else match.group(0)

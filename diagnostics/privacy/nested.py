"""Secrets in a mapping whose name promises several: ``tokens { agent = "X" }``, ``"passwords": {"root": "X"}``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.replacing import replaced
from diagnostics.privacy.secretnames import Promise, promise
from diagnostics.privacy.values import MARK, chosen_phrase, harmless_value, issued, mixed, names_object

if TYPE_CHECKING:
    from diagnostics.patterns import Match

_MAPPING = compiled(
    r"""(?i)(\b[\w.\-]*(?:tokens|passwords|passwds|secrets|api_?keys|credentials|creds)\\?["']?\s*(?:[:=]|=>)?\s*\{)([^{}]{3,400})()"""
)
_ENTRY = compiled(r"""(\\?["']?\b([\w.\-]+)\\?["']?\s*(?:=>?|:)\s*\\?["'])([^"'\\]+)(\\?["'])""")
_DESCRIBES = frozenset({"name", "kind", "type", "namespace", "path", "file", "user", "username", "host", "url", "id"})
"""Entries that tell what the mapping is of."""


def nested(text: str) -> str:
    """Return the text without the values of mappings that are named for secrets."""
    return replaced(_MAPPING, _mapping, text)


def _mapping(match: Match) -> str:
    return match.group(1) + replaced(_ENTRY, _entry, match.group(2))


def _entry(match: Match) -> str:
    name, word = match.group(2), match.group(3)
    chosen = chosen_phrase(word, sure=True) if " " in word else issued(word) or mixed(word)
    described = name.lower() in _DESCRIBES and promise(name) is Promise.NOTHING
    if described or not chosen or names_object(word) or harmless_value(word, name):
        return match.group(0)
    return match.group(1) + MARK + match.group(4)

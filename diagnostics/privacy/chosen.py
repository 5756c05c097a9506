"""Words that somebody chose as a password, wherever they stand and whatever names them: ``Goose%Feather3``.

What tells them from names, versions, formats and addresses is an odd sign within the word, beside letters and digits
that are mixed. Each sign has a common use of its own in logs, which is left alone: ``Bootstrap$5`` is a class of Java,
``orders#P#p201801`` a partition, ``3ubuntu1~18.04`` a version, ``%Y-%m`` a format, ``?page=2&sort=name`` a query.
"""

from __future__ import annotations

from diagnostics.patterns import compiled
from diagnostics.privacy.values import MARK, harmless_value

_SIGNED = compiled(r"[A-Za-z0-9][!#%^&~$]+[A-Za-z0-9]")
"""A cheap look before the dear one."""
_BETWEEN = r"[^\s\"'`,;()\[\]{}<>|]*"
_CHUNK = compiled(rf"{_BETWEEN}{_SIGNED.pattern}{_BETWEEN}")
_WORD = compiled(r"[^:=@]+")
_MEANT = compiled(r"[/\\?]|&[\w.\-]+=")
"""Paths, addresses and queries: their signs have a meaning."""
_IDENTIFIED = compiled(r"(?i)id[\"']?[=:]\s*[\"']?$")
"""What stands before an identifier: some are made of an alphabet with odd signs."""
_MIXED = compiled(r"[A-Za-z]\d|\d[A-Za-z]")
_COMMON = compiled(
    r"%(?:[0-9A-F]{2}|[0-9a-f]{2}|0?\d*[A-Za-z](?:[^A-Za-z]|$)|eth|en[ops]\d|veth|wl|br-|cali|bond|vxlan|docker|tun)"
    r"|~(?:\d|rc|bpo|beta|alpha|git|dfsg|deb)|#(?:[A-Za-z_\-]+\d*$|[A-Za-z_\-]+[^A-Za-z0-9_\-]|[\d.]+$|P#)"
    r"|\$+(?:[A-Z]|\d+$|lambda|anon)|[A-Za-z_]\$+\d|&(?:&|amp|lt|gt|quot|nbsp|apos|#)|\^\d+(?:\.|$)|^\^"
)
"""What each sign does in the words of programs."""
_SHORT, _LONG = 8, 64
"""Shorter words are too often no secret; longer ones no one chose."""
_MOST = 250
"""Words with such a sign in one line; what stands behind them is hidden."""


def chosen_words(text: str) -> str:
    """Return the text without the words that were chosen as passwords."""
    if _SIGNED.search(text) is None:
        return text
    kept: list[str] = []
    done = 0
    for number, found in enumerate(_CHUNK.finditer(text)):
        start, end = found.start(), found.end()
        kept += (text[done:start], _chunk(found.group(0), text[max(0, start - _SHORT) : start]))
        done = end
        if number == _MOST:
            return "".join((*kept, MARK))
    return "".join((*kept, text[done:]))


def _chunk(chunk: str, before: str) -> str:
    """Return what stands between blanks, brackets and quotes without its chosen words."""
    if _MEANT.search(chunk) is not None:
        return chunk
    kept: list[str] = []
    done = 0
    for number, found in enumerate(_WORD.finditer(chunk)):
        if number == _MOST:
            return "".join((*kept, MARK))
        start, end = found.start(), found.end()
        named = before + chunk[:start] if start < _SHORT else chunk[start - _SHORT : start]
        hidden = _is_chosen(chunk[start:end]) and _IDENTIFIED.search(named) is None
        kept += (chunk[done:start], MARK if hidden else chunk[start:end])
        done = end
    return "".join((*kept, chunk[done:]))


def _is_chosen(word: str) -> bool:
    bare = word.strip(".-_!?*~^")
    return (
        _SHORT <= len(bare) <= _LONG
        and _SIGNED.search(bare) is not None
        and _MIXED.search(bare) is not None
        and _COMMON.search(bare) is None
        and not harmless_value(bare)
    )

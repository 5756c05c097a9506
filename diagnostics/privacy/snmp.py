"""Secrets of SNMP: communities (v1, v2c), and the keys of users (v3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.replacing import replaced, unless_harmless
from diagnostics.privacy.values import MARK, harmless_value, mixed

if TYPE_CHECKING:
    from diagnostics.patterns import Match

_DIGEST, _CIPHER = r"(?:MD5|SHA(?:-?\d{1,3})*)", r"(?:3?DES|AES(?:[ \-]?\d{3})?)"
# createUser eve SHA "X" AES "Y", snmp-server user eve ops v3 auth sha X priv aes 128 Y
_AUTH = compiled(
    rf"""(?i)(\b(?:createuser|usm\w*|auth|v3)\b[^\n]{{0,60}}?\b{_DIGEST} ["']?)([^\s"']{{6,}})(["']?(?:\s|$))"""
)
_QUOTED_AUTH = compiled(rf"""(?i)(\bcreateuser\b[^\n]{{0,60}}?\b{_DIGEST} ")([^"]+)(")""")
_PRIV = compiled(rf"""(?i)(\b(?:createuser|priv)\b[^\n]*? {_CIPHER} ["']?)([^\s"']{{6,}})(["']?(?:\s|$))""")
_SINK = compiled(
    r"(?i)(\b(?:com2sec6?(?: -Cn \S+)? \S+ \S+|trap2?sink \S+|informsink \S+|trapcommunity"
    r"|r[ow]community6?|snmp-server community)\s+)([^\s]+)()"
)
_COMMUNITY = compiled(
    r"""(?i)(community(?: string| name)?[}"']?(?:\s*[=:]\s*|\s+)(?:["'(\[]?))((?:[^\s"',;()\[\]]|,[A-Za-z0-9]){4,})()"""
)
_HINT = compiled(r"(?i)community|createuser|com2sec|trap2?sink|informsink|\bv3 auth")


def snmp(text: str) -> str:
    """Return the text without the communities and keys of SNMP."""
    if _HINT.search(text) is None:
        return text
    for pattern in (_QUOTED_AUTH, _AUTH, _PRIV):
        text = replaced(pattern, _key, text)
    return replaced(_COMMUNITY, _community, replaced(_SINK, unless_harmless, text))


def _key(match: Match) -> str:
    word = match.group(2)
    kept = harmless_value(word) or not (mixed(word) or " " in word)
    return match.group(0) if kept else match.group(1) + MARK + match.group(3)


def _community(match: Match) -> str:
    """Hide a community that somebody chose; BGP's are numbers, and editions and projects are words."""
    word = match.group(2)
    return match.group(1) + MARK if mixed(word) and not harmless_value(word) else match.group(0)

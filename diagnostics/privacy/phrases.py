"""Secrets made of words: the twelve to twenty-four words from which a wallet or a key is restored (BIP 39)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.secretnames import listed
from diagnostics.privacy.values import MARK

if TYPE_CHECKING:
    from diagnostics.patterns import Match

_TOLD = compiled(
    r"(?i)phrase|mnemonic|\bseed\b|(?:paper|recovery|backup|secret|wallet|restore) ?(?:key|words)|keystore|wallet"
)
_BETWEEN = r"""(?:["']?[\s,|]+(?:\d{1,2}[.):]\s*)?["']?)"""
_WORDS = compiled(
    rf"""([:=\["'(]\s*(?:\d{{1,2}}[.):]\s*)?["']?|^\s*|\t)([a-z]{{3,8}}(?:{_BETWEEN}[a-z]{{3,8}}){{11,24}})\b"""
)
_WORD = compiled(r"[a-z]{3,8}")
_SPEECH = listed("the and was were has have had for from with not are but could would which been cannot into because")
"""Words of sentences, which are not on the list that phrases are made from."""
_PLURALS = 4
"""That list holds few words with an ``s`` at the end: where every fourth has one, things are named."""


def phrases(text: str) -> str:
    """Return the text without phrases of words, where it says that they restore something."""
    return _WORDS.sub(_phrase, text) if _TOLD.search(text) is not None else text


def _phrase(match: Match) -> str:
    words = [found.group(0) for found in _WORD.finditer(match.group(2))]
    plurals = sum(word.endswith("s") and not word.endswith("ss") for word in words)
    if _SPEECH & {*words} or _PLURALS * plurals >= len(words):
        return match.group(0)
    return match.group(1) + MARK

"""Values that a line's end breaks: a mail's soft break, a shell's continuation, a log that splits long lines."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.values import MARK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BREAKS = compiled(r"[^\s=\\][=\\]$")
"""Quoted-printable (RFC 2045, section 6.7) and shells break a word so."""
_PREFIX = compiled(r"\A\S[^\n]{0,80}?(?:[:|\]>] |\| )")
"""What a logger writes before a line and before its rest."""
_REST = compiled(r"\A([A-Za-z0-9+/_\-]{4,}={0,2})(?:$|,? [\w.\-]+=)")
_OPENED = compiled(r"""["'`]([^\s"'`]{8,})$""")
_CLOSED = compiled(r"""\A[^\s"'`]{2,}["'`]""")
"""A quoted word that a terminal's width parts."""
_CUT_OFF = compiled(r"[\s=:/][A-Za-z0-9+/_\-]{8,}$")
_GOES_ON = compiled(r"\A(?:[A-Za-z+/_]|\d+[A-Za-z])[A-Za-z0-9+/_\-]+={0,2}(?:$|[\s,;&)\]}])")
_QUOTES = "\"'`"
_NARROWEST = 72
"""A word that the width parts: a terminal's has so many columns at least."""
_LONGEST, _MOST = 512, 20
"""Characters of each of two lines that are looked at together, and hidden values in them."""


def joined(before: Sequence[str], after: list[str], redact: Callable[[str], str]) -> list[str]:
    """Return redacted lines without the values that a break parts.

    ``before`` and ``after`` are the same lines as they came and redacted; ``redact`` redacts one line.
    """
    for place, (first, second) in enumerate(pairwise(before)):
        sign = 1 if _BREAKS.search(first) is not None else 0
        if sign or _wrapped(first, second):
            hidden = _across(first[: len(first) - sign][-_LONGEST:], second[:_LONGEST], redact)
        elif after[place].endswith(MARK) and not first.endswith(MARK):
            hidden = (0, _split(first, second))
        else:
            continue
        after[place] = _without_end(after[place], first, hidden[0], sign)
        start = len(second) - len(second.lstrip()) if hidden[0] else hidden[1] - _rest(second, hidden[1])
        if hidden[1] and after[place + 1].startswith(second[: hidden[1]]):
            after[place + 1] = second[:start] + MARK + after[place + 1][hidden[1] :]
    return after


def _across(first: str, second: str, redact: Callable[[str], str]) -> tuple[int, int]:
    """Return how many characters of the first line's end and of the second's beginning are one hidden value."""
    whole = first + second
    kept = "" if MARK in whole else redact(whole)
    at = done = 0
    for part in kept.split(MARK)[:_MOST]:
        end = whole.find(part, at) if part else len(whole)
        if end < 0 or (at and done < len(first) < end):
            return (len(first) - done, end - len(first)) if end > 0 else (0, 0)
        at = done = end + len(part)
    return 0, 0


def _wrapped(first: str, second: str) -> bool:
    """Tell whether a word goes on in the next line: quoted, or in a line as long as a terminal is wide."""
    if any(sign in first[-_LONGEST:] and sign in second[:_LONGEST] for sign in _QUOTES) and _opened(first, second):
        return True
    return (
        len(first) >= _NARROWEST
        and not second[:1].isspace()
        and first[-1].isalnum()
        and _GOES_ON.search(second) is not None
        and _CUT_OFF.search(first) is not None
    )


def _opened(first: str, second: str) -> bool:
    return _CLOSED.search(second) is not None and _OPENED.search(first) is not None


def _without_end(text: str, line: str, count: int, sign: int) -> str:
    """Return a redacted line without the value that ends it, before the sign of a break, and goes on in the next."""
    end = line[len(line) - sign - count :] if count else ""
    return text[: -len(end)] + MARK + line[len(line) - sign :] if end and text.endswith(end) else text


def _split(first: str, second: str) -> int:
    """Return where in a line the rest of the value ends that the line before it ended with, or 0."""
    prefix = _PREFIX.search(first)
    if prefix is None or not second.startswith(prefix.group(0)):
        return 0
    found = _REST.search(second[prefix.end() :][:_LONGEST])
    word = "" if found is None else found.group(1)
    made = any(map(str.isdigit, word)) and any(map(str.isalpha, word))
    return prefix.end() + len(word) if made else 0


def _rest(second: str, end: int) -> int:
    """Return the length of the word that ends at a place."""
    return end - (second.rfind(" ", 0, end) + 1)

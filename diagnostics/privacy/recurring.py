"""A secret that one line of a log gave away by its name is hidden in every other line of the same log."""

from __future__ import annotations

import base64
import html
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote

from diagnostics.privacy.values import MARK, chosen_phrase, issued, mixed, names_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_SHORTEST, _LONGEST = 8, 512
"""Shorter values occur by chance."""
_MOST = 64
"""Values remembered of one log."""
_EDGES = "\"'`,;()[]{}<> "


def recurring(before: Iterable[str], after: Sequence[str]) -> list[str]:
    """Return which hidden values still stand somewhere in the lines, longest first.

    ``before`` and ``after`` are the same lines as they came and redacted.
    """
    hidden: dict[str, None] = {}
    for old, new in zip(before, after, strict=True):
        if MARK in new and old != new:
            hidden.update(dict.fromkeys(value for value in _gaps(old, new) if _telling(value)))
            if len(hidden) >= _MOST:
                break
    if not hidden:
        return []
    whole = "\n".join(after)
    written = {form for value in list(hidden)[:_MOST] for form in _forms(value) if form in whole}
    return sorted(written, key=len, reverse=True)


def _forms(value: str) -> set[str]:
    """Return how a value may be written elsewhere: as it is, and encoded for URLs, JSON, HTML or in base64."""
    plain = unquote(value) if "%" in value else value
    raw = plain.encode(errors="replace")
    encoded = {value, plain, quote(plain, safe=""), quote_plus(plain), json.dumps(plain)[1:-1], html.escape(plain)}
    return {form for form in (*encoded, *(_in_base64(raw, shift) for shift in range(3))) if len(form) >= _SHORTEST}


def _in_base64(raw: bytes, shift: int) -> str:
    """Return the letters that the value alone decides where ``shift`` bytes stand before it (RFC 4648)."""
    letters = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
    whole = (shift + len(raw)) * 8 // 6
    return letters[-(-shift * 8 // 6) : whole]


def without(text: str, values: Iterable[str]) -> str:
    """Return the line without the values."""
    for value in values:
        text = text.replace(value, MARK)
    return text


def _gaps(old: str, new: str) -> Iterator[str]:
    """Yield what stood where the marks stand: between the parts that stayed."""
    first, *parts = new.split(MARK)
    if not old.startswith(first):
        return
    at = len(first)
    for part in parts[:-1]:
        found = old.find(part, at) if part else at
        if found < 0:
            return
        yield old[at:found].strip(_EDGES)
        at = found + len(part)
    if old.endswith(parts[-1]):
        yield old[at : len(old) - len(parts[-1])].strip(_EDGES)


def _telling(value: str) -> bool:
    """Tell whether a value is long and odd enough to be the same secret wherever it stands."""
    if not _SHORTEST <= len(value) <= _LONGEST or MARK in value:
        return False
    if any(map(str.isspace, value)):
        return len(value) > _SHORTEST and chosen_phrase(value, sure=True)
    return any(map(str.isalpha, value)) and (issued(value) or mixed(value)) and not names_object(value)

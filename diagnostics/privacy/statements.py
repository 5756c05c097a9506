"""Secrets in SQL: users' passwords, and the columns of an INSERT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.bound import places, unbound
from diagnostics.privacy.replacing import replaced
from diagnostics.privacy.secretnames import Promise, promise
from diagnostics.privacy.values import MARK, harmless_value, issued

if TYPE_CHECKING:
    from diagnostics.patterns import Match

_HINT = compiled(r"(?i)ident\w*ed\b|insert\s|replace\s|update\s|where\s")
_IDENTIFIED = compiled(
    r"""(?i)(\bident\w*ed\s+(?:by|with\s+\S+\s+(?:by|as)|via\s+\S+\s+using)\s+(?:(?:password|values)\s+)?)(N?["']?)((?:[^"';\s,)]|[,;][A-Za-z0-9])+)"""
)
_SPEAKS_SQL = compiled(r"(?i)\b(?:user|grant|role|alter|create|login|database link|sql syntax|near)\b|^\s*$")
_INSERT = compiled(
    r"""(?i)\b(?:insert|replace)\s+(?:ignore\s+)?into\s+[^\s(]+\s*\(([^()]*)\)\s*(?:output\s+\S+\s+)?values?\s*"""
)
_FIELD = compiled(r"""\A\s*([A-Za-z]?'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|[^,()'"]+(?:\([^()]*\))?)\s*""")
_FIELDS = 4000
"""Values looked at in one statement."""


def statements(text: str) -> str:
    """Return the text without the secrets of SQL statements."""
    if _HINT.search(text) is None:
        return text
    text = replaced(_IDENTIFIED, lambda match: _identified(match, text), text)
    text = unbound(text, places(text))
    inserted = _INSERT.search(text)
    return text if inserted is None else _inserted(text, inserted)


def _identified(match: Match, text: str) -> str:
    # A revision is "identified by" no secret: only SQL speaks of users.
    before = text[max(0, match.start() - 200) : match.start()]
    if harmless_value(match.group(3)) or _SPEAKS_SQL.search(before) is None:
        return match.group(0)
    return match.group(1) + match.group(2) + MARK


def _inserted(text: str, inserted: Match) -> str:
    promised = [promise(column.strip(' `"[]')) for column in inserted.group(1).split(",")]
    if not any(promised):
        return text
    kept: list[str] = []
    done = at = inserted.end()
    column = 0
    for _ in range(_FIELDS):
        if text[at : at + 1] in "(,":
            column = 0 if text[at : at + 1] == "(" else column + 1
            at += 1
            if at >= len(text):
                break
            field = _FIELD.search(text[at:])
            if field is None:
                continue
            value = field.group(1)
            bare = value.strip().strip("N'\"")
            if column < len(promised) and _column(promised[column], bare):
                quote = value[: len(value) - len(value.lstrip("N'\""))]
                start = at + field.start(1) + len(quote)
                kept += (text[done:start], MARK)
                done = start + len(value) - len(quote) - (1 if quote else 0)
            at += field.end()
        elif text[at : at + 1] == ")":
            column = -1
            at += 1
            while text[at : at + 1] in (" ", ","):
                at += 1
            if text[at : at + 1] != "(":
                break
        else:
            break
    return "".join((text[: inserted.end()], *[], *_after(kept, text, done, inserted.end())))


def _after(kept: list[str], text: str, done: int, begin: int) -> tuple[str, ...]:
    return (*kept, text[done:]) if kept else (text[begin:],)


def _column(promised: Promise, value: str) -> bool:
    if promised is Promise.NOTHING or harmless_value(value):
        return False
    return promised is Promise.SECRET or issued(value)

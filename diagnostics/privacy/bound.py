"""Secrets bound to a statement: ``SET password = $1`` and, on that line or the next ones, ``$1 = 'X'``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.secretnames import Promise, promise
from diagnostics.privacy.values import MARK, harmless_value

if TYPE_CHECKING:
    from collections.abc import Collection

_INSERT = compiled(
    r"""(?i)\b(?:insert|replace)\s+(?:ignore\s+)?into\s+[^\s(]+\s*\(([^()]*)\)\s*values?\s*\(([^()]*[$?%:][^()]*)\)"""
)
_SET = compiled(r"""(?i)([\w.]+)[`"\]]?\s*(?:=|like)\s*(?:[a-z]\w*\()?(\$\d+|\?|%s)""")
_NUMBERED = compiled(r"""\$(\d{1,3})\s*=\s*'((?:[^']|'')*)'""")
# Hibernate: binding parameter [2] as [VARCHAR] - [X], binding parameter (2:VARCHAR) <- [X]
_BINDING = compiled(r"(?i)\bbinding parameter [\[(](\d{1,3})[^\s]*(?: as \[\w+\])? (?:-|<-) \[([^\[\]]*)\]")
# parameters: ('a', 'X'); MyBatis: ==> Parameters: a(String), X(String)
_LIST = compiled(r"""(?i)\b(?:parameters|params|args|bind(?:ing)?s?|values)\\?["']?\s*[:=]\s*[(\[]?""")
_ITEM = compiled(
    r"""\A\s*(?:[bBuN]?'((?:[^'\\]|\\.|'')*)'|"((?:[^"\\]|\\.)*)"|([^\s,()\[\]"']+))(?:\(\w+\))?(\s*,|\s+|)"""
)
_MOST = 100
"""Parameters looked at in one statement."""
NEAR = 3
"""Lines after a statement in which its parameters may be printed."""


def places(text: str) -> frozenset[int]:
    """Return which parameters of the line's statement, counted from one, are secrets."""
    found: set[int] = set()
    inserted = _INSERT.search(text)
    if inserted is not None:
        columns, values = inserted.group(1).split(",")[:_MOST], inserted.group(2).split(",")[:_MOST]
        marks = _marks([value.strip() for value in values])
        found |= {
            mark for column, mark in zip(columns, marks, strict=False) if mark and _promised(column.strip(' `"[]'))
        }
    names = [(match.group(1), match.group(2)) for _, match in zip(range(_MOST), _SET.finditer(text), strict=False)]
    marks = _marks([mark for _, mark in names])
    return frozenset(found | {mark for (name, _), mark in zip(names, marks, strict=True) if _promised(name)})


def unbound(text: str, secret: Collection[int]) -> str:
    """Return the text without the values of those parameters."""
    if not secret:
        return text
    for pattern in (_NUMBERED, _BINDING):
        for match in reversed([match for _, match in zip(range(_MOST), pattern.finditer(text), strict=False)]):
            if int(match.group(1)) in secret and not harmless_value(match.group(2)):
                text = text[: match.start(2)] + MARK + text[match.end(2) :]
    listed = _LIST.search(text)
    return text if listed is None else _unlisted(text, listed.end(), secret)


def _unlisted(text: str, at: int, secret: Collection[int]) -> str:
    for place in range(1, _MOST):
        item = _ITEM.search(text[at:])
        if item is None:
            break
        group = next((group for group in (1, 2, 3) if item.group(group)), 0)
        end = at + item.end()
        if place in secret and group and not harmless_value(item.group(group)) and "$" not in item.group(group):
            text = text[: at + item.start(group)] + MARK + text[at + item.end(group) :]
            end += len(MARK) - len(item.group(group))
        if not item.group(4):
            break
        at = end
    return text


def _marks(marks: list[str]) -> list[int]:
    """Return the number of each parameter; 0 for what is none."""
    found, count = [], 0
    for mark in marks:
        count += mark in ("?", "%s")
        found.append(count if mark in ("?", "%s") else int(mark[1:]) if mark[:1] == "$" and mark[1:].isdigit() else 0)
    return found


def _promised(name: str) -> bool:
    return promise(name) is Promise.SECRET

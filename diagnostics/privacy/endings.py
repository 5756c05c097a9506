"""Where a hidden value goes on: quotes within quotes, blanks and commas within records, words to the end of a line.

Every rule hides from where its value begins; most end it at the first sign that usually ends one. Here what stands
between that place and the true end goes too, so that no rule needs to know every way of quoting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.extent import quoted_end
from diagnostics.privacy.secretnames import Promise, promise
from diagnostics.privacy.values import MARK, sentence

if TYPE_CHECKING:
    from collections.abc import Callable

_OPENED = compiled(
    r"""(?:^|[\s=(\[{,:>])[NEbu]?(["'`])$"""
    r"""|(?:^|\s)(?:-[uUe]|--user|--proxy-user|--env)[ =](["'])(?:[\w.\-@]+[:%]|[A-Z][A-Z0-9_]*=)$"""
)
"""Before a value: the quote that opened it, itself or with a user before it."""
_CLOSED = compiled(r"""\A(?:$|[\s,;:.)\]}>|&@\\"'`/<])""")
"""Behind a quote that closes."""
_GLUED = compiled(r"""\A["'][A-Za-z0-9][^\s,;)\]}]*""")
_RECORD = compiled(r"\b[A-Z][\w.$]*\s?[({\[][^\n]*(?:[({\[]|,) ?[\w.]+ ?= ?$")
"""A record printed by its ``toString``, up to the sign before a value."""
_FIELD = compiled(r",\s?[A-Za-z_][\w.]*\s?=")
_ENDS = compiled(r"\A(?:,\s?[A-Za-z_][\w.]*\s?=|[)\]}](?:$|\W)|\s?[)\]}]|\s*$)")
_ENTRY = compiled(r"^\s*\[[\w.\-:]+\] => $")
"""An entry that PHP's ``print_r`` prints: its value is the rest of the line."""
_SETTING = compiled(
    r"^\s*[A-Za-z_][\w.\-]*(?:\s?=\s?|:\s{2,})$|^[\w.\-\[\]]+:(?: [^\s:]+:)? [\w.\-]+ ?= ?$|(?:^|: )[A-Z][A-Z0-9_]*=$"
)
_NAME = compiled(r"[\w.\-]+")
_REST = compiled(r"\A,?(?: (?:[^\s#;=()\[\]\"'<>:]|#[^\s;=()\[\]\"'<>:])[^\s;=()\[\]\"'<>:]*){1,3}$")
_FIELDS = compiled(r"\{(?:[^{}]|\{[^{}]*\})* ?[A-Za-z_]\w*:$")
_SIBLING = compiled(r"\A(?: [^\s{}:=\"']+){1,4}( [A-Za-z_]\w*:|[}\]])")
"""Before and behind a value among the fields of a record without quotes: ``{Password:[redacted] and more Mode:x}``."""
_NEAR, _LONGEST, _MOST = 400, 120, 100
"""Characters looked at before and behind a hidden value, and hidden values looked at in one line."""


def endings(text: str) -> str:
    """Return the text with every hidden value hidden to its end."""
    if MARK not in text:
        return text
    kept: list[str] = []
    done, at = 0, text.find(MARK)
    for _ in range(_MOST):
        if at < 0:
            break
        end = at + len(MARK)
        more = _more(text, at, end)
        if more > end:
            kept += (text[done:end],)
            done = more
        at = text.find(MARK, max(end, done))
    return "".join((*kept, text[done:])) if kept else text


def _more(text: str, at: int, end: int) -> int:
    """Return where the value ends of which the mark hides the beginning."""
    before, behind = text[max(0, at - _NEAR) : at], text[end : end + _NEAR]
    if not behind:
        return end
    places: tuple[Callable[[str, str], int], ...] = (_in_quotes, _in_record, _in_fields, _in_line, _glued)
    return end + max(place(before, behind) for place in places)


def _in_quotes(before: str, behind: str) -> int:
    opened = _OPENED.search(before)
    if opened is None:
        return 0
    quote = opened.group(1) or opened.group(2)
    if behind[0] == quote and _CLOSED.search(behind[1:]) is not None and behind[1:2] != quote and not _shell(behind):
        return 0
    at = quoted_end(MARK + behind, 0, quote) - len(MARK)
    while at < len(behind) and _CLOSED.search(behind[at + 1 :]) is None:
        at = quoted_end(behind, at + 1, quote)
    return at if at < min(len(behind), _LONGEST) and behind[max(0, at - 1)] not in "=([{" else 0


def _shell(behind: str) -> bool:
    """Tell whether a shell's word goes on behind a quote: ``'can'"'"'t'``."""
    return behind.startswith(("'\"'\"'", "'\\''"))


def _in_record(before: str, behind: str) -> int:
    if _ENDS.search(behind) is not None or _RECORD.search(before) is None:
        return 0
    field = _FIELD.search(behind)
    if field is not None:
        return field.start() if field.start() <= _LONGEST else 0
    bare = behind.rstrip()
    return len(bare) - 1 if bare[-1:] in ")]}" and len(bare) <= _LONGEST else 0


def _in_fields(before: str, behind: str) -> int:
    sibling = _SIBLING.search(behind)
    return sibling.start(1) if sibling is not None and _FIELDS.search(before) is not None else 0


def _in_line(before: str, behind: str) -> int:
    if _ENTRY.search(before) is not None:
        return len(behind)
    setting = _SETTING.search(before) if _REST.search(behind) is not None else None
    named = setting is not None and promise(_NAME.findall(setting.group(0))[-1]) is not Promise.NOTHING
    return len(behind) if named and not sentence(MARK + behind) else 0


def _glued(before: str, behind: str) -> int:
    """Return how much of a word without quotes goes on behind a quote within it: ``Gull"Wing``."""
    glued = _GLUED.search(behind)
    return 0 if glued is None or before.count(behind[0]) % 2 else len(glued.group(0))

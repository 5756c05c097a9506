"""Where a value begins and ends: quoted, in brackets, wrapped in a type, or a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.carriers import QUOTE
from diagnostics.privacy.values import MARK, issued, masked

if TYPE_CHECKING:
    from diagnostics.privacy.carriers import Carrier

_WRAP = (
    r"(?:\([\w.*\[\]&: ]{1,60}\) (?:\((?:len|cap)=\d+[^()]{0,20}\) )?)?"
    r"(?:[&*]{0,2}(?:(?:Some|Ok|Just|new\s+\w+|[A-Z]\w*(?:(?:::|\.)\w+)*|bytes|str|string|bytearray|PASSWORD"
    r"|password)(?:<\w+>)?[(\[]"
    r"|[A-Z]\w*\s?\{\s?(?:\w+: )?|string(?:\(\d+\))?\s+|(?:chr|Some|Just|Text|ByteString|[A-Z][a-z]+[A-Z]\w*)\s+"
    r"|[\w.$]+@[0-9a-f]+:\s+|<<|\[\]\w+\{|!!\w+\s+|&\w+\s+|0x[0-9a-f]+\s+|\[\s*)){0,3}"
)
_QUOTED = compiled(rf"\A({_WRAP}[bBuUrRfNEL@$:&]{{0,2}})({QUOTE})")
_WRAPPED = compiled(
    r"\A(?:Some|Ok|Just|Optional|[A-Z]?\w*(?:Secret|Password|Sensitive|Protected)\w*)[(\[]"
    r"(\$\([\w.\-]+\)|[^\s()\[\]\"',]+)[)\]]"
)
_BRACKETED = compiled(r"""\A[\[({<]([^\s\[\](){}<>"'=:,]+)[\])}>]""")
_BRACED = compiled(r"""\A\{([^{}"'=:]+)\}""")
# [12, 200, 41, ...], <Buffer 61 62 ...>, []byte{0x1, ...}: the bytes of a key.
_BYTES = compiled(
    r"""\A\\?["'`]?(?:<Buffer |\[\]byte\{|(?:b?\w+\()?[\[({])"""
    r"""((?:\s*(?:0x)?[0-9a-fA-F]{1,3}\s*[, ]){7,}\s*(?:0x)?[0-9a-fA-F]{1,3})"""
)
_OCTETS = compiled(r"""\A\\?["'`(\[{]?((?:(?:0x)?[0-9A-Fa-f]{2}[ :,\-] ?){7,}(?:0x)?[0-9A-Fa-f]{2})\b""")
"""The same without brackets: 5C 0F 9E 21 ..."""
# [h, u, n, t, e, r, 2]: a char[] as Java, Kotlin and Scala print it
_CHARACTERS = compiled(r"""\A(?:Array|List)?[\[({]('?[!-~]'?(?:\s*,\s*'?[!-~]'?){5,})[\])}]""")
# A code that is typed comes in groups.
_GROUPS = compiled(r"\A(?:\d{3}[ \-]\d{3,4}(?:[ \-]\d{3,4})?|\d{2}(?: \d{2}){2,3})\b")
# A seed in groups that are easy to copy: x5ow aqye 42x6 pdf6
_SEED = compiled(r"\A(?:[A-Za-z2-7]{4}(?:[ \-][A-Za-z2-7]{4}){3,15}|[A-Z2-7]{5,8}(?:[ \-][A-Z2-7]{5,8}){1,7})\b")
_TAGGED = compiled(r"\A(?:!!\w+|&\w+)\s+")
_RUN = compiled(r"\A\S+")
# Where an unquoted value ends before the blank: a separator and a name, a quote that closes, a newline written out.
_CUT = compiled(
    r"""[,;|](?:$|["'(\[{]|[\w.\-$@]*["'\]]?[=:])|&(?:$|[\w.\-%\[\]]+=)|["'`](?:$|[\s,;:.)\]}>])"""
    r"""|\\["'nrt]|</|&quot;|%2[26]|&#3[49];"""
)
_ASSIGNS = compiled(r"""[\s;,&][\w.\-]+=|[\\"']""")
_PAIRED = {")": "(", "]": "[", "}": "{", ">": "<"}
_DOUBLED = compiled(r"""\A[^\s,;:)\]}]|\A [^=:,]*[^=:,\s]""")
"""Behind two quotes within a value, which stand for one."""
_SPLICED = ("'\"'\"'", "'\\''")
"""How a shell's word in single quotes holds one."""
_TOLD = compiled(r"(?:\bstring\((\d{1,5})\)\s+|\bs:(\d{1,5}):)$")
"""PHP tells a string's length in bytes before it."""
_NEXT_FIELD = compiled(r";\s*(?:$|[A-Za-z][\w ]*=)")
# A variable on a line of its own, as an env file holds it: its value is the rest.
_VARIABLE = compiled(r"^\s*(?:export\s+)?[A-Z][A-Z0-9_]*(?:=|:\s{2,})$")
_ALONE = compiled(r"""^[^\s"'=\\$<(\[{][^"'=\\]*$""")
GLUED = r"""(?:[^\s"'`,;|()]|[,;|()][A-Za-z0-9])"""
"""A sign of a word without quotes: one that parts words is of it where a word goes on behind it."""
_LONG, _SHORT, _HEAD = 8192, 256, 80
_OPENINGS = ("[", "{", "(", "<")


@dataclass(frozen=True, slots=True)
class Value:
    """The place of a value, and how sure it is that one stands there."""

    start: int
    end: int
    quoted: bool
    surety: str


def located(carrier: Carrier, name: str, before: str, text: str, at: int) -> Value | None:
    """Return the value that begins at a place: up to a sign, quoted, in brackets, or a word."""
    head = text[at : at + _HEAD]
    if carrier.until:
        end = text.find(carrier.until, at)
        return Value(at, end, quoted=True, surety=carrier.surety) if end > at else None
    if not _many(name) and (piece := _pieces(text, at)) is not None:
        return Value(*piece, quoted=True, surety=carrier.surety)
    if _assignment_ends(before, text, at):
        return None
    if (groups := grouped(head)) > 0:
        return Value(at, at + groups, quoted=False, surety=carrier.surety)
    quoted = _quoted(before, text, at)
    place = quoted or (None if carrier.quoted else _unquoted(before, text, at))
    return None if place is None else Value(*place, quoted=quoted is not None, surety=carrier.surety)


def _many(name: str) -> bool:
    """Tell whether a name is of several values: a list behind ``tokens`` holds no characters of one."""
    return name.lower().endswith("s") and not name.lower().endswith("pass")


def grouped(text: str) -> int:
    """Return the length of the code in groups that a text begins with, or 0: ``312 884``, ``JBSW Y3DP EHPK 3PXP``."""
    if (digits := _GROUPS.search(text)) is not None:
        return digits.end()
    seed = _SEED.search(text)
    if seed is None or not any(map(str.isdigit, seed.group(0))):
        return 0
    return seed.end()


def _pieces(text: str, at: int) -> tuple[int, int] | None:
    """Return where the bytes or the characters of a list begin and end."""
    head = text[at : at + _SHORT]
    found = _BYTES.search(head) or _CHARACTERS.search(head) or _OCTETS.search(head)
    return None if found is None else (at + found.start(1), at + found.end(1))


def octets(text: str, at: int) -> tuple[int, int] | None:
    """Return where the bytes that begin at a place stand, as a sentence has them."""
    found = _OCTETS.search(text[at : at + _SHORT])
    return None if found is None else (at + found.start(1), at + found.end(1))


def _quoted(before: str, text: str, at: int) -> tuple[int, int] | None:
    """Return where a value in quotes begins and ends; its name may stand in the same ones."""
    if (end := _quoted_assignment(before, text, at)) > at:
        return at, end
    opening = _QUOTED.search(text[at : at + _HEAD])
    if opening is None:
        return None
    start, quote = at + opening.end(), opening.group(2)
    end = told_end(text, start, quote)
    return (start, end) if end > start else _within(text, start, quote)


def told_end(text: str, start: int, quote: str) -> int:
    """Return where a quoted value ends whose length stands before it, or 0."""
    told = _TOLD.search(text[max(0, start - len(quote) - _HEAD) : start - len(quote)])
    if told is None:
        return 0
    length = int(told.group(1) or told.group(2))
    value = text[start : start + length].encode(errors="replace")[:length].decode(errors="ignore")
    end = start + len(value)
    return end if text.startswith(quote, end) else 0


def _assignment_ends(before: str, text: str, at: int) -> bool:
    """Tell whether a quote that stood before the name closes right behind it: ``'DB_PASSWORD=' 'A=b'``."""
    return before[-1:] in ("'", '"') and text.startswith(before[-1], at) and not text[at + 1 : at + 2].strip(",)]} ")


def _quoted_assignment(before: str, text: str, at: int) -> int:
    """Return where a value with blanks ends, when name and value are quoted as one: ``'DB_PASSWORD=two words'``."""
    if before[-1:] not in ("'", '"') or text[at - 1 : at] != "=":
        return at
    end = text.find(before[-1], at, at + _SHORT)
    inner = text[at:end] if end > 0 else ""
    return end if " " in inner and _ASSIGNS.search(inner) is None else at


def _within(text: str, start: int, quote: str) -> tuple[int, int]:
    """Return where a quoted value begins and ends; CSV and ADO.NET double the quote."""
    if quote == '"' == text[start : start + 1] and text[start + 1 : start + 2].isalnum():
        return start + 1, quoted_end(text, start + 1, '""')
    return start, quoted_end(text, start, quote)


def _unquoted(before: str, text: str, at: int) -> tuple[int, int] | None:
    """Return where a value without quotes begins and ends."""
    head = text[at : at + _SHORT]
    for pattern in (_WRAPPED, _BRACKETED, _BRACED):
        if (inner := pattern.search(head)) is not None and inner.group(0) != MARK:
            word = inner.group(1)
            made = head[0] != "<" or issued(word)
            return (
                (at + inner.start(1), at + inner.end(1)) if made and not (head[0] == "[" and word.isupper()) else None
            )
    if (tag := _TAGGED.search(head)) is not None:
        at += tag.end()
    if head[:1] in _OPENINGS and not head.startswith(MARK):
        return None
    field = _NEXT_FIELD.search(text[at : at + _SHORT]) if before.endswith(";") else None
    alone = at < _SHORT and _VARIABLE.search(text[:at]) is not None and _ALONE.search(text[at:]) is not None
    if alone and not masked(text[at:].split(" ", 1)[0]):
        return at, len(text.rstrip())
    end = word_end(text, at) if field is None else at + field.start()
    return (at, end) if end > at else None


def quoted_end(text: str, start: int, quote: str) -> int:
    """Return where a quoted value ends; the end of the text when nothing closes it."""
    at = start
    while (at := text.find(quote, at)) >= 0:
        spliced = next((splice for splice in _SPLICED if quote == "'" and text.startswith(splice, at)), "")
        if spliced and at > start:
            at += len(spliced)
            continue
        escaped = at > start and text[at - 1] == "\\"
        if escaped and quote[0] in "\\\"'`":
            at += len(quote)
            continue
        doubled = len(quote) == 1 and at > start and text[at + 1 : at + 2] == quote
        if doubled and _goes_on(text, at + 2, quote):
            at += 2
            continue
        return at
    return len(text)


def _goes_on(text: str, at: int, quote: str) -> bool:
    """Tell whether a value goes on behind two quotes: a word or a blank follows, and later a quote that closes."""
    behind = text[at : at + _SHORT]
    return behind[:1].isalnum() or (_DOUBLED.search(behind.split(quote, 1)[0]) is not None and quote in behind)


def word_end(text: str, start: int) -> int:
    """Return where an unquoted value ends."""
    if text.startswith(MARK, start):
        return start + len(MARK)
    run = _run(text, start)
    while run and run[-1] in _PAIRED and run.count(run[-1]) > run.count(_PAIRED[run[-1]]):
        run = run[:-1]
    return start + len(run)


def _run(text: str, start: int) -> str:
    """Return the word that begins at a place, up to where it is cut."""
    for reach in (_SHORT, _LONG):
        found = _RUN.search(text[start : start + reach])
        run = "" if found is None else found.group(0)
        cut = _CUT.search(run, 1) if len(run) > 1 else None
        if cut is not None and cut.end() < reach:
            return run[: cut.start()]
        if len(run) < reach:
            return run
    return text[start:].split(None, 1)[0]

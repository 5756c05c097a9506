"""Secrets in columns: of tables with bars, aligned tables, CSV and dumps; a heading tells which column holds them."""

from __future__ import annotations

from itertools import pairwise

from diagnostics.patterns import compiled
from diagnostics.privacy.secretnames import Promise, password, promise
from diagnostics.privacy.values import MARK, chosen_phrase, harmless_value, issued, state

_COPY = compiled(r"(?i)\bCOPY\s+\S+\s*\(([^()]*)\)\s+FROM\s+stdin")
_COLUMN = compiled(r"""^["']?[A-Za-z_][\w \-.]{0,40}["']?$""")
_RULE = compiled(r"^[\s+|│┃┌├╞└─━═┼┬┴╪┏┡└┐┤┘┓┩\-=:]{3,}$")
_ALIGNED = compiled(
    r"^\s*[A-Z][A-Za-z_\-]*(?: [A-Za-z_\-]+)*(?:\s{2,}[A-Z][A-Za-z_\-]*(?: [A-Za-z_\-]+)*)+\s*$"
    r"|^\s*[#;] ?[A-Za-z_\-]+(?:\s{2,}[A-Za-z_\-]+(?: [A-Za-z_\-]+)*){2,}\s*$"
    r"|^\s*[a-z][a-z_\-]*(?:\s{2,}[a-z][a-z_\-]*){2,}\s*$"
)
_COMMENTED = compiled(r"^\s*[#;] ?")
_CELL = compiled(r"""("[^"]*"|'[^']*'|\S+)""")
"""A cell of a file whose columns a comment names."""
_PAIRS = compiled(r"(?i)^\s*(?:key|name|variable|setting|property|parameter|field|option|config)\s{2,}values?\s*$")
_PAIR = compiled(r"^\s*([\w.\-]+)\s{2,}(\S(?: ?\S)*)\s*$")
"""A table of names and values: its heading, and a row."""
_HEADING = compiled(r"\S+(?: \S+)*")
_BARS = ("|", "│", "┃")
_SEPARATORS = (",", ";", "\t")
_LONGEST = 400
"""Characters of a heading."""
_NULLS = ("\\N", "NULL", "-")


class Columns:
    """The columns of a table that the lines so far began. ``feed`` returns a row with its secrets hidden."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}  # by place in the row
        self._separator, self._count = "", 0
        self._spans: list[tuple[str, int, int]] = []  # of an aligned table: the name, where it begins and ends
        self._heading: tuple[dict[int, str], str, int] | None = None  # until a rule below it says that it is one
        self._cells: dict[int, str] = {}  # of a file whose columns a comment names
        self._pairs = False  # whether a row is a name and its value

    @property
    def active(self) -> bool:
        """Whether the next line may be a row."""
        return bool(self._separator or self._spans or self._heading or self._cells or self._pairs)

    def feed(self, text: str) -> str:
        """Take the next line."""
        if self._heading is not None:
            heading, self._heading = self._heading, None
            if _RULE.search(text) is not None:
                self._names, self._separator, self._count = heading
                return text
        if self._separator:
            hidden = self._row(text)
        elif self._spans:
            hidden = self._slice(text)
        elif self._cells:
            hidden = self._cell(text)
        elif self._pairs:
            hidden = self._pair(text)
        else:
            hidden = text
        if not self.active:
            self._look(text)
        return hidden

    def _row(self, text: str) -> str:
        fields = _fields(text, self._separator, self._count)
        barred = self._separator in _BARS
        if barred and _RULE.search(text) is not None:
            return text
        if len(fields) != self._count or (self._separator in ",;" and ": " in text):
            self._separator = ""
            return text
        for place, name in self._names.items():
            cell = fields[place].strip()
            bare = cell[1:-1] if len(cell) > 1 and cell[0] in "\"'" and cell[-1] == cell[0] else cell.strip("\"'")
            if bare and bare not in _NULLS and not harmless_value(bare, name):
                fields[place] = fields[place].replace(bare, MARK, 1)
        return self._separator.join(fields)

    def _cell(self, text: str) -> str:
        if not text.strip() or text.lstrip()[0] in "#;":
            return text
        cells = list(_CELL.finditer(text))
        if len(cells) <= max(self._cells):
            self._cells = {}
            return text
        for place, name in sorted(self._cells.items(), reverse=True):
            cell = cells[place]
            quote = cell.group(1)[0] if cell.group(1)[0] in "\"'" else ""
            start, end = cell.start(1) + len(quote), cell.end(1) - len(quote)
            if text[start:end].strip("*") and not harmless_value(text[start:end], name):
                text = text[:start] + MARK + text[end:]
        return text

    def _pair(self, text: str) -> str:
        if _RULE.search(text) is not None:
            return text
        pair = _PAIR.search(text)
        if pair is None:
            self._pairs = False
            return text
        secret = promise(pair.group(1)) is Promise.SECRET and not harmless_value(pair.group(2), pair.group(1))
        return text[: pair.start(2)] + MARK + text[pair.end(2) :] if secret else text

    def _slice(self, text: str) -> str:
        if not text.strip():
            self._spans = []
            return text
        for name, start, end in reversed(self._spans):
            if text[start - 1 : start].strip() if start else False:
                self._spans = []
                return text
            value = text[start:end].strip()
            if value and MARK not in value and _made(name, value):
                at = text.find(value, start)
                text = text[:at] + MARK + text[at + len(value) :]
        return text

    def _look(self, text: str) -> None:
        if len(text) > _LONGEST:
            return
        copy = _COPY.search(text)
        if copy is not None:
            self._note(copy.group(1).split(","), "\t")
            return
        if ":" in text or "=" in text:
            return
        for separator in _BARS:
            if separator in text:
                self._note_barred(text.split(separator), separator)
                return
        for separator in _SEPARATORS:
            columns = text.strip().split(separator)
            if len(columns) > 1 and all(_COLUMN.search(column) is not None for column in columns):
                self._note(columns, separator)
                return
        if _PAIRS.search(text) is not None:
            self._pairs = True
        elif _ALIGNED.search(text) is not None:
            self._note_aligned(text)

    def _note(self, columns: list[str], separator: str) -> None:
        names = _secret(columns)
        if names and not any(" " in column.strip() for column in columns):
            self._names, self._separator, self._count = names, separator, len(columns)

    def _note_barred(self, columns: list[str], separator: str) -> None:
        names = _secret(columns)
        if names and all(not column.strip() or _COLUMN.search(column.strip()) is not None for column in columns):
            self._heading = (names, separator, len(columns))

    def _note_aligned(self, text: str) -> None:
        commented = _COMMENTED.search(text)
        headings = list(_HEADING.finditer(text if commented is None else text[commented.end() :]))
        if commented is not None:
            names = enumerate(heading.group(0) for heading in headings)
            self._cells = {place: name for place, name in names if promise(name) is Promise.SECRET}
            return
        ends = [*(right.start() for _, right in pairwise(headings)), _LONGEST]
        self._spans = [
            (heading.group(0), heading.start(), end)
            for heading, end in zip(headings, ends, strict=True)
            if promise(heading.group(0)) is Promise.SECRET
        ]


def _fields(text: str, separator: str, count: int) -> list[str]:
    """Return the fields of a row; where there are too many, a separator may stand in quotes."""
    parts = text.split(separator)
    if len(parts) <= count:
        return parts
    fields: list[str] = []
    opened = False
    for part in parts:
        if opened:
            fields[-1] += separator + part
        else:
            fields.append(part)
        opened = fields[-1].count('"') % 2 == 1
    return fields


def _secret(columns: list[str]) -> dict[int, str]:
    names = {place: column.strip(" `\"'") for place, column in enumerate(columns)}
    return {place: name for place, name in names.items() if promise(name) is Promise.SECRET}


def _made(name: str, value: str) -> bool:
    """Tell whether a value of an aligned table is a secret: its columns hold remarks as well."""
    if harmless_value(value, name) or state(value):
        return False
    if " " in value:
        return password(name) and chosen_phrase(value, sure=True)
    return issued(value) or password(name)

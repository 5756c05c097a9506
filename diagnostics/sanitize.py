"""What never reaches a screen: bytes become printable lines.

Logs may hold terminal commands (ANSI, OSC), control characters, text that reorders what a reader sees (bidi controls),
NUL, broken UTF-8, and lines of a megabyte. Everything printable stays as it was.
"""

from __future__ import annotations

from diagnostics.patterns import compiled, encodable

LINE_CAP = 4096
"""Longest line shown, in characters: beginnings say what it is, ends say what went wrong."""

_TAIL = 1024

READ_CAP = 65_536
"""Longest line read at all, in characters: as much as is decoded of one record (``transcript.decoding``)."""

_READ_TAIL = 8192

# ECMA-48: a control sequence is parameters, intermediates and a final character; strings end with BEL or ST.
_PARAMETERS = "".join(map(chr, range(0x30, 0x40)))
_INTERMEDIATES = "".join(map(chr, range(0x20, 0x30)))
_STRINGS = tuple("]PX^_")

_SPACES = (0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029)  # vertical tab, form feed, CR, NEL, line and paragraph separator
_CONTROLS = (*range(0x09), 0x0A, *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0))
# Unicode: soft hyphen, Arabic letter mark, zero width space, marks, embeddings, overrides, word joiner, isolates,
# deprecated format characters, BOM, interlinear annotation, tag characters. The joiners (U+200C, U+200D) are language.
_HIDDEN = (
    *(0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),
)
_HIDING: dict[int, str] = dict.fromkeys((*_CONTROLS, *_HIDDEN), "")
_SPACED: dict[int, str] = dict.fromkeys(_SPACES, " ")
# Behind a letter of ours a joiner joins nothing: there it only hides a word from whoever searches.
_JOINED = compiled(r"([\x21-\x7e])[\x{200c}\x{200d}]+")


def decoded(raw: bytes) -> str:
    """Return the text of bytes that claim to be UTF-8; what is not becomes U+FFFD."""
    return raw.decode("utf-8", errors="replace")


def clean_line(line: str) -> str:
    """Return one printable line of at most ``LINE_CAP`` characters; cleaning twice is cleaning once."""
    if line.isascii() and line.isprintable() and len(line) <= LINE_CAP:
        return line
    return shortened(spaced(uncovered(line)).rstrip(" "))


def uncovered(line: str) -> str:
    """Return the line without what hides in it, however long it is: what a reader sees is what a pattern meets.

    Terminal commands, control characters (NUL) and invisible characters go, so that ``pass<bold>word=...`` is
    ``password=...``. Spaces of every kind stay as they are. Doing it twice changes nothing.
    """
    if line.isascii() and line.isprintable():
        return line
    kept = encodable(line)
    if "\x1b" in kept:
        kept = _unescaped(kept)
    if "\x9b" in kept:
        first, *others = kept.split("\x9b")
        kept = first + "".join(_behind_sequence(piece) for piece in others)
    kept = kept.translate(_HIDING)
    return kept if kept.isascii() else _JOINED.sub(r"\1", kept)


def spaced(line: str) -> str:
    """Return the line with each vertical tab, return or line separator as a plain space."""
    return line if line.isascii() and line.isprintable() else line.translate(_SPACED)


def bounded(line: str) -> str:
    """Return a line of at most ``READ_CAP`` characters: its head and its tail.

    The tail begins with a whole word: the rest of a word whose beginning is gone may be the rest of a secret.
    """
    if len(line) <= READ_CAP:
        return line
    tail = whole_words(line[len(line) - _READ_TAIL :])
    head = line[: READ_CAP - _READ_TAIL - MARK_CAP]
    return f"{head} …({len(line) - len(head) - len(tail)} more)… {tail}"


MARK_CAP = 40
"""Room for the words that say how much was left out."""


def whole_words(rest: str) -> str:
    """Return what follows the first space of a text whose beginning was cut off; nothing when it has none."""
    return rest.partition(" ")[2]


def shortened(line: str, cap: int = LINE_CAP, tail: int = _TAIL) -> str:
    """Return a line of at most ``cap`` characters: its head and its tail, and how much lies between."""
    if len(line) <= cap:
        return line
    mark = f" …({len(line) - cap} more)… "
    return line[: cap - tail - len(mark)] + mark + line[len(line) - tail :]


def _unescaped(text: str) -> str:
    """Return the text without its escape sequences. By hand: a line may be made of nothing else."""
    first, *pieces = text.split("\x1b")
    kept = [first]
    for piece, following in zip(pieces, (*pieces[1:], ""), strict=True):
        if piece.startswith("["):
            kept.append(_behind_sequence(piece[1:]))
        elif piece.startswith(_STRINGS):
            kept.append(_behind_string(piece, following))
        else:
            rest = piece.lstrip(_INTERMEDIATES)
            kept.append(rest[1:] if "0" <= rest[:1] <= "~" else piece)
    return "".join(kept)


def _behind_sequence(piece: str) -> str:
    """Return what follows a control sequence; all of it when it has no end."""
    rest = piece.lstrip(_PARAMETERS).lstrip(_INTERMEDIATES)
    return rest[1:] if "@" <= rest[:1] <= "~" else piece


def _behind_string(piece: str, following: str) -> str:
    """Return what follows a string command. One without an end hides nothing: only its introducer goes."""
    _, bell, rest = piece.partition("\x07")
    if bell:
        return rest
    return "" if following.startswith("\\") else piece[1:]

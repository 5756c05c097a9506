"""What never reaches a screen: bytes become printable lines.

Logs may hold terminal commands (ANSI, OSC), control characters, text that reorders what a reader sees (bidi controls),
NUL, broken UTF-8, and lines of a megabyte. Everything printable stays as it was.
"""

from __future__ import annotations

from diagnostics.patterns import compiled, encodable

LINE_CAP = 4096
"""Longest line kept, in characters: beginnings say what it is, ends say what went wrong."""

_TAIL = 1024

# ECMA-48: CSI, OSC and the string commands with their terminators, then any other escape of two characters.
# A string command without an end is no reason to hide the rest of the line: only its introducer goes.
_ESCAPES = compiled(
    r"\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x{9b}[0-?]*[ -/]*[@-~]"
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[ -/]*[0-~]"
)

_COMMANDS = 2000
"""Terminal commands removed from one line; of more, only the introducers go: no program prints so many."""

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
_TABLE: dict[int, str] = dict.fromkeys((*_CONTROLS, *_HIDDEN), "") | dict.fromkeys(_SPACES, " ")


def decoded(raw: bytes) -> str:
    """Return the text of bytes that claim to be UTF-8; what is not becomes U+FFFD."""
    return raw.decode("utf-8", errors="replace")


def clean_line(line: str) -> str:
    """Return one printable line of at most ``LINE_CAP`` characters; cleaning twice is cleaning once."""
    if line.isascii() and line.isprintable() and len(line) <= LINE_CAP:
        return line
    return shortened(printable(line).rstrip(" "))


def printable(line: str) -> str:
    """Return a line of any length without what no screen shows: terminal commands, controls, hidden characters."""
    if line.isascii() and line.isprintable():
        return line
    kept = encodable(line)
    if 0 < kept.count("\x1b") + kept.count("\x9b") <= _COMMANDS:
        kept = _ESCAPES.sub("", kept)
    return kept.translate(_TABLE)


def shortened(line: str, cap: int = LINE_CAP, tail: int = _TAIL) -> str:
    """Return a line of at most ``cap`` characters: its head and its tail, and how much lies between."""
    if len(line) <= cap:
        return line
    mark = f" …({len(line) - cap} more)… "
    return line[: cap - tail - len(mark)] + mark + line[len(line) - tail :]

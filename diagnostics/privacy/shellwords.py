"""The words of a command line: of a shell, of its trace, of a list of arguments, and within a program's message."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.patterns import compiled
from diagnostics.privacy.arguments import arguments

_REACH, _MOST = 1200, 60
"""Characters looked at behind a program's name, and words among them."""
_BLANKS = compiled(r"\A(?:\s|\\\s)*")
_PIECE = compiled(
    r"""\A(?:\$?'([^']*)'|\$?"((?:[^"\\]|\\.)*)"|"""
    r"""\\"((?:[^"\\]|\\[^"])*)\\"|((?:[^\s"'\\|;<>`()]|\\[^"\s]|\\ |\(\S*?\))+))"""
)
"""What a word is made of: quoted in one of three ways, or bare."""
_LISTED = compiled(r"""\A(["']),\s*""")
_CLOSES = compiled(r"""\A\\?["'](?:$|[\s,;:.)\]}])""")
"""A quote that was opened before the command closes it."""
_BACKGROUND = compiled(r"\A&(?:&|\s|$)")
_TRAILING = ",.:!?]}"
_QUOTES = "\"'"


@dataclass(frozen=True, slots=True)
class Word:
    """A word without its quotes, and where it stands; of pieces in different quotes the text is as it was written."""

    start: int
    end: int
    text: str


def command_words(text: str, at: int) -> list[Word]:
    """Return the words behind a program's name that ends at a place, up to what ends its command."""
    listed = _LISTED.search(text[at : at + 8])
    if listed is not None:
        return [Word(value.start, value.end, value.text) for value in arguments(text, at + listed.end())]
    at += 1 if text[at : at + 1] in ("'", '"') else 0
    rest, done = text[at : at + _REACH], 0
    found: list[Word] = []
    while len(found) < _MOST:
        blanks = _BLANKS.search(rest[done:])
        begin = done + (0 if blanks is None else blanks.end())
        if begin == done and found:
            break
        word, done = _word(rest, begin)
        if done == begin:
            break
        found.append(Word(at + word.start, at + word.end, word.text))
    return found


def _word(text: str, begin: int) -> tuple[Word, int]:
    """Return the word that begins at a place, and where what follows it begins."""
    done = begin
    inner: tuple[int, int] | None = None
    pieces = 0
    while done < len(text):
        head = text[done:]
        if (done > begin and _CLOSES.search(head) is not None) or _BACKGROUND.search(head) is not None:
            break
        piece = _PIECE.search(head)
        if piece is None:
            break
        place = next(group for group in (1, 2, 3, 4) if piece.group(group) is not None)
        inner = (done + piece.start(place), done + piece.end(place))
        pieces += 1
        done += piece.end()
    if pieces == 1 and inner is not None:
        start, end = inner
        quoted = text[begin] in _QUOTES or text[begin : begin + 2] in ('\\"', "$'")
        end = end if quoted else start + len(text[start:end].rstrip(_TRAILING))
        return Word(start, end, text[start:end]), done
    return Word(begin, done, text[begin:done]), done

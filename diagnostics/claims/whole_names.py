"""Names as the line has them: a relative path with its beginning, and nothing that the program itself cut short.

Phrases look for a path from its first slash on. Where a word stands directly before that slash (``bin/rails``), the
path begins with the word; a fragment of it would name another file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

PATHS: Final = frozenset({"path", "file", "dir", "lock", "script", "cmd", "command"})
"""Names whose value is a path."""
SETTINGS: Final = frozenset({"var", "key", "setting", "param", "field", "opt", "flag"})
"""Names whose value is a setting's name."""
CUT: Final = ("...", "…")
"""What stands at the end of words that were cut short."""

_FUNCTION_WORDS: Final = frozenset({
    *("a", "an", "and", "any", "api", "are", "as", "at", "be"),
    *("been", "but", "by", "can", "cannot", "could", "did", "do"),
    *("does", "for", "from", "given", "had", "has", "have", "if", "in", "into", "is", "it", "its", "may", "missing"),
    *("must", "no", "not", "of", "on", "one", "or", "our", "please", "required", "set", "should", "so", "than", "that"),
    *("the", "their", "them", "then", "there", "these", "this", "those", "to", "too", "unset", "was", "we", "were"),
    *("when", "which", "while", "will", "with", "would", "you", "your"),
})  # fmt: skip
"""Words of a sentence that no program names a setting by; in quotes they are names all the same."""

_HEAD: Final = compiled(r"[\w@+~.-]+$")
"""The first word of a relative path, before its slash."""


def whole(names: Mapping[str, str], text: str) -> dict[str, str]:
    """Return the names that a text gave: relative paths as they stand there, without what it cut short."""
    found = {}
    for name, value in names.items():
        base = name.rstrip("0123456789")
        if base in PATHS | SETTINGS and value.rstrip("'\"`").endswith(CUT):
            continue
        if base in SETTINGS and (_torn(value, text) or _of_the_sentence(value, text)):
            continue
        found[name] = _from_its_beginning(value, text) if base in PATHS and value[:1] == "/" else value
    return found


def _torn(value: str, text: str) -> bool:
    """Whether a name is only the end of a number wherever it stands: ``256.00MiB``."""
    at = text.find(value)
    while at > 0 and text[at - 1].isalnum() and value[:1].isalnum():
        at = text.find(value, at + 1)
    return at < 0 and value in text


def _of_the_sentence(value: str, text: str) -> bool:
    """Whether a name is a word of the sentence that a phrase took for one: ``variable is missing``."""
    return value.lower() in _FUNCTION_WORDS and not any(f"{quote}{value}{quote}" in text for quote in "'\"`")


def _from_its_beginning(path: str, text: str) -> str:
    """Return the path with the word directly before it; as it is where it once stands alone, or behind an address."""
    begun, at = "", text.find(path)
    while at >= 0:
        head = _HEAD.search(text[max(0, at - len(path) - 255) : at])
        if head is None:
            return path
        before = text[: at - len(head.group(0))][-1:]
        if before in {"/", ":", "%", "$", "}"}:
            return path  # a URL, an image's name, or a variable that a shell fills in
        begun = begun or head.group(0)
        at = text.find(path, at + 1)
    return f"{begun}{path}"

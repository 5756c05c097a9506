"""What a failing line names: settings, variables, options, kinds, paths. Pure text; what each is, the objects tell.

Names of a claim come first, for whoever made the claim knew the words; what follows here is read off the text alone.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled, encodable

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOKED: Final = 4000
"""Characters of a line that are read."""
MOST: Final = 24
"""Identifiers of a line that are kept."""


class IdentifierKind(enum.StrEnum):
    """What kind of thing a word names."""

    SETTING = "setting"  # a key, field, option or property that a text calls so, or quotes
    VARIABLE = "variable"  # a word in capitals with an underscore
    OPTION = "option"  # --flag
    KIND = "kind"  # a kind or resource of the Kubernetes API
    PATH = "path"  # an absolute path


@dataclass(frozen=True, slots=True)
class Identifier:
    """One word of a text and what it names."""

    kind: IdentifierKind
    name: str


_SETTING: Final = compiled(
    r"(?i)\b(?:key|field|option|property|setting|parameter|configuration|variable|attribute)s?(?: named)?[ :=]+"
    r"\\*[\"'`\x{2018}\x{201C}]?([A-Za-z_][\w.-]{2,60}[A-Za-z0-9_])"
)
_QUOTED: Final = compiled(r"\\*[\"'`\x{2018}\x{201C}]([A-Za-z_][\w.-]{2,60}[A-Za-z0-9_])\\*[\"'`\x{2019}\x{201D}]")
_VARIABLE: Final = compiled(r"\b([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])\b")
_OPTION: Final = compiled(r"(?:^|[\s\"'`=(\[])(--?[A-Za-z][\w.-]*[A-Za-z0-9])")
_CACHE: Final = compiled(
    r"(?i)\bfailed to wait for \"?(?P<a>[\w.-]+)\"? caches? to sync(?:[^\n]{0,20}?kind source: \*(?P<b>[\w./]+))?"
    r"|\btimed out waiting for caches? to (?:be )?sync(?:ed)? for (?:kind )?\*?(?P<c>[\w./]+)"
    r"|\bfailed to (?:list|watch) \*(?P<d>[\w./]+)"
)
"""controller-runtime (pkg/internal/source/kind.go, controller.go) and client-go's reflector, about what they watch."""
_NO_MATCH: Final = compiled(r"no matches for kind \\*\"([\w.]+)\\*\" in (?:version|group) \\*\"([\w./-]+)")
_REQUESTED: Final = compiled(r"could not find the requested resource[^\n(]{0,40}\(\w+ ([a-z][\w.-]+)\)")
_PATH: Final = compiled(r"(?:^|[\s\"'`(=,:\[])(/[\w@+.-]+(?:/[\w@+.-]+)+/?)")
_WORDS: Final = frozenset({"not", "the", "file", "value", "found", "missing", "error", "with", "from", "for", "map"})


@lru_cache(maxsize=1024)
def identifiers(text: str) -> tuple[Identifier, ...]:
    """Return what a line names, each once; those that a text calls by their kind come first."""
    return tuple(dict.fromkeys(_found(encodable(text[:LOOKED]))))[:MOST]


def _found(text: str) -> Iterator[Identifier]:
    for match in _CACHE.finditer(text):
        told = match.group("b") or match.group("c") or match.group("d") or match.group("a")
        if kind := _typed(told):
            yield Identifier(IdentifierKind.KIND, kind)
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            name = match.group(1)
            if kind is not IdentifierKind.SETTING or name.lower() not in _WORDS:
                yield Identifier(kind, name.rstrip("."))


_PATTERNS: Final = (
    (IdentifierKind.KIND, _NO_MATCH),
    (IdentifierKind.KIND, _REQUESTED),
    (IdentifierKind.VARIABLE, _VARIABLE),
    (IdentifierKind.OPTION, _OPTION),
    (IdentifierKind.SETTING, _SETTING),
    (IdentifierKind.SETTING, _QUOTED),
    (IdentifierKind.PATH, _PATH),
)
_VERSION: Final = compiled(r"^(?:\w+\.)*v\d\w*\.([A-Z]\w*)$")
_WHOLE: Final = compiled(r"^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*$|^[A-Z]\w+$")
"""A resource as the API calls it, or a kind; a type of Go's packages (``unstructured.Unstructured``) is neither."""


def _typed(word: str) -> str:
    """Return the kind that a type of Go's is, whose package is a version (``*v1alpha1.Widget``); or nothing."""
    found = _VERSION.search(word)
    if found is not None:
        return str(found.group(1))
    return word if _WHOLE.search(word) is not None else ""

"""Names of C++ functions as linkers know them (Itanium C++ ABI, 5.1), made readable: no types, no templates."""

from __future__ import annotations

from typing import Final

from diagnostics.patterns import compiled

PARTS: Final = 12
"""Parts of a nested name that are read."""

_LENGTH: Final = compiled(r"^(\d{1,4})")
_QUALIFIER: Final = compiled(r"^[rVKRO]+")


def readable(symbol: str) -> str:
    """Return ``pool::Pool::close`` for ``_ZN4pool4Pool5closeEv``; a name of another kind as it is."""
    if not symbol.startswith("_Z"):
        return symbol
    rest = symbol[2:]
    nested = rest.startswith("N")
    rest = _QUALIFIER.sub("", rest[1:]) if nested else rest
    parts: list[str] = []
    while len(parts) < PARTS:
        length = _LENGTH.match(rest)
        if length is None:
            break
        begin = length.end()
        end = begin + int(length.group(1))
        parts.append(rest[begin:end])
        rest = rest[end:]
        if not nested:
            break
    if parts and nested and rest[:1] in ("C", "D") and rest[1:2].isdigit():
        parts.append(("~" if rest[0] == "D" else "") + parts[-1])
    return "::".join(parts) or symbol

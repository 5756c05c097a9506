"""``make literals``: what a first diagnosis would have to work out of the signatures and vocabularies, beforehand.

Which literals each pattern needs: a text without any of them cannot match, so the pattern need not be compiled for it.
And our TOML as JSON beside the digests of its files. What is not there, or was changed since, is worked out at once:
nothing goes wrong before this is run again, a first diagnosis only takes longer.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sys
import tomllib
from re import _constants as codes
from re import _parser
from typing import TYPE_CHECKING, Any

import diagnostics
from diagnostics import literals
from diagnostics.claims import signature_files
from diagnostics.claims.catalogue import BUILTIN, builtin
from diagnostics.claims.vocabulary import families, reading
from diagnostics.patterns import Patterns

if TYPE_CHECKING:
    from collections.abc import Iterable

_BRACED = re.compile(r"\\x\{([0-9A-Fa-f]{1,4})\}")
SHORTEST = 3
MOST = 150
"""Literals of one pattern at most: more of them tell too little."""


def patterns() -> list[str]:
    """Return the patterns of all tables, and those that are looked for together elsewhere."""
    signatures = builtin().signatures
    entries = (*signatures, *reading._closed().entries, *families.TABLE.entries)
    near = {pattern for entry in signatures for pattern in (entry.context, *entry.gather) if pattern}
    modules = (
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(diagnostics.__path__, f"{diagnostics.__name__}.")
    )
    several = (each for module in modules for each in vars(module).values() if isinstance(each, Patterns))
    together = {pattern.pattern for each in several for pattern in each.patterns}
    return sorted({entry.pattern for entry in entries} | near | together)


def needed(pattern: str) -> frozenset[str] | None:
    """Return literals of which one stands in every text that matches, or None where that cannot be told."""
    try:
        parsed = _parser.parse(_BRACED.sub(lambda found: rf"\u{int(found[1], 16):04x}", pattern).replace(r"\z", r"\Z"))
    except Exception:  # noqa: BLE001 — what Python cannot read is compiled at once
        return None
    return _sequence(parsed)


def _sequence(items: Iterable[Any]) -> frozenset[str] | None:
    found: list[frozenset[str]] = []
    run = ""
    for code, value in items:
        if code is codes.LITERAL:
            run += chr(value)
            continue
        found.append(frozenset({run}))
        run = ""
        inner = _inner(code, value)
        if inner is not None:
            found.append(inner)
    found.append(frozenset({run}))
    good = [each for each in (frozenset(text.casefold() for text in one) for one in found) if _tells(each)]
    return max(good, key=lambda each: min(map(len, each)) - 0.2 * len(each), default=None)


def _inner(code: Any, value: Any) -> frozenset[str] | None:
    if code is codes.SUBPATTERN:
        return _sequence(value[3])
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and value[0] > 0:
        return _sequence(value[2])
    if code is codes.BRANCH:
        parts = [_sequence(part) for part in value[1]]
        return None if None in parts else frozenset[str]().union(*(part for part in parts if part is not None))
    return None


def _tells(each: frozenset[str]) -> bool:
    return len(each) <= MOST and all(len(text) >= SHORTEST for text in each)


def main() -> int:
    table = {literals.key(pattern): sorted(found) for pattern in patterns() if (found := needed(pattern)) is not None}
    literals.FILE.write_text(json.dumps(table, ensure_ascii=False, indent=0, sort_keys=True) + "\n")
    files = {path.name: (path.read_bytes(), tomllib.loads(path.read_text())) for path in sorted(BUILTIN.glob("*.toml"))}
    parsed = {name: (signature_files.digest(raw), tables) for name, (raw, tables) in files.items()}
    signature_files.PARSED.write_text(json.dumps(parsed, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.write(f"{len(table)} of {len(patterns())} patterns need a literal; {len(parsed)} files parsed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

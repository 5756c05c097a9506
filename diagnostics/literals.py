"""The literals that patterns need, worked out beforehand (``make literals``): what a text must hold to match."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("literals.json")


def key(pattern: str) -> str:
    """Return the pattern's key in the file."""
    return sha256(pattern.encode()).hexdigest()[:12]


def needed(pattern: str) -> tuple[str, ...]:
    """Return the literals, folded, of which a text must hold one to match; none where that is not known."""
    return _table().get(key(pattern), ())


@cache
def _table() -> dict[str, tuple[str, ...]]:
    return {name: tuple(found) for name, found in json.loads(FILE.read_text(encoding="utf-8")).items()}

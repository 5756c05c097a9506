"""The redaction corpus: lines with secrets by shape, lines without by what could mislead, and how both are read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).parent
_HELD = " (held)"


class Case(NamedTuple):
    """The lines of one log, and what of them must be gone (nothing: none may change)."""

    shape: str
    lines: tuple[str, ...]
    secrets: tuple[str, ...]
    held: bool


def secrets() -> list[Case]:
    """Return the cases of ``secrets.txt``."""
    return _read("secrets.txt")


def harmless() -> list[Case]:
    """Return the cases of ``harmless.txt``."""
    return _read("harmless.txt")


def forms() -> list[str]:
    """Return how a name has a value, as ``forms.txt`` holds it: ``$NAME``, ``$VALUE``, lines parted by ``⏎``."""
    return [
        line for line in (_HERE / "forms.txt").read_text(encoding="utf-8").split("\n") if line[:2] not in ("", "# ")
    ]


def _read(name: str) -> list[Case]:
    found, shape, held = [], "", False
    for line in (_HERE / name).read_text(encoding="utf-8").split("\n"):
        if line.startswith("== "):
            shape, held = line[3:].removesuffix(_HELD), line.endswith(_HELD)
        elif line.strip() and not line.startswith("# "):
            found.append(_case(shape, line, held=held))
    return found


def _case(shape: str, line: str, *, held: bool) -> Case:
    written = line.replace("\\e", "\x1b").replace("\\0", "\0")
    marked = tuple(re.findall("⟦(.*?)⟧", written))
    return Case(shape, tuple(re.sub("[⟦⟧]", "", written).split("⏎")), marked, held)

"""Misses of real installations as tests: what was read, and what people say was true.

``crashloop accuracy --export tests/misses`` writes the folders; README.md beside this says what to do with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.cli.misses import SNAPSHOT, TRUTH
from diagnostics.engine import diagnose
from diagnostics.redact import redacted
from diagnostics.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Wrong:
    """An answer that is not what people say is true."""

    name: str
    want: str
    got: str


def wrong(folder: Path = FOLDER) -> Iterator[Wrong]:
    """Give the cases whose answer is wrong today."""
    for path in sorted(folder.glob(f"*/{TRUTH}")):
        truth: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = diagnose(redacted(Snapshot.from_json((path.parent / SNAPSHOT).read_text(encoding="utf-8"))))
        got = f"{found.cause} ({found.verdict})"
        if truth["cause"]:
            want, right = truth["cause"], found.cause == truth["cause"]
        elif truth["failing"]:
            # No cause of ours: whatever is said must not be what people say is wrong.
            want, right = f"not {truth['said']['cause']}", found.cause != truth["said"]["cause"]
        else:
            want, right = "not failing", not found.failing
        if not right:
            yield Wrong(path.parent.name, want, got)

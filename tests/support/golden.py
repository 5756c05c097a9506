"""Golden files: what a person reviews. ``GOLDEN=write`` writes them anew."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def matches(path: Path, text: str) -> None:
    """Hold the text against the file; with ``GOLDEN=write`` make the file."""
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, (
        f"{path.name} differs: look at it, then run again with GOLDEN=write"
    )

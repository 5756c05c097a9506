"""A wheel of the package index that the tests only look into: fetched once, by its hash, and kept between runs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WITHIN_S = 300


class NoWheelError(Exception):
    """It cannot be had, and why: part of a sentence."""


def fetched(lock: Path, there: Path, taken: Callable[[Path], bytes]) -> Path:
    """Return ``there``: what ``taken`` makes of the one wheel that the lock names."""
    if not there.is_file():
        with tempfile.TemporaryDirectory() as folder:
            content = taken(_download(lock, folder))
        # Renamed at the end: two workers may fetch it at once.
        half = there.with_name(f"{there.name}.{os.getpid()}")
        half.write_bytes(content)
        half.chmod(0o755)
        half.rename(there)
    return there


def _download(lock: Path, folder: str) -> Path:
    command = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes",
               "--disable-pip-version-check", "--dest", folder, "--requirement", str(lock))  # fmt: skip
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=WITHIN_S)
    except subprocess.TimeoutExpired:
        raise NoWheelError("the package index does not answer") from None
    if ran.returncode:
        why = ran.stderr.strip().rpartition("\n")[2]
        raise NoWheelError(f"none from the package index: {why}")
    return next(path for path in type(lock)(folder).iterdir())

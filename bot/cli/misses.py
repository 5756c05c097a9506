"""Misses as folders: what was read, as ``crashloop diagnose --from`` takes it, and what people say is true.

``snapshot.json`` and ``truth.yaml`` in each; ``tests/misses`` takes such a folder as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import yaml

from bot.cli.private_files import write_private
from bot.model.errors import BotError
from bot.model.feedback import NOTHING, OTHER, unpacked

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from bot.model.accuracy import Miss
    from bot.model.feedback import Feedback

SNAPSHOT, TRUTH = "snapshot.json", "truth.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written: the folders; how many stood there before, and how many misses have no snapshot."""

    folders: tuple[Path, ...]
    there: int
    without: int


async def export(misses: Sequence[Miss], snapshot_of: Callable[[Feedback], Awaitable[bytes]], folder: Path) -> Exported:
    """Write a folder for each miss with a snapshot. One that is there stays as it is: somebody may have worked on it.

    Raises ``BotError``, one sentence, where it cannot be written.
    """
    written, there, without = [], 0, 0
    for miss in misses:
        word = miss.with_snapshot
        snapshot = await snapshot_of(word) if word is not None else b""
        own = folder / name_of(miss)
        if not snapshot:
            without += 1
        elif own.exists():
            there += 1
        else:
            _write(own, snapshot, miss)
            written.append(own)
    return Exported(folders=tuple(written), there=there, without=without)


def name_of(miss: Miss) -> str:
    """Return a miss's folder: what was said, what is true, which incident. Nothing of the workload's own names."""
    newest = miss.newest
    return f"{newest.cause or newest.verdict}-really-{newest.truth}-{newest.incident_id[:8]}"


def truth_of(miss: Miss) -> dict[str, Any]:
    """Return what people say is true, as plain data. ``cause`` is null where it is none of ours."""
    newest = miss.newest
    return {
        "target": newest.workload,
        "cause": None if newest.truth in (NOTHING, OTHER) else newest.truth,
        "failing": newest.truth != NOTHING,
        "said": {"verdict": newest.verdict, "cause": newest.cause or None, "summary": newest.summary},
        "words": [
            {
                "user": word.user,
                "at": datetime.fromtimestamp(word.given_at, UTC).isoformat(timespec="seconds"),
                "truth": word.truth,
                "text": word.text,
            }
            for word in miss.words
        ],
    }


def _write(own: Path, snapshot: bytes, miss: Miss) -> None:
    try:
        text = unpacked(snapshot)
        own.mkdir(parents=True)
        write_private(own / SNAPSHOT, text)
        write_private(own / TRUTH, yaml.safe_dump(truth_of(miss), sort_keys=False, allow_unicode=True))
    except OSError as error:
        raise BotError(f"{own} cannot be written: {error.strerror}") from None
    except ValueError as error:
        raise BotError(f"incident {miss.newest.incident_id[:8]}: {error}") from None

"""A recorded scenario read from its folder: objects, logs, the moment of the recording."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.demo.cluster.resources import BY_KIND

if TYPE_CHECKING:
    from bot.demo.cluster.logs import LogBook
    from bot.demo.cluster.wire import Object

RECORDINGS = Path(__file__).parents[1] / "recordings"
OWN = Path(__file__).parents[1] / "recordings-own"
"""Composed, not recorded: each folder's README says from what."""


class RecordingError(Exception):
    """A folder is not a recording; the sentence names it."""


@dataclass(frozen=True)
class Recording:
    """One scenario. The objects are fresh copies: whoever loads it may change them."""

    id: str
    at: datetime
    server: str
    namespace: str
    objects: tuple[Object, ...]
    logs: dict[tuple[str, str, str], bytes]
    """By pod, container, instance (`current`, `previous`); each line with its time."""
    truth: dict[str, Any] = field(default_factory=dict)

    @property
    def target(self) -> tuple[str, str]:
        """Return kind (in lower case) and name of what fails; both empty when the folder has no truth.yaml."""
        kind, _, name = str(self.truth.get("target", "")).partition("/")
        return kind, name


def names() -> tuple[str, ...]:
    """Return the ids of all recordings that ship with the product, the composed ones first."""
    return tuple(path.name for root in (OWN, RECORDINGS) for path in sorted(root.glob("*")) if _is_recording(path))


def folder_of(name_or_path: str) -> Path:
    """Return the folder of a scenario id or of a path; RecordingError when it is neither."""
    for path in (RECORDINGS / name_or_path, OWN / name_or_path, Path(name_or_path)):
        if _is_recording(path):
            return path
    raise RecordingError(
        f"{name_or_path} is neither a recorded scenario nor a folder with cluster/recorded.json; "
        f"the scenarios are: {', '.join(names())}"
    )


def load(name_or_path: str) -> Recording:
    """Read a recording; RecordingError names the file that cannot be read."""
    folder = folder_of(name_or_path)
    cluster = folder / "cluster"
    recorded = _json(cluster / "recorded.json")
    objects = [
        {"kind": path.stem, "apiVersion": BY_KIND[path.stem].api_version} | obj
        for path in sorted(cluster.glob("*.json"))
        if path.stem in BY_KIND
        for obj in _json(path)
    ]
    truth_file = folder / "truth.yaml"
    try:
        return Recording(
            id=folder.name,
            at=datetime.fromisoformat(recorded["at"]),
            server=recorded["server"],
            namespace=recorded["namespace"],
            objects=tuple(objects),
            logs=dict(_log(path) for path in sorted(cluster.glob("logs/*/*.log"))),
            truth=yaml.safe_load(truth_file.read_text()) if truth_file.exists() else {},
        )
    except (KeyError, ValueError, yaml.YAMLError) as error:
        raise RecordingError(f"{folder}: recorded.json or truth.yaml cannot be used: {error!r}") from error


def fill(book: LogBook, recording: Recording) -> None:
    """Put a recording's logs into a log book."""
    for (pod, container, instance), text in recording.logs.items():
        book.put(recording.namespace, pod, container, instance, text)


def _is_recording(path: Path) -> bool:
    return (path / "cluster" / "recorded.json").is_file()


def _log(path: Path) -> tuple[tuple[str, str, str], bytes]:
    container, instance, _ = path.name.rsplit(".", 2)
    return (path.parent.name, container, instance), path.read_bytes()


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise RecordingError(f"{path} cannot be read: {error}") from error

"""The files of sub-cases: TOML read and checked, each fault named with its file and entry."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

import re2

from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Fault
from diagnostics.findings.subcases.entry import SubCase
from diagnostics.findings.subcases.facts import FACTS, VALUES
from diagnostics.patterns import compiled

FOLDER: Final = Path(__file__).parents[2] / "subcases"
_KEYS: Final = {
    "id": str,
    "claims": list,
    "exit": list,
    "pattern": str,
    "shown": list,
    "remedy": str,
    "look": list,
    "patch": dict,
    "fault": str,
    "unless_named": bool,
    "samples": list,
    "near_miss": list,
}


class SubCaseError(ValueError):
    """A file of sub-cases that cannot be used: one sentence naming the file and the entry."""


@cache
def builtin() -> tuple[SubCase, ...]:
    """Return this program's own, in order of file name and place: earlier entries win. Raises ``SubCaseError``."""
    return load(FOLDER)


def load(folder: Path) -> tuple[SubCase, ...]:
    """Read every ``*.toml`` of a folder. Raises ``SubCaseError``."""
    found: list[SubCase] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SubCaseError(f"{path}: cannot be read: {error}") from error
        if set(tables) != {"sub_case"}:
            raise SubCaseError(f"{path}: holds something else than [[sub_case]] tables")
        found += [_read(table, f"{path}: {table.get('id') or 'an entry without id'}") for table in tables["sub_case"]]
    twice = {one.id for one in found if sum(other.id == one.id for other in found) > 1}
    if twice:
        raise SubCaseError(f"{folder}: the id {min(twice)} is taken twice")
    return tuple(found)


def check(entry: SubCase) -> None:
    """Hold an entry to its samples and near misses, and its texts to names that are given. Raises ``SubCaseError``."""
    try:
        compiled(entry.pattern).search("")
    except re2.error as error:
        raise SubCaseError(f"{entry.source}: pattern is not one that RE2 takes: {error}") from error
    if not entry.samples:
        raise SubCaseError(f"{entry.source}: has no samples")
    for sample in entry.samples:
        if entry.names(sample) is None:
            raise SubCaseError(f"{entry.source}: does not match its sample {sample!r}")
    for line in entry.near_miss:
        if entry.names(line) is not None:
            raise SubCaseError(f"{entry.source}: matches its near miss {line!r}")
    given = {*VALUES, *(name for name in entry.fields if f"(?P<{name}>" in entry.pattern)}
    unknown = entry.fields - given
    if unknown:
        raise SubCaseError(f"{entry.source}: nothing fills in {{{min(unknown)}}}")
    demanded = {name.removeprefix("not-") for name in entry.shown} - set(FACTS)
    if demanded:
        raise SubCaseError(f"{entry.source}: the fact {min(demanded)} is not one of {', '.join(FACTS)}")


def _read(table: dict[str, Any], source: str) -> SubCase:
    for key, value in table.items():
        if key not in _KEYS:
            raise SubCaseError(f"{source}: unknown key {key}")
        if not isinstance(value, _KEYS[key]):
            raise SubCaseError(f"{source}: {key} must be a {_KEYS[key].__name__}")
    for key in ("id", "pattern", "remedy"):
        if not table.get(key):
            raise SubCaseError(f"{source}: {key} is missing")
    try:
        claims = frozenset(ClaimType(name) for name in table.get("claims", ()))
        fault = Fault(table["fault"]) if "fault" in table else None
    except ValueError as error:
        raise SubCaseError(f"{source}: {error}") from error
    return SubCase(
        id=table["id"],
        pattern=table["pattern"],
        remedy=" ".join(table["remedy"].split()),
        claims=claims,
        exit=frozenset(table.get("exit", ())),
        shown=tuple(table.get("shown", ())),
        look=tuple(table.get("look", ())),
        patch=table.get("patch"),
        fault=fault,
        unless_named=table.get("unless_named", False),
        samples=tuple(table.get("samples", ())),
        near_miss=tuple(table.get("near_miss", ())),
        source=source,
    )

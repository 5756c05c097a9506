"""Signature files: TOML read, checked and turned into signatures, each fault named with its file and line."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import re2

from diagnostics.claims.former_classes import DIVIDED, RENAMED
from diagnostics.claims.model import ClaimType
from diagnostics.claims.signature import Signature
from diagnostics.patterns import compiled

_CLAIMS = frozenset(ClaimType)

PARSED = Path(__file__).parents[1] / "signatures" / "parsed.json"
"""Our own files, parsed beforehand (``make literals``) beside their digests: JSON is read ten times as fast."""

_KEYS = {
    "id": str,
    "claim": str,
    "class": str,
    "pattern": str,
    "samples": list,
    "near_miss": list,
    "exit": list,
    "wrapper": bool,
    "context": str,
    "gather": list,
    "field": str,
    "note": str,
}


class CatalogueError(ValueError):
    """A signature file that cannot be used: one sentence naming the file and the line."""


def load(folder: Path) -> tuple[Signature, ...]:
    """Read every ``*.toml`` of a folder, in order of name. Raises ``CatalogueError``."""
    entries: list[Signature] = []
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        for entry in _read(path):
            if entry.id in seen:
                raise CatalogueError(f"{entry.source}: the id {entry.id} is taken by {seen[entry.id]}")
            seen[entry.id] = entry.source
            entries.append(entry)
    return tuple(entries)


def check(entry: Signature) -> None:
    """Compile a signature's patterns and hold it to its own samples and near misses. Raises ``CatalogueError``."""
    for key, patterns in (("pattern", (entry.pattern,)), ("context", (entry.context,)), ("gather", entry.gather)):
        _must_compile(patterns, key, entry.source)
    if not entry.samples:
        raise CatalogueError(f"{entry.source}: {entry.id} has no samples")
    for sample in entry.samples:
        if entry.names(sample) is None:
            raise CatalogueError(f"{entry.source}: the pattern of {entry.id} does not match its sample {sample!r}")
    for line in entry.near_miss:
        if entry.names(line) is not None:
            raise CatalogueError(f"{entry.source}: the pattern of {entry.id} matches its near miss {line!r}")


def _read(path: Path) -> list[Signature]:
    try:
        raw = path.read_bytes()
        text = raw.decode()
        data = _parsed(path, raw) or tomllib.loads(text)
    except OSError as error:
        raise CatalogueError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path}: is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path}: is not TOML: {error}") from error
    heads = [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if "[[" in line and line.split("#")[0].strip() == "[[signature]]"
    ]
    entries = data.pop("signature", [])
    if data or not isinstance(entries, list) or len(heads) != len(entries):
        raise CatalogueError(f"{path}: line 1: holds something else than [[signature]] tables")
    return [_signature(entry, f"{path}: line {line}") for entry, line in zip(entries, heads, strict=True)]


def _parsed(path: Path, raw: bytes) -> dict[str, Any]:
    """Return the file's tables as they were parsed beforehand, or an empty table when it is another file."""
    told, tables = _beforehand().get(path.name, ("", {})) if path.parent == PARSED.parent else ("", {})
    return {**tables} if told == digest(raw) else {}


def digest(raw: bytes) -> str:
    """Return what tells whether a file is the one that was parsed."""
    return sha256(raw).hexdigest()


@cache
def _beforehand() -> dict[str, tuple[str, dict[str, Any]]]:
    try:
        return dict(json.loads(PARSED.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _signature(entry: dict[str, Any], source: str) -> Signature:
    for key, value in entry.items():
        if key == "cause":
            raise CatalogueError(f"{source}: the key cause is not read any more: the claim decides which cause it is")
        if key not in _KEYS:
            raise CatalogueError(f"{source}: unknown key {key}")
        if not isinstance(value, _KEYS[key]):
            raise CatalogueError(f"{source}: {key} must be a {_KEYS[key].__name__}")
    for key in ("id", "pattern"):
        if not entry.get(key):
            raise CatalogueError(f"{source}: {key} is missing")
    claim, deprecation = (ClaimType.EXCEPTION, "") if entry.get("field") else _claim(entry, source)
    codes = entry.get("exit", [])
    if not all(isinstance(code, int) for code in codes):
        raise CatalogueError(f"{source}: exit must be a list of exit codes")
    return Signature(
        id=entry["id"],
        pattern=entry["pattern"],
        claim=claim,
        samples=tuple(map(str, entry.get("samples", []))),
        near_miss=tuple(map(str, entry.get("near_miss", []))),
        exit=frozenset(codes),
        wrapper=entry.get("wrapper", False),
        context=entry.get("context", ""),
        gather=tuple(map(str, entry.get("gather", []))),
        field=entry.get("field", ""),
        note=entry.get("note", ""),
        source=source,
        deprecation=deprecation,
    )


def _claim(entry: dict[str, Any], source: str) -> tuple[ClaimType, str]:
    """Return what the entry claims, and what its author should write instead of a class of old."""
    if "claim" in entry:
        if entry["claim"] not in _CLAIMS:
            raise CatalogueError(
                f"{source}: the claim {entry['claim'] or '(none)'} is not one of {', '.join(ClaimType)}"
            )
        return ClaimType(entry["claim"]), ""
    former = entry.get("class", "")
    if former in DIVIDED:
        raise CatalogueError(
            f'{source}: class = "{former}" stands for several claims now: write claim = with one of'
            f" {', '.join(DIVIDED[former])}"
        )
    if former not in RENAMED:
        raise CatalogueError(f"{source}: claim is missing; it is one of {', '.join(ClaimType)}")
    return RENAMED[former], f'{source}: class = "{former}" is deprecated: write claim = "{RENAMED[former]}"'


def _must_compile(patterns: tuple[str, ...], key: str, source: str) -> None:
    for pattern in patterns:
        try:
            compiled(pattern).search("")
        except re2.error as error:
            what = error.args[0] if error.args else "unknown"
            what = what.decode(errors="replace") if isinstance(what, bytes) else what
            raise CatalogueError(f"{source}: {key} is not a pattern that RE2 takes: {what}") from error

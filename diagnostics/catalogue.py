"""The catalogue of signatures: what programs print when they die, and what the kubelet and the runtimes say.

Signatures are TOML, one file per technology (``diagnostics/signatures``); users add their own in the same form with
``Catalogue.with_folder``. All patterns are RE2 and are tried in one pass over a line, because a log may be long and
its text is foreign. The meaning of each key of a signature is on ``Signature``.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import re2

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BUILTIN = Path(__file__).with_name("signatures")

CLASSES = {
    "CONFIG_ENV": "bad-config",
    "SERVER_CONFIG": "bad-config",
    "NODE_SYSCTL": "bad-config",
    "MISSING_DEP": "missing-library",
    "GPU": "missing-library",
    "ENTRYPOINT": "bad-entrypoint",
    "ARCH_MISMATCH": "bad-entrypoint",
    "CPU_ISA": "bad-entrypoint",
    "APP_BUG": "app-crash",
    "RLIMIT": "app-crash",
    "DNS": "dependency-unavailable",
    "DEP_UNREACHABLE": "dependency-unavailable",
    "DEP_NOT_READY": "dependency-unavailable",
    "DEP_EXHAUSTED": "dependency-unavailable",
    "DEP_AUTH": "dependency-auth-failed",
    "K8S_API": "dependency-auth-failed",
    "TLS": "tls-certificate",
    "PORT": "port-conflict",
    "FS_PERMISSION": "permission-denied",
    "READONLY_FS": "permission-denied",
    "SECURITY_CONTEXT": "permission-denied",
    "DISK_FULL": "disk-full",
    "STALE_STATE": "stale-state",
    "MIGRATION": "stale-state",
    "HEAP_OOM": "heap-exhausted",
    "OOM_CHILD": "oom-killed",
}
"""Class of a signature → the root cause it leads to, unless the signature names another one itself."""

LINE_LIMIT = 8192
"""Characters of one line that are matched: a message names its cause early, a megabyte of payload never does."""

_SET_MEMORY = 24 << 20
"""Upper bound in bytes of RE2's state cache for one set; it takes what the text needs, normally far less."""

_SET_SIZE = 80
"""Patterns searched together: many small automata stay in the cache where one of all patterns would not."""

_KEYS = {
    "id": str,
    "class": str,
    "cause": str,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One thing that programs print.

    ``pattern`` is searched in one line; its named groups are what the line says (var, file, host, port, addr ...).
    ``context`` must be found in a line nearby, else the signature does not hold. ``gather`` are patterns whose named
    groups are taken from the lines nearby. ``exit`` lists the usual exit codes; another one lowers the confidence.
    A ``wrapper`` only says that something failed and yields to anything specific in the same block.
    ``field`` says where a text of the kubelet or runtime stands; such a signature has no class.
    """

    id: str
    pattern: str
    cls: str = ""
    cause: str = ""
    samples: tuple[str, ...] = ()
    near_miss: tuple[str, ...] = ()
    exit: frozenset[int] = frozenset()
    wrapper: bool = False
    context: str = ""
    gather: tuple[str, ...] = ()
    field: str = ""
    note: str = ""
    source: str = ""
    """File and line where it stands, for messages."""

    @property
    def generic(self) -> bool:
        """Whether it is a family of wordings (``generic.*``) rather than one program's: it yields to that."""
        return self.id.startswith("generic.")

    def names(self, line: str) -> dict[str, str] | None:
        """Return what the pattern extracts from the line, or None when it does not match."""
        found = compiled(self.pattern).search(usable(line))
        if found is None:
            return None
        return {name: value for name, value in found.groupdict().items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMatch:
    """A text of the kubelet, a runtime or a controller that was recognised."""

    id: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Signatures ready for matching. Build it with ``builtin`` or ``with_folder``, never per line."""

    signatures: tuple[Signature, ...]
    _logs: _Set = field(init=False, repr=False, compare=False)
    _texts: _Set = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_logs", _Set(entry for entry in self.signatures if not entry.field))
        object.__setattr__(self, "_texts", _Set(entry for entry in self.signatures if entry.field))

    def match(self, line: str) -> list[tuple[Signature, dict[str, str]]]:
        """Return the log signatures that match the line with what they extract, specific before wrapper."""
        return sorted(self._logs.match(line), key=lambda pair: (pair[0].wrapper, pair[0].cause == "app-crash"))

    def texts(self, message: str, prefix: str = "") -> tuple[TextMatch, ...]:
        """Return the kubelet's and runtimes' texts found in a message, those whose id begins with ``prefix``."""
        found = self._texts.match(message)
        return tuple(TextMatch(id=entry.id, names=names) for entry, names in found if entry.id.startswith(prefix))

    def with_folder(self, folder: Path) -> Catalogue:
        """Return this catalogue with the user's ``*.toml`` in front: a user's signature replaces ours of the same id.

        Raises ``CatalogueError`` naming file and line when a file, a pattern or one of its own samples is wrong.
        """
        if not folder.is_dir():
            raise CatalogueError(f"{folder}: is not a folder of signatures")
        added = load(folder)
        for entry in added:
            check(entry)
        ids = {entry.id for entry in added}
        return Catalogue((*added, *(entry for entry in self.signatures if entry.id not in ids)))


class _Set:
    """Patterns searched together in one pass."""

    __slots__ = ("_entries", "_sets")

    def __init__(self, entries: Iterable[Signature]) -> None:
        self._entries = tuple(entries)
        self._sets: list[Any] = []
        for start in range(0, len(self._entries), _SET_SIZE):
            patterns = re2.Set.SearchSet(_options())
            for entry in self._entries[start : start + _SET_SIZE]:
                patterns.Add(entry.pattern)
            patterns.Compile()
            self._sets.append(patterns)

    def match(self, line: str) -> list[tuple[Signature, dict[str, str]]]:
        """Return entries and names, in the catalogue's order."""
        text = usable(line)
        found = []
        for number, patterns in enumerate(self._sets):
            for index in sorted(patterns.Match(text) or ()):
                entry = self._entries[number * _SET_SIZE + index]
                names = entry.names(text)
                if names is not None:
                    found.append((entry, names))
        return found


@functools.cache
def builtin() -> Catalogue:
    """Return the signatures that ship with the product."""
    return Catalogue(load(BUILTIN))


def texts(message: str, prefix: str = "") -> tuple[TextMatch, ...]:
    """Return the kubelet's and runtimes' texts of the built-in catalogue that are found in a message."""
    return builtin().texts(message, prefix)


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
    """Hold a signature to its own samples and near misses. Raises ``CatalogueError``."""
    if not entry.samples:
        raise CatalogueError(f"{entry.source}: {entry.id} has no samples")
    for sample in entry.samples:
        if entry.names(sample) is None:
            raise CatalogueError(f"{entry.source}: the pattern of {entry.id} does not match its sample {sample!r}")
    for line in entry.near_miss:
        if entry.names(line) is not None:
            raise CatalogueError(f"{entry.source}: the pattern of {entry.id} matches its near miss {line!r}")


@functools.cache
def compiled(pattern: str) -> Any:
    """Return the compiled RE2 pattern; raises ``re2.error``."""
    return re2.compile(pattern, _options())


def usable(line: str) -> str:
    """Return the line as RE2 takes it: bounded, and without lone surrogates."""
    return line[:LINE_LIMIT].encode("utf-8", "replace").decode()


def _options() -> Any:
    options = re2.Options()
    options.max_mem = _SET_MEMORY
    options.log_errors = False
    return options


def _read(path: Path) -> list[Signature]:
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        raise CatalogueError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path}: is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path}: is not TOML: {error}") from error
    heads = [
        number for number, line in enumerate(text.splitlines(), 1) if line.split("#")[0].strip() == "[[signature]]"
    ]
    entries = data.pop("signature", [])
    if data or not isinstance(entries, list) or len(heads) != len(entries):
        raise CatalogueError(f"{path}: line 1: holds something else than [[signature]] tables")
    return [_signature(entry, f"{path}: line {line}") for entry, line in zip(entries, heads, strict=True)]


def _signature(entry: dict[str, Any], source: str) -> Signature:
    for key, value in entry.items():
        if key not in _KEYS:
            raise CatalogueError(f"{source}: unknown key {key}")
        if not isinstance(value, _KEYS[key]):
            raise CatalogueError(f"{source}: {key} must be a {_KEYS[key].__name__}")
    for key in ("id", "pattern"):
        if not entry.get(key):
            raise CatalogueError(f"{source}: {key} is missing")
    cls = entry.get("class", "")
    if not entry.get("field") and cls not in CLASSES:
        raise CatalogueError(f"{source}: the class {cls or '(none)'} is not one of {', '.join(CLASSES)}")
    for key in ("pattern", "context", "gather"):
        _must_compile(entry.get(key, []), key, source)
    codes = entry.get("exit", [])
    if not all(isinstance(code, int) for code in codes):
        raise CatalogueError(f"{source}: exit must be a list of exit codes")
    return Signature(
        id=entry["id"],
        pattern=entry["pattern"],
        cls=cls,
        cause=entry.get("cause") or CLASSES.get(cls, ""),
        samples=tuple(map(str, entry.get("samples", []))),
        near_miss=tuple(map(str, entry.get("near_miss", []))),
        exit=frozenset(codes),
        wrapper=entry.get("wrapper", False),
        context=entry.get("context", ""),
        gather=tuple(map(str, entry.get("gather", []))),
        field=entry.get("field", ""),
        note=entry.get("note", ""),
        source=source,
    )


def _must_compile(value: str | list[Any], key: str, source: str) -> None:
    for pattern in [value] if isinstance(value, str) else value:
        try:
            compiled(str(pattern))
        except re2.error as error:
            what = error.args[0] if error.args else "unknown"
            what = what.decode(errors="replace") if isinstance(what, bytes) else what
            raise CatalogueError(f"{source}: {key} is not a pattern that RE2 takes: {what}") from error

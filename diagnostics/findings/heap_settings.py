"""The heap settings that a container's spec and its own log give, and how large a heap may grow by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.diagnosis import Evidence
from diagnostics.patterns import compiled
from diagnostics.transcript.model import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

_SETTING: Final = compiled(
    r"-Xm[xs]\d+[kKmMgG]?|-XX:(?:Max(?:RAMPercentage|HeapSize|MetaspaceSize|DirectMemorySize)|InitialHeapSize)=\S+"
    r"|--max-old-space-size=\d+|GOMEMLIMIT=\d\w*|memory_limit=\S+|DOTNET_GCHeapHardLimit\S*"
)
_COMMAND: Final = compiled(
    r"(?:\b(?:java|node)\b|\$JAVA\b|JAVA\w*OPT\w*\s?[=:]|NODE_OPTIONS\s?[=:]|-server\b|^GOMEMLIMIT=)[^\n]{0,800}"
)
"""A line that shows the command a runtime is started with, or the variable that holds its options."""
_LOUD: Final = frozenset({Level.WARN, Level.ERROR, Level.FATAL})
_PART: Final = compiled(r"MaxRAMPercentage=(\d{1,3}(?:\.\d+)?)")
_SIZE: Final = compiled(
    r"(?:-Xm[xs]|-XX:(?:Max|Initial)HeapSize=|-XX:MaxDirectMemorySize=)(\d{1,12})([kKmMgG]?)"
    r"|--max-old-space-size=(\d{1,9})|GOMEMLIMIT=(\d{1,12})([KMG]?)(?:iB|B)?"
)
"""What a runtime may take for itself: bytes or with a unit for the JVM and Go, MiB for V8."""
_CEILING: Final = compiled(r"^(?:-Xmx|-XX:MaxHeapSize=|--max-old-space-size=)")
_UNITS: Final = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


@dataclass(frozen=True, slots=True)
class Heap:
    """What a runtime may take: ``size`` in bytes, the ``setting`` as it is written, the place, and its quote."""

    size: int
    setting: str
    place: str
    evidence: Evidence


def settings(container: Container) -> list[Evidence]:
    """Return the heap settings, each as a quote."""
    told = [
        Evidence(source="pod", path=f"{container.spec_path}.{part}", quote=setting)
        for part in ("command", "args")
        for word in fields.strings(container.spec, part)
        for setting in _SETTING.findall(word[:2000])
    ]
    for entry in fields.items(container.spec, "env"):
        heap = fields.text(entry, "facts", "heap")
        if heap:
            name = fields.text(entry, "name")
            quote = f"{name}={heap}" if name == "GOMEMLIMIT" else heap
            told.append(Evidence(source="pod", path=f"{container.spec_path}.env[{name}]", quote=quote))
    return told


def printed(case: Case, container: Container) -> list[Heap]:
    """Return the heaps that the container's log shows in a command line: scripts of an image choose them."""
    if case.transcript.container != container.name:
        return []
    found = []
    for line, text in enumerate(case.transcript.lines):
        shown = _COMMAND.search(text[:4000])
        if shown is not None and case.transcript.levels[line] not in _LOUD:
            found += [
                Heap(size, setting, "the command that its log shows", case.quote(line))
                for setting, size in _sizes(shown.group(0))
            ]
    return found


def part(told: Iterable[Evidence]) -> float | None:
    """Return the percentage of the memory limit that the heap may take, when one is set."""
    found = [float(match.group(1)) for item in told if (match := _PART.search(item.quote)) is not None]
    return max(found, default=None)


def largest(told: Iterable[Evidence], shown: Iterable[Heap], *, least: float) -> Heap | None:
    """Return the most that one of these settings lets a runtime take, or None when none gives ``least`` bytes."""
    found = [
        Heap(size, setting, item.path.rpartition(".")[2], item) for item in told for setting, size in _sizes(item.quote)
    ]
    return max((heap for heap in (*found, *shown) if heap.size >= least), key=_weight, default=None)


def _weight(heap: Heap) -> tuple[bool, int, bool]:
    """Order heaps before what is taken beside them, then by size, the maximum before the size of the start."""
    return "Direct" not in heap.setting, heap.size, "-Xms" not in heap.setting


def ceiling(told: Iterable[Evidence]) -> Heap | None:
    """Return the largest fixed heap: no size of the start, none of memory beside the heap, no goal of a collector."""
    found = [
        Heap(size, setting, item.path.rpartition(".")[2], item)
        for item in told
        for setting, size in _sizes(item.quote)
        if _CEILING.match(setting) is not None
    ]
    return max(found, key=lambda heap: heap.size, default=None)


def _sizes(text: str) -> list[tuple[str, int]]:
    """Return the settings in a text that fix a size, each with its bytes."""
    found = []
    for match in _SIZE.finditer(text):
        jvm, unit, mib, goal, of_goal = match.groups()
        size = int(mib) << 20 if mib else int(jvm or goal) * _UNITS[(unit if jvm else of_goal).lower()]
        found.append((match.group(0), size))
    return found

"""The heap settings that a container's command, arguments and variables give, and how large a heap may grow by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.diagnosis import Evidence
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.facts.model import Container

_SETTING: Final = compiled(
    r"-Xmx\d+[kKmMgG]?|-XX:Max(?:RAMPercentage|HeapSize|MetaspaceSize|DirectMemorySize)=\S+|--max-old-space-size=\d+"
    r"|memory_limit=\S+|DOTNET_GCHeapHardLimit\S*"
)
_PART: Final = compiled(r"MaxRAMPercentage=(\d{1,3}(?:\.\d+)?)")
_SIZE: Final = compiled(r"(?:-Xmx|MaxHeapSize=)(\d{1,12})([kKmMgG]?)|--max-old-space-size=(\d{1,9})()")
"""A heap's fixed size: bytes or with a unit for the JVM, MiB for V8."""
_UNITS: Final = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


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
            path = f"{container.spec_path}.env[{fields.text(entry, 'name')}]"
            told.append(Evidence(source="pod", path=path, quote=heap))
    return told


def part(told: Iterable[Evidence]) -> float | None:
    """Return the percentage of the memory limit that the heap may take, when one is set."""
    found = [float(match.group(1)) for item in told if (match := _PART.search(item.quote)) is not None]
    return max(found, default=None)


def largest(told: Iterable[Evidence]) -> tuple[int, Evidence] | None:
    """Return the largest fixed heap in bytes, with the quote that sets it, or None when none is fixed."""
    found = []
    for item in told:
        match = _SIZE.search(item.quote)
        if match is None:
            continue
        jvm = match.group(1)
        size = int(jvm) * _UNITS[match.group(2).lower()] if jvm else int(match.group(3)) << 20
        found.append((size, item))
    return max(found, key=lambda item: item[0], default=None)

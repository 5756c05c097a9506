"""Which signal ended a program: its dump names the one that it met, the exit code only how its runtime left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.findings.commands import on_node
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case

CODES: Final = {
    132: "SIGILL",
    133: "SIGTRAP",
    134: "SIGABRT",
    135: "SIGBUS",
    136: "SIGFPE",
    139: "SIGSEGV",
    159: "SIGSYS",
}
"""Exit code → signal (128 + n) of those that a program brings on itself; 137 and 143 come from outside."""

FAULTS: Final = frozenset({"SIGILL", "SIGBUS", "SIGFPE", "SIGSEGV"})
"""Signals that the CPU raises in native code."""

_SAID: Final = tuple(
    (name, compiled(pattern))
    for name, pattern in (
        ("SIGBUS", r"\bSIGBUS\b|(?i:\bbus error\b)|\bSignal_Number=0{1,7}7\b"),
        ("SIGSEGV", r"\bSIGSEGV\b|(?i:\bsegmentation (?:fault|error)\b)|\bSignal_Number=0{1,7}b\b"),
        ("SIGILL", r"\bSIGILL\b|(?i:\billegal instruction\b)|\bSignal_Number=0{1,7}4\b"),
        ("SIGFPE", r"\bSIGFPE\b|(?i:\bfloating point exception\b)|\bSignal_Number=0{1,7}8\b"),
    )
)
"""How HotSpot, OpenJ9 (``Type=Bus error``, numbers in hex), Go, CPython and shells name them (``signal(7)``)."""


def named(exit_code: int | None, dump: str = "") -> str:
    """Return the signal's name, or nothing. ``dump``: what the runtime printed of the fault before it left.

    A runtime that has written its dump aborts: of a fault that it names, SIGABRT is only the way out.
    """
    name = CODES.get(exit_code or 0, "")
    if name not in ("", "SIGABRT") or not dump:
        return name
    told = next((signal for signal, pattern in _SAID if pattern.search(dump) is not None), "")
    return (told or name) if name or told == "SIGBUS" else ""


def bus(line: str) -> bool:
    """Whether the line tells of a bus error."""
    return _SAID[0][1].search(line) is not None


def unbacked(case: Case) -> tuple[str, tuple[str, ...]]:
    """Return where memory that a program mapped may lack its backing (SIGBUS, ``mmap(2)``), and how to look."""
    node = fields.text(case.pod, "spec", "nodeName")
    text = (
        "SIGBUS: the program touched memory that it had mapped, and nothing stands behind it. Look on its node"
        f"{f' {node}' if node else ''} whether huge pages are reserved (the command prints how many; a program that"
        " takes them unasked dies like this where its limits have no hugepages-2Mi: grant them, set vm.nr_hugepages to"
        " 0 there, or switch them off in the program's own options), whether /dev/shm (64Mi by default) or a volume"
        " that it maps is full, and whether a mapped file was cut short or lies on a failing disk."
    )
    return text, (on_node(node, "sysctl", "vm.nr_hugepages"),) if node else ()

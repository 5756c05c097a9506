"""C and C++, and runtimes that die as they do: abort, assertions, sanitizers, the allocator, signals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript.crashes import grammar, mangled

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines
    from diagnostics.transcript.model import Crash, Frame, Said

HEAD: Final = (
    r"^terminate called |: Assertion [`'].* failed\.?|ERROR: \w+Sanitizer: |^\*\*\* (?:stack smashing"
    r"|buffer overflow|Error in)|^double free or corruption|^(?:(?:free|malloc|realloc|munmap_chunk)\(\)"
    r"|corrupted [\w -]+): ?"
    r"|^# A fatal error has been detected|^Type=[A-Z][\w ]+ vmState=|^Fatal Python error: |^libc\+\+abi: "
    r"|^Segmentation fault"
    r"|^Illegal instruction|^Bus error|^Floating point exception|(?:[Cc]aught|[Gg]ot) signal:? (?:\d+|SIG)"
    r"|[Rr]eceived signal (?:SIGSEGV|SIGABRT|SIGILL|SIGBUS|11\b)|^SIG(?:SEGV|ILL|BUS|ABRT)\b"
    r"|\bcrashed by signal:? \d+"
    r"|^(?:Error: )?[Ss]ignal:? (?:4|6|7|8|11)\b|[Hh]andling signal (?:4|6|7|8|11)\b"
    r"|^Trace/breakpoint trap|^Guru Meditation: |^=== (?:\w+ )?ASSERTION FAILED"
)
_WHAT: Final = compiled(r"^\s*what\(\):\s*(.*)$")
_THROWN: Final = compiled(r"^terminate called (?:after throwing an instance of '([^']+)'|without an active exception)")
_JVM: Final = compiled(r"^#\s+(SIG\w+|Internal Error|Out of Memory Error|.*insufficient memory.*)")
_SIGNALLED: Final = compiled(r"(?:[Cc]aught|[Gg]ot|[Rr]eceived) signal")
"""A handler's own report of the signal that ends the program: what it prints unstamped from there on belongs to it."""
_REPORT: Final = compiled(r"^=+ .*\bREPORT (START|END)\b")
"""The lines around a report that a server prints of its own crash (Redis and what came of it)."""
REPORTED: Final = 2000
"""Lines of such a report at most."""
NEAR: Final = 3
"""Lines above the head in which such a report begins."""
_PART: Final = compiled(
    r"^#|^\s+#\d+ |^\s*at 0x|^\s+/\S+\(|^\[0x|^0x[0-9a-f]|^=+|^SUMMARY: |^\s+0x|^Current thread|^\s+File \""
    r"|^Thread 0x|^Aborted|^J9Generic_|^Handler\d=|^\w{2,6}=[0-9A-F]{4,}|^xmm\d|^(?:Module|Target|CPU)\w*="
    r"|^-+ Stack Backtrace|^\(0x|^-{20,}$|^JVM(?:DUMP|J9)\w+ |^/\S+\(\S*\)\s?\[0x|^\s*\d+[.#:] "
    r"|^Extension modules|^Stack trace|^[\w./-]+\([^)]*\)\s?\[0x|^\s*-{2,} \S+\(|^-+ backtrace"
)
_SYMBOL: Final = compiled(r"^\s*(?:-{2,} )?([\w./+-]+)\((\w*)\+0x[0-9a-f]+\)\s?\[0x")
"""A line of ``backtrace_symbols(3)``: the binary, and its mangled function where the linker kept it."""
_DEBUGGER: Final = compiled(
    r"^\s*#\d+\s+(?:0x[0-9a-f]+ in )?([\w:~<>]+)\s?\([^)]*\)(?: at (\S+?):(\d+))?(?: from (\S+))?"
)
"""A frame as GDB and the sanitizers print it."""
_HANDLES: Final = compiled(r"(?i)crash|signal|backtrace|stack_?trace|abort|terminate|^raise$|^main$|_start")
"""Functions that a fault passes through: those that report it, and the first and last of every stack."""
_LIBRARY: Final = compiled(r"^/(?:usr/)?lib|\.so(?:\.|$)|ld-linux")


def read(lines: Lines, start: int, floor: int) -> Crash | None:  # noqa: ARG001 — every grammar has one signature
    """Return the crash that begins on the line."""
    thrown = _THROWN.match(lines.bare[start][:500])
    chain: list[Said] = [grammar.said((thrown.group(1) or "") if thrown is not None else "", lines.bare[start], start)]
    index, last = start + 1, start + 1
    handled = _SIGNALLED.search(lines.bare[start][:500]) is not None
    framed = any(_REPORT.match(text[:200]) is not None for text in lines.bare[max(0, start - NEAR) : start])
    while index < len(lines.bare) and index - start < (REPORTED if framed else 200):
        text = lines.bare[index][:1000]
        if framed:
            last = index + 1
            index += 1
            if _REPORT.match(text[:200]) is not None:
                break
            continue
        what, inner = _WHAT.match(text), _JVM.match(text)
        if what is not None:
            chain.append(grammar.said(chain[0].type, what.group(1), index))
        elif inner is not None and len(chain) == 1 and lines.bare[start].startswith("#"):
            chain.append(grammar.said(inner.group(1).split()[0], text.lstrip("# "), index))
        elif (handled and grammar.stamped(lines, index)) or (
            not handled and _PART.match(text) is None and (text.strip() or index - last > 1)
        ):
            break
        if text.strip():
            last = index + 1
        index += 1
    frames = [found for text in lines.bare[start:last] if (found := _frame(text[:1000])) is not None]
    return grammar.crash("native", chain[-1:] if len(chain) > 1 else chain, frames, (start, last), uncaught=True)


def _frame(text: str) -> Frame | None:
    """Return the frame that a line of a native trace is, or None where it names no function."""
    symbol, shown = _SYMBOL.match(text), _DEBUGGER.match(text)
    if symbol is not None and symbol.group(2):
        file, number, function = symbol.group(1), "", mangled.readable(symbol.group(2))
    elif shown is not None:
        function, file, number = shown.group(1), shown.group(2) or shown.group(4) or "", shown.group(3) or ""
    else:
        return None
    foreign = _LIBRARY.search(file) is not None or _HANDLES.search(function) is not None
    return grammar.frame(function, file, number, "runtime." if foreign else "")

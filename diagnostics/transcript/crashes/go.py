"""Go: panics, fatal errors of the runtime, goroutine dumps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript.crashes import grammar

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines
    from diagnostics.transcript.model import Crash, Frame, Said

HEAD: Final = (
    r"^(?:\S+: )?panic: |^fatal error: |^unexpected fault address|http: panic serving |^runtime: (?:out of memory"
    r"|failed|cannot|goroutine stack exceeds)"
)

_PANIC: Final = compiled(
    r"^\s*(?:\S+: )?(panic|fatal error): (.*?)(?: \[recovered(?:, repanicked)?\])?$|(http: panic serving) \S+: (.*)$"
)
_GOROUTINE: Final = compiled(r"^goroutine \d+ ")
_FILE: Final = compiled(r"^\s+(\S+\.(?:go|s)):(\d+)")
_CALL: Final = compiled(
    r"^(?:created by )?([\w./*()\[\]{}·%@-]+(?:\.[\w()*\[\]·.-]+)+)(?:\(.*\))?(?: in goroutine \d+)?$"
)
_PART: Final = compiled(
    r"^\[signal |^\s*panic: |^\[originating|^exit status \d|^r\w{1,3} +0x|^cs +0x|^\t|^\.\.\.additional"
    r"|^runtime[.: ]|^created by |^panic\("
)
_VALUE: Final = compiled(r"^\(?[*&]?[\w./]+\)? ?(?:\(0x[0-9a-f, x]+\)|0x[0-9a-f]+|\{.*)?$")


def read(lines: Lines, start: int, floor: int) -> Crash | None:  # noqa: C901 — one branch a kind of line
    """Return the crash that begins on the line."""
    chain: list[Said] = []
    frames: list[Frame] = []
    function = ""
    index, last, traced = start, start + 1, False
    while index < len(lines.bare) and index - start < grammar.LONGEST:
        text = lines.bare[index]
        panic = _PANIC.search(text[:2000])
        if panic is not None and not traced:
            chain.append(grammar.said(panic.group(1) or panic.group(3), panic.group(2) or panic.group(4) or "", index))
        elif text.startswith("[signal ") and chain and "unexpected signal" in chain[-1].message:
            chain.insert(0, grammar.said("signal", text.strip("[]"), index))
        elif _GOROUTINE.match(text[:40]) is not None:
            traced = True
        elif (place := _FILE.match(text[:500])) is not None and (traced or function):
            frames.append(grammar.frame(function, place.group(1), place.group(2)))
        elif (call := _CALL.match(text[:500])) is not None and traced:
            function = call.group(1)
        elif _PART.match(text[:200]) is None and (text.strip() or index - last > 1):
            if traced or grammar.stamped(lines, index) or index - start > 3 or not chain:
                break
            chain[-1] = grammar.said(chain[-1].type, f"{chain[-1].message} {text.strip()}", chain[-1].line)
        if text.strip():
            last = index + 1
        index += 1
    if not chain and start > floor:
        chain.append(grammar.said("", lines.bare[start - 1], start - 1))
    # A value printed as an address says nothing: the record that the logger wrote before it does.
    if chain and start > floor and _VALUE.match(chain[0].message.strip()[:300]) is not None and "." in chain[0].message:
        chain.append(grammar.said("", lines.bare[start - 1], start - 1))
    first = min(start, *(part.line for part in chain)) if chain else start
    chain.reverse()  # "panic: A [recovered]", "panic: B": A came first
    if len(chain) > 1 and chain[0].line < start:
        chain.append(chain.pop(0))
    served = bool(chain) and chain[-1].type.startswith("http")
    return grammar.crash("go", chain, frames, (first, last), uncaught=not served)

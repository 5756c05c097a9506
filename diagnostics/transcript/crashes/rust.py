"""Rust: panics with their payload, and errors that ``main`` returned with their causes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript import words
from diagnostics.transcript.crashes import grammar

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines
    from diagnostics.transcript.model import Crash, Frame, Said

HEAD: Final = (
    r"^thread '[^']*' (?:\(\d+\) )?panicked at |^(?:[\w.:]{1,80}: )?panicked at \S+?\.rs:\d+"
    r"|^Caused by:\s*$|^The application panicked"
)

_PANIC: Final = compiled(
    r"^(?:thread '([^']*)' (?:\(\d+\) )?|(?:[\w.:]{1,80}: )?)panicked at (?:'(.*)', )?"
    r"(\S+?\.rs):(\d+)(?::\d+)?:?\s*(.*)$"
)
"""A panic as the runtime prints it, or as a record of the program's own panic hook, which leaves the thread out."""
_HOOKED: Final = compiled(r"\s*\bbacktrace=.*$")
"""Where such a record goes over to its stack."""
_PAYLOAD: Final = 8
"""Lines of a panic's message at most."""

_NUMBERED: Final = compiled(r"^\s*(?:\d+: )?(.*)$")
_CALLED: Final = compiled(r"^\s+\d+: +(?:0x[0-9a-f]+ - )?(\S.*)$")
_AT: Final = compiled(r"^\s+at (\S+?\.rs):(\d+)(?::\d+)?$")
"""A backtrace has the function on one line and its place on the next (``RUST_BACKTRACE=1``)."""
_STEP: Final = compiled(r"^\s+\d+: |^\s+at |^stack backtrace:|^note: |^Location:|^Backtrace|^\s+\S+\.rs:\d+")


def read(lines: Lines, start: int, floor: int) -> Crash | None:
    """Return the panic that begins on the line, or the error whose causes do."""
    if lines.bare[start].startswith("Caused by"):
        return _returned(lines, start, floor)
    found = _PANIC.match(lines.bare[start][:2000])
    frames: list[Frame] = []
    message = function = ""
    if found is not None:
        message = found.group(2) or found.group(5) or ""
        frames.append(grammar.frame("", found.group(3), found.group(4)))
    index = words_end = start + 1
    while index < len(lines.bare) and index - start < grammar.LONGEST:
        text = lines.bare[index]
        called, at = _CALLED.match(text[:500]), _AT.match(text[:1000])
        function = called.group(1) if called is not None else function
        if at is not None:
            frames.append(grammar.frame(function, at.group(1), at.group(2)))
        if _STEP.match(text[:200]) is None:
            # A payload runs over several lines (an error's Debug form), until a blank one or another record.
            over = words_end < index or index - start > _PAYLOAD or (not text.strip() and index - start > 1)
            if grammar.stamped(lines, index) or (over and not text[:1].isspace()):
                break
            words_end = index + 1 if not over else words_end
        index += 1
    # Since Rust 1.73 the message begins on the line below the place.
    below = next((line for line in range(start + 1, words_end) if lines.bare[line].strip()), start)
    said = [message] if message else []
    said += [_HOOKED.sub("", lines.bare[line]).strip() for line in range(start + 1, words_end)]
    telling = max(range(start if message else below, words_end), key=lambda line: words.telling(lines.bare[line]))
    chain = [grammar.said("panic", " ".join(said), telling)]
    return grammar.crash(
        "rust", chain, frames, (start, index), uncaught=found is None or found.group(1) in (None, "main")
    )


def _returned(lines: Lines, start: int, floor: int) -> Crash | None:
    head = start - 1
    while head > floor and not lines.bare[head].strip() and start - head < 4:
        head -= 1
    if head < floor or not lines.bare[head].strip():
        return None
    chain: list[Said] = [grammar.said("Error", lines.bare[head].removeprefix("Error: "), head)]
    index = start + 1
    while index < len(lines.bare) and index - start < 40:
        text = lines.bare[index]
        if not text.strip() or not text[:1].isspace() or grammar.stamped(lines, index):
            break
        numbered = _NUMBERED.match(text[:2000])
        chain.append(grammar.said("", numbered.group(1) if numbered is not None else text, index))
        index += 1
    return grammar.crash("rust", chain, [], (head, index), uncaught=not grammar.logged(lines, head))

"""The JVM: stack traces with their causes, and Spring's report of a failed start."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript.crashes import grammar, traces

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines
    from diagnostics.transcript.model import Crash, Frame, Said

_AT: Final = (
    r"^\s*at ((?:[\w.$-]+(?:@[\w.-]+)?/{1,2})*(?:[\w$-]+\.)+[\w$<>-]+)\((?:[\w.]+@[\w.-]+/)?(?:([\w$.-]+\.(?:java|kt"
    r"|scala|groovy|clj|jrag))(?::(\d+))?|Native Method|Unknown Source|<generated>|[\w$]+(?::\d+)?)\)"
)
HEAD: Final = (
    _AT.replace("((?:[\\w.$-]+", "(?:(?:[\\w.$-]+", 1) + r"|^Exception in thread \"|APPLICATION FAILED TO START\s*$"
)

_FRAME: Final = compiled(_AT)
_CAUSE: Final = compiled(r"^\s*(?:Caused by|Wrapped by|Root cause): (.*)$")
_INSIDE: Final = compiled(
    r"^\s*(?:\.\.\. \d+ (?:more|common frames)|Suppressed: |\[CIRCULAR REFERENCE|\.\.\. \d+ (?:truncated|lines))"
)
_THREAD: Final = compiled(r"^Exception in thread \"[^\"]*\" ")
_APART: Final = 14
"""Lines of a message that may stand between two frames of one crash."""
_SHARED: Final = 2
"""Parts of a package's name that a program's own classes share: the domain of who wrote them (JLS 6.1)."""
_FAILED: Final = compiled(r"APPLICATION FAILED TO START\s*$")


def read(lines: Lines, start: int, floor: int) -> Crash | None:
    """Return the crash whose head or first frame stands on the line."""
    if _FAILED.search(lines.bare[start][:500]):
        return _failed_start(lines, start, floor)
    head: int | None = start
    if _FRAME.match(lines.bare[start][:1000]) is not None:
        head = traces.head_of(lines, start, floor)
    elif _first_frame(lines, start) is None:
        return _lone(lines, start)
    if head is None:
        return None
    chain: list[Said] = []
    runs: list[list[Frame]] = [[]]
    end = _take(lines, head, chain, runs)
    thread = _THREAD.match(lines.bare[head][:300]) is not None
    frames = _owned([frame for trace in reversed(runs) for frame in trace])
    return grammar.crash("jvm", chain, frames, (head, end), uncaught=thread or not grammar.logged(lines, head))


def _owned(frames: list[Frame]) -> list[Frame]:
    """Return the frames with the program's own told from its libraries' by the package of the class that has main."""
    main = next((frame.function for frame in frames if frame.own and frame.function.endswith(".main")), "")
    package = main.rpartition("/")[2].split(".")[:-2]  # without class and method
    if len(package) < _SHARED:
        return frames
    mine = f"{'.'.join(package[:_SHARED])}."
    return [replace(frame, own=bool(frame.own) and mine in f"{frame.function}.") for frame in frames]


def _lone(lines: Lines, start: int) -> Crash | None:
    kind, message = grammar.typed(lines.bare[start]) or ("", lines.bare[start])
    return grammar.crash("jvm", [grammar.said(kind, message, start)], [], (start, start + 1), uncaught=True)


def _first_frame(lines: Lines, start: int) -> int | None:
    for index in range(start + 1, min(start + 15, len(lines.bare))):
        if _FRAME.match(lines.bare[index][:1000]) is not None:
            return index
        if grammar.stamped(lines, index):
            return None
    return None


def _message_end(lines: Lines, cause: int) -> int:
    """Return the line past the message of a cause: its first frame, or what else the trace goes on with."""
    for index in range(cause + 1, min(cause + 15, len(lines.bare))):
        text = lines.bare[index]
        if _FRAME.match(text[:1000]) is not None or _INSIDE.match(text[:200]) is not None:
            return index
        if _CAUSE.match(text[:2000]) is not None or grammar.stamped(lines, index):
            break
    return cause + 1


def _take(lines: Lines, head: int, chain: list[Said], found: list[list[Frame]]) -> int:
    """Read the failure on the line: its chain, the frames of each failure in that order, and the line past its last."""
    kind, message = grammar.typed(lines.bare[head]) or ("", lines.bare[head])
    first = _first_frame(lines, head) or head + 1
    chain.append(grammar.wordy(lines, kind, message, head, first))
    suppressed = False
    index = head + 1
    last = index
    while index < len(lines.bare) and index - head < grammar.LONGEST:
        text = lines.bare[index]
        place = _FRAME.match(text[:1000])
        cause = _CAUSE.match(text[:2000])
        if place is not None:
            if not suppressed:
                found[-1].append(
                    grammar.frame(
                        place.group(1), place.group(2) or "", place.group(3) or "", place.group(1).rpartition("/")[2]
                    )
                )
            last = index + 1
        elif cause is not None:
            suppressed = suppressed and text[:1].isspace()
            if not suppressed:
                kind, message = grammar.typed(cause.group(1)) or ("", cause.group(1))
                part = grammar.wordy(lines, kind, message, index, _message_end(lines, index))
                found.append([])
                chain.insert(0, part) if text.lstrip().startswith("Wrapped") else chain.append(part)
            last = index + 1
        elif _INSIDE.match(text[:200]) is not None:
            suppressed = suppressed or "Suppressed" in text[:40]
            last = index + 1
        elif grammar.stamped(lines, index) or index - last > _APART or _THREAD.match(text[:300]) is not None:
            break
        index += 1
    return last


def _failed_start(lines: Lines, start: int, floor: int) -> Crash | None:
    chain: list[Said] = []
    end = start + 1
    section = ""
    for index in range(start + 1, min(start + 60, len(lines.bare))):
        text = lines.bare[index].strip()
        if grammar.stamped(lines, index):
            break
        if text in ("Description:", "Action:"):
            section = text
        elif text and not set(text) <= {"*"}:
            if section == "Description:" and not chain:
                chain.append(grammar.said("", text, index))
            elif section == "Description:" and text.startswith(("Reason:", "Value:", "Property:")) and chain:
                chain[0] = grammar.said("", f"{chain[0].message} {text}", chain[0].line)
        if text:
            end = index + 1
    first = start - 1 if start > floor and set(lines.bare[start - 1].strip()) == {"*"} else start
    return grammar.crash("jvm", chain, [], (first, end), uncaught=True)

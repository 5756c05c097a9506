""".NET: unhandled exceptions and logged ones, with their inner exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript.crashes import grammar, traces

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines
    from diagnostics.transcript.model import Crash, Frame, Said

_AT: Final = r"^\s*at ([\w.<>`+\[\],|$&]+)\([^)]*\)(?: in (\S.*):line (\d+))?\s*$"
HEAD: Final = (
    r"^\s+at [\w.<>`+\[\],|$&]+\([^)]*\)(?: in \S.*:line \d+)?\s*$|^Unhandled [Ee]xception[.:]"
    r"|^You must install (?:or update )?\.NET "
)

_FRAME: Final = compiled(_AT)
_HEADED: Final = compiled(r"^Unhandled [Ee]xception[.:]\s*")
_HOST: Final = compiled(r"^You must install (?:or update )?\.NET ")
"""What the host says that finds no framework; what it wanted and what there is stand below (hostfxr, utils.cpp)."""
_HOST_SAYS: Final = 24
"""Lines of that at most."""
_INNER: Final = compiled(r"^\s*---> (?:\(Inner Exception #\d+\) )?(.*)$")
_INSIDE: Final = compiled(r"^\s*--- End of |^\s*<---$|^\s*\(Inner Exception #")


def read(lines: Lines, start: int, floor: int) -> Crash | None:
    """Return the crash whose head or first frame stands on the line."""
    if _HOST.match(lines.bare[start][:200]) is not None:
        end = min(len(lines.bare), start + _HOST_SAYS)
        said = [grammar.said("", lines.bare[start], start)]
        return grammar.crash("dotnet", said, (), (start, end), uncaught=True)
    unhandled = _HEADED.match(lines.bare[start][:200]) is not None
    head = start if unhandled else traces.head_of(lines, start, floor)
    if head is None:
        return None
    for index in range(head, max(floor, head - 12) - 1, -1):  # inner exceptions stand above the frames, outermost first
        if (
            grammar.typed(lines.bare[index].partition(" ---> ")[0]) is None
            and _HEADED.match(lines.bare[index][:200]) is None
        ):
            break
        head = index
    chain: list[Said] = []
    frames: list[Frame] = []
    end = _take(lines, head, chain, frames)
    unhandled = unhandled or _HEADED.match(lines.bare[head][:200]) is not None
    return grammar.crash("dotnet", chain, frames, (head, end), uncaught=unhandled or not grammar.logged(lines, head))


def _take(lines: Lines, head: int, chain: list[Said], frames: list[Frame]) -> int:
    index = head
    last = head + 1
    while index < len(lines.bare) and index - head < grammar.LONGEST:
        text = lines.bare[index]
        place = _FRAME.match(text[:1500])
        inner = _INNER.match(text[:2000])
        if index == head or inner is not None:
            _add(chain, inner.group(1) if inner is not None else str(_HEADED.sub("", text)), index)
        elif place is not None:
            frames.append(grammar.frame(place.group(1), place.group(2) or "", place.group(3) or "", place.group(1)))
        elif _INSIDE.match(text[:200]) is None:
            if (index == head + 1 and not chain[0].type) or (
                not frames and not grammar.stamped(lines, index) and text.strip()
            ):
                _add(chain, text, index) if grammar.typed(text) is not None else None
            elif text.strip() or index - last > 1:
                break
            index += 1
            continue
        last = index + 1
        index += 1
    if len(chain) > 1 and not chain[0].message and not chain[0].type:
        chain.pop(0)
    return last


def _add(chain: list[Said], text: str, index: int) -> None:
    for part in text.split(" ---> "):
        kind, message = grammar.typed(part.strip()) or ("", part.strip())
        chain.append(grammar.said(kind, message, index))

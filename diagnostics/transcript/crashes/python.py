"""Python: tracebacks, chained in both ways, exception groups, syntax errors without a traceback."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript.crashes import grammar

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines
    from diagnostics.transcript.model import Crash, Frame, Said

HEAD: Final = r"Traceback \(most recent call last\):\s*$|^\s+File \"[^\"]+\", line \d+$"

_TRACE: Final = compiled(r"Traceback \(most recent call last\):\s*$")
_FILE: Final = compiled(r"^\s*File \"([^\"]+)\", line (\d+)(?:, in (.+))?")
_CHAINED: Final = compiled(r"^During handling of the above exception|^The above exception was the direct cause")
_GROUP: Final = compiled(r"^\s*(?:[|+][-+| ]*)(?:-{4,} (?:\d+|\.\.\.) -{4,})?")
_VALIDATION: Final = compiled(r"validation errors? for ")
_ANSWER: Final = compiled(
    r"^(?:(?:HTTP )?[Rr]esponse(?: (?:headers?|body|text|content|code|status|message))?|Reason|Status(?: [Cc]ode)?|Body"
    r"|Headers?|Message|Error [Cc]ode|Request ID|Details?|DETAIL|HINT|LINE \d+)\s?: \S"
)
"""A line on which the clients of APIs and databases go on with a message: what the other side answered."""
_INLINE: Final = "<string>"
"""The file of what ``python -c`` runs, and of what a library makes by ``exec`` (Python: ``PyRun_SimpleString``)."""
_MADE: Final = compiled(r"^__\w+__$")
"""Methods that dataclasses, attrs and namedtuple write at run time, as text."""
_NAME: Final = compiled(r"^((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)(?::\s?(.*))?$")


def read(lines: Lines, start: int, floor: int) -> Crash | None:  # noqa: ARG001 — every grammar has one signature
    """Return the crash whose first traceback begins on the line."""
    said: list[Said] = []
    groups: list[Said] = []
    frames: list[Frame] = []
    end = start
    grouped = "| " in lines.bare[start] or "+ " in lines.bare[start][:8]
    while True:
        end, one, placed = _one(lines, end, grouped=grouped)
        frames += placed
        if one is not None:
            (groups if "xceptionGroup" in one.type else said).append(one)
        following = _following(lines, end, grouped=grouped)
        if following is None or following - start > grammar.LONGEST:
            break
        end = following
    chain = [*groups, *reversed(said)]
    return grammar.crash("python", chain, frames, (start, end), uncaught=not grammar.logged(lines, start))


def _text(lines: Lines, index: int, *, grouped: bool) -> str:
    text = lines.bare[index]
    if not grouped:
        return text
    found = _GROUP.match(text[:200])
    return text[found.end() :] if found is not None else text


def _one(lines: Lines, start: int, *, grouped: bool) -> tuple[int, Said | None, list[Frame]]:
    """Return where one traceback ends, what it says, and its frames, the innermost (Python's last) first."""
    frames: list[Frame] = []
    index = start + (1 if _TRACE.search(_text(lines, start, grouped=grouped)) else 0)
    code = False
    while index < len(lines.bare) and index - start < grammar.LONGEST:
        text = _text(lines, index, grouped=grouped)
        place = _FILE.match(text[:1000])
        if place is not None:
            frames.append(grammar.frame(place.group(3) or "", place.group(1), place.group(2)))
            code = True
        elif (
            text[:1].isspace()
            or not text.strip()
            or text.startswith("[Previous line")
            or (grouped and text[:1] in "-+")
        ):
            pass
        else:
            name = _NAME.match(text[:2000])
            if name is None and code:
                code = False
            else:
                kind, message = (name.group(1), name.group(2) or "") if name is not None else ("", text)
                end = _message_end(lines, index, grouped=grouped)
                return end, grammar.wordy(lines, kind, message, index, end), _owned(frames[::-1])
        index += 1
    return index, None, _owned(frames[::-1])


def _owned(frames: list[Frame]) -> list[Frame]:
    """Return the frames with those of the command line's script as the program's own: it is the outermost then.

    Not what a library wrote at run time, nor a line of the script that only calls a library (``from x import y; y()``).
    """
    if not frames or (frames[-1].file, frames[-1].function) != (_INLINE, "<module>"):
        return frames
    return [
        replace(item, own=True)
        if item.file == _INLINE and _MADE.search(item.function) is None and not _calls_library(frames, at)
        else item
        for at, item in enumerate(frames)
    ]


def _calls_library(frames: list[Frame], at: int) -> bool:
    """Whether the frame is the script's first and what it calls lies in a library's file."""
    inner = frames[at - 1] if at else None
    return inner is not None and at == len(frames) - 1 and inner.file != _INLINE and inner.own is False


def _message_end(lines: Lines, index: int, *, grouped: bool) -> int:
    validation = _VALIDATION.search(lines.bare[index][:500]) is not None
    end = index + 1
    while end < len(lines.bare) and end - index < 60:
        text = _text(lines, end, grouped=grouped)
        if not text.strip() or grammar.stamped(lines, end) or _FILE.match(text[:1000]) or _TRACE.search(text[:500]):
            break
        goes_on = text[:1].isspace() or validation or _ANSWER.match(text[:200]) is not None
        if not goes_on or (grouped and text[:1] in "-+"):
            break
        end += 1
    return end


def _following(lines: Lines, end: int, *, grouped: bool) -> int | None:
    """Return the traceback that is chained to the one that ends here."""
    chained = grouped
    for index in range(end, min(end + 5, len(lines.bare))):
        text = _text(lines, index, grouped=grouped)
        if _CHAINED.match(text.strip()[:200]):
            chained = True
        elif _TRACE.search(text[:500]):
            return index if chained else None
        elif text.strip() and not (grouped and text.strip()[:1] in "-+|"):
            return None
    return None

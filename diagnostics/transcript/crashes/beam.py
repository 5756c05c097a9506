"""Erlang and Elixir: raised exceptions, crash reports, applications that did not start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.patterns import compiled
from diagnostics.transcript.crashes import grammar

if TYPE_CHECKING:
    from diagnostics.transcript.decoding import Lines
    from diagnostics.transcript.model import Crash, Frame, Said

HEAD: Final = r"\*\* \((?:[A-Z][\w.]*|EXIT[^)]*|Mix[^)]*|exit|throw)\)"

_RAISED: Final = compiled(r"\*\* \(([A-Z][\w.]*|EXIT[^)]*|Mix[^)]*|exit|throw)\):? ?")
_STEP: Final = compiled(r"^\s+(?:\((\w+) [\w.+-]+\) )?(\S+?):(\d+): (.+)$|^\s+\(\w+(?: [\w.+-]+)?\) ")
_EMPTY: Final = compiled(r"^(?:an exception was raised|shutdown: .*|exited in: .*)?:?\s*$")


def read(lines: Lines, start: int, floor: int) -> Crash | None:  # noqa: ARG001 — every grammar has one signature
    """Return the crash that begins on the line."""
    chain: list[Said] = []
    frames: list[Frame] = []
    index, last = start, start + 1
    while index < len(lines.bare) and index - start < grammar.LONGEST:
        text = lines.bare[index][:2000]
        raised = list(_RAISED.finditer(text))
        step = _STEP.match(text)
        if raised and (index == start or text[:1].isspace()):
            ends = [*(found.start() for found in raised[1:]), len(text)]
            for found, end in zip(raised, ends, strict=True):
                chain.append(grammar.said(found.group(1), text[found.end() : end], index))
        elif step is not None:
            if step.group(2):
                module = f"({step.group(1)})" if step.group(1) else ""
                frames.append(grammar.frame(step.group(4), step.group(2), step.group(3), module))
        elif not text.strip() or not text[:1].isspace() or grammar.stamped(lines, index):
            break
        elif chain and not frames:
            chain[-1] = grammar.said(chain[-1].type, f"{chain[-1].message} {text.strip()}", chain[-1].line)
        last = index + 1
        index += 1
    telling = [part for part in chain if _EMPTY.match(part.message[:300]) is None] or chain
    return grammar.crash("beam", telling, frames, (start, last), uncaught=not grammar.logged(lines, start))

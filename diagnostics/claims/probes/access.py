"""What a probe got, by the program's own access log: all that is left of it when the events are gone.

Access logs: the common and combined formats (nginx, Apache, uvicorn, gunicorn, Rails) and records with a path and a
status. The kubelet calls itself ``kube-probe/1.36`` (pkg/probe/http/request.go).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import re2

from diagnostics.fields import table, text
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from diagnostics.snapshot import Object
    from diagnostics.transcript.model import Transcript

AGENT: Final = "kube-probe/"
NEWEST: Final = 3000
"""Lines before the end in which the probe's requests are looked for."""
LONG: Final = 2000
_RECORD: Final = compiled(r"(?i)\"?(?:status|status_?code|response_?code|http_?status|code)\"?\s*[:=]\s*\"?(\d{3})\b")


_SUCCESS: Final = range(200, 400)
"""What a probe takes for success (pkg/probe/http)."""
_TOOK: Final = r"(?:[\d.]+ ?(?:ns|us|\x{b5}s|\x{3bc}s|ms|s) )?"
"""How long the answer took, where a log tells it before the status."""


class Answered(NamedTuple):
    """A request of the probe in the log: the status it was answered with, and the line."""

    status: int
    line: int


class Turned(NamedTuple):
    """How often a request was answered well, the last line of these, and the first of those that were refused after."""

    times: int
    well: int
    refused: int


def answered(transcript: Transcript, probe: Object) -> Answered | None:
    """Return the newest request of an HTTP probe that the log tells of, when it was refused (400 and above)."""
    newest = next(_answers(transcript, probe), None)
    return newest if newest is not None and 400 <= newest.status < 600 else None


def passed(transcript: Transcript, probe: Object) -> tuple[int, ...]:
    """Return the lines, in their order, that tell of requests of an HTTP probe's path which were answered well."""
    return tuple(sorted(item.line for item in _answers(transcript, probe) if item.status in _SUCCESS))


def turned(transcript: Transcript, probe: Object, status: int) -> Turned | None:
    """Return how often an HTTP probe's request was answered well before it was answered with ``status`` for good.

    None when it never was, or is again. A path without a name of its own (``/``) is looked for whoever asks it.
    """
    good, first, line = 0, None, None
    for item in _answers(transcript, probe, anybody=True):
        if item.status == status and not good:
            first = item.line
        elif first is None or item.status not in _SUCCESS:
            return None if not good else Turned(good, line or 0, first or 0)
        else:
            good, line = good + 1, item.line if line is None else line
    return Turned(good, line, first) if line is not None and first is not None else None


def outlived(passed_at: Sequence[int], complaints: Iterable[int]) -> bool:
    """Whether most complaints were followed by an answer to the probe before the next: they do not keep it away."""
    lines = sorted(set(complaints))
    ends = (*lines[1:], None)
    after = [next((at for at in passed_at if at > line), None) for line in lines]
    over = sum(at is not None and (end is None or at < end) for at, end in zip(after, ends, strict=False))
    return bool(lines) and over * 2 > len(lines)


def _answers(transcript: Transcript, probe: Object, *, anybody: bool = False) -> Iterator[Answered]:
    """Yield the requests of an HTTP probe's path that the log tells of, the newest first."""
    asked = table(probe, "httpGet")
    path = text(asked, "path") or "/"
    if not asked:
        return
    bare = path.partition("?")[0]
    request = compiled(
        rf"\b(?:GET|HEAD) {re2.escape(bare)}(?:\?\S*)?(?: HTTP/[\d.]+)?\"?[^\w\"]{{1,6}}{_TOOK}(\d{{3}})\b"
    )
    begin = max(0, len(transcript.verbatim) - NEWEST)
    for line in range(len(transcript.verbatim) - 1, begin - 1, -1):
        said = transcript.verbatim[line][:LONG]
        if bare not in said or (bare == "/" and not anybody and AGENT not in said):
            continue
        found = request.search(said) or (_RECORD.search(said) if _names(said, bare) else None)
        if found is not None:
            yield Answered(int(found.group(1)), line)


def _names(said: str, path: str) -> bool:
    """Whether a record holds the path as a value of its own."""
    return f'"{path}"' in said or f"={path} " in f"{said} " or f'="{path}"' in said

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
    from diagnostics.snapshot import Object
    from diagnostics.transcript.model import Transcript

AGENT: Final = "kube-probe/"
NEWEST: Final = 3000
"""Lines before the end in which the probe's requests are looked for."""
LONG: Final = 2000
_RECORD: Final = compiled(r"(?i)\"?(?:status|status_?code|response_?code|http_?status|code)\"?\s*[:=]\s*\"?(\d{3})\b")


class Answered(NamedTuple):
    """A request of the probe in the log: the status it was answered with, and the line."""

    status: int
    line: int


def answered(transcript: Transcript, probe: Object) -> Answered | None:
    """Return the newest request of an HTTP probe that the log tells of, when it was refused (400 and above)."""
    asked = table(probe, "httpGet")
    path = text(asked, "path") or "/"
    if not asked:
        return None
    bare = path.partition("?")[0]
    request = compiled(rf"\b(?:GET|HEAD) {re2.escape(bare)}(?:\?\S*)?(?: HTTP/[\d.]+)?\"?[^\w\"]{{1,6}}(\d{{3}})\b")
    begin = max(0, len(transcript.verbatim) - NEWEST)
    for line in range(len(transcript.verbatim) - 1, begin - 1, -1):
        said = transcript.verbatim[line][:LONG]
        if bare not in said or (bare == "/" and AGENT not in said):
            continue
        found = request.search(said) or (_RECORD.search(said) if _names(said, bare) else None)
        if found is not None:
            status = int(found.group(1))
            return Answered(status, line) if 400 <= status < 600 else None
    return None


def _names(said: str, path: str) -> bool:
    """Whether a record holds the path as a value of its own."""
    return f'"{path}"' in said or f"={path} " in f"{said} " or f'="{path}"' in said

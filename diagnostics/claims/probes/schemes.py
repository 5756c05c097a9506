"""Whether the port that a probe asks in plain HTTP speaks TLS: by what the program says, or what it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.fields import items, strings, table, text
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container
    from diagnostics.snapshot import Object

LINES: Final = 2000
"""Lines of a log that are looked at."""

_SERVES: Final = compiled(
    r"(?i)\b(?:listen|serv|start|bound|bind|running|ready|accept)\w*\b[^\n]{0,80}\b(?:https|tls|ssl)\b"
    r"|\b(?:https|tls|ssl)\b[^\n]{0,40}\b(?:listen|server|endpoint|enabled|started)\w*"
)
_TOLD: Final = compiled(
    r"(?i)^https://(?:\+|\*|0\.0\.0\.0|\[::\]|localhost|127\.0\.0\.1)(?::|/|$)|https?://[^;]*;https://(?:\+|\*)"
)
"""An address to listen on, among variables and arguments."""


def tls(case: Case, container: Container, probe: Object) -> bool:
    """Whether an HTTP probe without TLS meets a program that says, or is told, that it serves by TLS."""
    if not table(probe, "httpGet") or text(probe, "httpGet", "scheme") == "HTTPS":
        return False
    if case.transcript.container == container.name:
        said = case.transcript.bare[:LINES]
        if any(_SERVES.search(line[:500]) is not None for line in said):
            return True
    given = [text(entry, "value") for entry in items(container.spec, "env")]
    given += [
        word.rpartition("=")[2] for word in (*strings(container.spec, "command"), *strings(container.spec, "args"))
    ]
    return any(_TOLD.search(value) is not None for value in given)

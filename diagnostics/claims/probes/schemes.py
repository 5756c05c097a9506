"""A probe that asks without TLS at a port that speaks it: by what the program says, or what it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.facts.pods.probe_texts import CUT_OFF, status_of
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container
    from diagnostics.snapshot import Object

LINES: Final = 5000
"""Oldest lines in which a program says how it listens."""
LOOKED: Final = 500
"""Characters of a line that are looked at."""
_HTTPS: Final = 443
_REFUSED: Final = 400
"""What a TLS server answers to plain HTTP, where it answers at all (Go, nginx, Apache, Tomcat)."""
_SPEAKS: Final = compiled(
    r"(?i)\b(?:listen\w*|start\w*|serv\w*|running|bound|ready|now)\b[^\n]{0,80}(?:\bhttps\b|\bTLS\b|\bSSL\b)"
    r"|(?:\bhttps\b|\bTLS\b|\bSSL\b)[^\n]{0,40}\b(?:listen\w*|start\w*|serv(?:er|ing)|running|bound|ready)\b"
)
_PORT: Final = compiled(r"(?:[:\s(]|ports?\W{1,4})(\d{2,5})(?:\D|$)")
_MET: Final = compiled(
    r"(?i)\bHTTP request to an HTTPS server\b|\bplain HTTP request was sent to HTTPS port\b"
    r"|\bspeaking plain HTTP to an SSL\b|\bTLS handshake error\b[^\n]*\b(?:looks like|first record|HTTP)"
)
"""Words of a TLS server that was asked in plain HTTP: Go, nginx, Apache."""
_TOLD: Final = compiled(
    r"(?i)^https://(?:\+|\*|0\.0\.0\.0|\[::\]|localhost|127\.0\.0\.1)(?::|/|$)|https?://[^;]*;https://(?:\+|\*)"
)
"""An address to listen on, among variables and arguments."""


def told(container: Container, probe: Object, answer: str) -> bool:
    """Whether variables or arguments tell the program to serve by TLS, and a probe without it was cut off."""
    asked = fields.table(probe, "httpGet")
    if not asked or fields.text(asked, "scheme") == "HTTPS" or CUT_OFF.search(answer) is None:
        return False
    given = [fields.text(entry, "value") for entry in fields.items(container.spec, "env")]
    words = (*fields.strings(container.spec, "command"), *fields.strings(container.spec, "args"))
    given += [word.rpartition("=")[2] for word in words]
    return any(_TOLD.search(value) is not None for value in given)


def tls(case: Case, probe: Object, port: int | None, answer: str) -> int | None:
    """Return the line that says that the probe's port speaks TLS; None where it asks so, or got another answer."""
    asked = fields.table(probe, "httpGet")
    cut = CUT_OFF.search(answer) is not None or status_of(answer) == _REFUSED
    if not asked or fields.text(asked, "scheme") == "HTTPS" or not cut:
        return None
    for index, line in enumerate(case.transcript.lines[:LINES]):
        text = line[:LOOKED]
        if _MET.search(text) is not None or (_SPEAKS.search(text) is not None and _on(text, port)):
            return index
    return None


def _on(text: str, port: int | None) -> bool:
    """Whether the line is about the port: it names it, or names none and the port is HTTPS's own."""
    told = {int(match.group(1)) for match in _PORT.finditer(text)}
    return port in told or (port == _HTTPS and not told)

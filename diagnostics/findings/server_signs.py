"""Whether a container is a server: then its end is a failure, whatever its exit code, and no Job is its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims.reach import selects
from diagnostics.patterns import compiled
from diagnostics.transcript import signs

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

LOOKED: Final = 2000
"""Characters of an argument or a line that are looked at."""

STDIN: Final = compiled(r"(?i)\b(?:stdin|stdio|standard input)\b")
"""What a program lives from that no client reaches over the network."""

_ARGUMENT: Final = compiled(
    r"(?i)(?:^|[\s/_-])(?:serve[rd]?|server|daemon|httpd|listen(?:-address)?|runserver)(?:$|[\s=.])"
)
_STARTS: Final = compiled(
    r"(?i)\b(?:start(?:ing|ed)?|launch(?:ing|ed)?|running) (?:\w+ ){0,3}(?:web ?)?(?:server|daemon)\b"
)


def declared(case: Case, container: Container) -> str:
    """Return what the objects say that makes the container a server, or nothing: a probe, a Service, a port."""
    probes = [
        name for name in ("livenessProbe", "readinessProbe", "startupProbe") if fields.table(container.spec, name)
    ]
    if probes:
        return f"it has a {probes[0].removesuffix('Probe')} probe"
    labels = fields.labels(case.pod, "metadata", "labels")
    services = (item for item in case.snapshot.all("Service", case.namespace) if selects(item, labels))
    service = next((fields.name(item) for item in services), "")
    if service:
        return f"Service {service} selects it"
    ports = fields.items(container.spec, "ports")
    return f"it declares port {fields.whole(ports[0], 'containerPort')}" if ports else ""


def sign(case: Case, container: Container) -> str:
    """Return what shows that the container is a server, as the end of "it is a server: …"; empty where nothing does."""
    if shown := declared(case, container):
        return shown
    told = case.transcript
    listening = told.listening[-1].line if told.listening else None
    started = (at for at, line in enumerate(told.bare) if _STARTS.search(line[:LOOKED]) or signs.listens(line))
    line = next((at for at in (listening, *started) if at is not None and not STDIN.search(told.bare[at][:500])), None)
    if line is not None:
        return f'its log says "{told.bare[line].strip()[:80]}"'
    words = (word for part in ("command", "args") for word in fields.strings(container.spec, part))
    word = next((word for word in words if _ARGUMENT.search(word[:LOOKED]) is not None), "")
    return f'it is started with "{word[:80]}"' if word else ""

"""A program that reads a variable which Kubernetes sets by itself: Docker-style service links (REFERENCE.md 7.1).

For Service ``orders`` the kubelet sets ``ORDERS_PORT=tcp://IP:PORT`` in every container of the namespace. A program
called orders may take it for the port of its own: then it complains of that value, or of a port that is no number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from diagnostics import fields
from diagnostics.claims import named
from diagnostics.claims.grounded import LINK, LOOKED, NEWEST
from diagnostics.claims.model import GroundKind
from diagnostics.diagnosis import Evidence
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.snapshot import Object

_NO_PORT: Final = compiled(
    r"(?i)\bports?\b[^\n]{0,80}\b(?:NaN|out of range|range|65535|65536|not a (?:valid )?(?:number|integer)"
    r"|invalid|digit|integer|must be (?:a |an )?(?:number|integer|numeric|between)|failed to parse|cannot parse)\b"
    r"|\binvalid (?:\w+ )?port\b"
)
"""Words of many parsers for a port that is no number, or none of a port."""


_REFUSED: Final = compiled(
    r"(?i)\binvalid\b|\bnot (?:a |an )?(?:valid|number|integer|numeric|port)\b|\bmust be (?:a |an )?(?:number"
    r"|integer|port)\b"
    r"|\b(?:could not|cannot|can't|failed to|unable to) (?:parse|convert|decode|read)\b|\bunsupported\b|\bbad value\b"
)
"""Words of a program that does not take a value, which it need not show."""
_LINKED: Final = compiled(r"\b[A-Z][A-Z0-9_]*_(?:PORT|TCP|UDP)(?:_[A-Z0-9_]+)?\b")
"""A variable as service links call it."""


class Link(NamedTuple):
    """A variable that service links set, and the Service it is of."""

    variable: str
    value: str
    service: str
    port: int | None
    evidence: tuple[Evidence, ...]
    quoted: bool
    """Whether its value stands in the words themselves."""


def wanted(case: Case) -> bool:
    """Whether the words with which the program ended may be of a service link, so that Services are to be read."""
    told = case.transcript
    newest = (told.bare[index][:LOOKED] for index in range(max(0, len(told.bare) - NEWEST), len(told.bare)))
    decides = (told.lines[claim.line][:LOOKED] for claim in case.claims if claim.deciding)
    return any(LINK.search(line) is not None for line in newest) or any(
        any(pattern.search(line) is not None for pattern in (LINK, _NO_PORT, _LINKED)) for line in decides
    )


def link(case: Case, text: str) -> Link | None:
    """Return the service link that the text complains of: by its value, else the one that has the program's own name.

    A variable that the spec sets itself is none: it wins over the link.
    """
    if fields.at(case.pod, "spec", "enableServiceLinks") is False or case.suspect is None:
        return None
    parts = (text[:LOOKED], *(match.group(0) for match in LINK.finditer(text[:LOOKED])))
    for ground in (ground for part in parts for ground in case.words.grounds(part)):
        variable = str(ground.detail.get("variable", ""))
        if ground.kind is GroundKind.SERVICE_LINK and variable:
            service = _service(case, str(ground.detail.get("service", "")))
            return None if service is None else _of(service, variable, quoted=True)
    if _REFUSED.search(text[:LOOKED]) is not None and (found := _by_name(case, text)) is not None:
        return found
    return _own(case) if _NO_PORT.search(text[:LOOKED]) is not None else None


def _by_name(case: Case, text: str) -> Link | None:
    """Return the link whose variable the text refuses by its name, where nothing but the Service sets it."""
    for ground in case.words.grounds(text[:LOOKED]):
        value = str(ground.detail.get("value", ""))
        if ground.kind is not GroundKind.SERVICE_LINK or not value or "://" in ground.name:
            continue
        if named.variable(case, ground.name).state is named.State.ABSENT:
            service = _service(case, str(ground.detail.get("service", "")))
            return None if service is None else _of(service, ground.name, quoted=True)
    return None


def _own(case: Case) -> Link | None:
    """Return the link of the Service that is called like the program, unless the spec sets that variable."""
    suspect = case.suspect
    if suspect is None:
        return None
    image = fields.text(suspect.spec, "image").partition("@")[0].rpartition("/")[2].partition(":")[0]
    called = {suspect.name, image, case.workload.name if case.workload is not None else ""}
    for service in case.snapshot.all("Service", case.namespace):
        if fields.name(service) not in called or not fields.items(service, "spec", "ports"):
            continue
        found = _of(service, f"{fields.name(service).upper().replace('-', '_')}_PORT", quoted=False)
        if found.value and named.variable(case, found.variable).state is named.State.ABSENT:
            return found
    return None


def _service(case: Case, name: str) -> Object | None:
    return next((item for item in case.snapshot.all("Service", case.namespace) if fields.name(item) == name), None)


def _of(service: Object, variable: str, *, quoted: bool) -> Link:
    """Return the link of a Service: its first port makes the value."""
    address = fields.text(service, "spec", "clusterIP")
    entry = next(iter(fields.items(service, "spec", "ports")), {})
    number, protocol = fields.whole(entry, "port"), fields.text(entry, "protocol") or "TCP"
    has = address not in ("", "None") and number is not None
    proof = Evidence(source="service", path=f"{fields.namespace(service)}/{fields.name(service)}", quote=address)
    return Link(
        variable=variable,
        value=f"{protocol.lower()}://{address}:{number}" if has else "",
        service=fields.name(service),
        port=number,
        evidence=(proof,) if has else (),
        quoted=quoted,
    )

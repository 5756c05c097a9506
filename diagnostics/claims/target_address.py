"""What the program wanted to reach: the address of a hit, and what the rollout took away that may have held it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import reach
from diagnostics.claims.groups import trouble
from diagnostics.diagnosis import Evidence
from diagnostics.facts import addresses
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.facts.model import Container

NEAR: Final = 6
"""Lines around a hit in which another hit of the same trouble may name its address."""

_SELF = compiled(
    r"(?:^|[\s@/(\[\"'=,:`<])(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)(?::|[^\n:\d]{0,3}\bport[ =:\"']{1,3})(\d{2,5})\b"
)


def aims(case: Case, hit: Claim) -> Iterator[tuple[str, int | None]]:
    """Yield the address that the hit names, or when it names none those of its neighbours of the same trouble."""
    near = [
        other
        for other in case.claims
        if other.type in trouble(hit.type) and abs(other.line - hit.line) <= NEAR and other.deciding == hit.deciding
    ]
    own = _SELF.search(hit.quote)
    told = [addresses.address(hit.names), (own.group(1).strip("[]"), int(own.group(2))) if own is not None else None]
    near.sort(key=lambda other: abs(other.line - hit.line))
    for found in told if any(told) else [addresses.address(other.names) for other in near]:
        if found is not None:
            yield found


def unowned(case: Case, hit: Claim) -> tuple[str, int | None] | None:
    """Return the address when all that is named is the pod itself, at a port that none of its containers owns."""
    named = list(dict.fromkeys(aims(case, hit)))
    if not named or not all(addresses.is_local(host) for host, _ in named):
        return None
    best = next((item for item in named if item[1] is not None), named[0])
    return best if reach.host(case, *best).problem is reach.Problem.LOCAL else None


def taken(case: Case, container: Container | None) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    """Return the variables that the current revision no longer sets for the container, with the proof."""
    revisions = case.workload.revisions if case.workload is not None else ()
    now = next((item for item in revisions if item.current), None)
    older = [item for item in revisions if now is not None and item.number < now.number]
    before = next((item for item in older if item.proven), older[0] if older else None)
    if now is None or before is None or container is None:
        return (), ()
    had, has = (_set(item.template, container.name) for item in (before, now))
    lost = tuple(name for name in had if name not in has)
    said = Evidence(
        source="replicaset" if case.workload and case.workload.kind == "Deployment" else "controllerrevision",
        path=f"{case.namespace}/{before.name} env of {container.name}",
        quote=" ".join(f"name={name}" for name in lost),
    )
    return lost, (said,) if lost else ()


def _set(template: object, container: str) -> tuple[str, ...]:
    for group in ("containers", "initContainers"):
        for item in fields.items(template, "spec", group):
            if fields.text(item, "name") == container:
                return tuple(fields.text(entry, "name") for entry in fields.items(item, "env"))
    return ()

"""Containers of the same pod that another one talks to through localhost: who owns a port, and who is the root.

A port belongs to a container that declares it, whose arguments name it, or whose log says that it listens there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import re2

from diagnostics import fields
from diagnostics.claims.groups import WAITING
from diagnostics.diagnosis import Evidence
from diagnostics.facts import addresses
from diagnostics.facts.pods import blocking
from diagnostics.patterns import compiled
from diagnostics.transcript import signs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.claims.claim import Claim
    from diagnostics.facts.model import Container
    from diagnostics.snapshot import Log, Object, Snapshot

LATEST: Final = 2000
"""Lines of a neighbour's log in which it is looked for that it listens."""


def owner(
    snapshot: Snapshot, pod: Object | None, containers: Iterable[Container], asking: str, port: int
) -> tuple[Container, Evidence] | None:
    """Return the other container of the pod that owns the port, with the proof, or None."""
    others = [item for item in containers if item.name != asking]
    for item in others:
        if port in [fields.whole(entry, "containerPort") for entry in fields.items(item.spec, "ports")]:
            return item, Evidence(source="pod", path=f"{item.spec_path}.ports", quote=f"containerPort={port}")
    named = compiled(rf"(?:^|[=:\s\"'])(?:tcp:)?{port}(?:$|[\s\"',;/])")
    for item in others:
        for part in ("args", "command"):
            for index, word in enumerate(fields.strings(item.spec, part)):
                if named.search(word[:20_000]) is not None and _serves(word, port):
                    return item, Evidence(source="pod", path=f"{item.spec_path}.{part}[{index}]", quote=word[:500])
    for item in others:
        said = _listening(snapshot, pod, item, port)
        if said is not None:
            return item, said
    return None


def _serves(word: str, port: int) -> bool:
    """Whether the word gives the port as the container's own: as a flag of its own, not as an address of others."""
    if "://" in word:
        return False
    if word == str(port) or word.startswith((f":{port}", f"0.0.0.0:{port}", f"127.0.0.1:{port}")):
        return True
    flag = rf"(?i)(?:port|listen|bind|addr(?:ess)?|tcp)\S{{0,24}}?[=: ]\S{{0,40}}?{port}\b"
    return re2.search(flag, word[:20_000]) is not None


def _listening(snapshot: Snapshot, pod: Object | None, container: Container, port: int) -> Evidence | None:
    named = compiled(rf"[:\s=]{port}\b")
    for instance in ("current", "previous"):
        log: Log | None = snapshot.log(fields.namespace(pod), fields.name(pod), container.name, instance)
        for line in log.lines[-LATEST:] if log is not None else ():
            text = line.text[:500]
            if str(port) in text and signs.listens(text) and named.search(text) is not None:
                return Evidence(source="log", path=f"{container.name}/{instance}", quote=line.text[:1000], at=line.at)
    return None


def root(
    snapshot: Snapshot, pod: Object, containers: tuple[Container, ...], suspect: Container, claims: tuple[Claim, ...]
) -> Container:
    """Return the failing container whose port the suspect could not reach, or the suspect itself."""
    for hit in claims:
        found = addresses.address(hit.names) if hit.type in WAITING and hit.deciding else None
        if found is None or found[1] is None or not addresses.is_local(found[0]):
            continue
        owned = owner(snapshot, pod, containers, suspect.name, found[1])
        if owned is not None and _fails(owned[0], pod, snapshot):
            return owned[0]
    return suspect


def _fails(container: Container, pod: Object, snapshot: Snapshot) -> bool:
    """Whether the container itself ended with a failure, or is kept from starting."""
    if blocking.severity(container, pod, snapshot.now) < 3:
        return False
    ended = container.terminations[0].exit_code if container.terminations else None
    return ended != 0 if container.terminations else blocking.blocked(container)

"""Containers of the same pod that another one talks to through localhost: who owns a port, and who is the root.

A port belongs to a container that declares it, whose arguments name it, or whose log says that it listens there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import re2

from diagnostics import fields
from diagnostics.claims.groups import WAITING
from diagnostics.diagnosis import Evidence
from diagnostics.facts import addresses
from diagnostics.facts.pods import blocking
from diagnostics.patterns import compiled
from diagnostics.transcript import signs, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from diagnostics.claims.claim import Claim
    from diagnostics.facts.model import Container
    from diagnostics.snapshot import Log, Object, Snapshot

LATEST: Final = 2000
"""Lines of a neighbour's log in which it is looked for that it listens."""


LONG: Final = 2000
"""Characters of a line that are looked at."""
_OWN: Final = "advertise|secure|insecure|listen|bind|serve|server|serving|https?|grpc|web|api"
"""What stands before ``port`` in a flag that gives a program's own port."""
_UP: Final = compiled(r"(?i)\b(?:is|now|up and) (?:running|ready|serving)\b")
"""A program that is up, beside the signs of life that end a complaint."""
LAST: Final = 20
"""Newest lines of a neighbour's log that tell how it is."""
MOSTLY: Final = 0.5
"""Part of these lines that complain of a program that does not work any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """The container of the same pod that owns a port, and what its log says last where it hangs."""

    container: Container
    proof: Evidence
    stuck: Evidence | None = None
    """The newest complaint of a neighbour that was well, still runs and does nothing else any more."""


def neighbour(
    snapshot: Snapshot, pod: Object | None, containers: Iterable[Container], asking: str, port: int
) -> Neighbour | None:
    """Return the other container of the pod that owns the port, with how it is, or None."""
    found = owner(snapshot, pod, containers, asking, port)
    if found is None:
        return None
    return Neighbour(container=found[0], proof=found[1], stuck=_stuck(snapshot, pod, found[0]))


def _stuck(snapshot: Snapshot, pod: Object | None, container: Container) -> Evidence | None:
    log = snapshot.log(fields.namespace(pod), fields.name(pod), container.name, "current")
    if container.running_since is None or container.restarts or log is None or len(log.lines) <= LAST:
        return None
    newest, before = log.lines[-LAST:], log.lines[:-LAST][-LATEST:]
    bad = [line for line in newest if words.complains(line.text[:LONG])]
    was_well = any(signs.lives(line.text[:LONG]) or _UP.search(line.text[:LONG]) for line in before)
    if not was_well or len(bad) < MOSTLY * LAST:
        return None
    return Evidence(source="log", path=f"{container.name}/current", quote=bad[-1].text[:1000], at=bad[-1].at)


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
    flag = compiled(rf"(?i)(?:^|[\s\"'])--?(?:(?:{_OWN})[-_.])?(?:port|listen|bind)[\w.-]*=\S{{0,40}}?\b{port}\b")
    for instance in ("current", "previous"):
        log: Log | None = snapshot.log(fields.namespace(pod), fields.name(pod), container.name, instance)
        for line in log.lines[-LATEST:] if log is not None else ():
            text = line.text[:LONG]
            if str(port) not in text:
                continue
            if (signs.listens(text) and named.search(text) is not None) or flag.search(line.text[:LONG]) is not None:
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

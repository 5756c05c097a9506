"""What the cluster says of a target that an alert names: whether it is there, where, and whose it is.

Names decide nothing that the cluster can decide: owners are those of the owner references, a cut name is completed
when one workload fits, a pod that is in no namespace of the alert's is taken where it is the only one. What cannot be
read in time stays as the alert said it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from bot.alerts.model import APP, OWN_KINDS, WIDE_KINDS, Target
from bot.cluster.gate import GuardedReader
from bot.cluster.reads import Answer
from bot.cluster.resources import RESOURCES
from bot.incidents.owners import addresses, top
from bot.model.incident import Subject, fold_key
from bot.model.names import owner_of
from diagnostics import fields
from diagnostics.facts.workloads.owners import controller
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping, Sequence

    from bot.cluster.gate import Gate
    from bot.cluster.reads import Reads, Source
    from diagnostics.snapshot import Object

_log = structlog.get_logger(__name__)

T = TypeVar("T")

DOOR_S = 1.8
"""How long the cluster may take at the door: a Slack event must be acknowledged within three seconds."""

FEW = 4
"""Up to so many names of a namespace are asked for one by one; more are found in one list."""

READS = 300
"""Requests for one notification: what would need more stays as the alerts say it, and is looked at one by one later."""

ELSEWHERE = 20
"""So many names of one notification are looked for in all namespaces: each is a request of its own."""

_SUFFIXING = ("DaemonSet", "Job", "ReplicaSet", "StatefulSet")
"""The kinds whose pods are called after them with nothing but a suffix."""

_INSTALLED = ("app.kubernetes.io/instance",)
"""The label by which Helm's charts and Argo CD mark what belongs to one installation."""

_APP_LABELS = ("app.kubernetes.io/name", "app", "k8s-app", *_INSTALLED)

_READ = tuple(kind for kind in OWN_KINDS if kind in RESOURCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A target as the cluster knows it.

    ``exists`` is None where the cluster could not be asked. ``owner`` is the topmost controller (kind and name), or the
    object itself. ``note`` is a sentence for the answer, where something else was taken than the alert said.
    """

    target: Target
    exists: bool | None = None
    owner: tuple[str, str] = ("", "")
    note: str = ""
    rivals: tuple[str, ...] = ()

    @property
    def workload(self) -> tuple[str, str, str]:
        """Kind, namespace and name of the owner."""
        return self.owner[0], self.target.namespace or "", self.owner[1]


@dataclass(slots=True)
class _Asked:
    """What was read for one notification, each thing once."""

    reader: Reads
    targets: Sequence[Target] = ()
    crowded: frozenset[str] = frozenset()
    gets: dict[Lead, asyncio.Task[tuple[Object, ...] | None]] = field(default_factory=dict)
    named: dict[tuple[str, str], Mapping[str, Object]] = field(default_factory=dict)
    partial: set[Lead] = field(default_factory=set)
    held: asyncio.Task[set[str]] | None = None
    elsewhere: int = 0

    @property
    def work(self) -> list[asyncio.Task[Any]]:
        """All that is read."""
        return [*self.gets.values(), *([self.held] if self.held is not None else [])]


class Resolver:
    """Asks the cluster about targets. ``namespaces`` are the only ones that are looked into; none given means all.

    ``held`` returns those of the fold keys that an incident has.
    """

    def __init__(
        self,
        reader: Source,
        *,
        namespaces: Sequence[str] = (),
        within_s: float = DOOR_S,
        held: Callable[[Collection[str]], Coroutine[Any, Any, set[str]]] | None = None,
    ) -> None:
        self._held = held
        self._reader = reader
        self._allowed = frozenset(namespaces)
        self._within_s = within_s

    async def resolve(self, targets: Sequence[Target], gate: Gate | None = None) -> list[Resolved]:
        """Return each target as the cluster knows it, in order; all of them within the time.

        ``gate`` is who is told of them, where that is a person: what they may not read counts as not known.

        Raises only what ``held`` does: ``Temporary`` where the store does not answer.
        """
        counts = Counter(target.namespace or "" for target in targets)
        crowded = frozenset(where for where, count in counts.items() if where and count > FEW)
        reader = self._reader if gate is None else GuardedReader(self._reader, gate)
        asked = _Asked(reader=reader, targets=targets, crowded=crowded)
        working = [asyncio.ensure_future(self._resolve(target, asked)) for target in targets]
        if not working:
            return []
        await asyncio.wait(working, timeout=self._within_s)
        late = [work for work in working if not work.done()]
        for work in (*late, *asked.work):
            work.cancel()
        # All of them: of several that failed, the first is raised below, and the others are not to be lost in the log.
        await asyncio.gather(*working, *asked.work, return_exceptions=True)
        if late:
            _log.warning("alerts.cluster_too_slow", targets=len(late))
        return [
            work.result() if work not in late else unresolved(target)
            for target, work in zip(targets, working, strict=True)
        ]

    async def _resolve(self, target: Target, asked: _Asked) -> Resolved:
        if target.namespace and self._allowed and target.namespace not in self._allowed:
            return unresolved(target)
        if target.kind in WIDE_KINDS:
            return await self._wide(target, asked)
        found = await self._there(target, asked)
        if found is not None and found.exists:
            return found
        for other in (one for one in target.instead if not one.namespace or self._may(one.namespace)):
            second = await (self._wide if other.kind in WIDE_KINDS else self._there)(other, asked)
            if second is not None and second.exists:
                return second
        return await self._absent(target, asked, found) or found or unresolved(target)

    async def _absent(self, target: Target, asked: _Asked, found: Resolved | None) -> Resolved | None:
        """Return what a target is, or was, that was not found where the alert says."""
        before = await self._known_before(target, asked)
        # What could not be read here is not looked for elsewhere: a cluster in trouble would be asked for still more.
        unread = found is not None and found.exists is None and not asked.partial
        if before is not None or unread:
            return before
        return await self._elsewhere(target, asked) or await self._gone(target, asked)

    async def _known_before(self, target: Target, asked: _Asked) -> Resolved | None:
        """Return a target that an incident is about already: it was there, and is gone now, not somewhere else."""
        owners = _possible_owners(target)
        if self._held is None or not owners:
            return None
        if asked.held is None:  # asked once, for all that the notification names
            keys = {key for each in asked.targets for key in _possible_owners(each)}
            asked.held = asyncio.ensure_future(self._held(keys))
        held = await _shared(asked.held)
        owner = next((owner for key, owner in owners.items() if key in held), None)
        return None if owner is None else Resolved(target=target, exists=False, owner=owner)

    async def _there(self, target: Target, asked: _Asked) -> Resolved | None:
        """Look where the alert says."""
        if target.kind == APP:
            return await self._app(target, asked)
        if target.namespace is None:
            return None
        if target.cut:
            return await self._completed(target, asked)
        if target.kind and target.kind != "Pod" and target.kind not in RESOURCES:
            return await self._by_pods(target, asked)
        return await self._as(("Pod", *_READ) if not target.kind else (target.kind,), target, asked)

    async def _as(self, kinds: Sequence[str], target: Target, asked: _Asked) -> Resolved:
        """Look for an object of one of the kinds, in order, that bears the name."""
        for kind in kinds:
            found = await self.get(kind, target.namespace or "", target.name, asked)
            if found is None:
                return unresolved(target)
            if found:
                return await self._owned(replace(target, kind=kind), found[0], asked)
        return Resolved(target=target, exists=False)

    async def _owned(self, target: Target, item: Object, asked: _Asked) -> Resolved:
        kind, name = await self._top(item, asked)
        return Resolved(target=replace(target, instead=()), exists=True, owner=(kind, name))

    async def _top(self, item: Object, asked: _Asked) -> tuple[str, str]:
        return await top(_Within(self, asked), item, self._within_s)

    async def _app(self, target: Target, asked: _Asked) -> Resolved | None:
        """Find what an app label means: a workload called so, else the workloads of pods labelled so.

        Without a namespace only the label counts that who installs an application sets: its name alone is anybody's.
        """
        plain = await self._there(replace(target, kind="", sure=True), asked)
        if plain is not None and plain.exists:
            return replace(plain, target=replace(plain.target, sure=True))
        owners: set[tuple[str, str, str]] = set()
        for label in _APP_LABELS if target.namespace else _INSTALLED:
            for pod in await self._list("Pod", target.namespace or "", asked, labels=f"{label}={target.name}") or ():
                where = fields.namespace(pod)
                if self._may(where):
                    owners.add((where, *await self._top(pod, asked)))
            if owners:
                break
        if len(owners) == 1:
            ((where, kind, name),) = owners
            whole = replace(target, kind=kind, namespace=where, name=name, sure=True)
            return Resolved(target=whole, exists=True, owner=(kind, name))
        rivals = tuple(f"{kind} {where}/{name}" for where, kind, name in sorted(owners))
        return Resolved(target=target, exists=False, rivals=rivals)

    async def _completed(self, target: Target, asked: _Asked) -> Resolved | None:
        """Complete a cut name: all that begin so must be of one workload."""
        where = target.namespace or ""
        kinds = ("Pod", *_READ) if not target.kind else (target.kind,)
        owners: dict[tuple[str, str], Object] = {}
        for kind in kinds:
            listed = await self._list(kind, where, asked)
            if listed is None:
                return unresolved(target)
            for item in listed:
                if fields.name(item).startswith(target.name):
                    owners.setdefault(await self._top(item, asked), item)
            if owners:
                break
        if len(owners) != 1:
            return Resolved(target=target, exists=False, rivals=tuple(f"{kind} {name}" for kind, name in owners))
        ((owner, item),) = owners.items()
        whole = replace(target, kind=fields.text(item, "kind"), name=fields.name(item), cut=False, instead=())
        return Resolved(
            target=whole,
            exists=True,
            owner=owner,
            note=f"The alert cuts the name {target.name}…; it is this workload's.",
        )

    async def _by_pods(self, target: Target, asked: _Asked) -> Resolved:
        """Find a workload of a kind that is not read by its pods' owner references."""
        for pod in await self._list("Pod", target.namespace or "", asked) or ():
            owner = await self._top(pod, asked)
            below = controller(pod)
            if owner[1] == target.name or fields.text(below, "name") == target.name:
                named = (target.kind, target.name)
                return Resolved(target=replace(target, kind="Pod", name=fields.name(pod)), exists=True, owner=named)
        return Resolved(target=target, exists=False)

    async def _elsewhere(self, target: Target, asked: _Asked) -> Resolved | None:
        """Look in all namespaces: a rule may set a namespace of its own, or leave it out."""
        if target.kind == APP or target.cut or (not target.sure and target.namespace):
            return None  # what nobody said for sure is looked for nowhere else
        asked.elsewhere += 1
        if asked.elsewhere > ELSEWHERE:
            return None
        kinds = ("Pod", *_READ) if not target.kind else (target.kind,)
        places: dict[tuple[str, str, str], Object] = {}
        for kind in kinds:
            if kind not in RESOURCES:
                continue
            for item in await self._list(kind, "", asked, fields_=f"metadata.name={target.name}") or ():
                if fields.name(item) == target.name and self._may(fields.namespace(item)):
                    places[kind, fields.namespace(item), fields.name(item)] = item
            if places:
                break
        if len(places) != 1:
            rivals = tuple(f"{kind} {where}/{name}" for kind, where, name in places)
            return Resolved(target=target, exists=False, rivals=rivals) if rivals else None
        (((kind, where, _name), item),) = places.items()
        note = ""
        if target.namespace:
            note = f"The alert says namespace {target.namespace}; it is in {where}, and nowhere else."
        found = await self._owned(replace(target, kind=kind, namespace=where), item, asked)
        return replace(found, note=note)

    async def _gone(self, target: Target, asked: _Asked) -> Resolved | None:
        """Find the workload of a pod that is gone by its name, when it is there."""
        where, guess = target.namespace, owner_of(target.kind, target.name)
        if where is None or target.cut or not target.sure or target.kind not in ("", "Pod", "Job", "ReplicaSet"):
            return None
        if target.kind == "Pod":
            # CloudWatch's Container Insights and others call the workload's name the pod's.
            same = await self._as(_READ, replace(target, kind="", instead=()), asked)
            if same.exists:
                return same
        if guess is None:
            return None
        for kind in (guess.kind,) if guess.kind else _SUFFIXING:
            found = await self.get(kind, where, guess.name, asked)
            if found:
                owner = await self._top(found[0], asked)
                return Resolved(target=target, exists=False, owner=owner)
        return None

    async def _wide(self, target: Target, asked: _Asked) -> Resolved:
        where = "" if target.kind in ("Node", "PersistentVolume") else target.namespace or ""
        found = await self.get(target.kind, where, target.name, asked)
        if found == () and target.kind == "Node":
            found = await self._addressed(target.name, asked)
        if found:
            target = replace(target, name=fields.name(found[0]), sure=True)
        exists = None if found is None else bool(found)
        return Resolved(target=target, exists=exists, owner=(target.kind, target.name))

    async def _addressed(self, address: str, asked: _Asked) -> tuple[Object, ...] | None:
        """Return the node with an address: exporters call their machine by it."""
        nodes = await self._once(Lead(kind="Node"), asked)
        return None if nodes is None else tuple(node for node in nodes if address in addresses(node))

    def _may(self, namespace: str) -> bool:
        return not self._allowed or namespace in self._allowed

    async def get(self, kind: str, where: str, name: str, asked: _Asked) -> tuple[Object, ...] | None:
        """Return the object or nothing; None when it could not be read."""
        if where not in asked.crowded:
            return await self._once(Lead(kind=kind, namespace=where, name=name, metadata_only=True), asked)
        listed = await self._list(kind, where, asked)
        if listed is None:
            return None
        if (kind, where) not in asked.named:
            asked.named[kind, where] = {fields.name(item): item for item in listed}
        item = asked.named[kind, where].get(name)
        if item is not None:
            return (item,)
        is_partial = any((lead.kind, lead.namespace) == (kind, where) for lead in asked.partial)
        return None if is_partial else ()

    async def _list(
        self, kind: str, where: str, asked: _Asked, *, labels: str = "", fields_: str = ""
    ) -> tuple[Object, ...] | None:
        lead = Lead(kind=kind, namespace=where, labels=labels, fields=fields_, metadata_only=True)
        return await self._once(lead, asked)

    async def _once(self, lead: Lead, asked: _Asked) -> tuple[Object, ...] | None:
        if lead not in asked.gets:
            if len(asked.gets) >= READS:
                return None
            asked.gets[lead] = asyncio.ensure_future(self._read(lead, asked))
        return await _shared(asked.gets[lead])

    async def _read(self, lead: Lead, asked: _Asked) -> tuple[Object, ...] | None:
        answer = await asked.reader.read(lead, self._within_s)
        if answer.why and not answer.objects:
            return None
        if answer.why:
            asked.partial.add(lead)
        return answer.objects


async def _shared(work: asyncio.Task[T]) -> T:
    """Wait for what others wait for too."""
    return work.result() if work.done() else await asyncio.shield(work)


def _possible_owners(target: Target) -> dict[str, tuple[str, str]]:
    """Return the fold keys under which an incident about a target may stand, with the owner that each means."""
    if target.namespace is None or not target.sure or target.cut:
        return {}
    subject = Subject(kind=target.kind or "Pod", namespace=target.namespace, name=target.name)
    guess = owner_of(subject.kind, subject.name)
    owners = [(subject.kind, subject.name)]
    if guess is not None:
        owners += [(kind, guess.name) for kind in ((guess.kind,) if guess.kind else _SUFFIXING)]
    return {fold_key(subject, owner): owner for owner in owners}


class _Within:
    """Reads for one notification: each thing once, and from its lists."""

    def __init__(self, resolver: Resolver, asked: _Asked) -> None:
        self._resolver, self._asked = resolver, asked

    async def read(self, lead: Lead, within_s: float) -> Answer:  # noqa: ARG002 — the resolver's own time counts
        found = await self._resolver.get(lead.kind, lead.namespace, lead.name, self._asked)
        return Answer(lead=lead, objects=found or ())


def unresolved(target: Target) -> Resolved:
    """Return a target about which the cluster could not be asked: its name is all that is known of its owner."""
    guess = owner_of(target.kind, target.name)
    owner = (target.kind, target.name)
    if guess is not None and guess.kind not in ("", "StatefulSet"):
        owner = (guess.kind, guess.name)
    return Resolved(target=target, owner=owner)


def distinct(found: Iterable[Resolved]) -> list[Resolved]:
    """Return one for each workload, in order."""
    kept: dict[tuple[str, str, str], Resolved] = {}
    for one in found:
        kept.setdefault(
            one.workload if one.owner[1] else (one.target.kind, one.target.namespace or "", one.target.name), one
        )
    return list(kept.values())

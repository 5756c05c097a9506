"""Finding what a target stands for: pod first, then workloads; the default namespace, then the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cluster.errors import AmbiguousTarget
from bot.cluster.resources import WORKLOADS
from diagnostics import fields
from diagnostics.objects import ObjectRef
from diagnostics.snapshot import Lead, Target

if TYPE_CHECKING:
    from bot.cluster.gathering import Gathering
    from bot.cluster.reads import Answer
    from bot.cluster.target import TargetRef

NEAR = ("Pod", "ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job")
"""Kinds listed in the namespace when the target is not there: the engine says what replaced it."""

OTHERS = 12
"""Other namespaces that are asked one by one (seven reads each) when only some may be looked into."""


async def locate(
    ref: TargetRef, gathering: Gathering, default_namespace: str, namespaces: tuple[str, ...] = ()
) -> Target:
    """Return the target that is meant; its object is then in the snapshot, unless nothing of that name exists.

    ``namespaces`` are the only other ones that are looked into; with none given, all that can be read are.

    Raises ``AmbiguousTarget`` when several things bear the name, and what ``Gathering.error`` makes of a first read
    that failed: without it there is no diagnosis.
    """
    namespace = ref.namespace or default_namespace
    first, found = await _here(ref, gathering, namespace)
    if not found:
        others = await _elsewhere(ref, gathering, namespace, namespaces)
        if ref.namespace is None:
            found = others
    if not found and first.refused:
        raise gathering.error(first)
    if len(found) > 1:
        raise AmbiguousTarget(
            ref.name,
            tuple(sorted(ObjectRef(kind=each.kind, namespace=each.namespace, name=each.name) for each in found)),
        )
    if found:
        return found[0]
    await gathering.read(Lead(kind=kind, namespace=namespace) for kind in dict.fromkeys((ref.kind or "Pod", *NEAR)))
    return Target(kind=ref.kind or "Pod", namespace=namespace, name=ref.name)


async def _here(ref: TargetRef, gathering: Gathering, namespace: str) -> tuple[Answer, list[Target]]:
    """Look in one namespace. One that nobody named, and that may not be looked into, holds nothing."""
    kind = ref.kind or "Pod"
    (first,) = await gathering.read([Lead(kind=kind, namespace=namespace, name=ref.name)], quietly=True)
    if first.why and not (first.refused and ref.namespace is None):
        raise gathering.error(first)
    if first.objects or first.why or ref.kind:
        return first, _targets([first], namespace)
    workloads = [Lead(kind=kind, namespace=namespace, name=ref.name) for kind in WORKLOADS]
    return first, _targets(await gathering.read(workloads), namespace)


async def _elsewhere(ref: TargetRef, gathering: Gathering, namespace: str, namespaces: tuple[str, ...]) -> list[Target]:
    """Look elsewhere by name. Where that is not allowed, it is said once, not once a kind."""
    kinds = (ref.kind,) if ref.kind else ("Pod", *WORKLOADS)
    if namespaces:
        others = [other for other in namespaces if other != namespace][:OTHERS]
        leads = [Lead(kind=kind, namespace=other, name=ref.name) for other in others for kind in kinds]
    else:
        leads = [Lead(kind=kind, fields=f"metadata.name={ref.name}") for kind in kinds]
    answers = await gathering.read(leads, quietly=True)
    failed = next((answer.why for answer in answers if answer.why), "")
    if failed:
        gathering.note("other namespaces", failed)
    return [target for target in _targets(answers, namespace) if target.namespace != namespace]


def _targets(answers: list[Answer] | tuple[Answer, ...], namespace: str) -> list[Target]:
    found = []
    for answer in answers:
        for item in answer.objects:
            where = fields.namespace(item) or answer.lead.namespace
            note = "" if where == namespace else f"not in namespace {namespace}; found in namespace {where}"
            found.append(Target(kind=answer.lead.kind, namespace=where, name=fields.name(item), note=note))
    return found

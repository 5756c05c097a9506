"""Which workloads fail because of a node, a quota, a claim, an autoscaler or a disruption budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cluster.errors import BadReply
from bot.incidents.owners import top
from diagnostics import fields
from diagnostics.claims.policies import selected
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.cluster.reads import Reads
    from diagnostics.snapshot import Object

READ_S = 8.0
_DONE = frozenset({"Succeeded"})


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A workload that fails because of something else, and one of its pods, where it has any."""

    namespace: str
    kind: str
    name: str
    pod: str = ""


class Affected:
    """Finds them, once: ``reader`` gives what may be shown."""

    def __init__(self, reader: Reads) -> None:
        self._reader = reader
        self.unread = ""
        """Why not all namespaces were looked into; empty when they were."""

    async def by(self, kind: str, namespace: str, name: str) -> list[Hit]:
        """Return the workloads that fail because of an object. Raises ``ClusterError`` when that cannot be told."""
        match kind:
            case "Node":
                hit = await self._on_node(name)
            case "ResourceQuota":
                return await self._by_quota(namespace, name)
            case "PersistentVolume":
                claim = [
                    fields.table(item, "spec", "claimRef") for item in await self._read(Lead(kind=kind, name=name))
                ]
                if not claim or not fields.text(claim[0], "name"):
                    return []
                hit = await self._by_claim(fields.text(claim[0], "namespace"), fields.text(claim[0], "name"))
            case "PersistentVolumeClaim":
                hit = await self._by_claim(namespace, name)
            case "HorizontalPodAutoscaler":
                return await self._scaled(namespace, name)
            case _:
                hit = await self._protected(namespace, name)
        return await self._owners(hit)

    async def _on_node(self, name: str) -> list[Object]:
        pods = await self._read(Lead(kind="Pod", fields=f"spec.nodeName={name}"))
        return [pod for pod in pods if fields.text(pod, "spec", "nodeName") == name]

    async def _by_claim(self, namespace: str, name: str) -> list[Object]:
        pods = await self._read(Lead(kind="Pod", namespace=namespace))
        return [pod for pod in pods if name in _claims(pod)]

    async def _scaled(self, namespace: str, name: str) -> list[Hit]:
        found = await self._read(Lead(kind="HorizontalPodAutoscaler", namespace=namespace, name=name))
        if not found:
            return []
        target = fields.table(found[0], "spec", "scaleTargetRef")
        scaled = (fields.text(target, "kind"), fields.text(target, "name"))
        hits = await self._owners(list(await self._read(Lead(kind="Pod", namespace=namespace))))
        return [hit for hit in hits if (hit.kind, hit.name) == scaled]

    async def _protected(self, namespace: str, name: str) -> list[Object]:
        found = await self._read(Lead(kind="PodDisruptionBudget", namespace=namespace, name=name))
        if not found:
            return []
        selector = fields.table(found[0], "spec", "selector")
        pods = await self._read(Lead(kind="Pod", namespace=namespace))
        return [pod for pod in pods if selected(selector, fields.labels(pod, "metadata", "labels"))]

    async def _by_quota(self, namespace: str, name: str) -> list[Hit]:
        """Return the workloads whose pods the quota refused: their controllers' events say ``exceeded quota``."""
        events = await self._read(Lead(kind="Event", namespace=namespace, fields="reason=FailedCreate"))
        hits: set[Hit] = set()
        for event in events:
            if f"exceeded quota: {name}" not in fields.text(event, "message"):
                continue
            about = fields.table(event, "involvedObject")
            kind, holder = fields.text(about, "kind"), fields.text(about, "name")
            found = await self._read(Lead(kind=kind, namespace=namespace, name=holder)) if kind in _CREATORS else ()
            if found:
                owner = await top(self._reader, found[0], READ_S)
                hits.add(Hit(namespace, *owner))
        return sorted(hits)

    async def _owners(self, pods: Sequence[Object]) -> list[Hit]:
        hits: dict[tuple[str, str, str], Hit] = {}
        for pod in pods:
            where = fields.namespace(pod)
            if not fails(pod):
                continue
            kind, name = await top(self._reader, pod, READ_S)
            hits.setdefault((where, kind, name), Hit(where, kind, name, fields.name(pod)))
        return sorted(hits.values())

    async def _read(self, lead: Lead) -> tuple[Object, ...]:
        answer = await self._reader.read(lead, READ_S)
        if answer.refused and not lead.namespace:
            self.unread = answer.why
        elif answer.why and not answer.objects:
            raise answer.error or BadReply(f"{answer.lead} could not be read: {answer.why}")
        return answer.objects


_CREATORS = ("ReplicaSet", "StatefulSet", "DaemonSet", "Job")


def fails(pod: Object) -> bool:
    """Whether a pod is not Ready and has not ended well."""
    if fields.text(pod, "status", "phase") in _DONE:
        return False
    conditions = {
        fields.text(item, "type"): fields.text(item, "status") for item in fields.items(pod, "status", "conditions")
    }
    return conditions.get("Ready") != "True"


def _claims(pod: Object) -> set[str]:
    volumes = fields.items(pod, "spec", "volumes")
    return {fields.text(volume, "persistentVolumeClaim", "claimName") for volume in volumes}

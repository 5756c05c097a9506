"""A workload as it is now, whole and unstripped, for acting on it: with its revisions and pods.

These objects hold environment values. They are planned with and thrown away; they never enter a snapshot, a log,
the store or a message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cluster.errors import BadReply, Forbidden, Unauthorized
from bot.cluster.reads import Answer, Reader
from diagnostics import fields
from diagnostics.snapshot import Lead
from diagnostics.workloads import owners

if TYPE_CHECKING:
    from bot.cluster.connection import Connection
    from diagnostics.snapshot import Object

REVISIONS = {"Deployment": "ReplicaSet", "StatefulSet": "ControllerRevision", "DaemonSet": "ControllerRevision"}
"""What holds the revisions of each Kind that can be acted on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveWorkload:
    """One reading of a workload; ``revisions`` and ``pods`` are its own, by controller reference."""

    object: Object
    revisions: tuple[Object, ...]
    pods: tuple[Object, ...]

    @property
    def kind(self) -> str:
        """The workload's Kind."""
        return fields.text(self.object, "kind")


class Live:
    """Reads workloads anew, each time."""

    def __init__(self, connection: Connection, *, within_s: float = 5.0) -> None:
        self._reader = Reader(connection, log_bytes=0, secret_metadata=False)
        self._within_s = within_s

    async def workload(self, kind: str, namespace: str, name: str) -> LiveWorkload | None:
        """Return the workload, or None when it is gone. Raises ``ClusterError`` when it cannot be read."""
        found = await self._read(Lead(kind=kind, namespace=namespace, name=name))
        if not found:
            return None
        labels = _selector(found[0])
        revisions = await self._read(Lead(kind=REVISIONS[kind], namespace=namespace, labels=labels))
        pods = await self._read(Lead(kind="Pod", namespace=namespace, labels=labels))
        controlled = tuple(item for item in revisions if _controlled(item, (found[0],)))
        holders = controlled if kind == "Deployment" else (found[0],)
        return LiveWorkload(
            object=found[0], revisions=controlled, pods=tuple(pod for pod in pods if _controlled(pod, holders))
        )

    async def _read(self, lead: Lead) -> tuple[Object, ...]:
        answer = await self._reader.read(lead, self._within_s)
        if answer.why:
            raise _error(answer)
        return answer.objects


def _error(answer: Answer) -> Exception:
    if answer.error is not None:
        return answer.error
    kind = {401: Unauthorized, 403: Forbidden}.get(answer.status, BadReply)
    return kind(f"{answer.lead} could not be read: {answer.why}")


def _controlled(item: Object, holders: tuple[Object, ...]) -> bool:
    uid = fields.text(owners.controller(item), "uid")
    return bool(uid) and any(fields.uid(holder) == uid for holder in holders)


def _selector(workload: Object) -> str:
    """Return the label selector in the form that the API takes in a query."""
    selector = fields.table(workload, "spec", "selector")
    terms = [f"{key}={value}" for key, value in sorted(fields.labels(selector, "matchLabels").items())]
    for expression in fields.items(selector, "matchExpressions"):
        key, values = fields.text(expression, "key"), ",".join(fields.strings(expression, "values"))
        operator = fields.text(expression, "operator")
        terms += {
            "In": [f"{key} in ({values})"],
            "NotIn": [f"{key} notin ({values})"],
            "Exists": [key],
            "DoesNotExist": [f"!{key}"],
        }.get(operator, [])
    return ",".join(terms)

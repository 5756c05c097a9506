"""The workload that something of the cluster belongs to, by owner references: read, not guessed from names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cluster.resources import RESOURCES
from bot.model.names import owner_of
from diagnostics import fields
from diagnostics.facts.workloads.owners import controller
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from bot.cluster.reads import Reads
    from diagnostics.snapshot import Object

STEPS_UP = 3
"""Controllers above a pod: ReplicaSet and Deployment, Job and CronJob, and one more for an operator's."""


async def top(reader: Reads, item: Object, within_s: float) -> tuple[str, str]:
    """Return kind and name of the topmost controller, or of the object itself. Never raises a ``ClusterError``.

    A controller that is not to be read is the last one, unless its name follows Kubernetes' rules for the next.
    """
    kind, name = fields.text(item, "kind"), fields.name(item)
    for _ in range(STEPS_UP):
        reference = controller(item)
        if not fields.text(reference, "name"):
            break
        kind, name = fields.text(reference, "kind"), fields.text(reference, "name")
        digest = fields.labels(item, "metadata", "labels").get("pod-template-hash", "")
        if kind == "ReplicaSet" and digest and name.endswith(f"-{digest}"):
            # The label is the Deployment controller's own: its ReplicaSet need not be read.
            return "Deployment", name.removesuffix(f"-{digest}")
        lead = Lead(kind=kind, namespace=fields.namespace(item), name=name, metadata_only=True)
        answer = await reader.read(lead, within_s) if kind in RESOURCES else None
        if answer is None or not answer.objects:
            guess = owner_of(kind, name)
            return (guess.kind, guess.name) if guess is not None and guess.kind else (kind, name)
        item = answer.objects[0]
    return kind, name


def addresses(node: Object) -> set[str]:
    """Return a node's addresses and host names."""
    return {fields.text(item, "address") for item in fields.items(node, "status", "addresses")}

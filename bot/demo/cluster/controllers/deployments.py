"""The Deployment controller: revisions, ReplicaSets, the rolling replacement (kubernetes/pkg/controller/deployment)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.cluster.controllers import replicasets
from bot.demo.cluster.controllers.bounds import bounds
from bot.demo.cluster.controllers.naming import HASH_LABEL, canonical, template_hash
from bot.demo.cluster.controllers.pods import owned_by, owner_reference
from bot.demo.cluster.controllers.progress import write_status
from bot.demo.cluster.controllers.records import record
from bot.demo.cluster.wire import copied

if TYPE_CHECKING:
    from datetime import datetime

    from bot.demo.cluster.cluster import Cluster
    from bot.demo.cluster.controllers.stories import Story
    from bot.demo.cluster.wire import Object

PREFIX = "deployment.kubernetes.io/"
REVISION, HISTORY = f"{PREFIX}revision", f"{PREFIX}revision-history"
DESIRED, MAXIMUM = f"{PREFIX}desired-replicas", f"{PREFIX}max-replicas"
NOT_COPIED = {
    *(REVISION, HISTORY, DESIRED, MAXIMUM, "deprecated.deployment.rollback.to"),
    "kubectl.kubernetes.io/last-applied-configuration",
}
"""deployment/util/deployment_util.go, annotationsToSkip."""


def sync(cluster: Cluster, deployment: Object, story: Story, now: datetime) -> None:
    """Take a Deployment the steps that it can take now."""
    owned = owned_by(cluster.store, "ReplicaSet", deployment)
    if not deployment["spec"].get("paused"):
        new = _new_replicaset(cluster, deployment, owned, now)
        deployment = _copy_revision(cluster, deployment, new)
        olds = [each for each in owned_by(cluster.store, "ReplicaSet", deployment) if each is not new]
        if deployment["spec"].get("strategy", {}).get("type") == "Recreate":
            _recreate(cluster, deployment, new, olds, now)
        else:
            _roll(cluster, deployment, new, olds, now)
    for each in owned_by(cluster.store, "ReplicaSet", deployment):
        replicasets.sync(cluster, each, story, now)
    owned = owned_by(cluster.store, "ReplicaSet", deployment)
    current = find_new(deployment, owned)
    _clean_up(cluster, deployment, [each for each in owned if each is not current])
    write_status(cluster, deployment, current, owned, now)


def find_new(deployment: Object, owned: list[Object]) -> Object | None:
    """Return the ReplicaSet whose template is the Deployment's; the oldest wins on ties."""
    wanted = canonical(deployment["spec"]["template"])
    for each in sorted(owned, key=lambda obj: obj["metadata"]["creationTimestamp"]):
        if canonical(each["spec"]["template"]) == wanted:
            return each
    return None


def revision_of(obj: Object) -> int:
    """Return the revision in the annotations, 0 when there is none."""
    value = (obj["metadata"].get("annotations") or {}).get(REVISION, "0")
    return int(value) if value.isdigit() else 0


def _new_replicaset(cluster: Cluster, deployment: Object, owned: list[Object], now: datetime) -> Object:
    found = find_new(deployment, owned)
    others = [each for each in owned if each is not found]
    revision = max((revision_of(each) for each in others), default=0) + 1
    annotations = {
        key: value for key, value in (deployment["metadata"].get("annotations") or {}).items() if key not in NOT_COPIED
    }
    desired = deployment["spec"].get("replicas", 1)
    annotations |= {DESIRED: str(desired), MAXIMUM: str(desired + bounds(deployment)[0])}
    if found is None:
        return _create(cluster, deployment, annotations | {REVISION: str(revision)}, now)
    changed = copied(found)
    old = changed["metadata"].setdefault("annotations", {})
    # A ReplicaSet that comes back gets the next number and remembers its former ones.
    if revision_of(found) < revision:
        if revision_of(found):
            old[HISTORY] = ",".join(filter(None, (old.get(HISTORY, ""), old[REVISION])))
        old[REVISION] = str(revision)
    old |= annotations
    return cluster.store.save(changed)


def _create(cluster: Cluster, deployment: Object, annotations: dict[str, str], now: datetime) -> Object:
    template = copied(deployment["spec"]["template"])
    digest = template_hash(template)
    template.setdefault("metadata", {}).setdefault("labels", {})[HASH_LABEL] = digest
    selector = copied(deployment["spec"]["selector"])
    selector.setdefault("matchLabels", {})[HASH_LABEL] = digest
    new = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "annotations": annotations,
            "generation": 1,
            "labels": dict(template["metadata"]["labels"]),
            "name": f"{deployment['metadata']['name']}-{digest}",
            "namespace": deployment["metadata"]["namespace"],
            "ownerReferences": [owner_reference(deployment)],
        },
        "spec": {"replicas": 0, "selector": selector, "template": template},
        "status": {"replicas": 0},
    }
    return cluster.store.create(new, now)


def _copy_revision(cluster: Cluster, deployment: Object, new: Object) -> Object:
    changed = copied(deployment)
    changed["metadata"].setdefault("annotations", {})[REVISION] = new["metadata"]["annotations"][REVISION]
    return cluster.store.save(changed)


def _scale(cluster: Cluster, deployment: Object, replicaset: Object, replicas: int, now: datetime) -> None:
    before = replicaset["spec"].get("replicas", 1)
    if replicas == before:
        return
    changed = copied(replicaset)
    changed["spec"]["replicas"] = replicas
    cluster.store.save(changed)
    way = "up" if replicas > before else "down"
    message = f"Scaled {way} replica set {replicaset['metadata']['name']} from {before} to {replicas}"
    record(cluster.store, deployment, "ScalingReplicaSet", message, now)


def _size(replicaset: Object) -> int:
    return int(replicaset["spec"].get("replicas", 1))


def _available(replicaset: Object) -> int:
    return int((replicaset.get("status") or {}).get("availableReplicas", 0))


def _recreate(cluster: Cluster, deployment: Object, new: Object, olds: list[Object], now: datetime) -> None:
    for old in olds:
        _scale(cluster, deployment, old, 0, now)
    if not any(owned_by(cluster.store, "Pod", old) for old in olds):
        _scale(cluster, deployment, new, deployment["spec"].get("replicas", 1), now)


def _roll(cluster: Cluster, deployment: Object, new: Object, olds: list[Object], now: datetime) -> None:
    desired = deployment["spec"].get("replicas", 1)
    surge, unavailable = bounds(deployment)
    total = _size(new) + sum(map(_size, olds))
    if _size(new) > desired:
        _scale(cluster, deployment, new, desired, now)
    elif _size(new) < desired and total < desired + surge:
        _scale(cluster, deployment, new, _size(new) + min(desired + surge - total, desired - _size(new)), now)
        return
    _shrink(cluster, deployment, new, olds, desired - unavailable, now)


def _shrink(cluster: Cluster, deployment: Object, new: Object, olds: list[Object], least: int, now: datetime) -> None:
    """Scale old ReplicaSets down (rolling.go, reconcileOldReplicaSets): broken pods first, then as many as may go."""
    olds = sorted((each for each in olds if _size(each)), key=lambda each: str(each["metadata"]["creationTimestamp"]))
    may_go = _size(new) + sum(map(_size, olds)) - least - (_size(new) - _available(new))
    sizes = {each["metadata"]["name"]: _size(each) for each in olds}
    for each in olds:
        broken = min(may_go, _size(each) - _available(each))
        if broken > 0:
            sizes[each["metadata"]["name"]] -= broken
            may_go -= broken
    spare = _available(new) + sum(map(_available, olds)) - least
    for each in olds:
        name = each["metadata"]["name"]
        gone = min(max(0, spare), sizes[name], max(0, may_go))
        sizes[name] -= gone
        spare -= gone
        may_go -= gone
        _scale(cluster, deployment, each, sizes[name], now)


def _clean_up(cluster: Cluster, deployment: Object, olds: list[Object]) -> None:
    limit = deployment["spec"].get("revisionHistoryLimit", 10)
    idle = sorted((each for each in olds if not _size(each) and not _count(each)), key=revision_of)
    for each in idle[: max(0, len(idle) - limit)]:
        cluster.store.delete("ReplicaSet", each["metadata"]["namespace"], each["metadata"]["name"])


def _count(replicaset: Object) -> int:
    return int((replicaset.get("status") or {}).get("replicas", 0))

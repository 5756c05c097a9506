"""ControllerRevisions: the history of StatefulSets and DaemonSets (kubernetes/pkg/controller/history)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.cluster.controllers.naming import canonical, template_hash
from bot.demo.cluster.controllers.pods import owned_by, owner_reference
from bot.demo.cluster.wire import copied

if TYPE_CHECKING:
    from datetime import datetime

    from bot.demo.cluster.cluster import Cluster
    from bot.demo.cluster.wire import Object

LABEL = "controller-revision-hash"


def current_revision(cluster: Cluster, workload: Object, now: datetime) -> Object:
    """Return the revision of a workload's template: a new one, or an old equal one with the next number."""
    revisions = sorted(owned_by(cluster.store, "ControllerRevision", workload), key=lambda each: int(each["revision"]))
    wanted = canonical(workload["spec"]["template"])
    equal = [each for each in revisions if canonical(_template(each)) == wanted]
    following = int(revisions[-1]["revision"]) + 1 if revisions else 1
    if equal:
        if equal[-1] is revisions[-1]:
            return equal[-1]
        changed = copied(equal[-1])
        changed["revision"] = following
        return cluster.store.save(changed)
    return _create(cluster, workload, following, now)


def _create(cluster: Cluster, workload: Object, number: int, now: datetime) -> Object:
    template = copied(workload["spec"]["template"])
    digest = template_hash(template)
    labels = dict((template.get("metadata") or {}).get("labels") or {})
    # A StatefulSet's revision is labelled controller.kubernetes.io/hash, a DaemonSet's controller-revision-hash.
    labels["controller.kubernetes.io/hash" if workload["kind"] == "StatefulSet" else LABEL] = digest
    meta: Object = {
        "labels": labels,
        "name": f"{workload['metadata']['name']}-{digest}",
        "namespace": workload["metadata"]["namespace"],
        "ownerReferences": [owner_reference(workload)],
    }
    if annotations := workload["metadata"].get("annotations"):
        meta["annotations"] = dict(annotations)
    template["$patch"] = "replace"
    return cluster.store.create(
        {
            "apiVersion": "apps/v1",
            "kind": "ControllerRevision",
            "metadata": meta,
            "data": {"spec": {"template": template}},
            "revision": number,
        },
        now,
    )


def clean_up(cluster: Cluster, workload: Object, used: set[str]) -> None:
    """Delete the oldest revisions beyond revisionHistoryLimit that no pod uses."""
    revisions = sorted(owned_by(cluster.store, "ControllerRevision", workload), key=lambda each: int(each["revision"]))
    idle = [each["metadata"]["name"] for each in revisions if each["metadata"]["name"] not in used]
    limit = workload["spec"].get("revisionHistoryLimit", 10)
    for name in idle[: max(0, len(idle) - limit)]:
        cluster.store.delete("ControllerRevision", workload["metadata"]["namespace"], name)


def _template(revision: Object) -> Object:
    template = dict(((revision.get("data") or {}).get("spec") or {}).get("template") or {})
    template.pop("$patch", None)
    return template

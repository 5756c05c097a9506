"""Pod templates and revisions of a live workload, compared the way ``kubectl rollout`` compares them. Pure.

Source: kubernetes/kubectl ``pkg/polymorphichelpers/rollback.go``; the names are those of the Deployment controller
(``pkg/controller/deployment/util``).
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from diagnostics import fields
from diagnostics.facts.workloads.revisions import essence

if TYPE_CHECKING:
    from bot.cluster.live import LiveWorkload
    from diagnostics.snapshot import Object

POD_HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"


def template_of(workload: Object) -> Object:
    """Return the pod template of a workload or ReplicaSet."""
    return fields.table(workload, "spec", "template")


def numbered(live: LiveWorkload) -> dict[int, Object]:
    """Return the kept revisions by number, the hash label and the patch mark removed: ready to be put back."""
    found = {}
    for item in live.revisions:
        number = number_of(item)
        if number is not None:
            found[number] = kept_template(item)
    return found


def number_of(revision: Object) -> int | None:
    """Return the number of a ReplicaSet (an annotation) or ControllerRevision (a field), or None."""
    if fields.text(revision, "kind") == "ControllerRevision":
        return fields.whole(revision, "revision")
    return _decimal(fields.text(revision, "metadata", "annotations", REVISION))


def current_number(live: LiveWorkload) -> int | None:
    """Return the number of the revision that the workload asks for now, or None when it is not kept."""
    if live.kind == "Deployment":
        return _decimal(fields.text(live.object, "metadata", "annotations", REVISION))
    wanted = fields.text(live.object, "status", "updateRevision")
    numbers = {fields.name(item): number_of(item) for item in live.revisions}
    return numbers[wanted] if wanted in numbers else max((n for n in numbers.values() if n is not None), default=None)


def same_since(live: LiveWorkload) -> int | None:
    """Return the oldest revision in a row up to the current one that runs the same: all later ones are restarts of it.

    None: the current one is the first, or is not kept. An answer tells of the revision with which the program came.
    """
    current, kept = current_number(live), numbered(live)
    if current not in kept:
        return None
    wanted, found = essence(kept[current], keep_restart=False), None
    for number in sorted((number for number in kept if number < current), reverse=True):
        if essence(kept[number], keep_restart=False) != wanted:
            break
        found = number
    return found


def kept_template(revision: Object) -> Object:
    """Return the template that a revision keeps.

    A ControllerRevision's ``data`` is itself a strategic merge patch whose template carries ``$patch: replace``.
    """
    if fields.text(revision, "kind") == "ControllerRevision":
        template = fields.table(revision, "data", "spec", "template")
        return {key: copy.deepcopy(value) for key, value in template.items() if key != "$patch"}
    template = copy.deepcopy(template_of(revision))
    fields.table(template, "metadata", "labels").pop(POD_HASH, None)
    return template


def same_template(one: Object, other: Object) -> bool:
    """Whether two templates say the same: the hash label, nulls and empty values aside."""
    return bool(_plain(_without_hash(one)) == _plain(_without_hash(other)))


def pod_labels_of_current(live: LiveWorkload) -> dict[str, str]:
    """Return the label that marks pods of the revision asked for now, or an empty map when that is not known yet."""
    if live.kind == "Deployment":
        for replica_set in live.revisions:
            if same_template(template_of(replica_set), template_of(live.object)):
                digest = fields.labels(replica_set, "metadata", "labels").get(POD_HASH, "")
                return {POD_HASH: digest} if digest else {}
        return {}
    wanted = fields.text(live.object, "status", "updateRevision")
    if live.kind == "StatefulSet":
        return {"controller-revision-hash": wanted} if wanted else {}
    newest = max(live.revisions, key=lambda item: number_of(item) or 0, default=None)
    digest = fields.labels(newest, "metadata", "labels").get("controller-revision-hash", "")
    return {"controller-revision-hash": digest} if digest else {}


def _without_hash(template: Object) -> Object:
    metadata = fields.table(template, "metadata")
    labels = {key: value for key, value in fields.table(metadata, "labels").items() if key != POD_HASH}
    return {**template, "metadata": {**metadata, "labels": labels}}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        cleaned = {key: _plain(item) for key, item in value.items()}
        return {key: item for key, item in cleaned.items() if item not in (None, {}, [])}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _decimal(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None

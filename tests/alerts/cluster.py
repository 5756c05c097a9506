"""A cluster as a case file lists it, and the reads that the resolver makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cluster.reads import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

READY = [{"type": "Ready", "status": "True"}]
NOT_READY = [{"type": "Ready", "status": "False"}]


def built(item: dict, claimed: Sequence[str] = ()) -> dict:
    """Return an object as the API serves it. ``claimed`` are the claims that say it uses them."""
    labels = item.get("labels") or {}
    metadata = {"name": item["name"], "namespace": item.get("namespace", ""), "labels": labels}
    owner = item.get("owner")
    if owner and owner != "none":
        kind, _, name = owner.partition("/")
        metadata["ownerReferences"] = [{"kind": kind, "name": name, "controller": True, "uid": f"uid-{kind}-{name}"}]
    spec = dict(item.get("spec") or {})
    if item.get("node"):
        spec["nodeName"] = item["node"]
    for claim in item.get("claims") or item.get("pvcs") or claimed:
        spec.setdefault("volumes", []).append({"name": claim, "persistentVolumeClaim": {"claimName": claim}})
    if item.get("scaleTargetRef"):
        kind, _, name = item["scaleTargetRef"].partition("/")
        spec["scaleTargetRef"] = {"kind": kind, "name": name}
    status = {"conditions": NOT_READY if item.get("failing") else READY}
    return {"kind": item["kind"], "metadata": metadata, "spec": spec, "status": status}


def _claimed(item: dict, objects: list[dict]) -> list[str]:
    user = (f"{item['kind']}/{item['name']}", item.get("namespace", ""))
    return [one["name"] for one in objects if (one.get("usedBy"), one.get("namespace", "")) == user]


class Recorded:
    """Answers leads from a case's objects."""

    def __init__(self, objects: list[dict]) -> None:
        self.objects = [built(item, _claimed(item, objects)) for item in objects]
        self.given = objects
        self.asked = 0

    async def read(self, lead, within_s):
        self.asked += 1
        assert within_s > 0
        found = [item for item in self.objects if item["kind"] == lead.kind]
        if lead.namespace:
            found = [item for item in found if item["metadata"]["namespace"] == lead.namespace]
        if lead.name:
            found = [item for item in found if item["metadata"]["name"] == lead.name]
        if lead.labels:
            key, _, value = lead.labels.partition("=")
            found = [item for item in found if item["metadata"]["labels"].get(key) == value]
        path, _, value = lead.fields.partition("=")
        if path == "metadata.name":
            found = [item for item in found if item["metadata"]["name"] == value]
        if path == "spec.nodeName":
            found = [item for item in found if item["spec"].get("nodeName") == value]
        return Answer(lead=lead, objects=tuple(found), absent=not found)

    def failing(self, kind: str, namespace: str, name: str) -> bool:
        """Whether a workload, or anything below it, fails."""
        mine = {(kind, name)}
        for _ in range(3):
            mine |= {
                (item["kind"], item["name"])
                for item in self.given
                if item.get("namespace", "") == namespace and tuple((item.get("owner") or "").split("/", 1)) in mine
            }
        return any(
            item.get("failing")
            for item in self.given
            if item.get("namespace", "") == namespace and (item["kind"], item["name"]) in mine
        )

"""Events that controllers write, folded by count as the recorder folds them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from bot.demo.cluster.store import Store, stamp
from bot.demo.cluster.wire import copied

if TYPE_CHECKING:
    from datetime import datetime

    from bot.demo.cluster.wire import Object

SOURCES = {
    "Scheduled": "default-scheduler",
    "ScalingReplicaSet": "deployment-controller",
    "SuccessfulCreate": "replicaset-controller",
    "SuccessfulDelete": "replicaset-controller",
}


def record(store: Store, about: Object, reason: str, message: str, now: datetime, **more: str) -> None:
    """Write an event about an object; the same text again raises its count. `more`: type, source, container."""
    meta = about["metadata"]
    namespace = meta.get("namespace", "default")
    reference = {
        "kind": about["kind"],
        "namespace": namespace,
        "name": meta["name"],
        "uid": meta["uid"],
        "apiVersion": about["apiVersion"],
        "resourceVersion": meta["resourceVersion"],
    }
    if more.get("container"):
        reference["fieldPath"] = f"spec.containers{{{more['container']}}}"
    seed = f"{meta['uid']}{reason}{message}{more.get('container', '')}"
    name = f"{meta['name']}.{hashlib.sha256(seed.encode()).hexdigest()[:16]}"
    old = store.copy("Event", namespace, name)
    if old:
        old |= {"count": old.get("count", 1) + 1, "lastTimestamp": stamp(now)}
        store.save(old)
        return
    source = more.get("source") or SOURCES.get(reason, "kubelet")
    store.create(
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": name, "namespace": namespace},
            "involvedObject": reference,
            "reason": reason,
            "message": message,
            "type": more.get("type", "Normal"),
            "count": 1,
            "firstTimestamp": stamp(now),
            "lastTimestamp": stamp(now),
            "eventTime": None,
            "reportingComponent": source,
            "reportingInstance": "",
            "source": {"component": source},
        },
        now,
    )


def about_pod(store: Store, pod: Object) -> list[Object]:
    """Return copies of a pod's events."""
    events = store.all("Event", pod["metadata"]["namespace"])
    return [copied(each) for each in events if each["involvedObject"].get("uid") == pod["metadata"]["uid"]]

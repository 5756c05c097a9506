"""The table of `kubectl get pods`, so that the demo's cluster reads as people are used to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.demo.cluster.wire import Object

COLUMNS = (("Name", "string"), ("Ready", "string"), ("Status", "string"), ("Restarts", "string"), ("Age", "string"))


def table(document: Object, items: list[Object], now: datetime) -> Object | None:
    """Return pods as meta.k8s.io/v1 Table, None for every other kind (the client then draws its own)."""
    if document["kind"] not in {"Pod", "PodList"}:
        return None
    columns = [
        {"name": name, "type": kind, "format": "name" if name == "Name" else "", "description": name, "priority": 0}
        for name, kind in COLUMNS
    ]
    rows = [{"cells": _cells(pod, now), "object": _meta(pod)} for pod in items]
    version = document["metadata"].get("resourceVersion", "")
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": version},
        "columnDefinitions": columns,
        "rows": rows,
    }


def _meta(pod: Object) -> Object:
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": pod["metadata"]}


def _cells(pod: Object, now: datetime) -> list[str]:
    status = pod.get("status") or {}
    containers = status.get("containerStatuses") or []
    ready = sum(1 for each in containers if each.get("ready"))
    restarts = sum(int(each.get("restartCount", 0)) for each in containers)
    total = len(pod["spec"].get("containers") or ())
    created = datetime.fromisoformat(pod["metadata"]["creationTimestamp"])
    age = age_text(max(0, int((now - created).total_seconds())))
    return [pod["metadata"]["name"], f"{ready}/{total}", reason(pod), str(restarts), age]


def reason(pod: Object) -> str:
    """Return the STATUS column (printPod in kubernetes/pkg/printers/internalversion/printers.go)."""
    status = pod.get("status") or {}
    if pod["metadata"].get("deletionTimestamp"):
        return "Terminating"
    inits = status.get("initContainerStatuses") or []
    for number, each in enumerate(inits):
        state = each.get("state") or {}
        if (state.get("terminated") or {}).get("exitCode") == 0 or each.get("started"):
            continue
        word = _word(state)
        return f"Init:{word}" if word and word != "PodInitializing" else f"Init:{number}/{len(inits)}"
    words = [_word(each.get("state") or {}) for each in status.get("containerStatuses") or []]
    reason = next((word for word in reversed(words) if word and word != "Completed"), "") or next(
        filter(None, words), ""
    )
    return reason or str(status.get("reason") or status.get("phase", "Unknown"))


def _word(state: Object) -> str:
    if "waiting" in state:
        return str(state["waiting"].get("reason", ""))
    if ended := state.get("terminated"):
        return str(ended.get("reason") or f"ExitCode:{ended.get('exitCode')}")
    return ""


def age_text(seconds: int) -> str:
    """Return a duration as kubectl prints it: 42s, 7m, 3h, 5d."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= 2 * size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"

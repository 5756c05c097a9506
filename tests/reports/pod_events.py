"""What kubelet and scheduler tell of a pod by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.reports.kubelet import CREATING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.reports.kubelet import Run


@dataclass(frozen=True)
class Told:
    """One event of a pod, times in seconds before the look."""

    reason: str
    message: str
    container: str = ""
    init: bool = False
    type: str = "Normal"
    count: int = 1
    first_s: float = 0
    last_s: float = 0
    component: str = "kubelet"


def events(pod: dict[str, Any], runs: Iterable[Run], age_s: float) -> list[Told]:
    """Return what kubelet and scheduler tell of the pod by themselves."""
    meta = pod["metadata"]
    where = f"{meta['namespace']}/{meta['name']} to {pod['spec'].get('nodeName', '')}"
    told = [
        Told("Scheduled", f"Successfully assigned {where}", first_s=age_s, last_s=age_s, component="default-scheduler")
    ]
    images = {
        each["name"]: each["image"] for each in (*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"])
    }
    for run in runs:
        told += _of_run(run, meta, images[run.name], age_s)
    return told


def _of_run(run: Run, meta: dict[str, Any], image: str, age_s: float) -> list[Told]:
    about = {"container": run.name, "init": run.init}
    told = []
    if run.starts:
        times = {"count": run.starts, "first_s": age_s - 2, "last_s": run.began_s}
        present = f'Container image "{image}" already present on machine and can be accessed by the pod'
        told += [
            Told("Pulled", present, **about, **times),
            Told("Created", "Container created", **about, **times),
            Told("Started", "Container started", **about, **times),
        ]
    waiting = run.state.get("waiting", {})
    if waiting.get("reason", "") not in ("", "CrashLoopBackOff", *CREATING) and waiting.get("message"):
        text = f"Error: {waiting['message']}"
        told.append(Told("Failed", text, **about, type="Warning", count=8, first_s=min(age_s, 900), last_s=12))
    if run.looping:
        text = backoff_text(run.name, meta)
        count = max(2, int(min(age_s, 3600) / 14))
        told.append(Told("BackOff", text, **about, type="Warning", count=count, first_s=age_s - 10, last_s=4))
    return told


def backoff_text(container: str, meta: dict[str, Any]) -> str:
    """Return the kubelet's words for a container that it does not start yet."""
    where = f"{meta['name']}_{meta['namespace']}({meta['uid']})"
    return f"Back-off restarting failed container {container} in pod {where}"

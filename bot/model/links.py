"""Pure: the links of an answer, made of the settings' templates and of what was read.

Where each leads is said by the settings alone; names and times are the cluster's. A link whose values are not all known
is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from bot.render.links import ALERTS_DASHBOARD, Link, foreign
from diagnostics import fields
from diagnostics.facts.workloads import gitops
from diagnostics.objects import ObjectRef

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.settings.links import LinkSettings
    from diagnostics.diagnosis import Diagnosis
    from diagnostics.snapshot import Snapshot

LOGS, DASHBOARD = "Logs", "Dashboard"

AROUND_LOGS = (timedelta(minutes=5), timedelta(minutes=1))
"""Before and after the crash: a program's last minutes, and what its neighbours say just after."""

AROUND_DASHBOARD = (timedelta(hours=1), timedelta(minutes=10))
"""A curve needs its past to tell a leak from a peak."""

_STATUSES = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The templates of the settings, each may be empty; ``more`` by the text of the link."""

    logs: str = ""
    dashboard: str = ""
    argocd: str = ""
    flux: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: LinkSettings) -> Links:
        """Return the links of the settings."""
        return cls(
            logs=settings.logs_url or "",
            dashboard=settings.dashboard_url or "",
            argocd=settings.argocd_url or "",
            flux=settings.flux_url or "",
            more=settings.more_links,
        )

    def lead_on(self, snapshot: Snapshot, diagnosis: Diagnosis, brought: Mapping[str, str] | None = None) -> list[Link]:
        """Return the links of an answer, our own first. ``brought`` are the addresses that its alert came with."""
        own = self._own(snapshot, diagnosis) if diagnosis.failing else []
        alerts = foreign(brought or {})
        if not any(link.label == DASHBOARD for link in own):
            # The only dashboard that there is needs no more of a name.
            alerts = [replace(link, label=DASHBOARD) if link.label == ALERTS_DASHBOARD else link for link in alerts]
        known = {link.url for link in own}
        return [*own, *(link for link in alerts if link.url not in known)]

    def _own(self, snapshot: Snapshot, diagnosis: Diagnosis) -> list[Link]:
        at, names = crashed_at(snapshot, diagnosis), _names(diagnosis)
        during = {**names, **_times(at, AROUND_LOGS)}
        around = {**names, **_times(at, AROUND_DASHBOARD)}
        templates = [(LOGS, self.logs, during), (DASHBOARD, self.dashboard, around)]
        templates += [(name, address, during) for name, address in self.more.items()]
        deployed = _application(snapshot, diagnosis)
        if deployed is not None:
            of_it = {"kind": deployed.kind, "application": deployed.name, "application_namespace": deployed.namespace}
            address = self.argocd if deployed.system == gitops.ARGO_CD else self.flux
            templates.append((deployed.system, address, {**during, **of_it}))
        return _filled([(label, text, values) for label, text, values in templates if text])


def _filled(templates: Sequence[tuple[str, str, Mapping[str, str]]]) -> list[Link]:
    if not templates:
        return []
    from bot.settings.link_templates import Template  # noqa: PLC0415 — late: see bot/cli/set_at_all.py

    made = [Link(label, Template(text).filled(values)) for label, text, values in templates]
    return [link for link in made if link.url]


def crashed_at(snapshot: Snapshot, diagnosis: Diagnosis) -> datetime:
    """Return when the container that the answer is about ended last; else since when it fails; else now."""
    pod = snapshot.one("Pod", diagnosis.target.namespace, _pod(diagnosis)) or {}
    statuses = [status for kind in _STATUSES for status in fields.items(pod, "status", kind)]
    own = [one for one in statuses if fields.text(one, "name") == diagnosis.container] or statuses
    ends = [
        end
        for status in own
        for state in ("state", "lastState")
        if (end := fields.time(status, state, "terminated", "finishedAt")) is not None
    ]
    since = fields.time({"at": diagnosis.since}, "at")
    return max(ends, default=since or snapshot.now).astimezone(UTC)


def _names(diagnosis: Diagnosis) -> dict[str, str]:
    workload = ObjectRef.parse(diagnosis.workload)
    target = diagnosis.target
    return {
        "cluster": diagnosis.cluster,
        "namespace": target.namespace,
        "workload": target.name if workload is None else workload.name,
        "kind": target.kind if workload is None else workload.kind,
        "pod": _pod(diagnosis),
        "container": diagnosis.container,
    }


def _pod(diagnosis: Diagnosis) -> str:
    target = diagnosis.target
    return target.pod or (target.name if target.kind == "Pod" else "")


def _times(at: datetime, around: tuple[timedelta, timedelta]) -> dict[str, str]:
    made = {}
    for name, moment in (("from", at - around[0]), ("to", at + around[1])):
        seconds = moment.timestamp()
        made[f"{name}_s"], made[f"{name}_ms"] = str(int(seconds)), str(int(seconds * 1000))
        made[f"{name}_iso"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return made


def _application(snapshot: Snapshot, diagnosis: Diagnosis) -> gitops.Application | None:
    """Return what the workload, or the bare pod, says it is deployed by."""
    workload = ObjectRef.parse(diagnosis.workload)
    kind, namespace, name = "Pod", diagnosis.target.namespace, _pod(diagnosis)
    if workload is not None:
        kind, namespace, name = workload.kind, workload.namespace, workload.name
    item = snapshot.one(kind, namespace, name)
    return None if item is None else gitops.application(item)

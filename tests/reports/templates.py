"""Pod templates as the API server defaults them, present and older ones alike: they differ in facts only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.reports.report import Revision, Workload

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
"""Defaults of k8s.io/api/core/v1 Probe."""


def of_workload(workload: Workload, labels: dict[str, str]) -> dict[str, Any]:
    """Return the present pod template."""
    return template(
        [each.spec for each in workload.containers],
        [each.spec for each in workload.init],
        workload.template,
        labels,
        workload.annotations,
        workload.kind,
    )


def of_revision(workload: Workload, past: Revision, labels: dict[str, str]) -> dict[str, Any]:
    """Return an older template; what the report does not give of it is as it is now."""
    now = {each.name: each.spec for each in (*workload.init, *workload.containers)}
    init = [each.spec for each in workload.init] if past.init is None else _whole(past.init, now)
    return template(
        _whole(past.containers, now),
        init,
        workload.template if past.template is None else past.template,
        labels,
        workload.annotations if past.annotations is None else past.annotations,
        workload.kind,
    )


def _whole(specs: Iterable[dict[str, Any]], now: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Complete a spec that gives name and image only: nothing but the image changed."""
    return [{**now.get(spec["name"], {}), **spec} if set(spec) == {"name", "image"} else spec for spec in specs]


def template(
    containers: list[dict[str, Any]],
    init: list[dict[str, Any]],
    over: dict[str, Any],
    labels: dict[str, str],
    annotations: dict[str, str],
    kind: str,
) -> dict[str, Any]:
    """Return a pod template with the API's defaults."""
    metadata: dict[str, Any] = {"labels": dict(labels)}
    if annotations:
        metadata["annotations"] = dict(annotations)
    spec = {
        "containers": [_container(each) for each in containers],
        **({"initContainers": [_container(each) for each in init]} if init else {}),
        "restartPolicy": "Never" if kind == "Job" else "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        **_copy(over),
    }
    if "serviceAccountName" in spec:
        spec["serviceAccount"] = spec["serviceAccountName"]
    spec["volumes"] = [_volume(each) for each in spec.get("volumes") or ()]
    if not spec["volumes"]:
        del spec["volumes"]
    return {"metadata": metadata, "spec": spec}


def _container(given: dict[str, Any]) -> dict[str, Any]:
    spec = _copy(given)
    tag = spec["image"].rpartition("/")[2].partition(":")[2]
    spec.setdefault("imagePullPolicy", "IfNotPresent" if tag not in ("", "latest") else "Always")
    spec.setdefault("resources", {})
    spec.setdefault("terminationMessagePath", "/dev/termination-log")
    spec.setdefault("terminationMessagePolicy", "File")
    for port in spec.get("ports") or ():
        port.setdefault("protocol", "TCP")
    for name in PROBES:
        if isinstance(spec.get(name), dict):
            spec[name] = {**PROBE, **spec[name]}
            if isinstance(spec[name].get("httpGet"), dict):
                spec[name]["httpGet"] = {"path": "/", "scheme": "HTTP", **spec[name]["httpGet"]}
    for entry in spec.get("env") or ():
        if "value" in entry and not isinstance(entry["value"], str):
            entry["value"] = json.dumps(entry["value"])  # YAML read 8080 or true: the API only takes text
        if isinstance(entry.get("valueFrom"), dict) and "fieldRef" in entry["valueFrom"]:
            entry["valueFrom"]["fieldRef"].setdefault("apiVersion", "v1")
    return spec


def _volume(given: dict[str, Any]) -> dict[str, Any]:
    for source in ("configMap", "secret", "projected", "downwardAPI"):
        if isinstance(given.get(source), dict):
            given[source].setdefault("defaultMode", 420)
    if "hostPath" in given and isinstance(given["hostPath"], dict):
        given["hostPath"].setdefault("type", "")
    return given


def _copy(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))

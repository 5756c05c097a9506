"""Exact kubectl commands with the real names filled in, quoted for a shell, and never with a secret value.

What a person must fill in is written ``<like this>``, inside quotes so that no shell takes it for a redirection.
"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any, Final

from diagnostics.facts.model import Role
from diagnostics.facts.pods import blocking
from diagnostics.facts.workloads import gitops, olm, owners
from diagnostics.fields import items, name, table, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container, Workload
    from diagnostics.snapshot import Object

PROGRAM_HOMES: Final = ("/app", "/src", "/code", "/usr/src/app", "/opt/app", "/home/app", "/workspace", "/srv")
"""Directories in which images keep the program itself."""

_MINUTE: Final = 8
"""Digits at the end of a CronJob's Job: the minutes since 1970 (K: pkg/controller/cronjob/utils.go `getJobName`)."""
TEMPLATED: Final = {
    "Deployment": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
"""Kinds whose pod template may change, with the way to the pod's spec. A Job's template is immutable."""


def kubectl(namespace: str, *words: str) -> str:
    """Return ``kubectl -n NAMESPACE word ...`` with every word quoted for a shell where it needs it."""
    scope = ("-n", namespace) if namespace else ()
    return shlex.join(("kubectl", *scope, *words))


def on_node(node: str, *words: str) -> str:
    """Return the command that runs on a node, in a privileged pod of kubectl's that has the node's root at /host."""
    return kubectl("", "debug", f"node/{node}", "-it", "--profile=sysadmin", "--image=busybox", "--", *words)


def subject(case: Case) -> str:
    """Return what to change or look at: ``deployment/api``, or ``pod/NAME`` for a bare pod."""
    if case.workload is not None:
        return f"{case.workload.kind.lower()}/{case.workload.name}"
    pod = name(case.pod) if case.pod is not None else case.snapshot.target.name
    return f"pod/{pod}"


def pod_name(case: Case) -> str:
    """Return the name of the pod at hand, or the target's when there is none."""
    return name(case.pod) if case.pod is not None else (case.snapshot.target.pod or case.snapshot.target.name)


def logs(case: Case, container: Container) -> str:
    """Return the command that prints the instance that ended: the previous one, unless it is the newest still."""
    gone = bool(container.terminations) and container.terminations[0].field == "lastState"
    return kubectl(case.namespace, "logs", pod_name(case), "-c", container.name, *(("--previous",) if gone else ()))


def templated(case: Case) -> bool:
    """Whether the pod template can be changed in place (not so for bare pods, Jobs and unknown controllers)."""
    return case.workload is not None and case.workload.kind in TEMPLATED


def patch(case: Case, container: Container, change: dict[str, Any]) -> tuple[str, ...]:
    """Return the command that merges ``change`` into the container of the pod template, and what must follow it."""
    group = "containers" if container.role is Role.APP else "initContainers"
    return patch_spec(case, {group: [{"name": container.name, **change}]})


def patch_spec(case: Case, change: dict[str, Any]) -> tuple[str, ...]:
    """Return the command that merges ``change`` into the spec of the pod template, and what must follow it."""
    if case.workload is None or case.workload.kind not in TEMPLATED:
        return ()
    body: Any = change
    for step in reversed(TEMPLATED[case.workload.kind]):
        body = {step: body}
    flat = json.dumps(body, separators=(",", ":"))
    return (kubectl(case.namespace, "patch", subject(case), "--type=strategic", "-p", flat), *after_change(case))


def after_change(case: Case) -> tuple[str, ...]:
    """Return what a changed template still needs: an ordered StatefulSet does not replace a broken pod by itself."""
    workload = case.workload
    if workload is None or workload.kind != "StatefulSet" or case.pod is None:
        return ()
    if text(workload.raw, "spec", "podManagementPolicy") == "Parallel":
        return ()
    return (kubectl(case.namespace, "delete", "pod", name(case.pod)),)


def new_pod(case: Case) -> str:
    """Return the command that has the pod made anew, and no other that serves.

    An ordered StatefulSet waits for its broken pod on a restart, and a restart replaces the pods that are well too.
    """
    others = any(blocking.ready(pod) for pod in case.siblings)
    daemon = case.workload is not None and case.workload.kind == "DaemonSet"
    if after_change(case) or not templated(case) or others or daemon:
        return kubectl(case.namespace, "delete", "pod", pod_name(case))
    return kubectl(case.namespace, "rollout", "restart", subject(case))


def recreate(case: Case) -> tuple[str, ...]:
    """Return the command that lets a Deployment end its old pods before it starts new ones; none for other kinds."""
    if case.workload is None or case.workload.kind != "Deployment":
        return ()
    change = '{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}'
    return (kubectl(case.namespace, "patch", subject(case), "-p", change),)


def set_resources(case: Case, container: Container, *, limits: str = "", requests: str = "") -> tuple[str, ...]:
    """Return ``kubectl set resources`` for one container, e.g. ``limits="memory=192Mi"``."""
    if not templated(case) or not (limits or requests):
        return ()
    wanted = [f"--{flag}={value}" for flag, value in (("limits", limits), ("requests", requests)) if value]
    return (
        kubectl(case.namespace, "set", "resources", subject(case), "-c", container.name, *wanted),
        *after_change(case),
    )


def set_option(case: Case, container: Container, variable: str, options: str) -> str:
    """Return the command that gives a variable more options: behind those that the template sets, which it keeps.

    V8 and the JVM take the last of several. What stands there is read by the shell that runs the command.
    """
    change = ("set", "env", subject(case), "-c", container.name)
    entry = next((item for item in items(container.spec, "env") if text(item, "name") == variable), None)
    if entry is None or table(entry, "valueFrom") or case.workload is None or case.workload.kind not in TEMPLATED:
        return kubectl(case.namespace, *change, f"{variable}={options}")
    group = "containers" if container.role is Role.APP else "initContainers"
    place = ".".join(TEMPLATED[case.workload.kind])
    value = f'{{.{place}.{group}[?(@.name=="{container.name}")].env[?(@.name=="{variable}")].value}}'
    now = kubectl(case.namespace, "get", subject(case), "-o", f"jsonpath={value}")
    return f'{kubectl(case.namespace, *change)} {variable}="$({now}) {options}"'


def set_image(case: Case, container: Container, image: str) -> tuple[str, ...]:
    """Return ``kubectl set image`` for one container."""
    if not templated(case):
        return ()
    return (
        kubectl(case.namespace, "set", "image", subject(case), f"{container.name}={image}"),
        *after_change(case),
    )


def snapshotted(namespace: str, claim: str) -> tuple[str, ...]:
    """Return the command that takes a snapshot of a claim, by the API of volume snapshots and its default class."""
    body = {
        "apiVersion": "snapshot.storage.k8s.io/v1",
        "kind": "VolumeSnapshot",
        "metadata": {"name": f"{claim}-copy"[:253], "namespace": namespace},
        "spec": {"source": {"persistentVolumeClaimName": claim}},
    }
    return (f"echo {shlex.quote(json.dumps(body, separators=(',', ':')))} | kubectl create -f -",)


def create_secret(namespace: str, secret: str, keys: Sequence[str]) -> str:
    """Return the command that makes a Secret, with a placeholder for each value."""
    literals = [f"--from-literal={key}=<value>" for key in keys] or ["--from-literal=<KEY>=<value>"]
    return kubectl(namespace, "create", "secret", "generic", secret, *literals)


def add_secret_key(namespace: str, secret: str, key: str) -> str:
    """Return the command that adds a key to a Secret, with a placeholder for its value."""
    return kubectl(
        namespace, "patch", "secret", secret, "--type=merge", "-p", json.dumps({"stringData": {key: "<value>"}})
    )


def create_configmap(namespace: str, configmap: str, keys: Sequence[str]) -> str:
    """Return the command that makes a ConfigMap, with a placeholder for each value."""
    literals = [f"--from-literal={key}=<value>" for key in keys] or ["--from-literal=<KEY>=<value>"]
    return kubectl(namespace, "create", "configmap", configmap, *literals)


def add_configmap_key(namespace: str, configmap: str, key: str) -> str:
    """Return the command that adds a key to a ConfigMap, with a placeholder for its value."""
    return kubectl(
        namespace, "patch", "configmap", configmap, "--type=merge", "-p", json.dumps({"data": {key: "<value>"}})
    )


def durable(case: Case) -> str:
    """Return the sentence that says where a lasting change belongs, or an empty one.

    A change made by hand is put back by whoever owns the workload; a bare pod or a Job can only be made again.
    """
    workload = case.workload
    if workload is None:
        return "" if case.pod is None else _without_template(case.pod)
    if workload.owner:
        return _owned(workload)
    if workload.kind == "Job":
        return _of_a_job(workload)
    if workload.kind not in TEMPLATED:
        return f" Make the change in the manifest of {workload}."
    return ""


def _of_a_job(workload: Workload) -> str:
    """Return where a Job's template is changed: at the CronJob that made it, whose runs end in the minute of each."""
    name, _, minute = workload.name.rpartition("-")
    if name and len(minute) == _MINUTE and minute.isdigit():
        return (
            f" By its name CronJob {name} made this Job: change the template there, or the next run fails alike;"
            " this Job's"
            " own cannot be changed."
        )
    return " A Job's template cannot be changed: correct its manifest, delete the Job and create it again."


def _owned(workload: Workload) -> str:
    """Return where the change belongs for good, by who manages the workload."""
    if gitops.operated(workload.raw):
        return (
            f" {workload.owner} is what an operator makes {workload} from: change it there, for the operator puts back"
            " what is changed here by hand."
        )
    if workload.owner.startswith(olm.OLM):
        return (
            f" {workload.owner} keeps it as the operator's release has it, and puts a change made by hand back:"
            " make it in"
            " spec.config of the Subscription (resources, env, volumes, nodeSelector, tolerations); image,"
            " arguments and"
            " probes come with the release."
        )
    if gitops.reverts(workload.owner):
        return f" {workload.owner} manages it and puts a change made by hand back: make it in its source."
    return f" {workload.owner} brings its own template back at its next upgrade: make the change there too."


def _without_template(pod: Object) -> str:
    if text(pod, "metadata", "annotations", "kubernetes.io/config.mirror"):
        node = text(pod, "spec", "nodeName") or "its node"
        return (
            f" It is a static pod: change its manifest file on {node} (often below /etc/kubernetes/manifests); the "
            "kubelet starts it anew by itself, and deleting it here changes nothing."
        )
    maker = owners.controller(pod)
    if maker:
        made = f"{text(maker, 'kind')} {text(maker, 'name')}"
        return f" {made} makes the pod and writes it anew: change it there, or in the operator's settings."
    return " A bare pod has no template: change its manifest, delete it and apply it again."

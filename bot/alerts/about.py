"""What an alert's labels are about.

An exporter's own labels are told apart by what else the alert names, never by how a name begins.

Two things may put a pod into an alert: the series is about that pod, or Prometheus scraped the series from it. The
second happens with every series of kube-state-metrics that has no ``pod`` of its own (a Deployment's, a node's), and
with every exporter that tells of something else. Signs, in the order of their worth:
1. ``exported_pod`` beside ``pod``: the plain one is the exporter's (Prometheus, honor_labels: false).
2. ``uid`` or ``reason`` of a container: only a pod's own series have them.
3. The rule's own word: KubePod..., KubeDeployment..., KubeNode..., KubeJob... (kubernetes-mixin's names).
4. The scrape job names the pod itself: then another object that the alert names is what it is about.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.alerts import labels as names
from bot.alerts.model import OWN_KINDS, WIDE_KINDS, Aside, Target
from bot.model.names import owner_of
from bot.model.target import TargetError, parse_target
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.cluster.target import TargetRef

_WORDS = compiled(r"[A-Z]+(?:[a-z]+)?|[a-z]+|[0-9]+")
_ABOUT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Pod", ("pod", "pods", "container", "containers", "crashloop", "crash", "crashlooping", "oomkilled", "oom")),
    ("Deployment", ("deployment",)),
    ("StatefulSet", ("statefulset",)),
    ("DaemonSet", ("daemonset",)),
    ("ReplicaSet", ("replicaset",)),
    ("CronJob", ("cronjob",)),
    ("Job", ("job",)),
    ("HorizontalPodAutoscaler", ("hpa",)),
    ("PodDisruptionBudget", ("pdb",)),
    ("ResourceQuota", ("quota",)),
    ("Node", ("node", "kubelet", "kubenode", "machine", "host")),
)
"""The words by which rules say what they are about; the first that stands in the rule's name counts."""

_JOINED = {
    ("stateful", "set"): "statefulset", ("daemon", "set"): "daemonset", ("replica", "set"): "replicaset",
    ("cron", "job"): "cronjob", ("persistent", "volume"): "persistentvolume", ("node", "js"): "nodejs",
    ("pod", "disruption"): "pdb", ("horizontal", "pod"): "hpa", ("hpa", "replicas"): "hpa",
}  # fmt: skip

NODE_EXPORTERS = ("node-exporter", "node_exporter", "kubelet", "node-problem-detector", "windows-exporter")
"""Scrape jobs whose series are about the machine they run on."""

_STATE_METRICS = ("kube-state-metrics",)
_SCRAPED_CONTAINERS = (*_STATE_METRICS, "kube-rbac-proxy-main")
"""The containers that serve kube-state-metrics' page: upstream's, and the one that OpenShift puts before it."""
_EXPORTERS = (*_STATE_METRICS, *NODE_EXPORTERS, "exporter", "kube-state", "cadvisor", "opencost")
"""What scrape jobs are called whose series tell of something else than the pod that serves them."""


@dataclass(slots=True)
class _Found:
    """Labels by their roles, the exporter's own left out."""

    values: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Role to value and the label it came from."""
    job: str = ""
    instance: str = ""
    service: str = ""
    reason: str = ""
    aside: list[Aside] = field(default_factory=list)

    def value(self, role: str) -> str:
        return self.values.get(role, ("", ""))[0]

    def label(self, role: str) -> str:
        return self.values.get(role, ("", ""))[1]

    def drop(self, role: str, why: str) -> None:
        value, label = self.values.pop(role, ("", ""))
        if label:
            self.aside.append(Aside(f"{label}={value}", why))


def targets_of(
    given: Mapping[str, str], own: Mapping[str, str] | None = None
) -> tuple[tuple[Target, ...], tuple[Aside, ...]]:
    """Return what labels are about (one target with what to try instead of it, or none), and what was set aside."""
    found = _found(given, own)
    word = subject_word(given.get("alertname", ""))
    _exporters_own(found, word)
    targets = [target for target in _ordered(found, word) if target is not None]
    if not targets:
        return (), tuple(found.aside)
    return (replace(targets[0], instead=tuple(targets[1:])),), tuple(found.aside)


def is_exporters(name: str) -> bool:
    """Whether a workload's name is that of an exporter that tells of other workloads."""
    return any(word in name for word in _EXPORTERS)


def cluster_of(given: Mapping[str, str], own: Mapping[str, str] | None = None) -> str:
    """Return the cluster that labels name, or an empty string."""
    return next((value for name, value in given.items() if value and names.role_of(name, own) == names.CLUSTER), "")


def subject_word(rule: str) -> str:
    """Return the Kind that a rule's name says it is about, or an empty string."""
    parts = [part.lower() for part in _WORDS.findall(rule[:200])]
    joined: list[str] = []
    for part in parts:
        if joined and (joined[-1], part) in _JOINED:
            joined[-1] = _JOINED[joined[-1], part]
        else:
            joined.append(part)
    for part in joined:
        if part == "persistentvolume":
            return "PersistentVolumeClaim"
        for kind, words in _ABOUT:
            if part in words:
                return kind
    return ""


def named(
    kind: str,
    namespace: str | None,
    name: str,
    *,
    container: str | None = None,
    why: str = "",
    sure: bool = True,
    cut: bool = False,
) -> Target | None:
    """Return a target whose names Kubernetes would take, or None. Names of other shapes are nobody's."""
    checked = _checked(kind, namespace, name)
    if checked is None:
        return None
    if container and _checked("", None, container) is None:
        container = None
    return Target(
        kind=kind,
        namespace=checked.namespace,
        name=checked.name,
        container=container or None,
        why=why,
        sure=sure,
        cut=cut,
    )


def _checked(kind: str, namespace: str | None, name: str) -> TargetRef | None:
    try:
        ref = parse_target(f"pod/{name}", namespace=namespace or None)
    except TargetError:
        return None
    return replace(ref, kind=kind)


def _found(given: Mapping[str, str], own: Mapping[str, str] | None) -> _Found:
    found = _Found(
        job=given.get("job", ""), instance=given.get("instance", ""), service=given.get("service", ""),
        reason=given.get("reason", ""),
    )  # fmt: skip
    exported: dict[str, tuple[str, str]] = {}
    for label, value in given.items():
        if not value:
            continue
        if label.startswith(names.EXPORTED):
            role = names.role_of(label[len(names.EXPORTED) :], own)
            if role:
                exported[role] = (value, label)
            continue
        role = names.role_of(label, own)
        if role and (role not in found.values or _rank(label) < _rank(found.label(role))):
            found.values[role] = (value, label)
    _prefer_exported(found, exported)
    return found


def _rank(label: str) -> tuple[int, int]:
    """Return the order of labels of one role: the exact name first, a recommended label before a free one."""
    plain = names.written(label)
    order = ("app_kubernetes_io_name", "label_app_kubernetes_io_name", "owner_name", "created_by_name")
    return (order.index(plain) if plain in order else len(order), len(plain))


def _prefer_exported(found: _Found, exported: Mapping[str, tuple[str, str]]) -> None:
    """Let the exporter's own labels go where the series brought labels of the same name."""
    objects = set(exported) - {names.NAMESPACE, names.CONTAINER, names.CLUSTER, names.UID, names.APP}
    about_pod = names.POD in exported
    other = any(kind in found.values for kind in (*OWN_KINDS, *WIDE_KINDS))
    if not (objects or other or _is_exporter(found)):
        # An application's own label ``namespace`` or ``container``: the pod is still the one that was scraped.
        for value, label in exported.values():
            found.aside.append(Aside(f"{label}={value}", "a label of the application's own; the scraped pod counts"))
        return
    if about_pod or names.NAMESPACE in exported:
        for role in (names.POD, names.CONTAINER, names.UID):
            found.drop(role, "the scraped exporter's own: the series brought exported_ labels")
    for role, (value, label) in exported.items():
        if role in found.values:
            found.drop(role, f"the scraped exporter's own: {label} is the series' own")
        found.values[role] = (value, label)


def _exporters_own(found: _Found, word: str) -> None:
    """Set the pod aside where it is only the one that was scraped."""
    pod = found.value(names.POD)
    if not pod or found.label(names.POD).startswith(names.EXPORTED):
        return
    others = [kind for kind in (*OWN_KINDS, *WIDE_KINDS) if found.value(kind) and kind not in ("Pod", "Node")]
    others += [role for role in (names.OWNER, names.WORKLOAD) if found.value(role)]
    strange = [role for role in others if not _is_of(pod, found.value(role))]
    own = found.value(names.UID) or (found.reason and found.value(names.CONTAINER)) or word == "Pod"
    why = "" if own else _why_scraped(found, pod, word, strange, alone=not others)
    if not why:
        if any(word in found.value(names.CONTAINER) for word in _SCRAPED_CONTAINERS) and not _looks_like_exporter(
            found, pod
        ):
            found.drop(names.CONTAINER, "the container that was scraped; the pod's own series has none")
        return
    machine = _about_machines(found)
    for role in (names.POD, names.CONTAINER):
        found.drop(role, why)
    if not strange and machine and not found.value(names.NODE):
        _machine(found, pod)
    elif not strange and not machine:
        found.drop(names.APP, why)


def _why_scraped(found: _Found, pod: str, word: str, strange: list[str], *, alone: bool) -> str:
    """Return why the pod is only the one that was scraped, or an empty string."""
    if strange and (_scraped(found, pod) or _looks_like_exporter(found, pod)):
        return f"the pod that was scraped; the alert is about its label {found.label(strange[0])}"
    if word == "Node" and (found.value(names.NODE) or _about_machines(found)):
        return "the pod that was scraped; the rule is about a node"
    if word in found.values and word in WIDE_KINDS:
        return f"the pod that was scraped; the rule is about its label {found.label(word)}"
    if alone and _is_exporter(found) and _scraped(found, pod):
        return "the pod that was scraped: an exporter tells of something else than itself"
    return ""


def _machine(found: _Found, scraped: str) -> None:
    """Take the machine that a node exporter's series is about: by its address, or by where its pod runs."""
    host = found.instance.rpartition(":")[0] or found.instance
    if host:
        found.values[names.NODE] = (host.strip("[]"), "instance")
    else:
        found.values[names.NODE] = (scraped, "pod")


def _is_of(pod: str, workload: str) -> bool:
    guess = owner_of("Pod", pod)
    return pod == workload or (guess is not None and guess.name == workload) or pod.startswith(f"{workload}-")


def _scraped(found: _Found, pod: str) -> bool:
    """Whether the scrape job, its service or its container names the pod: the pod is then what was scraped."""
    job = found.job.rpartition("/")[2]
    container = found.value(names.CONTAINER)
    return bool((job and job in pod) or (found.service and found.service in pod) or (job and container == job))


def _looks_like_exporter(found: _Found, pod: str) -> bool:
    return any(word in pod for word in _STATE_METRICS) or (not found.job and any(word in pod for word in _EXPORTERS))


def _is_exporter(found: _Found) -> bool:
    said = (found.job.lower(), found.value(names.CONTAINER), found.service, found.value(names.POD))
    return any(word in text for word in _EXPORTERS for text in said)


def _about_machines(found: _Found) -> bool:
    said = (found.job.lower(), found.value(names.CONTAINER), found.service, found.value(names.POD))
    return any(word in text for word in NODE_EXPORTERS for text in said)


def _ordered(found: _Found, word: str) -> list[Target | None]:
    """Return the candidates, most exact first."""
    namespace = found.value(names.NAMESPACE) or None
    objects: list[Target | None] = []
    if word and word not in (names.POD, names.NODE) and found.value(word):
        objects.append(_of(found, word, namespace))
    elif word == names.NODE and found.value(names.NODE):
        return [_of(found, names.NODE, None)]
    if found.value(names.POD):
        objects.append(_of(found, names.POD, namespace, container=found.value(names.CONTAINER)))
    objects += [
        _of(found, kind, namespace) for kind in OWN_KINDS if found.value(kind) and kind not in (word, "ReplicaSet")
    ]
    objects += [_of(found, "ReplicaSet", namespace)] if word != "ReplicaSet" and found.value("ReplicaSet") else []
    objects += _owners(found, namespace)
    objects += [
        _of(found, kind, None if kind in ("Node", "PersistentVolume") else namespace)
        for kind in (*WIDE_KINDS[1:], "Node")
        if found.value(kind) and kind != word
    ]
    if not objects and found.value(names.APP) and namespace:
        objects.append(
            named("App", namespace, found.value(names.APP), why=f"label {found.label(names.APP)}", sure=False)
        )
    return objects


def _owners(found: _Found, namespace: str | None) -> list[Target | None]:
    owners: list[Target | None] = []
    kind = names.kind_named(found.value(names.OWNER_KIND)) if found.value(names.OWNER_KIND) else ""
    if found.value(names.OWNER) and kind:
        owners.append(_of(found, names.OWNER, namespace, kind=kind))
    kind = names.kind_named(found.value(names.WORKLOAD_TYPE)) if found.value(names.WORKLOAD_TYPE) else ""
    if found.value(names.WORKLOAD):
        owners.append(_of(found, names.WORKLOAD, namespace, kind=kind))
    if found.value(names.DESTINATION):
        where = found.value(names.DESTINATION_NAMESPACE) or namespace
        owners.append(_of(found, names.DESTINATION, where, kind=""))
    return owners


def _of(
    found: _Found, role: str, namespace: str | None, *, kind: str | None = None, container: str = ""
) -> Target | None:
    value, label = found.values[role]
    cut = value.endswith(("…", "..."))
    name = value.rstrip("-.…") if cut else value
    return named(
        role if kind is None else kind, namespace, name, container=container, why=f"label {label}", cut=cut,
        sure=label not in ("instance", "pod") or role == names.POD,
    )  # fmt: skip

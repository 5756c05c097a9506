"""Who manages a workload from outside the cluster, so that an undo would not hold (REFERENCE.md 5.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.facts.workloads import olm, owners

if TYPE_CHECKING:
    from diagnostics.snapshot import Object

ARGO_TRACKING = "argocd.argoproj.io/tracking-id"
ARGO_INSTANCE = "argocd.argoproj.io/instance"
FLUX_KUSTOMIZE = "kustomize.toolkit.fluxcd.io/name"
FLUX_HELM = "helm.toolkit.fluxcd.io/name"
HELM_RELEASE = "meta.helm.sh/release-name"
INSTANCE = "app.kubernetes.io/instance"
"""Argo CD's own label for its application until version 3, and everybody's label besides: alone it proves nothing."""

ARGO_CD, FLUX = "Argo CD", "Flux"
_ARGO_MANAGERS = frozenset({"argocd-controller", "argocd-application-controller"})
_FLUX_MANAGERS = frozenset({"kustomize-controller", "helm-controller"})
BUILT_IN = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "Node"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What an object is deployed by: an application of Argo CD, a Kustomization or HelmRelease of Flux.

    ``namespace`` is where that object lives; empty where nothing tells.
    """

    system: str
    """``ARGO_CD`` or ``FLUX``."""
    kind: str
    name: str
    namespace: str = ""

    def __str__(self) -> str:
        """Say it as a sentence does: ``Argo CD application shop``."""
        return f"{self.system} {self.kind} {self.name}".rstrip()


def application(item: Object) -> Application | None:
    """Return what an object says it is deployed by, by its own labels, annotations and managers; None: nothing says."""
    labels = fields.labels(item, "metadata", "labels")
    annotations = fields.labels(item, "metadata", "annotations")
    tracking = annotations.get(ARGO_TRACKING, "")
    if tracking and not _tracks(tracking, item):
        tracking = ""
    if tracking or ARGO_INSTANCE in {**labels, **annotations}:
        name = tracking.partition(":")[0] or labels.get(ARGO_INSTANCE) or annotations.get(ARGO_INSTANCE, "")
        return _argo(name)
    if FLUX_KUSTOMIZE in labels and annotations.get("kustomize.toolkit.fluxcd.io/reconcile") != "disabled":
        space = labels.get("kustomize.toolkit.fluxcd.io/namespace", "")
        return Application(system=FLUX, kind="Kustomization", name=labels[FLUX_KUSTOMIZE], namespace=space)
    if FLUX_HELM in labels:
        space = labels.get("helm.toolkit.fluxcd.io/namespace", "")
        return Application(system=FLUX, kind="HelmRelease", name=labels[FLUX_HELM], namespace=space)
    if labels.get(INSTANCE) and not _managers(item).isdisjoint(_ARGO_MANAGERS):
        return _argo(labels[INSTANCE])
    return None


def _tracks(tracking: str, item: Object) -> bool:
    """Whether Argo CD's mark is about this very object: a copy of it takes the mark along, and is nobody's.

    The mark is ``application:group/Kind:namespace/name`` (Argo CD, resource tracking).
    """
    _name, _, tracked = tracking.partition(":")
    group_kind, _, place = tracked.rpartition(":")
    kind, name = group_kind.rpartition("/")[2], place.rpartition("/")[2]
    pairs = ((kind, fields.text(item, "kind")), (name, fields.name(item)))
    return not tracked or all(said == own or not (said and own) for said, own in pairs)


def _argo(name: str) -> Application:
    """Return Argo CD's application by the name in its mark: ``team_shop`` is shop, which lives in namespace team.

    No application's name and no namespace has an underscore (applications in any namespace, Argo CD 2.5).
    """
    space, _, own = name.rpartition("_")
    return Application(system=ARGO_CD, kind="application", name=own, namespace=space)


def owner(workload: Object) -> str:
    """Return who manages the workload, with the name, or an empty text: ``Argo CD application shop``."""
    deployed = application(workload)
    if deployed is not None:
        return str(deployed)
    installed = olm.subscription(workload)
    if installed:
        return installed
    annotations = fields.labels(workload, "metadata", "annotations")
    reference = owners.controller(workload)
    kind = fields.text(reference, "kind")
    if kind and kind not in BUILT_IN:
        return f"{kind} {fields.text(reference, 'name')}"
    if HELM_RELEASE in annotations:
        return f"Helm release {annotations[HELM_RELEASE]}"
    return _by_manager(workload)


def operated(workload: Object) -> bool:
    """Whether an operator makes the workload from an object of its own, which controls it."""
    kind = fields.text(owners.controller(workload), "kind")
    return bool(kind) and kind not in {*BUILT_IN, olm.VERSION} and application(workload) is None


def _by_manager(workload: Object) -> str:
    """Return the owner that left no mark of its own, by the fields that it signed as their manager."""
    managers = _managers(workload)
    if not managers.isdisjoint(_ARGO_MANAGERS):
        return ARGO_CD
    return "" if managers.isdisjoint(_FLUX_MANAGERS) else FLUX


def _managers(item: Object) -> set[str]:
    return {fields.text(entry, "manager") for entry in fields.items(item, "metadata", "managedFields")}


def in_git(owner_text: str) -> bool:
    """Whether what that owner applies stands in Git: there it is changed, and there a change is reverted."""
    return owner_text.startswith((ARGO_CD, FLUX))


def reverts(owner_text: str) -> bool:
    """Whether that owner would take an undo back by itself. Helm does so only at its next upgrade."""
    return bool(owner_text) and not owner_text.startswith("Helm release")

"""Who manages a workload from outside the cluster, so that an undo would not hold (REFERENCE.md 5.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.facts.workloads import owners

if TYPE_CHECKING:
    from diagnostics.snapshot import Object

ARGO_TRACKING = "argocd.argoproj.io/tracking-id"
ARGO_INSTANCE = "argocd.argoproj.io/instance"
FLUX_KUSTOMIZE = "kustomize.toolkit.fluxcd.io/name"
FLUX_HELM = "helm.toolkit.fluxcd.io/name"
HELM_RELEASE = "meta.helm.sh/release-name"
BUILT_IN = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "Node"})


def owner(workload: Object) -> str:
    """Return who manages the workload, with the name, or an empty text: ``Argo CD application shop``."""
    labels = fields.labels(workload, "metadata", "labels")
    annotations = fields.labels(workload, "metadata", "annotations")
    tracking = annotations.get(ARGO_TRACKING, "")
    if tracking or ARGO_INSTANCE in {**labels, **annotations}:
        name = tracking.partition(":")[0] or labels.get(ARGO_INSTANCE) or annotations.get(ARGO_INSTANCE, "")
        return f"Argo CD application {name}".rstrip()
    if FLUX_KUSTOMIZE in labels and annotations.get("kustomize.toolkit.fluxcd.io/reconcile") != "disabled":
        return f"Flux Kustomization {labels[FLUX_KUSTOMIZE]}"
    if FLUX_HELM in labels:
        return f"Flux HelmRelease {labels[FLUX_HELM]}"
    reference = owners.controller(workload)
    kind = fields.text(reference, "kind")
    if kind and kind not in BUILT_IN:
        return f"{kind} {fields.text(reference, 'name')}"
    if HELM_RELEASE in annotations:
        return f"Helm release {annotations[HELM_RELEASE]}"
    return _by_manager(workload)


def _by_manager(workload: Object) -> str:
    """Return the owner that left no mark of its own, by the fields that it signed as their manager."""
    managers = [fields.text(entry, "manager") for entry in fields.items(workload, "metadata", "managedFields")]
    for manager in managers:
        if manager in ("argocd-controller", "argocd-application-controller"):
            return "Argo CD"
        if manager in ("kustomize-controller", "helm-controller"):
            return "Flux"
    return ""


def reverts(owner_text: str) -> bool:
    """Whether that owner would take an undo back by itself. Helm does so only at its next upgrade."""
    return bool(owner_text) and not owner_text.startswith("Helm release")

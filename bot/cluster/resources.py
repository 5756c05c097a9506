"""Kinds and where the API serves them: one table, and the paths made from it.

Groups, versions, plurals and short names are those of ``kubectl api-resources`` on Kubernetes 1.36. Only what a
diagnosis reads or an action writes is here; a Kind that is not in the table is not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One Kind as the API serves it. ``group`` is empty for the core group."""

    kind: str
    plural: str
    group: str = ""
    version: str = "v1"
    namespaced: bool = True
    names: tuple[str, ...] = ()
    """What kubectl accepts for it besides the Kind: plural, singular, short names; all in lower case."""
    optional: bool = False
    """Whether a cluster may well do without this API: what it does not give is not missed."""

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """Return the path of an object, or of the list when there is no name (all namespaces when there is none)."""
        parts = [f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"]
        if self.namespaced and namespace:
            parts.append(f"namespaces/{quote(namespace, safe='')}")
        parts.append(self.plural)
        parts += [quote(part, safe="") for part in (name, subresource) if part]
        return "/".join(parts)

    @property
    def api_version(self) -> str:
        """Return ``apps/v1`` or ``v1``: what objects of this Kind carry as apiVersion."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def right(self) -> str:
        """Return the resource as ``kubectl auth can-i`` takes it: ``deployments.apps`` or ``pods``."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


def _resource(
    kind: str,
    plural: str,
    *short: str,
    group: str = "",
    version: str = "v1",
    namespaced: bool = True,
    optional: bool = False,
) -> Resource:
    names = (kind.lower(), plural, *short)
    return Resource(
        kind=kind, plural=plural, group=group, version=version, namespaced=namespaced, names=names, optional=optional
    )


def _add_on(kind: str, plural: str, *short: str, group: str, version: str = "v1") -> Resource:
    """Return a Kind of an add-on. Its plural does not name it: ``pods`` of metrics.k8s.io are called as the core's."""
    names = (kind.lower(), *short)
    return Resource(kind=kind, plural=plural, group=group, version=version, names=names, optional=True)


_TABLE = (
    _resource("Pod", "pods", "po"),
    _resource("Event", "events", "ev"),
    _resource("Service", "services", "svc"),
    _resource("Endpoints", "endpoints", "ep"),
    _resource("ConfigMap", "configmaps", "cm"),
    _resource("Secret", "secrets"),
    _resource("ServiceAccount", "serviceaccounts", "sa"),
    _resource("PersistentVolumeClaim", "persistentvolumeclaims", "pvc"),
    _resource("ResourceQuota", "resourcequotas", "quota"),
    _resource("LimitRange", "limitranges", "limits"),
    _resource("ReplicationController", "replicationcontrollers", "rc"),
    _resource("Node", "nodes", "no", namespaced=False),
    _resource("Namespace", "namespaces", "ns", namespaced=False),
    _resource("PersistentVolume", "persistentvolumes", "pv", namespaced=False, optional=True),
    _resource("Deployment", "deployments", "deploy", group="apps"),
    _resource("ReplicaSet", "replicasets", "rs", group="apps"),
    _resource("StatefulSet", "statefulsets", "sts", group="apps"),
    _resource("DaemonSet", "daemonsets", "ds", group="apps"),
    _resource("ControllerRevision", "controllerrevisions", group="apps"),
    _resource("Job", "jobs", group="batch"),
    _resource("CronJob", "cronjobs", "cj", group="batch"),
    _resource("EndpointSlice", "endpointslices", group="discovery.k8s.io"),
    _resource("NetworkPolicy", "networkpolicies", "netpol", group="networking.k8s.io"),
    _resource("Ingress", "ingresses", "ing", group="networking.k8s.io"),
    _resource("HorizontalPodAutoscaler", "horizontalpodautoscalers", "hpa", group="autoscaling", version="v2"),
    _resource("PodDisruptionBudget", "poddisruptionbudgets", "pdb", group="policy"),
    _resource("StorageClass", "storageclasses", "sc", group="storage.k8s.io", namespaced=False),
    _resource("VolumeAttachment", "volumeattachments", group="storage.k8s.io", namespaced=False),
    _resource("RuntimeClass", "runtimeclasses", group="node.k8s.io", namespaced=False),
    _resource("PriorityClass", "priorityclasses", "pc", group="scheduling.k8s.io", namespaced=False),
    _resource("Role", "roles", group="rbac.authorization.k8s.io"),
    _resource("RoleBinding", "rolebindings", group="rbac.authorization.k8s.io"),
    _resource("ClusterRole", "clusterroles", group="rbac.authorization.k8s.io", namespaced=False),
    _resource(
        "CustomResourceDefinition",
        "customresourcedefinitions",
        *("crd", "crds"),
        group="apiextensions.k8s.io",
        namespaced=False,
    ),
    _add_on("PodMetrics", "pods", group="metrics.k8s.io", version="v1beta1"),
    _add_on("VerticalPodAutoscaler", "verticalpodautoscalers", "vpa", group="autoscaling.k8s.io"),
    _resource("ClusterRoleBinding", "clusterrolebindings", group="rbac.authorization.k8s.io", namespaced=False),
)

RESOURCES: dict[str, Resource] = {resource.kind: resource for resource in _TABLE}
"""The table, by Kind."""

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet")
"""The Kinds that a bare name is tried as, after Pod."""


def kind_of(word: str) -> str:
    """Return the Kind for a word as kubectl takes it (``deploy``, ``deployments.apps``), or an empty string."""
    bare = word.lower().partition(".")[0]
    return next((kind for kind, resource in RESOURCES.items() if bare in resource.names), "")

"""The kinds that are served, and how a path names them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Resource:
    """One kind of the API, as discovery shows it."""

    kind: str
    plural: str
    group: str = ""
    version: str = "v1"
    namespaced: bool = True
    short: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    only_create: bool = False
    """A review: POST answers it and nothing is kept."""

    @property
    def api_version(self) -> str:
        """Return apiVersion as objects carry it."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def verbs(self) -> tuple[str, ...]:
        """Return the verbs of discovery, by their API names."""
        if self.only_create:
            return ("create",)
        return ("create", "delete", "get", "list", "patch", "update", "watch")


def _core() -> tuple[Resource, ...]:
    return (
        Resource("Pod", "pods", short=("po",), subresources=("log", "status", "eviction")),
        Resource("Event", "events", short=("ev",)),
        Resource("ConfigMap", "configmaps", short=("cm",)),
        Resource("Secret", "secrets"),
        Resource("Service", "services", short=("svc",)),
        Resource("Endpoints", "endpoints", short=("ep",)),
        Resource("ServiceAccount", "serviceaccounts", short=("sa",)),
        Resource("PersistentVolumeClaim", "persistentvolumeclaims", short=("pvc",)),
        Resource("PersistentVolume", "persistentvolumes", namespaced=False, short=("pv",)),
        Resource("ResourceQuota", "resourcequotas", short=("quota",)),
        Resource("LimitRange", "limitranges", short=("limits",)),
        Resource("ReplicationController", "replicationcontrollers", short=("rc",)),
        Resource("Namespace", "namespaces", namespaced=False, short=("ns",)),
        Resource("Node", "nodes", namespaced=False, short=("no",), subresources=("status",)),
    )


def _apps() -> tuple[Resource, ...]:
    scaled = ("scale", "status")
    return (
        Resource("Deployment", "deployments", "apps", short=("deploy",), subresources=scaled),
        Resource("ReplicaSet", "replicasets", "apps", short=("rs",), subresources=scaled),
        Resource("StatefulSet", "statefulsets", "apps", short=("sts",), subresources=scaled),
        Resource("DaemonSet", "daemonsets", "apps", short=("ds",), subresources=("status",)),
        Resource("ControllerRevision", "controllerrevisions", "apps"),
        Resource("Job", "jobs", "batch"),
        Resource("CronJob", "cronjobs", "batch", short=("cj",)),
    )


def _others() -> tuple[Resource, ...]:
    rbac, review = "rbac.authorization.k8s.io", "authorization.k8s.io"
    return (
        Resource("EndpointSlice", "endpointslices", "discovery.k8s.io"),
        Resource("NetworkPolicy", "networkpolicies", "networking.k8s.io", short=("netpol",)),
        Resource("Ingress", "ingresses", "networking.k8s.io", short=("ing",)),
        Resource("PodDisruptionBudget", "poddisruptionbudgets", "policy", short=("pdb",)),
        Resource("HorizontalPodAutoscaler", "horizontalpodautoscalers", "autoscaling", "v2", short=("hpa",)),
        Resource("StorageClass", "storageclasses", "storage.k8s.io", namespaced=False, short=("sc",)),
        Resource("Lease", "leases", "coordination.k8s.io"),
        Resource(
            "CustomResourceDefinition",
            "customresourcedefinitions",
            "apiextensions.k8s.io",
            namespaced=False,
            short=("crd", "crds"),
        ),
        Resource("Role", "roles", rbac),
        Resource("RoleBinding", "rolebindings", rbac),
        Resource("ClusterRole", "clusterroles", rbac, namespaced=False),
        Resource("ClusterRoleBinding", "clusterrolebindings", rbac, namespaced=False),
        Resource("SubjectAccessReview", "subjectaccessreviews", review, namespaced=False, only_create=True),
        Resource("SelfSubjectAccessReview", "selfsubjectaccessreviews", review, namespaced=False, only_create=True),
        Resource("SelfSubjectRulesReview", "selfsubjectrulesreviews", review, namespaced=False, only_create=True),
        Resource("LocalSubjectAccessReview", "localsubjectaccessreviews", review, only_create=True),
        Resource(
            "SelfSubjectReview", "selfsubjectreviews", "authentication.k8s.io", namespaced=False, only_create=True
        ),
    )


RESOURCES: tuple[Resource, ...] = (*_core(), *_apps(), *_others())
BY_PLURAL = {(each.group, each.version, each.plural): each for each in RESOURCES}
BY_KIND = {each.kind: each for each in RESOURCES}


@dataclass(frozen=True)
class Route:
    """What a path names: a collection (no name), an object, or an object's subresource."""

    resource: Resource
    namespace: str = ""
    name: str = ""
    subresource: str = ""


def route_of(path: str) -> Route | None:
    """Return what a path names, None when it names no resource that is served."""
    parts = [part for part in path.split("/") if part]
    match parts:
        case ["api", version, *rest] if rest:
            group = ""
        case ["apis", group, version, *rest] if rest:
            pass
        case _:
            return None
    namespace = ""
    if rest[0] == "namespaces" and len(rest) >= 3 and (group, version, rest[2]) in BY_PLURAL:
        namespace, rest = rest[1], rest[2:]
    resource = BY_PLURAL.get((group, version, rest[0]))
    if resource is None or len(rest) > 3 or (namespace and not resource.namespaced):
        return None
    name = rest[1] if len(rest) > 1 else ""
    subresource = rest[2] if len(rest) > 2 else ""
    if name and resource.namespaced and not namespace:
        return None
    if subresource and subresource not in resource.subresources:
        return None
    return Route(resource, namespace, name, subresource)

"""The names under which the ecosystem's systems say pod, namespace, workload, node and cluster: data.

A name is first written one way (``k8s.podName`` becomes ``k8s_pod_name``), then looked up; a prefix that only says
whose name it is (``k8s_``, ``label_``, ``resource_labels_``) is taken off when the whole is not known. Own names come
from the setting ALERT_LABELS.

Sources: kube-state-metrics' docs/metrics, cAdvisor, kubernetes-mixin; the semantic conventions of OpenTelemetry
(``k8s.pod.name``); Datadog's tags (``kube_namespace``, ``kube_deployment``); Google Cloud's ``k8s_container`` resource
(``pod_name``, ``namespace_name``, ``top_level_controller_name``); New Relic's ``podName``; Sysdig's and Elastic's
``kubernetes.pod.name``; Istio's ``destination_workload``; the scrape configuration of Prometheus' own example
(``kubernetes_namespace``, ``kubernetes_pod_name``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

POD, CONTAINER, NAMESPACE, NODE, CLUSTER, UID = "Pod", "container", "namespace", "Node", "cluster", "uid"
WORKLOAD, WORKLOAD_TYPE, OWNER, OWNER_KIND, APP = "workload", "workload type", "owner", "owner kind", "app"
DESTINATION, DESTINATION_NAMESPACE = "destination", "destination namespace"
KIND, NAME, RESOURCE, SERVICE = "kind", "name", "resource", "service"

_ALIASES: dict[str, str] = {
    POD: "pod pod_name podname",
    CONTAINER: "container container_name containername",
    NAMESPACE: "namespace namespace_name namespacename ns pod_namespace target_namespace resource_namespace "
    "object_namespace involved_object_namespace ns_name k8s_ns",
    NODE: "node node_name nodename",
    UID: "uid pod_uid",
    CLUSTER: "cluster cluster_name clustername managed_cluster eks_cluster aks_cluster gke_cluster",
    "Deployment": "deployment deployment_name deploymentname",
    "StatefulSet": "statefulset statefulset_name stateful_set stateful_set_name statefulsetname",
    "DaemonSet": "daemonset daemonset_name daemon_set daemon_set_name daemonsetname",
    "ReplicaSet": "replicaset replicaset_name replica_set replica_set_name replicasetname",
    # A label ``job`` is the scrape job, never a Job.
    "Job": "job_name jobname kube_job k8s_job_name",
    "CronJob": "cronjob cronjob_name cron_job cron_job_name cronjobname kube_cronjob",
    "DeploymentConfig": "deploymentconfig deployment_config deploymentconfig_name",
    "ReplicationController": "replicationcontroller replication_controller replicationcontroller_name",
    "Rollout": "rollout rollout_name",
    "HorizontalPodAutoscaler": "horizontalpodautoscaler hpa hpa_name horizontal_pod_autoscaler",
    "PersistentVolumeClaim": "persistentvolumeclaim pvc pvc_name persistent_volume_claim persistentvolumeclaim_name",
    "PersistentVolume": "persistentvolume persistent_volume",
    "ResourceQuota": "resourcequota resource_quota",
    "PodDisruptionBudget": "poddisruptionbudget pod_disruption_budget pdb",
    WORKLOAD: "workload workload_name controller_name controllername cloud_application",
    WORKLOAD_TYPE: "workload_type workload_kind controller_kind controllerkind",
    OWNER: "owner_name created_by_name top_level_controller_name owner",
    OWNER_KIND: "owner_kind created_by_kind top_level_controller_type",
    APP: "app_kubernetes_io_name app app_name k8s_app app_kubernetes_io_instance",
    DESTINATION: "destination_workload",
    DESTINATION_NAMESPACE: "destination_workload_namespace",
    KIND: "kind resource_kind object_kind involved_object_kind resource_type",
    NAME: "name resource_name object_name involved_object_name",
    SERVICE: "service service_name application component",
    RESOURCE: "resource object involved_object affected_resource",
}

ROLES: Mapping[str, str] = {name: role for role, names in _ALIASES.items() for name in names.split()}
"""Which role each written-one-way name has."""

PREFIXES = (
    "container_label_", "resource_labels_", "resource_label_", "metadata_labels_", "io_kubernetes_", "kubernetes_io_",
    "kubernetes_", "labels_", "label_", "tags_", "tag_", "k8s_", "kube_", "metric_", "metadata_", "resource_",
)  # fmt: skip

EXPORTED = "exported_"
"""What Prometheus puts before a label of the exporter's that its own target has too (honor_labels: false)."""

KIND_WORDS: Mapping[str, str] = {
    **{kind.lower(): kind for kind in (
        "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "DeploymentConfig",
        "ReplicationController", "Rollout", "Node", "HorizontalPodAutoscaler", "PersistentVolumeClaim",
        "PersistentVolume", "ResourceQuota", "PodDisruptionBudget",
    )},
    "pods": "Pod", "deploy": "Deployment", "deployments": "Deployment", "sts": "StatefulSet",
    "statefulsets": "StatefulSet", "ds": "DaemonSet", "daemonsets": "DaemonSet", "rs": "ReplicaSet", "jobs": "Job",
    "cronjobs": "CronJob", "nodes": "Node", "hpa": "HorizontalPodAutoscaler", "pvc": "PersistentVolumeClaim",
    "quota": "ResourceQuota", "pdb": "PodDisruptionBudget", "replicasets": "ReplicaSet",
}  # fmt: skip
"""Kinds as people and programs write them, in lower case."""

_HUMP = compiled(r"([a-z0-9])([A-Z])")
_OTHER = compiled(r"[^a-z0-9]+")


def written(name: str) -> str:
    """Return a name written one way: small letters, digits and single underscores."""
    return str(_OTHER.sub("_", _HUMP.sub(r"\1_\2", name[:200]).lower())).strip("_")


def role_of(name: str, own: Mapping[str, str] | None = None) -> str:
    """Return the role of a label or key, or an empty string. ``own`` are the installation's: name to role."""
    plain = written(name)
    if own and plain in own:
        return own[plain]
    for _ in range(len(PREFIXES)):
        if plain in ROLES:
            return ROLES[plain]
        prefix = next((prefix for prefix in PREFIXES if plain.startswith(prefix)), "")
        if not prefix:
            return ""
        plain = plain[len(prefix) :]
    return ""


def kind_named(word: str) -> str:
    """Return the Kind that a word means (``deployment``, ``Deployments``, ``kubernetes-deployment``), or empty."""
    bare = _OTHER.sub("", word.lower())
    return KIND_WORDS.get(bare) or KIND_WORDS.get(bare.removeprefix("kubernetes")) or KIND_WORDS.get(bare[:-1], "")

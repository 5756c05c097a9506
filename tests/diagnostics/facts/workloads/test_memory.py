"""The limit in force, where it comes from, and what the cluster knows about real use."""

from __future__ import annotations

from diagnostics.causes.oom_killed import check
from diagnostics.claims.case_builder import case_of
from diagnostics.claims.catalogue import builtin
from diagnostics.examples import NAMESPACE, POD, Example, terminated, waiting

LIMITED = {"resources": {"limits": {"memory": "96Mi"}}}
KILLED = {"state": waiting("CrashLoopBackOff"), "lastState": terminated(137, "OOMKilled")}
OWNED = {"metadata": {"ownerReferences": [{"kind": "StatefulSet", "name": "api", "uid": "s", "controller": True}]}}
WORKLOAD = {"kind": "StatefulSet", "metadata": {"name": "api", "namespace": NAMESPACE, "uid": "s"}, "spec": {}}


def found(container=None, status=None, pod=None, objects=()):
    example = Example(
        title="",
        hit=True,
        container=container or LIMITED,
        status={**KILLED, **(status or {})},
        pod=pod or {},
        objects=objects,
    )
    return check(case_of(example.snapshot(), builtin()))


def quotes(finding):
    return [item.quote for item in finding.evidence]


def test_the_status_says_what_holds_after_a_resize():
    resized = found(status={"resources": {"limits": {"memory": "64Mi"}}})
    assert resized.facts["limit"] == "64Mi"
    assert "limits.memory=64Mi" in quotes(resized)


def test_the_pods_limit_counts_where_the_container_has_none():
    pod = {"spec": {"resources": {"limits": {"memory": "200Mi"}}}}
    whole = found(container={"resources": {}}, pod=pod)
    assert (whole.facts["limit"], whole.facts["limit_of"]) == ("200Mi", "pod")
    assert "pod's memory limit of 200Mi" in whole.summary


def test_use_from_metrics_makes_the_new_limit_large_enough():
    metrics = {
        "kind": "PodMetrics",
        "metadata": {"name": POD, "namespace": NAMESPACE},
        "containers": [{"name": "api", "usage": {"memory": "300Mi"}}],
    }
    seen = found(pod=OWNED, objects=(WORKLOAD, metrics))
    assert "usage.memory=300Mi" in quotes(seen)
    assert "--limits=memory=416Mi" in seen.remedy.commands[0]


def test_a_recommendation_is_followed():
    scaler = {
        "kind": "VerticalPodAutoscaler",
        "metadata": {"name": "api", "namespace": NAMESPACE},
        "spec": {"targetRef": {"kind": "StatefulSet", "name": "api"}},
        "status": {
            "recommendation": {"containerRecommendations": [{"containerName": "api", "target": {"memory": "1Gi"}}]}
        },
    }
    advised = found(pod=OWNED, objects=(WORKLOAD, scaler))
    assert advised.facts["recommended"] == "1Gi"
    assert "target.memory=1Gi" in quotes(advised)


def test_a_default_of_the_namespace_is_named():
    note = "LimitRanger plugin set: cpu, memory limit for container api"
    pod = {"metadata": {"annotations": {"kubernetes.io/limit-ranger": note}}}
    default = found(pod=pod)
    assert note in quotes(default)
    assert "LimitRange" in default.remedy.text


def test_a_limit_range_that_set_only_requests_is_not_blamed():
    note = "LimitRanger plugin set: memory request for container api; cpu limit for container api"
    pod = {"metadata": {"annotations": {"kubernetes.io/limit-ranger": note}}}
    assert "LimitRange" not in found(pod=pod).remedy.text

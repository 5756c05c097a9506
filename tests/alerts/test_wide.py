"""Alerts about a quota, an autoscaler, a claim, a volume, a budget or a Job, labelled as kubernetes-mixin labels them.

Through the real service, as a webhook and as a signed Slack event: what fails because of it, in one thread.
"""

import pytest

from tests.alerts.service import listed

KSM = {
    "job": "kube-state-metrics", "container": "kube-state-metrics", "endpoint": "http", "severity": "warning",
    "pod": "metrics-kube-state-metrics-7f9c8d6b5-q4wzk", "prometheus": "mon/kube-prom-prometheus",
}  # fmt: skip
KUBELET = {"job": "kubelet", "metrics_path": "/metrics", "service": "kubelet", "node": "n4", "severity": "critical"}


def wide(vault):
    """The alerts about things of one name; ``vault`` fails, ``calm`` does not."""
    return {
        "KubeHpaMaxedOut": {**KSM, "namespace": "store", "horizontalpodautoscaler": vault},
        "KubePersistentVolumeFillingUp": {**KUBELET, "namespace": "store", "persistentvolumeclaim": f"data-{vault}-0"},
        "KubePersistentVolumeErrors": {**KSM, "namespace": "mon", "persistentvolume": f"pv-{vault}", "phase": "Failed"},
        "KubePdbNotEnoughHealthyPods": {**KSM, "namespace": "store", "poddisruptionbudget": vault},
    }


def quota(name):
    return {**KSM, "namespace": "store", "resource": "pods", "resourcequota": name}


FAILING = [(name, labels, "StatefulSet store/vault") for name, labels in wide("vault").items()]
FAILING.append(("KubeQuotaFullyUsed", quota("small"), "Deployment store/stuffed"))
JOBS = [
    ("KubeJobFailed", {**KSM, "namespace": "zoo", "job_name": "db-migrate", "condition": "true"}, "Job zoo/db-migrate"),
    (
        "KubeJobNotCompleted",
        {**KSM, "namespace": "store", "job_name": "nightly-29390000"},
        "Job store/nightly-29390000",
    ),
]
QUIET = [*wide("calm").items(), ("KubeQuotaAlmostFull", quota("large"))]


def posted_as(name, labels):
    return [{"title": f"[FIRING:1] {name}", "text": listed({"alertname": name, **labels}), "color": "danger"}]


@pytest.mark.parametrize(("name", "labels", "workload"), FAILING, ids=[row[0] for row in FAILING])
async def test_a_webhook_leads_to_what_fails_because_of_it_in_one_thread(on, name, labels, workload):
    await on.webhook({"alertname": name, **labels})
    (line,) = [message for message in on.said() if message.get("thread_ts") in (None, message["ts"])]
    assert "One workload fails because of" in line["text"]
    assert await on.answered() == {workload}
    assert {message["thread_ts"] for message in on.said() if message is not line} == {line["ts"]}


@pytest.mark.parametrize(("name", "labels", "workload"), FAILING, ids=[row[0] for row in FAILING])
async def test_a_message_about_it_is_answered_in_its_own_thread(on, name, labels, workload):
    posted = await on.message(attachments=posted_as(name, labels))
    assert await on.answered() == {workload}
    assert {message.get("thread_ts") for message in on.said()} == {posted.ts}
    assert any("One workload fails because of" in message["text"] for message in on.said())


@pytest.mark.parametrize(("name", "labels", "workload"), JOBS, ids=[row[0] for row in JOBS])
async def test_a_jobs_alert_leads_to_the_job_either_way(on, name, labels, workload):
    posted = await on.message(attachments=posted_as(name, labels))
    assert await on.answered() == {workload}
    assert {message.get("thread_ts") for message in on.said()} == {posted.ts}
    await on.webhook({"alertname": name, **labels})
    assert "0 new incidents, 1 joined" in on.answer
    assert await on.answered() == {workload}


async def test_it_is_quiet_when_nothing_fails_because_of_it(on):
    for name, labels in QUIET:
        await on.webhook({"alertname": name, **labels})
        assert "1 new incidents" in on.answer
    for name, labels in QUIET:
        await on.message(attachments=posted_as(name, labels))
    assert on.said() == []
    assert await on.answered() == set()

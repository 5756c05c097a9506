"""Groups of any size through the real service: taken at the first sending, on both databases, in bounded time."""

import asyncio
import io
import json
import time
from contextlib import ExitStack

import aiohttp
import pytest

from tests.support.postgres import fresh_database
from tests.support.service import TOKEN, world
from tests.support.stores import asyncio_url

NAMESPACE = "production"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request):
    """The settings of the store."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield {}
        else:
            yield {"database_url": asyncio_url(stack.enter_context(fresh_database()))}


def firing(number, namespace=NAMESPACE, name="KubePodCrashLooping"):
    """An alert as kube-prometheus sends it, about a pod of a workload of its own."""
    pod = f"worker-{number:05}-0"
    return {
        "status": "firing",
        "labels": {
            "alertname": name, "namespace": namespace, "pod": pod, "container": "worker", "severity": "warning",
            "job": "kube-state-metrics", "instance": "10.0.12.7:8080", "prometheus": "monitoring/k8s",
            "reason": "CrashLoopBackOff", "uid": f"6f1f4c0e-0000-4000-8000-{number:012}",
        },
        "annotations": {
            "description": f"Pod {namespace}/{pod} (worker) is in waiting state (reason: CrashLoopBackOff) on cluster.",
            "runbook_url": "https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodcrashlooping",
            "summary": "Pod is crash looping.",
        },
        "startsAt": "2026-11-22T10:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://prometheus.example/graph?g0.expr=max_over_time%28kube_pod_container_status_waiting%29",
        "fingerprint": f"{number:016x}",
    }  # fmt: skip


async def notify(running, alerts, **more):
    """Send one notification; return status, answer and seconds."""
    body = json.dumps({"version": "4", "status": "firing", "groupKey": "{}", "alerts": alerts, **more}).encode()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        began = time.monotonic()
        async with session.post(f"{running.base}/alertmanager", data=io.BytesIO(body)) as answer:
            said = await answer.text()
        return answer.status, said, time.monotonic() - began


@pytest.mark.threat("Groups", "a notification names more pods than can be written one by one in time")
async def test_a_group_of_any_size_is_taken_at_once(tmp_path, store, record_property):
    async with world(tmp_path, **store) as running:
        await asyncio.gather(*(each.stop(0) for each in running.service.workers))
        began = time.process_time()
        status, said, took_s = await notify(running, [firing(number) for number in range(2000)])
        assert (status, said) == (202, "2000 alerts: 2000 new incidents, 0 joined\n")
        again, said, again_s = await notify(running, [firing(number) for number in range(2000)])
        assert (again, said) == (202, "2000 alerts: 0 new incidents, 2000 joined\n")
        over = [firing(number) | {"status": "resolved"} for number in range(2000)]
        resolved, said, resolved_s = await notify(running, over)
        assert (resolved, said) == (202, "2000 alerts: 0 new incidents, 0 joined, 2000 resolved\n")
        record_property("tried", "2,000 alerts about 2,000 pods in one body: new, again, resolved")
        cpu_s = (time.process_time() - began) / 3
        took = f"202 after {took_s:.1f}, {again_s:.1f} and {resolved_s:.1f} s"
        record_property("held", f"{took}; {cpu_s:.1f} s of CPU each, the sender and the stand-ins among them")

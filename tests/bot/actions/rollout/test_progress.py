from __future__ import annotations

import pytest

from bot.actions.rollout import Phase, Wanted, follow
from bot.cluster.connection import connect
from bot.cluster.live import Live
from tests.bot.actions.rollout.builders import pod, revision, workload
from tests.fakes.kube_api import Play, listed, serving, status_of

APPS = "/apis/apps/v1/namespaces/production"
PODS = "/api/v1/namespaces/production/pods"
PATHS = {"Deployment": "deployments", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets"}
NEW = {
    "Deployment": {"app": "api", "pod-template-hash": "h2"},
    "StatefulSet": {"app": "api", "controller-revision-hash": "api-2"},
    "DaemonSet": {"app": "api", "controller-revision-hash": "h2"},
}
FULL = {"replicas": 3, "updatedReplicas": 3, "readyReplicas": 3, "availableReplicas": 3}
FULL_SET = {"desiredNumberScheduled": 3, "updatedNumberScheduled": 3, "numberReady": 3, "numberAvailable": 3}


def state(kind="Deployment", generation=4, **status):
    found = workload(kind)
    found["metadata"]["generation"] = generation
    found["status"] = {"observedGeneration": generation, "updateRevision": "api-2", **status}
    return found


def crashed(kind, **container):
    holder = "uid-api-h2" if kind == "Deployment" else "w1"
    return pod("api-x", ready=False, uid=holder, labels=NEW[kind], containerStatuses=[{"name": "api", **container}])


@pytest.fixture
async def api():
    async with serving() as fake:
        fake.on(f"{APPS}/replicasets", listed(revision("Deployment", 1), revision("Deployment", 2)))
        fake.on(f"{APPS}/controllerrevisions", listed(revision("DaemonSet", 1), revision("DaemonSet", 2)))
        fake.on(PODS, listed())
        yield fake


@pytest.fixture
async def connection(api, tmp_path):
    async with connect(api.kubeconfig(tmp_path)) as opened:
        yield opened


async def followed(connection, kind="Deployment", within_s=20.0, settle_s=0.05, blind_s=1800.0):
    wanted = Wanted(action="restart", kind=kind, namespace="production", name="api")
    steps = follow(wanted, 4, live=Live(connection), every_s=0.01, settle_s=settle_s, within_s=within_s,
                   blind_s=blind_s)  # fmt: skip
    return [progress async for progress in steps]


async def test_from_waiting_to_available(api, connection):
    api.on(
        f"{APPS}/deployments/api",
        {**state(), "status": {"observedGeneration": 3}},
        state(replicas=4, updatedReplicas=1, readyReplicas=2, availableReplicas=2),
        state(**{**FULL, "replicas": 4}),
        state(**FULL),
    )
    seen = await followed(connection)
    assert [progress.phase for progress in seen] == [
        Phase.WAITING,
        Phase.PROGRESSING,
        Phase.PROGRESSING,
        Phase.SETTLING,
        Phase.AVAILABLE,
    ]
    assert str(seen[1]) == "1 of 3 updated, 2 ready, 2 available"
    assert seen[-1].over


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet"])
async def test_the_other_kinds_become_available(api, connection, kind):
    api.on(f"{APPS}/{PATHS[kind]}/api", state(kind, desiredNumberScheduled=3), state(kind, **FULL, **FULL_SET))
    seen = await followed(connection, kind)
    assert [progress.phase for progress in seen] == [Phase.PROGRESSING, Phase.SETTLING, Phase.AVAILABLE]


@pytest.mark.parametrize("kind", list(PATHS))
@pytest.mark.parametrize(
    ("container", "said"),
    [
        ({"state": {"waiting": {"reason": "CrashLoopBackOff"}}}, "CrashLoopBackOff"),
        ({"state": {"waiting": {"reason": "CreateContainerConfigError"}}}, "CreateContainerConfigError"),
        ({"state": {"terminated": {"reason": "Error", "exitCode": 1}}}, "Error, exit code 1"),
        (
            {
                "restartCount": 1,
                "state": {"running": {}},
                "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137}},
            },
            "OOMKilled, exit code 137",
        ),
    ],
)
async def test_a_new_crash_ends_it_even_when_the_counts_look_complete(api, connection, kind, container, said):
    api.on(f"{APPS}/{PATHS[kind]}/api", state(kind, **FULL, **FULL_SET))
    api.on(PODS, listed(crashed(kind, **container)))
    (last,) = await followed(connection, kind)
    assert (last.phase, last.pod, last.detail) == (Phase.CRASHING, "api-x", f"api in api-x: {said}")


async def test_crashes_of_the_old_revision_do_not_count(api, connection):
    old = crashed("Deployment", state={"waiting": {"reason": "CrashLoopBackOff"}})
    old["metadata"]["labels"]["pod-template-hash"] = "h1"
    old["metadata"]["ownerReferences"][0]["uid"] = "uid-api-h1"
    api.on(f"{APPS}/deployments/api", state(**FULL))
    api.on(PODS, listed(old))
    assert (await followed(connection))[-1].phase is Phase.AVAILABLE


async def test_a_finished_init_container_is_no_crash(api, connection):
    fine = crashed("Deployment", restartCount=0, state={"terminated": {"reason": "Completed", "exitCode": 0}})
    api.on(f"{APPS}/deployments/api", state(**FULL))
    api.on(PODS, listed(fine))
    assert (await followed(connection))[-1].phase is Phase.AVAILABLE


async def test_stalled(api, connection):
    condition = {"type": "Progressing", "reason": "ProgressDeadlineExceeded", "message": "too slow"}
    api.on(f"{APPS}/deployments/api", state(conditions=[condition]))
    (last,) = await followed(connection)
    assert (last.phase, last.detail) == (Phase.STALLED, "too slow")


async def test_superseded_and_gone(api, connection):
    api.on(f"{APPS}/deployments/api", state(generation=5))
    assert (await followed(connection))[-1].phase is Phase.SUPERSEDED
    api.on(f"{APPS}/deployments/api", Play(status_of(404, "gone"), status=404))
    assert (await followed(connection))[-1].phase is Phase.GONE


async def test_time_out_says_where_it_stands(api, connection):
    api.on(f"{APPS}/deployments/api", state(replicas=3, updatedReplicas=1))
    last = (await followed(connection, within_s=0.1))[-1]
    assert (last.phase, str(last)) == (Phase.TIMED_OUT, "1 of 3 updated, 0 ready, 0 available")


async def test_a_cluster_that_is_unreadable_for_a_moment_is_forgiven(api, connection):
    refused = Play(status_of(403, "no"), status=403)
    api.on(f"{APPS}/deployments/api", refused, refused, state(**FULL))
    assert [progress.phase for progress in await followed(connection)] == [Phase.SETTLING, Phase.AVAILABLE]


async def test_a_cluster_that_is_unreadable_for_longer_is_followed_on_and_that_is_said(api, connection):
    refused = [Play(status_of(403, "no"), status=403)] * 5
    api.on(f"{APPS}/deployments/api", *refused, state(**FULL))
    seen = await followed(connection, within_s=0.2)
    assert [progress.phase for progress in seen] == [Phase.UNSEEN, Phase.SETTLING, Phase.AVAILABLE]
    assert str(seen[0]).startswith("how it goes cannot be seen just now: ")


async def test_a_cluster_that_stays_unreadable_ends_it(api, connection):
    api.on(f"{APPS}/deployments/api", Play(status_of(403, "no"), status=403))
    *_, last = await followed(connection, blind_s=0.1)
    assert last.phase is Phase.UNREADABLE
    assert "403 Forbidden: no" in str(last)


async def test_expressions_of_the_selector_are_passed_on(api, connection):
    found = state(**FULL)
    found["spec"]["selector"]["matchExpressions"] = [
        {"key": "tier", "operator": "In", "values": ["a", "b"]},
        {"key": "canary", "operator": "DoesNotExist"},
    ]
    api.on(f"{APPS}/deployments/api", found)
    await Live(connection).workload("Deployment", "production", "api")
    assert api.seen[-1].query["labelSelector"] == "app=api,tier in (a,b),!canary"

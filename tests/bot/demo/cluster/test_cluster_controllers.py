import json
from copy import deepcopy
from datetime import datetime, timedelta

import pytest

from bot.demo.cluster.controllers import tick
from bot.demo.cluster.controllers.failing import crash_of
from bot.demo.cluster.controllers.naming import canonical, template_hash
from bot.demo.cluster.controllers.retelling import shifted_log, shifted_text
from bot.demo.cluster.controllers.stories import is_ready
from bot.demo.cluster.recordings import load, names
from tests.support.standin import APPS, CORE, JSON_PATCH, MERGE, STRATEGIC, client_of, pods

REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"


def restart(client, path, at="2026-11-22T12:40:00Z"):
    patch = {"spec": {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": at}}}}}
    assert client("PATCH", path, patch, content_type=STRATEGIC)[0] == 200


def undo(client, name, revision):
    sets = client.get(f"{APPS}/replicasets", labelSelector=f"app={name}")["items"]
    wanted = next(each for each in sets if each["metadata"]["annotations"][REVISION] == revision)
    template = deepcopy(wanted["spec"]["template"])
    template["metadata"]["labels"].pop("pod-template-hash")
    patch = [{"op": "replace", "path": "/spec/template", "value": template}]
    assert client("PATCH", f"{APPS}/deployments/{name}", patch, content_type=JSON_PATCH)[0] == 200


def condition(client, name, kind):
    status = client.get(f"{APPS}/deployments/{name}")["status"]
    return next(each for each in status["conditions"] if each["type"] == kind)


@pytest.mark.parametrize("scenario", names())
def test_what_was_recorded_stays_until_somebody_changes_it(scenario):
    client = client_of(scenario)
    before = json.dumps(list(client.cluster.store.everything()))
    client.wait(3)
    assert json.dumps(list(client.cluster.store.everything())) == before


def test_an_undo_that_helps_brings_the_pods_back():
    client = client_of("app-after-rollout")
    undo(client, "storefront", "1")
    client.wait(15)
    status = client.get(f"{APPS}/deployments/storefront")["status"]
    counts = {key: value for key, value in status.items() if key.endswith("plicas") and value}
    assert counts == {"replicas": 2, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 2}
    assert status["observedGeneration"] == 3
    assert condition(client, "storefront", "Available")["status"] == "True"
    assert condition(client, "storefront", "Progressing")["reason"] == "NewReplicaSetAvailable"
    sets = {each["metadata"]["name"]: each for each in client.get(f"{APPS}/replicasets")["items"]}
    back, bad = sets["storefront-5c57cf4884"], sets["storefront-7699bf9d76"]
    assert (back["metadata"]["annotations"][REVISION], back["metadata"]["annotations"][HISTORY]) == ("3", "1")
    assert (back["spec"]["replicas"], bad["spec"]["replicas"]) == (2, 0)
    assert client.get(f"{APPS}/deployments/storefront")["metadata"]["annotations"][REVISION] == "3"
    assert all(is_ready(pod) and pod["metadata"]["name"].startswith("storefront-5c57cf4884-") for pod in pods(client))
    reasons = {event["reason"] for event in client.get(f"{CORE}/events")["items"]}
    assert {"ScalingReplicaSet", "SuccessfulCreate", "SuccessfulDelete", "Scheduled", "Pulled", "Started"} <= reasons


def test_a_restart_that_does_not_help_crashes_again_with_back_off():
    client = client_of("app-after-rollout")
    restart(client, f"{APPS}/deployments/storefront")
    client.wait(4)
    new = next(pod for pod in pods(client) if not pod["metadata"]["name"].startswith("storefront-7699bf9d76"))
    name = new["metadata"]["name"]
    status = new["status"]["containerStatuses"][0]
    assert (status["restartCount"], status["lastState"]) == (0, {})
    assert status["state"]["terminated"]["exitCode"] == 1
    log = client.raw("GET", f"{CORE}/pods/{name}/log").body.decode()
    assert "NullPointerException" in log
    assert client.raw("GET", f"{CORE}/pods/{name}/log", previous="true").status == 400
    counts = []
    for _ in range(8):
        client.wait(10)
        pod = client.get(f"{CORE}/pods/{name}")
        counts.append(pod["status"]["containerStatuses"][0]["restartCount"])
    assert counts == [1, 1, 2, 2, 2, 2, 3, 3]
    events = client.get(f"{CORE}/events", fieldSelector=f"involvedObject.uid={pod['metadata']['uid']}")["items"]
    back_off = next(event for event in events if event["reason"] == "BackOff")
    assert f"in pod {name}_production({pod['metadata']['uid']})" in back_off["message"]
    assert all(
        event["lastTimestamp"] is None or event["lastTimestamp"] >= pod["metadata"]["creationTimestamp"]
        for event in events
    )
    assert client.get(f"{APPS}/deployments/storefront")["status"]["unavailableReplicas"] == 3
    # The old pods stay: two are wanted, none may be missing, one may be added.
    assert len(pods(client)) == 3


def test_a_restart_that_helps():
    client = client_of("stale-lock")
    restart(client, f"{APPS}/deployments/indexer")
    client.wait(12)
    assert [is_ready(pod) for pod in pods(client)] == [True]
    assert condition(client, "indexer", "Available")["status"] == "True"


def test_the_rollout_is_late_after_its_deadline():
    client = client_of("app-after-rollout")
    restart(client, f"{APPS}/deployments/storefront")
    client.wait(5)
    assert condition(client, "storefront", "Progressing")["reason"] == "ReplicaSetUpdated"
    client._clock[0] += timedelta(seconds=601)
    tick(client.cluster)
    late = condition(client, "storefront", "Progressing")
    assert (late["status"], late["reason"]) == ("False", "ProgressDeadlineExceeded")


def test_a_deleted_pod_comes_back_and_fails_as_before():
    client = client_of("secret-missing-envfrom")
    old = client.names(f"{CORE}/pods")
    assert client("DELETE", f"{CORE}/pods/{old[0]}")[0] == 200
    assert old[0] not in client.names(f"{CORE}/pods")
    client.wait(4)
    now = client.names(f"{CORE}/pods")
    assert len(now) == len(old)
    new = client.get(f"{CORE}/pods/{(set(now) - set(old)).pop()}")
    waiting = new["status"]["containerStatuses"][0]["state"]["waiting"]
    assert waiting["reason"] == "CreateContainerConfigError"
    assert new["spec"]["nodeName"] == "node-1"


def test_where_no_pod_can_be_created_a_restart_creates_none():
    client = client_of("quota-exceeded")
    restart(client, f"{APPS}/deployments/frontend")
    client.wait(4)
    assert pods(client) == []
    events = client.get(f"{CORE}/events", fieldSelector="reason=FailedCreate")["items"]
    assert len({event["involvedObject"]["name"] for event in events}) == 2


def test_a_paused_deployment_waits():
    client = client_of("app-after-rollout")
    client("PATCH", f"{APPS}/deployments/storefront", {"spec": {"paused": True}}, content_type=MERGE)
    restart(client, f"{APPS}/deployments/storefront")
    client.wait(4)
    assert len(client.names(f"{APPS}/replicasets")) == 2
    assert client.get(f"{APPS}/deployments/storefront")["status"]["observedGeneration"] == 4


def test_recreate_ends_all_before_it_begins():
    client = client_of("stale-lock")
    strategy = {"spec": {"strategy": {"type": "Recreate", "rollingUpdate": None}}}
    assert client("PATCH", f"{APPS}/deployments/indexer", strategy, content_type=MERGE)[0] == 200
    restart(client, f"{APPS}/deployments/indexer")
    client.wait(1)
    seen = len(pods(client))
    client.wait(8)
    assert seen <= 1
    assert [is_ready(pod) for pod in pods(client)] == [True]


def test_history_is_pruned():
    client = client_of("app-after-rollout")
    client("PATCH", f"{APPS}/deployments/storefront", {"spec": {"revisionHistoryLimit": 0}}, content_type=MERGE)
    undo(client, "storefront", "1")
    client.wait(15)
    assert client.names(f"{APPS}/replicasets") == ["storefront-5c57cf4884"]


def test_a_statefulset_in_order_stays_stuck_on_its_broken_pod():
    """kubernetes/kubernetes#67250: after a change nothing moves until the broken pod is deleted."""
    client = client_of("statefulset-ordered")
    recorded = client.names(f"{APPS}/controllerrevisions")
    restart(client, f"{APPS}/statefulsets/queue")
    client.wait(5)
    revisions = {
        each["metadata"]["name"]: each["revision"] for each in client.get(f"{APPS}/controllerrevisions")["items"]
    }
    new = (set(revisions) - set(recorded)).pop()
    assert revisions[new] == 2
    assert {pod["metadata"]["labels"]["controller-revision-hash"] for pod in pods(client)} == set(recorded)
    status = client.get(f"{APPS}/statefulsets/queue")["status"]
    assert (status["currentRevision"], status["updateRevision"]) == (recorded[0], new)
    client("DELETE", f"{CORE}/pods/queue-0")
    client.wait(1)
    assert client.get(f"{CORE}/pods/queue-0")["metadata"]["labels"]["controller-revision-hash"] == new


def test_a_statefulsets_old_template_comes_back_under_the_next_number():
    client = client_of("statefulset-ordered")
    path = f"{APPS}/statefulsets/queue"
    first = client.get(f"{APPS}/controllerrevisions")["items"][0]
    restart(client, path)
    client.wait(1)
    assert client("PATCH", path, first["data"], content_type=STRATEGIC)[0] == 200
    client.wait(1)
    revisions = {
        each["metadata"]["name"]: each["revision"] for each in client.get(f"{APPS}/controllerrevisions")["items"]
    }
    assert revisions[first["metadata"]["name"]] == 3
    assert sorted(revisions.values()) == [2, 3]


def daemonset():
    template = {
        "metadata": {"labels": {"app": "agent"}},
        "spec": {"containers": [{"name": "agent", "image": "agent:1"}], "restartPolicy": "Always"},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "agent", "namespace": "production"},
        "spec": {"selector": {"matchLabels": {"app": "agent"}}, "template": template},
    }


def test_a_daemonset_replaces_its_pod():
    client = client_of("healthy")
    assert client("POST", f"{APPS}/daemonsets", daemonset())[0] == 201
    client.wait(4)
    old = client.names(f"{CORE}/pods", labelSelector="app=agent")
    restart(client, f"{APPS}/daemonsets/agent")
    client.wait(6)
    new = client.names(f"{CORE}/pods", labelSelector="app=agent")
    assert (len(old), len(new), set(old) & set(new)) == (1, 1, set())
    status = client.get(f"{APPS}/daemonsets/agent")["status"]
    assert (status["numberReady"], status["updatedNumberScheduled"], status["observedGeneration"]) == (1, 1, 2)
    assert sorted(each["revision"] for each in client.get(f"{APPS}/controllerrevisions")["items"]) == [1, 2]


@pytest.mark.parametrize("scenario", [name for name in names() if load(name).target[0] == "deployment"])
def test_every_deployment_can_be_restarted_and_does_what_the_truth_says(scenario):
    client = client_of(scenario)
    truth = load(scenario).truth
    name = load(scenario).target[1]
    restart(client, f"{APPS}/deployments/{name}")
    client.wait(50)
    new = [
        pod
        for pod in pods(client)
        if (pod["metadata"].get("annotations") or {}).get("kubectl.kubernetes.io/restartedAt") == "2026-11-22T12:40:00Z"
    ]
    fine = truth["restart_helps"] or truth["cause"] in {"healthy", "recovered"}
    ends = [crash_of(obj) for obj in load(scenario).objects if obj["kind"] == "Pod"]
    fine |= any(end is not None and end.seconds > 50 for end in ends)  # it fails again, and not yet
    if truth["cause"] == "pod-create-rejected":
        assert new == []
    else:
        assert {is_ready(pod) for pod in new} == {fine}


def test_the_hash_has_the_real_ones_form_and_ignores_its_own_label():
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": []}}
    labelled = {"metadata": {"labels": {"a": "b", "pod-template-hash": "x"}}, "spec": {"containers": []}}
    assert template_hash(template) == template_hash(labelled)
    assert set(template_hash(template)) <= set("bcdfghjklmnpqrstvwxz2456789")
    restarted = {
        "metadata": {"labels": {"a": "b"}, "annotations": {"kubectl.kubernetes.io/restartedAt": "t"}},
        "spec": {"containers": []},
    }
    assert canonical(template) != canonical(restarted)
    assert canonical(template) == canonical(restarted, ignore_restart=True)


def test_times_move_and_what_the_program_printed_stays():
    day = timedelta(days=1)
    assert shifted_text("at 2026-11-22T23:00:00.123Z, 2026-99-22T00:00:00Z", day) == (
        "at 2026-11-23T23:00:00.123Z, 2026-99-22T00:00:00Z"
    )
    log = b"2026-11-22T12:00:00.5Z started 2026-11-22T11:59:59Z\nno stamp 2026-11-22T12:00:00Z\n\xff\n"
    assert shifted_log(log, day) == (
        b"2026-11-23T12:00:00.5Z started 2026-11-22T11:59:59Z\nno stamp 2026-11-22T12:00:00Z\n\xff\n"
    )
    assert datetime.fromisoformat(shifted_text("2026-12-31T23:59:59Z", timedelta(seconds=1))).year == 2027

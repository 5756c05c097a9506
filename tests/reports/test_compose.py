"""What a composed cluster has in common with a real one (the list at the end of the report form, as tests)."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest

from tests.reports import corpus
from tests.reports.compose import composed, snapshot_of
from tests.reports.form import load
from tests.reports.naming import AT
from tests.reports.report import ReportError
from tests.reports.samples import sample

CASES = [path for name in corpus.SETS for path in corpus.files(name)]


def container(data):
    return data["workloads"][0]["containers"][0]


def of_kind(whole, kind):
    return [each for each in whole.objects if each["kind"] == kind]


def pods_of(whole, name="api"):
    return [pod for pod in of_kind(whole, "Pod") if pod["metadata"]["name"].startswith(name)]


def only_pod(whole):
    """Return the pod of the present revision."""
    return pods_of(whole)[-1]


def status_of(whole, name="api"):
    statuses = only_pod(whole)["status"]
    every = [*statuses.get("initContainerStatuses", ()), *statuses["containerStatuses"]]
    return next(each for each in every if each["name"] == name)


def stamps(text):
    return [datetime.fromisoformat(line.split(b" ")[0].decode()[:26] + "+00:00") for line in text.splitlines()]


def test_every_owner_exists_under_its_uid():
    whole = composed(sample())
    uids = {each["metadata"]["uid"] for each in whole.objects}
    owners = [owner for each in whole.objects for owner in each["metadata"].get("ownerReferences", ())]
    assert len(owners) >= 4
    assert {owner["uid"] for owner in owners} <= uids


def test_every_namespace_that_is_used_exists():
    whole = composed(sample())
    used = {each["metadata"].get("namespace") for each in whole.objects} - {None, ""}
    assert used == {each["metadata"]["name"] for each in of_kind(whole, "Namespace")}
    assert "elsewhere" in used


def test_log_lines_lie_within_the_run_and_end_before_it():
    whole = composed(sample())
    end = status_of(whole)["lastState"]["terminated"]
    times = stamps(whole.logs["production", only_pod(whole)["metadata"]["name"], "api", "previous"])
    began, ended = (datetime.fromisoformat(end[key]) for key in ("startedAt", "finishedAt"))
    assert times == sorted(times)
    assert began <= times[0]
    assert (times[-1] - began).total_seconds() < 4.0
    assert (ended - began).total_seconds() == pytest.approx(4, abs=1)


@pytest.mark.parametrize(
    "log",
    [
        "10:00:00 a\n10:00:01 b\n  more of b\n10:00:10 c\n",
        "23:59:58 a\n23:59:59 b\n  more of b\n00:00:08 c\n",
        '{"ts":1654646397.5}\n{"ts":1654646398.5}\n  more of b\n{"ts":1654646407.5}\n',
        '{"time":1654646397500}\n{"time":1654646398500}\n  more of b\n{"time":1654646407500}\n',
    ],
)
def test_lines_with_a_clock_of_their_own_keep_their_distances(log):
    whole = composed(sample(lambda d: container(d)["status"].update(log=log, ran_s=20)))
    times = stamps(whole.logs["production", only_pod(whole)["metadata"]["name"], "api", "previous"])
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    assert gaps[1] < 0.001
    assert gaps[2] == pytest.approx(9 * gaps[0], rel=0.01)


def test_a_native_sidecar_runs_on_and_holds_nothing_up():
    def change(data):
        spec = {"restartPolicy": "Always"}
        data["workloads"][0]["initContainers"] = [{"name": "proxy", "image": "registry.example.com/p:1", "spec": spec}]

    whole = composed(sample(change))
    assert "running" in status_of(whole, "proxy")["state"]
    assert status_of(whole)["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert whole.logs["production", only_pod(whole)["metadata"]["name"], "proxy", "current"] == b""


def test_behind_an_init_container_that_fails_the_others_wait():
    def change(data):
        data["workloads"][0]["initContainers"] = [
            {"name": "first", "image": "registry.example.com/i:1"},
            {"name": "second", "image": "registry.example.com/i:1", "status": {"exit": 3, "log": "no\n"}},
        ]

    whole = composed(sample(change))
    assert status_of(whole, "first")["state"]["terminated"]["reason"] == "Completed"
    assert status_of(whole)["state"] == {"waiting": {"reason": "PodInitializing"}}
    assert only_pod(whole)["status"]["phase"] == "Pending"
    initialized = next(each for each in only_pod(whole)["status"]["conditions"] if each["type"] == "Initialized")
    assert initialized["message"] == "containers with incomplete status: [second]"


def test_an_older_revision_keeps_what_the_report_does_not_say_of_it():
    whole = composed(sample())
    old, now = sorted(of_kind(whole, "ReplicaSet"), key=lambda each: each["metadata"]["creationTimestamp"])[-2:]
    kept, changed = (each["spec"]["template"]["spec"]["containers"][0] for each in (old, now))
    assert kept["image"].endswith(":1.1")
    assert {**kept, "image": ""} == {**changed, "image": ""}
    assert kept["readinessProbe"]["failureThreshold"] == 3


def test_pods_of_an_older_revision_are_healthy_and_share_the_image_id():
    def change(data):
        data["workloads"][0]["old_revisions"][0] |= {"pods": 2}
        data["workloads"].append({**data["workloads"][0], "containers": [{**container(data), "status": {}}]})

    pods = pods_of(composed(sample(change)))
    by_image = {}
    for pod in pods:
        entry = pod["status"]["containerStatuses"][0]
        by_image.setdefault(entry["image"], []).append((entry["imageID"], entry["ready"]))
    assert len(by_image["registry.example.com/api:1.1"]) == 2
    assert all(ready for _, ready in by_image["registry.example.com/api:1.1"])
    assert [ready for _, ready in by_image["registry.example.com/api:1.2"]] == [False, True]
    assert all(len({image for image, _ in found}) == 1 for found in by_image.values())


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (None, 1),
        (lambda d: d["workloads"][0]["old_revisions"][0].update(pods=0), 0),
        (lambda d: d["workloads"][0].update(spec={"strategy": {"type": "Recreate"}}), 0),
        (lambda d: d["workloads"][0].update(pods=3), 0),  # so many new ones are made only once the old ones went
        (lambda d: d["workloads"][0].update(replicas=4), 3),
        (lambda d: container(d)["spec"].pop("readinessProbe"), 0),  # it counted as available for a moment
        (lambda d: d["workloads"][0].update(age_s=200000), 0),  # the rollout is long over
    ],
)
def test_a_rolling_update_leaves_old_pods_until_the_new_ones_are_ready(change, left):
    whole = composed(sample(change))
    old = [pod for pod in pods_of(whole) if pod["spec"]["containers"][0]["image"].endswith(":1.1")]
    assert len(old) == left
    (top,) = [each for each in of_kind(whole, "Deployment") if each["metadata"]["name"] == "api"]
    assert top["status"]["replicas"] == len(pods_of(whole))
    assert top["status"].get("readyReplicas", 0) == left


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (None, "ProgressDeadlineExceeded"),
        (lambda d: d["workloads"][0].update(age_s=300), "ReplicaSetUpdated"),
        (lambda d: container(d)["spec"].pop("readinessProbe"), "NewReplicaSetAvailable"),
    ],
)
def test_without_a_readiness_probe_a_bad_rollout_looks_complete(change, reason):
    tops = of_kind(composed(sample(change)), "Deployment")
    (top,) = [each for each in tops if each["metadata"]["name"] == "api"]
    assert {each["type"]: each["reason"] for each in top["status"]["conditions"]}["Progressing"] == reason


def test_a_pod_carries_the_labels_that_its_service_selects_and_the_slice_shows_it():
    whole = composed(sample())
    assert only_pod(whole)["metadata"]["labels"]["app.kubernetes.io/name"] == "api"
    (mine,) = [each for each in of_kind(whole, "EndpointSlice") if each["metadata"]["name"].startswith("api")]
    ready = {each["targetRef"]["name"]: each["conditions"]["ready"] for each in mine["endpoints"]}
    assert ready[only_pod(whole)["metadata"]["name"]] is False
    assert mine["ports"] == [{"name": "", "port": 8080, "protocol": "TCP"}]


def service(name, port, **labels):
    return {"kind": "Service", "metadata": {"name": name}, "spec": {"selector": labels, "ports": [{"port": port}]}}


def endpoints_of(whole, name):
    (found,) = [
        each
        for each in of_kind(whole, "EndpointSlice")
        if each["metadata"]["labels"]["kubernetes.io/service-name"] == name
    ]
    return [each["targetRef"]["name"] for each in found["endpoints"] or ()]


def test_the_only_workload_that_opens_the_port_stands_behind_a_service_of_another_name():
    def change(data):
        data["objects"] = [service("kube-front", 8080, tier="front")]

    whole = composed(sample(change))
    assert endpoints_of(whole, "kube-front")[-1] == only_pod(whole)["metadata"]["name"]
    assert only_pod(whole)["metadata"]["labels"]["tier"] == "front"
    assert {each["metadata"]["name"] for each in of_kind(whole, "Deployment")} == {"api"}


def test_two_services_of_one_workload_select_the_same_pods():
    def change(data):
        data["objects"] = [service("api", 8080, x="api"), service("api-headless", 8080, x="api-headless")]

    whole = composed(sample(change))
    assert endpoints_of(whole, "api") == endpoints_of(whole, "api-headless") != []


def test_a_service_that_only_begins_like_a_workload_is_not_the_workloads():
    def change(data):
        data["objects"] = [service("api-postgres", 5432, app="pg")]

    whole = composed(sample(change))
    assert endpoints_of(whole, "api-postgres")[0].startswith("api-postgres-")


def test_labels_that_are_given_are_not_touched():
    whole = composed(sample(lambda d: d["workloads"][0].update(labels={"app": "other"})))
    assert only_pod(whole)["metadata"]["labels"].keys() == {"app", "pod-template-hash"}
    assert endpoints_of(whole, "api") == []


def test_a_service_of_which_nothing_else_is_told_has_a_healthy_neighbour_behind_it():
    def change(data):
        spec = {"selector": {"app": "pg"}, "ports": [{"port": 5432}]}
        data["objects"].append({"kind": "Service", "metadata": {"name": "postgres"}, "spec": spec})

    whole = composed(sample(change))
    (mine,) = [each for each in of_kind(whole, "EndpointSlice") if each["metadata"]["name"].startswith("postgres")]
    assert mine["endpoints"][0]["conditions"]["ready"] is True


@pytest.mark.parametrize("kind", ["EndpointSlice", "Endpoints"])
def test_what_the_report_says_of_a_service_stands(kind):
    def change(data):
        spec = {"selector": {"app": "pg"}, "ports": [{"port": 5432}]}
        data["objects"].append({"kind": "Service", "metadata": {"name": "postgres"}, "spec": spec})
        data["objects"].append({"kind": kind, "metadata": {"name": "postgres"}, "endpoints": []})

    whole = composed(sample(change))
    assert not pods_of(whole, "postgres")
    (mine,) = [each for each in of_kind(whole, "EndpointSlice") if each["metadata"]["name"].startswith("postgres")]
    assert mine["metadata"]["labels"]["kubernetes.io/service-name"] == "postgres"
    assert not mine["endpoints"]


def test_a_statefulset_has_its_headless_service_its_claims_and_ordinals():
    def change(data):
        data["truth"]["target"] = "statefulset/api"
        volume = {"name": "data", "persistentVolumeClaim": {"claimName": "data-api-0"}}
        data["workloads"][0] |= {"kind": "StatefulSet", "pods": 2, "template": {"volumes": [volume]}}
        data["objects"] = []

    whole = composed(sample(change))
    (service,) = of_kind(whole, "Service")
    assert (service["metadata"]["name"], service["spec"]["clusterIP"]) == ("api", "None")
    assert {each["metadata"]["name"] for each in of_kind(whole, "PersistentVolumeClaim")} == {
        "data-api-0",
        "data-api-1",
    }
    assert {each["status"]["phase"] for each in of_kind(whole, "PersistentVolumeClaim")} == {"Bound"}
    assert len(of_kind(whole, "PersistentVolume")) == 2
    (top,) = of_kind(whole, "StatefulSet")
    assert [each["metadata"]["name"] for each in top["spec"]["volumeClaimTemplates"]] == ["data"]
    assert top["status"]["currentRevision"] != top["status"]["updateRevision"]


def test_a_mount_that_no_volume_declares_is_a_claim_templates():
    def change(data):
        data["truth"]["target"] = "statefulset/api"
        data["workloads"][0] |= {"kind": "StatefulSet", "template": {"volumes": []}}
        data["workloads"][0]["containers"][0]["spec"]["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
        data["objects"] = []

    (pod, *_) = of_kind(composed(sample(change)), "Pod")
    claims = [
        each["persistentVolumeClaim"]["claimName"]
        for each in pod["spec"]["volumes"]
        if "configMap" not in each and "projected" not in each
    ]
    assert claims == [f"data-{pod['metadata']['name']}"]


def test_a_running_pod_proves_its_configmap_and_one_that_misses_it_does_not():
    assert "api-config" in {each["metadata"]["name"] for each in of_kind(composed(sample()), "ConfigMap")}
    waiting = {"waiting": {"reason": "CreateContainerConfigError", "message": 'configmap "api-config" not found'}}
    whole = composed(sample(lambda d: container(d).update(status=waiting)))
    assert "api-config" not in {each["metadata"]["name"] for each in of_kind(whole, "ConfigMap")}
    assert only_pod(whole)["status"]["phase"] == "Pending"
    assert only_pod(whole)["status"]["podIP"]  # its sandbox runs


def test_a_node_is_whole():
    node = of_kind(composed(sample()), "Node")[0]
    assert node["status"]["nodeInfo"].keys() >= {"machineID", "bootID", "systemUUID", "kubeletVersion", "kernelVersion"}
    assert {each["type"] for each in node["status"]["conditions"]} == {
        *("MemoryPressure", "DiskPressure", "PIDPressure", "Ready"),
    }


def test_a_pod_that_no_node_takes_has_no_node_and_no_containers_yet():
    def change(data):
        container(data)["status"] = {"waiting": {}}
        text = "0/3 nodes are available: 3 Insufficient memory."
        data["events"] = [{"of": "pod", "reason": "FailedScheduling", "message": text, "last_s": 9}]

    whole = composed(sample(change))
    pod = only_pod(whole)
    assert "nodeName" not in pod["spec"]
    assert pod["status"]["phase"] == "Pending"
    assert "containerStatuses" not in pod["status"]
    assert pod["status"]["conditions"][0]["message"].startswith("0/3 nodes are available")
    told = {each["reason"]: each["source"]["component"] for each in of_kind(whole, "Event")}
    assert told["FailedScheduling"] == "default-scheduler"
    assert "Scheduled" not in told


def test_a_terminated_container_shows_the_older_end_and_the_older_log_is_gone():
    whole = composed(sample(lambda d: container(d)["status"].update(now="terminated")))
    entry = status_of(whole)
    assert entry["state"]["terminated"]["finishedAt"] > entry["lastState"]["terminated"]["finishedAt"]
    name = only_pod(whole)["metadata"]["name"]
    assert whole.logs["production", name, "api", "previous"].startswith(b"unable to retrieve container logs for contai")
    assert b"FATAL" in whole.logs["production", name, "api", "current"]


def test_a_job_that_never_restarts_has_failed_pods_and_no_back_off():
    def change(data):
        data["truth"]["target"] = "job/api"
        data["workloads"][0] |= {"kind": "Job", "pods": 3, "old_revisions": []}
        del container(data)["status"]["restarts"]

    whole = composed(sample(change))
    pods = pods_of(whole)
    assert [pod["status"]["phase"] for pod in pods] == ["Failed"] * 3
    assert of_kind(whole, "Job")[0]["status"]["failed"] == 3
    assert "BackOff" not in {each["reason"] for each in of_kind(whole, "Event")}


def test_events_name_the_pod_that_there_is():
    def change(data):
        text = "Back-off restarting failed container api in pod api"
        data["events"] = [
            {"of": "pod", "reason": "BackOff", "message": text, "container": "api", "count": 9, "last_s": 4}
        ]

    whole = composed(sample(change))
    meta = only_pod(whole)["metadata"]
    (event,) = [each for each in of_kind(whole, "Event") if each["reason"] == "BackOff"]
    assert event["message"].endswith(f"in pod {meta['name']}_production({meta['uid']})")
    assert event["involvedObject"]["fieldPath"] == "spec.containers{api}"
    assert event["count"] == 9


def test_an_event_of_nothing_is_refused_with_its_key():
    event = {"of": "ConfigMap/none", "reason": "x"}
    with pytest.raises(ReportError, match=r"sample\.yaml: events\[0\]\.of names ConfigMap/none, which is not in"):
        composed(sample(lambda d: d.update(events=[event])))


def test_what_reaches_the_engine_is_redacted_and_only_what_was_asked_for():
    snapshot = snapshot_of(sample())
    assert "hunter2-canary" not in snapshot.to_json()
    assert snapshot.unread == ()
    assert any("password=" in line.text for log in snapshot.logs for line in log.lines)
    assert not list(snapshot.all("Service", "elsewhere"))
    assert not list(snapshot.all("Secret"))


def test_the_same_report_gives_the_same_cluster():
    one, other = composed(sample()), composed(sample())
    assert (one.objects, one.logs) == (other.objects, other.logs)


def test_no_composed_cluster_is_out_of_joint(each):
    each(CASES, check_the_joints, lambda path: path.stem)


def check_the_joints(path):
    whole = composed(load(path))
    now = AT.strftime("%Y-%m-%dT%H:%M:%SZ")
    for pod in of_kind(whole, "Pod"):
        born = pod["metadata"]["creationTimestamp"]
        for entry in (*pod["status"].get("initContainerStatuses", ()), *pod["status"].get("containerStatuses", ())):
            for state in (entry["state"], entry.get("lastState", {})):
                end = state.get("terminated")
                if end:
                    assert born <= end["startedAt"] <= end["finishedAt"] <= now
                assert state.get("running", {}).get("startedAt", born) >= born
    uids = {each["metadata"]["uid"] for each in whole.objects}
    owners = [owner for each in whole.objects for owner in each["metadata"].get("ownerReferences", ())]
    assert {owner["uid"] for owner in owners} <= uids

"""What the API says around a pod: revisions, nodes, owners, gone pods, limits. Each gives (Truth, World)."""

from __future__ import annotations

from typing import Any

from tests.composed.world import Truth, World, ago, c, config, crash, done, ended, http, secret, up, waits

BUG = """2026-11-22T03:11:30Z INFO starting ledger 1.1
Traceback (most recent call last):
  File "/app/ledger.py", line 40, in <module>
    main()
  File "/app/ledger.py", line 31, in main
    book.balance(rows[7])
IndexError: list index out of range
"""
NO_DSN = """2026-11-22T03:11:30Z INFO agent 2.4.0
Traceback (most recent call last):
  File "/app/agent.py", line 8, in <module>
    DSN = os.environ["AGENT_DSN"]
  File "/usr/lib/python3.12/os.py", line 714, in __getitem__
    raise KeyError(key) from None
KeyError: 'AGENT_DSN'
"""
PANIC = "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:21 +0x1d\nexit status 2\n"


def _pods(w: World, app: str) -> list[dict[str, Any]]:
    return [pod for pod in w.objects["Pod"] if pod["metadata"]["labels"].get("app") == app]


def _bare(w: World, app: str, **metadata: Any) -> str:
    """Take the owners of a workload's only pod away, and rename it; return its name."""
    for kind in ("Deployment", "ReplicaSet"):
        w.objects[kind] = [item for item in w.objects.get(kind, []) if item["metadata"]["labels"].get("app") != app]
    (pod,) = _pods(w, app)
    del pod["metadata"]["ownerReferences"]
    pod["metadata"] |= metadata
    return pod["metadata"]["name"]


def _node(w: World, name: str, ready: str = "True", message: str = "kubelet is posting ready status") -> None:
    reason = {"True": "KubeletReady", "False": "KubeletNotReady", "Unknown": "NodeStatusUnknown"}[ready]
    w.add(
        "Node",
        name,
        age=900000,
        status={
            "conditions": [
                {"type": "MemoryPressure", "status": "False" if ready == "True" else "Unknown", "reason": reason},
                {"type": "Ready", "status": ready, "reason": reason, "message": message, "lastTransitionTime": ago(90)},
            ],
            "allocatable": {"cpu": "4", "memory": "16Gi"},
        },
    )


def _unready(w: World, app: str) -> None:
    for pod in _pods(w, app):
        for condition in pod["status"]["conditions"]:
            if condition["type"] == "Ready":
                condition |= {"status": "False", "lastTransitionTime": ago(80)}


def statefulset_update_stuck_at_its_last_ordinal():
    w = World()
    image = "registry.example/ledger:1.1"
    names = w.workload(
        "ledger",
        c("ledger", image),
        kind="StatefulSet",
        replicas=3,
        statuses={"ledger": crash(1, BUG, shape="backoff")},
        earlier=[{"containers": [c("ledger", "registry.example/ledger:1.0")]}],
        age=300,
    )
    before = w.objects["ControllerRevision"][0]["metadata"]["name"]
    for pod in _pods(w, "ledger")[:2]:
        pod["metadata"]["labels"]["controller-revision-hash"] = before
        pod["metadata"]["creationTimestamp"] = ago(80000)
        pod["spec"]["containers"] = [c("ledger", "registry.example/ledger:1.0")]
        status = pod["status"]["containerStatuses"][0]
        status |= {"state": {"running": {"startedAt": ago(79990)}}, "lastState": {}, "restartCount": 0, "ready": True}
        pod["status"]["conditions"][-1]["status"] = "True"
    assert names[2] == "ledger-2"
    w.objects["StatefulSet"][0]["status"]["currentRevision"] = before
    return Truth(
        "statefulset/ledger", "app-crash", "ledger", ("IndexError", "1.1", "OrderedReady", "delete the pod"), undo=True
    ), w


def statefulset_that_never_had_another_template():
    w = World()
    w.workload("ledger", c("ledger"), kind="StatefulSet", statuses={"ledger": crash(1, BUG, shape="backoff")}, age=900)
    return Truth("statefulset/ledger", "app-crash", "ledger", ("IndexError", "the first revision")), w


def daemonset_lost_a_variable():
    w = World()
    w.workload(
        "agent",
        c("agent", "registry.example/agent:2.4.0", env={"LOG_LEVEL": "info"}),
        kind="DaemonSet",
        replicas=2,
        statuses={"agent": crash(1, NO_DSN, shape="backoff")},
        earlier=[
            {
                "containers": [
                    c("agent", "registry.example/agent:2.4.0", env={"LOG_LEVEL": "info", "AGENT_DSN": "tcp://x:1"})
                ]
            }
        ],
        age=240,
    )
    return Truth("daemonset/agent", "bad-config", "agent", ("AGENT_DSN",), undo=True), w


def daemonset_restarted_only():
    w = World()
    same = c("agent", "registry.example/agent:2.4.0", env={"LOG_LEVEL": "info"})
    w.workload(
        "agent",
        same,
        kind="DaemonSet",
        statuses={"agent": crash(1, NO_DSN, shape="backoff")},
        earlier=[{"containers": [same]}],
        age=240,
    )
    return Truth("daemonset/agent", "bad-config", "agent", ("AGENT_DSN",)), w


def daemonset_replaced_on_delete():
    w = World()
    w.workload(
        "shipper",
        c("shipper", "registry.example/shipper:5"),
        kind="DaemonSet",
        statuses={"shipper": crash(2, PANIC, shape="backoff")},
        earlier=[{"containers": [c("shipper", "registry.example/shipper:4")]}],
        age=400,
    )
    w.objects["DaemonSet"][0]["spec"]["updateStrategy"] = {"type": "OnDelete"}
    return Truth("daemonset/shipper", "app-crash", "shipper", ("index out of range", "deleted"), undo=True), w


def configmap_edited_just_before():
    w = World()
    w.add(
        "ConfigMap",
        "edge-conf",
        age=90000,
        data={"nginx.conf": None},
        metadata={"managedFields": [{"manager": "kubectl-edit", "operation": "Update", "time": ago(320)}]},
    )
    log = 'nginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/nginx.conf:14\n'
    w.workload(
        "edge",
        c("nginx", "nginx:1.29", mounts={"/etc/nginx": "conf"}),
        statuses={"nginx": crash(1, log, shape="backoff", lived=0, restarts=5)},
        spec={"volumes": [{"name": "conf", "configMap": {"name": "edge-conf"}}]},
        age=300,
    )
    return Truth("deployment/edge", "bad-config", "nginx", ("proxy_passs", "edge-conf", "modified")), w


def same_tag_other_content():
    w = World()
    names = w.workload(
        "quote",
        c("quote", "registry.example/quote:stable", imagePullPolicy="Always"),
        replicas=2,
        statuses={"quote": crash(2, PANIC, shape="backoff")},
        age=600,
    )
    other = next(pod for pod in _pods(w, "quote") if pod["metadata"]["name"] == names[1])
    other["metadata"]["creationTimestamp"] = ago(90000)
    other["status"]["containerStatuses"][0] |= {
        "imageID": "registry.example/quote@sha256:" + "7" * 64,
        "state": {"running": {"startedAt": ago(89000)}},
        "lastState": {},
        "restartCount": 0,
        "ready": True,
    }
    other["status"]["conditions"][-1]["status"] = "True"
    return Truth("deployment/quote", "app-crash", "quote", ("same tag", "index out of range")), w


def rollout_is_paused():
    w = World()
    w.workload(
        "quote",
        c("quote", "registry.example/quote:2"),
        statuses={"quote": crash(2, PANIC, shape="backoff")},
        earlier=[{"containers": [c("quote", "registry.example/quote:1")]}],
        age=200,
    )
    w.objects["Deployment"][0]["spec"]["paused"] = True
    return Truth("deployment/quote", "app-crash", "quote", ("paused",)), w


def no_history_is_kept():
    w = World()
    w.workload("quote", c("quote"), statuses={"quote": crash(2, PANIC, shape="backoff")}, age=200)
    w.objects["Deployment"][0]["spec"]["revisionHistoryLimit"] = 0
    return Truth("deployment/quote", "app-crash", "quote", ("revisionHistoryLimit",)), w


def migration_left_the_schema_dirty():
    w = World()
    log = "error: Dirty database version 41. Fix and force version.\n"
    w.workload(
        "billing",
        c("billing", "registry.example/billing:9"),
        init=(c("migrate", "migrate/migrate:4"),),
        statuses={"migrate": crash(1, log, shape="backoff"), "billing": waits("PodInitializing")},
        earlier=[{"containers": [c("billing", "registry.example/billing:8")]}],
        phase="Pending",
        age=400,
    )
    return Truth("deployment/billing", "stale-state", "migrate", ("Dirty database version 41",)), w


def bare_pod_crashes():
    w = World()
    w.workload("toolbox", c("tool"), statuses={"tool": crash(2, PANIC, shape="backoff")}, age=500)
    name = _bare(w, "toolbox")
    return Truth(f"pod/{name}", "app-crash", "tool", ("index out of range",)), w


def static_pod_of_a_node():
    w = World()
    _node(w, "node-1")
    log = "Error: unknown flag: --audit-log-maxagee\n"
    w.workload("kube-proxy-lite", c("proxy"), statuses={"proxy": crash(1, log, shape="backoff")}, age=500)
    name = _bare(
        w,
        "kube-proxy-lite",
        annotations={"kubernetes.io/config.mirror": "abc", "kubernetes.io/config.source": "file"},
        ownerReferences=[{"apiVersion": "v1", "kind": "Node", "name": "node-1", "uid": "n1", "controller": True}],
    )
    return Truth(f"pod/{name}", "bad-config", "proxy", ("--audit-log-maxagee",)), w


def _job(w: World, name: str, *, age: float, conditions: list[dict[str, Any]], owner: str = "", **status: Any) -> str:
    reference = {"apiVersion": "batch/v1", "kind": "CronJob", "name": owner, "uid": "c1", "controller": True}
    w.add(
        "Job",
        name,
        age=age,
        metadata={"ownerReferences": [reference]} if owner else {},
        spec={"backoffLimit": 3, "template": {"spec": {"restartPolicy": "Never", "containers": [c("report")]}}},
        status={"conditions": conditions, "startTime": ago(age), **status},
    )
    return name


def _cron(w: World, name: str, **status: Any) -> None:
    made = w.add("CronJob", name, age=900000, spec={"schedule": "0 3 * * *", "jobTemplate": {}}, status=status)
    made["metadata"]["uid"] = "c1"


def _pod_of_job(w: World, job: str, name: str, code: int, log: str, age: float) -> None:
    uid = next(item["metadata"]["uid"] for item in w.objects["Job"] if item["metadata"]["name"] == job)
    phase = "Failed" if code else "Succeeded"
    w.add(
        "Pod",
        name,
        age=age,
        metadata={
            "labels": {"job-name": job},
            "ownerReferences": [{"apiVersion": "batch/v1", "kind": "Job", "name": job, "uid": uid, "controller": True}],
        },
        spec={"restartPolicy": "Never", "containers": [c("report")], "nodeName": "node-1"},
        status={
            "phase": phase,
            "conditions": [{"type": "Ready", "status": "False", "reason": "PodFailed"}],
            "containerStatuses": [
                {
                    "name": "report",
                    "image": "registry.example/app:1.0",
                    "imageID": "sha256:1",
                    "ready": False,
                    "restartCount": 0,
                    "state": ended(code, "Error" if code else "Completed", lived=5, back=age - 10),
                    "lastState": {},
                }
            ],
        },
    )
    w.logs["production", name, "report", "current"] = (log, age - 5)


def job_failed_and_its_pods_are_gone():
    w = World()
    told = {
        "type": "Failed",
        "status": "True",
        "reason": "BackoffLimitExceeded",
        "message": "Job has reached the specified backoff limit",
    }
    _job(w, "report-1", age=4000, conditions=[told], failed=4)
    return Truth("job/report-1", None, "", ("BackoffLimitExceeded", "backoff limit")), w


def cronjobs_newest_job_is_what_counts():
    w = World()
    _cron(w, "report", lastScheduleTime=ago(300), lastSuccessfulTime=ago(86000))
    _job(w, "report-1", age=86700, owner="report", conditions=[{"type": "Complete", "status": "True"}], succeeded=1)
    _job(w, "report-2", age=300, owner="report", conditions=[], failed=1)
    _pod_of_job(w, "report-1", "report-1-aaaaa", 0, "done\n", 86700)
    _pod_of_job(w, "report-2", "report-2-bbbbb", 1, BUG, 300)
    return Truth("cronjob/report", "app-crash", "report", ("IndexError",)), w


def cronjobs_newest_job_went_well():
    w = World()
    _cron(w, "report", lastScheduleTime=ago(300), lastSuccessfulTime=ago(290))
    _job(w, "report-1", age=86700, owner="report", conditions=[{"type": "Failed", "status": "True"}], failed=4)
    _job(w, "report-2", age=300, owner="report", conditions=[{"type": "Complete", "status": "True"}], succeeded=1)
    _pod_of_job(w, "report-1", "report-1-aaaaa", 1, BUG, 86700)
    _pod_of_job(w, "report-2", "report-2-bbbbb", 0, "done\n", 300)
    return Truth("cronjob/report", "healthy", "", (), ("app-crash",), kind="negative"), w


def cronjobs_older_failure_lies_about():
    w = World()
    _cron(w, "report", lastScheduleTime=ago(300), lastSuccessfulTime=ago(290))
    told = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "too often"}
    _job(w, "report-1", age=86700, owner="report", conditions=[told], failed=4)
    _job(w, "report-2", age=300, owner="report", conditions=[{"type": "Complete", "status": "True"}], succeeded=1)
    _pod_of_job(w, "report-1", "report-1-aaaaa", 1, BUG, 86700)
    return Truth("cronjob/report", "healthy", "", (), ("app-crash",), kind="negative"), w


def job_whose_pod_may_not_be_made():
    w = World()
    _job(w, "report-1", age=200, conditions=[])
    w.event(
        "report-1",
        "FailedCreate",
        'Error creating: pods "report-1-8x2kf" is forbidden: violates PodSecurity "restricted:latest": '
        'allowPrivilegeEscalation != false (container "report" must set securityContext.allowPrivilegeEscalation=false)',
        kind="Job",
        count=6,
    )
    return Truth("job/report-1", "pod-create-rejected", "", ("restricted:latest", "allowPrivilegeEscalation")), w


def cronjob_is_suspended():
    w = World()
    made = w.add("CronJob", "report", age=900000, spec={"schedule": "0 3 * * *", "suspend": True, "jobTemplate": {}})
    assert made
    return Truth("cronjob/report", "scaled-to-zero", "", ("suspend",), kind="negative"), w


def node_lost_while_other_pods_of_it_were_moved():
    w = World()
    _node(w, "node-1")
    _node(w, "node-4", "Unknown", "Kubelet stopped posting node status.")
    names = w.workload("web", c("web"), replicas=2, statuses={"web": up(50000)}, age=50010)
    for pod in _pods(w, "web"):
        if pod["metadata"]["name"] == names[0]:
            pod["spec"]["nodeName"] = "node-4"
            pod["metadata"]["deletionTimestamp"] = ago(200)
            pod["status"]["conditions"][-1]["status"] = "False"
    return Truth("deployment/web", "healthy", "", (), ("node-unhealthy",), kind="negative"), w


def one_node_of_three_kills_what_runs_there():
    w = World()
    for node in ("node-1", "node-2", "node-3"):
        _node(w, node)
    lost = ended(255, "Unknown", lived=4000, back=60)
    back_off = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s restarting failed container"}}
    for app in ("cart", "mail", "search"):
        names = w.workload(app, c(app), replicas=3, statuses={app: up(50000)}, age=50010)
        for pod, node in zip(_pods(w, app), ("node-1", "node-2", "node-3"), strict=True):
            pod["spec"]["nodeName"] = node
            if node == "node-2":
                pod["status"]["containerStatuses"][0] |= {"state": back_off, "lastState": lost, "restartCount": 3}
                pod["status"]["containerStatuses"][0]["ready"] = False
                pod["status"]["conditions"][-1]["status"] = "False"
        assert len(names) == 3
    return Truth("deployment/mail", "node-unhealthy", "mail", ("node-2",), ("killed-externally",)), w


def recreated_statefulset_pod_after_an_undo():
    w = World()
    w.workload(
        "ledger",
        c("ledger", "registry.example/ledger:1.0"),
        kind="StatefulSet",
        replicas=3,
        statuses={"ledger": crash(1, BUG, shape="backoff", restarts=40)},
        earlier=[{"containers": [c("ledger", "registry.example/ledger:1.1")]}],
        age=30000,
    )
    bad = w.objects["ControllerRevision"][0]["metadata"]["name"]
    for pod in _pods(w, "ledger"):
        status = pod["status"]["containerStatuses"][0]
        if pod["metadata"]["name"] == "ledger-2":
            pod["metadata"]["labels"]["controller-revision-hash"] = bad
            pod["spec"]["containers"] = [c("ledger", "registry.example/ledger:1.1")]
            continue
        status |= {"state": {"running": {"startedAt": ago(29000)}}, "lastState": {}, "restartCount": 0, "ready": True}
        pod["status"]["conditions"][-1]["status"] = "True"
    return Truth("statefulset/ledger", "app-crash", "ledger", ("IndexError", "OrderedReady", "delete it")), w


def cronjobs_pods_are_gone_and_it_failed():
    w = World()
    _cron(w, "report", lastScheduleTime=ago(3000), lastSuccessfulTime=ago(86000))
    told = {
        "type": "Failed",
        "status": "True",
        "reason": "BackoffLimitExceeded",
        "message": "Job has reached the specified backoff limit",
    }
    _job(w, "report-2", age=3000, owner="report", conditions=[told], failed=4)
    return Truth("cronjob/report", None, "", ("BackoffLimitExceeded",)), w


def statefulset_scaled_to_zero():
    w = World()
    w.workload("queue", c("queue"), kind="StatefulSet", replicas=0, pods=False)
    return Truth("statefulset/queue", "scaled-to-zero", "", (), kind="negative"), w


def statefulset_pod_is_refused_by_quota():
    w = World()
    w.workload("queue", c("queue", limit="2Gi"), kind="StatefulSet", replicas=2, pods=False, status={"replicas": 0})
    w.event(
        "queue",
        "FailedCreate",
        'create Pod queue-0 in StatefulSet queue failed error: pods "queue-0" is forbidden: exceeded quota: compute, '
        "requested: limits.memory=2Gi, used: limits.memory=7Gi, limited: limits.memory=8Gi",
        kind="StatefulSet",
        count=14,
    )
    return Truth("statefulset/queue", "pod-create-rejected", "", ("exceeded quota: compute",)), w


def daemonset_without_its_service_account():
    w = World()
    w.workload("probe", c("probe"), kind="DaemonSet", pods=False, status={"desiredNumberScheduled": 3})
    w.event(
        "probe",
        "FailedCreate",
        'Error creating: pods "probe-" is forbidden: error looking up service account production/probe: '
        'serviceaccount "probe" not found',
        kind="DaemonSet",
        count=12,
    )
    return Truth("daemonset/probe", "pod-create-rejected", "", ('serviceaccount "probe" not found',)), w


def one_secret_holds_up_many():
    w = World()
    for app in ("cart", "mail", "search"):
        w.workload(
            app,
            c(app, env={"TOKEN": secret("shared-token", "token")}),
            statuses={app: waits("CreateContainerConfigError", 'secret "shared-token" not found')},
            phase="Pending",
        )
    return Truth("deployment/cart", "missing-secret", "cart", ("shared-token", "3 pods of")), w


def one_registry_holds_up_many():
    w = World()
    for app in ("cart", "mail", "search"):
        image = f"registry.example/{app}:1"
        told = f'Back-off pulling image "{image}": ErrImagePull: failed to pull and unpack image "{image}": failed to do request: Head "https://registry.example/v2/{app}/manifests/1": dial tcp: lookup registry.example on 10.96.0.10:53: no such host'
        w.workload(app, c(app, image), statuses={app: waits("ImagePullBackOff", told)}, phase="Pending")
    return Truth("deployment/cart", "image-pull-failed", "cart", ("registry.example", "mail, search")), w


def no_room_for_many():
    w = World()
    text = "0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod."
    refused = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": text}
    for app in ("cart", "mail"):
        w.workload(app, c(app, limit="9Gi"), phase="Pending", pod={"status": {"conditions": [refused]}})
    for pod in w.objects["Pod"]:
        pod["spec"].pop("nodeName")
        pod["status"].pop("containerStatuses")
    w.logs.clear()
    return Truth("deployment/cart", "unschedulable", "", ("Insufficient memory", "another workload: mail")), w


def its_own_image_is_misspelt():
    w = World()
    for app in ("cart", "mail"):
        image = f"registry.example/{app}:1"
        told = (
            f'Back-off pulling image "{image}": ErrImagePull: failed to resolve reference "{image}": {image}: not found'
        )
        w.workload(app, c(app, image), statuses={app: waits("ImagePullBackOff", told)}, phase="Pending")
    return Truth("deployment/cart", "image-pull-failed", "cart", ("cart:1", "not found")), w


def node_went_silent_under_a_statefulset():
    w = World()
    _node(w, "node-4", "Unknown", "Kubelet stopped posting node status.")
    names = w.workload("db", c("db"), kind="StatefulSet", node="node-4", statuses={"db": up(50000)}, age=50010)
    _unready(w, "db")
    w.event(names[0], "NodeNotReady", "Node is not ready", back=80)
    return Truth("statefulset/db", "node-unhealthy", "", ("node-4", "Kubelet stopped posting node status")), w


def another_node_is_lost():
    w = World()
    _node(w, "node-1")
    _node(w, "node-4", "Unknown", "Kubelet stopped posting node status.")
    w.workload("db", c("db"), statuses={"db": up(50000)}, age=50010)
    return Truth("deployment/db", "healthy", "", (), ("node-unhealthy",), kind="negative"), w


def network_plugin_is_not_ready():
    w = World()
    message = "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized"
    _node(w, "node-1", "False", message)
    w.workload("web", c("web"), statuses={"web": waits("ContainerCreating")}, phase="Pending", age=400)
    return Truth("deployment/web", "node-unhealthy", "web", ("cni plugin not initialized",)), w


def readiness_gate_stays_closed():
    w = World()
    w.workload(
        "web",
        c("web"),
        statuses={"web": up(5000)},
        spec={"readinessGates": [{"conditionType": "target-health.elbv2.k8s.aws/web"}]},
        age=5010,
    )
    for pod in _pods(w, "web"):
        pod["status"]["conditions"][-1] |= {
            "status": "False",
            "reason": "ReadinessGatesNotReady",
            "message": 'the status of pod readiness gate "target-health.elbv2.k8s.aws/web" is not "True", but False',
        }
    return Truth("deployment/web", "readiness-probe-failed", "", ("target-health.elbv2.k8s.aws/web",), ("healthy",)), w


def init_container_runs_again_under_a_stale_condition():
    w = World()
    log = "waiting for postgres:5432\npostgres:5432 - no response\n" * 30
    w.service("postgres", 5432, {"app": "postgres"})
    names = w.workload(
        "api",
        c("api"),
        init=(c("wait-db", "registry.example/wait:1"),),
        statuses={"wait-db": up(900, ready=False, log=log), "api": waits("PodInitializing")},
        phase="Pending",
        age=1000,
    )
    for condition in _pods(w, "api")[0]["status"]["conditions"]:
        if condition["type"] == "Initialized":
            condition["status"] = "True"
    assert names
    return Truth("deployment/api", "dependency-unavailable", "wait-db", ("postgres",)), w


def limit_lost_two_zeros():
    w = World()
    w.workload(
        "cart",
        c("cart", "registry.example/cart:3", limit="8M"),
        statuses={"cart": crash(137, "loading\n", reason="OOMKilled", shape="backoff", lived=1)},
        earlier=[{"containers": [c("cart", "registry.example/cart:3", limit="800M")]}],
        age=200,
    )
    return Truth("deployment/cart", "oom-killed", "cart", ("8M", "800M"), undo=True), w


def default_limit_of_the_namespace():
    w = World()
    w.add("LimitRange", "defaults", spec={"limits": [{"type": "Container", "default": {"memory": "64Mi"}}]})
    w.workload(
        "cart",
        c("cart"),
        statuses={"cart": crash(137, "loading\n", reason="OOMKilled", shape="backoff", lived=4)},
        age=200,
        pod={
            "spec": {"containers": [c("cart", limit="64Mi")]},
            "metadata": {
                "annotations": {"kubernetes.io/limit-ranger": "LimitRanger plugin set: memory limit for container cart"}
            },
        },
    )
    return Truth("deployment/cart", "oom-killed", "cart", ("64Mi", "LimitRanger plugin set")), w


def gpu_and_taint():
    w = World()
    text = "0/3 nodes are available: 1 node(s) had untolerated taint {dedicated: ml}, 2 Insufficient nvidia.com/gpu. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
    names = w.workload(
        "train",
        c("train", resources={"limits": {"nvidia.com/gpu": "8"}, "requests": {"nvidia.com/gpu": "8"}}),
        phase="Pending",
        pod={
            "status": {
                "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": text}]
            }
        },
    )
    pod = _pods(w, "train")[0]
    pod["spec"].pop("nodeName")
    pod["status"].pop("containerStatuses")
    w.logs.clear()
    w.event(names[0], "FailedScheduling", text, back=20, count=3)
    return Truth("deployment/train", "unschedulable", "", ("nvidia.com/gpu", "dedicated")), w


def recovered_names_what_happened():
    w = World()
    w.workload(
        "mailer",
        c("mailer"),
        statuses={
            "mailer": up(
                3000,
                log="connected\n",
                restarts=3,
                last=ended(1, lived=3, back=3005),
                previous="mailer 4\nfatal: dial tcp 10.96.4.4:5672: connect: connection refused (rabbitmq:5672)\n",
            )
        },
        age=4000,
    )
    return Truth(
        "deployment/mailer", "recovered", "", ("rabbitmq:5672",), ("dependency-unavailable",), kind="negative"
    ), w


def hook_cannot_reach_consul():
    w = World()
    w.service("consul", 8500, {"app": "consul"})
    names = w.workload(
        "web",
        c("web", lifecycle={"postStart": {"exec": {"command": ["/opt/register"]}}}),
        statuses={
            "web": waits(
                "PostStartHookError",
                'Exec lifecycle hook ([/opt/register]) for Container "web" in Pod "web_production(0c6f)" failed - error: '
                "command '/opt/register' exited with 7: , message: \"curl: (7) Failed to connect to consul port 8500 "
                'after 1 ms: Could not connect to server"',
                last=ended(137, lived=32, back=40),
                restarts=4,
                previous="listening\n",
            )
        },
    )
    w.event(names[0], "FailedPostStartHook", "PostStartHook failed", container="web", back=41, count=5)
    w.event(names[0], "Killing", "FailedPostStartHook", container="web", back=41, type="Normal", count=5)
    return Truth("deployment/web", "lifecycle-hook-failed", "web", ("consul", "8500", "exited with 7")), w


def finished_init_and_a_veteran():
    w = World()
    w.workload(
        "web",
        c("web", ready=http("/ready", 8080)),
        init=(c("seed"),),
        statuses={"seed": done("ok\n"), "web": up(90000)},
        age=90100,
    )
    return Truth("deployment/web", "healthy", "", (), kind="negative"), w


def argo_manages_what_ran_out_of_memory():
    w = World()
    w.workload(
        "cart",
        c("cart", limit="64Mi", env={"MODE": config("cart", "mode")}),
        statuses={"cart": crash(137, "loading\n", reason="OOMKilled", shape="backoff", lived=4)},
        earlier=[{"containers": [c("cart", limit="256Mi")]}],
        annotations={"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:production/cart"},
        age=200,
    )
    return Truth("deployment/cart", "oom-killed", "cart", ("64Mi", "Argo CD application shop")), w


def _killed(w: World, pod: str, container: str, got: str, kind: str = "Liveness", *, back: float = 25) -> None:
    """Add the two events of a probe's kill."""
    w.event(pod, "Unhealthy", f"{kind} probe failed: {got}", container=container, back=back + 1, count=6)
    w.event(
        pod,
        "Killing",
        f"Container {container} failed {kind.lower()} probe, will be restarted",
        container=container,
        back=back,
        type="Normal",
        count=3,
    )


def _asking(line: str, times: int = 12, last: str = "") -> str:
    """A program that goes on asking for something, with a time in front of each line."""
    told = [f"2026-11-22T03:11:{10 + index}Z {line}" for index in range(times)]
    return "\n".join(["2026-11-22T03:11:05Z INFO starting", *told, *([last] if last else [])]) + "\n"


REFUSED = "WARN pool: cannot connect to mysql://orders-db:3306: dial tcp 10.96.7.7:3306: connect: connection refused"
SAID_503 = "HTTP probe failed with statuscode: 503"
SAID_404 = "HTTP probe failed with statuscode: 404"


def _under_a_probe(log: str, got: str, *, kind: str = "Liveness", lived: float = 45, code: int = 143) -> World:
    """A program with a liveness (or startup) probe that was killed for what the probe got."""
    w = World()
    probe = {"live" if kind == "Liveness" else "start": http("/health", 8080, 10, 10, 3)}
    names = w.workload(
        "orders", c("orders", ports=[8080], **probe), statuses={"orders": crash(code, log, lived=lived)}, age=900
    )
    if got:
        _killed(w, names[0], "orders", got, kind)
    return w


def killed_while_its_database_is_away():
    w = _under_a_probe(_asking(REFUSED), SAID_503)
    w.service("orders-db", 3306, {"app": "orders-db"})
    w.workload("orders-db", c("mysql"), statuses={"mysql": crash(1, BUG, shape="backoff")}, kind="StatefulSet")
    return Truth("deployment/orders", "dependency-unavailable", "orders", ("orders-db", "503", "IndexError")), w


def killed_by_exec_while_a_name_is_unknown():
    w = World()
    log = _asking("ERROR cache: redis://session-cach:6379: getaddrinfo ENOTFOUND session-cach")
    live = {"exec": {"command": ["/app/check", "--deep"]}, "initialDelaySeconds": 10, "periodSeconds": 10}
    live |= {"failureThreshold": 3, "timeoutSeconds": 1}
    names = w.workload("shop", c("shop", live=live), statuses={"shop": crash(137, log, lived=75)}, age=900)
    _killed(w, names[0], "shop", "cache unreachable")
    w.service("session-cache", 6379, {"app": "session-cache"}, ready=1)
    return Truth("deployment/shop", "dependency-unavailable", "shop", ("session-cach", "session-cache")), w


def killed_though_its_database_came_back():
    w = _under_a_probe(_asking(REFUSED, last="2026-11-22T03:11:25Z INFO connected to orders-db:3306"), SAID_503)
    w.service("orders-db", 3306, {"app": "orders-db"})
    never = ("dependency-unavailable",)
    return Truth("deployment/orders", "liveness-probe-failed", "orders", ("503",), never, kind="confusion"), w


def killed_for_a_path_while_its_database_is_away():
    w = _under_a_probe(_asking(REFUSED), SAID_404)
    w.service("orders-db", 3306, {"app": "orders-db"})
    never = ("dependency-unavailable",)
    return Truth("deployment/orders", "liveness-probe-failed", "orders", ("404",), never, kind="confusion"), w


def killed_on_a_port_nobody_uses_while_its_database_is_away():
    w = World()
    log = "2026-11-22T03:11:05Z INFO listening on :9000\n" + _asking(REFUSED)
    names = w.workload(
        "orders",
        c("orders", ports=[9000], live=http("/health", 8080, 10, 10, 3)),
        statuses={"orders": crash(143, log, lived=45)},
        age=900,
    )
    _killed(
        w,
        names[0],
        "orders",
        'Get "http://10.42.0.17:8080/health": dial tcp 10.42.0.17:8080: connect: connection refused',
    )
    w.service("orders-db", 3306, {"app": "orders-db"})
    never = ("dependency-unavailable",)
    return Truth("deployment/orders", "liveness-probe-failed", "orders", ("9000",), never, kind="confusion"), w


def killed_in_its_start_while_the_broker_is_scaled_to_zero():
    log = _asking("WARN broker amqp://mq:5672 unavailable: connect ECONNREFUSED 10.96.7.9:5672")
    w = _under_a_probe(log, SAID_503, kind="Startup", lived=41)
    w.service("mq", 5672, {"app": "mq"}, ip="10.96.7.9")
    w.workload("mq", c("rabbit"), kind="StatefulSet", replicas=0)
    return Truth("deployment/orders", "dependency-unavailable", "orders", ("mq", "scaled to zero", "503")), w


def killed_with_one_complaint_only():
    w = _under_a_probe(_asking(REFUSED, times=1) + "2026-11-22T03:11:20Z INFO 812 orders booked\n" * 30, SAID_503)
    w.service("orders-db", 3306, {"app": "orders-db"})
    never = ("dependency-unavailable",)
    return Truth("deployment/orders", "liveness-probe-failed", "orders", ("503",), never, kind="confusion"), w


def killed_while_its_database_is_well_by_now():
    w = _under_a_probe(_asking(REFUSED), SAID_503)
    w.workload("orders-db", c("mysql", ports=[3306]), age=90000)
    w.service("orders-db", 3306, {"app": "orders-db"}, ready=1)
    return Truth("deployment/orders", "dependency-unavailable", "orders", ("orders-db", "1 ready endpoint")), w


def killed_for_silence_while_the_search_is_away():
    log = _asking("ERROR search http://finder:9200 connect: connection refused, request queued")
    w = _under_a_probe(log, 'Get "http://10.42.0.17:8080/health": context deadline exceeded', code=137, lived=75)
    w.service("finder", 9200, {"app": "finder"})
    return Truth("deployment/orders", "dependency-unavailable", "orders", ("finder:9200", "no answer in time")), w


def access_log_of_uvicorn_says_404():
    asked = 'INFO:     10.42.0.1:5121{n} - "GET /health HTTP/1.1" 404 Not Found'
    log = "INFO:     Application startup complete.\n" + "\n".join(asked.format(n=n) for n in range(3))
    w = _under_a_probe(log + "\nINFO:     Shutting down\n", "", lived=33, code=0)
    return Truth("deployment/orders", "liveness-probe-failed", "orders", ("/health", "404"), ("exits-cleanly",)), w


def access_log_in_records_says_401():
    asked = '{{"level":"info","time":"2026-11-22T03:11:{n}Z","method":"GET","path":"/health","status":401,"ua":"kube-probe/1.36"}}'
    log = "\n".join(asked.format(n=n) for n in (18, 28, 38))
    w = _under_a_probe(log + '\n{"level":"info","msg":"received SIGTERM, shutting down"}\n', "", lived=33, code=0)
    return Truth("deployment/orders", "liveness-probe-failed", "orders", ("/health", "401")), w


def access_log_says_503_and_nothing_else_is_known():
    asked = '10.42.0.1 - - [22/Nov/2026:03:11:{n} +0000] "GET /health HTTP/1.1" 503 19 "-" "kube-probe/1.36"'
    log = "\n".join(asked.format(n=n) for n in (18, 28, 38))
    w = _under_a_probe(log + "\nSIGTERM received, shutting down\n", "", lived=33, code=0)
    return Truth("deployment/orders", "liveness-probe-failed", "orders", ("/health", "503")), w


def _calls(app: str, line: str) -> World:
    w = World()
    w.workload(app, c(app), statuses={app: crash(1, line + "\n", lived=3)})
    return w


def service_names_a_port_that_no_container_has():
    w = _calls("cart", "FATAL pricing: Get http://pricing:80/v1: dial tcp 10.96.7.7:80: connect: connection refused")
    w.workload("pricing", c("pricing", ports=[8080]), age=90000)
    w.objects["Pod"][-1]["spec"]["containers"][0]["ports"][0]["name"] = "web"
    w.service("pricing", 80, {"app": "pricing"}, ready=1, ports=[{"port": 80, "targetPort": "http", "protocol": "TCP"}])
    return Truth("deployment/cart", "dependency-unavailable", "cart", ("pricing", "a port named http", "web (8080)")), w


def service_sends_to_a_probed_port_that_is_not_declared():
    w = _calls("cart", "FATAL pricing: Get http://pricing:80/v1: dial tcp 10.96.7.7:80: connect: connection refused")
    w.workload("pricing", c("pricing", ports=[9090], ready=http("/ready", 9091)), age=90000)
    w.service("pricing", 80, {"app": "pricing"}, ready=1, ports=[{"port": 80, "targetPort": 9091, "protocol": "TCP"}])
    return Truth("deployment/cart", "dependency-unavailable", "cart", ("1 ready endpoint",)), w


def alias_of_a_name_that_is_gone():
    w = _calls("ledger", 'could not translate host name "billing-ext" to address: Name or service not known')
    w.add("Service", "billing-ext", spec={"type": "ExternalName", "externalName": "billing.old.example"})
    return Truth(
        "deployment/ledger", "dependency-unavailable", "ledger", ("billing-ext", "billing.old.example", "alias")
    ), w


def headless_name_of_a_set_that_is_scaled_to_zero():
    w = _calls("ledger", "Error: getaddrinfo ENOTFOUND ledger-db-0.ledger-db")
    w.service("ledger-db", 5432, {"app": "ledger-db"}, clusterIP="None", ip="None")
    w.workload("ledger-db", c("postgres"), kind="StatefulSet", replicas=0)
    return Truth("deployment/ledger", "dependency-unavailable", "ledger", ("ledger-db", "scaled to zero")), w


def three_tiers_and_the_last_is_scaled_to_zero():
    w = _calls("web", "FATAL dial tcp 10.96.8.1:8080: connect: connection refused (http://api:8080)")
    w.service("api", 8080, {"app": "api"}, ip="10.96.8.1")
    w.workload(
        "api", c("api"), statuses={"api": crash(1, "FATAL dial tcp 10.96.8.2:5432: connect: connection refused\n")}
    )
    w.service("db", 5432, {"app": "db"}, ip="10.96.8.2")
    w.workload("db", c("postgres"), kind="StatefulSet", replicas=0)
    return Truth("deployment/web", "dependency-unavailable", "web", ("StatefulSet production/db is scaled to zero",)), w


def three_tiers_and_the_last_service_selects_nothing():
    w = _calls("web", "FATAL dial tcp 10.96.8.1:8080: connect: connection refused (http://api:8080)")
    w.service("api", 8080, {"app": "api"}, ip="10.96.8.1")
    w.workload(
        "api", c("api"), statuses={"api": crash(1, "FATAL dial tcp 10.96.8.2:5432: connect: connection refused\n")}
    )
    w.service("db", 5432, {"app": "postgress"}, ip="10.96.8.2")
    w.workload("postgres", c("postgres"), kind="StatefulSet", age=90000)
    return Truth("deployment/web", "dependency-unavailable", "web", ("Service production/db selects no pods",)), w


def two_tiers_and_the_image_is_missing():
    w = _calls("web", "FATAL dial tcp 10.96.8.1:8080: connect: connection refused (http://api:8080)")
    w.service("api", 8080, {"app": "api"}, ip="10.96.8.1")
    message = 'Back-off pulling image "registry.example/api:9": ErrImagePull: registry.example/api:9: not found'
    w.workload("api", c("api", "registry.example/api:9"), statuses={"api": waits("ImagePullBackOff", message)})
    return Truth("deployment/web", "dependency-unavailable", "web", ("registry.example/api:9",)), w


def _secret_edited(w: World, name: str, back: float) -> None:
    edited = {"manager": "kubectl-edit", "operation": "Update", "time": ago(back)}
    w.add("Secret", name, age=900000, metadata={"managedFields": [edited]})


def ran_for_a_day_until_a_secret_was_edited():
    w = World()
    env = {"BOOK": secret("book", "rows")}
    w.workload(
        "ledger",
        c("ledger", "registry.example/ledger:8", env=env),
        statuses={"ledger": crash(1, BUG, shape="backoff", restarts=5)},
        earlier=[{"containers": [c("ledger", "registry.example/ledger:7", env=env)]}],
        age=80000,
    )
    _secret_edited(w, "book", 700)
    return Truth(
        "deployment/ledger", "app-crash", "ledger", ("IndexError", "ran 22 h", "changed shortly before is Secret book")
    ), w


def daemonset_ran_for_a_day_before_it_crashed():
    w = World()
    w.workload(
        "shipper",
        c("shipper", "registry.example/shipper:5"),
        kind="DaemonSet",
        statuses={"shipper": crash(2, PANIC, shape="backoff")},
        earlier=[{"containers": [c("shipper", "registry.example/shipper:4")]}],
        age=80000,
    )
    return Truth("daemonset/shipper", "app-crash", "shipper", ("index out of range", "on this template")), w


def limit_was_lowered_a_day_before_it_was_too_low():
    w = World()
    w.workload(
        "index",
        c("index", limit="128Mi"),
        kind="StatefulSet",
        statuses={"index": crash(137, "loading\n", reason="OOMKilled", shape="backoff", lived=40)},
        earlier=[{"containers": [c("index", limit="512Mi")]}],
        age=80000,
    )
    return Truth("statefulset/index", "oom-killed", "index", ("128Mi", "512Mi"), undo=True), w


def _moved(w: World, *, available: bool) -> World:
    """A pod made anew from a revision that came a day ago."""
    w.workload(
        "ledger",
        c("ledger", "registry.example/ledger:8"),
        statuses={"ledger": crash(1, BUG, shape="backoff", restarts=4)},
        earlier=[{"containers": [c("ledger", "registry.example/ledger:7")]}],
        age=240,
    )
    w.objects["ReplicaSet"][-1]["metadata"]["creationTimestamp"] = ago(80000)
    if available:
        reached = {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"}
        w.objects["Deployment"][0]["status"]["conditions"] = [reached]
    return w


def pod_moved_from_a_revision_that_was_available():
    w = _moved(World(), available=True)
    return Truth("deployment/ledger", "app-crash", "ledger", ("IndexError", "on this template before")), w


def pod_moved_from_a_revision_that_nobody_saw_ready():
    w = _moved(World(), available=False)
    return Truth("deployment/ledger", "app-crash", "ledger", ("IndexError",), undo=True), w


def gatekeeper_wants_an_owner():
    w = World()
    w.workload("ranker", c("ranker"), kind="StatefulSet", pods=False)
    message = (
        "create Pod ranker-0 in StatefulSet ranker failed error: admission webhook "
        '"validation.gatekeeper.sh" denied the request: [must-have-owner] you must provide labels: {"owner"}'
    )
    w.event("ranker", "FailedCreate", message, kind="StatefulSet", count=9)
    return Truth("statefulset/ranker", "pod-create-rejected", "", ("you must provide labels", "owner")), w


def shell_says_that_its_child_was_killed():
    w = World()
    log = "loading\n/opt/run.sh: line 4:    11 Killed                  /opt/bin/train --all\n"
    w.workload(
        "train",
        c("train", limit="1Gi"),
        statuses={"train": crash(137, log, reason="OOMKilled", shape="backoff", lived=30)},
    )
    return Truth("deployment/train", "oom-killed", "train", ("1Gi",)), w


def postgres_was_upgraded_over_its_data():
    w = World()
    log = "PostgreSQL Database directory appears to contain a database; Skipping initialization\n\n2026-11-22 03:11:31.001 UTC [1] FATAL:  database files are incompatible with server\n2026-11-22 03:11:31.001 UTC [1] DETAIL:  The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 17.4."
    mounts = {"/var/lib/postgresql/data": "data"}
    w.workload(
        "books",
        c("postgres", "postgres:17.4", mounts=mounts),
        kind="StatefulSet",
        spec={"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data-books-0"}}]},
        earlier=[{"containers": [c("postgres", "postgres:15.8", mounts=mounts)]}],
        statuses={"postgres": crash(1, log)},
        age=400,
    )
    return (
        Truth("statefulset/books", "incompatible-data", "postgres", ("postgres:15.8",), ("stale-state",), undo=True),
        w,
    )


def operator_asks_for_a_kind_that_is_not_installed():
    w = World()
    log = (
        '{"level":"info","ts":"2026-11-22T03:09:31Z","logger":"setup","msg":"starting manager"}\n'
        '{"level":"error","ts":"2026-11-22T03:11:31Z","logger":"controller-runtime.source.EventHandler","msg":"if kind is a CRD, it should be installed before calling Start","kind":"Ledger.books.acme.example","error":"no matches for kind \\"Ledger\\" in version \\"books.acme.example/v2\\""}\n'
        '{"level":"error","ts":"2026-11-22T03:11:32Z","logger":"setup","msg":"problem running manager","error":"failed to wait for ledger caches to sync: timed out waiting for cache to be synced"}\n'
    )
    w.workload(
        "books-operator",
        c("manager", "registry.example/books-operator:2.0"),
        earlier=[{"containers": [c("manager", "registry.example/books-operator:1.9")]}],
        statuses={"manager": crash(1, log, lived=120)},
        age=400,
    )
    return (
        Truth(
            "deployment/books-operator",
            "cluster-prerequisite",
            "manager",
            ("Ledger", "books.acme.example/v2"),
            undo=True,
        ),
        w,
    )


def job_is_done_and_its_proxy_serves_on():
    w = World()
    w.workload(
        "invoice-run",
        c("invoice"),
        c("mesh-proxy", "registry.example/proxy:3", ports=[15001]),
        kind="Job",
        spec={"restartPolicy": "Never"},
        statuses={"invoice": done("wrote 4211 invoices\n"), "mesh-proxy": up(5000)},
        status={"active": 1, "ready": 0},
    )
    return (
        Truth(
            "job/invoice-run", "job-held-open", "mesh-proxy", ("mesh-proxy", "exitCode=0"), ("healthy", "exits-cleanly")
        ),
        w,
    )


CASES = [
    value
    for name, value in list(globals().items())
    if callable(value) and getattr(value, "__module__", "") == __name__ and not name.startswith("_")
]

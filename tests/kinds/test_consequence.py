"""Cause and consequence: which of two true things came first, and what it does to what is advised."""

from __future__ import annotations

import pytest

from tests.composed.world import Status, World, ago, c, crash, ended, http, up
from tests.kinds.world import Want, asked, check, dies


def _node(world, message, *, ready="False", back=3600.0, name="node-1"):
    condition = {"type": "Ready", "status": ready, "reason": "KubeletNotReady", "message": message}
    condition["lastTransitionTime"] = ago(back)
    world.add(
        "Node", name, status={"conditions": [condition]}, spec={"taints": [{"key": "node.kubernetes.io/not-ready"}]}
    )


# 17 — the node is NotReady because the pod that brings its network cannot start


def _network_pod(log, *, message="container runtime network not ready: cni plugin not initialized", init=True):
    w = World()
    _node(w, message)
    w.service("kubernetes", 443, None, ip="10.9.0.1", namespace="default", ready=1)
    dead = crash(1, log, shape="backoff", lived=30)
    agent = c("agent", "registry.example/net-agent:1.0")
    w.workload(
        "app",
        agent,
        kind="DaemonSet",
        init=(c("config", "registry.example/net-agent:1.0"),) if init else (),
        statuses={
            **({"config": dead} if init else {}),
            "agent": Status({"waiting": {"reason": "PodInitializing"}}) if init else dead,
        },
        spec={"hostNetwork": True},
        age=3500,
    )
    return w


NODE_WORDS = ("cordon", "drain")
NETWORK = {
    "17-init": (
        lambda: _network_pod(
            "time=2026-11-22T03:11:00Z level=info msg=starting\n[FATAL] unable to reach Kubernetes: Get"
            ' "https://10.9.0.1:443/api/v1/namespaces/kube-system": dial tcp 10.9.0.1:443: i/o timeout'
        ),
        Want(cause=("dependency-unavailable",), says=("10.9.0.1",), never=NODE_WORDS),
    ),
    "17-main": (
        lambda: _network_pod(
            "E1122 03:11:00.000000 1 main.go:98] failed to list nodes: dial tcp 10.9.0.1:443: connect: no route to host",
            init=False,
        ),
        Want(cause=("dependency-unavailable",), says=("10.9.0.1",), never=NODE_WORDS),
    ),
    "17-config": (
        lambda: _network_pod(
            'level=fatal msg="unable to parse IP pool" error="invalid CIDR address: 10.42.0.0/166" variable=POOL_CIDR',
            init=False,
        ),
        Want(cause=("bad-config", "app-crash"), says=("10.42.0.0/166",), never=NODE_WORDS),
    ),
}

# 18 — sandboxes that change again and again, whatever runs in them


def _sandboxes(times, *, events=("SandboxChanged", "Killing"), code=0, log="serving on :8080", others=True):
    w = World()
    state = crash(code, log, reason="Completed" if not code else "Error", lived=200, restarts=times, shape="backoff")
    (pod,) = w.workload("app", c("app"), statuses={"app": state}, age=7000)
    texts = {
        "SandboxChanged": "Pod sandbox changed, it will be killed and re-created.",
        "Killing": "Stopping container app",
    }
    for reason in events:
        w.event(
            pod,
            reason,
            texts[reason],
            container="app" if reason == "Killing" else "",
            type="Normal",
            count=times,
            back=40,
        )
    if others:
        (other,) = w.workload(
            "mailer",
            c("mailer"),
            statuses={"mailer": crash(code, "ready", lived=180, restarts=times, shape="backoff")},
            age=7000,
        )
        w.event(other, "SandboxChanged", texts["SandboxChanged"], type="Normal", count=times, back=60)
    return w


SANDBOXES = {
    "18-clean-ends": (
        lambda: _sandboxes(12),
        Want(cause=("node-unhealthy",), says=("runtime",), never=("nothing to repair",)),
    ),
    "18-killed": (
        lambda: _sandboxes(9, code=137),
        Want(cause=("node-unhealthy",), says=("runtime",), never=("nothing to repair",)),
    ),
    "18-alone": (
        lambda: _sandboxes(15, code=143, others=False),
        Want(cause=("node-unhealthy",), says=("runtime",), never=("nothing to repair",)),
    ),
}

# 19 — it runs and is ready for hours; the last end is told, not repaired


def _well_again(log, *, restarts=4, since=50400.0, lived=158000.0, code=1):
    w = World()
    last = ended(code, lived=lived, back=since + 2)
    w.workload(
        "app",
        c("app", ready=http("/ready", 8080)),
        statuses={"app": up(since, restarts=restarts, last=last, previous=log, log="serving")},
        age=777600,
    )
    return w


RECOVERED = {
    "19-api-server": (
        lambda: _well_again(
            'Error: Get "https://10.9.0.1:443/apis/coordination.k8s.io/v1/leases/app": context deadline exceeded (Client.Timeout'
            " exceeded while awaiting headers)"
        ),
        Want(cause=("recovered",), says=("deadline exceeded", "14 h"), never=("fix the code", "158000 s", "50400 s")),
    ),
    "19-lease": (
        lambda: _well_again(
            "E1122 03:11:00.000000 1 leaderelection.go:330] leader election lost", restarts=6, since=30000
        ),
        Want(cause=("recovered",), says=("leader election lost",), never=("fix the code", "30000 s")),
    ),
    "19-database": (
        lambda: _well_again(
            "FATAL: terminating: could not connect to ledger-db:5432: connection refused", restarts=3, since=90000
        ),
        Want(cause=("recovered",), says=("ledger-db:5432",), never=("fix the code", "90000 s")),
    ),
}

# 20, 21 — an init container waits for something, and says what


def _waits(log, name, *, running=None, code=1, world=None, target_job="", restarts=4):
    w = world or World()
    state = (
        up(running, ready=False, log=log) if running else crash(code, log, shape="backoff", lived=31, restarts=restarts)
    )
    if target_job:
        job = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}
        w.add("Job", target_job, spec={}, status={"conditions": [job], "failed": 6})
    w.workload(
        "app",
        c("app"),
        init=(c(name, "registry.example/wait:1"),),
        statuses={name: state, "app": Status({"waiting": {"reason": "PodInitializing"}})},
        age=(running or 600) + 5,
    )
    return w


def _scaled(name, replicas=0):
    w = World()
    w.service(name, 9090, {"app": name}, ready=0)
    w.workload(name, c(name), replicas=replicas, pods=False)
    return w


WAITING = {
    "20-python": (
        lambda: _waits(
            "INFO Waiting for migrations... 28 second(s)\nINFO Waiting for migrations... 29 second(s)\nTraceback (most recent call"
            ' last):\n  File "/usr/lib/wait.py", line 9, in check\n    raise TimeoutError(message)\n'
            "TimeoutError: There are still unapplied migrations after 30 seconds. Migration heads: {'a1'}",
            "wait-for-schema",
        ),
        Want(cause=("dependency-unavailable", "init-container-failed"), says=("migrations",), never=("fix the code",)),
    ),
    "20-job": (
        lambda: _waits(
            "waiting for schema version 14 (is 13)\nwaiting for schema version 14 (is 13)\nerror: gave up: schema is not at version 14"
            " after 60 s",
            "schema-gate",
            target_job="app-migrate",
        ),
        Want(cause=("dependency-unavailable", "init-container-failed"), says=("schema",), never=("fix the code",)),
    ),
    "20-shell": (
        lambda: _waits(
            "Waiting for database migrations to finish (try 30/30)\nTimed out waiting for database migrations",
            "check-migrations",
        ),
        Want(cause=("dependency-unavailable", "init-container-failed"), says=("migrations",), never=("fix the code",)),
    ),
    "21-scaled": (
        lambda: _waits(
            "\n".join(f"catalogue:9090 still missing, try {i}" for i in range(1, 19)),
            "wait",
            running=73,
            world=_scaled("catalogue"),
        ),
        Want(cause=("dependency-unavailable",), says=("catalogue",), remedy=("scale",), never=("on its way up",)),
    ),
    "21-absent": (
        lambda: _waits(
            "\n".join(f"{i}: no answer from prices:9090 yet" for i in range(30)),
            "hold",
            running=90,
            world=_scaled("prices"),
        ),
        Want(cause=("dependency-unavailable",), says=("prices",), never=("on its way up",)),
    ),
    "21-progress": (
        lambda: _waits("\n".join(f"copied {i} of 400 files" for i in range(10, 200, 9)), "fetch", running=80),
        Want(cause=("starting",), never=("dependency-unavailable",)),
    ),
}

# 22 — two of three pods were evicted, the newest is ten seconds old


def _evicted(message, *, fresh=10.0, gone=2):
    w = World()
    w.workload(
        "app",
        c("app", mounts={"/scratch": "scratch"}),
        statuses={"app": up(fresh)},
        replicas=3,
        spec={"volumes": [{"name": "scratch", "emptyDir": {"sizeLimit": "500Mi"}}]},
        age=fresh + 3,
    )
    for pod in w.objects["Pod"][:gone]:
        pod["metadata"]["creationTimestamp"] = ago(1900)
        pod["status"] = {"phase": "Failed", "reason": "Evicted", "message": message, "startTime": ago(1900)}
    return w


EVICTED = {
    "22-emptydir": (
        lambda: _evicted('Usage of EmptyDir volume "scratch" exceeds the limit "500Mi". '),
        Want(cause=("evicted",), says=("scratch",), never=("healthy",)),
    ),
    "22-ephemeral": (
        lambda: _evicted("Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. "),
        Want(cause=("evicted",), says=("1Gi",)),
    ),
    "22-container": (
        lambda: _evicted('Container app exceeded its local ephemeral storage limit "2Gi". ', fresh=25),
        Want(cause=("evicted",), says=("2Gi",)),
    ),
}

# 23 — a loop of forwarding: it does not connect to itself

LOOPS = {
    "23-dns": (
        lambda: dies(
            '.:53\nCoreDNS-1.11.3\n[FATAL] plugin/loop: Loop (127.0.0.1:41000 -> :53) detected for zone ".", see'
            ' https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 123.456."',
            files={"/etc/coredns": "coredns/Corefile"},
        ),
        Want(cause=("bad-config",), says=("loop",), never=("connects to 127.0.0.1", "that is to itself")),
    ),
    "23-proxy": (
        lambda: dies("edge: forwarding loop: 127.0.0.1:9000 -> 127.0.0.1:9000, refusing to start"),
        Want(cause=("bad-config",), says=("loop",), never=("that is to itself",)),
    ),
    "23-mail": (
        lambda: dies("fatal: mail forwarding loop detected for relay [127.0.0.1]:25, check relayhost"),
        Want(cause=("bad-config",), says=("loop",), never=("that is to itself",)),
    ),
}

# 24 — it runs and is never ready since a rollout; its log says which right it lacks


def _unready(log):
    w = World()
    probe = http("/readyz", 8081)
    image, old = "registry.example/app:2.0", "registry.example/app:1.0"
    (pod,) = w.workload(
        "app",
        c("app", image, ready=probe, ports=[8081]),
        statuses={"app": up(900, ready=False, log=log)},
        earlier=[{"containers": [c("app", old, ready=probe, ports=[8081])]}],
        age=900,
    )
    w.objects["Pod"][0]["status"]["conditions"][-1]["lastTransitionTime"] = ago(900)  # since its birth
    w.event(
        pod,
        "Unhealthy",
        "Readiness probe failed: HTTP probe failed with statuscode: 503",
        container="app",
        count=80,
        back=8,
    )
    return w


RIGHTS = {
    "24-leases": (
        lambda: _unready(
            "\n".join(
                f"E1122 03:1{i}:00.000000 1 reflector.go:205] failed to list *v1.Lease: leases.coordination.k8s.io is forbidden: User"
                ' "system:serviceaccount:production:app" cannot list resource "leases" in API group "coordination.k8s.io" at the'
                " cluster scope"
                for i in range(8)
            )
        ),
        Want(cause=("dependency-auth-failed",), says=("leases",), undo=True),
    ),
    "24-database": (
        lambda: _unready(
            "\n".join(
                f"2026-11-22 03:1{i}:00 ERROR not serving yet: ERROR: permission denied for table invoices (SQLSTATE 42501)"
                for i in range(8)
            )
        ),
        Want(cause=("dependency-auth-failed",), says=("invoices",), undo=True),
    ),
    "24-bucket": (
        lambda: _unready(
            "\n".join(
                f'{{"level":"error","ts":"2026-11-22T03:1{i}:00Z","msg":"not ready: cannot list bucket","bucket":"parcels","error":'
                '"AccessDenied: Access Denied, status code: 403"}'
                for i in range(8)
            )
        ),
        Want(cause=("dependency-auth-failed",), says=("denied",), undo=True),
    ),
}

# 25 — the message names who refused, and the flag that helps

NAMED = {
    "25-metadata": (
        lambda: dies("cannot fetch ID from Metadata, specify --id instead: status code: 401, request id: "),
        Want(
            cause=("bad-config", "dependency-unavailable", "dependency-auth-failed"),
            says=("Metadata",),
            remedy=("--id",),
            never=("request id:.",),
        ),
    ),
    "25-region": (
        lambda: dies("fatal: could not determine region from instance metadata (404), please set --region"),
        Want(cause=("bad-config", "dependency-unavailable"), says=("region",), remedy=("--region",)),
    ),
    "25-project": (
        lambda: dies(
            "E1122 03:11:00.000000 1 main.go:60] no project: metadata server answered 403 Forbidden; use the flag --project to give it"
        ),
        Want(
            cause=("bad-config", "dependency-unavailable", "dependency-auth-failed"),
            says=("project",),
            remedy=("--project",),
        ),
    ),
}

CASES = {**NETWORK, **SANDBOXES, **RECOVERED, **WAITING, **EVICTED, **LOOPS, **RIGHTS, **NAMED}


@pytest.mark.parametrize("name", CASES)
def test_what_came_first(name):
    build, want = CASES[name]
    check(asked(build()), want)

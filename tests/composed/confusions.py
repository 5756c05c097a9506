"""Negatives and confusions: healthy pods that look ill, ill pods that look like another illness."""

from __future__ import annotations

from tests.composed.failures import noise
from tests.composed.world import Status, Truth, World, ago, c, config, crash, ended, http, secret, up, waits


def healthy_with_errors_in_log():
    w = World()
    log = (
        noise(30)
        + "\nERROR payment gateway timed out, retrying (1/5)\njava.net.ConnectException: Connection refused\n\tat com.example.Client.call(Client.java:9)\nERROR retry 2/5\nINFO payment gateway reachable again\n"
        + noise(30)
    )
    w.workload(
        "payments-v2",
        c("app", "registry.example/pay:2", ready=http("/ready", 8080)),
        replicas=2,
        age=400000,
        statuses={"app": up(390000, log=log)},
    )
    return Truth(
        "deployment/payments-v2", "healthy", "", (), ("dependency-unavailable", "app-crash"), kind="negative"
    ), w


def healthy_old_events():
    w = World()
    names = w.workload(
        "seats", c("app", "registry.example/seats:2"), age=90000, statuses={"app": up(89000, log="listening on 8080")}
    )
    w.event(
        names[0],
        "Unhealthy",
        'Readiness probe failed: Get "http://10.42.0.17:8080/ready": dial tcp 10.42.0.17:8080: connect: connection refused',
        container="app",
        back=88990,
    )
    return Truth("deployment/seats", "healthy", "", (), ("readiness-probe-failed",), kind="negative"), w


def recovered_after_oom():
    w = World()
    w.workload(
        "embed",
        c("embed", "registry.example/embed:2", limit="1Gi"),
        age=50000,
        statuses={
            "embed": up(
                7000,
                log="ready",
                restarts=1,
                last=ended(137, "OOMKilled", back=7002, lived=40000),
                previous="batch 881 of 900",
            )
        },
    )
    return Truth("deployment/embed", "recovered", "embed", ("1 restart",), kind="negative"), w


def healthy_many_old_restarts():
    """14 restarts in its life, the last two days ago: a chat-ops bot must not call that a crash loop."""
    w = World()
    w.workload(
        "mesh-agent",
        c("agent", "registry.example/mesh:1"),
        age=5000000,
        statuses={"agent": up(190000, log="serving", restarts=14, last=ended(1, back=190003))},
    )
    return Truth("deployment/mesh-agent", "recovered", "agent", (), ("app-crash",), kind="negative"), w


def starting_within_budget():
    w = World()
    names = w.workload(
        "big-model",
        c("srv", "registry.example/model:2", start=http("/health", 8000, period=10, failures=60)),
        age=90,
        statuses={
            "srv": Status(
                {"running": {"startedAt": ago(80)}},
                None,
                0,
                ready=False,
                current="loading checkpoint shards: 12%",
                log_from=80,
            )
        },
    )
    w.event(
        names[0],
        "Unhealthy",
        'Startup probe failed: Get "http://10.42.0.17:8000/health": dial tcp 10.42.0.17:8000: connect: connection refused',
        container="srv",
        back=8,
        count=7,
    )
    return Truth("deployment/big-model", "starting", "srv", (), ("startup-probe-failed",), kind="negative"), w


def scaled_to_zero():
    w = World()
    w.workload("weekend-batch", c("b", "registry.example/b:1"), replicas=0, pods=False)
    return Truth("deployment/weekend-batch", "scaled-to-zero", kind="negative"), w


def kill_137_without_oom():
    w = World()
    w.workload(
        "sandboxer",
        c("box", "registry.example/box:1", limit="2Gi"),
        statuses={"box": crash(137, noise(20) + "\nstep 4 of 9", lived=77)},
    )
    return Truth("deployment/sandboxer", "killed-externally", "box", ("137",), ("oom-killed",), kind="confusion"), w


def oom_word_in_log_only():
    w = World()
    w.workload(
        "advisor",
        c("advisor", "registry.example/advisor:1", limit="512Mi"),
        statuses={
            "advisor": crash(
                1,
                'INFO memory advisor: a pod was OOMKilled yesterday, consider raising its limit\nTraceback (most recent call last):\n  File "/app/advise.py", line 40, in <module>\n    advise(report)\n  File "/app/advise.py", line 22, in advise\n    return report.items[0]\nIndexError: list index out of range',
            )
        },
    )
    return Truth("deployment/advisor", "app-crash", "advisor", ("IndexError",), ("oom-killed",), kind="confusion"), w


def dependency_warned_then_connected():
    w = World()
    log = "WARN cannot connect to rabbitmq:5672: Connection refused, retrying in 2s\nWARN cannot connect to rabbitmq:5672: Connection refused, retrying in 4s\nINFO connected to rabbitmq:5672\nINFO consuming from queue orders\npanic: assignment to entry in nil map\n\ngoroutine 41 [running]:\nmain.(*Handler).Apply(...)\n\t/src/handler.go:88"
    w.service("rabbitmq", 5672, {"app": "rabbitmq"}, ready=3)
    w.workload("fulfil", c("fulfil", "registry.example/fulfil:6"), statuses={"fulfil": crash(2, log, lived=15)})
    return Truth(
        "deployment/fulfil", "app-crash", "fulfil", ("nil map",), ("dependency-unavailable",), kind="confusion"
    ), w


def probe_errored_never_kills():
    w = World()
    names = w.workload(
        "exec-probe",
        c(
            "app",
            "registry.example/ep:1",
            live={
                "exec": {"command": ["curl", "-f", "localhost:80"]},
                "periodSeconds": 10,
                "failureThreshold": 3,
                "timeoutSeconds": 1,
            },
        ),
        statuses={
            "app": crash(
                1,
                "Traceback (most recent call last):\n  File \"/app/m.py\", line 9, in <module>\n    import missing_pkg_x\nModuleNotFoundError: No module named 'missing_pkg_x'",
                lived=1,
            )
        },
    )
    w.event(
        names[0],
        "Unhealthy",
        'Liveness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: exec: "curl": executable file not found in $PATH',
        container="app",
        back=20,
    )
    return Truth(
        "deployment/exec-probe",
        "missing-library",
        "app",
        ("missing_pkg_x",),
        ("liveness-probe-failed",),
        kind="confusion",
    ), w


def graceful_liveness_exit_zero():
    w = World()
    names = w.workload(
        "quotes",
        c("q", "registry.example/q:4", live=http("/healthz", 8080, delay=5, period=10)),
        statuses={
            "q": crash(0, "listening on 8080\nSIGTERM received, draining\nclosed cleanly", reason="Completed", lived=36)
        },
    )
    w.event(
        names[0],
        "Unhealthy",
        "Liveness probe failed: HTTP probe failed with statuscode: 500",
        container="q",
        back=22,
        count=9,
    )
    w.event(
        names[0],
        "Killing",
        "Container q failed liveness probe, will be restarted",
        container="q",
        back=21,
        type="Normal",
        count=3,
    )
    return Truth("deployment/quotes", "liveness-probe-failed", "q", ("500",), ("exits-cleanly",), kind="confusion"), w


def liveness_behind_dead_database():
    """The probe answers 503 because the database is refused: the database is the root, the probe only the messenger."""
    w = World()
    w.service("orders-pg", 5432, {"app": "orders-pg"}, ready=0, ip="10.96.3.3")
    log = "listening on 8080\nhealth: database orders-pg:5432 unreachable: dial tcp 10.96.3.3:5432: connect: connection refused\nhealth: database orders-pg:5432 unreachable: dial tcp 10.96.3.3:5432: connect: connection refused\nreceived signal terminated, shutting down"
    names = w.workload(
        "orders-api",
        c("api", "registry.example/oa:4", live=http("/healthz", 8080, delay=5, period=5)),
        statuses={"api": crash(0, log, reason="Completed", lived=21)},
    )
    w.event(
        names[0],
        "Unhealthy",
        "Liveness probe failed: HTTP probe failed with statuscode: 503",
        container="api",
        back=22,
        count=9,
    )
    w.event(
        names[0],
        "Killing",
        "Container api failed liveness probe, will be restarted",
        container="api",
        back=21,
        type="Normal",
        count=3,
    )
    return Truth("deployment/orders-api", "dependency-unavailable", "api", ("orders-pg", "5432"), kind="confusion"), w


def readiness_only():
    w = World()
    names = w.workload(
        "half-up",
        c("app", "registry.example/h:1", ready=http("/ready", 8080)),
        statuses={"app": up(900, ready=False, log="listening\nwaiting for cache warmup")},
    )
    w.event(
        names[0],
        "Unhealthy",
        "Readiness probe failed: HTTP probe failed with statuscode: 503",
        container="app",
        back=5,
        count=90,
    )
    return Truth(
        "deployment/half-up",
        "readiness-probe-failed",
        "app",
        ("503",),
        ("liveness-probe-failed", "app-crash"),
        kind="confusion",
    ), w


def localhost_means_unset_host():
    w = World()
    w.workload(
        "cms-api",
        c("cms", "registry.example/cms-api:2"),
        statuses={
            "cms": crash(
                1,
                "Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16) {\n  errno: -111,\n  code: 'ECONNREFUSED',\n  syscall: 'connect',\n  address: '127.0.0.1',\n  port: 5432\n}\n\nNode.js v20.18.0",
            )
        },
    )
    return Truth(
        "deployment/cms-api", "bad-config", "cms", ("127.0.0.1",), ("dependency-unavailable",), kind="confusion"
    ), w


def password_no_is_config_or_auth():
    w = World()
    w.workload(
        "wiki",
        c("wiki", "registry.example/wiki:2", env={"DB_PASSWORD": ""}),
        statuses={
            "wiki": crash(1, "SQLSTATE[HY000] [1045] Access denied for user 'wiki'@'10.42.0.17' (using password: NO)")
        },
    )
    return Truth("deployment/wiki", "dependency-auth-failed", "wiki", ("Access denied",), kind="confusion"), w


def silent_exit_one():
    """No output at all: nobody can know; an honest answer is wanted."""
    w = World()
    w.workload("mute", c("mute", "registry.example/mute:1"), statuses={"mute": crash(1, "", lived=0.3)})
    return Truth("deployment/mute", None, "mute", ("exit code 1",), kind="negative"), w


def vague_log_exit_seven():
    w = World()
    w.workload(
        "vague",
        c("vague", "registry.example/vague:1"),
        statuses={"vague": crash(7, "starting phase 1\nstarting phase 2\nstopping", lived=4)},
    )
    return Truth(
        "deployment/vague", None, "vague", (), ("oom-killed", "bad-config", "dependency-unavailable"), kind="negative"
    ), w


def terminating_pod():
    w = World()
    w.workload(
        "leaving",
        c("app", "registry.example/l:1"),
        pod={"metadata": {"deletionTimestamp": ago(5), "deletionGracePeriodSeconds": 30}},
        statuses={
            "app": Status(
                ended(143, back=3, lived=900),
                ended(143, back=3, lived=900),
                0,
                current="received SIGTERM\nbye",
                log_from=900,
            )
        },
    )
    return Truth(
        "deployment/leaving",
        "killed-externally",
        "app",
        (),
        ("app-crash", "oom-killed", "liveness-probe-failed"),
        kind="confusion",
    ), w


def seg_in_go_is_panic():
    w = World()
    w.workload(
        "segv-go",
        c("app", "registry.example/sg:1"),
        statuses={
            "app": crash(
                2,
                "fatal error: unexpected signal during runtime execution\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4653a1]\n\nruntime stack:\nruntime.throw({0x55bf2a, 0x2a})",
            )
        },
    )
    return Truth("deployment/segv-go", "app-crash", "app", ("SIGSEGV",), kind="confusion"), w


def undo_useless_same_template():
    """Both revisions have the same template but for restartedAt: no undo helps."""
    w = World()
    spec = c("svc", "registry.example/svc:4")
    w.workload(
        "steady",
        spec,
        earlier=[{"containers": [spec]}],
        statuses={"svc": crash(1, "FATAL config: MAX_CONN must be a number, got 'ten'")},
    )
    return Truth("deployment/steady", "bad-config", "svc", ("MAX_CONN",), kind="confusion"), w


def helm_owned_undo():
    w = World()
    w.workload(
        "chart-app",
        c("svc", "registry.example/chart:5"),
        earlier=[{"containers": [c("svc", "registry.example/chart:4")]}],
        labels={"helm.toolkit.fluxcd.io/name": "chart-app", "helm.toolkit.fluxcd.io/namespace": "flux-system"},
        age=500,
        statuses={
            "svc": crash(
                1,
                "TypeError: Cannot read properties of null (reading 'id')\n    at boot (/app/index.js:4:9)\n\nNode.js v20.18.0",
            )
        },
    )
    return Truth("deployment/chart-app", "app-crash", "svc", ("Flux",), kind="confusion"), w


def image_changed_by_rollout_library():
    w = World()
    w.workload(
        "render",
        c("render", "registry.example/render:2.1.0"),
        earlier=[{"containers": [c("render", "registry.example/render:2.0.9")]}],
        age=300,
        statuses={
            "render": crash(
                127,
                "/usr/bin/render: error while loading shared libraries: libfreetype.so.6: cannot open shared object file: No such file or directory",
            )
        },
    )
    return Truth("deployment/render", "missing-library", "render", ("libfreetype.so.6", "2.0.9"), undo=True), w


def env_removed_by_rollout():
    w = World()
    w.workload(
        "mailer2",
        c("mailer", "registry.example/mailer:3"),
        earlier=[{"containers": [c("mailer", "registry.example/mailer:3", env={"SMTP_HOST": "smtp.example"})]}],
        age=300,
        statuses={"mailer": crash(1, "Error: environment variable SMTP_HOST is not set")},
    )
    return Truth("deployment/mailer2", "bad-config", "mailer", ("SMTP_HOST",), undo=True), w


def wrong_service_port():
    w = World()
    w.service("catalog", 8080, {"app": "catalog"}, ready=2, ip="10.96.5.5")
    w.workload(
        "bff2",
        c("bff", "registry.example/bff:2"),
        statuses={"bff": crash(1, "panic: catalog unavailable: dial tcp 10.96.5.5:80: i/o timeout", lived=31)},
    )
    return Truth("deployment/bff2", "dependency-unavailable", "bff", ("catalog",), kind="confusion"), w


def secret_key_case():
    w = World()
    names = w.workload(
        "keys",
        c("app", "registry.example/k:1", env={"TOKEN": secret("api-token", "Token")}),
        phase="Pending",
        statuses={"app": waits("CreateContainerConfigError", "couldn't find key Token in Secret production/api-token")},
    )
    w.event(
        names[0],
        "Failed",
        "Error: couldn't find key Token in Secret production/api-token",
        container="app",
        back=9,
        count=4,
    )
    return Truth("deployment/keys", "missing-secret", "app", ("api-token", "Token")), w


def reboot_255():
    w = World()
    w.workload(
        "dns-cache",
        c("cache", "registry.example/dc:1"),
        age=90000,
        statuses={
            "cache": Status(
                {"running": {"startedAt": ago(100)}},
                ended(255, "Unknown", back=160, lived=80000),
                1,
                ready=True,
                current="serving",
                log_from=100,
            )
        },
    )
    w.event(
        "node-1", "Rebooted", "Node node-1 has been rebooted, boot id: 8f1a", kind="Node", namespace="default", back=130
    )
    return Truth("deployment/dns-cache", "recovered", "cache", (), ("app-crash",), kind="negative"), w


def bare_pod_not_found():
    w = World()
    w.workload("web", c("web", "registry.example/web:9"), statuses={"web": up()})
    return Truth("pod/web-5d9c7b6f8-gone1", "not-found", kind="negative"), w


CASES = [
    value for name, value in list(globals().items()) if callable(value) and getattr(value, "__module__", "") == __name__
]
_UNUSED = config

"""Kept back from tuning: written before the engine was finished, looked at only afterwards."""

from __future__ import annotations

from tests.composed.failures import noise
from tests.composed.world import Status, Truth, World, ago, c, crash, ended, http, up, waits


def perl_module():
    w = World()
    w.workload(
        "reports-pl",
        c("cgi", "registry.example/reports-pl:1"),
        statuses={
            "cgi": crash(
                2,
                "Can't locate DBD/Pg.pm in @INC (you may need to install the DBD::Pg module) (@INC entries checked: /etc/perl /usr/local/lib) at /app/report.pl line 4.\nBEGIN failed--compilation aborted at /app/report.pl line 4.",
            )
        },
    )
    return Truth("deployment/reports-pl", "missing-library", "cgi", ("DBD/Pg.pm",)), w


def vault_agent_refused_json():
    w = World()
    w.service("vault", 8200, {"app": "vault"}, ready=0, namespace="security", ip="10.96.88.8")
    w.workload(
        "secrets-sync",
        c("sync", "registry.example/sync:1"),
        statuses={
            "sync": crash(
                1,
                noise(400, "json")
                + '\n{"@level":"error","@message":"error authenticating","@timestamp":"2026-11-22T03:11:40Z","error":"Put \\"http://vault.security.svc:8200/v1/auth/kubernetes/login\\": dial tcp 10.96.88.8:8200: connect: connection refused"}\n{"@level":"error","@message":"too many failures, exiting"}',
                lived=64,
            )
        },
    )
    return Truth("deployment/secrets-sync", "dependency-unavailable", "sync", ("vault.security.svc", "8200")), w


def scala_config():
    w = World()
    w.workload(
        "pricing-scala",
        c("app", "registry.example/pricing-scala:3"),
        statuses={
            "app": crash(
                1,
                "Exception in thread \"main\" com.typesafe.config.ConfigException$Missing: application.conf @ jar:file:/app/lib/app.jar!/application.conf: 12: No configuration setting found for key 'pricing.currency'\n\tat com.typesafe.config.impl.SimpleConfig.findKeyOrNull(SimpleConfig.java:157)\n\tat Main$.main(Main.scala:9)",
            )
        },
    )
    return Truth("deployment/pricing-scala", "bad-config", "app", ("pricing.currency",)), w


def haproxy_config():
    w = World()
    w.add("ConfigMap", "haproxy-cfg", data={"haproxy.cfg": "x"})
    w.workload(
        "lb",
        c("haproxy", "haproxy:3.0", mounts={"/usr/local/etc/haproxy": "cfg"}),
        spec={"volumes": [{"name": "cfg", "configMap": {"name": "haproxy-cfg"}}]},
        statuses={
            "haproxy": crash(
                1,
                "[NOTICE]   (1) : haproxy version is 3.0.5\n[ALERT]    (1) : config : parsing [/usr/local/etc/haproxy/haproxy.cfg:23] : unknown keyword 'blance' in 'backend' section; did you mean 'balance' maybe ?\n[ALERT]    (1) : config : Fatal errors found in configuration.",
            )
        },
    )
    return Truth("deployment/lb", "bad-config", "haproxy", ("haproxy.cfg", "blance")), w


def rust_index_bug_long_noise():
    w = World()
    w.workload(
        "geo",
        c("geo", "registry.example/geo:2"),
        earlier=[{"containers": [c("geo", "registry.example/geo:1")]}],
        age=500,
        statuses={
            "geo": crash(
                101,
                noise(900, "logfmt")
                + "\nthread 'tokio-runtime-worker' panicked at src/tiles.rs:203:17:\nindex out of bounds: the len is 4 but the index is 9\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
                lived=45,
                shape="backoff",
            )
        },
    )
    return Truth("deployment/geo", "app-crash", "geo", ("index out of bounds",), undo=True), w


def mysql_refused_spanish():
    w = World()
    w.service("mariadb", 3306, {"app": "mariadb"}, ready=0, ip="10.96.4.4")
    w.workload(
        "tienda",
        c("web", "registry.example/tienda:5"),
        statuses={
            "web": crash(
                1,
                "Iniciando tienda v5\nNo se pudo conectar a la base de datos: SQLSTATE[HY000] [2002] Connection refused (host mariadb, port 3306)",
                lived=3,
            )
        },
    )
    return Truth("deployment/tienda", "dependency-unavailable", "web", ("mariadb",)), w


def elastic_bootstrap():
    w = World()
    w.workload(
        "es",
        c("elasticsearch", "elasticsearch:8.15.0"),
        kind="StatefulSet",
        statuses={
            "elasticsearch": crash(
                78,
                '{"@timestamp":"2026-11-22T03:11:31.000Z", "log.level":"ERROR", "message":"node validation exception\\n[1] bootstrap checks failed. You must address the points described in the following [1] lines before starting Elasticsearch.\\nbootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]", "service.name":"ES_ECS"}\nERROR: Elasticsearch exited unexpectedly, with exit code 78',
                lived=20,
            )
        },
    )
    return Truth("statefulset/es", "node-prerequisite", "elasticsearch", ("vm.max_map_count",)), w


def keycloak_pg_auth():
    w = World()
    w.service("keycloak-db", 5432, {"app": "keycloak-db"}, ready=1)
    w.workload(
        "keycloak",
        c("keycloak", "quay.io/keycloak/keycloak:25.0"),
        statuses={
            "keycloak": crash(
                1,
                '2026-11-22 03:11:33,102 ERROR [org.keycloak.quarkus.runtime.cli.ExecutionExceptionHandler] (main) ERROR: Failed to start server in (production) mode\n2026-11-22 03:11:33,103 ERROR [org.keycloak.quarkus.runtime.cli.ExecutionExceptionHandler] (main) ERROR: FATAL: password authentication failed for user "keycloak"',
                lived=14,
            )
        },
    )
    return Truth("deployment/keycloak", "dependency-auth-failed", "keycloak", ("password authentication failed",)), w


def read_only_fs_node():
    w = World()
    w.workload(
        "next-app",
        c("next", "registry.example/next:4", securityContext={"readOnlyRootFilesystem": True}),
        statuses={
            "next": crash(
                1,
                "Error: EROFS: read-only file system, mkdir '/app/.next/cache'\n    at Object.mkdirSync (node:fs:1372:26) {\n  errno: -30,\n  code: 'EROFS',\n  syscall: 'mkdir',\n  path: '/app/.next/cache'\n}\n\nNode.js v22.12.0",
            )
        },
    )
    return Truth("deployment/next-app", "permission-denied", "next", ("/app/.next/cache",)), w


def musl_loader():
    w = World()
    w.workload(
        "alp",
        c("alp", "registry.example/alp:1"),
        statuses={
            "alp": crash(
                127,
                "Error loading shared library libstdc++.so.6: No such file or directory (needed by /app/bin/alp)\nError relocating /app/bin/alp: _ZSt4cout: symbol not found",
            )
        },
    )
    return Truth("deployment/alp", "missing-library", "alp", ("libstdc++.so.6",)), w


def tcp_probe_wrong_port():
    w = World()
    names = w.workload(
        "grpc-gw",
        c(
            "gw",
            "registry.example/gw:1",
            ports=[50051],
            live={
                "tcpSocket": {"port": 50052},
                "initialDelaySeconds": 5,
                "periodSeconds": 10,
                "failureThreshold": 3,
                "timeoutSeconds": 1,
            },
        ),
        statuses={"gw": crash(143, "gRPC server listening on 0.0.0.0:50051", lived=31, shape="backoff")},
    )
    w.event(
        names[0],
        "Unhealthy",
        "Liveness probe failed: dial tcp 10.42.0.17:50052: connect: connection refused",
        container="gw",
        back=72,
        count=9,
    )
    w.event(
        names[0],
        "Killing",
        "Container gw failed liveness probe, will be restarted",
        container="gw",
        back=71,
        type="Normal",
        count=3,
    )
    return Truth("deployment/grpc-gw", "liveness-probe-failed", "gw", ("50052", "50051")), w


def configmap_key_missing():
    w = World()
    w.add("ConfigMap", "rates", data={"EUR": "1", "TAX_RATE_DE": "19"})
    names = w.workload(
        "tax",
        c(
            "tax",
            "registry.example/tax:1",
            env={"RATE": {"valueFrom": {"configMapKeyRef": {"name": "rates", "key": "TAX_RATE"}}}},
        ),
        phase="Pending",
        statuses={
            "tax": waits("CreateContainerConfigError", "couldn't find key TAX_RATE in ConfigMap production/rates")
        },
    )
    w.event(
        names[0],
        "Failed",
        "Error: couldn't find key TAX_RATE in ConfigMap production/rates",
        container="tax",
        back=9,
        count=4,
    )
    return Truth("deployment/tax", "missing-configmap", "tax", ("rates", "TAX_RATE")), w


def oom_of_sidecar():
    w = World()
    w.workload(
        "with-sidecar",
        c("app", "registry.example/ws:1"),
        c("otel", "registry.example/otel:1", limit="64Mi"),
        statuses={
            "app": up(log="ready"),
            "otel": crash(137, "starting collector", reason="OOMKilled", lived=12, shape="backoff"),
        },
    )
    return Truth("deployment/with-sidecar", "oom-killed", "otel", ("64Mi",)), w


def unschedulable_taint():
    w = World()
    names = w.workload(
        "gpu-job",
        c("g", "registry.example/g:1"),
        phase="Pending",
        pod={
            "status": {
                "conditions": [
                    {
                        "type": "PodScheduled",
                        "status": "False",
                        "reason": "Unschedulable",
                        "message": "0/5 nodes are available: 2 Insufficient nvidia.com/gpu, 3 node(s) had untolerated taint(s). preemption: 0/5 nodes are available: 5 Preemption is not helpful for scheduling.",
                    }
                ],
                "containerStatuses": [],
            }
        },
        statuses={"g": waits("")},
    )
    w.event(
        names[0],
        "FailedScheduling",
        "0/5 nodes are available: 2 Insufficient nvidia.com/gpu, 3 node(s) had untolerated taint(s).",
        back=30,
    )
    return Truth("deployment/gpu-job", "unschedulable", "", ("nvidia.com/gpu",)), w


def healthy_startup_warnings():
    w = World()
    log = (
        "WARN config: CACHE_URL is not set, using in-memory cache\nWARN failed to load optional plugin: ModuleNotFoundError: No module named 'uvloop'\nINFO listening on 0.0.0.0:8080\n"
        + noise(60)
    )
    w.workload("calm", c("app", "registry.example/calm:1"), age=80000, statuses={"app": up(79000, log=log)})
    return Truth("deployment/calm", "healthy", "", (), ("bad-config", "missing-library"), kind="negative"), w


def optional_warning_then_bug():
    w = World()
    log = (
        "WARN failed to load optional plugin: ModuleNotFoundError: No module named 'uvloop', continuing without it\nINFO listening on 0.0.0.0:8080\n"
        + noise(200)
        + '\nTraceback (most recent call last):\n  File "/app/server.py", line 210, in <module>\n    loop()\n  File "/app/server.py", line 190, in loop\n    total = amount / count\nZeroDivisionError: float division by zero'
    )
    w.workload("almost", c("app", "registry.example/almost:1"), statuses={"app": crash(1, log, lived=300)})
    return Truth(
        "deployment/almost", "app-crash", "app", ("ZeroDivisionError",), ("missing-library",), kind="confusion"
    ), w


def dns_servfail_coredns():
    w = World()
    w.workload(
        "crawler",
        c("crawler", "registry.example/crawler:1"),
        statuses={
            "crawler": crash(
                1,
                "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.partner.example', port=443): Max retries exceeded with url: /v2/feed (Caused by NameResolutionError(\"<urllib3.connection.HTTPSConnection object at 0x7f>: Failed to resolve 'api.partner.example' ([Errno -3] Temporary failure in name resolution)\"))",
                lived=21,
            )
        },
    )
    return Truth("deployment/crawler", "dependency-unavailable", "crawler", ("api.partner.example",)), w


def timeout_killed_by_self():
    w = World()
    w.workload(
        "watchdogged",
        c("wd", "registry.example/wd:1", command=["timeout", "-s", "KILL", "30", "/app/run"]),
        statuses={"wd": crash(137, "working\nworking\nworking", lived=30)},
    )
    return Truth(
        "deployment/watchdogged",
        "killed-externally",
        "wd",
        (),
        ("oom-killed", "liveness-probe-failed"),
        kind="confusion",
    ), w


def running_again_between_crashes():
    """Met just after the restart: the new instance has printed only its banner."""
    w = World()
    status = crash(
        1,
        "banner\nFATAL: could not open config file /etc/app/settings.yaml: no such file or directory",
        shape="running",
    )
    status.current = "banner"
    w.workload("flapper", c("app", "registry.example/flapper:1"), statuses={"app": status})
    return Truth("deployment/flapper", "bad-config", "app", ("/etc/app/settings.yaml",)), w


def two_containers_one_bad_env():
    w = World()
    w.workload(
        "pair",
        c("front", "registry.example/front:1"),
        c("back", "registry.example/back:1"),
        statuses={"front": up(log="ok"), "back": crash(1, 'config error: required key "jwt.issuer" missing')},
    )
    return Truth("deployment/pair", "bad-config", "back", ("jwt.issuer",)), w


def rollback_candidate_never_proven_same_env():
    w = World()
    w.workload(
        "limits",
        c("app", "registry.example/limits:3", limit="64Mi"),
        earlier=[{"containers": [c("app", "registry.example/limits:3", limit="512Mi")]}],
        age=600,
        statuses={"app": crash(137, "warming", reason="OOMKilled", lived=9)},
    )
    return Truth("deployment/limits", "oom-killed", "app", ("64Mi",), undo=True), w


def paused_recovered_pod():
    w = World()
    w.workload(
        "twice",
        c("app", "registry.example/twice:1"),
        age=3000,
        statuses={
            "app": Status(
                {"running": {"startedAt": ago(2400)}},
                ended(1, back=2402, lived=4),
                2,
                ready=True,
                current="serving",
                previous="dial tcp: lookup db on 10.96.0.10:53: no such host",
                log_from=2400,
            )
        },
    )
    return Truth(
        "deployment/twice", "recovered", "app", ("2 restarts",), ("dependency-unavailable",), kind="negative"
    ), w


CASES = [
    value for name, value in list(globals().items()) if callable(value) and getattr(value, "__module__", "") == __name__
]
_UNUSED = http

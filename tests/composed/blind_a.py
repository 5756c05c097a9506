"""Scenarios written by an examiner who had not read the engine: each gives (Truth, World)."""

from __future__ import annotations

from typing import Any

from tests.composed.world import Truth, World, ago, c, config, crash, done, ended, http, secret, up, waits

SHAPES = {
    "json": '{{"time":"2026-11-22T03:10:{s:02d}.{i:03d}Z","level":"INFO","msg":"request completed","method":"GET","route":"/api/v2/items/{i}","status":200,"error":null,"failed":0}}',
    "access": '10.42.0.1 - - [22/Nov/2026:03:10:{s:02d} +0000] "GET /healthz HTTP/1.1" 200 15 "-" "kube-probe/1.36" rt=0.00{i}',
    "spring": "2026-11-22T03:10:{s:02d}.{i:03d}Z  INFO 1 --- [nio-9090-exec-{i}] c.e.o.api.OrderController                 : order {i} accepted, retries=0 errors=0",
    "logfmt": 'ts=2026-11-22T03:10:{s:02d}.{i:03d}Z caller=main.go:{i} level=info component=worker msg="job finished" failed=0 err=null',
    "prom": 'http_server_requests_seconds_count{{exception="None",method="GET",status="200",uri="/api/{i}",}} {s}.0',
    "sidekiq": "2026-11-22T03:10:{s:02d}.{i:03d}Z pid=7 tid=2f{i:02d} class=SyncJob jid=9f0c{i:04d} elapsed=0.0{s} INFO: done",
}


def _chatter(lines: int, shape: str = "json") -> str:
    """Print what a working program prints all day."""
    return "\n".join(SHAPES[shape].format(i=i % 900, s=i % 60) for i in range(lines)) + "\n"


def _pods(w: World, app: str) -> list[dict[str, Any]]:
    return [pod for pod in w.objects["Pod"] if pod["metadata"]["labels"].get("app") == app]


def _node(
    w: World, name: str = "node-1", *, ready: str = "True", reason: str = "KubeletReady", message: str = ""
) -> None:
    calm = [
        {"type": kind, "status": "False", "reason": f"KubeletHas{word}", "lastTransitionTime": ago(900000)}
        for kind, word in (
            ("MemoryPressure", "SufficientMemory"),
            ("DiskPressure", "NoDiskPressure"),
            ("PIDPressure", "SufficientPID"),
        )
    ]
    w.add(
        "Node",
        name,
        age=900000,
        metadata={"labels": {"kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name}},
        spec=(
            {}
            if ready == "True"
            else {
                "taints": [
                    {"key": "node.kubernetes.io/unreachable", "effect": effect, "timeAdded": ago(200)}
                    for effect in ("NoSchedule", "NoExecute")
                ],
            }
        ),
        status={
            "conditions": [
                *(calm if ready == "True" else []),
                {
                    "type": "Ready",
                    "status": ready,
                    "reason": reason,
                    "message": message or "kubelet is posting ready status",
                    "lastTransitionTime": ago(900000 if ready == "True" else 200),
                    "lastHeartbeatTime": ago(30 if ready == "True" else 250),
                },
            ],
            "nodeInfo": {"architecture": "amd64", "kubeletVersion": "v1.36.2"},
        },
    )


def _configmap(w: World, name: str, *, changed: float = 86400, **data: str) -> None:
    w.add(
        "ConfigMap",
        name,
        age=900000,
        metadata={
            "managedFields": [
                {"manager": "kubectl-edit", "operation": "Update", "apiVersion": "v1", "time": ago(changed)},
            ],
        },
        data={key.replace("__", "."): value for key, value in data.items()},
    )


def _secret(w: World, name: str, *keys: str) -> None:
    w.add("Secret", name, age=900000, type="Opaque", data=dict.fromkeys(keys, "eHh4eHh4eHg="))


# --- configuration -------------------------------------------------------------------------------------------------


def dotnet_options_in_clef():
    w = World()
    log = (
        '{"@t":"2026-11-22T03:11:30.1180042Z","@mt":"Starting web host","SourceContext":"Program"}\n'
        '{"@t":"2026-11-22T03:11:30.9921230Z","@mt":"Failed to determine the https port for redirect.","@l":"Warning","SourceContext":"Microsoft.AspNetCore.HttpsPolicy.HttpsRedirectionMiddleware"}\n'
        '{"@t":"2026-11-22T03:11:31.0012345Z","@mt":"Host terminated unexpectedly","@l":"Fatal","@x":"Microsoft.Extensions.Options.OptionsValidationException: DataAnnotation validation failed for \'PaymentsOptions\' members: \'ApiBaseUrl\' with the error: \'The ApiBaseUrl field is required.\'.\\n   at Microsoft.Extensions.Options.OptionsFactory`1.Create(String name)\\n   at Microsoft.Extensions.Options.UnnamedOptionsManager`1.get_Value()\\n   at Acme.Payments.Startup.Configure(IApplicationBuilder app) in /src/Startup.cs:line 58\\n   at Program.<Main>$(String[] args) in /src/Program.cs:line 31"}\n'
        '{"@t":"2026-11-22T03:11:31.0101010Z","@mt":"Flushing telemetry","SourceContext":"Program"}'
    )
    w.workload(
        "payments-gateway",
        c("gateway", "registry.example/payments-gateway:6.4.0", env={"ASPNETCORE_URLS": "http://+:8080"}),
        statuses={"gateway": crash(1, log, shape="backoff", lived=3)},
    )
    return Truth("deployment/payments-gateway", "bad-config", "gateway", ("ApiBaseUrl",), ("app-crash",)), w


def otel_collector_upgrade_dropped_exporter():
    w = World()
    _configmap(w, "otel-gateway", changed=800000, relay__yaml="exporters:\n  jaeger:\n    endpoint: jaeger:14250\n")
    log = """Error: failed to get config: cannot unmarshal the configuration: 1 error(s) decoding:

* error decoding 'exporters': unknown type: "jaeger" for id: "jaeger" (valid values: [debug file kafka logging nop opencensus otlp otlphttp prometheus prometheusremotewrite zipkin])
2026/11/22 03:11:31 collector server run finished with error: failed to get config: cannot unmarshal the configuration: 1 error(s) decoding:

* error decoding 'exporters': unknown type: "jaeger" for id: "jaeger" (valid values: [debug file kafka logging nop opencensus otlp otlphttp prometheus prometheusremotewrite zipkin])"""
    spec = {"args": ["--config=/conf/relay.yaml"], "mounts": {"/conf": "otel-config"}}
    volumes = {"volumes": [{"name": "otel-config", "configMap": {"name": "otel-gateway"}}]}
    w.workload(
        "otel-gateway",
        c("otc-container", "otel/opentelemetry-collector-contrib:0.88.0", **dict(spec)),
        statuses={"otc-container": crash(1, log, lived=1)},
        spec=volumes,
        earlier=[{"containers": [c("otc-container", "otel/opentelemetry-collector-contrib:0.84.0", **dict(spec))]}],
    )
    return Truth("deployment/otel-gateway", "bad-config", "otc-container", ("jaeger",), undo=True), w


def german_message():
    w = World()
    log = (
        "2026/11/22 03:11:30 Dienst rechnungslauf wird gestartet (Version 2.17.3)\n"
        "2026/11/22 03:11:30 Lese Einstellungen aus der Umgebung\n"
        "2026/11/22 03:11:30 FEHLER: Umgebungsvariable RECHNUNG_API_URL ist nicht gesetzt\n"
        "2026/11/22 03:11:30 Programm wird beendet"
    )
    w.workload(
        "rechnungslauf",
        c("dienst", "registry.example/rechnungslauf:2.17.3", env={"MANDANT": "001", "RECHNUNG_API_TOKEN_FILE": "/t"}),
        statuses={"dienst": crash(1, log, shape="running", restarts=6)},
    )
    return Truth("deployment/rechnungslauf", "bad-config", "dienst", ("RECHNUNG_API_URL",)), w


def service_links_shadow_a_port():
    w = World()
    w.service("redis", 6379, {"app": "redis"}, ready=1, ip="10.96.12.4")
    log = (
        '{"level":"info","ts":1795317091.2,"caller":"cmd/root.go:31","msg":"cartd starting","version":"1.12.0"}\n'
        '{"level":"fatal","ts":1795317091.3,"caller":"cmd/root.go:44","msg":"loading settings","error":"envconfig.Process: assigning REDIS_PORT to Port: converting \'tcp://10.96.12.4:6379\' to type int. details: strconv.ParseInt: parsing \\"tcp://10.96.12.4:6379\\": invalid syntax","stacktrace":"main.run\\n\\t/src/cmd/root.go:44\\nmain.main\\n\\t/src/main.go:12"}'
    )
    w.workload(
        "cartd",
        c("cartd", "registry.example/cartd:1.12.0", env={"REDIS_HOST": "redis"}),
        statuses={"cartd": crash(1, log)},
    )
    return Truth("deployment/cartd", "bad-config", "cartd", ("REDIS_PORT",), ("dependency-unavailable",)), w


def none_from_the_environment():
    w = World()
    log = """[2026-11-22 03:11:30 +0000] [1] [INFO] Starting gunicorn 23.0.0
[2026-11-22 03:11:30 +0000] [1] [INFO] Listening at: http://0.0.0.0:8000 (1)
[2026-11-22 03:11:30 +0000] [1] [INFO] Using worker: gthread
[2026-11-22 03:11:30 +0000] [7] [INFO] Booting worker with pid: 7
[2026-11-22 03:11:31 +0000] [7] [ERROR] Exception in worker process
Traceback (most recent call last):
  File "/usr/local/lib/python3.12/site-packages/gunicorn/arbiter.py", line 608, in spawn_worker
    worker.init_process()
  File "/usr/local/lib/python3.12/site-packages/gunicorn/util.py", line 371, in import_app
    mod = importlib.import_module(module)
  File "/srv/app/wsgi.py", line 9, in <module>
    from app import settings
  File "/srv/app/settings.py", line 44, in <module>
    DB_POOL_SIZE = int(os.environ.get("DB_POOL_SIZE"))
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
TypeError: int() argument must be a string, a bytes-like object or a real number, not 'NoneType'
[2026-11-22 03:11:31 +0000] [7] [INFO] Worker exiting (pid: 7)
[2026-11-22 03:11:31 +0000] [1] [ERROR] Worker (pid:7) exited with code 3
[2026-11-22 03:11:31 +0000] [1] [ERROR] Shutting down: Master
[2026-11-22 03:11:31 +0000] [1] [ERROR] Reason: Worker failed to boot."""
    image = "registry.example/loyalty:5.1.0"
    w.workload(
        "loyalty",
        c("web", image, env={"DJANGO_SETTINGS_MODULE": "app.settings"}),
        statuses={"web": crash(3, log, shape="backoff")},
        earlier=[
            {"containers": [c("web", image, env={"DJANGO_SETTINGS_MODULE": "app.settings", "DB_POOL_SIZE": "8"})]}
        ],
    )
    return Truth("deployment/loyalty", "bad-config", "web", ("DB_POOL_SIZE",), ("app-crash",), undo=True), w


def misspelt_variable_falls_back_to_localhost():
    w = World()
    w.service("redis-master", 6379, {"app": "redis-master"}, ready=1)
    w.workload(
        "redis-master",
        c("valkey", "valkey/valkey:8.0", ports=[6379]),
        kind="StatefulSet",
        statuses={"valkey": up(80000, log="* Ready to accept connections tcp")},
        age=80100,
    )
    log = """/usr/local/bundle/gems/redis-client-0.22.2/lib/redis_client/ruby_connection.rb:75:in `initialize': Connection refused - connect(2) for 127.0.0.1:6379 (redis://localhost:6379) (RedisClient::CannotConnectError)
	from /usr/local/bundle/gems/redis-client-0.22.2/lib/redis_client.rb:735:in `new'
	from /usr/local/bundle/gems/redis-client-0.22.2/lib/redis_client.rb:735:in `block in connect'
	from /usr/local/bundle/gems/sidekiq-7.3.2/lib/sidekiq/cli.rb:63:in `run'
	from /usr/local/bundle/gems/sidekiq-7.3.2/bin/sidekiq:31:in `<top (required)>'
	from /usr/local/bundle/bin/sidekiq:25:in `<main>'"""
    image = "registry.example/mailer-jobs:3.3.1"
    w.workload(
        "mailer-jobs",
        c("sidekiq", image, env={"RAILS_ENV": "production", "REDISURL": "redis://redis-master:6379/0"}),
        statuses={"sidekiq": crash(1, log, lived=6)},
        earlier=[
            {
                "containers": [
                    c("sidekiq", image, env={"RAILS_ENV": "production", "REDIS_URL": "redis://redis-master:6379/0"}),
                ],
            },
        ],
    )
    return (
        Truth(
            "deployment/mailer-jobs",
            "bad-config",
            "sidekiq",
            ("127.0.0.1:6379", "REDIS_URL"),
            ("dependency-unavailable",),
            undo=True,
        ),
        w,
    )


def haproxy_configmap_edited_by_hand():
    w = World()
    _configmap(w, "edge-lb", changed=700, haproxy__cfg="backend web\n  servr web1 web:80 check\n")
    log = """[NOTICE]   (1) : haproxy version is 3.0.5-8e879a5
[NOTICE]   (1) : path to executable is /usr/local/sbin/haproxy
[ALERT]    (1) : config : parsing [/usr/local/etc/haproxy/haproxy.cfg:23] : unknown keyword 'servr' in 'backend' section; did you mean 'server' maybe ?
[ALERT]    (1) : config : Error(s) found in configuration file : /usr/local/etc/haproxy/haproxy.cfg
[ALERT]    (1) : config : Fatal errors found in configuration."""
    names = w.workload(
        "edge-lb",
        c("haproxy", "haproxy:3.0.5-alpine", mounts={"/usr/local/etc/haproxy": "cfg"}),
        statuses={"haproxy": crash(1, log, lived=1)},
        spec={"volumes": [{"name": "cfg", "configMap": {"name": "edge-lb"}}]},
        age=600000,
        earlier=[{"containers": [c("haproxy", "haproxy:3.0.4-alpine", mounts={"/usr/local/etc/haproxy": "cfg"})]}],
    )
    for pod in _pods(w, "edge-lb"):
        pod["metadata"]["creationTimestamp"] = pod["status"]["startTime"] = ago(500)
    w.event(names[0], "BackOff", f"Back-off restarting failed container haproxy in pod {names[0]}", container="haproxy")
    return Truth("deployment/edge-lb", "bad-config", "haproxy", ("haproxy.cfg:23", "servr")), w


def only_the_termination_message_knows():
    w = World()
    w.workload(
        "ledgerd",
        c("ledgerd", "registry.example/ledgerd:0.31.0", args=["--config", "/etc/ledger/ledger.yaml"]),
        c("audit-shipper", "timberio/vector:0.41.1-alpine"),
        statuses={
            "ledgerd": crash(
                78,
                "",
                shape="backoff",
                lived=1,
                message='config: /etc/ledger/ledger.yaml: field "settlement.currency" is required but missing\n',
            ),
            "audit-shipper": up(580, log="INFO vector: Vector has started."),
        },
    )
    return Truth("deployment/ledgerd", "bad-config", "ledgerd", ("settlement.currency",)), w


# --- Secrets and ConfigMaps -------------------------------------------------------------------------------------------


def secret_volume_event_only():
    w = World()
    _secret(w, "consul-gossip-encryption-key", "key")
    names = w.workload(
        "consul-server",
        c(
            "consul",
            "hashicorp/consul:1.20.1",
            mounts={"/consul/tls/server": "tls-server-cert", "/consul/data": "data"},
            env={"GOSSIP_KEY": secret("consul-gossip-encryption-key", "key")},
        ),
        kind="StatefulSet",
        statuses={"consul": waits("ContainerCreating")},
        spec={
            "volumes": [
                {"name": "tls-server-cert", "secret": {"secretName": "consul-server-cert"}},
                {"name": "data", "emptyDir": {}},
            ],
        },
        phase="Pending",
        age=900,
    )
    w.event(
        names[0],
        "FailedMount",
        'MountVolume.SetUp failed for volume "tls-server-cert" : secret "consul-server-cert" not found',
        back=60,
        count=14,
    )
    return Truth("statefulset/consul-server", "missing-secret", "consul", ("consul-server-cert",)), w


def flip_between_backoff_and_a_deleted_secret():
    w = World()
    old = (
        "2026-11-22T03:05:58Z INFO pricing starting\n"
        "thread 'tokio-runtime-worker' panicked at src/feed.rs:88:14:\n"
        "called `Option::unwrap()` on a `None` value\n"
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace"
    )
    box = c("pricing", "registry.example/pricing:4.0.2", env={"FEED_TOKEN": secret("feed-credentials", "token")})
    last = ended(101, lived=40, back=280)
    names = w.workload(
        "pricing",
        box,
        statuses={
            "pricing": waits(
                "CrashLoopBackOff",
                "back-off 2m40s restarting failed container=pricing pod=pricing",
                last=last,
                restarts=1,
                previous=old,
            ),
        },
        earlier=[{"containers": [box]}],
        age=4000,
    )
    w.event(
        names[0], "Pulled", "Container image already present on machine", container="pricing", back=12, type="Normal"
    )
    w.event(
        names[0],
        "Failed",
        'Error: secret "feed-credentials" not found',
        container="pricing",
        back=12,
        count=19,
    )
    return Truth("deployment/pricing", "missing-secret", "pricing", ("feed-credentials",), ("app-crash",)), w


def init_container_reads_a_renamed_secret():
    w = World()
    _secret(w, "crm-db", "username", "password")
    app = c("crm", "registry.example/crm:7.7.0", envFrom=[{"secretRef": {"name": "crm-db"}}])
    message = 'secret "crm-database" not found'
    names = w.workload(
        "crm",
        app,
        init=(c("schema", "liquibase/liquibase:4.30", envFrom=[{"secretRef": {"name": "crm-database"}}]),),
        statuses={"schema": waits("CreateContainerConfigError", message), "crm": waits("PodInitializing")},
        earlier=[
            {
                "initContainers": [
                    c("schema", "liquibase/liquibase:4.30", envFrom=[{"secretRef": {"name": "crm-db"}}]),
                ],
            },
        ],
        phase="Pending",
    )
    w.event(names[0], "Failed", f"Error: {message}", container="schema", init=True, back=9, count=30)
    return Truth(
        "deployment/crm", "missing-secret", "schema", ("crm-database",), ("init-container-failed",), undo=True
    ), w


def daemonset_configmap_without_the_key():
    w = World()
    _configmap(w, "fluent-bit-config", fluent_bit__yaml="service:\n  flush: 1\n")
    names = w.workload(
        "fluent-bit",
        c("fluent-bit", "cr.fluentbit.io/fluent/fluent-bit:3.1.9", mounts={"/fluent-bit/etc/": "config"}),
        kind="DaemonSet",
        statuses={"fluent-bit": waits("ContainerCreating")},
        spec={
            "volumes": [
                {
                    "name": "config",
                    "configMap": {
                        "name": "fluent-bit-config",
                        "items": [{"key": "fluent-bit.conf", "path": "fluent-bit.conf"}],
                    },
                },
            ],
        },
        phase="Pending",
    )
    w.event(
        names[0],
        "FailedMount",
        'MountVolume.SetUp failed for volume "config" : configmap references non-existent config key: fluent-bit.conf',
        back=40,
        count=11,
    )
    return (
        Truth(
            "daemonset/fluent-bit",
            "missing-configmap",
            "fluent-bit",
            ("fluent-bit.conf", "fluent-bit-config"),
            ("volume-mount-failed",),
        ),
        w,
    )


# --- memory -----------------------------------------------------------------------------------------------------------


def celery_child_killed_shell_exits_one():
    w = World()
    log = (
        "[2026-11-22 03:09:40,118: INFO/MainProcess] celery@thumbs-0 ready.\n"
        + "\n".join(
            f"[2026-11-22 03:10:{i % 60:02d},201: INFO/ForkPoolWorker-2] Task media.tasks.thumbnail[{i:08x}] succeeded in 0.31s: None"
            for i in range(2400)
        )
        + """
[2026-11-22 03:11:30,771: ERROR/MainProcess] Process 'ForkPoolWorker-2' pid:17 exited with 'signal 9 (SIGKILL)'
[2026-11-22 03:11:30,802: ERROR/MainProcess] Task handler raised error: WorkerLostError('Worker exited prematurely: signal 9 (SIGKILL) Job: 2400.')
Traceback (most recent call last):
  File "/usr/local/lib/python3.12/site-packages/billiard/pool.py", line 1265, in mark_as_worker_lost
    raise WorkerLostError(
billiard.einfo.ExceptionWithTraceback:
\"\"\"
billiard.exceptions.WorkerLostError: Worker exited prematurely: signal 9 (SIGKILL) Job: 2400.
\"\"\"
worker pool is gone, giving up"""
    )
    w.workload(
        "thumbs",
        c("celery", "registry.example/media:11.2.0", limit="384Mi", command=["/bin/sh", "-c", "./run-worker.sh"]),
        statuses={"celery": crash(1, log, reason="OOMKilled", lived=31, shape="backoff", restarts=4)},
        age=3600,
    )
    return Truth("deployment/thumbs", "oom-killed", "celery", ("384Mi",), ("app-crash",)), w


def limit_too_small_for_the_runtime():
    w = World()
    image = "registry.example/geoip:2.2.0"
    message = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?)"
    names = w.workload(
        "geoip",
        c("geoip", image, limit="8M"),
        statuses={
            "geoip": waits(
                "RunContainerError",
                message,
                last=ended(128, "StartError", back=30, lived=0, message=message),
                restarts=4,
            ),
        },
        earlier=[{"containers": [c("geoip", image, limit="800M")]}],
    )
    w.event(names[0], "Failed", f"Error: {message}", container="geoip", back=30, count=5)
    return Truth("deployment/geoip", "oom-killed", "geoip", ("8M",), ("bad-entrypoint",), undo=True), w


def mesh_proxy_of_three_runs_out():
    w = World()
    proxy = c(
        "istio-proxy",
        "docker.io/istio/proxyv2:1.24.0",
        limit="128Mi",
        restartPolicy="Always",
        args=["proxy", "sidecar"],
    )
    proxy_log = (
        '2026-11-22T03:10:31.100Z\tinfo\tFLAG: --concurrency="0"\n'
        "2026-11-22T03:10:31.812Z\tinfo\txdsproxy\tconnected to delta upstream XDS server: istiod.istio-system.svc:15012\n"
        "2026-11-22T03:10:33.422Z\tinfo\tReadiness succeeded in 2.3s\n"
        "2026-11-22T03:10:34.000Z\tinfo\tEnvoy proxy is ready\n"
    )
    w.workload(
        "catalog",
        c("catalog", "registry.example/catalog:9.0.1", ports=[8080]),
        c("exporter", "quay.io/prometheus/statsd-exporter:v0.27.1", ports=[9102]),
        init=(proxy,),
        statuses={
            "istio-proxy": crash(137, proxy_log, reason="OOMKilled", lived=62, shape="backoff", restarts=7),
            "catalog": up(
                2900,
                log=_chatter(200)
                + '{"time":"2026-11-22T03:11:35Z","level":"ERROR","msg":"upstream failed","err":"dial tcp 10.96.44.10:443: connect: connection refused"}',
            ),
            "exporter": up(2900, log="level=info msg=ok"),
        },
        age=3000,
    )
    return Truth("deployment/catalog", "oom-killed", "istio-proxy", ("128Mi",), ("dependency-unavailable",)), w


def node_ran_out_of_memory():
    w = World()
    _node(w, "node-3")
    names = w.workload(
        "clickhouse",
        c("clickhouse", "clickhouse/clickhouse-server:24.8"),
        kind="StatefulSet",
        node="node-3",
        statuses={
            "clickhouse": crash(
                137,
                "Processing configuration file '/etc/clickhouse-server/config.xml'.\nLogging information to /var/log/clickhouse-server/clickhouse-server.log\n2026.11.22 03:01:09.120 [ 1 ] {} <Information> Application: Ready for connections.",
                reason="OOMKilled",
                lived=630,
                shape="running",
                restarts=2,
            ),
        },
        age=80000,
    )
    w.event(
        "node-3",
        "SystemOOM",
        "System OOM encountered, victim process: clickhouse-serv, pid: 48121",
        kind="Node",
        namespace="default",
        back=71,
    )
    w.event(names[0], "BackOff", "Back-off restarting failed container clickhouse", container="clickhouse", back=60)
    return Truth("statefulset/clickhouse", "oom-killed", "clickhouse", ("SystemOOM", "node-3")), w


def elasticsearch_heap_exit_127():
    w = World()
    log = (
        "\n".join(
            f'{{"@timestamp":"2026-11-22T03:10:{i % 60:02d}.{i % 1000:03d}Z","log.level":"INFO","message":"[gc][{i}] overhead, spent [3{i % 9}2ms] collecting in the last [1s]","service.name":"ES_ECS","log.logger":"org.elasticsearch.monitor.jvm.JvmGcMonitorService"}}'
            for i in range(1500)
        )
        + """
java.lang.OutOfMemoryError: Java heap space
Dumping heap to data/java_pid7.hprof ...
Heap dump file created [1073219184 bytes in 4.118 secs]
{"@timestamp":"2026-11-22T03:11:30.331Z","log.level":"ERROR","message":"fatal error in thread [elasticsearch[es-0][search][T#4]], exiting","service.name":"ES_ECS","log.logger":"org.elasticsearch.bootstrap.ElasticsearchUncaughtExceptionHandler","error.type":"java.lang.OutOfMemoryError","error.message":"Java heap space","error.stack_trace":"java.lang.OutOfMemoryError: Java heap space\\n\\tat org.apache.lucene.util.fst.BytesStore.writeBytes(BytesStore.java:98)\\n"}
ERROR: Elasticsearch exited unexpectedly, with exit code 127"""
    )
    w.workload(
        "es",
        c("elasticsearch", "elasticsearch:8.15.3", limit="4Gi", env={"ES_JAVA_OPTS": "-Xms1g -Xmx1g"}),
        kind="StatefulSet",
        statuses={"elasticsearch": crash(127, log, lived=340, shape="backoff", restarts=5)},
        age=9000,
    )
    return (
        Truth(
            "statefulset/es",
            "heap-exhausted",
            "elasticsearch",
            ("Java heap space", "-Xmx1g"),
            ("oom-killed", "bad-entrypoint", "missing-library"),
        ),
        w,
    )


# --- dependencies -----------------------------------------------------------------------------------------------------


def portal_orders_database():
    w = World()
    w.service("orders-api", 8080, {"app": "orders-api"}, ready=0, ip="10.96.20.20")
    w.service("orders-db", 5432, {"app": "orders-db"}, ready=0, ip="10.96.20.21")
    db = w.workload(
        "orders-db",
        c("postgres", "registry.example/postgres:16.4-acme3", ports=[5432]),
        kind="StatefulSet",
        statuses={
            "postgres": waits(
                "ImagePullBackOff",
                'Back-off pulling image "registry.example/postgres:16.4-acme3": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "registry.example/postgres:16.4-acme3": failed to resolve reference "registry.example/postgres:16.4-acme3": registry.example/postgres:16.4-acme3: not found',
            ),
        },
        phase="Pending",
        age=1500,
    )
    w.event(db[0], "Failed", "Error: ImagePullBackOff", container="postgres", count=8)
    w.workload(
        "orders-api",
        c("api", "registry.example/orders-api:12.0.0", ports=[8080], env={"PGHOST": "orders-db"}),
        statuses={
            "api": crash(
                1,
                '2026-11-22 03:10:11,000 ERROR failed to initialise pool: connection to server at "orders-db" (10.96.20.21), port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?',
                lived=3,
                shape="backoff",
                restarts=6,
            ),
        },
        age=1500,
    )
    log = (
        "[bun] portal 3.0.0 booting\n"
        "warn: orders backend not reachable yet, attempt 1/5\n"
        "warn: orders backend not reachable yet, attempt 2/5\n"
        "warn: orders backend not reachable yet, attempt 5/5\n"
        "117 |   throw new AggregateError(errors, 'preload failed');\n"
        "              ^\n"
        "error: Unable to connect. Is the computer able to access the url?\n"
        ' path: "http://orders-api:8080/v1/bootstrap",\n'
        ' errno: 0, code: "ConnectionRefused"\n'
        "\n"
        "Bun v1.1.34 (Linux x64)"
    )
    w.workload(
        "portal",
        c("portal", "registry.example/portal:3.0.0", env={"ORDERS_URL": "http://orders-api:8080"}),
        statuses={"portal": crash(1, log, lived=12, restarts=6)},
        age=1500,
    )
    return Truth("deployment/portal", "dependency-unavailable", "portal", ("orders-api", "orders-db")), w


def sqlx_names_no_address():
    w = World()
    w.service("matching-pg", 5432, {"app": "matching-pg"}, ready=0)
    w.workload("matching-pg", c("postgres", "postgres:16.4", ports=[5432]), kind="StatefulSet", replicas=0, pods=False)
    log = (
        '2026-11-22T03:11:25.000112Z  INFO matching: starting up version="2.4.1"\n'
        "2026-11-22T03:11:25.013991Z  INFO matching::db: connecting\n"
        "Error: error communicating with database: Connection refused (os error 111)\n\n"
        "Caused by:\n    Connection refused (os error 111)"
    )
    w.workload(
        "matching",
        c(
            "matching",
            "registry.example/matching:2.4.1",
            env={"DATABASE_URL": "postgres://matching@matching-pg:5432/matching", "RUST_LOG": "info"},
        ),
        statuses={"matching": crash(1, log, shape="backoff")},
    )
    return Truth("deployment/matching", "dependency-unavailable", "matching", ("matching-pg",), ("app-crash",)), w


def health_says_no_because_the_database_is_gone():
    w = World()
    w.service("pg-main", 5432, {"app": "pg-main"}, ready=0)
    log = (
        "03:09:40.101 [info] Running FleetWeb.Endpoint with Bandit 1.5.7 at 0.0.0.0:4000 (http)\n"
        + "".join(
            f"03:10:{i % 60:02d}.330 [error] Postgrex.Protocol (#PID<0.{4000 + i}.0>) failed to connect: ** (DBConnection.ConnectionError) tcp connect (pg-main:5432): connection refused - :econnrefused\n"
            f"03:10:{i % 60:02d}.918 request_id=F_{i} [info] GET /health\n03:10:{i % 60:02d}.920 request_id=F_{i} [info] Sent 503 in 2ms\n"
            for i in range(1100)
        )
        + "03:10:59.990 [notice] SIGTERM received - shutting down\n"
    )
    names = w.workload(
        "fleet",
        c(
            "fleet",
            "registry.example/fleet:1.9.4",
            env={"DB_HOST": "pg-main"},
            ports=[4000],
            live=http("/health", 4000, delay=5),
            ready=http("/health", 4000),
        ),
        statuses={"fleet": crash(143, log, lived=34, shape="backoff", restarts=5)},
        age=1300,
    )
    w.event(
        names[0],
        "Unhealthy",
        "Liveness probe failed: HTTP probe failed with statuscode: 503",
        container="fleet",
        back=73,
        count=15,
    )
    w.event(
        names[0],
        "Killing",
        "Container fleet failed liveness probe, will be restarted",
        container="fleet",
        back=72,
        type="Normal",
        count=5,
    )
    return Truth("deployment/fleet", "dependency-unavailable", "fleet", ("pg-main",)), w


def network_policy_cuts_etcd_off():
    w = World()
    w.service("etcd", 2379, {"app": "etcd"}, ready=1, ip="10.96.8.8")
    w.workload(
        "etcd",
        c("etcd", "quay.io/coreos/etcd:v3.5.16", ports=[2379]),
        kind="StatefulSet",
        statuses={"etcd": up(500000, log='{"level":"info","msg":"ready to serve client requests"}')},
        age=500100,
    )
    w.add(
        "NetworkPolicy",
        "router-egress",
        age=1200,
        spec={
            "podSelector": {"matchLabels": {"app": "router"}},
            "policyTypes": ["Egress"],
            "egress": [
                {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]},
                {"to": [{"podSelector": {"matchLabels": {"app": "upstream"}}}]},
            ],
        },
    )
    log = (
        '{"level":"info","ts":"2026-11-22T03:11:20.000Z","caller":"router/main.go:61","msg":"watching routes","endpoints":["http://etcd:2379"]}\n'
        '{"level":"warn","ts":"2026-11-22T03:11:25.002Z","logger":"etcd-client","caller":"v3@v3.5.16/retry_interceptor.go:63","msg":"retrying of unary invoker failed","target":"etcd-endpoints://0xc0003b2000/etcd:2379","attempt":0,"error":"rpc error: code = DeadlineExceeded desc = latest balancer error: last connection error: connection error: desc = \\"transport: Error while dialing: dial tcp 10.96.8.8:2379: i/o timeout\\""}\n'
        '{"level":"fatal","ts":"2026-11-22T03:11:25.003Z","caller":"router/main.go:70","msg":"cannot load routes","error":"context deadline exceeded"}'
    )
    w.workload(
        "router",
        c("router", "registry.example/router:0.8.0", env={"ETCD_ENDPOINTS": "http://etcd:2379"}),
        statuses={"router": crash(1, log, lived=5)},
        age=86000,
    )
    for pod in _pods(w, "router"):
        pod["metadata"]["creationTimestamp"] = pod["status"]["startTime"] = ago(500)
    return Truth("deployment/router", "dependency-unavailable", "router", ("10.96.8.8:2379", "router-egress")), w


def init_container_waits_for_a_name_that_is_not():
    w = World()
    w.service("events-kafka-bootstrap", 9092, {"strimzi.io/cluster": "events"}, ready=3)
    log = "".join("nc: bad address 'kafka-bootstrap'\nwaiting for kafka-bootstrap:9092 ...\n" for _ in range(900))
    w.workload(
        "enricher",
        c("enricher", "registry.example/enricher:1.1.0"),
        init=(
            c(
                "wait-for-kafka",
                "busybox:1.36",
                command=[
                    "sh",
                    "-c",
                    "until nc -z kafka-bootstrap 9092; do echo waiting for kafka-bootstrap:9092 ...; sleep 2; done",
                ],
            ),
        ),
        statuses={"wait-for-kafka": up(1800, ready=False, log=log), "enricher": waits("PodInitializing")},
        phase="Pending",
        age=1805,
    )
    for condition in _pods(w, "enricher")[0]["status"]["conditions"]:
        if condition["type"] == "Initialized":
            condition |= {
                "status": "False",
                "reason": "ContainersNotInitialized",
                "message": "containers with incomplete status: [wait-for-kafka]",
            }
    return (
        Truth(
            "deployment/enricher",
            "dependency-unavailable",
            "wait-for-kafka",
            ("kafka-bootstrap",),
            ("starting", "healthy", "init-container-failed"),
        ),
        w,
    )


def external_dns_may_not_list():
    w = World()
    w.add("ServiceAccount", "external-dns")
    log = """time="2026-11-22T03:10:30Z" level=info msg="config: {APIServerURL: KubeConfig: RequestTimeout:30s Sources:[service ingress] Provider:cloudflare Registry:txt TXTOwnerID:prod Once:false}"
time="2026-11-22T03:10:30Z" level=info msg="Instantiating new Kubernetes client"
time="2026-11-22T03:10:30Z" level=info msg="Created Kubernetes client https://10.96.0.1:443"
W1122 03:10:31.004511       1 reflector.go:561] pkg/mod/k8s.io/client-go@v0.31.1/tools/cache/reflector.go:243: failed to list *v1.Ingress: ingresses.networking.k8s.io is forbidden: User "system:serviceaccount:production:external-dns" cannot list resource "ingresses" in API group "networking.k8s.io" at the cluster scope
E1122 03:10:31.004602       1 reflector.go:158] "Unhandled Error" err="pkg/mod/k8s.io/client-go@v0.31.1/tools/cache/reflector.go:243: Failed to watch *v1.Ingress: failed to list *v1.Ingress: ingresses.networking.k8s.io is forbidden: User \\"system:serviceaccount:production:external-dns\\" cannot list resource \\"ingresses\\" in API group \\"networking.k8s.io\\" at the cluster scope"
time="2026-11-22T03:11:31Z" level=fatal msg="failed to sync *v1.Ingress: context deadline exceeded with timeout 1m0s\""""
    w.workload(
        "external-dns",
        c("external-dns", "registry.k8s.io/external-dns/external-dns:v0.15.0"),
        statuses={"external-dns": crash(1, log, lived=61, shape="backoff")},
        pod={"spec": {"serviceAccountName": "external-dns"}},
        age=900,
    )
    return (
        Truth(
            "deployment/external-dns",
            "dependency-auth-failed",
            "external-dns",
            ("system:serviceaccount:production:external-dns", "ingresses"),
            ("dependency-unavailable",),
        ),
        w,
    )


def cloud_sql_proxy_is_refused_and_takes_the_app_along():
    w = World()
    proxy_log = """2026/11/22 03:11:30 Authorizing with Application Default Credentials
2026/11/22 03:11:31 [acme-prod:europe-west1:orders] Could not resolve instance version: failed to get instance metadata (connection name = "acme-prod:europe-west1:orders"): googleapi: Error 403: boss::NOT_AUTHORIZED: Not authorized to access resource. Possibly missing permission cloudsql.instances.get on resource instances/orders., forbidden
2026/11/22 03:11:31 The proxy has encountered a terminal error: unable to start: [acme-prod:europe-west1:orders] Unable to mount socket: failed to get instance metadata (connection name = "acme-prod:europe-west1:orders"): googleapi: Error 403: boss::NOT_AUTHORIZED: Not authorized to access resource. Possibly missing permission cloudsql.instances.get on resource instances/orders., forbidden"""
    w.workload(
        "invoicer",
        c("invoicer", "registry.example/invoicer:8.8.1", env={"DB_DSN": "host=127.0.0.1 port=5432 dbname=invoices"}),
        c(
            "cloud-sql-proxy",
            "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.0",
            args=["--port=5432", "acme-prod:europe-west1:orders"],
        ),
        statuses={
            "invoicer": crash(
                1,
                "2026/11/22 03:11:30 migrating\n2026/11/22 03:11:30 failed to connect to `user=inv database=invoices`: 127.0.0.1:5432 (127.0.0.1): dial error: dial tcp 127.0.0.1:5432: connect: connection refused",
                shape="backoff",
            ),
            "cloud-sql-proxy": crash(1, proxy_log, shape="backoff"),
        },
    )
    return (
        Truth(
            "deployment/invoicer",
            "dependency-auth-failed",
            "cloud-sql-proxy",
            ("cloudsql.instances.get",),
            ("dependency-unavailable", "bad-config"),
        ),
        w,
    )


def erlang_broker_certificate_expired():
    w = World()
    w.service("rabbitmq", 5671, {"app": "rabbitmq"}, ready=3)
    log = """2026-11-22 03:11:30.001 [info] <0.211.0> courier 2.1.0 starting on courier@10.42.0.17
2026-11-22 03:11:30.870 [notice] <0.402.0> TLS client: In state wait_cert_cr at ssl_handshake.erl:2186 generated CLIENT ALERT: Fatal - Certificate Expired
2026-11-22 03:11:30.873 [error] <0.398.0> Failed to open AMQP connection to rabbitmq:5671: {tls_alert,{certificate_expired,"TLS client: In state wait_cert_cr at ssl_handshake.erl:2186 generated CLIENT ALERT: Fatal - Certificate Expired\\n"}}
2026-11-22 03:11:30.880 [error] <0.210.0> CRASH REPORT Process <0.210.0> with 0 neighbours exited with reason: {{courier_app,start,[normal,[]]},{shutdown,{failed_to_start_child,courier_amqp,{tls_alert,{certificate_expired,"..."}}}}} in application_master:init/4 line 142
{"Kernel pid terminated",application_controller,"{application_start_failure,courier,{bad_return,{{courier_app,start,[normal,[]]},{shutdown,...}}}}"}
Kernel pid terminated (application_controller) ({application_start_failure,courier,{bad_return,{{courier_app,start,[normal,[]]},{shutdown,...

Crash dump is being written to: erl_crash.dump...done"""
    w.workload(
        "courier",
        c("courier", "registry.example/courier:2.1.0", env={"AMQP_URL": "amqps://rabbitmq:5671"}),
        statuses={"courier": crash(1, log)},
    )
    return (
        Truth(
            "deployment/courier",
            "tls-certificate",
            "courier",
            ("certificate_expired", "rabbitmq:5671"),
            ("app-crash", "dependency-unavailable"),
        ),
        w,
    )


# --- probes -----------------------------------------------------------------------------------------------------------


def probe_path_changed_and_the_shell_ignores_term():
    w = World()
    image = "registry.example/seatmap:3.5.0"
    command = ["/bin/sh", "-c", "./prepare.sh; ./seatmap --port 8080"]
    log = "seatmap 3.5.0\nlistening on :8080\n" + _chatter(3000, "access")
    names = w.workload(
        "seatmap",
        c("seatmap", image, command=command, ports=[8080], limit="1Gi", live=http("/livez", 8080, delay=10)),
        c("nginx-cache", "nginx:1.27.2", ports=[80]),
        statuses={
            "seatmap": crash(137, log, lived=63, shape="running", restarts=5),
            "nginx-cache": up(1390, log="/docker-entrypoint.sh: Configuration complete; ready for start up"),
        },
        earlier=[
            {
                "containers": [
                    c(
                        "seatmap",
                        image,
                        command=command,
                        ports=[8080],
                        limit="1Gi",
                        live=http("/healthz", 8080, delay=10),
                    ),
                    c("nginx-cache", "nginx:1.27.2", ports=[80]),
                ],
            },
        ],
        age=1400,
    )
    w.event(
        names[0],
        "Unhealthy",
        "Liveness probe failed: HTTP probe failed with statuscode: 404",
        container="seatmap",
        back=101,
        count=18,
    )
    w.event(
        names[0],
        "Killing",
        "Container seatmap failed liveness probe, will be restarted",
        container="seatmap",
        back=101,
        type="Normal",
        count=6,
    )
    return (
        Truth("deployment/seatmap", "liveness-probe-failed", "seatmap", ("404", "/livez"), ("oom-killed",), undo=True),
        w,
    )


def jvm_killed_with_no_event_left():
    w = World()
    log = (
        "2026-11-22T03:10:00.001Z  INFO 1 --- [           main] c.e.o.OrdersApplication                  : Starting OrdersApplication v4.4.0 using Java 21.0.5 with PID 1\n"
        "2026-11-22T03:10:08.711Z  INFO 1 --- [           main] o.s.b.w.embedded.tomcat.TomcatWebServer  : Tomcat started on port 9090 (http) with context path '/'\n"
        "2026-11-22T03:10:08.790Z  INFO 1 --- [           main] c.e.o.OrdersApplication                  : Started OrdersApplication in 8.9 seconds (process running for 9.6)\n"
        + _chatter(3900, "spring")
        + "2026-11-22T03:10:39.210Z  INFO 1 --- [ionShutdownHook] o.s.b.w.e.tomcat.GracefulShutdown        : Commencing graceful shutdown. Waiting for active requests to complete\n"
        "2026-11-22T03:10:39.660Z  INFO 1 --- [tomcat-shutdown] o.s.b.w.e.tomcat.GracefulShutdown        : Graceful shutdown complete\n"
        "2026-11-22T03:10:39.671Z  INFO 1 --- [ionShutdownHook] com.zaxxer.hikari.HikariDataSource       : HikariPool-1 - Shutdown completed."
    )
    w.workload(
        "orders",
        c(
            "orders",
            "registry.example/orders:4.4.0",
            ports=[9090],
            limit="2Gi",
            live=http("/actuator/health/liveness", 8080, delay=15),
        ),
        statuses={"orders": crash(143, log, lived=40, shape="backoff", restarts=9)},
        age=14000,
    )
    return (
        Truth(
            "deployment/orders",
            "liveness-probe-failed",
            "orders",
            ("8080", "9090"),
            ("killed-externally", "app-crash", "exits-cleanly"),
        ),
        w,
    )


def nginx_asked_on_the_wrong_port_exits_zero():
    w = World()
    log = """/docker-entrypoint.sh: Configuration complete; ready for start up
2026/11/22 03:11:00 [notice] 1#1: nginx/1.27.2
2026/11/22 03:11:00 [notice] 1#1: start worker processes
2026/11/22 03:11:00 [notice] 1#1: start worker process 29
2026/11/22 03:11:31 [notice] 1#1: signal 3 (SIGQUIT) received, shutting down
2026/11/22 03:11:31 [notice] 29#29: gracefully shutting down
2026/11/22 03:11:31 [notice] 29#29: exiting
2026/11/22 03:11:31 [notice] 1#1: worker process 29 exited with code 0
2026/11/22 03:11:31 [notice] 1#1: exit"""
    probe = {
        "tcpSocket": {"port": 8081},
        "periodSeconds": 10,
        "failureThreshold": 3,
        "timeoutSeconds": 1,
        "successThreshold": 1,
    }
    names = w.workload(
        "static-site",
        c("nginx", "nginx:1.27.2", ports=[8080], live=probe),
        statuses={"nginx": crash(0, log, reason="Completed", lived=31, shape="backoff", restarts=6)},
        age=1400,
    )
    w.event(
        names[0],
        "Unhealthy",
        "Liveness probe failed: dial tcp 10.42.0.17:8081: connect: connection refused",
        container="nginx",
        back=71,
        count=21,
    )
    w.event(
        names[0],
        "Killing",
        "Container nginx failed liveness probe, will be restarted",
        container="nginx",
        back=71,
        type="Normal",
        count=7,
    )
    return Truth("deployment/static-site", "liveness-probe-failed", "nginx", ("8081",), ("exits-cleanly",)), w


def keycloak_needs_longer_to_build():
    w = World()
    log = """Changes detected in configuration. Updating the server image.
Updating the configuration and installing your custom providers, if any. Please wait.
2026-11-22 03:10:52,118 WARN  [org.keycloak.services] (build-12) KC-SERVICES0047: metrics is implementing the internal SPI
2026-11-22 03:11:09,201 INFO  [io.quarkus.deployment.QuarkusAugmentor] (main) Quarkus augmentation completed in 28411ms
Server configuration updated and persisted. Run the following command to review the configuration:

	kc.sh show-config"""
    names = w.workload(
        "keycloak",
        c(
            "keycloak",
            "quay.io/keycloak/keycloak:26.0.5",
            args=["start"],
            ports=[8080, 9000],
            start=http("/health/started", 9000, period=5, failures=6),
            live=http("/health/live", 9000),
        ),
        kind="StatefulSet",
        statuses={"keycloak": crash(143, log, lived=32, restarts=7)},
        age=2600,
    )
    w.event(
        names[0],
        "Unhealthy",
        'Startup probe failed: Get "http://10.42.0.17:9000/health/started": dial tcp 10.42.0.17:9000: connect: connection refused',
        container="keycloak",
        back=22,
        count=42,
    )
    w.event(
        names[0],
        "Killing",
        "Container keycloak failed startup probe, will be restarted",
        container="keycloak",
        back=22,
        type="Normal",
        count=7,
    )
    for pod in _pods(w, "keycloak"):
        pod["status"]["containerStatuses"][0]["started"] = False
    return Truth("statefulset/keycloak", "startup-probe-failed", "keycloak", ("/health/started",)), w


def runs_but_is_never_ready():
    w = World()
    names = w.workload(
        "loki-gateway",
        c("gateway", "grafana/loki:3.2.1", ports=[3100], ready=http("/ready", 3100, delay=15)),
        statuses={
            "gateway": up(
                3000,
                ready=False,
                log='level=info ts=2026-11-22T02:22:10Z caller=main.go:126 msg="Starting Loki"\nlevel=info ts=2026-11-22T02:22:11Z caller=loki.go:540 msg="Loki started" startup_time=1.2s\n'
                + _chatter(600, "logfmt"),
            ),
        },
        age=3010,
    )
    w.event(
        names[0],
        "Unhealthy",
        "Readiness probe failed: HTTP probe failed with statuscode: 503",
        container="gateway",
        back=4,
        count=298,
    )
    return (
        Truth(
            "deployment/loki-gateway",
            "readiness-probe-failed",
            "gateway",
            ("503", "/ready"),
            ("liveness-probe-failed", "healthy"),
        ),
        w,
    )


# --- the program itself -----------------------------------------------------------------------------------------------


def rust_panic_long_after_the_database_came_back():
    w = World()
    w.service("quotes-pg", 5432, {"app": "quotes-pg"}, ready=1)
    log = (
        "2026-11-22T03:10:00.100Z  WARN quotes::db: connect to quotes-pg:5432 failed: Connection refused (os error 111), retry in 1s\n"
        "2026-11-22T03:10:01.104Z  WARN quotes::db: connect to quotes-pg:5432 failed: Connection refused (os error 111), retry in 2s\n"
        "2026-11-22T03:10:03.120Z  INFO quotes::db: connected to quotes-pg:5432 after 3 attempts\n"
        + _chatter(2600)
        + "thread 'tokio-runtime-worker' panicked at src/book/levels.rs:211:25:\n"
        "index out of bounds: the len is 20 but the index is 20\n"
        "stack backtrace:\n"
        "   0: rust_begin_unwind\n"
        "   1: core::panicking::panic_fmt\n"
        "   2: core::panicking::panic_bounds_check\n"
        "   3: quotes::book::levels::Levels::at\n"
        "             at ./src/book/levels.rs:211:25\n"
        "note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace."
    )
    w.workload(
        "quotes",
        c("quotes", "registry.example/quotes:5.0.0", env={"PGHOST": "quotes-pg"}),
        statuses={"quotes": crash(101, log, lived=27, restarts=4)},
        earlier=[{"containers": [c("quotes", "registry.example/quotes:4.9.3", env={"PGHOST": "quotes-pg"})]}],
        age=900,
    )
    return (
        Truth("deployment/quotes", "app-crash", "quotes", ("levels.rs:211",), ("dependency-unavailable",), undo=True),
        w,
    )


def key_error_of_a_message_and_a_probe_that_cannot_run():
    w = World()
    log = (
        _chatter(500, "logfmt")
        + """2026-11-22 03:11:31,410 ERROR consumer stopped
Traceback (most recent call last):
  File "/app/consumer/main.py", line 61, in <module>
    run()
  File "/app/consumer/main.py", line 48, in run
    handle(json.loads(message.value))
  File "/app/consumer/handlers.py", line 23, in handle
    customer = payload["customer_id"]
               ~~~~~~~^^^^^^^^^^^^^^^
KeyError: 'customer_id'
2026-11-22 03:11:31,502 INFO leaving consumer group crm-sync"""
    )
    names = w.workload(
        "crm-sync",
        c(
            "consumer",
            "registry.example/crm-sync:1.20.0",
            env={"KAFKA_BROKERS": "kafka:9092"},
            live={"exec": {"command": ["curl", "-f", "http://localhost:8080/"]}, "periodSeconds": 10},
        ),
        statuses={"consumer": crash(1, log, lived=6, shape="backoff")},
    )
    w.event(
        names[0],
        "Unhealthy",
        'Liveness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "8e1f": OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH',
        container="consumer",
        back=72,
        count=9,
    )
    return (
        Truth(
            "deployment/crm-sync",
            "app-crash",
            "consumer",
            ("KeyError", "handlers.py"),
            ("bad-config", "liveness-probe-failed", "missing-library"),
        ),
        w,
    )


def kotlin_dies_then_prints_its_metrics():
    w = World()
    log = (
        "03:11:20.001 [main] INFO  acme.Tariffs - tariffs 2.0.1 starting\n"
        "03:11:20.400 [main] WARN  acme.Cache - java.io.FileNotFoundException: /tmp/cache.bin (No such file or directory), starting with an empty cache\n"
        "03:11:21.777 [main] INFO  acme.Tariffs - 1204 tariffs loaded\n"
        'Exception in thread "main" java.lang.IllegalStateException: Zone 17 has overlapping tariffs [a91, b02]\n'
        "\tat acme.zones.ZoneIndex.build(ZoneIndex.kt:73)\n"
        "\tat acme.TariffsKt.main(Tariffs.kt:29)\n"
        "\tat acme.TariffsKt.main(Tariffs.kt)\n"
        "03:11:21.990 [shutdown] INFO  acme.Metrics - final metrics follow\n" + _chatter(700, "prom")
    )
    w.workload(
        "tariffs",
        c("log-tail", "busybox:1.36", command=["tail", "-F", "/var/log/app.log"]),
        c("tariffs", "registry.example/tariffs:2.0.1"),
        c("envoy", "envoyproxy/envoy:v1.32.1"),
        statuses={
            "log-tail": up(560, log="waiting"),
            "tariffs": crash(1, log, lived=9, shape="running", restarts=5),
            "envoy": up(
                560,
                log="[2026-11-22 03:02:40.100][1][warning][config] [source/common/config/grpc_subscription_impl.cc:130] gRPC config: initial fetch timed out for type.googleapis.com/envoy.config.cluster.v3.Cluster\n[2026-11-22 03:02:41.100][1][info][main] starting main dispatch loop",
            ),
        },
    )
    return Truth("deployment/tariffs", "app-crash", "tariffs", ("overlapping tariffs",)), w


def perl_module_in_a_gitops_app():
    w = World()
    log = """Can't locate DBD/Pg.pm in @INC (you may need to install the DBD::Pg module) (@INC entries checked: /app/lib /etc/perl /usr/local/lib/x86_64-linux-gnu/perl/5.38.2 /usr/share/perl5) at /app/lib/Store.pm line 6.
BEGIN failed--compilation aborted at /app/lib/Store.pm line 6.
Compilation failed in require at /app/bin/stockd line 11.
BEGIN failed--compilation aborted at /app/bin/stockd line 11."""
    w.workload(
        "stockd",
        c("stockd", "registry.example/stockd:88"),
        statuses={"stockd": crash(2, log, lived=0.4)},
        earlier=[{"containers": [c("stockd", "registry.example/stockd:87")]}],
        labels={"app.kubernetes.io/instance": "warehouse", "argocd.argoproj.io/instance": "warehouse"},
        annotations={"argocd.argoproj.io/tracking-id": "warehouse:apps/Deployment:production/stockd"},
    )
    return Truth("deployment/stockd", "missing-library", "stockd", ("DBD/Pg.pm",)), w


def musl_loader_in_an_init_container():
    w = World()
    log = """Error loading shared library libssl.so.1.1: No such file or directory (needed by /opt/sync/bin/schema-sync)
Error loading shared library libcrypto.so.1.1: No such file or directory (needed by /opt/sync/bin/schema-sync)
Error relocating /opt/sync/bin/schema-sync: SSL_CTX_new: symbol not found
Error relocating /opt/sync/bin/schema-sync: EVP_sha256: symbol not found"""
    app = c("registry", "registry.example/schema-registry:3.1")
    w.workload(
        "schema-registry",
        app,
        init=(c("schema-sync", "registry.example/schema-sync:alpine3.20"),),
        statuses={"schema-sync": crash(127, log, lived=0.2, shape="backoff"), "registry": waits("PodInitializing")},
        earlier=[{"initContainers": [c("schema-sync", "registry.example/schema-sync:alpine3.16")]}],
        phase="Pending",
    )
    return (
        Truth(
            "deployment/schema-registry",
            "missing-library",
            "schema-sync",
            ("libssl.so.1.1",),
            ("bad-entrypoint", "init-container-failed"),
            undo=True,
        ),
        w,
    )


def windows_line_ends():
    w = World()
    w.workload(
        "report-cron",
        c("runner", "registry.example/report-runner:17", command=["/app/run.sh"]),
        kind="StatefulSet",
        statuses={"runner": crash(127, "/usr/bin/env: 'bash\\r': No such file or directory", lived=0.1)},
    )
    return Truth("statefulset/report-cron", "bad-entrypoint", "runner", ("bash\\r",), ("missing-library",)), w


def flyway_migration_fails():
    w = World()
    w.service("ledger-pg", 5432, {"app": "ledger-pg"}, ready=1)
    log = """Flyway OSS Edition 10.20.1 by Redgate

Database: jdbc:postgresql://ledger-pg:5432/ledger (PostgreSQL 16.4)
Successfully validated 42 migrations (execution time 00:00.118s)
Current version of schema "public": 41
Migrating schema "public" to version "42 - add ledger index"
ERROR: Migration of schema "public" to version "42 - add ledger index" failed! Changes successfully rolled back.
ERROR: Script V42__add_ledger_index.sql failed
---------------------------------------
SQL State  : 42P01
Error Code : 0
Message    : ERROR: relation "ledger_entries_v2" does not exist
Location   : db/migration/V42__add_ledger_index.sql (/flyway/sql/db/migration/V42__add_ledger_index.sql)
Line       : 1
Statement  : CREATE INDEX CONCURRENTLY ix_entries ON ledger_entries_v2 (account_id)"""
    w.workload(
        "ledger",
        c("ledger", "registry.example/ledger:42"),
        init=(c("permissions", "busybox:1.36"), c("flyway", "registry.example/ledger-migrations:42")),
        statuses={
            "permissions": done("ok"),
            "flyway": crash(1, log, lived=4, shape="backoff"),
            "ledger": waits("PodInitializing"),
        },
        phase="Pending",
    )
    return (
        Truth(
            "deployment/ledger",
            "init-container-failed",
            "flyway",
            ("V42__add_ledger_index.sql", "ledger_entries_v2"),
            ("dependency-unavailable",),
        ),
        w,
    )


def preflight_tells_only_the_termination_log():
    w = World()
    w.workload(
        "shardd",
        c("shardd", "registry.example/shardd:6.0", mounts={"/data": "data"}),
        init=(c("preflight", "registry.example/shardd-preflight:6.0"),),
        kind="StatefulSet",
        statuses={
            "preflight": crash(
                3,
                "preflight: checking shard map\n",
                shape="backoff",
                message="preflight: assertion failed: expected 3 shards in shard map, found 2 (missing: shard-c)",
            ),
            "shardd": waits("PodInitializing"),
        },
        spec={"volumes": [{"name": "data", "emptyDir": {}}]},
        phase="Pending",
    )
    return Truth("statefulset/shardd", "init-container-failed", "preflight", ("found 2",)), w


# --- before the program -----------------------------------------------------------------------------------------------


def image_built_on_a_laptop_with_a_restart_between():
    w = World()
    image = "registry.example/tracker:2.0.0"
    message = f'Back-off pulling image "{image}": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "{image}": no match for platform in manifest: not found'
    names = w.workload(
        "tracker",
        c("tracker", image),
        statuses={"tracker": waits("ImagePullBackOff", message)},
        earlier=[
            {"containers": [c("tracker", "registry.example/tracker:1.9.9")]},
            {"containers": [c("tracker", image)]},
        ],
        phase="Pending",
    )
    for kind in ("Deployment", "ReplicaSet"):
        newest = w.objects[kind][-1]
        newest["spec"]["template"]["metadata"]["annotations"] = {"kubectl.kubernetes.io/restartedAt": ago(600)}
    w.event(names[0], "Failed", message.partition("ErrImagePull: ")[2], container="tracker", count=5)
    w.event(names[0], "Failed", "Error: ErrImagePull", container="tracker", count=5)
    w.event(names[0], "BackOff", f'Back-off pulling image "{image}"', container="tracker", count=12, type="Normal")
    return Truth("deployment/tracker", "image-pull-failed", "tracker", ("platform", "tracker:2.0.0"), undo=True), w


def nobody_takes_the_gpu_job():
    w = World()
    text = "0/5 nodes are available: 2 Insufficient nvidia.com/gpu, 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/5 nodes are available: 2 No preemption victims found for incoming pod, 3 Preemption is not helpful for scheduling."
    names = w.workload(
        "trainer",
        c("trainer", "registry.example/trainer:1", resources={"limits": {"nvidia.com/gpu": "4"}}),
        spec={"nodeSelector": {"pool": "gpu-a100"}},
        phase="Pending",
        pod={
            "status": {
                "conditions": [
                    {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": text},
                ],
            },
        },
        age=2400,
    )
    for pod in _pods(w, "trainer"):
        pod["spec"].pop("nodeName")
        for key in ("containerStatuses", "startTime", "podIP"):
            pod["status"].pop(key)
    w.logs.clear()
    w.event(names[0], "FailedScheduling", text, back=100, count=8)
    return Truth("deployment/trainer", "unschedulable", "", ("nvidia.com/gpu",), ("starting",)), w


def disk_still_on_the_old_node():
    w = World()
    w.add(
        "PersistentVolumeClaim",
        "data-cassandra-0",
        age=900000,
        spec={"accessModes": ["ReadWriteOnce"], "volumeName": "pvc-5b0c", "storageClassName": "gp3"},
        status={"phase": "Bound"},
    )
    names = w.workload(
        "cassandra",
        c("cassandra", "cassandra:5.0.2", mounts={"/var/lib/cassandra": "data"}),
        kind="StatefulSet",
        statuses={"cassandra": waits("ContainerCreating")},
        spec={"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data-cassandra-0"}}]},
        phase="Pending",
        age=800,
    )
    w.event(
        names[0],
        "FailedAttachVolume",
        'Multi-Attach error for volume "pvc-5b0c" Volume is already exclusively attached to one node and can\'t be attached to another',
        back=700,
    )
    return Truth("statefulset/cassandra", "volume-mount-failed", "", ("Multi-Attach",), ("starting",)), w


def quota_leaves_no_pod():
    w = World()
    w.add(
        "ResourceQuota",
        "team-quota",
        spec={"hard": {"limits.memory": "16Gi"}},
        status={"hard": {"limits.memory": "16Gi"}, "used": {"limits.memory": "15Gi"}},
    )
    w.workload(
        "batch-api",
        c("api", "registry.example/batch-api:2", limit="2Gi"),
        pods=False,
        status={
            "replicas": 0,
            "unavailableReplicas": 1,
            "conditions": [
                {
                    "type": "ReplicaFailure",
                    "status": "True",
                    "reason": "FailedCreate",
                    "message": 'pods "batch-api-x" is forbidden: exceeded quota: team-quota, requested: limits.memory=2Gi, used: limits.memory=15Gi, limited: limits.memory=16Gi',
                },
            ],
        },
    )
    name = w.objects["ReplicaSet"][-1]["metadata"]["name"]
    for index, suffix in enumerate(("7xk2p", "q9d4z", "m2m8c")):
        w.event(
            name,
            "FailedCreate",
            f'Error creating: pods "{name}-{suffix}" is forbidden: exceeded quota: team-quota, requested: limits.memory=2Gi, used: limits.memory=15Gi, limited: limits.memory=16Gi',
            kind="ReplicaSet",
            back=30 + 60 * index,
        )
    return Truth("deployment/batch-api", "pod-create-rejected", "", ("team-quota",), ("scaled-to-zero", "not-found")), w


def user_by_name_under_run_as_non_root():
    w = World()
    box = c("minio", "registry.example/minio:2024-11", securityContext={"runAsNonRoot": True})
    names = w.workload("minio", box, kind="StatefulSet", statuses={}, phase="Pending", age=700)
    message = f'container has runAsNonRoot and image has non-numeric user (minio), cannot verify user is non-root (pod: "{names[0]}_production(0c6f4a52-1111-2222-3333-444455556666)", container: minio)'
    entry = _pods(w, "minio")[0]["status"]["containerStatuses"][0]
    entry["state"], entry["ready"], entry["started"] = (
        {"waiting": {"reason": "CreateContainerConfigError", "message": message}},
        False,
        False,
    )
    w.logs.clear()
    w.event(names[0], "Failed", f"Error: {message}", container="minio", count=40, back=8)
    return Truth("statefulset/minio", "security-context-denied", "minio", ("runAsNonRoot",), ("bad-config",)), w


def jenkins_home_belongs_to_root():
    w = World()
    w.add("PersistentVolumeClaim", "jenkins-home", spec={"accessModes": ["ReadWriteOnce"]}, status={"phase": "Bound"})
    log = "touch: cannot touch '/var/jenkins_home/copy_reference_file.log': Permission denied\nCan not write to /var/jenkins_home/copy_reference_file.log. Wrong volume permissions?"
    w.workload(
        "jenkins",
        c("jenkins", "jenkins/jenkins:2.479.1-lts", mounts={"/var/jenkins_home": "home"}),
        kind="StatefulSet",
        statuses={"jenkins": crash(1, log, lived=0.3, shape="backoff")},
        spec={
            "securityContext": {"runAsUser": 1000},
            "volumes": [{"name": "home", "persistentVolumeClaim": {"claimName": "jenkins-home"}}],
        },
    )
    return Truth("statefulset/jenkins", "permission-denied", "jenkins", ("/var/jenkins_home",)), w


def kafka_disk_is_full_and_the_shutdown_is_long():
    w = World()
    w.add(
        "PersistentVolumeClaim",
        "data-kafka-0",
        spec={"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "20Gi"}}},
        status={"phase": "Bound", "capacity": {"storage": "20Gi"}},
    )
    log = (
        "[2026-11-22 03:11:10,001] INFO [KafkaRaftServer nodeId=0] Kafka Server started (kafka.server.KafkaRaftServer)\n"
        "[2026-11-22 03:11:21,418] ERROR Error while appending records to clicks-7 in dir /var/lib/kafka/data (org.apache.kafka.storage.internals.log.LogDirFailureChannel)\n"
        "java.io.IOException: No space left on device\n"
        "\tat java.base/sun.nio.ch.FileDispatcherImpl.write0(Native Method)\n"
        "\tat org.apache.kafka.common.record.MemoryRecords.writeFullyTo(MemoryRecords.java:98)\n"
        "[2026-11-22 03:11:21,430] WARN [ReplicaManager broker=0] Stopping serving replicas in dir /var/lib/kafka/data with uuid Some(u9) because the log directory has failed. (kafka.server.ReplicaManager)\n"
        "[2026-11-22 03:11:21,442] ERROR Shutdown broker because all log dirs in /var/lib/kafka/data have failed (kafka.log.LogManager)\n"
        + "".join(
            f"[2026-11-22 03:11:22,{i:03d}] INFO [GroupCoordinator id=0] Unloading coordinator metadata for __consumer_offsets-{i} (org.apache.kafka.coordinator.group.GroupCoordinatorService)\n"
            for i in range(300)
        )
    )
    w.workload(
        "kafka",
        c("kafka", "apache/kafka:3.9.0", mounts={"/var/lib/kafka/data": "data"}),
        kind="StatefulSet",
        statuses={"kafka": crash(1, log, lived=14)},
        spec={"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data-kafka-0"}}]},
    )
    return Truth("statefulset/kafka", "disk-full", "kafka", ("No space left on device", "/var/lib/kafka/data")), w


def fpm_meets_a_new_neighbour_on_its_port():
    w = World()
    fpm = c("php", "registry.example/shop-php:8.3", ports=[9000])
    log = "[22-Nov-2026 03:11:31] ERROR: unable to bind listening socket for address '9000': Address in use (98)\n[22-Nov-2026 03:11:31] ERROR: FPM initialization failed"
    w.workload(
        "shop",
        fpm,
        c("web", "nginx:1.27.2", ports=[8080]),
        c("uploads", "minio/minio:RELEASE.2024-11-07", args=["server", "/data"], ports=[9000, 9001]),
        statuses={
            "php": crash(78, log, lived=0.5),
            "web": up(590, log="start worker processes"),
            "uploads": up(590, log="API: http://10.42.0.17:9000  http://127.0.0.1:9000"),
        },
        earlier=[{"containers": [fpm, c("web", "nginx:1.27.2", ports=[8080])]}],
    )
    return Truth("deployment/shop", "port-conflict", "php", ("9000", "uploads"), ("bad-config",), undo=True), w


def rails_pid_file_in_an_empty_dir():
    w = World()
    log = """=> Booting Puma
=> Rails 7.2.2 application starting in production
=> Run `bin/rails server --help` for more startup options
A server is already running (pid: 1, file: /app/tmp/pids/server.pid).
Exiting"""
    w.workload(
        "backoffice",
        c("rails", "registry.example/backoffice:2026.11.3", mounts={"/app/tmp": "tmp"}),
        statuses={"rails": crash(1, log, lived=4, shape="backoff", restarts=6)},
        spec={"volumes": [{"name": "tmp", "emptyDir": {}}]},
        age=90000,
    )
    return (
        Truth(
            "deployment/backoffice",
            "stale-state",
            "rails",
            ("/app/tmp/pids/server.pid",),
            ("port-conflict", "exits-cleanly"),
            restart=True,
        ),
        w,
    )


def hook_kills_a_good_server():
    w = World()
    names = w.workload(
        "vault-agent-web",
        c(
            "web",
            "registry.example/web:9",
            lifecycle={"postStart": {"exec": {"command": ["/bin/sh", "-c", "/opt/register.sh"]}}},
        ),
        statuses={
            "web": waits(
                "PostStartHookError",
                'Exec lifecycle hook ([/bin/sh -c /opt/register.sh]) for Container "web" in Pod "vault-agent-web_production(0c6f4a52)" failed - error: command \'/bin/sh -c /opt/register.sh\' exited with 7: , message: "curl: (7) Failed to connect to consul port 8500"',
                last=ended(137, lived=32, back=40),
                restarts=4,
                previous="web 9 listening on :8080\nready\n",
            ),
        },
        age=900,
    )
    w.event(names[0], "FailedPostStartHook", "PostStartHook failed", container="web", back=41, count=5)
    w.event(names[0], "Killing", "FailedPostStartHook", container="web", back=41, type="Normal", count=5)
    return (
        Truth(
            "deployment/vault-agent-web",
            "lifecycle-hook-failed",
            "web",
            ("/opt/register.sh",),
            ("oom-killed", "app-crash", "killed-externally"),
        ),
        w,
    )


def queue_worker_stops_when_empty():
    w = World()
    image = "registry.example/laravel-shop:11.4"
    log = "\n   INFO  Processing jobs from the [default] queue.\n\n  2026-11-22 03:11:30 App\\Jobs\\SyncStock ................ RUNNING\n  2026-11-22 03:11:30 App\\Jobs\\SyncStock ........ 48.11ms DONE\n"
    w.workload(
        "shop-queue",
        c("queue", image, command=["php", "artisan", "queue:work", "--stop-when-empty"]),
        statuses={"queue": crash(0, log, reason="Completed", lived=1.4, shape="backoff", restarts=6)},
        earlier=[{"containers": [c("queue", image, command=["php", "artisan", "queue:work"])]}],
    )
    return Truth(
        "deployment/shop-queue", "exits-cleanly", "queue", ("--stop-when-empty",), ("app-crash",), undo=True
    ), w


# --- ended by something else ------------------------------------------------------------------------------------------


def evicted_for_the_nodes_memory():
    w = World()
    _node(w)
    message = "The node was low on resource: memory. Threshold quantity: 100Mi, available: 72200Ki. Container importer was using 2841Mi, request is 256Mi, has larger consumption of memory. "
    names = w.workload(
        "importer",
        c("importer", "registry.example/importer:1", resources={"requests": {"memory": "256Mi"}}),
        statuses={"importer": crash(137, _chatter(30), lived=400, restarts=0)},
        phase="Failed",
        pod={"status": {"reason": "Evicted", "message": message}},
        age=460,
    )
    _pods(w, "importer")[0]["status"]["containerStatuses"][0]["lastState"] = {}
    w.event(names[0], "Evicted", message, back=24)
    return Truth(f"pod/{names[0]}", "evicted", "", ("low on resource: memory", "2841Mi"), ("oom-killed",)), w


def node_stopped_answering():
    w = World()
    _node(w, "node-1")
    _node(w, "node-7", ready="Unknown", reason="NodeStatusUnknown", message="Kubelet stopped posting node status.")
    for app in ("checkout", "search", "mailer"):
        names = w.workload(
            app,
            c(app, f"registry.example/{app}:1"),
            statuses={app: up(70000, log=_chatter(20))},
            node="node-7",
            age=70010,
        )
        for condition in _pods(w, app)[0]["status"]["conditions"]:
            if condition["type"] == "Ready":
                condition |= {"status": "False", "lastTransitionTime": ago(200)}
        w.event(names[0], "NodeNotReady", "Node is not ready", back=200)
    return Truth("deployment/search", "node-unhealthy", "", ("node-7", "Kubelet stopped posting node status")), w


def killed_and_nobody_says_by_whom():
    w = World()
    _node(w)
    names = w.workload(
        "scraper",
        c("scraper", "registry.example/scraper:2"),
        statuses={"scraper": crash(137, _chatter(800), lived=95, restarts=3, shape="running")},
        age=1200,
    )
    w.event(names[0], "Started", "Container started", container="scraper", back=1, type="Normal", count=4)
    return Truth(
        "deployment/scraper", "killed-externally", "scraper", ("137",), ("oom-killed", "liveness-probe-failed")
    ), w


def job_ran_out_of_time():
    w = World()
    job = w.add(
        "Job",
        "nightly-export-29391",
        age=4000,
        spec={
            "activeDeadlineSeconds": 1800,
            "backoffLimit": 6,
            "template": {"spec": {"containers": [c("export")], "restartPolicy": "Never"}},
        },
        status={
            "failed": 1,
            "startTime": ago(4000),
            "conditions": [
                {
                    "type": "FailureTarget",
                    "status": "True",
                    "reason": "DeadlineExceeded",
                    "message": "Job was active longer than specified deadline",
                    "lastTransitionTime": ago(2200),
                },
                {
                    "type": "Failed",
                    "status": "True",
                    "reason": "DeadlineExceeded",
                    "message": "Job was active longer than specified deadline",
                    "lastTransitionTime": ago(2190),
                },
            ],
        },
    )
    w.event(
        job["metadata"]["name"],
        "DeadlineExceeded",
        "Job was active longer than specified deadline",
        kind="Job",
        back=2200,
    )
    return Truth("job/nightly-export-29391", "deadline-exceeded", "", ("1800",), ("not-found",)), w


# --- nothing to fix ---------------------------------------------------------------------------------------------------


def stale_alert_on_a_quiet_veteran():
    w = World()
    log = (
        _chatter(400)
        + (
            '{"time":"2026-11-22T01:02:03Z","level":"ERROR","msg":"upstream call failed, retrying","err":"dial tcp 10.96.3.3:443: connect: connection refused"}\n'
            '{"time":"2026-11-22T01:02:04Z","level":"INFO","msg":"upstream call succeeded after retry"}\n'
            "panic recovered: runtime error: invalid memory address or nil pointer dereference\n"
        )
        + _chatter(1500)
    )
    w.workload(
        "inventory",
        c(
            "inventory",
            "registry.example/inventory:3",
            limit="512Mi",
            live=http("/healthz", 8080),
            ready=http("/healthz", 8080),
        ),
        statuses={
            "inventory": up(1728000, log=log, restarts=1, last=ended(137, "OOMKilled", lived=86400, back=1728002))
        },
        replicas=2,
        age=1814500,
    )
    return Truth(
        "deployment/inventory",
        "healthy",
        "",
        (),
        ("oom-killed", "app-crash", "dependency-unavailable"),
        kind="negative",
    ), w


def one_of_three_is_being_scaled_away():
    w = World()
    names = w.workload(
        "feed",
        c("feed", "registry.example/feed:3", live=http("/healthz", 8080)),
        statuses={"feed": up(40000, log=_chatter(50))},
        replicas=3,
        age=40010,
    )
    going = _pods(w, "feed")[2]
    going["metadata"] |= {"deletionTimestamp": ago(-12), "deletionGracePeriodSeconds": 30}
    entry = going["status"]["containerStatuses"][0]
    entry |= {"state": ended(143, lived=39980, back=6), "ready": False, "started": False}
    for condition in going["status"]["conditions"]:
        if condition["type"] == "Ready":
            condition["status"] = "False"
    for kind in ("Deployment", "ReplicaSet"):
        w.objects[kind][0]["spec"]["replicas"] = w.objects[kind][0]["status"]["replicas"] = 2
    w.event(names[2], "Killing", "Stopping container feed", container="feed", back=18, type="Normal")
    w.event(
        names[2],
        "Unhealthy",
        'Liveness probe failed: Get "http://10.42.0.17:8080/healthz": dial tcp 10.42.0.17:8080: connect: connection refused',
        container="feed",
        back=7,
    )
    return (
        Truth(
            "deployment/feed",
            "healthy",
            "",
            (),
            ("liveness-probe-failed", "killed-externally", "app-crash"),
            kind="negative",
        ),
        w,
    )


def came_back_when_the_broker_did():
    w = World()
    w.service("nats", 4222, {"app": "nats"}, ready=3)
    before = '{"level":"info","msg":"dispatcher starting"}\n{"level":"fatal","msg":"nats connect","url":"nats://nats:4222","error":"dial tcp 10.96.7.7:4222: connect: connection refused"}'
    w.workload(
        "dispatcher",
        c("dispatcher", "registry.example/dispatcher:3", ready=http("/readyz", 8080)),
        statuses={
            "dispatcher": up(
                640,
                log='{"level":"info","msg":"dispatcher starting"}\n{"level":"info","msg":"connected","url":"nats://nats:4222"}\n'
                + _chatter(300),
                restarts=6,
                last=ended(1, lived=3, back=645),
                previous=before,
            ),
        },
        age=1500,
    )
    return Truth("deployment/dispatcher", "recovered", "", ("4222",), ("dependency-unavailable",), kind="negative"), w


def airflow_takes_its_minute():
    w = World()
    names = w.workload(
        "airflow-webserver",
        c(
            "webserver",
            "apache/airflow:2.10.3",
            ports=[8080],
            start=http("/health", 8080, period=10, failures=30, timeout=20),
            live=http("/health", 8080),
            ready=http("/health", 8080),
        ),
        statuses={
            "webserver": up(
                45,
                ready=False,
                log="  ____________       _____________\n ____    |__( )_________  __/__  /________      __\n[2026-11-22T03:11:31.001+0000] {configuration.py:2115} INFO - Creating new FAB webserver config file in: /opt/airflow/webserver_config.py\n/home/airflow/.local/lib/python3.12/site-packages/flask_limiter/extension.py:333 UserWarning: Using the in-memory storage for tracking rate limits as no storage was explicitly specified.\nRunning the Gunicorn Server with:\nWorkers: 4 sync\n",
            ),
        },
        age=60,
    )
    _pods(w, "airflow-webserver")[0]["status"]["containerStatuses"][0]["started"] = False
    w.event(
        names[0],
        "Unhealthy",
        'Startup probe failed: Get "http://10.42.0.17:8080/health": dial tcp 10.42.0.17:8080: connect: connection refused',
        container="webserver",
        back=5,
        count=4,
    )
    return (
        Truth(
            "deployment/airflow-webserver",
            "starting",
            "webserver",
            (),
            ("startup-probe-failed", "readiness-probe-failed"),
            kind="negative",
        ),
        w,
    )


def scaled_down_for_the_night():
    w = World()
    w.workload("demo-env", c("demo", "registry.example/demo:1"), replicas=0, status={"replicas": 0})
    name = w.objects["ReplicaSet"][-1]["metadata"]["name"]
    w.event(name, "SuccessfulDelete", f"Deleted pod: {name}-aaaaa", kind="ReplicaSet", back=1200, type="Normal")
    w.event(
        "demo-env",
        "ScalingReplicaSet",
        f"Scaled down replica set {name} from 2 to 0",
        kind="Deployment",
        back=1200,
        type="Normal",
    )
    w.event(f"{name}-aaaaa", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503", back=1190)
    return Truth(
        "deployment/demo-env", "scaled-to-zero", "", (), ("not-found", "readiness-probe-failed"), kind="negative"
    ), w


def a_pod_that_has_been_replaced():
    w = World()
    w.workload(
        "cart", c("cart", "registry.example/cart:8"), statuses={"cart": up(900, log=_chatter(10))}, replicas=2, age=910
    )
    return Truth(
        "pod/cart-5c9d8f7b66-x7t2q", "not-found", "", ("cart-5c9d8f7b66-x7t2q",), ("healthy",), kind="confusion"
    ), w


def says_nothing_and_exits_one():
    w = World()
    w.workload(
        "legacy-bridge",
        c("bridge", "registry.example/legacy-bridge:0.9", env={"MODE": config("bridge-settings", "mode")}),
        statuses={"bridge": crash(1, "bridge 0.9\ninit\n", lived=5, shape="backoff")},
    )
    _configmap(w, "bridge-settings", mode="primary")
    return (
        Truth(
            "deployment/legacy-bridge",
            None,
            "bridge",
            (),
            ("bad-config", "app-crash", "oom-killed"),
            kind="confusion",
        ),
        w,
    )


CASES = [
    value
    for name, value in list(globals().items())
    if callable(value) and getattr(value, "__module__", "") == __name__ and not name.startswith("_")
]

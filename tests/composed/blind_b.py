"""Scenarios by an examiner who has never seen the engine, second half: each gives (Truth, World)."""

from __future__ import annotations

from tests.composed import world
from tests.composed.world import (
    Status,
    Truth,
    ago,
    c,
    config,
    crash,
    done,
    ended,
    http,
    secret,
    uid,
    up,
    waits,
)

TEXTS = {
    "zap": '{{"level":"info","ts":1795316{n:04d}.113,"logger":"pipeline","caller":"flow/step.go:{n}","msg":"batch written","rows":{n},"failed":0,"errors":null}}',
    "pino": '{{"level":30,"time":17953164{n:05d},"pid":1,"hostname":"web","req":{{"id":{n},"method":"GET","url":"/v2/error-reports?since={n}"}},"res":{{"statusCode":200}},"msg":"request completed"}}',
    "log4j2": '{{"instant":{{"epochSecond":1795316400,"nanoOfSecond":{n}}},"thread":"exec-{n}","level":"WARN","loggerName":"com.acme.http.Retry","message":"attempt {n} failed, retried successfully: java.net.SocketTimeoutException","endOfBatch":false}}',
    "klog": "W1122 03:10:{s:02d}.{n:06d}       1 reflector.go:{n}] watch of *v1.ConfigMap ended with: very short watch: Unexpected watch close - survived, error count {n}",
    "logfmt": 'ts=2026-11-22T03:10:{s:02d}.{n:03d}Z caller=compact.go:{n} level=info component=tsdb msg="write block" mint={n} err=null duration=0.{n}s',
    "metrics": 'app_request_duration_seconds_bucket{{handler="/error",le="0.{n}"}} {n}',
    "java": '"exec-{n}" #{n} daemon prio=5 os_prio=0 cpu=1.2ms elapsed=12.1s tid=0x00007f2c{n:08x} nid=0x{n:x} waiting on condition\n   java.lang.Thread.State: WAITING (parking)\n\tat jdk.internal.misc.Unsafe.park(java.base@21.0.4/Native Method)\n',
    "goroutine": "goroutine {n} [select, 2 minutes]:\ngoogle.golang.org/grpc.(*ccBalancerWrapper).watcher(0xc000{n:06x})\n\t/go/pkg/mod/google.golang.org/grpc@v1.65.0/balancer_wrapper.go:{n} +0x12c\ncreated by google.golang.org/grpc.newCCBalancerWrapper in goroutine 1\n\t/go/pkg/mod/google.golang.org/grpc@v1.65.0/balancer_wrapper.go:99 +0x132\n",
    "syslog": "Nov 22 03:10:{s:02d} box app[{n}]: <info> Nachricht {n} verarbeitet, 0 Fehler",
    "gelf": '{{"version":"1.1","host":"box","short_message":"Bestellung {n} gebucht","level":6,"_fehler":0,"timestamp":17953164{n:02d}.2}}',
}


class World(world.World):
    """A cluster whose controllers have seen their newest specs, as the API of a settled one shows it."""

    def workload(self, name, *containers, kind="Deployment", **more):
        names = super().workload(name, *containers, kind=kind, **more)
        top = next(item for item in reversed(self.objects[kind]) if item["metadata"]["name"] == name)
        if kind != "Job":
            top["status"]["observedGeneration"] = top["metadata"]["generation"]
        return names


def fill(lines: int, shape: str) -> str:
    """Lines of a program at work."""
    return "\n".join(TEXTS[shape].format(n=n + 10, s=n % 60) for n in range(lines)) + "\n"


def job(w: World, name: str, cron: str = "", conditions: list | None = None, **spec) -> None:
    """Turn a workload of the builder into a Job as the API shows one."""
    found = next(item for item in w.objects["Job"] if item["metadata"]["name"] == name)
    found["spec"].pop("replicas")
    found["spec"] |= {"backoffLimit": 6, "completions": 1, "parallelism": 1, **spec}
    found["status"] = {
        "startTime": ago(600),
        "failed": 1,
        **({"conditions": conditions} if conditions else {"active": 1}),
    }
    if cron:
        made = w.add(
            "CronJob", cron, age=864000, spec={"schedule": "*/30 * * * *", "jobTemplate": {"spec": found["spec"]}}
        )
        found["metadata"]["ownerReferences"] = [
            {
                "apiVersion": "batch/v1",
                "kind": "CronJob",
                "name": cron,
                "uid": made["metadata"]["uid"],
                "controller": True,
            }
        ]


def restarted(w: World, name: str) -> None:
    """Mark the newest template as rollout restart does: two ReplicaSets never have quite the same one."""
    newest = next(item for item in w.objects["Deployment"] if item["metadata"]["name"] == name)
    found = w.objects["ReplicaSet"][-1]
    note = {"kubectl.kubernetes.io/restartedAt": ago(600)}
    for item in (newest, found):
        template = item["spec"]["template"]
        item["spec"]["template"] = {**template, "metadata": {**template["metadata"], "annotations": note}}


def sibling(w: World, kind: str, name: str, node: str, statuses: dict[str, Status] | None = None) -> str:
    """Add one more pod of a workload on another node."""
    owner = w.objects[kind][-1]
    labels = next(p for p in w.objects["Pod"] if p["metadata"]["name"].startswith(name))["metadata"]["labels"]
    pod = f"{owner['metadata']['name']}-{uid(name, node)[:5]}"
    w._pod(
        pod, "production", owner, owner["spec"]["template"], statuses or {}, 80000, node, {"labels": labels}, "Running"
    )
    return pod


def vllm_longer_than_its_cache():
    w = World()
    log = (
        "INFO 11-22 03:10:58 [__init__.py:244] Automatically detected platform cuda.\n"
        "INFO 11-22 03:11:02 [api_server.py:1287] vLLM API server version 0.9.1\n"
        + fill(40, "metrics")
        + """ERROR 11-22 03:11:31 [core.py:515] EngineCore failed to start.
ERROR 11-22 03:11:31 [core.py:515] Traceback (most recent call last):
ERROR 11-22 03:11:31 [core.py:515]   File "/usr/local/lib/python3.12/dist-packages/vllm/v1/engine/core.py", line 506, in run_engine_core
ERROR 11-22 03:11:31 [core.py:515]     engine_core = EngineCoreProc(*args, **kwargs)
ERROR 11-22 03:11:31 [core.py:515]   File "/usr/local/lib/python3.12/dist-packages/vllm/v1/core/kv_cache_utils.py", line 545, in check_enough_kv_cache_memory
ERROR 11-22 03:11:31 [core.py:515]     raise ValueError(
ERROR 11-22 03:11:31 [core.py:515] ValueError: To serve at least one request with the models's max seq len (131072), (16.00 GiB KV cache is needed, which is larger than the available KV cache memory (5.41 GiB). Based on the available memory, the estimated maximum model length is 44304. Try increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing the engine.
[rank0]:[W1122 03:11:32.017 ProcessGroupNCCL.cpp:1476] Warning: WARNING: destroy_process_group() was not called before program exit, which can leak resources.
Traceback (most recent call last):
  File "/usr/local/bin/vllm", line 10, in <module>
    sys.exit(main())
  File "/usr/local/lib/python3.12/dist-packages/vllm/v1/engine/utils.py", line 473, in wait_for_engine_startup
    raise RuntimeError("Engine core initialization failed. "
RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}"""
    )
    args = ["--model", "meta-llama/Llama-3.1-8B-Instruct", "--max-model-len"]
    good = c("vllm", "vllm/vllm-openai:v0.9.1", args=[*args, "32768"], limit="48Gi")
    w.workload(
        "llama",
        c("vllm", "vllm/vllm-openai:v0.9.1", args=[*args, "131072"], limit="48Gi"),
        earlier=[{"containers": [good]}],
        statuses={"vllm": crash(1, log, lived=41, shape="backoff")},
    )
    return Truth("deployment/llama", "bad-config", "vllm", ("max_model_len", "131072"), undo=True), w


def none_from_getenv_in_a_library():
    w = World()
    log = fill(30, "logfmt") + (
        """{"event": "worker booting", "level": "info", "timestamp": "2026-11-22T03:11:30Z"}
Traceback (most recent call last):
  File "/srv/ledger/__main__.py", line 31, in <module>
    run()
  File "/srv/ledger/wiring.py", line 12, in run
    bus = acmebus.connect_from_environment()
  File "/usr/lib/python3.12/site-packages/acmebus/client.py", line 88, in connect_from_environment
    port=int(os.getenv("LEDGER_BUS_PORT")),
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
TypeError: int() argument must be a string, a bytes-like object or a real number, not 'NoneType'
{"event": "atexit: flushing 0 spans", "level": "info", "timestamp": "2026-11-22T03:11:31Z"}"""
    )
    w.workload(
        "ledger-writer",
        c("writer", "registry.example/ledger:8.1", env={"LEDGER_BUS_HOST": "bus", "LEDGER_BUS_TOPIC": "postings"}),
        statuses={"writer": crash(1, log, lived=3)},
    )
    return Truth(
        "deployment/ledger-writer", "bad-config", "writer", ("LEDGER_BUS_PORT",), never=("app-crash",), kind="confusion"
    ), w


def service_link_shadows_a_number():
    w = World()
    log = fill(12, "klog") + (
        "I1122 03:11:30.004120       1 main.go:41] exporter 2.4.0 starting\n"
        'F1122 03:11:30.009117       1 options.go:77] cannot read option INFLUX_PORT: strconv.ParseInt: parsing "tcp://10.96.44.3:8086": invalid syntax\n'
        + fill(30, "goroutine")
    )
    w.workload(
        "influx-exporter",
        c("exporter", "registry.example/influx-exporter:2.4.0", env={"INFLUX_ORG": "acme"}),
        statuses={"exporter": crash(255, log, lived=3)},
    )
    w.service("influx", 8086, {"app": "influx"}, ready=1, ip="10.96.44.3")
    return Truth("deployment/influx-exporter", "bad-config", "exporter", ("INFLUX_PORT", "tcp://10.96.44.3:8086")), w


def german_house_words():
    w = World()
    log = (
        fill(200, "gelf")
        + '{"version":"1.1","host":"mahnlauf","short_message":"Start abgebrochen: Pflichtangabe MANDANT_KENNUNG ist in der Umgebung nicht gesetzt","level":2,"timestamp":1795316490.1}\n'
        + "\n".join(
            f'{{"version":"1.1","host":"mahnlauf","short_message":"Abbauschritt {i}: Baustein ordentlich beendet","level":6,"timestamp":1795316491.{i}}}'
            for i in range(90)
        )
    )
    w.workload(
        "mahnlauf",
        c("kern", "registry.example/mahnlauf:2026.11", env={"MANDANT_LAND": "DE"}),
        statuses={"kern": crash(78, log, lived=5, shape="running")},
    )
    return Truth("deployment/mahnlauf", "bad-config", "kern", ("MANDANT_KENNUNG",)), w


def localhost_and_nobody_there():
    w = World()
    log = fill(900, "pino") + (
        '{"level":50,"time":1795316411000,"pid":1,"hostname":"web","err":{"type":"Error","message":"connect ECONNREFUSED 127.0.0.1:5672","stack":"Error: connect ECONNREFUSED 127.0.0.1:5672\\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1607:16)","errno":-111,"code":"ECONNREFUSED","syscall":"connect","address":"127.0.0.1","port":5672},"msg":"broker unreachable, giving up"}\n'
        '{"level":30,"time":1795316411010,"pid":1,"hostname":"web","msg":"closed http server"}'
    )
    w.workload(
        "invoice-mailer",
        c("web", "registry.example/invoice-mailer:77", env={"SMTP_HOST": "smtp.example", "PORT": "8080"}),
        statuses={"web": crash(1, log, lived=12)},
    )
    return Truth(
        "deployment/invoice-mailer",
        "bad-config",
        "web",
        ("127.0.0.1:5672",),
        never=("dependency-unavailable",),
        kind="confusion",
    ), w


def flip_to_a_deleted_secret():
    w = World()
    old = "panic: runtime error: index out of range [4] with length 4\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:19 +0x1d\nexit status 2"
    status = crash(2, old, shape="backoff", restarts=3)
    pods = w.workload(
        "keystore",
        c("keystore", env={"MASTER_KEY": secret("keystore-master", "key")}),
        kind="StatefulSet",
        age=4000,
        statuses={"keystore": status},
    )
    w.event(pods[0], "Failed", 'Error: secret "keystore-master" not found', container="keystore", back=12, count=3)
    w.event(
        pods[0],
        "BackOff",
        f"Back-off restarting failed container keystore in pod {pods[0]}",
        container="keystore",
        back=40,
        count=7,
    )
    return Truth(
        "statefulset/keystore",
        "missing-secret",
        "keystore",
        ("keystore-master",),
        never=("app-crash",),
        kind="confusion",
    ), w


def native_sidecar_without_its_key():
    w = World()
    text = "couldn't find key ca.pem in Secret production/mesh-identity"
    pods = w.workload(
        "checkout",
        c("web"),
        init=(
            c("bootstrap"),
            c("mesh-agent", restartPolicy="Always", env={"MESH_CA": secret("mesh-identity", "ca.pem")}),
        ),
        statuses={
            "bootstrap": done("rules written\n"),
            "mesh-agent": waits("CreateContainerConfigError", text),
            "web": waits("PodInitializing"),
        },
        phase="Pending",
    )
    w.add("Secret", "mesh-identity", type="Opaque", data={"ca.crt": "eA==", "id": "eA=="})
    w.event(pods[0], "Failed", f"Error: {text}", container="mesh-agent", init=True, count=9)
    return Truth(f"pod/{pods[0]}", "missing-secret", "mesh-agent", ("ca.pem", "mesh-identity")), w


def cronjob_mounts_a_key_that_is_not_there():
    w = World()
    pods = w.workload(
        "settlement-29383",
        c("settle", mounts={"/etc/sftp": "sftp-keys"}),
        kind="Job",
        age=400,
        spec={
            "restartPolicy": "Never",
            "volumes": [
                {
                    "name": "sftp-keys",
                    "secret": {"secretName": "bank-sftp", "items": [{"key": "id_ed25519", "path": "id"}]},
                }
            ],
        },
        statuses={"settle": waits("ContainerCreating")},
        phase="Pending",
    )
    job(w, "settlement-29383", cron="settlement")
    w.add("Secret", "bank-sftp", type="Opaque", data={"id_rsa": "eA==", "known_hosts": "eA=="})
    w.event(
        pods[0],
        "FailedMount",
        'MountVolume.SetUp failed for volume "sftp-keys" : references non-existent secret key: id_ed25519',
        back=30,
        count=11,
    )
    return Truth("cronjob/settlement", "missing-secret", "settle", ("id_ed25519", "bank-sftp")), w


def one_of_three_lacks_a_secret():
    w = World()
    text = 'secret "kyc-vendor-v2" not found'
    others = [c("api", "registry.example/kyc:5"), c("metrics", "registry.example/statsd:1")]
    good = c("vendor-bridge", "registry.example/bridge:5", env={"VENDOR_KEY": secret("kyc-vendor", "key")})
    bad = c("vendor-bridge", "registry.example/bridge:5", env={"VENDOR_KEY": secret("kyc-vendor-v2", "key")})
    pods = w.workload(
        "kyc",
        others[0],
        bad,
        others[1],
        earlier=[{"containers": [others[0], good, others[1]]}, {"containers": [others[0], bad, others[1]]}],
        statuses={
            "vendor-bridge": waits("CreateContainerConfigError", text),
            "api": up(
                500, log=fill(300, "pino") + '{"level":50,"msg":"bridge not ready yet: ECONNREFUSED 127.0.0.1:7001"}'
            ),
            "metrics": up(500),
        },
    )
    restarted(w, "kyc")
    w.add("Secret", "kyc-vendor", type="Opaque", data={"key": "eA=="})
    w.event(pods[0], "Failed", f"Error: {text}", container="vendor-bridge", count=20)
    return Truth("deployment/kyc", "missing-secret", "vendor-bridge", ("kyc-vendor-v2",), undo=True), w


def configmap_with_a_near_name():
    w = World()
    text = 'configmap "feature-flags-prod" not found'
    pods = w.workload(
        "catalog",
        c("web", envFrom=[{"configMapRef": {"name": "feature-flags-prod"}}]),
        statuses={"web": waits("CreateContainerConfigError", text)},
        phase="Pending",
    )
    w.add("ConfigMap", "feature-flag-prod", data={"A": "1"})
    w.event(pods[0], "Failed", f"Error: {text}", container="web", count=14)
    return Truth("deployment/catalog", "missing-configmap", "web", ("feature-flags-prod", "feature-flag-prod")), w


def oom_behind_a_shell_that_ends_well():
    w = World()
    log = (
        fill(1500, "zap")
        + "/opt/run.sh: line 9:    14 Killed                  /opt/spark/bin/spark-submit --master local[4] /jobs/score.py\nrun.sh: cleanup finished, bye\n"
    )
    w.workload(
        "scorer",
        c("spark", command=["/opt/run.sh"], limit="1Gi"),
        statuses={"spark": crash(0, log, reason="OOMKilled", lived=73, shape="backoff", restarts=7)},
    )
    return Truth("deployment/scorer", "oom-killed", "spark", ("1Gi",), never=("exits-cleanly",), kind="confusion"), w


def oom_in_an_init_container():
    w = World()
    w.workload(
        "search-node",
        c("search", limit="4Gi"),
        kind="StatefulSet",
        init=(c("unpack-index", "registry.example/unpack:3", limit="64Mi"),),
        statuses={
            "unpack-index": crash(137, "unpacking snapshot 2026-11-21 (3.4 GB)\n", reason="OOMKilled", lived=8),
            "search": waits("PodInitializing"),
        },
        phase="Pending",
    )
    return Truth("statefulset/search-node", "oom-killed", "unpack-index", ("64Mi",)), w


def oom_before_the_first_instruction():
    w = World()
    text = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?)"
    image = "registry.example/dns-cache:1.9"
    status = crash(128, "", reason="StartError", shape="backoff", message=text)
    status.last["terminated"]["startedAt"] = "1970-01-01T00:00:00Z"
    pods = w.workload(
        "dns-cache",
        c("cache", image, limit="6Mi"),
        earlier=[{"containers": [c("cache", image, limit="64Mi")]}],
        statuses={"cache": status},
    )
    w.event(pods[0], "Failed", f"Error: {text}", container="cache", back=70, count=5)
    return Truth("deployment/dns-cache", "oom-killed", "cache", ("6Mi",), never=("bad-entrypoint",), undo=True), w


def node_runs_out_of_memory():
    w = World()
    log = (
        "2026.11.22 03:10:01.101 [ 1 ] {} <Information> Application: Starting ClickHouse 24.8.4.13 (revision: 54491)\n"
        + "\n".join(
            f"2026.11.22 03:10:{i % 60:02d}.31 [ {i} ] {{}} <Error> executeQuery: Code: 241. DB::Exception: Memory limit (for query) exceeded: would use 9.3 GiB. (MEMORY_LIMIT_EXCEEDED)"
            for i in range(40)
        )
    )
    w.workload(
        "clickhouse",
        c("clickhouse", "clickhouse/clickhouse-server:24.8"),
        kind="StatefulSet",
        node="node-4",
        statuses={"clickhouse": crash(137, log, reason="OOMKilled", lived=340, restarts=3)},
    )
    w.add(
        "Node",
        "node-4",
        status={
            "conditions": [{"type": "Ready", "status": "True"}, {"type": "MemoryPressure", "status": "False"}],
            "allocatable": {"memory": "32Gi"},
        },
    )
    w.event(
        "node-4",
        "SystemOOM",
        "System OOM encountered, victim process: clickhouse-serv, pid: 70113",
        kind="Node",
        namespace="default",
        back=20,
    )
    return Truth("statefulset/clickhouse", "oom-killed", "clickhouse", ("System OOM",)), w


def heap_of_a_quartz_scheduler():
    w = World()
    log = (
        fill(1200, "log4j2")
        + '{"instant":{"epochSecond":1795316480},"thread":"QuartzScheduler_Worker-4","level":"ERROR","loggerName":"org.quartz.core.JobRunShell","message":"Job NIGHTLY.statements threw an unhandled Exception: ","thrown":{"name":"java.lang.OutOfMemoryError","message":"Java heap space"}}\n'
        "java.lang.OutOfMemoryError: Java heap space\nDumping heap to /tmp/java_pid1.hprof ...\nHeap dump file created [268120331 bytes in 1.4 secs]\n"
        "Terminating due to java.lang.OutOfMemoryError: Java heap space\n" + fill(40, "java")
    )
    w.workload(
        "statements",
        c("quartz", env={"JAVA_TOOL_OPTIONS": "-Xmx256m -XX:+ExitOnOutOfMemoryError"}, limit="2Gi"),
        statuses={"quartz": crash(3, log, lived=95, restarts=4)},
    )
    return Truth(
        "deployment/statements", "heap-exhausted", "quartz", ("Java heap space", "-Xmx256m"), never=("oom-killed",)
    ), w


def chain_into_another_namespace():
    w = World()
    w.workload(
        "gateway",
        c("gw", env={"ORDERS_URL": "http://orders:8080"}),
        statuses={
            "gw": crash(
                1,
                fill(60, "zap")
                + '{"level":"fatal","ts":1795316491.2,"caller":"gw/main.go:71","msg":"route table cannot be loaded","error":"Get \\"http://orders:8080/routes\\": dial tcp 10.96.7.8:8080: connect: connection refused"}',
                lived=4,
            )
        },
    )
    w.workload(
        "orders",
        c("orders", env={"DSN": "postgres://orders@ledger-db.data.svc.cluster.local:5432/o"}),
        statuses={
            "orders": crash(
                1,
                fill(20, "logfmt")
                + 'ts=2026-11-22T03:11:40Z level=error msg="store not reachable" err="failed to connect to `host=ledger-db.data.svc.cluster.local user=orders database=o`: dial error (dial tcp 10.96.9.9:5432: connect: connection refused)"',
                lived=3,
            )
        },
    )
    w.service("orders", 8080, {"app": "orders"}, ip="10.96.7.8")
    w.workload("ledger-db", c("postgres", "postgres:16"), kind="StatefulSet", replicas=0, namespace="data")
    w.service("ledger-db", 5432, {"app": "ledger-db"}, namespace="data", ip="10.96.9.9")
    return Truth("deployment/gateway", "dependency-unavailable", "gw", ("orders:8080", "ledger-db")), w


def policy_stops_the_way_out():
    w = World()
    log = fill(1000, "zap") + (
        '{"level":"warn","ts":1795316480.2,"caller":"amqp/dial.go:40","msg":"broker dial failed, attempt 5 of 5","error":"dial tcp 10.96.7.7:5672: i/o timeout"}\n'
        '{"level":"fatal","ts":1795316480.3,"caller":"cmd/root.go:90","msg":"exhausted attempts against events-mq:5672"}\n'
    )
    w.workload("shipper", c("shipper", env={"MQ": "events-mq:5672"}), statuses={"shipper": crash(1, log, lived=150)})
    w.workload("events-mq", c("rabbitmq", "rabbitmq:3.13", ports=[5672]), kind="StatefulSet", age=80000)
    w.service("events-mq", 5672, {"app": "events-mq"}, ready=1)
    w.add(
        "NetworkPolicy",
        "egress-lockdown",
        age=700,
        spec={
            "podSelector": {"matchLabels": {"app": "shipper"}},
            "policyTypes": ["Egress"],
            "egress": [{"ports": [{"port": 53, "protocol": "UDP"}]}],
        },
    )
    return Truth("deployment/shipper", "dependency-unavailable", "shipper", ("events-mq", "egress-lockdown")), w


def external_name_leads_nowhere():
    w = World()
    log = """node:internal/process/promises:394
      triggerUncaughtException(err, true /* fromPromise */);
      ^

Error: getaddrinfo ENOTFOUND legacy-erp
    at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:120:26) {
  errno: -3008,
  code: 'ENOTFOUND',
  syscall: 'getaddrinfo',
  hostname: 'legacy-erp'
}

Node.js v22.9.0"""
    w.workload("erp-sync", c("sync", env={"ERP_HOST": "legacy-erp"}), statuses={"sync": crash(1, log, lived=1)})
    w.add(
        "Service",
        "legacy-erp",
        age=8000000,
        spec={"type": "ExternalName", "externalName": "erp01.rz.acme.example", "sessionAffinity": "None"},
    )
    return Truth("deployment/erp-sync", "dependency-unavailable", "sync", ("legacy-erp", "erp01.rz.acme.example")), w


def service_aims_at_the_wrong_port():
    w = World()
    log = fill(40, "pino") + (
        '{"level":60,"time":1795316491000,"pid":1,"hostname":"quotes","msg":"tarif pricing indisponible","err":{"type":"FetchError","message":"request to http://pricing/v1/tarifs failed, reason: connect ECONNREFUSED 10.96.7.7:80","code":"ECONNREFUSED"}}'
    )
    w.workload("quotes", c("quotes", env={"PRICING": "http://pricing"}), statuses={"quotes": crash(1, log)})
    w.workload("pricing", c("pricing", ports=[9090]), age=80000)
    w.service("pricing", 80, {"app": "pricing"}, ready=1, ports=[{"port": 80, "targetPort": 9091, "protocol": "TCP"}])
    w.objects["EndpointSlice"][-1]["ports"] = [{"port": 9091, "protocol": "TCP"}]
    return Truth("deployment/quotes", "dependency-unavailable", "quotes", ("pricing", "9091")), w


def headless_without_an_address():
    w = World()
    log = fill(30, "zap") + (
        "2026/11/22 03:11:40 Loading config; env=docker,zone=,configDir=config\n"
        "Unable to start server. Error: sql schema version compatibility check failed: unable to create SQL connection: failed to connect: dial tcp: lookup temporal-db on 10.96.0.10:53: no such host\n"
    )
    w.workload(
        "temporal-history",
        c("history", "temporalio/server:1.25", env={"POSTGRES_SEEDS": "temporal-db"}),
        statuses={"history": crash(1, log)},
    )
    w.workload(
        "temporal-db",
        c("postgres", "postgres:16", mounts={"/var/lib/postgresql/data": "data"}),
        kind="StatefulSet",
        statuses={
            "postgres": crash(
                1,
                "PostgreSQL Database directory appears to contain a database; Skipping initialization\n\n2026-11-22 03:11:20.100 UTC [1] FATAL:  database files are incompatible with server\n2026-11-22 03:11:20.100 UTC [1] DETAIL:  The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 16.4.",
            )
        },
    )
    w.service("temporal-db", 5432, {"app": "temporal-db"}, ip="None")
    return Truth("deployment/temporal-history", "dependency-unavailable", "history", ("temporal-db",)), w


def database_down_then_the_kubelet():
    w = World()
    log = (
        "2026-11-22T03:10:40.100Z  INFO 1 --- [main] c.a.reserva.Aplicacao : Iniciada em 9.1 segundos\n"
        + "\n".join(
            f"2026-11-22T03:11:{i % 60:02d}.100Z  WARN 1 --- [cluster-x] c.a.reserva.Banco : banco de dados indisponível: com.mongodb.MongoSocketOpenException: Exception opening socket, caused by java.net.ConnectException: Connection refused, server=reservas-mongo:27017"
            for i in range(30)
        )
        + "\n2026-11-22T03:11:39.800Z  INFO 1 --- [ionShutdownHook] o.s.b.w.e.tomcat.GracefulShutdown : Commencing graceful shutdown. Waiting for active requests to complete"
    )
    pods = w.workload(
        "reservas",
        c("api", live=http("/actuator/health", 8080, 20, 10, 3), env={"MONGO": "mongodb://reservas-mongo:27017"}),
        statuses={"api": crash(143, log, lived=45)},
    )
    w.event(
        pods[0],
        "Unhealthy",
        "Liveness probe failed: HTTP probe failed with statuscode: 503",
        container="api",
        back=25,
        count=9,
    )
    w.event(
        pods[0],
        "Killing",
        "Container api failed liveness probe, will be restarted",
        container="api",
        back=24,
        type="Normal",
        count=3,
    )
    w.service("reservas-mongo", 27017, {"app": "reservas-mongo"})
    return Truth("deployment/reservas", "dependency-unavailable", "api", ("reservas-mongo", "503")), w


def operator_may_not_list():
    w = World()
    line = 'E1122 03:{m:02d}:{s:02d}.102030       1 reflector.go:166] "Unhandled Error" err="pkg/mod/k8s.io/client-go@v0.31.0/tools/cache/reflector.go:243: Failed to watch *v1.Lease: failed to list *v1.Lease: leases.coordination.k8s.io is forbidden: User \\"system:serviceaccount:production:vault-sync\\" cannot list resource \\"leases\\" in API group \\"coordination.k8s.io\\" at the cluster scope" logger="UnhandledError"'
    log = (
        fill(30, "klog")
        + "\n".join(line.format(m=9 + i // 2, s=i % 2 * 30) for i in range(4))
        + '\n2026-11-22T03:11:38Z\tERROR\tcontroller-runtime.source.EventHandler\tfailed to get informer from cache\t{"error": "Timeout: failed waiting for *v1.Lease Informer to sync"}\n'
        '2026-11-22T03:11:38Z\tERROR\tsetup\tproblem running manager\t{"error": "failed to wait for lease caches to sync: timed out waiting for cache to be synced for Kind *v1.Lease"}\n'
        + fill(10, "zap")
    )
    w.workload(
        "vault-sync",
        c("manager"),
        pod={"spec": {"serviceAccountName": "vault-sync"}},
        statuses={"manager": crash(1, log, lived=121)},
    )
    return Truth("deployment/vault-sync", "dependency-auth-failed", "manager", ("vault-sync", "leases")), w


def localhost_and_the_proxy_is_refused():
    w = World()
    w.workload(
        "billing-es",
        c("web", env={"DB_HOST": "127.0.0.1", "DB_PORT": "5432"}),
        c(
            "cloud-sql-proxy",
            "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.13",
            args=["--port=5432", "acme:europe-west1:billing"],
        ),
        statuses={
            "web": crash(
                1,
                fill(100, "pino")
                + "No se pudo abrir la base de datos: connect ECONNREFUSED 127.0.0.1:5432. Se cierra el proceso.",
                lived=6,
            ),
            "cloud-sql-proxy": crash(
                1,
                '2026/11/22 03:11:20 Authorizing with Application Default Credentials\n2026/11/22 03:11:21 The proxy has encountered a terminal error: unable to start: [acme:europe-west1:billing] Unable to mount socket: failed to get instance metadata (connection name = "acme:europe-west1:billing"): googleapi: Error 403: boss::NOT_AUTHORIZED: Not authorized to access resource. Possibly missing permission cloudsql.instances.get on resource instances/billing., forbidden',
                lived=2,
            ),
        },
    )
    return Truth(
        "deployment/billing-es",
        "dependency-auth-failed",
        "cloud-sql-proxy",
        ("cloudsql.instances.get", "403"),
        kind="confusion",
    ), w


def certificate_out_of_time_in_serilog():
    w = World()
    log = fill(300, "gelf") + (
        '{"@t":"2026-11-22T03:11:39.100Z","@mt":"Token endpoint could not be asked","@l":"Fatal","@x":"System.Net.Http.HttpRequestException: The SSL connection could not be established, see inner exception.\\n ---> System.Security.Authentication.AuthenticationException: The remote certificate is invalid because of errors in the certificate chain: NotTimeValid\\n   at System.Net.Security.SslStream.SendAuthResetSignal(ReadOnlySpan`1 alert, ExceptionDispatchInfo exception)\\n   --- End of inner exception stack trace ---\\n   at Acme.Login.Program.Main(String[] args)","Host":"idp.acme.example"}\n'
        + "\n".join(
            f'{{"@t":"2026-11-22T03:11:40.1Z","@mt":"Stopping hosted service {{Name}}","Name":"Service{i}"}}'
            for i in range(60)
        )
    )
    w.workload("login", c("login"), statuses={"login": crash(1, log, lived=6, shape="running")})
    return Truth("deployment/login", "tls-certificate", "login", ("NotTimeValid",)), w


def daemonset_killed_on_one_node():
    w = World()
    log = fill(600, "logfmt")
    pods = w.workload(
        "edge-relay",
        c(
            "relay",
            live={
                "exec": {"command": ["/relay", "ping"]},
                "periodSeconds": 10,
                "timeoutSeconds": 2,
                "failureThreshold": 3,
            },
        ),
        kind="DaemonSet",
        age=80000,
        node="node-9",
        statuses={"relay": crash(137, log, lived=812, restarts=9, shape="backoff")},
    )
    for node in ("node-1", "node-2", "node-3"):
        sibling(w, "DaemonSet", "edge-relay", node, {"relay": up(80000, log=log)})
    w.event(
        pods[0],
        "Unhealthy",
        'Liveness probe failed: command timed out: "/relay ping" timed out after 2s',
        container="relay",
        back=105,
        count=27,
    )
    w.event(
        pods[0],
        "Killing",
        "Container relay failed liveness probe, will be restarted",
        container="relay",
        back=101,
        type="Normal",
        count=9,
    )
    return Truth(
        f"pod/{pods[0]}",
        "liveness-probe-failed",
        "relay",
        ("timed out after 2s",),
        never=("oom-killed", "killed-externally"),
    ), w


def graceful_end_whose_events_are_gone():
    w = World()
    log = (
        "/docker-entrypoint.sh: Configuration complete; ready for start up\n2026/11/22 03:11:08 [notice] 1#1: nginx/1.27.1\n2026/11/22 03:11:08 [notice] 1#1: start worker processes\n"
        + "\n".join(
            f'10.42.0.1 - - [22/Nov/2026:03:11:{18 + i * 10 % 40:02d} +0000] "GET /ping HTTP/1.1" 404 153 "-" "kube-probe/1.36" "-"'
            for i in range(3)
        )
        + "\n2026/11/22 03:11:39 [notice] 1#1: signal 3 (SIGQUIT) received, shutting down\n2026/11/22 03:11:39 [notice] 29#29: gracefully shutting down\n2026/11/22 03:11:39 [notice] 29#29: exit\n2026/11/22 03:11:39 [notice] 1#1: worker process 29 exited with code 0\n2026/11/22 03:11:39 [notice] 1#1: exit"
    )
    w.workload(
        "assets",
        c("nginx", "nginx:1.27", live=http("/ping", 80, 10, 10, 3), ports=[80]),
        age=80000,
        statuses={"nginx": crash(0, log, reason="Completed", lived=31, restarts=203, shape="backoff")},
    )
    return Truth(
        "deployment/assets",
        "liveness-probe-failed",
        "nginx",
        ("/ping", "404"),
        never=("exits-cleanly",),
        kind="confusion",
    ), w


def native_sidecar_fails_its_probe():
    w = World()
    log = (
        "==> Vault agent configuration:\n"
        + fill(200, "logfmt")
        + "==> Vault agent shutdown triggered\n2026-11-22T03:11:39.711Z [INFO]  agent: sinks finished, exiting"
    )
    pods = w.workload(
        "payroll",
        c("payroll", ports=[8080]),
        init=(
            c(
                "vault-agent",
                "hashicorp/vault:1.17",
                restartPolicy="Always",
                live=http("/agent/v1/alive", 8200, 5, 5, 4),
            ),
        ),
        statuses={
            "vault-agent": crash(0, log, reason="Completed", lived=24, shape="backoff", restarts=11),
            "payroll": up(3000),
        },
        age=3000,
    )
    w.event(
        pods[0],
        "Unhealthy",
        'Liveness probe failed: Get "http://10.42.0.17:8200/agent/v1/alive": dial tcp 10.42.0.17:8200: connect: connection refused',
        container="vault-agent",
        init=True,
        back=75,
        count=40,
    )
    w.event(
        pods[0],
        "Killing",
        "Init container vault-agent failed liveness probe",
        container="vault-agent",
        init=True,
        back=71,
        type="Normal",
        count=10,
    )
    return Truth(
        f"pod/{pods[0]}", "liveness-probe-failed", "vault-agent", ("8200",), never=("exits-cleanly",), kind="confusion"
    ), w


def french_rails_with_a_new_probe_path():
    w = World()
    log = (
        "=> Booting Puma\n=> Rails 7.2.1 application starting in production\n* Listening on http://0.0.0.0:3000\n"
        + "\n".join(
            f'{{"@timestamp":"2026-11-22T03:11:{i:02d}Z","log.level":"warn","message":"Aucune route ne correspond à [GET] \\"/sante\\"","ecs.version":"8.11","http":{{"response":{{"status_code":404}}}}}}'
            for i in range(9, 40, 10)
        )
        + "\n- Gracefully stopping, waiting for requests to finish\n=== puma shutdown: 2026-11-22 03:11:40 +0000 ===\n- Goodbye!\nExiting"
    )
    image = "registry.example/boutique:91"
    pods = w.workload(
        "boutique",
        c("rails", image, live=http("/sante", 3000, 5, 10, 3)),
        earlier=[{"containers": [c("rails", image, live=http("/up", 3000, 5, 10, 3))]}],
        statuses={"rails": crash(143, log, lived=27)},
    )
    w.event(
        pods[0],
        "Unhealthy",
        "Liveness probe failed: HTTP probe failed with statuscode: 404",
        container="rails",
        back=22,
        count=12,
    )
    w.event(
        pods[0],
        "Killing",
        "Container rails failed liveness probe, will be restarted",
        container="rails",
        back=21,
        type="Normal",
        count=4,
    )
    return Truth("deployment/boutique", "liveness-probe-failed", "rails", ("404", "/sante"), undo=True), w


def japanese_replay_longer_than_the_startup_budget():
    w = World()
    log = "\n".join(
        f"2026-11-22 03:10:{i % 60:02d},100 情報 [復旧] ジャーナルを再生しています ({i}/900) エラーなし"
        for i in range(0, 120, 2)
    )
    pods = w.workload(
        "torihiki",
        c("torihiki", start=http("/ready", 8080, 0, 10, 6), live=http("/live", 8080)),
        kind="StatefulSet",
        statuses={"torihiki": crash(137, log, lived=91, restarts=6, shape="backoff")},
    )
    w.event(
        pods[0],
        "Unhealthy",
        'Startup probe failed: Get "http://10.42.0.17:8080/ready": dial tcp 10.42.0.17:8080: connect: connection refused',
        container="torihiki",
        back=101,
        count=36,
    )
    w.event(
        pods[0],
        "Killing",
        "Container torihiki failed startup probe, will be restarted",
        container="torihiki",
        back=100,
        type="Normal",
        count=6,
    )
    return Truth(
        "statefulset/torihiki",
        "startup-probe-failed",
        "torihiki",
        ("refused",),
        never=("oom-killed", "liveness-probe-failed"),
    ), w


def only_not_ready():
    w = World()
    log = (
        fill(1000, "log4j2")
        + '{"level":"ERROR","loggerName":"com.acme.cache","message":"cache warm-up not complete: 3 of 40 partitions"}'
    )
    pods = w.workload(
        "profile-cache",
        c("cache", ready=http("/ready", 8080), live=http("/live", 8080)),
        age=2400,
        statuses={"cache": up(2390, ready=False, log=log)},
    )
    w.event(
        pods[0],
        "Unhealthy",
        "Readiness probe failed: HTTP probe failed with statuscode: 503",
        container="cache",
        back=4,
        count=230,
    )
    return Truth("deployment/profile-cache", "readiness-probe-failed", "cache", ("503",), kind="negative"), w


def key_error_on_a_row():
    w = World()
    log = fill(400, "logfmt") + (
        '{"event": "import failed", "level": "critical", "timestamp": "2026-11-22T03:11:39Z", "exception": "Traceback (most recent call last):\\n  File \\"/srv/imports/run.py\\", line 44, in <module>\\n    main()\\n  File \\"/srv/imports/rows.py\\", line 18, in convert\\n    region = row[\\"REGION_CODE\\"]\\n             ~~~^^^^^^^^^^^^^^^\\nKeyError: \'REGION_CODE\'"}\n'
        + fill(30, "metrics")
    )
    good = c("imports", "registry.example/imports:41")
    w.workload(
        "imports",
        c("imports", "registry.example/imports:42"),
        earlier=[{"containers": [good]}],
        statuses={"imports": crash(1, log, lived=9)},
    )
    return Truth(
        "deployment/imports",
        "app-crash",
        "imports",
        ("REGION_CODE",),
        never=("bad-config",),
        undo=True,
        kind="confusion",
    ), w


def nil_after_a_dependency_came_back():
    w = World()
    log = (
        fill(700, "zap")
        + "\n".join(
            f'{{"level":"error","ts":1795316471.{i},"caller":"cache/redis.go:31","msg":"redis ping failed","error":"dial tcp 10.96.3.3:6379: connect: connection refused"}}'
            for i in range(20)
        )
        + '\n{"level":"info","ts":1795316474.1,"caller":"cache/redis.go:40","msg":"redis reconnected, 0 commands lost"}\n'
        + fill(500, "zap")
        + """panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x18 pc=0x8b1c2e]

goroutine 88 [running]:
github.com/acme/rates/internal/curve.(*Curve).At(0x0, 0x40)
	/src/internal/curve/curve.go:57 +0x2e
main.main()
	/src/main.go:33 +0x91

"""
        + fill(35, "goroutine")
    )
    w.workload("rates", c("rates"), earlier=[{}], statuses={"rates": crash(2, log, lived=60)})
    restarted(w, "rates")
    w.service("redis", 6379, {"app": "redis"}, ready=1, ip="10.96.3.3")
    return Truth(
        "deployment/rates",
        "app-crash",
        "rates",
        ("nil pointer dereference", "curve.go:57"),
        never=("dependency-unavailable",),
        kind="confusion",
    ), w


def rust_panic_only_in_previous():
    w = World()
    log = fill(100, "logfmt") + (
        "thread 'tokio-runtime-worker' panicked at crates/matcher/src/book.rs:88:21:\nindex out of bounds: the len is 3 but the index is 7\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n"
        + fill(120, "metrics")
    )
    w.workload(
        "matcher", c("matcher"), kind="StatefulSet", statuses={"matcher": crash(101, log, lived=33, shape="running")}
    )
    return Truth("statefulset/matcher", "app-crash", "matcher", ("book.rs:88",)), w


def dotnet_one_of_three_with_probe_errors():
    w = World()
    log = """info: Rozliczenia.Silnik[0]
      Uruchomiono silnik rozliczeń
Unhandled exception. System.NullReferenceException: Object reference not set to an instance of an object.
   at Rozliczenia.Silnik.Przelicz(Faktura f) in /src/Silnik.cs:line 212
   at Rozliczenia.Program.<Main>$(String[] args) in /src/Program.cs:line 9"""
    live = {"exec": {"command": ["curl", "-f", "localhost:8080/z"]}, "periodSeconds": 10, "failureThreshold": 3}
    pods = w.workload(
        "rozliczenia",
        c("proxy", "envoyproxy/envoy:v1.31.0"),
        c("silnik", live=live),
        c("fluent-bit", "fluent/fluent-bit:3.1"),
        statuses={
            "silnik": crash(134, log, lived=58),
            "proxy": up(
                600,
                log="[2026-11-22 03:11:40.101][1][warning][upstream] health check failed: silnik 127.0.0.1:8080 connection refused",
            ),
            "fluent-bit": up(
                600, log="[2026/11/22 03:11:01] [error] [output:es:es.0] HTTP status=429, retry in 8 seconds"
            ),
        },
    )
    w.event(
        pods[0],
        "Unhealthy",
        'Liveness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH',
        container="silnik",
        back=30,
        count=40,
    )
    return Truth(
        "deployment/rozliczenia",
        "app-crash",
        "silnik",
        ("NullReferenceException",),
        never=("liveness-probe-failed",),
        kind="confusion",
    ), w


def sidekiq_stack_in_a_job_that_never_restarts():
    w = World()
    log = (
        fill(50, "syslog")
        + """bundler: failed to load command: sidekiq (/usr/local/bundle/bin/sidekiq)
/app/lib/tariff/table.rb:61:in 'Tariff::Table#price_for': undefined method 'amount' for nil (NoMethodError)

      row.find { it.zone == zone }.amount
                                  ^^^^^^^
	from /app/lib/tariff/run.rb:14:in 'Tariff::Run#call'
	from /app/bin/recalculate:7:in '<main>'"""
    )
    w.workload(
        "recalculate-tariffs",
        c("run"),
        kind="Job",
        spec={"restartPolicy": "Never"},
        statuses={"run": Status(ended(1, lived=7, back=200), current=log, log_from=207)},
        phase="Failed",
    )
    job(
        w,
        "recalculate-tariffs",
        backoffLimit=0,
        conditions=[
            {
                "type": "Failed",
                "status": "True",
                "reason": "BackoffLimitExceeded",
                "message": "Job has reached the specified backoff limit",
            }
        ],
    )
    return Truth("job/recalculate-tariffs", "app-crash", "run", ("table.rb:61",)), w


def triton_without_a_driver():
    w = World()
    log = (
        "=============================\n== Triton Inference Server ==\n=============================\n"
        + fill(20, "klog")
        + """Traceback (most recent call last):
  File "/opt/serve/warm.py", line 3, in <module>
    import tensorrt as trt
  File "/usr/local/lib/python3.10/dist-packages/tensorrt/__init__.py", line 75, in <module>
    from .tensorrt import *
ImportError: libcuda.so.1: cannot open shared object file: No such file or directory
WARNING: The NVIDIA Driver was not detected.  GPU functionality will not be available."""
    )
    w.workload(
        "triton", c("triton", "nvcr.io/nvidia/tritonserver:24.08-py3"), statuses={"triton": crash(1, log, lived=4)}
    )
    return Truth("deployment/triton", "node-prerequisite", "triton", ("libcuda.so.1",)), w


def jackson_of_another_version():
    w = World()
    log = fill(1100, "log4j2") + (
        '{"instant":{"epochSecond":1795316490},"thread":"main","level":"FATAL","loggerName":"com.acme.flow.Boot","message":"flow engine stopped","thrown":{"name":"java.lang.NoClassDefFoundError","message":"com/fasterxml/jackson/core/exc/StreamWriteException","extendedStackTrace":"java.lang.NoClassDefFoundError: com/fasterxml/jackson/core/exc/StreamWriteException\\n\\tat com.acme.flow.Boot.main(Boot.java:20)\\nCaused by: java.lang.ClassNotFoundException: com.fasterxml.jackson.core.exc.StreamWriteException"}}\n'
        + fill(60, "java")
    )
    w.workload(
        "flow",
        c("flow", "registry.example/flow:3.3.0"),
        earlier=[
            {"containers": [c("flow", "registry.example/flow:3.2.9")]},
            {"containers": [c("flow", "registry.example/flow:3.3.0")]},
        ],
        statuses={"flow": crash(1, log, lived=14)},
    )
    restarted(w, "flow")
    return Truth("deployment/flow", "missing-library", "flow", ("StreamWriteException",), undo=True), w


def init_needs_a_newer_glibc():
    w = World()
    w.workload(
        "feed",
        c("feed"),
        init=(c("seed", "registry.example/seed:12", command=["/app/seed"]),),
        statuses={
            "seed": crash(
                1,
                "/app/seed: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by /app/seed)",
                lived=0.2,
                shape="backoff",
            ),
            "feed": waits("PodInitializing"),
        },
        phase="Pending",
    )
    return Truth("deployment/feed", "missing-library", "seed", ("GLIBC_2.38",), never=("init-container-failed",)), w


def only_the_termination_message_speaks():
    w = World()
    status = crash(
        1,
        "",
        lived=1,
        shape="backoff",
        message="node:internal/modules/package_json_reader:267\n  throw new ERR_MODULE_NOT_FOUND(packageName, fileURLToPath(base), null);\n        ^\n\nError [ERR_MODULE_NOT_FOUND]: Cannot find package '@acme/ledger-sdk' imported from /srv/dist/main.js\n    at Object.getPackageJSONURL (node:internal/modules/package_json_reader:267:9)\n\nNode.js v22.12.0\n",
    )
    status.current = status.previous = f"unable to retrieve container logs for containerd://{'c' * 64}"
    w.workload("ledger-ui", c("ui", terminationMessagePolicy="FallbackToLogsOnError"), statuses={"ui": status})
    return Truth("deployment/ledger-ui", "missing-library", "ui", ("@acme/ledger-sdk",)), w


def flyway_stops_on_null_values():
    w = World()
    log = (
        fill(60, "log4j2")
        + """ERROR: Migration V42__iban_not_null.sql failed
-----------------------------------------
SQL State  : 23502
Error Code : 0
Message    : ERROR: column "iban" of relation "payee" contains null values
Location   : db/migration/V42__iban_not_null.sql
Line       : 3
Statement  : ALTER TABLE payee ALTER COLUMN iban SET NOT NULL
"""
    )
    w.workload(
        "payees",
        c("api"),
        init=(c("migrate", "flyway/flyway:10"),),
        statuses={"migrate": crash(1, log, lived=6, shape="backoff"), "api": waits("PodInitializing")},
        phase="Pending",
    )
    return Truth(
        "deployment/payees", "init-container-failed", "migrate", ("V42__iban_not_null.sql", "contains null values")
    ), w


def chinese_check_before_the_start():
    w = World()
    log = (
        "2026-11-22 03:11:30 [信息] 开始启动前检查\n2026-11-22 03:11:31 [信息] 网络正常, 磁盘正常\n"
        "2026-11-22 03:11:32 [致命] 校验失败: 主题 orders 期望分区数 12, 实际 8, 终止启动\n2026-11-22 03:11:32 [信息] 检查程序退出, 返回码 3"
    )
    w.workload(
        "liushui",
        c("main"),
        kind="StatefulSet",
        init=(c("fetch"), c("preflight")),
        statuses={"fetch": done("ok\n"), "preflight": crash(3, log), "main": waits("PodInitializing")},
        phase="Pending",
    )
    return Truth("statefulset/liushui", "init-container-failed", "preflight", ("校验失败",)), w


def job_whose_init_sql_stops():
    w = World()
    log = 'SET\nBEGIN\npsql:/sql/010_tenants.sql:14: ERROR:  check constraint "tenants_plan_check" of relation "tenants" is violated by some row\n'
    w.workload(
        "tenant-setup",
        c("seed"),
        kind="Job",
        init=(c("schema", "postgres:16", command=["psql", "-v", "ON_ERROR_STOP=1", "-f", "/sql/010_tenants.sql"]),),
        spec={"restartPolicy": "Never"},
        statuses={
            "schema": Status(ended(3, lived=1, back=90), current=log, log_from=91),
            "seed": waits("PodInitializing"),
        },
        phase="Failed",
    )
    job(w, "tenant-setup")
    return Truth("job/tenant-setup", "init-container-failed", "schema", ("tenants_plan_check",)), w


def restore_meets_a_duplicate():
    w = World()
    log = (
        'pg_restore: connecting to database for restore\npg_restore: creating CONSTRAINT "gis.parcels parcels_pkey"\npg_restore: while PROCESSING TOC:\n'
        'pg_restore: from TOC entry 3391; 2606 18021 CONSTRAINT parcels parcels_pkey gis\npg_restore: error: could not execute query: ERROR:  could not create unique index "parcels_pkey"\nDETAIL:  Key (parcel_no)=(7781) is duplicated.\n'
        + fill(40, "syslog")
        + "Sonlandırma: geçici dosyalar silindi, çıkılıyor (1)\n"
    )
    w.workload(
        "parsel",
        c("api", ready=http("/r", 8080)),
        init=(c("restore", "registry.example/restore:4"),),
        statuses={"restore": crash(1, log, shape="running", lived=12), "api": waits("PodInitializing")},
        phase="Pending",
    )
    return Truth("deployment/parsel", "init-container-failed", "restore", ("parcels_pkey",)), w


def daemonset_on_the_one_arm_node():
    w = World()
    pods = w.workload(
        "node-audit",
        c("audit", "registry.example/node-audit:0.8", command=["/audit"]),
        kind="DaemonSet",
        node="node-arm",
        statuses={"audit": crash(255, "exec /audit: exec format error", lived=0.1, shape="backoff")},
    )
    sibling(w, "DaemonSet", "node-audit", "node-1")
    for name, arch in (("node-arm", "arm64"), ("node-1", "amd64")):
        w.add(
            "Node",
            name,
            metadata={"labels": {"kubernetes.io/arch": arch}},
            status={"conditions": [{"type": "Ready", "status": "True"}], "nodeInfo": {"architecture": arch}},
        )
    return Truth(f"pod/{pods[0]}", "bad-entrypoint", "audit", ("exec format error", "arm64")), w


def image_without_this_platform_after_a_crash():
    w = World()
    image = "registry.example/tiler:2.0"
    text = f'Back-off pulling image "{image}": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "{image}": no match for platform in manifest: not found'
    pods = w.workload(
        "tiler",
        c("tiler", image),
        earlier=[{"containers": [c("tiler", "registry.example/tiler:1.9")]}],
        statuses={"tiler": waits("ImagePullBackOff", text)},
        phase="Pending",
    )
    w.event(
        pods[0],
        "Failed",
        f'Failed to pull image "{image}": rpc error: code = NotFound desc = failed to pull and unpack image "{image}": no match for platform in manifest: not found',
        container="tiler",
        count=4,
    )
    return Truth("deployment/tiler", "image-pull-failed", "tiler", ("no match for platform", image), undo=True), w


def no_node_has_a_graphics_card():
    w = World()
    text = "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient nvidia.com/gpu. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod."
    names = w.workload("embedder", c("tei"), kind="StatefulSet", statuses={"tei": waits("")}, phase="Pending")
    pod = w.objects["Pod"][0]
    pod["spec"].pop("nodeName")
    pod["status"] = {
        "phase": "Pending",
        "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": text}],
    }
    w.logs.clear()
    w.event(names[0], "FailedScheduling", text, back=50)
    return Truth("statefulset/embedder", "unschedulable", "", ("nvidia.com/gpu",)), w


def disk_held_by_the_old_pod():
    w = World()
    pods = w.workload(
        "wiki",
        c("wiki", mounts={"/data": "data"}),
        spec={"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "wiki-data"}}]},
        statuses={"wiki": waits("ContainerCreating")},
        node="node-2",
        phase="Pending",
    )
    w.add(
        "PersistentVolumeClaim",
        "wiki-data",
        spec={"accessModes": ["ReadWriteOnce"], "volumeName": "pvc-77"},
        status={"phase": "Bound"},
    )
    w.event(
        pods[0],
        "FailedAttachVolume",
        'Multi-Attach error for volume "pvc-77" Volume is already used by pod(s) wiki-6b9f7c5d8-qx2lp',
        back=300,
    )
    return Truth("deployment/wiki", "volume-mount-failed", "", ("Multi-Attach", "pvc-77")), w


def policy_engine_says_no():
    w = World()
    w.workload("ranker", c("ranker"), kind="StatefulSet", pods=False, status={"replicas": 0})
    text = "create Pod ranker-0 in StatefulSet ranker failed error: admission webhook \"validate.kyverno.svc-fail\" denied the request: \n\nresource Pod/production/ranker-0 was blocked due to the following policies \n\nrequire-cost-centre:\n  check-label: 'validation error: label cost-centre is required. rule check-label failed at path /metadata/labels/cost-centre/'"
    w.event("ranker", "FailedCreate", text, kind="StatefulSet", back=20, count=15)
    return Truth("statefulset/ranker", "pod-create-rejected", "", ("cost-centre",)), w


def user_by_name_under_non_root():
    w = World()
    text = 'container has runAsNonRoot and image has non-numeric user (etcd), cannot verify user is non-root (pod: "etcd-0_production(1)", container: etcd)'
    pods = w.workload(
        "etcd",
        c("etcd", "registry.example/etcd:3.5", securityContext={"runAsNonRoot": True}),
        kind="StatefulSet",
        statuses={"etcd": waits("CreateContainerConfigError", text)},
        phase="Pending",
    )
    w.event(pods[0], "Failed", f"Error: {text}", container="etcd", count=12)
    return Truth("statefulset/etcd", "security-context-denied", "etcd", ("non-numeric user",)), w


def minio_may_not_write_its_drive():
    w = World()
    log = "INFO: Formatting 1st pool, 1 set(s), 1 drives per set.\nERROR Unable to use the drive /export: file access denied: drive access denied\n      > Please check the following permissions: mkdir /export/.minio.sys: permission denied\nFATAL Unable to initialize backend: file access denied: Please check your environment variable MINIO_VOLUMES\n"
    w.workload(
        "minio",
        c(
            "minio",
            "minio/minio:RELEASE.2024-10-02",
            mounts={"/export": "export"},
            env={"MINIO_VOLUMES": "/export"},
            securityContext={"runAsUser": 1000},
        ),
        kind="StatefulSet",
        spec={"volumes": [{"name": "export", "persistentVolumeClaim": {"claimName": "export-minio-0"}}]},
        statuses={"minio": crash(1, log)},
    )
    w.add("PersistentVolumeClaim", "export-minio-0", spec={"accessModes": ["ReadWriteOnce"]}, status={"phase": "Bound"})
    return Truth(
        "statefulset/minio", "permission-denied", "minio", ("/export", "permission denied"), never=("bad-config",)
    ), w


def mongo_without_room():
    w = World()
    line = '{{"t":{{"$date":"2026-11-22T03:11:39.{n:03d}+00:00"}},"s":"{s}","c":"{c}","id":{n},"ctx":"initandlisten","msg":"{m}"}}'
    log = (
        "\n".join(line.format(n=n, s="I", c="NETWORK", m="Connection ended") for n in range(300))
        + '\n{"t":{"$date":"2026-11-22T03:11:39.501+00:00"},"s":"E","c":"WT","id":22435,"ctx":"thread2","msg":"WiredTiger error message","attr":{"error":28,"message":{"msg":"__posix_file_write:575:/data/db/journal/WiredTigerTmplog.0000000001: handle-write: pwrite: failed to write 128 bytes at offset 0","error_str":"No space left on device","error_code":28}}}\n'
        '{"t":{"$date":"2026-11-22T03:11:39.502+00:00"},"s":"F","c":"ASSERT","id":23089,"ctx":"thread2","msg":"Fatal assertion","attr":{"msgid":50853,"file":"src/mongo/db/storage/wiredtiger/wiredtiger_util.cpp","line":574}}\n'
        + "\n".join(line.format(n=n, s="I", c="CONTROL", m="  Frame: {a:55d4,b:55d3,o:21}") for n in range(70))
        + '\n{"t":{"$date":"2026-11-22T03:11:39.512+00:00"},"s":"F","c":"ASSERT","id":23090,"ctx":"thread2","msg":"\\n\\n***aborting after fassert() failure\\n\\n"}'
    )
    w.workload(
        "mongo",
        c("mongod", "mongo:7", mounts={"/data/db": "data"}),
        kind="StatefulSet",
        spec={"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data-mongo-0"}}]},
        statuses={"mongod": crash(14, log, lived=8)},
    )
    w.add(
        "PersistentVolumeClaim",
        "data-mongo-0",
        spec={"resources": {"requests": {"storage": "20Gi"}}},
        status={"phase": "Bound"},
    )
    return Truth(
        "statefulset/mongo", "disk-full", "mongod", ("No space left on device", "/data/db"), never=("app-crash",)
    ), w


def two_containers_want_one_port():
    w = World()
    log = (
        fill(20, "syslog")
        + "[2026-11-22 03:11:39.101][1][info][main] initializing epoch 0\n[2026-11-22 03:11:39.140][1][critical][main] error initializing config '  /etc/envoy/envoy.yaml': cannot bind '0.0.0.0:9901': Address already in use\n[2026-11-22 03:11:39.141][1][info][main] exiting\ncannot bind '0.0.0.0:9901': Address already in use"
    )
    w.workload(
        "router",
        c("admin-ui", ports=[9901]),
        c("envoy", "envoyproxy/envoy:v1.31.0", ports=[8443, 9901]),
        statuses={"envoy": crash(1, log)},
    )
    return Truth("deployment/router", "port-conflict", "envoy", ("9901", "admin-ui")), w


def pid_file_in_an_emptydir():
    w = World()
    log = (
        fill(150, "syslog")
        + "[2026-11-22 03:11:39 +0000] [7] [INFO] Starting gunicorn 22.0.0\nError: Already running on PID 23 (or pid file '/opt/airflow/run/airflow-webserver.pid' is stale)\n"
    )
    w.workload(
        "airflow-webserver",
        c("webserver", "apache/airflow:2.10.2", mounts={"/opt/airflow/run": "run"}, command=["airflow", "webserver"]),
        spec={"volumes": [{"name": "run", "emptyDir": {}}]},
        age=80000,
        statuses={"webserver": crash(1, log, lived=9)},
    )
    return Truth(
        "deployment/airflow-webserver", "stale-state", "webserver", ("airflow-webserver.pid",), restart=True
    ), w


def dirty_schema_where_undo_would_not_help():
    w = World()
    log = '{"level":"info","ts":1795316490.1,"msg":"applying migrations"}\n{"level":"fatal","ts":1795316490.4,"msg":"migrate up","error":"Dirty database version 17. Fix and force version."}\n'
    w.workload(
        "accounts",
        c("api", "registry.example/accounts:18"),
        earlier=[{"containers": [c("api", "registry.example/accounts:17")]}],
        statuses={"api": crash(1, log)},
    )
    return Truth("deployment/accounts", "stale-state", "api", ("Dirty database version 17",), kind="confusion"), w


def hook_that_cannot_register():
    w = World()
    hook = {"postStart": {"exec": {"command": ["/bin/register", "--with", "consul"]}}}
    text = 'Exec lifecycle hook ([/bin/register --with consul]) for Container "agent" in Pod "jenkins-agent-0_production(9)" failed - error: command \'/bin/register --with consul\' exited with 4: , message: "no catalog entry\\n"'
    pods = w.workload(
        "jenkins-agent",
        c("agent", "jenkins/inbound-agent:3261", lifecycle=hook, limit="1Gi"),
        kind="StatefulSet",
        statuses={
            "agent": waits(
                "PostStartHookError",
                text,
                last=ended(137, lived=31, back=40),
                restarts=4,
                previous="INFO: Locating server among [http://jenkins]\nINFO: Connected\n",
            )
        },
    )
    w.event(pods[0], "FailedPostStartHook", "PostStartHook failed", container="agent", back=72, count=4)
    w.event(pods[0], "Killing", "FailedPostStartHook", container="agent", back=71, type="Normal", count=4)
    return Truth(
        "statefulset/jenkins-agent",
        "lifecycle-hook-failed",
        "agent",
        ("/bin/register",),
        never=("oom-killed", "killed-externally"),
    ), w


def runner_that_only_registers():
    w = World()
    log = 'Runtime platform                                    arch=amd64 os=linux pid=7 revision=12030cf4 version=17.5.3\nRunning in system-mode.                            \nVerifying runner... is valid                        runner=t3_Zx9\nRunner registered successfully. Feel free to start it, but if it\'s running already the config should be automatically reloaded!\nConfiguration (with the authentication token) was saved in "/etc/gitlab-runner/config.toml"\n'
    w.workload(
        "gitlab-runner",
        c("runner", "gitlab/gitlab-runner:v17.5.3", args=["register", "--non-interactive", "--executor", "kubernetes"]),
        statuses={"runner": crash(0, log, reason="Completed", lived=3, shape="backoff")},
    )
    return Truth("deployment/gitlab-runner", "exits-cleanly", "runner", ("Runner registered successfully",)), w


def evicted_for_its_own_scratch():
    w = World()
    text = 'Usage of EmptyDir volume "scratch" exceeds the limit "2Gi". '
    pods = w.workload(
        "transcode",
        c("ffmpeg", mounts={"/scratch": "scratch"}),
        spec={"volumes": [{"name": "scratch", "emptyDir": {"sizeLimit": "2Gi"}}]},
        statuses={
            "ffmpeg": Status(
                ended(137, lived=400, back=30), current="frame= 9121 fps= 60 q=28.0 size= 1048576kB\n", log_from=430
            )
        },
        pod={"status": {"reason": "Evicted", "message": text}},
        phase="Failed",
    )
    w.event(pods[0], "Evicted", text, back=31)
    return Truth(f"pod/{pods[0]}", "evicted", "", ("scratch", "2Gi"), never=("oom-killed",)), w


def node_whose_runtime_is_down():
    w = World()
    for name in ("nats", "search", "thumbnails"):
        lost = Status(
            ended(255, "Unknown", lived=8000, back=100),
            restarts=1,
            current="[1] 2026/11/22 03:00:00.000000 [INF] Server is ready\n",
            log_from=8100,
        )
        w.workload(
            name, c(name), kind="StatefulSet" if name == "nats" else "Deployment", node="node-6", statuses={name: lost}
        )
    w.workload("web", c("web"), node="node-1")
    for name, ready in (("node-6", "False"), ("node-1", "True")):
        condition = {"type": "Ready", "status": ready, "lastTransitionTime": ago(100)}
        if ready == "False":
            condition |= {
                "reason": "KubeletNotReady",
                "message": "container runtime is down, PLEG is not healthy: pleg was last seen active 4m12s ago; threshold is 3m0s",
            }
        w.add("Node", name, status={"conditions": [condition]})
    return Truth("statefulset/nats", "node-unhealthy", "nats", ("node-6", "container runtime is down")), w


def killed_and_nobody_knows_by_whom():
    w = World()
    w.workload(
        "redis",
        c("redis", "redis:7.4"),
        kind="StatefulSet",
        statuses={
            "redis": crash(
                137,
                "1:C 22 Nov 2026 03:05:01.100 * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo\n1:M 22 Nov 2026 03:05:01.104 * Ready to accept connections tcp\n1:M 22 Nov 2026 03:09:01.104 * 100 changes in 300 seconds. Saving...\n",
                lived=402,
                restarts=2,
            )
        },
    )
    return Truth(
        "statefulset/redis", "killed-externally", "redis", ("137",), never=("oom-killed",), kind="confusion"
    ), w


def job_that_ran_out_of_time():
    w = World()
    w.workload("reindex", c("reindex"), kind="Job", spec={"restartPolicy": "OnFailure"}, pods=False)
    text = "Job was active longer than specified deadline"
    job(
        w,
        "reindex",
        activeDeadlineSeconds=900,
        conditions=[
            {
                "type": "Failed",
                "status": "True",
                "reason": "DeadlineExceeded",
                "message": text,
                "lastTransitionTime": ago(60),
            }
        ],
    )
    w.event("reindex", "DeadlineExceeded", text, kind="Job", back=60)
    return Truth("job/reindex", "deadline-exceeded", "", ("longer than specified deadline",)), w


def healthy_with_ugly_words():
    w = World()
    log = (
        fill(800, "log4j2")
        + fill(300, "zap")
        + '{"level":"error","msg":"panic recovered in handler: runtime error: index out of range [3] with length 3"}\n'
        + fill(50, "zap")
    )
    pods = w.workload(
        "feed-reader",
        c("reader", live=http("/l", 8080), ready=http("/r", 8080)),
        age=9000,
        statuses={"reader": up(8995, log=log)},
    )
    w.event(
        pods[0],
        "Unhealthy",
        'Readiness probe failed: Get "http://10.42.0.17:8080/r": dial tcp 10.42.0.17:8080: connect: connection refused',
        container="reader",
        back=3300,
        count=2,
    )
    w.event(
        "feed-reader-5f7c9-old12",
        "BackOff",
        "Back-off restarting failed container reader in pod feed-reader-5f7c9-old12",
        container="reader",
        back=2900,
        count=40,
    )
    return Truth("deployment/feed-reader", "healthy", "", (), kind="negative"), w


def healthy_while_the_old_one_leaves():
    w = World()
    w.workload("cart", c("cart"), age=300, statuses={"cart": up(290, log=fill(30, "pino"))})
    old = sibling(
        w,
        "ReplicaSet",
        "cart",
        "node-2",
        {
            "cart": Status(
                ended(143, lived=80000, back=5),
                current="SIGTERM received, draining\nerror: 3 sockets still open\n",
                log_from=80005,
            )
        },
    )
    found = next(pod for pod in w.objects["Pod"] if pod["metadata"]["name"] == old)
    found["metadata"] |= {"deletionTimestamp": ago(-20), "deletionGracePeriodSeconds": 30}
    w.event(old, "Killing", "Stopping container cart", container="cart", back=8, type="Normal")
    return Truth("deployment/cart", "healthy", "", (), kind="negative"), w


def recovered_when_the_broker_came():
    w = World()
    log = (
        fill(50, "logfmt")
        + "%3|1795310000.1|FAIL|rdkafka#consumer-1| [thrd:kafka:9092/bootstrap]: kafka:9092/bootstrap: Connect to ipv4#10.96.5.5:9092 failed: Connection refused (after 0ms in state CONNECT)\nfatal: keine Verbindung zu kafka:9092, Ende\n"
    )
    w.workload(
        "lagerbuch",
        c("buch"),
        age=9000,
        statuses={
            "buch": up(2400, log=fill(200, "logfmt"), restarts=6, last=ended(1, lived=4, back=2550), previous=log)
        },
    )
    w.service("kafka", 9092, {"app": "kafka"}, ready=3, ip="10.96.5.5")
    return Truth("deployment/lagerbuch", "recovered", "", ("kafka:9092",), kind="negative"), w


def starting_within_its_budget():
    w = World()
    pods = w.workload(
        "elasticsearch",
        c("es", "elasticsearch:8.15.2", start=http("/_cluster/health?local=true", 9200, 0, 10, 60)),
        kind="StatefulSet",
        age=130,
        statuses={
            "es": up(
                120,
                ready=False,
                log='{"@timestamp":"2026-11-22T03:11:39.1Z","log.level":"WARN","message":"this node is locked into cluster UUID but cluster.initial_master_nodes is set; ERROR-free start continues","ecs.version":"1.2.0"}',
            )
        },
    )
    w.objects["Pod"][0]["status"]["containerStatuses"][0]["started"] = False
    w.event(
        pods[0],
        "Unhealthy",
        'Startup probe failed: Get "http://10.42.0.17:9200/_cluster/health?local=true": dial tcp 10.42.0.17:9200: connect: connection refused',
        container="es",
        back=5,
        count=11,
    )
    return Truth("statefulset/elasticsearch", "starting", "es", (), kind="negative"), w


def nobody_wants_it_to_run():
    w = World()
    w.workload("black-friday", c("web"), replicas=0)
    w.event(
        "black-friday-6d5f-aa1bb",
        "BackOff",
        "Back-off restarting failed container web in pod black-friday-6d5f-aa1bb",
        container="web",
        back=1700,
        count=12,
    )
    return Truth("deployment/black-friday", "scaled-to-zero", "", (), kind="negative"), w


def pod_that_was_replaced():
    w = World()
    pods = w.workload("parcel", c("parcel"))
    gone = pods[0].rpartition("-")[0] + "-zz9x8"
    return Truth(f"pod/{gone}", "not-found", "", (pods[0],), kind="negative"), w


def it_ends_and_says_nothing():
    w = World()
    w.workload(
        "blackbox",
        c("core", command=["/core"], env={"MODE": config("blackbox", "mode")}),
        statuses={"core": crash(1, "", lived=17)},
    )
    w.add("ConfigMap", "blackbox", data={"mode": "eins"})
    return Truth("deployment/blackbox", None, "core", (), kind="confusion"), w


def korean_reconnects_are_not_the_end():
    w = World()
    log = (
        "\n".join(
            f"2026-11-22 03:10:{i % 60:02d} 경고 [연결] 데이터베이스 재접속 시도 {i}: Connection refused (orders-db:5432)"
            for i in range(12)
        )
        + "\n2026-11-22 03:10:30 정보 [연결] 데이터베이스 접속 성공 (orders-db:5432)\n"
        + fill(900, "logfmt")
        + "2026-11-22 03:11:39 치명적 [정산] 처리되지 않은 예외\njava.lang.IllegalStateException: 정산 합계가 음수입니다: -1200\n\tat kr.acme.settle.Sum.close(Sum.java:91)\n\tat kr.acme.settle.Main.main(Main.java:22)\n"
        + fill(30, "java")
    )
    w.workload("jeongsan", c("settle"), statuses={"settle": crash(1, log, lived=50)})
    w.service("orders-db", 5432, {"app": "orders-db"}, ready=1)
    return Truth(
        "deployment/jeongsan",
        "app-crash",
        "settle",
        ("Sum.java:91",),
        never=("dependency-unavailable",),
        kind="confusion",
    ), w


def kafka_whose_properties_were_edited():
    w = World()
    log = (
        "===> User\nuid=1000(appuser) gid=1000(appuser) groups=1000(appuser)\n===> Launching kafka ...\n"
        + "".join(
            f"[2026-11-22 03:11:38,{i:03d}] INFO Registered signal handlers for TERM, INT, HUP (org.apache.kafka.common.utils.LoggingSignalHandler)\n"
            for i in range(20)
        )
        + "[2026-11-22 03:11:39,101] ERROR Exiting Kafka due to fatal exception (kafka.Kafka$)\n"
        "java.lang.IllegalArgumentException: requirement failed: controller.listener.names must contain at least one value when running KRaft with just the broker role\n"
        "\tat scala.Predef$.require(Predef.scala:337)\n\tat kafka.server.KafkaConfig.validateValues(KafkaConfig.scala:2313)\n\tat kafka.Kafka$.main(Kafka.scala:87)\n"
        + fill(40, "java")
    )
    mounts = {"/etc/kafka/kraft": "props"}
    w.workload(
        "kafka",
        c("broker", "apache/kafka:3.8.0", mounts=mounts),
        kind="StatefulSet",
        age=80000,
        earlier=[{"containers": [c("broker", "apache/kafka:3.7.1", mounts=mounts)]}],
        spec={"volumes": [{"name": "props", "configMap": {"name": "kafka-props"}}]},
        statuses={"broker": crash(1, log, lived=3, restarts=6, shape="backoff")},
    )
    w.add(
        "ConfigMap",
        "kafka-props",
        age=80000,
        metadata={
            "managedFields": [
                {
                    "manager": "kubectl-edit",
                    "operation": "Update",
                    "time": ago(900),
                    "apiVersion": "v1",
                    "fieldsType": "FieldsV1",
                    "fieldsV1": {"f:data": {"f:server.properties": {}}},
                }
            ]
        },
        data={"server.properties": "process.roles=broker\nnode.id=4\nlisteners=PLAINTEXT://:9092\n"},
    )
    return Truth(
        "statefulset/kafka",
        "bad-config",
        "broker",
        ("controller.listener.names", "kafka-props"),
        never=("app-crash",),
        kind="confusion",
    ), w


HELPERS = (World, fill, job, restarted, sibling)
CASES = [
    value for value in list(globals().values()) if getattr(value, "__module__", "") == __name__ and value not in HELPERS
]

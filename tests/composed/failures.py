"""Failures in many languages and words: each gives (Truth, World)."""

from __future__ import annotations

from tests.composed.world import Truth, World, ago, c, config, crash, done, ended, http, secret, uid, up, waits


def noise(lines: int, shape: str = "plain") -> str:
    """Lines that mean nothing: access logs, health checks, metrics, warnings that were survived."""
    shapes = {
        "plain": '10.1.2.{i} - - [22/Nov/2026:03:10:{s:02d} +0000] "GET /healthz HTTP/1.1" 200 2 "-" "kube-probe/1.36"',
        "json": '{{"level":"info","ts":"2026-11-22T03:10:{s:02d}Z","caller":"http/server.go:{i}","msg":"request handled","status":200,"path":"/api/v1/items","err":null}}',
        "logfmt": 'time=2026-11-22T03:10:{s:02d}Z level=info component=scheduler msg="tick" errors=0 failed=0 took=0.0{i}s',
    }
    return "\n".join(shapes[shape].format(i=i % 250, s=i % 60) for i in range(lines))


def elixir_missing_env():
    w = World()
    w.workload(
        "notifications",
        c("web", "registry.example/notifications:0.14.2", env={"PHX_HOST": "n.example", "PORT": "4000"}),
        statuses={
            "web": crash(
                1,
                "ERROR! Config provider Config.Reader failed with:\n** (RuntimeError) environment variable SECRET_KEY_BASE is missing.\nYou can generate one by calling: mix phx.gen.secret\n\n    /app/releases/0.14.2/runtime.exs:41: (file)\n    (elixir 1.17.2) src/elixir.erl:386: :elixir.eval_external_handler/3\n    (stdlib 6.0) erl_eval.erl:904: :erl_eval.do_apply/7\nCrash dump is being written to: erl_crash.dump...done",
            )
        },
    )
    return Truth("deployment/notifications", "bad-config", "web", ("SECRET_KEY_BASE",)), w


def spring_placeholder():
    w = World()
    log = (
        noise(300, "plain")
        + """
2026-11-22T03:11:31.121Z  INFO 1 --- [           main] c.e.billing.BillingApplication           : Starting BillingApplication v3.2.0 using Java 21.0.4 with PID 1
2026-11-22T03:11:35.842Z  WARN 1 --- [           main] ConfigServletWebServerApplicationContext : Exception encountered during context initialization - cancelling refresh attempt
2026-11-22T03:11:35.901Z ERROR 1 --- [           main] o.s.boot.SpringApplication               : Application run failed

org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'stripeClient': Injection of autowired dependencies failed
	at org.springframework.beans.factory.annotation.AutowiredAnnotationBeanPostProcessor.postProcessProperties(AutowiredAnnotationBeanPostProcessor.java:515)
	at com.example.billing.BillingApplication.main(BillingApplication.java:14)
Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder 'stripe.api.key' in value "${stripe.api.key}"
	at org.springframework.util.PropertyPlaceholderHelper.parseStringValue(PropertyPlaceholderHelper.java:180)
	... 28 common frames omitted"""
    )
    w.workload(
        "billing-core",
        c("app", "registry.example/billing:3.2.0", env={"SPRING_PROFILES_ACTIVE": "prod"}),
        statuses={"app": crash(1, log, lived=7, shape="backoff")},
    )
    return Truth("deployment/billing-core", "bad-config", "app", ("stripe.api.key",)), w


def node_zod_env():
    w = World()
    log = """> storefront-api@2.8.0 start
> node dist/main.js

❌ Invalid environment variables: {
  REDIS_URL: [ 'Required' ]
}
/app/dist/env.js:31
    throw new Error('Invalid environment variables');
    ^

Error: Invalid environment variables
    at Object.<anonymous> (/app/dist/env.js:31:11)
    at Module._compile (node:internal/modules/cjs/loader:1554:14)

Node.js v22.12.0"""
    w.workload(
        "storefront-api",
        c("node", "registry.example/storefront-api:2.8.0", env={"REDIS_HOST": "redis"}),
        statuses={"node": crash(1, log)},
    )
    return Truth("deployment/storefront-api", "bad-config", "node", ("REDIS_URL",)), w


def rust_missing_env():
    w = World()
    w.workload(
        "ingest",
        c("ingest", "registry.example/ingest:0.9.1"),
        statuses={
            "ingest": crash(
                101,
                "thread 'main' panicked at src/config.rs:27:42:\nKAFKA_BROKERS must be set: NotPresent\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
                lived=0.2,
                shape="running",
            )
        },
    )
    return Truth("deployment/ingest", "bad-config", "ingest", ("KAFKA_BROKERS",)), w


def rails_missing_key():
    w = World()
    log = """=> Booting Puma
=> Rails 7.1.3 application starting in production
Exiting
/usr/local/bundle/gems/activesupport-7.1.3/lib/active_support/configuration_file.rb:25:in `fetch': key not found: "SMTP_ADDRESS" (KeyError)
	from /app/config/environments/production.rb:61:in `block in <main>'
	from /app/config/environment.rb:5:in `<main>'"""
    w.workload("mail-web", c("rails", "registry.example/mail-web:5"), statuses={"rails": crash(1, log)})
    return Truth("deployment/mail-web", "bad-config", "rails", ("SMTP_ADDRESS",)), w


def prometheus_yaml():
    w = World()
    w.add("ConfigMap", "prometheus-server", data={"prometheus.yml": "x", "alerts.yml": "y"})
    w.workload(
        "prometheus-server",
        c("prometheus-server", "quay.io/prometheus/prometheus:v2.54.1", mounts={"/etc/config": "config-volume"}),
        spec={"volumes": [{"name": "config-volume", "configMap": {"name": "prometheus-server"}}]},
        statuses={
            "prometheus-server": crash(
                2,
                'ts=2026-11-22T03:11:30.120Z caller=main.go:627 level=info msg="Starting Prometheus Server" mode=server version="(version=2.54.1)"\nts=2026-11-22T03:11:30.131Z caller=main.go:1208 level=error err="error loading config from \\"/etc/config/prometheus.yml\\": couldn\'t load configuration (--config.file=\\"/etc/config/prometheus.yml\\"): parsing YAML file /etc/config/prometheus.yml: yaml: unmarshal errors:\\n  line 14: field scrape_intervall not found in type config.ScrapeConfig"',
            )
        },
    )
    return Truth(
        "deployment/prometheus-server", "bad-config", "prometheus-server", ("prometheus.yml", "scrape_intervall")
    ), w


def unknown_flag_go():
    w = World()
    w.workload(
        "dns-sync",
        c("external-dns", "registry.example/external-dns:v0.15.0", args=["--source=service", "--registry-txt=owner"]),
        statuses={
            "external-dns": crash(
                2,
                "unknown flag: --registry-txt\nUsage:\n  external-dns [flags]\n\nFlags:\n      --source strings   where to look",
            )
        },
    )
    return Truth("deployment/dns-sync", "bad-config", "external-dns", ("--registry-txt",)), w


def dotnet_configuration():
    w = World()
    log = """Unhandled exception. System.InvalidOperationException: The ConnectionString property has not been initialized.
   at Npgsql.NpgsqlConnection.Open(Boolean async)
   at Orders.Startup.ConfigureServices(IServiceCollection services) in /src/Orders/Startup.cs:line 38
   at Program.<Main>$(String[] args) in /src/Orders/Program.cs:line 11"""
    w.workload("orders-dotnet", c("api", "registry.example/orders:11"), statuses={"api": crash(134, log, lived=1.2)})
    return Truth("deployment/orders-dotnet", "bad-config", "api", ("ConnectionString",)), w


def laravel_appkey():
    w = World()
    w.workload(
        "crm",
        c("php", "registry.example/crm:7", env={"APP_ENV": "production"}),
        statuses={
            "php": crash(
                1,
                "In EncryptionServiceProvider.php line 83:\n                                                              \n  No application encryption key has been specified.           \n                                                              ",
            )
        },
    )
    return Truth("deployment/crm", "bad-config", "php", ("encryption key",)), w


def python_dependency_kafka():
    w = World()
    log = (
        noise(40, "json")
        + '\n%3|1763780000.123|FAIL|rdkafka#producer-1| [thrd:kafka-bootstrap.streaming.svc:9092/bootstrap]: kafka-bootstrap.streaming.svc:9092/bootstrap: Failed to resolve \'kafka-bootstrap.streaming.svc:9092\': Name or service not known (after 12ms in state CONNECT)\nTraceback (most recent call last):\n  File "/app/worker.py", line 88, in <module>\n    main()\n  File "/app/worker.py", line 61, in main\n    topics = admin.list_topics(timeout=10)\ncimpl.KafkaException: KafkaError{code=_TRANSPORT,val=-195,str="Failed to get metadata: Local: Broker transport failure"}'
    )
    w.workload(
        "clickstream", c("worker", "registry.example/clickstream:22"), statuses={"worker": crash(1, log, lived=11)}
    )
    return Truth(
        "deployment/clickstream", "dependency-unavailable", "worker", ("kafka-bootstrap.streaming.svc", "9092")
    ), w


def go_redis_refused_no_endpoints():
    w = World()
    w.service("redis-cart", 6379, {"app": "redis-cart"}, ready=0, ip="10.96.40.12")
    w.workload("redis-cart", c("redis", "redis:7.4"), replicas=0, pods=False)
    w.workload(
        "cartsvc",
        c("server", "registry.example/cartsvc:v4"),
        statuses={
            "server": crash(
                1,
                '{"severity":"info","message":"starting cart service on :7070"}\n{"severity":"fatal","message":"could not reach store: dial tcp 10.96.40.12:6379: connect: connection refused"}',
                lived=5.1,
            )
        },
    )
    return Truth("deployment/cartsvc", "dependency-unavailable", "server", ("redis-cart", "6379")), w


def jdbc_unknown_host():
    w = World()
    log = """2026-11-22 03:11:20.010 ERROR [main] com.zaxxer.hikari.pool.HikariPool - HikariPool-1 - Exception during pool initialization.
org.postgresql.util.PSQLException: The connection attempt failed.
	at org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:354)
	at com.example.inventory.App.main(App.java:22)
Caused by: java.net.UnknownHostException: pg-inventory.data
	at java.base/sun.nio.ch.NioSocketImpl.connect(NioSocketImpl.java:567)
	... 18 more"""
    w.workload(
        "inventory",
        c("inventory", "registry.example/inventory:1.9"),
        statuses={"inventory": crash(1, log, lived=6, shape="backoff")},
    )
    return Truth("deployment/inventory", "dependency-unavailable", "inventory", ("pg-inventory.data",)), w


def ruby_mysql_denied():
    w = World()
    w.service("mysql", 3306, {"app": "mysql"}, ready=1)
    w.workload(
        "blog",
        c("puma", "registry.example/blog:12"),
        statuses={
            "puma": crash(
                1,
                "/usr/local/bundle/gems/mysql2-0.5.6/lib/mysql2/client.rb:97:in `connect': Access denied for user 'blog'@'10.42.0.17' (using password: YES) (Mysql2::Error::ConnectionError)\n\tfrom /app/config.ru:3:in `<main>'",
            )
        },
    )
    return Truth("deployment/blog", "dependency-auth-failed", "puma", ("Access denied", "blog")), w


def rabbit_auth():
    w = World()
    w.service("rabbitmq", 5672, {"app": "rabbitmq"}, ready=3)
    log = "pika.exceptions.ProbableAuthenticationError: ConnectionClosedByBroker: (403) 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.'"
    w.workload(
        "payout",
        c("payout", "registry.example/payout:3"),
        statuses={
            "payout": crash(
                1,
                'Traceback (most recent call last):\n  File "/app/consume.py", line 19, in <module>\n    connection = pika.BlockingConnection(params)\n'
                + log,
            )
        },
    )
    return Truth("deployment/payout", "dependency-auth-failed", "payout", ("ACCESS_REFUSED",)), w


def mongo_auth_node():
    w = World()
    w.service("mongo", 27017, {"app": "mongo"}, ready=1)
    w.workload(
        "profiles",
        c("svc", "registry.example/profiles:8"),
        statuses={
            "svc": crash(
                1,
                "/app/node_modules/mongodb/lib/cmap/connection.js:201\n                    callback(new error_1.MongoServerError(document));\n                             ^\n\nMongoServerError: Authentication failed.\n    at Connection.onMessage (/app/node_modules/mongodb/lib/cmap/connection.js:201:30) {\n  ok: 0,\n  code: 18,\n  codeName: 'AuthenticationFailed'\n}\n\nNode.js v20.18.0",
            )
        },
    )
    return Truth("deployment/profiles", "dependency-auth-failed", "svc", ("Authentication failed",)), w


def operator_rbac():
    w = World()
    w.workload(
        "cert-sync",
        c("manager", "registry.example/cert-sync:0.3"),
        statuses={
            "manager": crash(
                1,
                'E1122 03:11:31.000000       1 reflector.go:158] "Unhandled Error" err="failed to list *v1.Secret: secrets is forbidden: User \\"system:serviceaccount:production:cert-sync\\" cannot list resource \\"secrets\\" in API group \\"\\" at the cluster scope"\n2026-11-22T03:11:59Z\tERROR\tsetup\tproblem running manager\t{"error": "failed to wait for secret caches to sync: timed out waiting for cache to be synced"}',
                lived=120,
            )
        },
    )
    return Truth("deployment/cert-sync", "dependency-auth-failed", "manager", ("forbidden", "secrets")), w


def tls_unknown_authority():
    w = World()
    w.workload(
        "webhook-relay",
        c("relay", "registry.example/relay:2"),
        statuses={
            "relay": crash(
                1,
                '2026/11/22 03:11:33 fatal: Post "https://hooks.partner.example/v1/ping": tls: failed to verify certificate: x509: certificate signed by unknown authority',
            )
        },
    )
    return Truth("deployment/webhook-relay", "tls-certificate", "relay", ("unknown authority",)), w


def tls_java_pkix():
    w = World()
    w.workload(
        "sso-gw",
        c("gw", "registry.example/sso-gw:5.1"),
        statuses={
            "gw": crash(
                1,
                'Exception in thread "main" javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target\n\tat java.base/sun.security.ssl.Alert.createSSLException(Alert.java:130)\n\tat com.example.sso.Main.main(Main.java:40)',
            )
        },
    )
    return Truth("deployment/sso-gw", "tls-certificate", "gw", ("PKIX",)), w


def node_heap():
    w = World()
    log = (
        noise(50)
        + "\n<--- Last few GCs --->\n[1:0x6d2b0]   812345 ms: Mark-Compact 2046.1 (2083.4) -> 2045.5 (2083.9) MB, 901.12 / 0.00 ms  (average mu = 0.081, current mu = 0.007) allocation failure; scavenge might not succeed\n\n<--- JS stacktrace --->\n\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n----- Native stack trace -----\n 1: 0xb8d0a3 node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]"
    )
    w.workload("ssr", c("ssr", "registry.example/ssr:71", limit="4Gi"), statuses={"ssr": crash(134, log, lived=812)})
    return Truth("deployment/ssr", "heap-exhausted", "ssr", ("heap out of memory",)), w


def jvm_heap():
    w = World()
    w.workload(
        "matcher",
        c("matcher", "registry.example/matcher:6", limit="2Gi", env={"JAVA_TOOL_OPTIONS": "-Xmx512m"}),
        statuses={
            "matcher": crash(
                3,
                "Picked up JAVA_TOOL_OPTIONS: -Xmx512m\njava.lang.OutOfMemoryError: Java heap space\n\tat java.base/java.util.Arrays.copyOf(Arrays.java:3537)\n\tat com.example.matcher.Index.load(Index.java:88)\nTerminating due to java.lang.OutOfMemoryError: Java heap space",
                lived=95,
            )
        },
    )
    return Truth("deployment/matcher", "heap-exhausted", "matcher", ("Java heap space",)), w


def php_memory():
    w = World()
    w.workload(
        "importer-php",
        c("import", "registry.example/importer-php:1"),
        statuses={
            "import": crash(
                255,
                "PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes) in /app/src/Importer.php on line 212",
            )
        },
    )
    return Truth("deployment/importer-php", "heap-exhausted", "import", ("134217728",)), w


def go_nil_pointer():
    w = World()
    log = (
        noise(200, "logfmt")
        + "\npanic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x18 pc=0x6f4c2a]\n\ngoroutine 1 [running]:\nmain.(*Router).Handle(0x0, {0x7a1f30, 0xc0000b2000})\n\t/src/router.go:57 +0x2a\nmain.main()\n\t/src/main.go:31 +0x1c5\nexit status 2"
    )
    w.workload(
        "router",
        c("router", "registry.example/router:31"),
        earlier=[{"containers": [c("router", "registry.example/router:30")]}],
        statuses={"router": crash(2, log)},
        age=400,
    )
    return Truth("deployment/router", "app-crash", "router", ("nil pointer", "exit code 2"), undo=True), w


def python_attribute_bug():
    w = World()
    w.workload(
        "scorer",
        c("scorer", "registry.example/scorer:5"),
        statuses={
            "scorer": crash(
                1,
                'INFO:root:model loaded\nTraceback (most recent call last):\n  File "/srv/scorer/app.py", line 112, in <module>\n    run()\n  File "/srv/scorer/app.py", line 74, in run\n    rows = frame[\'segment_id\'].tolist()\n  File "/usr/local/lib/python3.12/site-packages/pandas/core/frame.py", line 4102, in __getitem__\n    indexer = self.columns.get_loc(key)\nKeyError: \'segment_id\'',
            )
        },
    )
    return Truth("deployment/scorer", "app-crash", "scorer", ("segment_id",), ("bad-config",), kind="confusion"), w


def kotlin_crash():
    w = World()
    w.workload(
        "loyalty-kt",
        c("app", "registry.example/loyalty-kt:9"),
        statuses={
            "app": crash(
                1,
                'Exception in thread "main" kotlin.UninitializedPropertyAccessException: lateinit property repository has not been initialized\n\tat com.example.loyalty.Service.start(Service.kt:18)\n\tat com.example.loyalty.MainKt.main(Main.kt:7)',
            )
        },
    )
    return Truth("deployment/loyalty-kt", "app-crash", "app", ("repository",)), w


def cpp_abort():
    w = World()
    w.workload(
        "quoter",
        c("quoter", "registry.example/quoter:2.2"),
        statuses={
            "quoter": crash(
                134,
                "terminate called after throwing an instance of 'std::out_of_range'\n  what():  vector::_M_range_check: __n (which is 12) >= this->size() (which is 12)\nAborted (core dumped)",
            )
        },
    )
    return Truth("deployment/quoter", "app-crash", "quoter", ("std::out_of_range",)), w


def deno_module():
    w = World()
    w.workload(
        "edge-fn",
        c("fn", "registry.example/edge-fn:3"),
        statuses={
            "fn": crash(1, 'error: Module not found "file:///app/lib/limits.ts".\n    at file:///app/main.ts:4:25')
        },
    )
    return Truth("deployment/edge-fn", "missing-library", "fn", ("limits.ts",)), w


def ruby_gem():
    w = World()
    w.workload(
        "jobs-rb",
        c("sidekiq", "registry.example/jobs-rb:17"),
        statuses={
            "sidekiq": crash(
                1,
                "bundler: failed to load command: sidekiq (/usr/local/bundle/bin/sidekiq)\n/usr/local/lib/ruby/3.3.0/bundled_gems.rb:75:in `require': cannot load such file -- ostruct2 (LoadError)\n\tfrom /app/config/boot.rb:2:in `<top (required)>'",
            )
        },
    )
    return Truth("deployment/jobs-rb", "missing-library", "sidekiq", ("ostruct2",)), w


def glibc_version():
    w = World()
    w.workload(
        "fast-hash",
        c("hash", "registry.example/hash:9"),
        statuses={
            "hash": crash(
                1,
                "/usr/local/bin/fasthash: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by /usr/local/bin/fasthash)",
            )
        },
    )
    return Truth("deployment/fast-hash", "missing-library", "hash", ("GLIBC_2.38",)), w


def java_noclassdef():
    w = World()
    w.workload(
        "ledger-java",
        c("ledger", "registry.example/ledger-java:4"),
        statuses={
            "ledger": crash(
                1,
                "Error: Unable to initialize main class com.example.ledger.Main\nCaused by: java.lang.NoClassDefFoundError: org/slf4j/LoggerFactory",
            )
        },
    )
    return Truth("deployment/ledger-java", "missing-library", "ledger", ("org/slf4j/LoggerFactory",)), w


def entrypoint_not_executable():
    w = World()
    text = 'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/docker-entrypoint.sh": permission denied'
    names = w.workload(
        "legacy-cms",
        c("cms", "registry.example/cms:2019"),
        statuses={
            "cms": waits(
                "CrashLoopBackOff",
                "back-off 1m20s restarting failed container=cms",
                last={
                    "terminated": {
                        "exitCode": 128,
                        "reason": "StartError",
                        "message": text,
                        "startedAt": "1970-01-01T00:00:00Z",
                        "finishedAt": ago(50),
                        "containerID": "containerd://1",
                    }
                },
                restarts=4,
            )
        },
    )
    w.event(names[0], "Failed", f"Error: {text}", container="cms", back=50)
    return Truth("deployment/legacy-cms", "bad-entrypoint", "cms", ("/docker-entrypoint.sh", "permission denied")), w


def crio_entrypoint():
    w = World()
    text = "container create failed: executable file `/usr/bin/serve-all` not found: No such file or directory"
    names = w.workload(
        "landing", c("web", "registry.example/landing:9"), statuses={"web": waits("CreateContainerError", text)}
    )
    w.event(names[0], "Failed", f"Error: {text}", container="web", back=12, count=9)
    return Truth("deployment/landing", "bad-entrypoint", "web", ("serve-all",)), w


def crlf_script():
    w = World()
    w.workload(
        "batch-win",
        c("run", "registry.example/batch:w"),
        statuses={"run": crash(255, "exec /entrypoint.sh: no such file or directory", lived=0.05)},
    )
    return Truth("deployment/batch-win", "bad-entrypoint", "run", ("/entrypoint.sh",)), w


def command_not_found_shell():
    w = World()
    w.workload(
        "cronish",
        c("task", "alpine:3.20", command=["sh", "-c", "gsutil rsync -r /data gs://bucket"]),
        statuses={"task": crash(127, "sh: gsutil: not found", lived=0.1)},
    )
    return Truth("deployment/cronish", "bad-entrypoint", "task", ("gsutil", "exit code 127")), w


def permission_pvc():
    w = World()
    w.add("PersistentVolumeClaim", "grafana-data", spec={"accessModes": ["ReadWriteOnce"]}, status={"phase": "Bound"})
    w.workload(
        "grafana",
        c("grafana", "grafana/grafana:11.2.0", mounts={"/var/lib/grafana": "data"}),
        spec={
            "securityContext": {"runAsUser": 472},
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "grafana-data"}}],
        },
        statuses={
            "grafana": crash(
                1,
                "GF_PATHS_DATA='/var/lib/grafana' is not writable.\nYou may have issues with file permissions, more information here: http://docs.grafana.org/installation/docker/#migrate-to-v51-or-later\nmkdir: can't create directory '/var/lib/grafana/plugins': Permission denied",
            )
        },
    )
    return Truth("deployment/grafana", "permission-denied", "grafana", ("/var/lib/grafana",)), w


def disk_full_kafka():
    w = World()
    w.workload(
        "kafka",
        c("broker", "registry.example/kafka:3.8"),
        kind="StatefulSet",
        statuses={
            "broker": crash(
                1,
                "[2026-11-22 03:11:30,001] ERROR Error while writing to checkpoint file /var/lib/kafka/data/recovery-point-offset-checkpoint (kafka.server.LogDirFailureChannel)\njava.io.IOException: No space left on device\n\tat java.base/sun.nio.ch.FileDispatcherImpl.write0(Native Method)\n[2026-11-22 03:11:30,010] ERROR Shutdown broker because all log dirs in /var/lib/kafka/data have failed (kafka.log.LogManager)",
            )
        },
    )
    return Truth("statefulset/kafka", "disk-full", "broker", ("No space left on device",)), w


def port_privileged():
    w = World()
    w.workload(
        "front-nginx",
        c("nginx", "nginx:1.27", securityContext={"runAsUser": 101}, ports=[80]),
        statuses={
            "nginx": crash(1, "2026/11/22 03:11:31 [emerg] 1#1: bind() to 0.0.0.0:80 failed (13: Permission denied)")
        },
    )
    return Truth("deployment/front-nginx", "port-conflict", "nginx", ("0.0.0.0:80",)), w


def port_in_use_node():
    w = World()
    w.workload(
        "gql",
        c("gql", "registry.example/gql:4", ports=[3000]),
        c("studio", "registry.example/studio:4", ports=[3000]),
        statuses={
            "gql": up(),
            "studio": crash(
                1,
                "Error: listen EADDRINUSE: address already in use :::3000\n    at Server.setupListenHandle [as _listen2] (node:net:1817:16) {\n  code: 'EADDRINUSE',\n  errno: -98,\n  syscall: 'listen',\n  port: 3000\n}\n\nNode.js v20.18.0",
            ),
        },
    )
    return Truth("deployment/gql", "port-conflict", "studio", ("3000", "EADDRINUSE")), w


def stale_pid_rails():
    w = World()
    w.workload(
        "shop-rails",
        c("web", "registry.example/shop:8", mounts={"/app/tmp": "tmp"}),
        spec={"volumes": [{"name": "tmp", "emptyDir": {}}]},
        statuses={
            "web": crash(
                1,
                "=> Booting Puma\n=> Rails 7.2.1 application starting in production\nA server is already running (pid: 1, file: /app/tmp/pids/server.pid).\nExiting",
            )
        },
    )
    return Truth("deployment/shop-rails", "stale-state", "web", ("server.pid",), restart=True), w


def postgres_wrong_version():
    w = World()
    w.workload(
        "pg",
        c("postgres", "postgres:17", mounts={"/var/lib/postgresql/data": "data"}),
        kind="StatefulSet",
        spec={"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data-pg-0"}}]},
        statuses={
            "postgres": crash(
                1,
                "PostgreSQL Database directory appears to contain a database; Skipping initialization\n\n2026-11-22 03:11:31.001 UTC [1] FATAL:  database files are incompatible with server\n2026-11-22 03:11:31.001 UTC [1] DETAIL:  The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 17.4.",
            )
        },
    )
    return Truth("statefulset/pg", "incompatible-data", "postgres", ("version 15",)), w


def init_flyway():
    w = World()
    w.workload(
        "acct",
        c("app", "registry.example/acct:3"),
        init=(c("flyway", "flyway/flyway:10"),),
        phase="Pending",
        statuses={
            "app": waits("PodInitializing"),
            "flyway": crash(
                1,
                "Flyway Community Edition 10.17.0 by Redgate\nDatabase: jdbc:postgresql://pg:5432/acct (PostgreSQL 16.3)\nERROR: Validate failed: Migrations have failed validation\nMigration checksum mismatch for migration version 7\n-> Applied to database : 1837461\n-> Resolved locally    : -92837465",
            ),
        },
    )
    return Truth("deployment/acct", "stale-state", "flyway", ("flyway",)), w


def init_generic():
    w = World()
    w.workload(
        "tiles",
        c("app", "registry.example/tiles:3"),
        init=(c("fetch-assets", "registry.example/fetch:1"),),
        phase="Pending",
        statuses={
            "app": waits("PodInitializing"),
            "fetch-assets": crash(3, "fetching 12 archives\narchive 7: checksum does not match manifest, giving up"),
        },
    )
    return Truth(
        "deployment/tiles", "init-container-failed", "fetch-assets", ("fetch-assets", "checksum does not match")
    ), w


def sidecar_blocks():
    w = World()
    proxy = c("auth-proxy", "registry.example/auth-proxy:2", restartPolicy="Always")
    w.workload(
        "console",
        c("console", "registry.example/console:8"),
        init=(proxy,),
        phase="Pending",
        statuses={
            "console": waits("PodInitializing"),
            "auth-proxy": crash(1, 'time="2026-11-22T03:11:31Z" level=fatal msg="missing required flag: --client-id"'),
        },
    )
    return Truth("deployment/console", "bad-config", "auth-proxy", ("--client-id",)), w


def oom_limit_java():
    w = World()
    w.workload(
        "recs",
        c("recs", "registry.example/recs:2", limit="768Mi"),
        replicas=2,
        statuses={"recs": crash(137, noise(120, "json"), reason="OOMKilled", lived=341, shape="backoff")},
    )
    return Truth("deployment/recs", "oom-killed", "recs", ("OOMKilled", "768Mi")), w


def oom_exit_zero():
    w = World()
    w.workload(
        "thumbs",
        c("thumbs", "registry.example/thumbs:2", limit="256Mi"),
        statuses={"thumbs": crash(0, "worker 7 lost\nall workers are gone, leaving", reason="OOMKilled", lived=61)},
    )
    return Truth("deployment/thumbs", "oom-killed", "thumbs", ("OOMKilled", "256Mi")), w


def oom_at_init():
    w = World()
    text = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?)"
    w.workload(
        "tiny",
        c("tiny", "registry.example/tiny:1", limit="4Mi"),
        statuses={
            "tiny": waits(
                "CrashLoopBackOff",
                "back-off 40s restarting failed container=tiny",
                last={
                    "terminated": {
                        "exitCode": 128,
                        "reason": "StartError",
                        "message": text,
                        "startedAt": "1970-01-01T00:00:00Z",
                        "finishedAt": ago(30),
                        "containerID": "containerd://1",
                    }
                },
                restarts=3,
            )
        },
    )
    return Truth("deployment/tiny", "oom-killed", "tiny", ("4Mi",)), w


def oom_node():
    w = World()
    names = w.workload(
        "cache-warm",
        c("warm", "registry.example/warm:1"),
        statuses={"warm": crash(137, noise(20), reason="OOMKilled", lived=500, restarts=1)},
    )
    del names
    w.add(
        "Node",
        "node-1",
        status={
            "conditions": [
                {"type": "Ready", "status": "True"},
                {
                    "type": "MemoryPressure",
                    "status": "True",
                    "reason": "KubeletHasInsufficientMemory",
                    "message": "kubelet has insufficient memory available",
                },
            ]
        },
    )
    w.event(
        "node-1",
        "SystemOOM",
        "System OOM encountered, victim process: warm, pid: 81231",
        kind="Node",
        namespace="default",
        back=21,
    )
    return Truth("deployment/cache-warm", "oom-killed", "warm", ("SystemOOM",)), w


def liveness_refused_slow_jvm():
    w = World()
    probe = http("/actuator/health/liveness", 8080, delay=10, period=5, failures=3)
    log = "\n".join(
        f"2026-11-22T03:11:{20 + i:02d}.000Z  INFO 1 --- [main] c.e.Boot : initializing module {i}" for i in range(20)
    )
    names = w.workload(
        "policy",
        c("policy", "registry.example/policy:6", ports=[8080], live=probe),
        statuses={"policy": crash(143, log, lived=24, shape="backoff")},
    )
    w.event(
        names[0],
        "Unhealthy",
        'Liveness probe failed: Get "http://10.42.0.17:8080/actuator/health/liveness": dial tcp 10.42.0.17:8080: connect: connection refused',
        container="policy",
        back=72,
        count=12,
    )
    w.event(
        names[0],
        "Killing",
        "Container policy failed liveness probe, will be restarted",
        container="policy",
        back=71,
        type="Normal",
        count=4,
    )
    return Truth(
        "deployment/policy", "liveness-probe-failed", "policy", ("initialDelaySeconds", "connection refused")
    ), w


def liveness_without_events():
    w = World()
    probe = http("/live", 9000, delay=5, period=10, failures=3)
    log = "listening on :9000\n" + noise(10) + "\nreceived SIGTERM, shutting down gracefully\nbye"
    w.workload(
        "feed", c("feed", "registry.example/feed:3", ports=[9000], live=probe), statuses={"feed": Status_lived(26)}
    )
    w.logs.clear()
    names = [o["metadata"]["name"] for o in w.objects["Pod"]]
    w.logs["production", names[0], "feed", "current"] = (log, 96)
    w.logs["production", names[0], "feed", "previous"] = (log, 96)
    return Truth("deployment/feed", "liveness-probe-failed", "feed", ("/live",), kind="confusion"), w


def Status_lived(lived: float):  # noqa: N802 — reads as the class it makes
    return crash(0, "", reason="Completed", lived=lived, shape="backoff")


def startup_http():
    w = World()
    names = w.workload(
        "search-idx",
        c("idx", "registry.example/idx:7", start=http("/ready", 9200, period=5, failures=6)),
        statuses={"idx": crash(143, "loading segments 1/900\nloading segments 2/900", lived=31)},
    )
    w.event(
        names[0],
        "Unhealthy",
        "Startup probe failed: HTTP probe failed with statuscode: 503",
        container="idx",
        back=22,
        count=6,
    )
    w.event(
        names[0],
        "Killing",
        "Container idx failed startup probe, will be restarted",
        container="idx",
        back=21,
        type="Normal",
    )
    return Truth("deployment/search-idx", "startup-probe-failed", "idx", ("503",)), w


def image_auth():
    w = World()
    text = 'Back-off pulling image "registry.example/private/agent:3": ErrImagePull: failed to pull and unpack image "registry.example/private/agent:3": failed to resolve reference "registry.example/private/agent:3": failed to authorize: failed to fetch oauth token: unexpected status from GET request: 401 Unauthorized'
    names = w.workload(
        "agent",
        c("agent", "registry.example/private/agent:3"),
        phase="Pending",
        statuses={"agent": waits("ImagePullBackOff", text)},
    )
    w.event(
        names[0],
        "FailedToRetrieveImagePullSecret",
        "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
        back=15,
    )
    return Truth("deployment/agent", "image-pull-failed", "agent", ("401 Unauthorized",)), w


def image_arch():
    w = World()
    w.workload(
        "arm",
        c("arm", "registry.example/arm:1"),
        phase="Pending",
        statuses={
            "arm": waits(
                "ErrImagePull",
                'failed to pull and unpack image "registry.example/arm:1": no match for platform in manifest: not found',
            )
        },
    )
    return Truth("deployment/arm", "image-pull-failed", "arm", ("no match for platform",)), w


def secret_flip():
    """CrashLoopBackOff and an old crash in lastState, but the newest attempt could not find its Secret."""
    w = World()
    status = waits(
        "CrashLoopBackOff",
        "back-off 2m40s restarting failed container=api",
        last=ended(1, back=200),
        restarts=6,
        previous='Traceback (most recent call last):\n  File "app.py", line 3, in <module>\n    main()\nRuntimeError: boom',
    )
    names = w.workload(
        "vaulted",
        c("api", "registry.example/vaulted:2", envFrom=[{"secretRef": {"name": "vaulted-env"}}]),
        statuses={"api": status},
    )
    w.event(names[0], "Failed", 'Error: secret "vaulted-env" not found', container="api", back=14, count=5)
    return Truth("deployment/vaulted", "missing-secret", "api", ("vaulted-env",), ("app-crash",), kind="confusion"), w


def configmap_near_name():
    w = World()
    w.add("ConfigMap", "app-configuration", data={"LOG_LEVEL": "info"})
    names = w.workload(
        "portal2",
        c("web", "registry.example/portal2:1", envFrom=[{"configMapRef": {"name": "app-config"}}]),
        phase="Pending",
        statuses={"web": waits("CreateContainerConfigError", 'configmap "app-config" not found')},
    )
    w.event(names[0], "Failed", 'Error: configmap "app-config" not found', container="web", back=9, count=14)
    return Truth("deployment/portal2", "missing-configmap", "web", ("app-config",)), w


def evicted_pod():
    w = World()
    w.workload(
        "logs-agg",
        c("agg", "registry.example/agg:1"),
        pod={
            "status": {
                "reason": "Evicted",
                "message": "The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 8Gi. Container agg was using 6Gi, request is 0, has larger consumption of ephemeral-storage. ",
            }
        },
        phase="Failed",
        statuses={"agg": crash(137, "", lived=900, restarts=0)},
    )
    return Truth("deployment/logs-agg", "evicted", "", ("ephemeral-storage",), ("oom-killed",)), w


def multi_attach():
    w = World()
    w.add(
        "PersistentVolumeClaim",
        "files",
        spec={"accessModes": ["ReadWriteOnce"], "volumeName": "pv-9"},
        status={"phase": "Bound"},
    )
    names = w.workload(
        "files",
        c("files", "registry.example/files:1", mounts={"/data": "d"}),
        spec={"volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "files"}}]},
        phase="Pending",
        statuses={"files": waits("ContainerCreating")},
    )
    w.event(
        names[0],
        "FailedAttachVolume",
        'Multi-Attach error for volume "pv-9" Volume is already used by pod(s) files-6d5c8f-7xkq2',
        back=100,
    )
    return Truth("deployment/files", "volume-mount-failed", "", ("Multi-Attach",)), w


def psa_rejected():
    w = World()
    w.workload(
        "priv",
        c("priv", "registry.example/priv:1"),
        pods=False,
        status={
            "conditions": [
                {
                    "type": "ReplicaFailure",
                    "status": "True",
                    "reason": "FailedCreate",
                    "message": 'pods "priv-x" is forbidden: violates PodSecurity "restricted:latest": privileged (container "priv" must not set securityContext.privileged=true)',
                }
            ]
        },
    )
    replicaset = w.objects["ReplicaSet"][0]["metadata"]["name"]
    w.event(
        replicaset,
        "FailedCreate",
        'Error creating: pods "priv-8c9d7f5b6-" is forbidden: violates PodSecurity "restricted:latest": privileged (container "priv" must not set securityContext.privileged=true)',
        kind="ReplicaSet",
        back=40,
        count=7,
    )
    return Truth("deployment/priv", "pod-create-rejected", "", ("PodSecurity",)), w


def clean_exit_nginx():
    w = World()
    w.workload(
        "static",
        c("nginx", "registry.example/static:1", command=["service", "nginx", "start"]),
        statuses={"nginx": crash(0, "Starting nginx: nginx.", reason="Completed", lived=1)},
    )
    return Truth("deployment/static", "exits-cleanly", "nginx", ("exit code 0",)), w


def chain_redis_oom():
    """The web tier cannot reach redis because redis itself is killed for memory."""
    w = World()
    w.service("sessions-redis", 6379, {"app": "sessions-redis"}, ready=0, ip="10.96.9.9")
    w.workload(
        "sessions-redis",
        c("redis", "redis:7.4", limit="64Mi"),
        kind="StatefulSet",
        statuses={
            "redis": crash(
                137, "1:M 22 Nov 2026 03:11:02.000 * Ready to accept connections tcp", reason="OOMKilled", lived=31
            )
        },
    )
    w.workload(
        "web-tier",
        c("web", "registry.example/web:51"),
        statuses={
            "web": crash(
                1,
                "[ioredis] Unhandled error event: Error: connect ECONNREFUSED 10.96.9.9:6379\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)\nMaxRetriesPerRequestError: Reached the max retries per request limit (which is 20).",
                lived=9,
            )
        },
    )
    return Truth("deployment/web-tier", "dependency-unavailable", "web", ("sessions-redis", "6379")), w


def job_deadline():
    w = World()
    w.add(
        "Job",
        "nightly-report",
        spec={"backoffLimit": 6, "activeDeadlineSeconds": 600, "template": {"spec": {"containers": [c("report")]}}},
        status={
            "failed": 1,
            "conditions": [
                {
                    "type": "Failed",
                    "status": "True",
                    "reason": "DeadlineExceeded",
                    "message": "Job was active longer than specified deadline",
                    "lastTransitionTime": ago(300),
                }
            ],
        },
    )
    w.event("nightly-report", "DeadlineExceeded", "Job was active longer than specified deadline", kind="Job", back=300)
    return Truth("job/nightly-report", "deadline-exceeded", "", ("active longer than specified deadline",)), w


def namespace_other_host_german():
    w = World()
    w.workload(
        "lager",
        c("lager", "registry.example/lager:2"),
        statuses={
            "lager": crash(
                1,
                'Verbindung zur Datenbank fehlgeschlagen\npsycopg2.OperationalError: could not translate host name "lager-db" to address: Name or service not known',
            )
        },
    )
    return Truth("deployment/lager", "dependency-unavailable", "lager", ("lager-db",)), w


def hook_poststart():
    w = World()
    names = w.workload(
        "registrar",
        c("reg", "registry.example/reg:1", lifecycle={"postStart": {"exec": {"command": ["/bin/register"]}}}),
        statuses={
            "reg": waits(
                "PostStartHookError",
                'Exec lifecycle hook ([/bin/register]) for Container "reg" in Pod "registrar" failed - error: command \'/bin/register\' exited with 7: , message: "consul agent is not reachable"',
                last=ended(137, back=40, lived=3),
                restarts=4,
            )
        },
    )
    w.event(names[0], "FailedPostStartHook", "PostStartHook failed", container="reg", back=40, count=4)
    return Truth("deployment/registrar", "lifecycle-hook-failed", "reg", ("PostStart",), ("oom-killed",)), w


CASES = [
    value
    for name, value in list(globals().items())
    if callable(value) and getattr(value, "__module__", "") == __name__ and name not in {"noise", "Status_lived"}
]
_UNUSED = (config, done, secret, uid)

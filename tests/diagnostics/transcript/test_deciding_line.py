"""Which line decides: kinds of logs as programs print them, each with the words that a good answer quotes."""

import pytest

from tests.diagnostics.transcript.said import led_by, said


def kind(name, words, *lines):
    """One kind of log: its lines, and the words that the deciding one holds."""
    return pytest.param("\n".join(lines), words, id=name)


KINDS = [
    kind(
        "a-warning-gives-the-reason-that-the-error-about-the-same-thing-lacks",
        "peer-0.ledger",
        "INFO  07:10:01 reading the settings",
        "WARN  07:10:02 Peer list: could not resolve host peer-0.ledger.shop.svc",
        "The peer list is empty.",
        "ERROR 07:10:02 Start failed: The peer list is empty.",
    ),
    kind(
        "a-warning-about-another-thing-is-no-reason",
        "list is empty",
        "WARN  07:10:02 Usage reports: could not resolve host stats.vendor.example",
        "ERROR 07:10:02 Start refused: the peer list is empty.",
    ),
    kind(
        "a-start-script-that-went-on-after-a-refused-file-is-not-why-its-server-failed",
        "could not bind",
        "copying the site to /srv/www",
        "tar: .: Cannot change mode to rwxr-xr-x: Operation not permitted",
        "/usr/local/bin/boot.sh: line 12: /etc/site/secret.php: Permission denied",
        "chmod: changing permissions of '/etc/site/user.php': Operation not permitted",
        "httpd: Could not determine the server's name, using 10.1.2.3. Set 'ServerName' to silence this",
        "(13)Permission denied: make_sock: could not bind to address 0.0.0.0:443",
        "no sockets, shutting down",
    ),
    kind(
        "a-fault-of-the-code-is-the-end-whatever-was-logged-before",
        "nil pointer dereference",
        "INFO reconciling addon",
        "ERROR cannot fetch the index, retrying: GET https://charts.example/index.yaml: 404 not found",
        "panic: runtime error: invalid memory address or nil pointer dereference [recovered]",
        "\tpanic: runtime error: invalid memory address or nil pointer dereference",
        "[signal SIGSEGV: segmentation violation code=0x1 addr=0x8 pc=0x45]",
        "",
        "goroutine 88 [running]:",
        "runtime/debug.Stack()",
        "\t/usr/local/go/src/runtime/debug/stack.go:26 +0x64",
        "panic({0x1f?, 0x3a?})",
        "\t/usr/local/go/src/runtime/panic.go:792 +0x132",
        "example.com/addons/pkg/plan.(*Plan).Steps(...)",
        "\t/src/pkg/plan/plan.go:41",
    ),
    kind(
        "a-traceback-that-a-record-announces-is-the-reason",
        "partially initialized module",
        "Usage: runner [OPTIONS]",
        "Error: Invalid value for '--app': the application cannot be loaded.",
        "While loading shop.tasks the following error occurred:",
        "Traceback (most recent call last):",
        '  File "/app/shop/tasks.py", line 3, in <module>',
        "    from shop.web import app",
        "ImportError: cannot import name 'app' from partially initialized module 'shop.web' (/app/shop/web.py)",
    ),
    kind(
        "a-hint-about-a-variable-is-no-reason",
        "etcdserver: member not found",
        (
            "WARN ==> You set the environment variable ALLOW_PLAIN=yes. For safety reasons, do not use this "
            "flag in production"
        ),
        "INFO  ==> Updating member in existing cluster",
        "Error: etcdserver: member not found",
    ),
    kind(
        "a-banner-and-its-steps-follow",
        "required feature flag not enabled",
        ("[error] Feature flags: orders_v2: required feature flag not enabled! It must be enabled before upgrading"),
        "",
        "BOOT FAILED",
        "===========",
        *[f"    rabbit_boot:step_{index}/1, line {index}" for index in range(12)],
        (
            "Kernel pid terminated (application_controller) "
            "({application_start_failure,rabbit,{{shutdown,boot},{rabbit,start,[normal,[]]}}})"
        ),
    ),
    kind(
        "rust-payload",
        "ORDERS_PORT",
        "thread 'main' panicked at src/cfg.rs:9:",
        (
            "source: Custom(\"invalid digit found in string while parsing value 'tcp://10.9.0.7:8080' "
            'provided by ORDERS_PORT")'
        ),
    ),
    kind(
        "a-warning-alone",
        "expect a port",
        "warn --- invalid address - http://0.0.0.0:tcp://10.9.0.7:8080, we expect a port",
    ),
    kind(
        "usage-is-folded",
        "maxThings",
        "flag provided but not defined: -maxThings",
        "Usage of manager:",
        "  -opt0 string",
        '    \tdescription of invalid things 0 (default "x")',
        "  -opt1 string",
        '    \tdescription of invalid things 1 (default "x")',
        "  -opt2 string",
        '    \tdescription of invalid things 2 (default "x")',
    ),
    kind(
        "the-first-of-a-chain",
        "no private IP",
        'level=info msg="starting"',
        'level=error module=gossip err="no private IP address found, and explicit IP not provided"',
        'level=error module=ring err="failed because it depends on module gossip, which has failed"',
        'level=error msg="failed services"',
    ),
    kind(
        "the-child,-not-the-parent",
        "native thread",
        "ERROR RuntimeException: java.lang.OutOfMemoryError: unable to create new native thread",
        "INFO Process [web] is stopped",
        "INFO App is stopped",
    ),
    kind(
        "node-url",
        "Invalid URL",
        "node:internal/url:797",
        "    this.#updateContext(bindingUrl.parse(input, base));",
        "                                   ^",
        "",
        "TypeError [ERR_INVALID_URL]: Invalid URL",
        "    at new URL (node:internal/url:797:36)",
        "    at Object.<anonymous> (/app/server.js:3:13) {",
        "  code: 'ERR_INVALID_URL',",
        "  input: '//billing/x'",
        "}",
        "",
        "Node.js v20.1.0",
    ),
    kind(
        "ruby-argument",
        "KEY_TTL",
        '/app/config.rb:12:in `ttl\': KEY_TTL must be a number of seconds, got "15m" (ArgumentError)',
        "\tfrom /app/main.rb:3:in `<main>'",
    ),
    kind(
        "python-toml",
        "TOMLDecodeError",
        "Traceback (most recent call last):",
        '  File "/app/main.py", line 3, in <module>',
        "    cfg = tomllib.load(f)",
        '  File "/usr/local/lib/python3.12/tomllib/_parser.py", line 66, in load',
        "    return loads(s)",
        "tomllib.TOMLDecodeError: Invalid value (at line 5, column 9)",
    ),
    kind(
        "place-in-a-file",
        "gate.conf:12",
        "gate: /etc/gate/gate.conf:12:1: interface conversion: interface {} is bool, not int64",
    ),
    kind(
        "terse",
        "gzp",
        "shipper: assembling sinks",
        'shipper: sink "s3/archive" asks for unknown codec "gzp"',
    ),
    kind(
        "the-first-of-a-flood",
        "orders-cache",
        "INFO ready",
        "ERROR pool: cannot open orders-cache:11211: connection refused",
        *[f"ERROR sign-in failed for visitor {index}: backend took too long" for index in range(300)],
        "FATAL error budget used up, leaving",
    ),
    kind(
        "zap-json",
        "tls.crt",
        (
            '1.6e+09\tERROR\tsetup\tproblem running manager\t{"error": "open /var/run/webhook/certs/tls.crt: no '
            'such file or directory"}'
        ),
    ),
    kind(
        "escaped",
        "nsenter",
        (
            'fatal "environment check failed: nsenter [--mount=/host/proc/1/ns/mnt mdadm]: No such file or '
            'directory\\n: exit status 127"'
        ),
    ),
    kind(
        "api-timeout",
        "deadline",
        "I0101 00:00:00.000000 1 main.go:1] serving",
        'Error: Get "https://10.9.0.1:443/apis/x": context deadline exceeded',
    ),
    kind(
        "python-after-waiting",
        "unapplied",
        "INFO Waiting for migrations... 28 second(s)",
        "INFO Waiting for migrations... 29 second(s)",
        "Traceback (most recent call last):",
        '  File "/x.py", line 1, in <module>',
        "    main()",
        ("TimeoutError: There are still unapplied migrations after 30 seconds. MigrationHead(s) in DB: set()"),
    ),
    kind(
        "waiting-only",
        "catalogue:9090",
        *[f"catalogue:9090 still missing, try {index}" for index in range(18)],
    ),
    kind(
        "loop",
        "plugin/loop",
        ".:53",
        "[INFO] plugin/reload: Running configuration SHA512 = abc",
        "CoreDNS-1.9.3",
        "linux/amd64, go1.18.2, 45b0a11",
        (
            '[FATAL] plugin/loop: Loop (127.0.0.1:41000 -> :53) detected for zone ".", see '
            'https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 1 2."'
        ),
    ),
    kind(
        "metadata",
        "cannot fetch",
        "cannot fetch ID from Metadata, specify --id instead: status code: 401, request id: ",
    ),
    kind(
        "worker-before-waiting",
        "device memory",
        "(Worker pid=7) ERROR 01-01 00:00:00 [core.py:1] RuntimeError: Lack of device memory. (code: -16)",
        *["INFO Waiting for 1 engine process to start"] * 200,
    ),
    kind(
        "refusing",
        "not marked safe",
        (
            "ERROR refusing to start: node is not marked safe (clean=0 in state.dat). If you want to force "
            "it, set the environment variable LEDGER_FORCE_START=yes"
        ),
    ),
    kind(
        "too-open",
        "Key file",
        "Key file /data/.key must be accessible by owner only",
    ),
    kind(
        "illegal-instruction",
        "Illegal",
        '/opt/run/lib.sh: line 90:    31 Illegal instruction     (core dumped) "$@"',
    ),
    kind(
        "mkdir",
        "File exists",
        "mkdir: cannot create directory '/shared/p': File exists",
    ),
    kind(
        "shell-redirect",
        "/data/state",
        "/cfg/run.sh: 4: /cfg/run.sh: cannot create /data/state: Permission denied",
    ),
    kind(
        "dotnet-inotify",
        "inotify",
        (
            "Unhandled exception. System.IO.IOException: The configured user limit (128) on the number of "
            "inotify instances has been reached, or the per-process limit on the number of open file "
            "descriptors has been reached."
        ),
        "   at System.IO.FileSystemWatcher.StartRaisingEvents()",
        ("   at Microsoft.Extensions.FileProviders.Physical.PhysicalFilesWatcher.TryEnableFileSystemWatcher()"),
    ),
    kind(
        "changeset",
        "ITEMS",
        (
            "Migration failed for changeset db/1.xml::1::ann: Reason: liquibase.exception.DatabaseException: "
            "Table 'ITEMS' already exists [Failed SQL: (1050) CREATE TABLE ITEMS]"
        ),
    ),
    kind(
        "rust-connection",
        "unwrap",
        "connecting to inventory:8080",
        "thread 'main' panicked at src/main.rs:42:10:",
        "called `Result::unwrap()` on an `Err` value: Error { kind: ConnectionRefused }",
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    ),
    kind(
        "logrus",
        "line 3",
        'time="2024" level=info msg="loading"',
        'time="2024" level=fatal msg="cannot load config" error="yaml: line 3: did not find expected key"',
    ),
    kind(
        "gunicorn",
        "flask_cors",
        "[2024-01-01 00:00:00 +0000] [1] [INFO] Starting gunicorn 20.1.0",
        "[2024-01-01 00:00:00 +0000] [7] [ERROR] Exception in worker process",
        "Traceback (most recent call last):",
        '  File "/usr/lib/python3/site-packages/gunicorn/arbiter.py", line 589, in spawn_worker',
        "    worker.init_process()",
        '  File "/app/wsgi.py", line 3, in <module>',
        "    import flask_cors",
        "ModuleNotFoundError: No module named 'flask_cors'",
        "[2024-01-01 00:00:00 +0000] [7] [INFO] Worker exiting (pid: 7)",
        "[2024-01-01 00:00:00 +0000] [1] [INFO] Shutting down: Master",
        "[2024-01-01 00:00:00 +0000] [1] [INFO] Reason: Worker failed to boot.",
    ),
    kind(
        "spring",
        "password authentication",
        "2024-01-01 00:00:00.000 ERROR 1 --- [main] o.s.boot.SpringApplication : Application run failed",
        "",
        (
            "org.springframework.beans.factory.BeanCreationException: Error creating bean with name "
            "'entityManagerFactory' defined in class path resource [x]: boom; nested exception is "
            "org.hibernate.HibernateException: Access to DialectResolutionInfo cannot be null"
        ),
        "\tat org.springframework.A.b(A.java:1)",
        "\t... 16 common frames omitted",
        ('Caused by: org.postgresql.util.PSQLException: FATAL: password authentication failed for user "app"'),
        "\tat org.postgresql.A.b(A.java:1)",
        "\t... 20 common frames omitted",
    ),
    kind(
        "springfail",
        "Port 8080",
        "",
        "***************************",
        "APPLICATION FAILED TO START",
        "***************************",
        "",
        "Description:",
        "",
        "Web server failed to start. Port 8080 was already in use.",
        "",
        "Action:",
        "",
        (
            "Identify and stop the process that's listening on port 8080 or configure this application to "
            "listen on another port."
        ),
        "",
    ),
    kind(
        "gopanic",
        "index out of range",
        "panic: runtime error: index out of range [3] with length 3",
        "",
        "goroutine 1 [running]:",
        "main.main()",
        "\t/src/main.go:12 +0x1d",
        "exit status 2",
    ),
    kind(
        "anyhow",
        "app.toml",
        "Error: failed to load configuration",
        "",
        "Caused by:",
        "    0: could not read file `/etc/app.toml`",
        "    1: No such file or directory (os error 2)",
    ),
    kind(
        "laravel",
        "2002",
        "In Connection.php line 760:",
        "",
        "  SQLSTATE[HY000] [2002] Connection refused (SQL: select * from users)",
        "",
        "",
    ),
    kind(
        "phpfatal",
        "2002",
        ("PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /app/db.php:12"),
        "Stack trace:",
        "#0 /app/db.php(12): PDO->__construct('mysql:host=db')",
        "#1 {main}",
        "  thrown in /app/db.php on line 12",
    ),
    kind(
        "nginx",
        "upstream",
        "/docker-entrypoint.sh: Configuration complete; ready for start up",
        ('2024/01/01 00:00:00 [emerg] 1#1: host not found in upstream "api" in /etc/nginx/conf.d/default.conf:3'),
        'nginx: [emerg] host not found in upstream "api" in /etc/nginx/conf.d/default.conf:3',
    ),
    kind(
        "terraformtini",
        "bind",
        "[WARN  tini (7)] Tini is not running as PID 1",
        "Error: bind: address already in use",
    ),
    kind(
        "elixir",
        "KeyError",
        "** (KeyError) key :url not found in: []",
        "    (app 0.1.0) lib/app.ex:12: App.start/2",
        "    (kernel 8.5) application_master.erl:293: :application_master.start_it_old/4",
    ),
    kind(
        "elixir2",
        "DATABASE_URL",
        (
            "** (Mix) Could not start application app: App.Application.start(:normal, []) returned an error: "
            "shutdown: failed to start child: App.Repo"
        ),
        "    ** (EXIT) an exception was raised:",
        "        ** (RuntimeError) environment variable DATABASE_URL is missing.",
        "            (app 0.1.0) lib/app/repo.ex:5: App.Repo.init/2",
    ),
    kind(
        "perl",
        "DBI.pm",
        (
            "Can't locate DBI.pm in @INC (you may need to install the DBI module) (@INC contains: /etc/perl) "
            "at /app/run.pl line 3."
        ),
        "BEGIN failed--compilation aborted at /app/run.pl line 3.",
    ),
    kind(
        "cpp",
        "app.conf",
        "terminate called after throwing an instance of 'std::runtime_error'",
        "  what():  cannot open /etc/app.conf",
        "Aborted (core dumped)",
    ),
    kind(
        "pgbind",
        "bind IPv4",
        "2024-01-01 00:00:00.000 UTC [1] LOG:  starting PostgreSQL 15.1",
        ('2024-01-01 00:00:00.000 UTC [1] LOG:  could not bind IPv4 address "0.0.0.0": Address already in use'),
        (
            "2024-01-01 00:00:00.000 UTC [1] HINT:  Is another postmaster already running on port 5432? If "
            "not, wait a few seconds and retry."
        ),
        '2024-01-01 00:00:00.000 UTC [1] WARNING:  could not create listen socket for "*"',
        "2024-01-01 00:00:00.000 UTC [1] FATAL:  could not create any TCP/IP sockets",
        "2024-01-01 00:00:00.000 UTC [1] LOG:  database system is shut down",
    ),
    kind(
        "vllm",
        "CUDA",
        "(EngineCore pid=9) ERROR 01-01 00:00:00 [core.py:1] EngineCore failed to start.",
        "(EngineCore pid=9) ERROR 01-01 00:00:00 [core.py:1] Traceback (most recent call last):",
        '(EngineCore pid=9) ERROR 01-01 00:00:00 [core.py:1]   File "/x/vllm/core.py", line 1, in run',
        "(EngineCore pid=9) ERROR 01-01 00:00:00 [core.py:1]     self.init()",
        (
            "(EngineCore pid=9) ERROR 01-01 00:00:00 [core.py:1] torch.OutOfMemoryError: CUDA out of memory. "
            "Tried to allocate 2.00 GiB."
        ),
        "Traceback (most recent call last):",
        '  File "/usr/bin/vllm", line 8, in <module>',
        "    sys.exit(main())",
        "RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}",
    ),
    kind(
        "eslog",
        "lock",
        (
            "[2024-01-01T00:00:00,000][ERROR][o.e.b.Elasticsearch      ] [es-0] fatal exception while "
            "booting Elasticsearch"
        ),
        (
            "java.lang.IllegalStateException: failed to obtain node locks, tried "
            "[/usr/share/elasticsearch/data]; maybe these locations are not writable?"
        ),
        "\tat org.elasticsearch.A.b(A.java:1)",
        "Caused by: java.io.IOException: failed to obtain lock on /usr/share/elasticsearch/data",
        "\tat org.elasticsearch.A.b(A.java:1)",
        "Caused by: java.nio.file.NoSuchFileException: /usr/share/elasticsearch/data/node.lock",
        "\tat x.y.Z(A.java:1)",
        ("ERROR: Elasticsearch did not exit normally - check the logs at /usr/share/elasticsearch/logs/es.log"),
    ),
    kind(
        "serilog",
        "IFoo",
        "[10:00:00 FTL] Host terminated unexpectedly",
        (
            "System.InvalidOperationException: Unable to resolve service for type 'App.IFoo' while "
            "attempting to activate 'App.Bar'."
        ),
        "   at Microsoft.X.Y()",
        "   at Program.Main() in /src/Program.cs:line 12",
    ),
    kind(
        "dotnetinner",
        "10.0.0.1",
        "Unhandled exception. Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.0.0.1:5432",
        " ---> System.Net.Sockets.SocketException (111): Connection refused",
        "   at System.Net.Sockets.Socket.Connect()",
        "   --- End of inner exception stack trace ---",
        "   at Npgsql.X()",
    ),
    kind(
        "nodemod",
        "main.js",
        "node:internal/modules/cjs/loader:1080",
        "  throw err;",
        "  ^",
        "",
        "Error: Cannot find module '/app/dist/main.js'",
        "    at Module._resolveFilename (node:internal/modules/cjs/loader:1077:15)",
        "    at node:internal/main/run_main_module:23:47 {",
        "  code: 'MODULE_NOT_FOUND',",
        "  requireStack: []",
        "}",
        "",
        "Node.js v18.19.0",
        "npm ERR! code ELIFECYCLE",
        "npm ERR! Exit status 1",
    ),
    kind(
        "argparse",
        "--db",
        "usage: app [-h] --db DB",
        "app: error: the following arguments are required: --db",
    ),
    kind(
        "cobra",
        "--foo",
        "Error: unknown flag: --foo",
        "Usage:",
        "  app [flags]",
        "",
        "Flags:",
        "  -h, --help   help for app",
        "",
        "unknown flag: --foo",
    ),
    kind(
        "helpafter",
        "--level",
        "invalid value for --level: must be one of debug, info",
        "",
        "See 'app --help' for usage.",
    ),
    kind(
        "setu",
        "DATABASE_URL",
        "/entrypoint.sh: line 3: DATABASE_URL: unbound variable",
    ),
    kind(
        "alembic",
        "9f31c0de77ab",
        "INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.",
        "ERROR [alembic.util.messaging] Can't locate revision identified by '9f31c0de77ab'",
        "FAILED: Can't locate revision identified by '9f31c0de77ab'",
    ),
    kind(
        "kafka",
        "cluster.id",
        ("[2024-01-01 00:00:00,000] ERROR Exiting Kafka due to fatal exception during startup. (kafka.Kafka$)"),
        ("java.lang.RuntimeException: Invalid cluster.id in: /data/meta.properties. Expected abc, but read def"),
        "\tat kafka.A.b(A.scala:1)",
        "[2024-01-01 00:00:00,000] INFO shutting down (kafka.server)",
    ),
    kind(
        "tracing",
        "sinks.x.type",
        (
            "2024-01-01T00:00:00.000Z ERROR vector::cli: Configuration error. error=unknown variant `foo`, "
            "expected one of `a`, `b` for key `sinks.x.type`"
        ),
    ),
]

NOISE = {
    "deprecation": ["DeprecationWarning: pkg_resources is deprecated as an API"],
    "node-warning": ["(node:1) [DEP0040] DeprecationWarning: The `punycode` module is deprecated."],
    "logging-facade": ['SLF4J: Failed to load class "org.slf4j.impl.StaticLoggerBinder".'],
    "jvm-warning": ["OpenJDK 64-Bit Server VM warning: Options -Xverify:none were deprecated in JDK 13"],
    "reflection": ["WARNING: An illegal reflective access operation has occurred"],
    "access-log": [
        f'10.1.2.{i} - - [28/Nov/2026:10:00:{i} +0000] "GET /healthz HTTP/1.1" 200 2' for i in range(10, 40)
    ],
    "failed-requests": ['10.1.2.3 - - [28/Nov/2026:10:00:00 +0000] "GET /api/x HTTP/1.1" 500 2'] * 3,
    "telemetry": ["ERROR failed to export traces: rpc error: code = Unavailable desc = connection refused"],
    "telemetry-retry": ["Transient error StatusCode.UNAVAILABLE encountered while exporting traces to otel:4317"],
    "handshake": ["2026/11/28 10:00:00 http: TLS handshake error from 10.0.0.5:51000: EOF"],
    "client-gone": ["ERROR failed to write response to client: write tcp 10.0.0.1:8080: write: broken pipe"],
    "throttled": ["I1128 10:00:00.000000       1 request.go:668] Waited for 1.1s due to client-side throttling"],
    "npm-notice": ["npm notice New major version of npm available! 9.5.0 -> 10.2.0"],
    "pip-notice": ["[notice] A new release of pip is available: 23.0 -> 24.0"],
    "metrics": [f'http_requests_total{{code="500",handler="/error"}} {i}' for i in range(30)],
    "environment": ["NODE_ENV=production", "FAIL_ON_ERROR=false", "ERROR_PAGE=/errors/500.html"],
    "collector": ["[1.234s][info][gc] GC(12) Pause Young (Normal) (G1 Evacuation Pause) 24M->5M(64M) 3.1ms"],
    "error-reporter": ["[sentry] ERROR: failed to send event to sentry: timed out"],
    "statistics": ["WARN statsd: could not connect to 127.0.0.1:8125, metrics disabled"],
    "root-user": ["WARNING: Running pip as the 'root' user can result in broken permissions"],
    "slow-query": ["WARN slow query (1.2s): SELECT * FROM errors WHERE failed = true"],
    "at-exit": ["Exception ignored in atexit callback: <function flush at 0x7f>"],
}
AFTER = {
    "goodbye": ["exiting", "Goodbye"],
    "closing": ["INFO shutting down http server", "INFO closing database pool", "INFO bye"],
    "npm-error": ["npm ERR! code ELIFECYCLE", "npm ERR! errno 1", "npm ERR! Exit status 1"],
    "core-dump": ["Aborted (core dumped)"],
    "heap-dump": ["Heap dump file created [12345 bytes in 0.1 secs]"],
    "exit-status": ["exit status 1"],
    "supervisor": ["2026-11-28 10:00:00,882 INFO exited: app (exit status 1; not expected)"],
}


@pytest.mark.parametrize(("text", "words"), KINDS)
def test_the_deciding_line_is_the_one_an_expert_quotes(text, words):
    assert words in led_by(text)


@pytest.mark.parametrize("noise", NOISE.values(), ids=NOISE.keys())
def test_noise_before_and_after_changes_nothing(noise):
    for kind in KINDS:
        text, words = kind.values
        assert words in led_by("\n".join((*noise, text))), kind.id
        assert words in led_by("\n".join((text, *noise))), kind.id


@pytest.mark.parametrize("noise", AFTER.values(), ids=AFTER.keys())
def test_what_is_printed_on_the_way_out_changes_nothing(noise):
    for kind in KINDS:
        text, words = kind.values
        assert words in led_by("\n".join((text, *noise))), kind.id


def test_work_that_went_on_after_an_error_makes_the_later_one_lead():
    work = "\n".join(f"INFO stored order {index}" for index in range(30))
    text = f"ERROR cannot open /var/cache/a: permission denied\n{work}\nERROR invalid value for region: 'mars'"
    assert "mars" in led_by(text)


def test_what_was_recovered_from_does_not_lead():
    text = (
        "ERROR cannot connect to queue-1:5672: connection refused\nINFO connected to queue-1:5672\n"
        "INFO listening on 0.0.0.0:8080\nerror: unknown option mode"
    )
    assert "unknown option" in led_by(text)


def test_a_readable_line_always_decides():
    assert led_by("hello") == "hello"
    assert said("\n \n---").deciding is None or said("\n \n---").segments


PAST = (
    "error reading config: open /etc/relay/relay.yaml: no such file or directory\n"
    "panic: runtime error: index out of range [0] with length 0\n\n"
    "goroutine 1 [running]:\nmain.main()\n\t/src/main.go:9 +0x1d"
)


def test_a_fault_of_the_code_at_once_after_a_failure_follows_from_it():
    assert "relay.yaml" in led_by(PAST, exit_code=2, ran_s=1.0)


def test_a_fault_of_the_code_minutes_after_a_failure_is_one_of_its_own():
    assert "index out of range" in led_by(PAST, exit_code=2, ran_s=600.0)

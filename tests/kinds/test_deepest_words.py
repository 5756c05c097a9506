"""The deepest words of a chain say what it was; its wrappers only say what that broke."""

from __future__ import annotations

import pytest

from tests.composed.world import World
from tests.kinds.world import Want, asked, check, dies

CLAIM = {"/data": {"persistentVolumeClaim": {"claimName": "data-app-0"}}}
REACH = ("cannot reach", "does not answer", "cannot be reached")
CODE = ("find out in its code", "fix the code", "crashed")


def _to(log, port=5432, code=1, **spec):
    """A pod beside Service ``store`` that has an endpoint."""
    w = World()
    w.service("store", port, {"app": "store"}, ready=1, ip="10.9.0.7")
    return dies(log, code, world=w, **spec)


def _kept(log, code=1, **spec):
    return dies(log, code, kind="StatefulSet", volumes=CLAIM, **spec)


CASES = {
    # a server that refuses has been reached
    "pgx-sasl": (
        lambda: _to(
            'time="2026-11-22T03:11:01Z" level=fatal msg="opening store: failed to connect to `host=store user=app database=app`:'
            ' failed SASL auth (FATAL: password authentication failed for user \\"app\\" (SQLSTATE 28P01))"'
        ),
        Want(cause=("dependency-auth-failed",), says=("password authentication failed",), never=REACH),
    ),
    "pgx-no-database": (
        lambda: _to(
            'panic: failed to connect to `host=store user=app database=orders`: server error (FATAL: database "orders" does not exist'
            " (SQLSTATE 3D000))\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:31 +0x2c",
            code=2,
        ),
        Want(cause=("not-found", "dependency-auth-failed", "bad-config"), says=("orders",), never=REACH),
    ),
    "mysql-go": (
        lambda: _to(
            "2026/11/22 03:11:01 unable to connect to store:3306: ping: Error 1045 (28000): Access denied for user 'app'@'10.244.1.7'"
            " (using password: YES)",
            3306,
        ),
        Want(cause=("dependency-auth-failed",), says=("app",), never=REACH),
    ),
    "mongo-node": (
        lambda: _to(
            "MongooseServerSelectionError: Could not connect to any servers in your cluster: MongoServerError: Authentication failed.\n"
            "    at Connection.openUri (/app/node_modules/mongoose/lib/connection.js:825:32)\n    at main (/app/index.js:8:3)",
            27017,
        ),
        Want(cause=("dependency-auth-failed",), never=REACH),
    ),
    "amqp-java": (
        lambda: _to(
            "org.springframework.amqp.AmqpAuthenticationException: com.rabbitmq.client.AuthenticationFailureException: ACCESS_REFUSED -"
            " Login was refused using authentication mechanism PLAIN. For details see the broker logfile.\n"
            "\tat org.springframework.amqp.rabbit.support.RabbitExceptionTranslator.convertRabbitAccessException(RabbitExceptionTranslator.java:64)\n"
            "Caused by: com.rabbitmq.client.AuthenticationFailureException: ACCESS_REFUSED - Login was refused using authentication"
            " mechanism PLAIN. For details see the broker logfile.",
            5672,
        ),
        Want(cause=("dependency-auth-failed",), never=REACH),
    ),
    "redis-rust": (
        lambda: _to(
            "Error: could not connect to redis at store:6379\n\nCaused by:\n    0: failed to establish connection\n"
            "    1: Password authentication failed: WRONGPASS invalid username-password pair or user is disabled.",
            6379,
        ),
        Want(cause=("dependency-auth-failed",), never=REACH),
    ),
    "psycopg-ssl-required": (
        lambda: _to(
            'psycopg2.OperationalError: connection to server at "store" (10.9.0.7), port 5432 failed: FATAL:  no pg_hba.conf entry for host'
            ' "10.244.1.7", user "app", database "app", no encryption'
        ),
        Want(cause=("dependency-auth-failed", "tls-certificate"), never=REACH),
    ),
    "kafka-sasl": (
        lambda: _to(
            "kafka: client has run out of available brokers to talk to: kafka server: SASL Authentication failed.: Authentication failed:"
            " Invalid username or password",
            9092,
        ),
        Want(cause=("dependency-auth-failed",), never=REACH),
    ),
    "refused-stays-refused": (
        lambda: _to(
            "failed to connect to `host=store user=app database=app`: dial error (dial tcp 10.9.0.7:5432: connect: connection refused)"
        ),
        Want(cause=("dependency-unavailable",), says=("store",)),
    ),
    # a check of a version is no crash
    "k8s-needs-at-least": (
        lambda: dies(
            '{"level":"fatal","ts":"2026-11-22T03:11:01.1Z","logger":"ctl","msg":"Version check failed","error":"kubernetes version'
            ' \\"1.24.3\\" is not compatible, need at least \\"1.28.0-0\\" (this can be overridden with the env var'
            ' \\"KUBERNETES_MIN_VERSION\\")","stacktrace":"main.main\\n\\t/src/main.go:195\\nruntime.main\\n\\truntime/proc.go:255"}'
        ),
        Want(
            cause=("cluster-prerequisite",),
            says=("1.24.3", "1.28.0"),
            never=(*CODE, "KUBERNETES_MIN_VERSION", "among the issues"),
        ),
    ),
    "k8s-minimum-helm-operator": (
        lambda: dies("Error: this operator requires Kubernetes >= 1.25.0, but the API server reports v1.23.17"),
        Want(cause=("cluster-prerequisite",), says=("1.25.0", "1.23.17"), never=CODE),
    ),
    "k8s-unsupported": (
        lambda: dies(
            "F1122 03:11:01.101212 1 main.go:88] unsupported Kubernetes version v1.22.9: minimum supported version is v1.24.0"
        ),
        Want(cause=("cluster-prerequisite",), says=("1.22.9", "1.24.0"), never=CODE),
    ),
    "k8s-too-old-python": (
        lambda: dies("RuntimeError: Kubernetes server version 1.19 is too old, at least 1.21 is required"),
        Want(cause=("cluster-prerequisite",), says=("1.19",), never=CODE),
    ),
    "kernel-ebpf": (
        lambda: dies(
            'level=fatal msg="Minimum kernel version not met: running 4.15.0, need at least 4.19.57"', kind="DaemonSet"
        ),
        Want(cause=("node-prerequisite",), says=("4.19.57",), never=CODE),
    ),
    "kernel-too-old-c": (
        lambda: dies("FATAL: kernel too old", 127),
        Want(cause=("node-prerequisite",), says=("kernel too old",), never=CODE),
    ),
    "kernel-requires-rust": (
        lambda: dies("Error: requires Linux kernel >= 5.8, found 5.4.0-150-generic\n", kind="DaemonSet"),
        Want(cause=("node-prerequisite",), says=("5.8",), never=CODE),
    ),
    "data-newer-than-program": (
        lambda: _kept("FATAL: database schema version 41 is newer than the version this program supports (38)"),
        Want(cause=("incompatible-data",), says=("41",), never=CODE),
    ),
    "data-schema-does-not-align": (
        lambda: _kept(
            "2026/11/22 07:30AM FTL github.com/acme/panel/cmd/main.go:403 > The database schema version does not align with the server"
            " version. Please consider reverting to the previous server version or addressing the database migration issue."
        ),
        Want(cause=("incompatible-data",), says=("does not align",), never=(*CODE, "main.go", "07:30AM")),
    ),
    "data-unsupported-format-java": (
        lambda: _kept(
            "java.lang.IllegalStateException: cannot upgrade a node from version [6.8.2] directly to version [8.1.0]"
        ),
        Want(cause=("incompatible-data",), says=("6.8.2",), never=CODE),
    ),
    "the-other-way-a-server-of-another-version": (
        lambda: _to("error: server version 9.6.24 is not supported; this client requires PostgreSQL 12 or newer"),
        Want(cause=("dependency-unavailable", "incompatible-data", None), never=("needs Kubernetes",)),
    ),
    # what is left on a claim
    "part-missing-on-disk": (
        lambda: _kept(
            'panic: FATAL: part "/data/partitions/20250712/datadb/18512514E91BCCB6" is listed in'
            ' "/data/partitions/20250712/datadb/parts.json", but is missing on disk; ensure "/data/partitions/20250712/datadb/parts.json"'
            ' contents is not corrupted; remove "/data/partitions/20250712/datadb/parts.json" to rebuild its content from the list of'
            " existing parts\n\ngoroutine 1 [running]:\ngithub.com/acme/tsdb/lib/logger.Panicf(...)\n\t/src/lib/logger/logger.go:129 +0x18d",
            2,
        ),
        Want(cause=("stale-state",), says=("missing on disk",), remedy=("parts.json", "data-app-0"), never=CODE),
    ),
    "manifest-lists-a-file-that-is-gone": (
        lambda: _kept("Error: Corruption: MANIFEST-000123 lists table 000417.sst which is missing in /data/db"),
        Want(cause=("stale-state",), says=("000417.sst",), never=CODE),
    ),
    "rocksdb-current-file": (
        lambda: _kept(
            "thread 'main' panicked at src/main.rs:31:5:\nfailed to open db: IO error: No such file or directory: While opening a"
            " file for sequentially reading: /data/db/CURRENT: No such file or directory",
            101,
        ),
        Want(cause=("stale-state", "bad-config"), says=("CURRENT",), never=("mount the ConfigMap",)),
    ),
    "delete-the-lock": (
        lambda: _kept(
            'level=error msg="repo is already locked; if no other process runs, delete the lock file /data/repo/LOCK and start again"'
        ),
        Want(cause=("stale-state",), says=("lock",), never=CODE),
    ),
    "segment-gap": (
        lambda: _kept("opening storage failed: get segment range: segments are not sequential in /data/wal"),
        Want(cause=("stale-state",), says=("sequential",), never=CODE),
    ),
    "index-out-of-step-dotnet": (
        lambda: _kept(
            "Unhandled exception. System.IO.InvalidDataException: Chunk file chunk-000012.000000 is referenced by the index but was not"
            " found on disk. Delete the index directory to rebuild it.\n   at EventStore.Open(String path) in /src/Store.cs:line 88",
            134,
        ),
        Want(cause=("stale-state",), says=("chunk-000012",), never=("find out in its code",)),
    ),
    "translog-elastic": (
        lambda: _kept(
            "org.elasticsearch.index.translog.TranslogCorruptedException: translog from source [/data/nodes/0/indices/x/0/translog] is"
            " corrupted, checkpoint file translog-12.ckp is missing"
        ),
        Want(cause=("stale-state",), says=("translog",), never=CODE),
    ),
    # a refusal of the file system inside a trace
    "eacces-python-trace": (
        lambda: _kept(
            'Traceback (most recent call last):\n  File "/app/run.py", line 7, in <module>\n    store.open("/data/state")\n'
            '  File "/app/store.py", line 31, in open\n    raise StoreError(f"cannot open store: {error}") from error\n'
            "store.StoreError: cannot open store: [Errno 13] Permission denied: '/data/state/index'"
        ),
        Want(cause=("permission-denied",), says=("/data/state",), never=CODE),
    ),
    "eacces-java-trace": (
        lambda: _kept(
            'Exception in thread "main" java.lang.RuntimeException: node failed to start\n\tat com.acme.Node.start(Node.java:41)\n'
            "Caused by: java.nio.file.AccessDeniedException: /data/node.lock\n"
            "\tat java.base/sun.nio.fs.UnixException.translateToIOException(UnixException.java:90)"
        ),
        Want(cause=("permission-denied",), says=("/data/node.lock",), never=CODE),
    ),
    "eacces-fatal-wrapper": (
        lambda: _kept(
            "/opt/acme/create.sh: line 4: /data/.create_lck: Permission denied\n"
            '[FATAL] Cannot create directory "/data/main".\n'
            "mkdir: cannot create directory '/data/dbconfig': Permission denied\n"
            "cp: cannot create regular file '/data/dbconfig/main/': No such file or directory\n"
            "########### E R R O R ###############\nDATABASE SETUP WAS NOT SUCCESSFUL!\nPlease check output for further info!"
        ),
        Want(cause=("permission-denied",), says=("/data",), remedy=("fsGroup",), never=CODE),
    ),
    "eacces-php": (
        lambda: _kept(
            'PHP Fatal error:  Uncaught UnexpectedValueException: The stream or file "/data/logs/laravel.log" could not be opened in'
            " append mode: Failed to open stream: Permission denied in /app/vendor/monolog/monolog/src/Monolog/Handler/StreamHandler.php:146",
            255,
        ),
        Want(cause=("permission-denied",), says=("/data/logs/laravel.log",), never=CODE),
    ),
    "eacces-rust-anyhow": (
        lambda: _kept(
            "Error: failed to initialise node\n\nCaused by:\n    0: opening keystore at /data/keystore\n    1: Permission denied (os error 13)"
        ),
        Want(cause=("permission-denied",), says=("/data/keystore",), never=CODE),
    ),
    "eacces-erlang": (
        lambda: _kept(
            '[error] <0.229.0> BOOT FAILED\n[error] <0.229.0> Error during startup: {error,{cannot_create_mnesia_dir,"/data/mnesia",eacces}}'
        ),
        Want(cause=("permission-denied",), says=("/data/mnesia",), never=CODE),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_deepest_words(case):
    built, want = CASES[case]
    check(asked(built()), want)

"""The record that ends the program decides: not the first that complains, and not one that was got over."""

from __future__ import annotations

import pytest

from tests.composed.world import World
from tests.kinds.world import Want, asked, check, dies

CONFIG_FILE = {"/opt/app/run.sh": "scripts/run.sh"}
CLAIM = {"/data": {"persistentVolumeClaim": {"claimName": "data-app-0"}}}


def _db():
    w = World()
    w.service("db", 5432, {"app": "db"}, ready=0, ip="10.9.0.7")
    return w


def _probed(log, **spec):
    """A program that its liveness probe had killed while it still said this."""
    w = spec.pop("world", None) or World()
    probe = {"tcpSocket": {"port": 8080}, "periodSeconds": 5, "failureThreshold": 3, "initialDelaySeconds": 5}
    dies(log, 137, world=w, live=probe, lived=21, reason="Error", **spec)
    pod = w.objects["Pod"][0]["metadata"]["name"]
    w.event(pod, "Killing", "Container app failed liveness probe, will be restarted", container="app", type="Normal")
    w.event(
        pod,
        "Unhealthy",
        "Liveness probe failed: dial tcp 10.244.1.7:8080: connect: connection refused",
        container="app",
    )
    return w


CASES = {
    # the exit code says which of the refusals ended it: 126 is a command that may not be executed, 127 one that is not there
    "126-busybox-chown-before-exec": (
        lambda: dies(
            "chown: /opt/app/run.sh: Read-only file system\n/bin/sh: /opt/app/run.sh: Permission denied",
            126,
            files=CONFIG_FILE,
        ),
        Want(
            cause=("permission-denied", "bad-entrypoint"),
            says=("/opt/app/run.sh",),
            remedy=("defaultMode", "not executable"),
            never=("write somewhere else", "is on a read-only file system"),
        ),
    ),
    "126-bash-mkdir-before-exec": (
        lambda: dies(
            "mkdir: cannot create directory '/opt/app/logs': Permission denied\n"
            "/usr/local/bin/entry.sh: line 8: /opt/app/bin/server: Permission denied",
            126,
        ),
        Want(
            cause=("permission-denied", "bad-entrypoint"), says=("/opt/app/bin/server",), never=("/opt/app/logs may",)
        ),
    ),
    "126-exec-in-entrypoint": (
        lambda: dies(
            "cp: can't create '/etc/nginx/nginx.conf': Read-only file system\n"
            "/docker-entrypoint.sh: exec: line 47: /srv/start: Permission denied",
            126,
        ),
        Want(cause=("permission-denied", "bad-entrypoint"), says=("/srv/start",), never=("nginx.conf may",)),
    ),
    "127-copy-before-exec": (
        lambda: dies(
            "cp: cannot stat '/config/*.conf': No such file or directory\n"
            "/docker-entrypoint.sh: line 22: exec: gunicorn: not found",
            127,
        ),
        Want(cause=("bad-entrypoint",), says=("gunicorn",)),
    ),
    "127-database-tool-before-exec": (
        lambda: dies(
            'psql: error: connection to server at "db" (10.9.0.7), port 5432 failed: Connection refused\n'
            "skipping the seed\n/app/start.sh: line 14: celery: command not found",
            127,
        ),
        Want(cause=("bad-entrypoint",), says=("celery",), never=("cannot reach",)),
    ),
    "127-the-missing-tool-is-relative": (
        lambda: dies(
            "+ bundle install\nBundle complete! 4 Gemfile dependencies\n./start.sh: line 3: bin/puma: No such file or directory",
            127,
        ),
        Want(cause=("bad-entrypoint",), says=("bin/puma",), never=(" /puma", "ConfigMap")),
    ),
    # the dump names the signal, the exit code only how the runtime left
    "134-hotspot-bus-error": (
        lambda: dies(
            "#\n# A fatal error has been detected by the Java Runtime Environment:\n#\n"
            "#  SIGBUS (0x7) at pc=0x00007f2b1c0a1b2c, pid=1, tid=7\n#\n"
            "# JRE version: OpenJDK Runtime Environment Temurin-17.0.9+9 (17.0.9+9)\n"
            "# Problematic frame:\n# V  [libjvm.so+0x9b1b2c]  PerfLongVariant::sample()+0x1c\n#\n"
            "# Core dump will be written. Default location: /app/core.1\n#\n"
            "# An error report file with more information is saved as:\n# /app/hs_err_pid1.log\n#",
            134,
        ),
        Want(cause=("app-crash", "node-prerequisite"), says=("SIGBUS",), never=("SIGABRT",)),
    ),
    "134-hotspot-segfault": (
        lambda: dies(
            "#\n# A fatal error has been detected by the Java Runtime Environment:\n#\n"
            "#  SIGSEGV (0xb) at pc=0x00007f31d5b3a2f0, pid=1, tid=23\n#\n"
            "# Problematic frame:\n# C  [libnetty_transport_native_epoll.so+0x62f0]\n#\n"
            "# An error report file with more information is saved as:\n# //hs_err_pid1.log\n#",
            134,
        ),
        Want(cause=("app-crash",), says=("SIGSEGV",), never=("SIGABRT",)),
    ),
    "134-openj9-segfault": (
        lambda: dies(
            "Unhandled exception\nType=Segmentation error vmState=0x00000000\n"
            "J9Generic_Signal_Number=00000018 Signal_Number=0000000b Error_Value=00000000 Signal_Code=00000001\n"
            "Handler1=00007F6AB0D3C700 Handler2=00007F6AB06123F0\nModule=/opt/java/lib/default/libj9gc29.so\n"
            "----------- Stack Backtrace -----------\n(0x00007F6AAE5B1F2E [libj9gc29.so+0x1ef2e])\n"
            "---------------------------------------\n"
            'JVMDUMP039I Processing dump event "gpf", detail "" at 2026/11/22 03:22:50 - please wait.\n'
            "JVMDUMP012E Error in System dump: The core file created by child process with pid = 44 was not found.\n"
            'JVMDUMP013I Processed dump event "gpf", detail "".',
            134,
        ),
        Want(cause=("app-crash",), says=("SIGSEGV",), never=("SIGABRT", "no line of its log", "native trace")),
    ),
    "135-python-faulthandler": (
        lambda: dies(
            "Fatal Python error: Bus error\n\nCurrent thread 0x00007f0a1c7fb740 (most recent call first):\n"
            '  File "/usr/local/lib/python3.11/site-packages/torch/utils/data/_utils/collate.py", line 141 in collate_tensor_fn\n'
            '  File "/app/train.py", line 88 in main',
            135,
        ),
        Want(cause=("app-crash", "node-prerequisite"), says=("SIGBUS",)),
    ),
    "1-initdb-bus-error": (
        lambda: dies(
            'The files belonging to this database system will be owned by user "postgres".\n'
            "selecting dynamic shared memory implementation ... posix\n"
            "selecting default max_connections ... 20\nselecting default shared_buffers ... 400kB\n"
            "creating configuration files ... ok\nBus error (core dumped)\nchild process exited with exit code 135\n"
            'initdb: removing contents of data directory "/data/pg"',
            1,
        ),
        Want(cause=("node-prerequisite", "app-crash"), says=("bus error",), never=("initdb: removing",)),
    ),
    "134-go-abort-in-cgo": (
        lambda: dies(
            "fatal error: unexpected signal during runtime execution\n"
            "[signal SIGBUS: bus error code=0x2 addr=0x7f1c2a3b0000 pc=0x4f1b2c]\n\ngoroutine 1 [running]:\n"
            "runtime.throw({0x9b1d2c?, 0x0?})\n\t/usr/local/go/src/runtime/panic.go:1077 +0x5c\n"
            "github.com/example/store/mmap.(*File).Read(...)\n\t/src/mmap/file.go:31 +0x2c",
            2,
        ),
        Want(cause=("app-crash", "disk-full", "node-prerequisite"), says=("SIGBUS",)),
    ),
    # something optional is tried again in the background while the start goes on
    "optional-aws-metadata-go": (
        lambda: dies(
            'time=2026-11-22T03:11:01Z level=warning msg="EC2 metadata not available: Get \\"http://169.254.169.254/latest/meta-data/\\":'
            ' context deadline exceeded, retrying in background"\n'
            'time=2026-11-22T03:11:02Z level=info msg="starting controllers"\n'
            'time=2026-11-22T03:11:03Z level=error msg="unable to start controller" err="no matches for kind \\"Widget\\" in version'
            ' \\"acme.example/v1\\""',
        ),
        Want(cause=("cluster-prerequisite",), says=("Widget",)),
    ),
    "optional-eureka-java": (
        lambda: dies(
            "2026-11-22 03:11:01.101  WARN 1 --- [main] c.n.d.s.t.d.RetryableEurekaHttpClient    : Request execution failed with message:"
            " java.net.ConnectException: Connection refused (Connection refused)\n"
            "2026-11-22 03:11:02.101  INFO 1 --- [main] o.s.c.n.e.s.EurekaServiceRegistry        : Registering application APP with eureka"
            " with status UP\n"
            "2026-11-22 03:11:03.101 ERROR 1 --- [main] o.s.b.d.LoggingFailureAnalysisReporter   : \n\n***************************\n"
            "APPLICATION FAILED TO START\n***************************\n\nDescription:\n\n"
            "Web server failed to start. Port 8080 was already in use.\n\nAction:\n\n"
            "Identify and stop the process that's listening on port 8080 or configure this application to listen on another port.",
        ),
        Want(cause=("port-conflict",), says=("8080",)),
    ),
    "optional-tracer-node": (
        lambda: dies(
            "Error: connect ECONNREFUSED 127.0.0.1:8126\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)\n"
            "dd-trace: could not reach the trace agent, will retry in 10 seconds\n"
            "booting workers\n/app/server.js:12\n    throw new Error('SESSION_KEY is required');\n    ^\n\n"
            "Error: SESSION_KEY is required\n    at Object.<anonymous> (/app/server.js:12:9)\n"
            "    at Module._compile (node:internal/modules/cjs/loader:1376:14)\n\nNode.js v20.11.0",
        ),
        Want(cause=("bad-config",), says=("SESSION_KEY",)),
    ),
    "optional-profiler-outlived-the-probe": (
        lambda: _probed(
            "WARNING:google.auth._metadata:Metadata server unavailable on attempt 1 of 3. Reason: timed out\n"
            "WARNING:google.auth._metadata:Metadata server unavailable on attempt 2 of 3. Reason: timed out\n"
            "WARNING:google.auth._metadata:Metadata server unavailable on attempt 3 of 3. Reason: timed out\n"
            "Sleeping 10 seconds to retry the profiler agent's initialization"
        ),
        Want(cause=("liveness-probe-failed",), never=("cannot reach", "a service it depends on")),
    ),
    "optional-tracer-go-probe": (
        lambda: _probed(
            "2026/11/22 03:11:01 traces export: dial tcp 10.9.0.9:4317: i/o timeout\n"
            "2026/11/22 03:11:11 retrying the OpenTelemetry exporter in 10s\n"
            "2026/11/22 03:11:21 traces export: dial tcp 10.9.0.9:4317: i/o timeout\n"
            "2026/11/22 03:11:21 retrying the OpenTelemetry exporter in 10s"
        ),
        Want(cause=("liveness-probe-failed",), never=("cannot reach",)),
    ),
    "a-store-that-is-awaited-is-not-optional": (
        lambda: _probed(
            "WARN could not connect to db:5432: connection refused, retrying in 5 seconds\n"
            "WARN could not connect to db:5432: connection refused, retrying in 5 seconds\n"
            "WARN could not connect to db:5432: connection refused, retrying in 5 seconds",
            world=_db(),
        ),
        Want(cause=("dependency-unavailable",), says=("db",)),
    ),
    "error-then-continued-python": (
        lambda: dies(
            "2026-11-22 03:11:01,101 ERROR geo: cannot open /usr/share/GeoIP/GeoLite2-City.mmdb: No such file or directory\n"
            "2026-11-22 03:11:01,201 INFO server: lookups by country are off\n"
            "2026-11-22 03:11:02,101 INFO server: loading plugins\n2026-11-22 03:11:02,301 INFO server: 14 plugins loaded\n"
            "2026-11-22 03:11:03,101 CRITICAL server: [Errno 98] error while attempting to bind on address ('0.0.0.0', 8080):"
            " address already in use",
        ),
        Want(cause=("port-conflict",), says=("8080",), never=("GeoLite2",)),
    ),
    # and the other way round: what is tried again and again to the end is the cause
    "retried-to-the-end-ruby": (
        lambda: dies(
            "W, [2026-11-22T03:11:01 #1]  WARN -- : could not connect to server: Connection refused. Is the server running on host"
            ' "db" (10.9.0.7) and accepting TCP/IP connections on port 5432? retrying in 5 seconds\n'
            "W, [2026-11-22T03:11:06 #1]  WARN -- : could not connect to server: Connection refused. Is the server running on host"
            ' "db" (10.9.0.7) and accepting TCP/IP connections on port 5432? retrying in 5 seconds\n'
            "E, [2026-11-22T03:11:11 #1] ERROR -- : database did not answer in time, exiting",
            world=_db(),
        ),
        Want(cause=("dependency-unavailable",), says=("db",)),
    ),
    "first-refusal-is-the-reason-when-the-rest-follows": (
        lambda: dies(
            "mkdir: cannot create directory '/data/index': Permission denied\n"
            "cp: cannot create regular file '/data/index/seed': No such file or directory\n"
            "ls: cannot access '/data/index': No such file or directory\nSETUP WAS NOT SUCCESSFUL",
            1,
            volumes=CLAIM,
            kind="StatefulSet",
        ),
        Want(cause=("permission-denied",), says=("/data",)),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_last_words(case):
    built, want = CASES[case]
    check(asked(built()), want)

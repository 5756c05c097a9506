"""Kinds of ordinary noise: what programs print that has nothing to do with why they end.

Each kind gives a few blocks; a block is what is printed at once. A line is (level, text); a level of "" means that the
text is raw: it never takes a stamp (a banner, a stack frame, an access log with a stamp of its own).
"""

from __future__ import annotations

from dataclasses import dataclass

BEFORE, BETWEEN, AFTER = "before", "between", "after"
ANYWHERE = (BEFORE, BETWEEN, AFTER)

Line = tuple[str, str]


@dataclass(frozen=True)
class Kind:
    """One kind of noise. ``places`` is where a program would print it, seen from the lines that decide."""

    name: str
    blocks: tuple[tuple[Line, ...], ...]
    places: tuple[str, ...] = ANYWHERE


def lines(level: str, *texts: str) -> tuple[tuple[Line, ...], ...]:
    """Return one block a text, all of one level."""
    return tuple(((level, text),) for text in texts)


def block(level: str, *texts: str) -> tuple[tuple[Line, ...], ...]:
    """Return one block: its first line has the level, the rest is raw."""
    first, *rest = texts
    return (((level, first), *(("", text) for text in rest)),)


EXPORTERS = Kind(
    "metrics exporter",
    lines(
        "INFO",
        "metrics exporter listening on :9100, path /metrics",
        'collector failed: name=systemd duration_seconds=0.0004 err="no systemd on this host"',
        "scrape of 14 collectors took 1.203s (timeout 10s)",
    ),
)
SHUTTING_DOWN = Kind(
    "shutting down",
    lines(
        "INFO",
        "shutting down",
        "closing 3 idle connections",
        "stopping background workers",
        "http server stopped: http: Server closed",
        "draining took 12ms",
    ),
    (AFTER,),
)
METRICS_FLUSH = Kind(
    "metrics flush fails",
    lines(
        "WARN",
        "failed to flush metrics: write udp 127.0.0.1:42011->127.0.0.1:8125: write: connection refused",
        "statsd: dropped 42 metrics, buffer full",
        "metrics push failed, will try again at the next interval: timeout after 5s",
    ),
)
CLIENTS = Kind(
    "clients complain",
    lines(
        "WARN",
        "http: TLS handshake error from 10.42.0.1:52344: EOF",
        "client 10.42.3.7 closed the connection while the response was sent: write: broken pipe",
        "http: TLS handshake error from 10.42.0.9:40022: remote error: tls: unknown certificate",
        "request from 10.42.3.7 rejected: invalid token, 401 returned",
    ),
)
HEALTH_CHECKS = Kind(
    "health-check access log",
    lines(
        "",
        '10.42.0.1 - - [22/Nov/2026:03:11:38 +0000] "GET /healthz HTTP/1.1" 200 2 "-" "kube-probe/1.36"',
        '10.42.0.1 - - [22/Nov/2026:03:11:39 +0000] "GET /readyz HTTP/1.1" 503 19 "-" "kube-probe/1.36"',
        '10.42.0.1 - - [22/Nov/2026:03:11:40 +0000] "GET /livez HTTP/1.1" 200 2 "-" "kube-probe/1.36"',
    ),
)
DEPRECATIONS = Kind(
    "deprecation",
    (
        *lines("WARN", "option 'log.format.legacy' is deprecated and will be an error in version 4"),
        *lines("", "(node:1) [DEP0040] DeprecationWarning: The `punycode` module is deprecated."),
        *lines("", "/usr/lib/python3/site.py:12: DeprecationWarning: datetime.utcnow() is deprecated"),
        *block(
            "",
            "WARNING: An illegal reflective access operation has occurred",
            "WARNING: All illegal access operations will be denied in a future release",
        ),
    ),
)
CONFIG_DUMP = Kind(
    "config dump with the word error",
    block(
        "INFO",
        "effective configuration:",
        "  error_log = /dev/stderr",
        "  errors.tolerance = all",
        "  on_error = retry",
        "  retry.on.connection.refused = true",
        "  fatal_exceptions = false",
        "  missing.topic.policy = ignore",
        "  panic_on_corruption = true",
    ),
    (BEFORE, BETWEEN),
)
RETRIES = Kind(
    "retry that is recovered",
    (
        (
            ("WARN", "cache: dial tcp 10.96.3.3:6379: connect: connection refused, attempt 1 of 5, next in 1s"),
            ("WARN", "cache: dial tcp 10.96.3.3:6379: connect: connection refused, attempt 2 of 5, next in 2s"),
            ("INFO", "cache: connected to 10.96.3.3:6379 after 2 attempts"),
        ),
        (
            ("WARN", "could not load catalogue (timeout), trying again"),
            ("INFO", "catalogue loaded on the second try, 1204 entries"),
        ),
    ),
    (BEFORE,),
)
USAGE = Kind(
    "usage text",
    block(
        "",
        "Usage:",
        "  server [flags]",
        "Flags:",
        "      --config string         path to the configuration (required)",
        "      --fail-fast             exit on the first error",
        "      --missing-ok            do not fail on a missing file",
        "  -h, --help                  help for server",
    ),
)
JAVA_WARNING = Kind(
    "Java stack of a WARN",
    block(
        "WARN",
        "Error while fetching metadata with correlation id 3, will be tried again",
        "java.io.IOException: Broken pipe",
        "\tat java.base/sun.nio.ch.SocketDispatcher.write0(Native Method)",
        "\tat java.base/sun.nio.ch.SocketChannelImpl.write(SocketChannelImpl.java:532)",
        "\tat org.example.net.Selector.poll(Selector.java:481)",
        "\tat org.example.net.Client.poll(Client.java:575)",
    ),
    (BEFORE, BETWEEN),
)
PYTHON_HANDLED = Kind(
    "Python traceback that was handled",
    block(
        "WARNING",
        "callback failed, ignored",
        "Traceback (most recent call last):",
        '  File "/usr/lib/python3/asyncio/events.py", line 80, in _run',
        "    self._context.run(self._callback, *self._args)",
        "ConnectionResetError: [Errno 104] Connection reset by peer",
    ),
    (BEFORE,),
)
GO_HANDLED = Kind(
    "Go panic that the server recovered",
    block(
        "ERROR",
        "http: panic serving 10.42.0.1:52344: runtime error: index out of range [3] with length 3",
        "goroutine 41 [running]:",
        "net/http.(*conn).serve.func1()",
        "\t/usr/local/go/src/net/http/server.go:1903 +0xb0",
    ),
    (BEFORE,),
)
JSON_ACCESS = Kind(
    "JSON access log with status 500",
    lines(
        "",
        '{"time":"2026-11-22T03:11:38Z","remote":"10.42.3.7","method":"GET","path":"/v1/items/7","status":500,"ms":12}',
        '{"time":"2026-11-22T03:11:39Z","remote":"10.42.3.9","method":"POST","path":"/v1/items","status":201,"ms":31}',
        '{"time":"2026-11-22T03:11:40Z","remote":"10.42.3.7","method":"GET","path":"/v1/errors","status":404,"ms":1}',
    ),
)
GARBAGE_COLLECTION = Kind(
    "garbage collection",
    lines(
        "",
        "[12.345s][info][gc] GC(14) Pause Young (Normal) (G1 Evacuation Pause) 120M->45M(256M) 5.112ms",
        "[GC (Allocation Failure) [PSYoungGen: 65536K->8190K(76288K)] 65536K->9020K(251392K), 0.0081 secs]",
        "[1:0x5581]    1204 ms: Scavenge 23.1 (27.0) -> 22.4 (28.2) MB, 0.7 / 0.0 ms  allocation failure;",
    ),
)
BANNER = Kind(
    "banner",
    block(
        "",
        r"  ____                       ",
        r" / ___|  ___ _ ____   _____  ",
        r" \___ \ / _ \ '__\ \ / / _ \ ",
        r"  ___) |  __/ |   \ V /  __/ ",
        r" |____/ \___|_|    \_/ \___|  v4.2.0",
        "",
    ),
    (BEFORE,),
)
KERNEL = Kind(
    "kernel-like lines",
    lines(
        "",
        "[ 1234.567890] eth0: renamed from veth3f2a1b0",
        "[ 1240.120031] TCP: request_sock_TCP: Possible SYN flooding on port 8080. Sending cookies.",
        "[ 1241.004411] perf: interrupt took too long (2503 > 2500), lowering kernel.perf_event_max_sample_rate",
    ),
)
SIDECAR = Kind(
    "sidecar chatter",
    lines(
        "",
        "[2026-11-22 03:11:38.120][1][warning][config] gRPC config stream to xds closed: 14, no healthy upstream",
        "[2026-11-22 03:11:38.420][1][info][upstream] cm init: all clusters initialized",
        "[2026-11-22 03:11:39.001][17][debug][http] upstream reset: reset reason: connection termination",
    ),
)
TRACING = Kind(
    "tracing exporter fails",
    lines(
        "WARN",
        "failed to export 128 spans: Failed to connect to localhost/127.0.0.1:4317",
        "traces export: context deadline exceeded: rpc error: code = Unavailable desc = connection error: dial tcp "
        "10.96.0.40:4317: connect: connection refused",
        "OTLPExporterError: getaddrinfo ENOTFOUND otel-collector, spans are dropped",
    ),
)
TELEMETRY = Kind(
    "usage statistics fail",
    lines(
        "WARN",
        "failed to send usage statistics: Post https://stats.example.org/v1: dial tcp: lookup stats.example.org: "
        "no such host",
        "telemetry is switched off after an error: HTTP 403",
        "anonymous statistics could not be sent, ignored",
    ),
)
UPDATE_CHECK = Kind(
    "update check fails",
    lines(
        "WARN",
        "update check failed: getaddrinfo ENOTFOUND updates.example.org",
        "could not look for a new version: Get https://releases.example.org/latest: i/o timeout",
        "a new version 4.3.0 is available, you run 4.2.0",
    ),
)
AFTERMATH = Kind(
    "graceful aftermath",
    lines(
        "INFO",
        "graceful shutdown complete",
        "error syncing logger: sync /dev/stderr: invalid argument",
        "received signal terminated, exiting",
        "bye",
        "main loop ended, uptime 3s",
    ),
    (AFTER,),
)
SLOW_QUERIES = Kind(
    "slow queries and pools",
    lines(
        "INFO",
        "slow query (1.203s): SELECT id, error_code FROM job WHERE failed = false",
        "pool: 2 idle, 0 in use, 0 waiting, 0 timeouts",
        "deadlock retries so far: 0",
    ),
)
FEATURE_FLAGS = Kind(
    "feature flags",
    lines(
        "INFO",
        "flag error-boundary is off",
        "could not refresh feature flags, cached values are used: timeout",
        "flag require-auth is on",
    ),
)
LEADER = Kind(
    "leader election",
    lines(
        "INFO",
        "attempting to acquire leader lease production/controller",
        "lock is held by controller-7d9f_1 and has not yet expired",
        "new leader elected: controller-7d9f_1",
    ),
)
NOT_FOUND = Kind(
    "cache misses and favicons",
    lines(
        "INFO",
        "cache miss for key user:42",
        "GET /favicon.ico 404 Not Found",
        "no translation found for key checkout.error.title, language de",
    ),
)
LICENCE = Kind(
    "licence notice",
    lines(
        "INFO",
        "no licence file found, running as community edition",
        "licence check skipped: not required",
    ),
)
UNVERIFIED = Kind(
    "TLS warnings",
    (
        *lines("", "InsecureRequestWarning: Unverified HTTPS request is being made to host 'cdn.example.org'."),
        *lines("WARN", "certificate of the admin listener expires in 21 days", "TLS 1.1 is switched off"),
    ),
)
FALLBACKS = Kind(
    "permission fallback",
    lines(
        "WARN",
        "could not raise the limit of open files: operation not permitted, going on with 1024",
        "/var/lib/state is not writable (permission denied), using /tmp/state instead",
        "cannot set the process title: not supported, ignored",
    ),
)
OPTIONAL_FILES = Kind(
    "optional file missing",
    lines(
        "INFO",
        "no file /etc/app/local.yaml, defaults are used",
        ".env: no such file or directory, skipped",
        "plugin directory /opt/plugins does not exist, no plugins loaded",
    ),
)
DEBUG_LISTENER = Kind(
    "debug listener skipped",
    lines(
        "WARN",
        "pprof is not started: listen tcp 127.0.0.1:6060: bind: address already in use",
        "remote debugging is not available, going on without it",
    ),
)
SUMMARIES = Kind(
    "summaries with nought errors",
    lines(
        "INFO",
        "checked 214 rules: 0 errors, 2 warnings, 0 failures",
        "failed=0 errors=0 panics=0 uptime=3s",
        "self test passed, no errors found",
    ),
)
RATE_LIMITS = Kind(
    "throttling",
    lines(
        "INFO",
        "Waited for 1.048s due to client-side throttling, not priority and fairness, request: GET:/api/v1/nodes",
        "rate limit of the mail gateway reached, next batch in 30s",
    ),
)

KINDS = tuple(each for each in globals().values() if isinstance(each, Kind))
"""All of them, in the order above."""

"""Killed by a probe: what the log says decides whether more time, another port or no change at all is the advice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.composed.world import Status, World, c, ended, http
from tests.kinds.world import Want, asked, check


def killed(
    log: str,
    probe: dict[str, Any],
    *,
    kind: str = "startup",
    lived: float,
    answer: str,
    code: int = 137,
    every: float = 0.01,
    restarts: int = 4,
    before: float | None = None,
    events: bool = True,
    neighbours: tuple[dict[str, Any], ...] = (),
    earlier: list[dict[str, Any]] | None = None,
    statuses: dict[str, Status] | None = None,
    **spec: Any,
) -> World:
    """A workload ``app`` whose container ``app`` the kubelet killed after ``lived`` seconds for this probe.

    ``every``: seconds between two lines of its log; ``before``: seconds that the instance before it lived.
    """
    world = World()
    waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 2m40s restarting failed container"}}
    last = ended(code, lived=lived, back=70)
    status = Status(waiting, last, restarts, current=log, previous=log, log_from=70 + lived, every=every)
    if before is not None:
        now = ended(code, lived=lived, back=20)
        status = Status(now, ended(code, lived=before, back=90 + lived), restarts, current=log, log_from=20 + lived)
        status.every = every
    field = {"startup": "start", "liveness": "live"}[kind]
    own = c("app", "registry.example/team/app:2.0", **{field: probe}, **spec)
    (pod,) = world.workload(
        "app", own, *neighbours, statuses={"app": status, **(statuses or {})}, age=7200, earlier=earlier
    )
    if events:
        gone = 20 if before is not None else 70
        world.event(pod, "Unhealthy", f"{kind.capitalize()} probe failed: {answer}", container="app", back=gone + 32)
        told = f"Container app failed {kind} probe, will be restarted"
        world.event(pod, "Killing", told, container="app", back=gone + 31, type="Normal")
    return world


REFUSED = "dial tcp 10.42.0.17:{port}: connect: connection refused"
BUSY = "HTTP probe failed with statuscode: 503"
LOOSENED = ("would hide it", "does its duty")


def counting(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


PROGRESS = {
    "segments of a store are read": killed(
        counting([f'level=info msg="WAL segment loaded" segment={n} maxSegment=400' for n in range(100, 341, 10)]),
        http("/-/ready", 9090, period=10, failures=30),
        lived=331,
        every=12,
        answer=BUSY,
    ),
    "a percentage grows": killed(
        counting([f"INFO rebuilding search index: {n}% done" for n in range(3, 63, 3)]),
        http("/up", 8080, period=5, failures=24),
        lived=151,
        every=6,
        answer=BUSY,
    ),
    "n of m, behind a refused port": killed(
        counting([f"2026-11-22 importing partition {n} of 64" for n in range(1, 41)]),
        {"tcpSocket": {"port": 7000}, "periodSeconds": 10, "failureThreshold": 12},
        kind="liveness",
        lived=151,
        every=3,
        answer=REFUSED.format(port=7000),
        ports=[7000],
    ),
}

PROGRESS["a journal is recovered file by file"] = killed(  # row 42
    counting([f"[txn-recover] Recovering log {n} through 29552" for n in range(29240, 29254)]),
    {"exec": {"command": ["mongo", "--eval", "db.adminCommand('ping')"]}, "periodSeconds": 10, "timeoutSeconds": 5},
    kind="liveness",
    lived=31,
    every=0.8,
    answer="command timed out: mongo timed out after 5s",
)
PROGRESS["shards are opened"] = killed(
    counting([f"opening shard {n}/96" for n in range(1, 21)]),
    {"tcpSocket": {"port": 9300}, "initialDelaySeconds": 5, "periodSeconds": 5, "failureThreshold": 4},
    kind="liveness",
    lived=46,
    every=1,
    answer=REFUSED.format(port=9300),
)


@pytest.mark.parametrize("name", PROGRESS)
def test_progress_until_the_kill_wants_more_time_by_its_own_pace(name):
    """Row 26: the log counts towards an end; more time is right, and how much follows from the pace."""
    told = asked(PROGRESS[name])
    check(
        told,
        Want(
            cause=("startup-probe-failed", "liveness-probe-failed"),
            remedy=("each kill starts over", "failureThreshold"),
            never=LOOSENED,
        ),
    )
    assert told.facts["sub_cause"] == "too-early"


def test_the_estimate_follows_from_the_pace():
    """240 of 300 segments in 288 s: 400 need 480 s; the patch allows that with a margin, and no more than twice."""
    told = asked(PROGRESS["segments of a store are read"])
    tries = int(told.remedy.commands[0].partition('"failureThreshold":')[2].split("}")[0].split(",")[0])
    assert 400 <= tries * 10 <= 960
    assert "340 of 400" in told.remedy.text or "340 of 400" in told.summary


ECHOES = {
    "Python raises what the signal handler raised": (
        'INFO loading weights\nTraceback (most recent call last):\n  File "/app/serve.py", line 88, in <module>\n'
        '    main()\n  File "/app/serve.py", line 40, in stop\n    raise KeyboardInterrupt("terminated")\n'
        "KeyboardInterrupt: terminated\n",
        130,
    ),
    "Go says that it got the signal": (
        'level=info msg="building caches"\nlevel=info msg="received signal terminated, shutting down"\n'
        'level=error msg="server stopped" err="context canceled"\n',
        1,
    ),
    "the JVM's hook logs": (
        "INFO  o.e.Main - warming caches\nINFO  o.e.Main - Received SIGTERM, stopping\n"
        "ERROR o.e.Main - interrupted\njava.lang.InterruptedException: sleep interrupted\n"
        "\tat java.base/java.lang.Thread.sleep(Native Method)\n\tat org.example.Main.warm(Main.java:31)\n",
        143,
    ),
}


@pytest.mark.parametrize("name", ECHOES)
def test_the_echo_of_the_signal_is_no_fault_of_the_program(name):
    """Row 27: what a program says because it is being killed does not explain the kill."""
    log, code = ECHOES[name]
    world = killed(
        log,
        {"tcpSocket": {"port": 8000}, "periodSeconds": 10, "failureThreshold": 3},
        lived=31,
        code=code,
        answer=REFUSED.format(port=8000),
        every=10,
        ports=[8000],
    )
    told = asked(world)
    check(
        told,
        Want(
            cause=("startup-probe-failed",),
            remedy=("more time",),
            never=("the program itself is not well", "KeyboardInterrupt", "InterruptedException", *LOOSENED),
        ),
    )
    assert told.facts["sub_cause"] == "too-early"


GAVE_UP = {
    "a worker's error, then its parent waits": (
        "INFO starting engine with 1 process\n"
        "(Worker pid=7) ERROR RuntimeError: Lack of device memory. (code: -16)\n"
        + "INFO Waiting for 1 engine process to start\n"
        * 200,
        "Lack of device memory",
    ),
    "a thread dies of its configuration": (
        "INFO  main - starting ledger\n"
        'Exception in thread "loader" java.lang.IllegalStateException: no tariff table for zone EU-9\n'
        "\tat org.example.ledger.Tariffs.load(Tariffs.java:71)\n\tat java.base/java.lang.Thread.run(Thread.java:840)\n"
        + "INFO  main - waiting for loader to finish\n"
        * 40,
        "no tariff table for zone EU-9",
    ),
    "a task panics, the server waits for it": (
        "INFO catalogue: begin\n"
        "thread 'indexer' panicked at src/index.rs:88:17:\nindex out of bounds: the len is 3 but the index is 3\n"
        + "INFO catalogue: still waiting for the indexer\n"
        * 40,
        "index out of bounds",
    ),
}


@pytest.mark.parametrize("name", GAVE_UP)
def test_a_fatal_error_before_the_wait_is_the_root(name):
    """Row 28: the program had failed long before the kubelet gave up; a longer probe only waits longer."""
    log, words = GAVE_UP[name]
    world = killed(
        log,
        http("/health", 8000, period=30, failures=240),
        lived=7201,
        answer=REFUSED.format(port=8000),
        every=1,
        ports=[8000],
    )
    told = asked(world)
    right = ("app-crash", "heap-exhausted")
    never = ("failureThreshold", "patch", "heap", "does its duty")
    check(told, Want(cause=right, says=(words,), never=never, sure=False))
    assert any(item.cause == "startup-probe-failed" for item in told.also)


ELSEWHERE = {
    "one step took half of the time": killed(
        "INFO augmentation begins\nINFO augmentation completed in 17921ms\n",
        {"tcpSocket": {"port": 9000}, "periodSeconds": 10, "failureThreshold": 3},
        lived=31,
        answer=REFUSED.format(port=9000),
        every=18,
        ports=[8080],
    ),
    "it was still compiling": killed(
        "compiling 412 templates\ncompiled 200 templates in 14 s\n",
        http("/live", 5000, period=10, failures=3),
        kind="liveness",
        lived=41,
        answer=REFUSED.format(port=5000),
        every=14,
        ports=[3000],
    ),
    "a gRPC probe's port is declared nowhere": killed(
        "loading model\nmodel loaded in 21.5s, warming up\n",
        {"grpc": {"port": 50051}, "periodSeconds": 10, "failureThreshold": 3},
        lived=31,
        answer='timeout: failed to connect service "10.42.0.17:50051" within 1s: context deadline exceeded',
        every=20,
        ports=[9090],
    ),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_declared_port_alone_is_no_proof_of_a_wrong_one(name):
    """Row 29: containerPort is only information; the program had not come to listening."""
    told = asked(ELSEWHERE[name])
    check(
        told,
        Want(
            cause=("startup-probe-failed", "liveness-probe-failed"),
            remedy=("more time",) if told.cause == "startup-probe-failed" else ("startupProbe",),
            never=("nothing listens there", "point the"),
        ),
    )
    assert told.facts["sub_cause"] == "too-early"


LISTENS = {
    "another port": ("INFO listening on 0.0.0.0:8081\n", "8081"),
    "another port, by its server's own words": ("Tomcat started on port(s): 9443 (https)\n", "9443"),
    "another port, after a while": ("begin\nready to accept connections on port 7001\n", "7001"),
}


@pytest.mark.parametrize("name", LISTENS)
def test_a_listening_line_proves_another_port(name):
    """Row 29, the other side: the program says where it listens."""
    log, port = LISTENS[name]
    world = killed(
        log,
        {"tcpSocket": {"port": 8080}, "periodSeconds": 10, "failureThreshold": 3},
        lived=31,
        answer=REFUSED.format(port=8080),
    )
    told = asked(world)
    check(told, Want(cause=("startup-probe-failed",), says=(port,), remedy=(port,), never=("more time",)))


HANGS = {
    "a metadata service that does not answer": ("I1122 03:00:00.000001 1 main.go:80] Initializing metadata\n", True),
    "a lock that is never given": ("store: opening /data/db\nstore: acquiring the write lock\n", True),
    "a prompt that nobody answers": ("Do you want to continue? [y/N]\n", False),
}


@pytest.mark.parametrize("name", HANGS)
def test_silence_and_equal_lifetimes_are_a_hang(name):
    """Row 30: it says nothing since seconds after its start, and every instance lives as long: no time would do."""
    log, siblings = HANGS[name]
    sidecar = c("registrar", "registry.example/csi/registrar:1.0")
    still = Status(
        {"running": {"startedAt": ended(0, lived=900, back=0)["terminated"]["startedAt"]}},
        ready=True,
        current="Still connecting to unix:///csi/csi.sock\n" * 30,
        log_from=900,
        every=10,
    )
    world = killed(
        log,
        http("/healthz", 9808, delay=10, period=60, failures=5, timeout=3),
        kind="liveness",
        lived=341,
        before=341,
        restarts=9,
        answer=REFUSED.format(port=9808),
        ports=[9808],
        neighbours=(sidecar,) if siblings else (),
        statuses={"registrar": still} if siblings else {},
    )
    told = asked(world)
    check(
        told,
        Want(
            cause=("liveness-probe-failed",),
            says=("says nothing",),
            remedy=("more time does not help",),
            never=("startupProbe", "patch", "failureThreshold"),
        ),
    )
    assert told.facts["sub_cause"] == "hangs"
    last = log.strip().splitlines()[-1]
    assert any(last in item.quote for item in told.evidence)


def test_silence_of_a_program_that_says_nothing_at_all_is_no_hang():
    """A program without a log may be at work: nothing tells either way."""
    world = killed(
        "",
        http("/healthz", 9808, period=10, failures=3),
        kind="liveness",
        lived=61,
        before=61,
        answer=REFUSED.format(port=9808),
    )
    assert asked(world).facts["sub_cause"] != "hangs"


ALTERING = {
    "a step of a migration that counts its seconds": "WARN MAIL_URL not set, mails are off\nINFO connected\n"
    "INFO running migration 12_reindex: REINDEX TABLE sessions\n"
    + "".join(f"INFO 12_reindex still running ({n}0s)\n" for n in range(1, 9)),
    "migrations that are run": "INFO db.setup :: Running 8 migrations ...\nINFO db.setup :: this may take a while\n",
    "a migration behind answers to the probe and a goodbye": "INFO db.liquibase :: Running 8 migrations ...\n"
    + "DEBUG log :: GET /health 503 318.6 µs\n" * 9
    + "INFO core :: App Shutting Down ...\nINFO core :: App Shutdown COMPLETE\n",
    "a schema upgrade": "store: starting schema upgrade from 41 to 44\n",
    "an index that is rebuilt": "12:00:01 reindexing collection orders\n",
}


@pytest.mark.parametrize("name", ALTERING)
def test_a_kill_in_the_middle_of_a_migration_wants_time_and_no_older_code(name):
    """Row 26 and 42 without a count: what the start changes outlives the pod, so that going back makes it worse."""
    world = killed(
        "starting 2.0\n" + ALTERING[name],
        http("/health", 3000, delay=120, period=10, failures=12),
        kind="liveness",
        lived=241,
        answer=BUSY,
        every=20,
        earlier=[{"containers": [c("app", "registry.example/team/app:1.9")]}],
    )
    told = asked(world)
    check(
        told, Want(cause=("liveness-probe-failed",), remedy=("startupProbe", "starts over"), never=LOOSENED, undo=False)
    )


# The port that is asked never opens: a longer wait is no cure.

INWARD = {
    "an admin server": "INFO workers joined\nINFO starting admin server on 127.0.0.1:46121\nINFO consuming from 12 partitions\n",
    "a health server": 'time=1 level=info msg="serving health server at localhost:7001"\nlevel=info msg="3 shards taken"\n',
    "a listener": "INFO listening on 127.0.0.1:9500\nINFO ready\n",
}


@pytest.mark.parametrize("name", INWARD)
@pytest.mark.parametrize("kind", ["startup", "liveness"])
def test_a_server_for_the_pod_alone_wants_another_address_and_no_time(name, kind):
    world = killed(
        INWARD[name], http("/ready", 2112, delay=5), kind=kind, lived=36, answer=REFUSED.format(port=2112), every=0.5
    )
    told = asked(world)
    cause = {"startup": "startup-probe-failed", "liveness": "liveness-probe-failed"}[kind]
    check(
        told,
        Want(cause=(cause,), says=("127.0.0.1", "only"), remedy=("0.0.0.0:2112",), never=("startupprobe that allows",)),
    )
    assert not any("failureThreshold" in command for command in told.remedy.commands)


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ("/bin/sh: 1: nc: not found", "nc"),
        ("sh: curl: not found", "curl"),
        ("/opt/check.sh: line 3: ps: command not found", "ps"),
    ],
)
def test_the_command_that_a_probes_shell_misses_is_named_and_no_time_is_added(answer, missing):
    probe = {"exec": {"command": ["/bin/sh", "-c", f"{missing} -x || exit 1"]}, "periodSeconds": 10}
    told = asked(killed("INFO working\n", probe, kind="liveness", lived=31, answer=answer, code=0))
    check(
        told,
        Want(
            cause=("liveness-probe-failed",),
            remedy=(f"runs {missing}, which",),
            never=("runs /bin/sh", "startupprobe that allows", "as a job", "ends by itself"),
        ),
    )


def test_when_a_probe_gives_up_is_told_as_the_span_that_it_is():
    """The first failure counts at once: with a threshold of one nobody waits for two periods."""
    world = killed(
        "INFO warming the cache\n",
        http("/up", 8080, delay=10, failures=1),
        kind="liveness",
        lived=12,
        answer=REFUSED.format(port=8080),
        code=143,
    )
    assert "gives up after 10 to 20 s" in asked(world).summary


def _called(path: str, outside: str, count: int) -> str:
    """The log of a program that answers its probe's path after each complaint about another host."""
    lines = []
    for _ in range(count):
        lines += [outside, *[f'INFO req-77: 10.42.0.1 "GET {path}" 12ms 200 success'] * 3]
    return counting(lines)


OUTLIVED = {
    "usage reports to a vendor": (
        "WARNING telemetry: could not post report: HTTPSConnectionPool(host='stats.vendor.io', port=443): Max retries"
        " exceeded (Caused by NewConnectionError('[Errno 110] Operation timed out'))"
    ),
    "a backend that is gone": "[warning][upstream] DNS resolution failed for old-backend.shop",
    "an update check": "WARN updates: dial tcp 203.0.113.9:443: i/o timeout",
}


@pytest.mark.parametrize("name", OUTLIVED)
def test_what_the_program_outlived_is_not_why_its_probe_fails(name):
    """Its own path was answered with success after each complaint: another host's silence does not keep it from that."""
    told = asked(
        killed(
            _called("/alive", OUTLIVED[name], 8),
            http("/alive", 8877, period=3, failures=3),
            kind="liveness",
            lived=900,
            every=25,
            answer="net/http: request canceled (Client.Timeout exceeded while awaiting headers)",
        )
    )
    check(told, Want(cause=("liveness-probe-failed",), never=("vendor.io", "old-backend", "203.0.113.9")))


def test_what_was_never_outlived_is():
    """The counter-example: the path was answered until the database went, and never after."""
    gone = "ERROR pool: dial tcp 10.9.0.7:5432: connect: connection refused"
    log = _called("/alive", "INFO tick", 6) + counting([gone] * 9)
    told = asked(
        killed(
            log,
            http("/alive", 8877, period=3, failures=3),
            kind="liveness",
            lived=900,
            every=25,
            answer="net/http: request canceled (Client.Timeout exceeded while awaiting headers)",
        )
    )
    check(told, Want(cause=("dependency-unavailable",), says=("10.9.0.7:5432",)))

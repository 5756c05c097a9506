"""Exit code 0 hides nothing: what the last words say is ranked, and nobody is told to make a server a Job."""

from __future__ import annotations

import pytest

from diagnostics.diagnosis import Verdict
from tests.composed.world import World
from tests.kinds.world import Want, asked, check, dies

JOB = ("as a job", "cronjob", "batch program")
READY = {"readinessProbe": {"httpGet": {"path": "/healthz", "port": 8080}}}


def _served(log, **spec):
    """A pod that Service ``app`` selects and that ends with 0."""
    w = World()
    w.service("app", 8080, {"app": "app"}, ready=0, ip="10.9.0.9")
    return dies(log, 0, world=w, **spec)


def _away(log, port, **spec):
    w = World()
    w.service("store", port, {"app": "store"}, ready=0, ip="10.9.0.7")
    return dies(log, 0, world=w, **spec)


CASES = {
    "redis-node": (
        lambda: _away(
            "[ioredis] connecting\nError: connect ECONNREFUSED 10.9.0.7:6379\n"
            "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16) {\n  errno: -111,\n  code: 'ECONNREFUSED',\n"
            "  syscall: 'connect',\n  address: '10.9.0.7',\n  port: 6379\n}\nserver startup failed, shutting down",
            6379,
        ),
        Want(cause=("dependency-unavailable",), says=("store",), never=JOB),
    ),
    "mysql-aiohttp": (
        lambda: _away(
            "Traceback (most recent call last):\n"
            '  File "/usr/local/lib/python3.12/site-packages/aiomysql/connection.py", line 536, in _connect\n'
            "    raise OperationalError(CR.CR_CONN_HOST_ERROR,\n"
            "pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'store'\")\n"
            "ERROR:    Application startup failed. Exiting.",
            3306,
        ),
        Want(cause=("dependency-unavailable",), says=("store",), never=JOB),
    ),
    "uvicorn-missing-variable": (
        lambda: _served(
            "INFO:     Started server process [1]\nINFO:     Waiting for application startup.\nERROR:    Traceback (most recent call last):\n"
            '  File "/usr/local/lib/python3.12/site-packages/starlette/routing.py", line 734, in lifespan\n'
            "    async with self.lifespan_context(app) as maybe_state:\n"
            '  File "/app/main.py", line 9, in lifespan\n    key = os.environ["STRIPE_KEY"]\n'
            "  File \"<frozen os>\", line 685, in __getitem__\nKeyError: 'STRIPE_KEY'\n\nERROR:    Application startup failed. Exiting.",
        ),
        Want(cause=("bad-config",), says=("STRIPE_KEY",), never=JOB),
    ),
    "device-plugin-go": (
        lambda: dies(
            "I1122 03:11:01.101212       1 main.go:58] Starting OS watcher.\nE1122 03:11:01.121212       1 main.go:91] No devices found for"
            " resource vendor.example/fpga\nI1122 03:11:01.122212       1 main.go:93] Exiting",
            0,
            kind="DaemonSet",
        ),
        Want(cause=("node-prerequisite",), says=("fpga",), never=JOB),
    ),
    "nvidia-nvml": (
        lambda: dies(
            "2026/11/22 03:11:01 Loading NVML\n2026/11/22 03:11:01 Failed to initialize NVML: could not load NVML library.\n"
            "2026/11/22 03:11:01 If this is a GPU node, did you set the docker default runtime to `nvidia`?\n"
            "2026/11/22 03:11:01 No GPU devices found, exiting",
            0,
            kind="DaemonSet",
        ),
        Want(cause=("node-prerequisite",), never=JOB),
    ),
    "usb-coral": (
        lambda: dies(
            "INFO detector: starting\nERROR detector: No EdgeTPU was detected. If you do not have a Coral device yet, you must configure CPU"
            " detectors.\nINFO stopping",
            0,
        ),
        Want(cause=("node-prerequisite", "bad-config"), says=("EdgeTPU",), never=JOB),
    ),
    "java-license": (
        lambda: _served(
            "03:11:01.101 [main] INFO  c.e.Boot - starting gateway 4.2\n"
            "03:11:01.501 [main] ERROR c.e.Boot - License file /etc/gateway/license.key not found. Shutting down.",
            args=["serve"],
        ),
        Want(cause=("bad-config", "not-found"), says=("license.key",), never=JOB),
    ),
    "unknown-error-words": (
        lambda: _served("info: preparing lattice\nerror: lattice of order 7 is not self-adjoint, giving up"),
        Want(cause=("exits-cleanly", None), says=("lattice",), sure=False, never=JOB),
    ),
    "daemonised-server": (
        lambda: _served(
            "Starting gunicorn daemon\n[2026-11-22 03:11:01 +0000] [9] [INFO] Listening at: http://0.0.0.0:8080 (9)\nstarted",
            **READY,
        ),
        Want(cause=("exits-cleanly",), remedy=("foreground",), never=JOB),
    ),
    "service-but-silent": (
        lambda: _served("hello from the web\n"),
        Want(cause=("exits-cleanly",), remedy=("foreground",), never=JOB),
    ),
    "args-say-server": (
        lambda: dies("banner 4.1\nready\n", 0, args=["server", "start"], ports=[9000]),
        Want(cause=("exits-cleanly",), remedy=("foreground",), never=JOB),
    ),
    "supervisor-forks": (
        lambda: dies("Starting Tomcat ... Tomcat started.\n", 0, command=["/opt/tomcat/bin/startup.sh"], **READY),
        Want(cause=("exits-cleanly",), remedy=("foreground",), never=JOB),
    ),
    # and the other way round: work that is done is still a Job
    "batch-done": (
        lambda: dies("loading 4 files\nimported 120311 rows\nImport completed successfully\n", 0),
        Want(cause=("exits-cleanly",), remedy=("Job",)),
    ),
    "batch-with-a-survived-error": (
        lambda: dies(
            "ERROR row 17 skipped: not a number\nimported 120310 rows, 1 skipped\nsync finished\n",
            0,
        ),
        Want(cause=("exits-cleanly",), remedy=("Job",), never=("dependency",)),
    ),
    "batch-counts-no-errors": (
        lambda: dies("processed 311 invoices, 0 errors\nno failures\ndone\n", 0),
        Want(cause=("exits-cleanly",), remedy=("Job",)),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_exit_zero(case):
    built, want = CASES[case]
    check(asked(built()), want)


@pytest.mark.parametrize(
    ("log", "right"),
    [
        ("Opening file '/etc/app.conf'.\ndaemon is already running", "stale-state"),
        ("starting agent 4.2\nThe service is already running.", "stale-state"),
        ("starting agent 4.2\nthe job queue is already running at full speed\ndone", "exits-cleanly"),
    ],
)
def test_who_finds_another_one_running_did_not_end_for_its_work_is_done(log, right):
    got = asked(dies(log, 0))
    assert got.cause == right, got.summary
    assert right != "stale-state" or got.verdict is Verdict.LIKELY

"""What a probe met, by its answer, the log and the history: thirty kills, the story of each noted before any was run."""

from __future__ import annotations

from typing import Any

import pytest

from tests.composed.world import http
from tests.kinds.test_probes import killed
from tests.kinds.world import Want, asked, check

PROBED = ("liveness-probe-failed", "startup-probe-failed")
FAILED = ("failed, then waited", "not well", "does its duty", "would hide it", "crashed", "another release")
LATE = 'Get "http://10.42.0.17:8080/up": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
REFUSED = 'Get "http://10.42.0.17:8080/up": dial tcp 10.42.0.17:8080: connect: connection refused'
HEALTHY = "INFO listening on 0.0.0.0:8080\n" + "".join(f"INFO batch {n} stored\n" for n in range(60))
TCP = {"tcpSocket": {"port": 8080}, "periodSeconds": 10}


def live(**fields: Any) -> dict[str, Any]:
    return http("/up", 8080, period=10, failures=3, **fields)


BACKGROUND = {
    "a poll of a monitoring port fails, and the work goes on": (
        "[info] play.Play - Application started (Prod)\n[info] play.Server - Listening for HTTP on /0.0.0.0:8080\n"
        "[error] k.m.Jmx$ - Failed to connect to service:jmx:rmi:///jndi/rmi://kafka-0:-1/jmxrmi\n"
        "java.lang.IllegalArgumentException: requirement failed: No jmx port but jmx polling enabled!\n"
        "\tat scala.Predef$.require(Predef.scala:277)\n\tat kafka.manager.Jmx$.doWithConnection(Jmx.scala:39)\n"
        + "[info] k.m.State - Updating internal state...\n"
        * 12
    ),
    "an exception is logged, and the work goes on": (
        "INFO listening on 0.0.0.0:8080\n"
        "ERROR cannot refresh the list of offers\n"
        "java.net.SocketTimeoutException: Read timed out\n\tat acme.Offers.refresh(Offers.java:40)\n"
        + "".join(f"INFO offer {n} published\n" for n in range(20))
    ),
    "a traceback of a task, and the next tasks": (
        "INFO listening on 0.0.0.0:8080\nERROR task 7 failed\nTraceback (most recent call last):\n"
        '  File "/app/tasks.py", line 4, in run\n    return rows[0]\nIndexError: list index out of range\n'
        + "".join(f"INFO task {n} done in 0.2 s\n" for n in range(8, 30))
    ),
    "versions are reported at the end": (
        "[i] DNS service is listening on port 8080\n  [i] Core version is v5.1 (Latest: v5.1)\n"
        "  [i] FTL version is v5.2 (Latest: v5.2)\n  Container tag is: 5.1\n"
    ),
    "warnings of habit": HEALTHY + "WARN deprecated setting pool.size, use pool.max\n",
}


@pytest.mark.parametrize("name", BACKGROUND)
@pytest.mark.parametrize("code", [143, 137, 0])
def test_a_kill_by_a_probe_is_the_probe_whatever_was_survived(name, code):
    told = asked(killed(BACKGROUND[name], live(timeout=1), kind="liveness", lived=8 * 3600, answer=LATE, code=code,
                        every=300))  # fmt: skip
    check(told, Want(cause=PROBED, says=("killed",), remedy=("timeoutSeconds",), never=(*FAILED, "changes nothing")))


SCHEME = {
    "EOF": 'Get "http://10.42.0.17:8080/up": EOF',
    "malformed": 'Get "http://10.42.0.17:8080/up": net/http: HTTP/1.x transport connection broken: malformed HTTP'
    ' response "\\x15\\x03\\x01\\x00\\x02\\x02P"',
    "reset": 'Get "http://10.42.0.17:8080/up": read tcp 10.42.0.1:4141->10.42.0.17:8080: read: connection reset by peer',
}


@pytest.mark.parametrize("name", ["EOF", "malformed"])
def test_tls_at_the_port_is_a_matter_of_the_scheme(name):
    log = HEALTHY.replace("on 0", "on https://0")
    told = asked(killed(log, live(), kind="liveness", lived=40, answer=SCHEME[name], code=143))
    check(told, Want(cause=PROBED, remedy=("scheme HTTPS",), never=FAILED))


def test_a_plain_server_asked_by_tls_is_a_matter_of_the_scheme():
    probe = live()
    probe["httpGet"]["scheme"] = "HTTPS"
    answer = 'Get "https://10.42.0.17:8080/up": http: server gave HTTP response to HTTPS client'
    told = asked(killed(HEALTHY, probe, kind="liveness", lived=40, answer=answer, code=143))
    check(told, Want(cause=PROBED, remedy=("scheme HTTP",), never=FAILED))


SAYS_NO = {
    "gRPC": (
        {"grpc": {"port": 8080}, "periodSeconds": 10},
        'service unhealthy (responded with "NOT_SERVING")',
        "WARN datastore is not ready: datastore is not migrated to head\n" * 6,
        "not migrated to head",
    ),
    "503": (
        live(),
        "HTTP probe failed with statuscode: 503",
        "INFO listening on 0.0.0.0:8080\n" + "WARN unready: index is still empty\n" * 6,
        "index is still empty",
    ),
    "503 with its own reasons": (
        live(),
        "HTTP probe failed with statuscode: 503",
        "INFO listening on 0.0.0.0:8080\n" + "INFO readiness changed datastoreReady=false\n" * 6,
        "datastoreReady=false",
    ),
}


@pytest.mark.parametrize("name", SAYS_NO)
def test_a_program_that_says_no_is_quoted(name):
    probe, answer, log, words = SAYS_NO[name]
    told = asked(killed(log, probe, kind="liveness", lived=46, answer=answer, code=143))
    check(told, Want(cause=(*PROBED, "stale-state", "dependency-unavailable")))
    assert words in f"{told.summary} {told.remedy.text}"


def test_404_is_the_path():
    told = asked(killed(HEALTHY, live(), kind="liveness", lived=40, answer="HTTP probe failed with statuscode: 404"))
    check(told, Want(cause=PROBED, remedy=("path",), never=FAILED))


@pytest.mark.parametrize("line", ["server listening at 127.0.0.1:8080", "Listening on http://localhost:8080"])
def test_refused_all_along_while_it_listens_inside(line):
    told = asked(killed(f"INFO {line}\n" * 2 + "INFO idle\n", live(), kind="liveness", lived=40, answer=REFUSED))
    check(told, Want(cause=PROBED, remedy=("listen on 0.0",), never=(*FAILED, "startupProbe")))


@pytest.mark.parametrize("port", [9090, 3000, 5000])
def test_refused_all_along_while_it_listens_elsewhere(port):
    told = asked(killed(f"INFO listening on 0.0.0.0:{port}\n", live(), kind="liveness", lived=40, answer=REFUSED))
    check(told, Want(cause=PROBED, remedy=(str(port),), never=(*FAILED, "startupProbe")))


EARLIER = [{"containers": [{"name": "app", "image": "registry.example/team/app:1.9", "livenessProbe": live()}]}]


def test_an_earlier_revision_that_ran_with_the_same_probe_refuses_the_slow_start():
    told = asked(killed("INFO gateway 0.4.0\nINFO started\n", live(), kind="liveness", lived=62, answer=REFUSED,
                        earlier=EARLIER))  # fmt: skip
    check(told, Want(cause=PROBED, remedy=("listens", "never 127.0.0.1"), never=(*FAILED, "startupProbe")))


def test_a_first_revision_may_be_slow():
    told = asked(killed("INFO gateway 0.4.0\nINFO loading\n", live(), kind="liveness", lived=40, answer=REFUSED))
    check(told, Want(cause=PROBED, remedy=("startupProbe",)))


@pytest.mark.parametrize("lived", [3 * 3600, 26 * 3600])
@pytest.mark.parametrize("timeout", [1, 2])
def test_long_good_runs_and_a_short_timeout_are_an_impatient_probe(lived, timeout):
    told = asked(killed(HEALTHY, live(timeout=timeout), kind="liveness", lived=lived, answer=LATE, code=143, every=150))
    check(told, Want(cause=PROBED, remedy=("timeoutSeconds",), never=FAILED))

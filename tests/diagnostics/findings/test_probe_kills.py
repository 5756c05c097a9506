"""Whose fault is a failing probe, and the smallest change that would pass."""

from __future__ import annotations

import json
import shlex
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.claims.case import Case
from diagnostics.claims.probes import failures as probes
from diagnostics.examples import NOW, Example, event
from diagnostics.facts.model import Container, EndedBy, Role, Termination, Workload
from diagnostics.facts.pods.events import parse
from diagnostics.facts.pods.probe_texts import Fault, health_path, told
from diagnostics.findings.probe_fixes import remedy
from diagnostics.snapshot import Log, LogLine
from diagnostics.transcript.api import transcribe

HTTP = {"httpGet": {"path": "/healthz", "port": 8080}, "initialDelaySeconds": 5, "periodSeconds": 10}
REFUSED = 'Get "http://10.0.0.7:8080/healthz": dial tcp 10.0.0.7:8080: connect: connection refused'


def read(probe, *answers, kind="Liveness", ports=(), log=(), lived=35.0, listening=None, **spec):
    field = probes.FIELDS[kind]
    events = tuple(
        parse(event("Unhealthy", f"{kind} probe failed: {text}", age=20 + index)) for index, text in enumerate(answers)
    )
    end = Termination(
        container="api",
        field="lastState",
        exit_code=143,
        reason="Error",
        message="",
        started_at=NOW - timedelta(seconds=20 + lived),
        finished_at=NOW - timedelta(seconds=20),
        ended_by=EndedBy.LIVENESS_PROBE,
        sure=True,
        because=(),
    )
    container = Container(
        name="api",
        role=Role.APP,
        spec={
            "name": "api",
            field: probe,
            "ports": [port if isinstance(port, dict) else {"containerPort": port} for port in ports],
            **spec,
        },
        status={},
        status_path="",
        spec_path="spec.containers[api]",
        terminations=(end,),
    )
    started = NOW - timedelta(seconds=20 + lived)
    at = "" if listening is None else (started + timedelta(seconds=listening)).isoformat()
    lines = tuple(LogLine(at, line) for line in log)
    spoken = Log(namespace="production", pod="api", container="api", instance="previous", lines=lines)
    snapshot = Example(title="", hit=True).snapshot()
    raw = {"kind": "Deployment", "metadata": {"name": "api"}, "spec": {}}
    case = Case(
        snapshot=snapshot,
        pod=next(snapshot.all("Pod")),
        containers=(container,),
        suspect=container,
        events=events,
        transcript=transcribe("api", spoken, started_at=started, finished_at=end.finished_at, exit_code=143),
        workload=Workload(kind="Deployment", namespace="production", name="api", raw=raw),
    )
    return case, probes.read(case, container, kind)


def change(case, failing):
    """The container's part of the patch that the remedy offers."""
    command = remedy(case, failing).commands[0]
    body = json.loads(shlex.split(command)[-1])
    return body["spec"]["template"]["spec"]["containers"][0]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("HTTP probe failed with statuscode: 404", Fault.WRONG_PATH),
        ("HTTP probe failed with statuscode: 401", Fault.WRONG_PATH),
        ("HTTP probe failed with statuscode: 503", Fault.UNHEALTHY),
        ("HTTP probe failed with statuscode: 429", Fault.UNHEALTHY),
        (REFUSED, Fault.TOO_EARLY),
        ("dial tcp 10.0.0.7:8080: i/o timeout", Fault.TOO_SLOW),
        (
            'Get "http://10.0.0.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting '
            "headers)",
            Fault.TOO_SLOW,
        ),
        ('Get "https://10.0.0.7:8080/": http: server gave HTTP response to HTTPS client', Fault.WRONG_SCHEME),
        ('Get "http://10.0.0.7:8080/": read tcp a->b: read: connection reset by peer', Fault.UNHEALTHY),
        ('service unhealthy (responded with "NOT_SERVING")', Fault.UNHEALTHY),
        (
            "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service",
            Fault.WRONG_PATH,
        ),
    ],
)
def test_the_answer_tells_whose_fault_it_is(answer, fault):
    assert read(HTTP, answer)[1].fault is fault


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("sh: curl: not found", Fault.WRONG_COMMAND),
        ('command timed out: "cat /tmp/healthy" timed out after 1s', Fault.TOO_SLOW),
        ("cat: can't open '/tmp/ready': No such file or directory", Fault.TOO_EARLY),
        ("", Fault.TOO_EARLY),
    ],
)
def test_an_exec_probe_tells_by_its_output(answer, fault):
    assert read({"exec": {"command": ["cat", "/tmp/ready"]}}, answer)[1].fault is fault  # noqa: S108 — an example


def test_one_real_answer_says_more_than_a_later_refusal():
    assert read(HTTP, REFUSED, "HTTP probe failed with statuscode: 404")[1].fault is Fault.WRONG_PATH


ELSEWHERE = "dial tcp 10.0.0.7:8081: connect: connection refused"


def test_a_port_that_is_not_the_declared_one_when_the_program_says_that_it_is_up():
    case, failing = read({"tcpSocket": {"port": 8081}}, ELSEWHERE, ports=[80], log=["server started"])
    assert (failing.fault, failing.port, failing.better_port) == (Fault.WRONG_PORT, 8081, 80)
    assert change(case, failing)["livenessProbe"] == {"tcpSocket": {"port": 80}}


@pytest.mark.parametrize("log", [[], ["loading"], ["metrics listening on :9100"]])
def test_a_declared_port_alone_proves_nothing(log):
    _, failing = read({"tcpSocket": {"port": 8081}}, ELSEWHERE, ports=[80], log=log)
    assert failing.fault is Fault.TOO_EARLY


def test_the_log_knows_the_port_better_than_the_declaration():
    _, failing = read(HTTP, REFUSED, ports=[8080], log=["Server started at http://0.0.0.0:3000"])
    assert (failing.fault, failing.better_port) == (Fault.WRONG_PORT, 3000)


def test_a_program_that_listens_on_loopback_only():
    case, failing = read(HTTP, REFUSED, log=["listening on 127.0.0.1:8080"])
    assert failing.fault is Fault.LOOPBACK
    assert "0.0.0.0:8080" in remedy(case, failing).text


def test_refused_long_after_the_start_is_not_too_early():
    assert read(HTTP, REFUSED, lived=5000.0)[1].fault is Fault.UNHEALTHY


def test_a_named_port_is_looked_up():
    probe = {"httpGet": {"path": "/", "port": "http"}}
    _, failing = read(probe, REFUSED, ports=[{"name": "http", "containerPort": 9000}])
    assert failing.port == 9000


def test_the_measured_start_decides_how_much_time_is_allowed():
    case, failing = read(HTTP, REFUSED, listening=44.0, log=["listening on :8080"])
    probe = change(case, failing)["startupProbe"]
    assert probe["httpGet"] == HTTP["httpGet"]
    assert probe["failureThreshold"] * probe["periodSeconds"] >= 44 * 1.5
    assert "44 s" in remedy(case, failing).text


def test_a_startup_probe_gets_more_tries_not_another_probe():
    case, failing = read(HTTP, REFUSED, kind="Startup", listening=44.0, log=["listening on :8080"])
    assert change(case, failing) == {"name": "api", "startupProbe": {"failureThreshold": 7}}


def test_a_path_that_another_probe_uses_well_is_offered():
    case, failing = read(
        HTTP,
        "HTTP probe failed with statuscode: 404",
        readinessProbe={"httpGet": {"path": "/ready", "port": 8080}},
    )
    assert change(case, failing)["livenessProbe"]["httpGet"]["path"] == "/ready"


def test_an_unhealthy_program_gets_no_patch():
    case, failing = read(HTTP, "HTTP probe failed with statuscode: 503")
    assert not any("patch" in command for command in remedy(case, failing).commands)


@given(
    delay=st.integers(0, 120),
    period=st.integers(1, 60),
    tries=st.integers(1, 20),
    listening=st.one_of(st.none(), st.floats(1, 2000)),
)
def test_the_change_always_allows_more_than_the_probe_did_and_than_the_start_needs(delay, period, tries, listening):
    probe = {**HTTP, "initialDelaySeconds": delay, "periodSeconds": period, "failureThreshold": tries}
    case, failing = read(
        probe, REFUSED, listening=listening, lived=1.0, log=["listening on :8080"] * (listening is not None)
    )
    offered = change(case, failing)["startupProbe"]
    allowed = offered["periodSeconds"] * offered["failureThreshold"]
    assert allowed > failing.window.latest
    assert listening is None or allowed >= listening * 1.5


@pytest.mark.parametrize(
    ("line", "port"),
    [
        ("server listening on :8080", 8080),
        ("catalog ready on port 8080", 8080),
        ("Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)", 8000),
        ("Tomcat started on port(s): 8081 (http) with context path ''", 8081),
        ("Now listening on: http://[::]:5000", 5000),
        ('{"msg":"listening","port":9090}', 9090),
        ("2026-11-22 12:39:31 INFO started worker in 12 ms", None),
        ("running migrations 12:30", None),
        ("connected to redis:6379", None),
        ("listening on :99999", None),
    ],
)
def test_the_port_that_a_program_says_it_listens_on(line, port):
    _, failing = read({"tcpSocket": {"port": 1}}, "dial tcp 10.0.0.7:1: connect: connection refused", log=[line])
    assert failing.better_port == port
    assert (failing.fault is Fault.WRONG_PORT) is (port is not None)


def test_what_a_log_names_as_its_health_endpoint():
    assert health_path("Mapped GET /actuator/health") == "/actuator/health"
    assert health_path('"GET /healthz HTTP/1.1" 404 -') == ""


@given(st.text(max_size=4000))
def test_no_text_breaks_the_reading(text):
    assert told(text)[0] in Fault
    assert isinstance(health_path(text), str)


SLOW = 'command "sh -c tool status" timed out'
STATUS = {"exec": {"command": ["sh", "-c", "tool status"]}, "periodSeconds": 10, "timeoutSeconds": 5}


def test_a_check_that_takes_too_long_gets_more_time_itself():
    case, failing = read(STATUS, SLOW)
    assert failing.fault is Fault.TOO_SLOW
    assert change(case, failing)["livenessProbe"] == {"timeoutSeconds": 15}


def test_a_startup_probe_takes_the_time_of_the_check_over():
    case, failing = read({**HTTP, "timeoutSeconds": 7}, REFUSED)
    assert change(case, failing)["startupProbe"]["timeoutSeconds"] == 7


@pytest.mark.parametrize(("ports", "words"), [([9042], "a connection to port 9042"), ([1, 2], "an httpGet")])
def test_a_command_that_the_image_lacks_is_named(ports, words):
    case, failing = read(STATUS, 'exec: "sh": executable file not found in $PATH', ports=ports)
    told = remedy(case, failing)
    assert "runs sh, which" in told.text
    assert words in told.text
    assert ('"exec":null,"tcpSocket":{"port":9042}' in told.commands[0]) is (len(ports) == 1)


def test_a_check_that_fails_long_after_the_program_was_up_does_its_duty():
    _, failing = read(STATUS, "not initialised", log=["listening on 0.0.0.0:8200"], listening=1)
    assert failing.fault is Fault.UNHEALTHY


ROUTES = ('mapped "[/manage/healthz]" to HealthEndpoint', "mapped [/manage/ready] to ReadyEndpoint", "server started")


@pytest.mark.parametrize("log", [ROUTES, ROUTES[::-1]])
def test_the_asked_path_below_another_is_the_one_to_ask_and_is_quoted(log):
    _, probe = read(HTTP, "HTTP probe failed with statuscode: 404", log=log)
    assert probe.better_path == "/manage/healthz"
    assert ROUTES[0] in [item.quote for item in probe.evidence]


def test_a_path_that_the_log_names_is_not_quoted_where_nothing_answers():
    _, probe = read(HTTP, REFUSED, log=ROUTES)
    assert ROUTES[0] not in [item.quote for item in probe.evidence]

"""The probe's own requests in the program's access log, in several formats; what is not the probe's is not taken."""

from __future__ import annotations

import pytest

from diagnostics.claims.probes.access import answered
from diagnostics.transcript.model import Transcript

PROBE = {"httpGet": {"path": "/ping", "port": 80}}


def reading(*lines):
    return Transcript(container="app", instance="previous", lines=lines, verbatim=lines)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ('10.0.0.1 - - [22/Nov/2026:03:11:18 +0000] "GET /ping HTTP/1.1" 404 153 "-" "kube-probe/1.36"', 404),
        ('INFO:     10.42.0.1:51210 - "GET /ping HTTP/1.1" 503 Service Unavailable', 503),
        ('{"method":"GET","path":"/ping","status":401,"ua":"kube-probe/1.36"}', 401),
        ("level=info method=GET path=/ping status=500 took=3ms", 500),
    ],
)
def test_the_status_is_read(line, status):
    found = answered(reading("starting", line, "bye"), PROBE)
    assert found is not None
    assert (found.status, found.line) == (status, 1)


@pytest.mark.parametrize(
    "line",
    [
        '"GET /pinguin HTTP/1.1" 404 9',
        '"GET /ping HTTP/1.1" 200 2',
        '"POST /ping HTTP/1.1" 404 9',
        "nothing at all",
    ],
)
def test_other_requests_and_good_answers_tell_nothing(line):
    assert answered(reading(line), PROBE) is None


def test_the_root_path_needs_the_kubelets_name():
    probe = {"httpGet": {"port": 80}}
    assert answered(reading('"GET / HTTP/1.1" 404 9 "-" "curl/8"'), probe) is None
    assert answered(reading('"GET / HTTP/1.1" 404 9 "-" "kube-probe/1.36"'), probe) is not None
    assert answered(reading('"GET / HTTP/1.1" 404 9'), {"tcpSocket": {"port": 80}}) is None

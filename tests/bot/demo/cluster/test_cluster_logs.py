import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.cluster.logs import LogOptions, read
from tests.support.standin import CORE, client_of

LOG = b"".join(b"2026-11-22T12:00:0%d.5Z line %d\n" % (n, n) for n in range(5))


def test_timestamps_are_shown_only_when_asked_for():
    assert read(LOG, LogOptions(timestamps=True)) == LOG
    assert read(LOG, LogOptions()) == b"".join(b"line %d\n" % n for n in range(5))


@pytest.mark.parametrize(("tail", "expected"), [(0, b""), (1, b"line 4\n"), (2, b"line 3\nline 4\n")])
def test_tail(tail, expected):
    assert read(LOG, LogOptions(tail_lines=tail)) == expected
    assert read(LOG, LogOptions(tail_lines=99)) == read(LOG, LogOptions())


def test_the_byte_limit_keeps_the_oldest_bytes_after_the_tail_position():
    assert read(LOG, LogOptions(tail_lines=3, limit_bytes=9)) == b"line 2\nli"


@given(st.binary(max_size=400), st.integers(0, 9), st.integers(1, 50))
def test_no_bytes_break_it(text, tail, limit):
    whole = read(text, LogOptions(timestamps=True))
    assert whole == text
    cut = read(text, LogOptions(timestamps=True, tail_lines=tail, limit_bytes=limit))
    assert len(cut) <= limit
    assert cut in text


def log(client, pod, **query):
    reply = client.raw("GET", f"{CORE}/pods/{pod}/log", **query)
    return reply.status, reply.content_type, reply.body.decode()


def test_over_the_api():
    client = client_of("dependency-auth")
    pod = "ledger-5b9545cf94-t5dlh"
    status, kind, text = log(client, pod, timestamps="true", tailLines="1")
    assert (status, kind) == (200, "text/plain")
    assert text.startswith("2026-11-22T")
    assert "password authentication failed" in log(client, pod)[2]
    assert log(client, pod, previous="true")[2].startswith("unable to retrieve container logs for containerd://")
    assert log(client, pod, sinceSeconds="1")[2] == ""
    assert log(client, "none")[0] == 404


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({"container": "other"}, 400, "container other is not valid for pod"),
        ({"tailLines": "x"}, 400, "invalid syntax"),
        ({"tailLines": "-1"}, 422, "greater than or equal to 0"),
        ({"limitBytes": "0"}, 422, "greater than 0"),
        ({"sinceTime": "yesterday"}, 400, "yesterday"),
    ],
)
def test_wrong_parameters(query, status, said):
    client = client_of("dependency-auth")
    answer = client("GET", f"{CORE}/pods/ledger-5b9545cf94-t5dlh/log", **query)
    assert answer[0] == status
    assert said in answer[1]["message"]


@pytest.mark.parametrize(
    ("scenario", "previous", "said"),
    [
        ("secret-missing-envfrom", "false", "is waiting to start: CreateContainerConfigError"),
        ("secret-missing-envfrom", "true", "previous terminated container"),
        ("image-not-found", "false", "is waiting to start: trying and failing to pull image"),
        ("unschedulable-memory", "false", "is waiting to start - no logs yet"),
    ],
)
def test_where_the_recording_has_no_log_the_kubelets_words_are_400(scenario, previous, said):
    client = client_of(scenario)
    pod = client.names(f"{CORE}/pods")[0]
    status, document = client("GET", f"{CORE}/pods/{pod}/log", previous=previous)
    assert (status, document["reason"]) == (400, "BadRequest")
    assert said in document["message"]


def test_several_containers_need_a_name():
    client = client_of("app-port-in-use")
    pod = client.names(f"{CORE}/pods")[0]
    status, document = client("GET", f"{CORE}/pods/{pod}/log")
    assert status == 400
    assert f"a container name must be specified for pod {pod}, choose one of: [" in document["message"]
    assert (
        "Address already in use"
        in log(client, pod, container="metrics", tailLines="20")[2]
        + log(client, pod, container="metrics", previous="true")[2]
    )

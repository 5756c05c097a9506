from __future__ import annotations

import asyncio
import socket

import pytest

from bot.cluster import connection as connection_module
from bot.cluster.configuration import Access
from bot.cluster.connection import CONCURRENT, connect
from bot.cluster.errors import BadReply, TimedOut, Unreachable
from tests.fakes.kube_api import DATE, Play, kubeconfig_for, status_of

POD = "/api/v1/namespaces/production/pods/web"


async def test_a_request_reaches_the_server_below_its_prefix_with_the_credentials(api, connection):
    api.on(POD, {"kind": "Pod"})
    reply = await connection.request("GET", POD, query=(("fieldSelector", "a=b,c=d"),))
    assert reply.json() == {"kind": "Pod"}
    assert reply.date is not None
    assert reply.date.strftime("%a, %d %b %Y %H:%M:%S GMT") == DATE
    (seen,) = api.seen
    assert seen.path == POD
    assert seen.query == {"fieldSelector": "a=b,c=d"}
    assert seen.headers["Authorization"] == "Bearer t0ken"
    assert (connection.namespace, connection.who, connection.context) == ("production", "tester", "test")


@pytest.mark.parametrize(
    ("context", "server", "called"),
    [
        ("prod-eu", "https://10.0.0.1:6443", "prod-eu"),
        ("in-cluster", "https://10.96.0.1:443", "10.96.0.1"),
        ("in-cluster", "https://[fd00::1]:6443", "fd00::1"),
        ("arn:aws:eks:eu-west-1:123456789012:cluster/shop", "https://x.eks.example", "shop"),
    ],
)
def test_a_cluster_is_called_by_its_context_or_its_servers_host(context, server, called):
    access = Access(
        server=server, namespace="default", who="", context=context, configuration=None, tls=True, proxy=None,
        tls_server_name=None,
    )  # fmt: skip
    assert connection_module.Connection(access, session=None).cluster == called


async def test_a_read_is_tried_again_after_429_5xx_and_a_lost_connection(api, connection):
    faults = [Play(status=429, headers={"Retry-After": "0"}), Play(status=500), Play(reset=True), Play({"kind": "Pod"})]
    api.on(POD, *faults)
    reply = await connection.request("GET", POD)
    assert reply.ok
    assert len(api.seen) == 4


async def test_the_last_answer_is_given_when_tries_run_out(api, connection):
    api.on(POD, Play(status_of(500, "etcd is gone"), status=500))
    reply = await connection.request("GET", POD)
    assert reply.failure() == "500 Internal Server Error: etcd is gone"
    assert len(api.seen) == 4


async def test_retry_after_beyond_the_deadline_is_not_waited_for(api, connection):
    api.on(POD, Play(status_of(429, "slow down"), status=429, headers={"Retry-After": "3600"}))
    reply = await connection.request("GET", POD, within_s=5)
    assert reply.status == 429
    assert len(api.seen) == 1


@pytest.mark.parametrize("play", [Play(status=500), Play(status=429, headers={"Retry-After": "0"})])
async def test_a_write_is_never_tried_again(api, connection, play):
    api.on(POD, play, Play({}))
    reply = await connection.request("PATCH", POD, body=[])
    assert reply.status == play.status
    assert len(api.seen) == 1


async def test_a_write_that_lost_its_connection_is_never_tried_again(api, connection):
    api.on(POD, Play(reset=True), Play({}))
    with pytest.raises(Unreachable, match="the connection was lost"):
        await connection.request("PATCH", POD, body=[])
    assert len(api.seen) == 1


async def test_a_hanging_server_ends_with_the_deadline(api, connection):
    api.on(POD, Play(hang=True))
    with pytest.raises(TimedOut, match=r"gave no whole answer within 0\.2 s"):
        await connection.request("GET", POD, within_s=0.2)


async def test_waiting_for_a_slot_counts_towards_the_deadline(api, connection):
    api.on(POD, Play(hang=True))
    calls = [connection.request("GET", POD, within_s=0.3) for _ in range(CONCURRENT * 2)]
    failures = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(failure) for failure in failures} == {TimedOut}


async def test_no_more_than_eight_requests_are_under_way(api, connection):
    api.on(POD, {})
    api.pause_s = 0.01
    await asyncio.gather(*(connection.request("GET", POD) for _ in range(40)))
    assert api.most_at_once == CONCURRENT


async def test_a_refused_connection_names_server_and_context(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = tmp_path / "kubeconfig"
    path.write_text(str(kubeconfig_for(f"http://127.0.0.1:{port}")))
    async with connect(str(path)) as connection:
        with pytest.raises(Unreachable) as failed:
            await connection.request("GET", POD, within_s=0.3)
    said = str(failed.value)
    assert said.startswith(f"cannot reach the cluster at http://127.0.0.1:{port} (context test): ")
    assert "\n" not in said


async def test_credentials_are_read_again_after_a_401(api, tmp_path):
    path = api.kubeconfig(tmp_path, token="old")
    async with connect(path) as connection:
        api.on(POD, Play(status=401), {"kind": "Pod"})
        api.kubeconfig(tmp_path, token="new")
        reply = await connection.request("GET", POD)
    assert reply.ok
    assert [seen.headers["Authorization"] for seen in api.seen] == ["Bearer old", "Bearer new"]


async def test_a_401_that_stays_is_answered_once_more_only(api, connection):
    api.on(POD, Play(status_of(401, "Unauthorized"), status=401))
    reply = await connection.request("GET", POD)
    assert reply.failure() == "401 Unauthorized: Unauthorized"
    assert len(api.seen) == 2


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"<html>502</html>", b"1" * 5000])
async def test_broken_json_is_a_bad_reply(api, connection, body):
    api.on(POD, Play(body))
    reply = await connection.request("GET", POD)
    with pytest.raises(BadReply, match="no valid JSON"):
        reply.json()


async def test_lone_surrogates_do_not_travel_on(api, connection):
    api.on(POD, Play(rb'{"a\ud800": ["\udfff", "caf\u00e9"], "n": NaN}'))
    data = (await connection.request("GET", POD)).json()
    assert data == {"a?": ["?", "café"], "n": None}


async def test_a_body_without_end_is_a_bad_reply(api, connection, monkeypatch):
    monkeypatch.setattr(connection_module, "BODY_BYTES", 1024 * 1024)
    api.on(POD, Play(b"x" * 65536, repeat=100))
    with pytest.raises(BadReply, match="larger than 1 MiB"):
        await connection.request("GET", POD)


async def test_a_message_is_one_short_line(api, connection):
    api.on(POD, Play(status_of(403, "pods is\nforbidden: " + "x" * 1000), status=403))
    reply = await connection.request("GET", POD)
    assert reply.failure().startswith("403 Forbidden: pods is forbidden: xxx")
    assert len(reply.failure()) < 330

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
import yaml

from bot.demo.cluster import DEMO_TOKEN, ClusterStandIn, Fault, single
from bot.demo.cluster.__main__ import main
from tests.support.standin import CORE

HEADERS = {"Authorization": f"Bearer {DEMO_TOKEN}"}


@pytest.fixture
async def server():
    async with ClusterStandIn(single("app-after-rollout")) as server:
        yield server


@pytest.fixture
async def session():
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        yield session


async def test_it_answers_with_the_clusters_clock(server, session):
    async with session.get(f"{server.url}{CORE}/pods") as reply:
        assert reply.status == 200
        assert reply.headers["Date"] == "Sun, 22 Nov 2026 12:37:07 GMT"
        assert len((await reply.json())["items"]) == 2
    pod = "storefront-7699bf9d76-x7mjz"
    async with session.get(f"{server.url}{CORE}/pods/{pod}/log", params={"tailLines": "2"}) as reply:
        assert reply.content_type == "text/plain"
        assert (await reply.text()).count("\n") == 2


async def test_the_path_names_the_caller_where_the_client_sends_no_token(server):
    config = yaml.safe_load(server.kubeconfig_text())
    base = config["clusters"][0]["cluster"]["server"]
    async with aiohttp.ClientSession() as bare:
        assert (await bare.get(f"{base}{CORE}/pods")).status == 200
        assert (await bare.get(f"{server.url}{CORE}/pods")).status == 403
        assert (await bare.get(f"{server.url}/as/nobody{CORE}/pods")).status == 401


async def test_a_watch_tells_of_changes(server, session):
    path = f"{server.url}/apis/apps/v1/namespaces/production/deployments"
    events = []
    async with session.get(path, params={"watch": "true", "timeoutSeconds": "20"}) as stream:
        patch = {"metadata": {"labels": {"seen": "yes"}}}
        kind = {"Content-Type": "application/merge-patch+json"}
        async for line in stream.content:
            events.append(json.loads(line))
            if len(events) == 1:
                await session.patch(f"{path}/storefront", json=patch, headers=kind)
            else:
                break
    assert [event["type"] for event in events] == ["ADDED", "MODIFIED"]
    assert events[1]["object"]["metadata"]["labels"]["seen"] == "yes"


async def test_a_hanging_request_ends_with_the_server(session):
    server = ClusterStandIn(single("healthy"))
    await server.start()
    server.cluster.faults.add(Fault("hang"))
    waiting = asyncio.create_task(session.get(f"{server.url}/version"))
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(asyncio.shield(waiting), 0.3)
    await server.stop()
    await asyncio.gather(waiting, return_exceptions=True)
    assert waiting.done()


async def test_a_port_in_use_is_an_os_error(server):
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"):
        await ClusterStandIn(single("healthy"), port=port).start()


def test_the_command_refuses_what_is_no_scenario(capsys):
    assert main(["no-such-scenario"]) == 2
    assert "no-such-scenario is neither a recorded scenario nor a folder" in capsys.readouterr().err


def test_the_command_serves_a_folder_and_says_how_to_reach_it(tmp_path):
    (tmp_path / "mine" / "cluster").mkdir(parents=True)
    recorded = {"server": "v1.36.2", "at": "2026-11-22T12:00:00Z", "namespace": "production"}
    (tmp_path / "mine" / "cluster" / "recorded.json").write_text(json.dumps(recorded))
    command = [sys.executable, "-m", "bot.demo.cluster", str(tmp_path / "mine")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline().startswith("serving on http://127.0.0.1:")
            kubeconfig = Path(process.stdout.readline().split()[2])
            assert kubeconfig.exists()
        finally:
            process.terminate()
    assert not kubeconfig.exists()

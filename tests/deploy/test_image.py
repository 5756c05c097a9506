"""deploy/Dockerfile, built and run without a container engine: ``make image``.

It wants root, buildah and debootstrap, and takes minutes the first time: ``make test`` leaves it out.
"""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess

import aiohttp
import pytest

from bot.demo.cluster import ClusterStandIn, several
from bot.demo.cluster.people import BOT, BOT_TOKEN
from bot.demo.slack.server import SlackStandIn
from tests.deploy.rights import documents
from tests.support.commands import free_port
from tests.support.image import USER, Image, missing
from tests.support.prepared import prepared
from tests.support.recordings import snapshot_of

SWITCH = "IMAGE"
pytestmark = pytest.mark.skipif(SWITCH not in os.environ, reason=f"{SWITCH} is not set: make image builds the image")
FAILING = "config-invalid-value"
WITHIN_S = 60


@pytest.fixture(scope="module")
def image(request):
    assert not missing(), missing()
    made = Image(request.config.cache.mkdir("image"))
    yield made
    made.close()


def run(image, *arguments, mounts=None, **environment):
    command = image.command(*arguments, mounts=mounts or {}, environment=environment)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def files(image):
    below = image.root / "opt" / "crashloop"
    return [path for path in below.rglob("*") if not path.is_symlink()]


def test_what_an_engine_reads_of_it(image):
    config = image.config
    assert (config["User"], config["Entrypoint"], config["Cmd"]) == (f"{USER}:{USER}", ["crashloop"], ["serve"])
    assert (config["WorkingDir"], set(config["ExposedPorts"]), set(config["Volumes"])) == (
        "/data", {"8080/tcp", "8081/tcp"}, {"/data"},
    )  # fmt: skip


@pytest.mark.threat("Deploy", "who runs code in the container changes the program, or installs another")
def test_the_program_cannot_change_itself(image, record_property):
    found = files(image)
    assert len(found) > 1000
    status = [path.stat() for path in found]
    assert [each for each in status if each.st_uid == USER or each.st_mode & stat.S_IWOTH] == []
    tools = {path.name for path in found} & {"pip", "pip3", "easy_install", "setuptools"}
    record_property("tried", f"{len(found)} files of the program")
    record_property("held", f"0 may be written by the bot's user; {len(tools)} installers")
    assert tools == set()


def test_nothing_else_of_the_clone_is_in_it(image):
    packages = {path.name for path in (image.root / "opt" / "crashloop" / "lib").glob("python3*/site-packages/*")}
    assert {"bot", "handlers", "diagnostics"} <= packages
    assert packages & {"tests", "deploy"} == set()
    assert [path for path in files(image) if path.name in {".env", ".git"}] == []
    assert not (image.root / "src").exists()


def test_it_runs_read_only_and_says_what_it_lacks(image):
    code, out, err = run(image, "causes", "oom-killed")
    assert (code, err) == (0, "")
    assert "OOMKilled" in out
    code, out, err = run(image, "serve")
    assert (code, out) == (2, "")
    assert "SLACK_BOT_TOKEN is not set" in err


def test_it_diagnoses_what_was_saved(image, tmp_path):
    saved = tmp_path / "saved.json"
    saved.write_text(prepared(snapshot_of("app-node-module")).to_json())
    tmp_path.chmod(0o755)
    code, out, err = run(image, "diagnose", "--from", "/mnt/saved.json", mounts={"/mnt": tmp_path})
    assert (code, err) == (1, "")
    assert "Cannot find module" in out


def written(folder, given):
    folder.mkdir()
    for name, text in given.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o444)
    return folder


@pytest.mark.parametrize("http", [False, True], ids=["socket-mode", "http"])
async def test_it_serves_as_the_plain_manifests_start_it(image, tmp_path, http):
    """The ConfigMap as environment, Secret and people map at their own paths; the cluster and Slack are stand-ins."""
    objects = {(item["kind"], item["metadata"]["name"]): item for item in documents("deployment.yaml")}
    settings = objects["ConfigMap", "crashloop"]["data"]
    cluster = several([FAILING])
    cluster.tokens[BOT_TOKEN] = BOT
    tmp_path.chmod(0o755)
    async with ClusterStandIn(cluster, tick_s=None) as server, SlackStandIn() as slack:
        way = {"SLACK_SIGNING_SECRET": slack.signing_secret} if http else {"SLACK_APP_TOKEN": slack.app_token}
        secrets = {"SLACK_BOT_TOKEN": slack.bot_token, "ALERTMANAGER_TOKEN": "token-of-sixteen-letters"} | way
        mounts = {
            settings["SECRETS_DIR"]: written(tmp_path / "secrets", secrets),
            "/etc/kubernetes": written(tmp_path / "kubernetes", {"config": server.kubeconfig_text(token=BOT_TOKEN)}),
        }
        given = settings | {
            "ALERT_CHANNEL": "C0ALERTS", "SLACK_API_URL": slack.api_url, "KUBECONFIG": "/etc/kubernetes/config",
            "HTTP_HOST": "127.0.0.1", "HTTP_PORT": str(free_port()), "HEALTH_PORT": str(free_port()),
        }  # fmt: skip
        bot = await asyncio.create_subprocess_exec(*image.command("serve", mounts=mounts, environment=given))
        try:
            ready = await answered(f"http://127.0.0.1:{given['HEALTH_PORT']}/readyz", bot)
            bot.terminate()
            code = await asyncio.wait_for(bot.wait(), WITHIN_S)
        finally:
            if bot.returncode is None:
                bot.kill()
    assert "cluster" in ready
    assert code == 0


async def answered(url, process):
    async with asyncio.timeout(WITHIN_S), aiohttp.ClientSession() as session:
        while True:
            assert process.returncode is None
            try:
                async with session.get(url) as response:
                    if response.status == 200:
                        return await response.text()
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.1)

"""deploy/README.md, followed to the letter: its commands with the real kubectl, then the bot from what they made.

The cluster is the stand-in. The bot gets nothing but what its pod would: the ConfigMap as environment, the Secret as
files.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import pytest
import re2
import yaml

from bot.app import build
from bot.cluster.connection import connect
from bot.demo.cluster import Cluster, ClusterStandIn, Workspace
from bot.demo.cluster.people import BOT, BOT_TOKEN
from bot.demo.slack.model import Room
from bot.demo.slack.server import SlackStandIn
from bot.settings import Settings, load
from tests.deploy.pod import environment
from tests.deploy.rights import DEPLOY, documents
from tests.support.service import World, patient

if TYPE_CHECKING:
    from pathlib import Path

ROOT = DEPLOY.parents[1]
README = DEPLOY.parent / "README.md"
BLOCK = re2.compile(r"(?ms)^```sh([^\n]*)\n(.*?)^```$")
YAML = re2.compile(r"(?ms)^```yaml\n(.*?)^```$")
HEADING = re2.compile(r"(?m)^## (.+)$")
CHANNEL = "C0123456789"
TOOLS = ("kubectl", "bash", "openssl", "curl")
needs_tools = pytest.mark.skipif(
    not all(map(shutil.which, TOOLS)), reason=f"nobody could follow it without {', '.join(TOOLS)}"
)


def blocks():
    """Every block of shell: its section, its mark (``run``, ``run with the bot`` or none), its text."""
    text = README.read_text()
    for found in BLOCK.finditer(text):
        section = [each.group(1) for each in HEADING.finditer(text[: found.start()])][-1]
        yield section, found.group(1).strip(), found.group(2)


@dataclass
class Reader:
    """Somebody with a clone, a shell and an administrator's kubeconfig."""

    home: Path
    server: ClusterStandIn
    slack: SlackStandIn
    environment: dict[str, str]

    @property
    def cluster(self) -> Cluster:
        return self.server.cluster

    async def type(self, text):
        """Run a block as it stands; returns what it printed."""
        if "rollout restart" in text:
            await asyncio.sleep(1.1)  # kubectl refuses a second restart within a second, by its own clock
        process = await asyncio.create_subprocess_exec(
            *("bash", "-euo", "pipefail", "-c", text),
            cwd=self.home / "crashloop",
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await asyncio.wait_for(process.communicate(), 240)
        assert process.returncode == 0, f"{text}\n{printed.decode()}"
        return printed.decode()

    async def follow(self, *sections):
        """Run what is marked so in these sections; the tokens are added where the page says so."""
        for section, mark, text in blocks():
            if section in sections and mark == "run":
                await self.type(text)
                if "install -m" in text:
                    with (self.home / "crashloop-secrets.env").open("a") as file:
                        file.write(f"SLACK_BOT_TOKEN={self.slack.bot_token}\nSLACK_APP_TOKEN={self.slack.app_token}\n")

    def find(self, kind, name="crashloop"):
        return self.cluster.store.find(kind, "crashloop", name)

    def into_the_pod(self, monkeypatch):
        """Give this process the environment and the mounts that the bot's pod has, and the stand-ins' addresses."""
        for name in Settings.model_fields:
            monkeypatch.delenv(name.upper(), raising=False)
        ours = [item for item in self.cluster.store.everything() if item["metadata"].get("namespace") == "crashloop"]
        here = {"SLACK_API_URL": self.slack.api_url, "HTTP_HOST": "127.0.0.1", "HTTP_PORT": "0", "HEALTH_PORT": "0"}
        for key, value in (environment(ours, self.home / "mounts") | here).items():
            monkeypatch.setenv(key, value)

    @asynccontextmanager
    async def bot(self, monkeypatch):
        """The bot, as its pod would start it, with the rights of its ServiceAccount."""
        self.into_the_pod(monkeypatch)
        path = self.home / "bot.kubeconfig"
        path.write_text(self.server.kubeconfig_text(token=BOT_TOKEN))
        with patient():
            async with connect(str(path)) as connection, build(load(None), connection=connection) as service:
                await service.start()
                try:
                    running = World(self.slack, self.server, service, connection)
                    await running.until(lambda: self.slack.delivery.connected)
                    yield running
                finally:
                    await service.stop()


@asynccontextmanager
async def reader(folder):
    """A clone of deploy/ and a cluster with failing workloads, Alertmanager's namespace and people with rights."""
    shutil.copytree(README.parent, folder / "crashloop" / "deploy")
    cluster = Workspace().cluster
    _without_the_demos_bot(cluster)
    cluster.tokens[BOT_TOKEN] = BOT
    at = {"creationTimestamp": cluster.clock().strftime("%Y-%m-%dT%H:%M:%SZ")}
    cluster.store.load({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "observability"} | at})
    (binding,) = documents("rolebinding-act.yaml")
    cluster.store.load(binding | {
        "metadata": {"name": "oncall", "namespace": "payments"} | at,
        "roleRef": binding["roleRef"] | {"name": "release-engineer"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "payments-oncall"}],
    })  # fmt: skip
    tools = folder / "bin"
    tools.mkdir()
    # The stand-in has no OpenAPI schema, without which kubectl checks nothing.
    (tools / "kubectl").write_text(
        f'#!/bin/bash\ncase " $* " in *" apply "*|*" replace "*) set -- "$@" --validate=false ;; esac\n'
        f'exec "{shutil.which("kubectl")}" --cache-dir="{folder}/cache" "$@"\n'
    )
    (tools / "kubectl").chmod(0o755)
    rooms = [Room(id=CHANNEL, name="alerts")]
    async with ClusterStandIn(cluster) as server, SlackStandIn(channels=rooms) as slack:
        kubeconfig = folder / "kubeconfig"
        kubeconfig.write_text(server.kubeconfig_text())
        more = {"KUBECONFIG": str(kubeconfig), "PATH": f"{tools}:{os.environ['PATH']}"}
        yield Reader(folder, server, slack, os.environ | more)


def _without_the_demos_bot(cluster):
    for item in list(cluster.store.everything()):
        meta = item["metadata"]
        if meta["name"].startswith("crashloop") or meta.get("namespace") == "crashloop":
            cluster.store.delete(item["kind"], meta.get("namespace", ""), meta["name"])


@pytest.mark.kubectl
@needs_tools
async def test_installed_by_the_page_it_answers_the_pages_test_alert(tmp_path, monkeypatch):
    (send,) = [text for _section, mark, text in blocks() if mark == "run with the bot"]
    async with reader(tmp_path) as me:
        await me.follow("3. The bot", "4. Alertmanager")
        async with me.bot(monkeypatch) as running, aiohttp.ClientSession() as session:
            async with session.get(f"{running.health}/readyz") as ready:
                lines = (await ready.text()).splitlines()
            assert (
                await me.type(send.replace("http://localhost:8080", running.base))
                == "1 alerts: 1 new incidents, 0 joined\n202\n"
            )
            (line,) = await running.until(lambda: running.posts(CHANNEL)[:1])
            await running.settled()
            explained = (sys.executable, "-m", "bot", "explain-alert", str(tmp_path / "crashloop-alert.json"))
            assert "api-deployment-7d4b9c-xkp2z" in await me.type(f"cd {ROOT}; {shlex.join(explained)}")
            (answer, *_more) = me.slack.workspace.thread(CHANNEL, line.ts)[1:]
        assert "DATABASE_PORT" in str(answer.message)
        assert {each.partition(":")[0] for each in lines} >= {"store", "workers", "socket mode", "slack", "cluster"}
        assert [each for each in lines if not each.endswith(": ok")] == []
        shared = me.cluster.store.find("Secret", "observability", "crashloop")["data"]["token"]
        assert shared == me.find("Secret")["data"]["ALERTMANAGER_TOKEN"]


@pytest.mark.kubectl
@needs_tools
async def test_followed_to_its_end_it_leaves_nothing_behind(tmp_path, monkeypatch):
    async with reader(tmp_path) as me:
        before = {(item["kind"], item["metadata"]["name"]) for item in me.cluster.store.everything()}
        await me.follow("3. The bot", "4. Alertmanager", "5. Buttons")
        me.into_the_pod(monkeypatch)
        settings = load(None)
        assert (settings.alert_channel, settings.reading_guard) == (CHANNEL, "enforce")
        (alice,) = yaml.safe_load(settings.people_file.read_text())
        assert alice["user"] == "alice@example.com"
        policy = str(me.find("NetworkPolicy")["spec"])
        assert ("observability" in policy, "monitoring" in policy) == (True, False)
        await me.follow("Pagers and other chats", "Upgrade", "Rotate a secret", "Scale out")
        me.into_the_pod(monkeypatch)
        settings = load(None)
        assert settings.outgoing_webhook_url.get_secret_value() == "https://pager-bridge.example.com/crashloop"
        assert [len(secret) for secret in settings.outgoing_webhook_secrets] == [32]
        spec = me.find("Deployment")["spec"]
        assert (spec["replicas"], spec["strategy"]) == (2, {"type": "RollingUpdate"})
        (data,) = [each for each in spec["template"]["spec"]["volumes"] if each["name"] == "data"]
        assert data == {"name": "data", "emptyDir": {"sizeLimit": "16Mi"}}
        await me.follow("Uninstall")
        left = [
            (item["kind"], item["metadata"]["name"])
            for item in me.cluster.store.everything()
            if item["metadata"].get("namespace") != "crashloop"  # it goes with its namespace
        ]
    assert [each for each in left if each not in before and "crashloop" in each[1]] == []
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("crashloop")) == ["crashloop"]


@pytest.mark.kubectl
@needs_tools
async def test_the_image_by_digest_and_a_deployment_without_the_policy(tmp_path):
    digest = "sha256:" + "0123456789abcdef" * 4
    drop = next(text for text in YAML.findall(README.read_text()) if "$patch: delete" in text)
    async with reader(tmp_path) as me:
        await me.follow("3. The bot")
        mine = tmp_path / "crashloop-here"
        (mine / "network.yaml").write_text(drop)
        file = mine / "kustomization.yaml"
        text = file.read_text().replace("# images:", "images:").replace("#   - {", "  - {").replace("sha256:…", digest)
        file.write_text(text.replace("    target: {kind: NetworkPolicy, name: crashloop}\n", ""))
        made = list(yaml.safe_load_all(await me.type("kubectl kustomize ../crashloop-here")))
    (pod,) = [item["spec"]["template"]["spec"] for item in made if item["kind"] == "Deployment"]
    assert pod["containers"][0]["image"] == f"registry.example/team/crashloop@{digest}"
    assert "NetworkPolicy" not in {item["kind"] for item in made}


def test_each_permission_is_in_the_table_and_no_other():
    text = README.read_text()
    table = text[text.index("## Permissions") : text.index("## Troubleshooting")]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    told = {name.partition(".")[0] for row in rows for name in re2.findall(r"`([a-z./0-9]+)`", row)}
    granted = {
        resource
        for file in ("rbac-read.yaml", "rbac-act.yaml", "rbac-impersonate.yaml")
        for item in documents(file)
        for rule in item.get("rules", [])
        for resource in rule["resources"]
    }
    assert told == granted


SAID = (
    "is not set", "must begin with", "ALERTMANAGER_TOKEN is set, but ALERT_CHANNEL is not", "Slack refuses it: ",
    "another crashloop works on this SQLite database", "no Socket Mode connection", "Slack refuses everything: ",
    "I may not show you this", "I may not show this", "No buttons: ", "Could not read", "socket mode", "slack messages",
)  # fmt: skip


@pytest.mark.parametrize("words", SAID)
def test_a_symptom_is_quoted_as_the_bot_says_it(words):
    text = README.read_text()
    assert words.strip() in text[text.index("## Troubleshooting") : text.index("## Privacy")]
    assert any(words in path.read_text() for path in (ROOT / "bot").rglob("*.py"))


def test_every_setting_that_the_page_names_is_one():
    known = {name.upper() for name in Settings.model_fields}
    capitals = set(re2.findall(r"\b([A-Z]{2,}(?:_[A-Z]+)+)\b", README.read_text()))
    assert capitals - known == set()


@pytest.mark.skipif(not shutil.which("amtool"), reason="no amtool on the path (Debian: prometheus-alertmanager)")
def test_the_route_and_the_receiver_fit_into_a_configuration_as_the_page_says(tmp_path):
    ours = yaml.safe_load((DEPLOY.parent / "alertmanager" / "receiver.yaml").read_text())
    mine = {"route": {"receiver": "pager", "routes": []}, "receivers": [{"name": "pager"}]}
    mine["route"]["routes"] = [*ours["route"]["routes"], {"matchers": ['severity="none"'], "receiver": "pager"}]
    mine["receivers"] += ours["receivers"]
    path = tmp_path / "alertmanager.yml"
    path.write_text(yaml.safe_dump(mine))
    checked = ("amtool", "check-config", str(path))
    routed = ("amtool", "config", "routes", "test", f"--config.file={path}", "alertname=KubePodCrashLooping",
              "namespace=production")  # fmt: skip
    results = [subprocess.run(each, capture_output=True, text=True, check=False) for each in (checked, routed)]
    assert [each.returncode for each in results] == [0, 0], results
    assert "crashloop" in results[1].stdout

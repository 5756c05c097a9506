"""The real kubectl against the stand-in: it works, and what it leaves is what our own rollout code leaves."""

import asyncio
import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from bot.actions.rollout import Wanted, plan
from bot.cluster.actuator import Actuator, Done
from bot.cluster.connection import connect
from bot.cluster.live import Live
from bot.demo.cluster import ClusterStandIn, single
from bot.demo.cluster.controllers import tick
from bot.demo.cluster.recordings import load
from tests.support.standin import APPS, Client

pytestmark = [
    pytest.mark.kubectl,
    pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not on the path: nothing to compare with"),
]
RESTARTED = "kubectl.kubernetes.io/restartedAt"
COMPARED = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ControllerRevision", "Pod")
NOT_COMPARED = {"uid", "resourceVersion", "managedFields"}
DAEMONSET = {
    "metadata": {"name": "agent"},
    "spec": {
        "selector": {"matchLabels": {"app": "agent"}},
        "template": {
            "metadata": {"labels": {"app": "agent"}},
            "spec": {"containers": [{"name": "agent", "image": "agent:1"}], "restartPolicy": "Always"},
        },
    },
}


class World:
    """One recording behind HTTP, its controllers run by hand."""

    def __init__(self, scenario, folder):
        recording = load(scenario)
        self.clock = [recording.at]
        self.cluster = single(recording, clock=lambda: self.clock[0])
        self.client = Client(self.cluster, clock=self.clock)
        self.server = ClusterStandIn(self.cluster, tick_s=None)
        self.kubeconfig = folder / "kubeconfig"

    async def __aenter__(self):
        await self.server.start()
        self.kubeconfig.write_text(self.server.kubeconfig_text())
        return self

    async def __aexit__(self, *_):
        await self.server.stop()

    async def kubectl(self, *arguments):
        """Run kubectl; returns its exit code and all that it printed."""
        home = f"--cache-dir={self.kubeconfig.parent / 'cache'}"
        process = await asyncio.create_subprocess_exec(
            "kubectl",
            "--kubeconfig",
            str(self.kubeconfig),
            home,
            *arguments,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode, printed.decode()

    async def ours(self, action, kind, name, now, revision=None):
        """Do the same with bot.actions.rollout over a connection of its own."""
        async with connect(str(self.kubeconfig)) as connection:
            live = await Live(connection).workload(kind, "production", name)
            made = plan(
                Wanted(action=action, kind=kind, namespace="production", name=name, revision=revision), live, now
            )
            result = await Actuator(connection).patch(made.before, made.operations, dry_run=False)
            assert isinstance(result, Done), result

    def settle(self, seconds=20):
        for _ in range(seconds * 2):
            self.clock[0] += timedelta(seconds=0.5)
            tick(self.cluster)

    def workload(self, kind, name):
        return self.client.get(f"{APPS}/{kind.lower()}s/{name}")

    def left(self):
        return [comparable(obj) for kind in COMPARED for obj in self.cluster.store.all(kind, "production")]


def comparable(value):
    if isinstance(value, dict):
        return {key: comparable(each) for key, each in value.items() if key not in NOT_COMPARED}
    return [comparable(each) for each in value] if isinstance(value, list) else value


def restarted_at(workload):
    stamp = workload["spec"]["template"]["metadata"].get("annotations", {}).get(RESTARTED)
    return datetime.fromisoformat(stamp).astimezone(UTC)


@pytest.fixture
async def two(tmp_path, request):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    scenario = request.param
    async with World(scenario, tmp_path / "a") as kubectl, World(scenario, tmp_path / "b") as ours:
        yield kubectl, ours


@pytest.mark.parametrize(
    ("two", "kind", "name"),
    [
        ("app-after-rollout", "Deployment", "storefront"),
        ("stale-lock", "Deployment", "indexer"),
        ("statefulset-ordered", "StatefulSet", "queue"),
        ("healthy", "DaemonSet", "agent"),
    ],
    indirect=["two"],
)
async def test_restart_and_undo_leave_what_kubectl_leaves(two, kind, name):
    theirs, ours = two
    if kind == "DaemonSet":
        for world in two:
            assert world.client("POST", f"{APPS}/daemonsets", DAEMONSET)[0] == 201
            world.settle()
    code, printed = await theirs.kubectl("rollout", "restart", f"{kind.lower()}/{name}")
    assert code == 0, printed
    now = restarted_at(theirs.workload(kind, name))
    await ours.ours("restart", kind, name, now)
    assert comparable(theirs.workload(kind, name)) == comparable(ours.workload(kind, name))
    for world in two:
        world.settle()
    assert theirs.left() == ours.left()
    code, printed = await theirs.kubectl("rollout", "undo", f"{kind.lower()}/{name}", "--to-revision=1")
    assert code == 0, printed
    await ours.ours("undo", kind, name, now, revision=1)
    assert comparable(theirs.workload(kind, name)) == comparable(ours.workload(kind, name))
    for world in two:
        world.settle()
    assert theirs.left() == ours.left()
    history = [await world.kubectl("rollout", "history", f"{kind.lower()}/{name}") for world in two]
    assert history[0] == history[1]
    assert history[0][0] == 0


@pytest.fixture
async def world(tmp_path):
    async with World("app-after-rollout", tmp_path) as world:
        yield world


async def test_undo_without_a_number_and_status(world):
    code, printed = await world.kubectl("rollout", "undo", "deployment/storefront")
    assert (code, printed) == (0, "deployment.apps/storefront rolled back\n")
    world.settle()
    code, printed = await world.kubectl("rollout", "status", "deployment/storefront")
    assert (code, printed) == (0, 'deployment "storefront" successfully rolled out\n')
    code, printed = await world.kubectl("rollout", "history", "deployment/storefront")
    assert [line.split()[0] for line in printed.splitlines()[2:] if line] == ["2", "3"]
    code, printed = await world.kubectl("rollout", "undo", "deployment/storefront", "--to-revision=3")
    assert "skipped rollback" in printed


async def test_reading(world):
    code, printed = await world.kubectl("get", "pods")
    assert (code, printed.splitlines()[0].split()) == (0, ["NAME", "READY", "STATUS", "RESTARTS", "AGE"])
    pod = "storefront-7699bf9d76-x7mjz"
    assert [pod, "0/1", "Error", "4"] == next(line for line in printed.splitlines() if pod in line).split()[:4]
    code, printed = await world.kubectl("describe", "pod", pod)
    assert "Back-off restarting failed container web" in printed
    code, printed = await world.kubectl("logs", pod)
    assert "NullPointerException" in printed
    code, printed = await world.kubectl("logs", pod, "--previous")
    assert printed.startswith("unable to retrieve container logs for containerd://")
    code, printed = await world.kubectl("get", "deploy", "storefront", "-o", "json")
    assert json.loads(printed)["kind"] == "Deployment"


async def test_rights(world):
    assert await world.kubectl("auth", "can-i", "patch", "deployments") == (0, "yes\n")
    code, printed = await world.kubectl("auth", "can-i", "patch", "deployments", "--as", "somebody")
    assert (code, printed) == (1, "no\n")
    code, printed = await world.kubectl("get", "pods", "--as", "somebody")
    assert 'User "somebody" cannot list resource "pods"' in printed


async def test_changing(world):
    pod = "storefront-7699bf9d76-x7mjz"
    code, printed = await world.kubectl("delete", "pod", pod)
    assert (code, printed) == (0, f'pod "{pod}" deleted\n')
    code, printed = await world.kubectl("set", "image", "deployment/storefront", "web=shop:2", "--dry-run=server")
    assert "server dry run" in printed
    code, printed = await world.kubectl("patch", "deployment", "storefront", "-p", '{"spec":{"replicas":3}}')
    assert code == 0
    code, printed = await world.kubectl("scale", "deployment/storefront", "--replicas=1")
    assert code == 0
    assert world.workload("Deployment", "storefront")["spec"]["replicas"] == 1
    assert world.workload("Deployment", "storefront")["spec"]["template"]["spec"]["containers"][0]["image"] != "shop:2"


async def test_creating(world, tmp_path):
    """These two send protobuf."""
    (tmp_path / "some.env").write_text("# a word\nTOKEN=xoxb-1\nEMPTY=\n")
    assert await world.kubectl("create", "namespace", "fresh") == (0, "namespace/fresh created\n")
    secret = ("create", "secret", "generic", "some", f"--from-env-file={tmp_path / 'some.env'}")
    assert await world.kubectl("-n", "fresh", *secret) == (0, "secret/some created\n")
    code, printed = await world.kubectl("-n", "gone", *secret)
    assert (code, 'namespaces "gone" not found' in printed) == (1, True)
    code, printed = await world.kubectl("-n", "fresh", "get", "secret", "some", "-o", "json")
    assert (code, json.loads(printed)["data"]) == (0, {"TOKEN": "eG94Yi0x", "EMPTY": ""})

"""``kubectl rollout restart`` and ``undo`` and ours leave equal objects, for all three kinds; and ours is followed."""

from __future__ import annotations

import asyncio
import copy
import shutil
from datetime import UTC, datetime

import pytest

from bot.actions.rollout import Phase, State, Wanted, execute, follow
from bot.actions.rollout.templates import number_of, numbered
from bot.cluster.actuator import Actuator
from bot.cluster.live import Live
from tests.e2e.ground import KINDS

pytestmark = [
    pytest.mark.kubectl,
    pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not on the path: nothing to compare with"),
]
RESTARTED = "kubectl.kubernetes.io/restartedAt"


async def kubectl(ground, folder, *arguments):
    process = await asyncio.create_subprocess_exec(
        "kubectl", "--kubeconfig", str(ground.kubeconfig), f"--cache-dir={folder / 'cache'}", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    printed, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, printed.decode()


async def ours(ground, action, kind, namespace, name, revision=None):
    found = await ground.workload(kind, namespace, name)
    wanted = Wanted(
        action=action, kind=kind, namespace=namespace, name=name, uid=found.object["metadata"]["uid"],
        generation=found.object["metadata"]["generation"], revision=revision,
    )  # fmt: skip
    outcome = await execute(wanted, live=Live(ground.admin), actuator=Actuator(ground.admin), now=datetime.now(UTC))
    assert outcome.state is State.CHANGED, outcome
    return wanted, outcome


async def left(ground, kind, namespace, name):
    """What is left of a workload: its own object and its revisions, names and times made equal."""
    found = await ground.settled(kind, namespace, name)

    def plain(value):
        if isinstance(value, dict):
            # kubectl writes empty fields out; the API server of a real cluster does so by itself.
            kept = {key: ("when" if key == RESTARTED else plain(each)) for key, each in value.items()}
            return {key: each for key, each in kept.items() if each not in (None, {}, [])}
        if isinstance(value, list):
            return [plain(each) for each in value]
        return value.replace(name, "NAME") if isinstance(value, str) else value

    item = found.object
    return plain(copy.deepcopy({
        "spec": item["spec"],
        "annotations": item["metadata"].get("annotations"),
        "labels": item["metadata"].get("labels"),
        "generation": item["metadata"]["generation"],
        "revisions": numbered(found),
        "numbers": sorted(number_of(each) for each in found.revisions),
    }))  # fmt: skip


@pytest.mark.parametrize("kind", list(KINDS))
async def test_what_ours_leaves_is_what_kubectl_leaves(where, tmp_path, kind):
    await where.make_namespace("twins")
    namespace = where.namespace("twins")
    for name in ("theirs", "mine"):
        await where.make_workload(kind, namespace, name)
    assert await left(where, kind, namespace, "theirs") == await left(where, kind, namespace, "mine")

    await kubectl(where, tmp_path, "-n", namespace, "rollout", "restart", f"{kind.lower()}/theirs")
    await ours(where, "restart", kind, namespace, "mine")
    await where.settled(kind, namespace, "theirs", revisions=3)
    await where.settled(kind, namespace, "mine", revisions=3)
    after = await left(where, kind, namespace, "mine")
    assert after == await left(where, kind, namespace, "theirs")
    assert after["generation"] == 3

    await kubectl(where, tmp_path, "-n", namespace, "rollout", "undo", f"{kind.lower()}/theirs", "--to-revision=1")
    wanted, outcome = await ours(where, "undo", kind, namespace, "mine", revision=1)
    after = await left(where, kind, namespace, "mine")
    assert after == await left(where, kind, namespace, "theirs")
    assert "one" in str(after["spec"]["template"]["spec"]["containers"][0]["command"])

    # Undone twice does not flip back: the offer was for the state before.
    again = await execute(wanted, live=Live(where.admin), actuator=Actuator(where.admin), now=datetime.now(UTC))
    assert again.state is State.STALE
    assert await left(where, kind, namespace, "mine") == after
    assert outcome.generation == after["generation"]


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
async def test_a_release_that_crashes_is_undone_and_recovers(where, kind):
    """With pods that run: on a live cluster the second revision really crashes."""
    await where.make_namespace("broken")
    namespace = where.namespace("broken")
    await where.make_workload(kind, namespace, replicas=1, commands=("one", "echo broken; exit 3"))
    wanted, outcome = await ours(where, "undo", kind, namespace, KINDS[kind], revision=1)
    looks = follow(wanted, outcome.generation, live=Live(where.admin), every_s=0.2, settle_s=1.0, within_s=180.0)
    assert [look async for look in looks][-1].phase is Phase.AVAILABLE

"""`kubectl apply -k deploy/kubernetes` on an empty cluster, and again: the real kubectl against the stand-in."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
import yaml

from bot.demo.cluster import Cluster, ClusterStandIn
from tests.deploy.rights import DEPLOY

pytestmark = [
    pytest.mark.kubectl,
    pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not on the path: nothing to apply with"),
]
UNCHECKED = "--validate=false"
"""The stand-in serves no OpenAPI schema, without which kubectl checks nothing."""


@asynccontextmanager
async def empty(folder):
    """A cluster in which there is nothing yet, and kubectl for it: returns the exit code and what was printed."""
    cluster = Cluster(clock=lambda: datetime.now(UTC))
    async with ClusterStandIn(cluster, tick_s=None) as server:
        kubeconfig = folder / "kubeconfig"
        kubeconfig.write_text(server.kubeconfig_text())

        async def kubectl(*arguments):
            process = await asyncio.create_subprocess_exec(
                *("kubectl", "--kubeconfig", str(kubeconfig), f"--cache-dir={folder / 'cache'}", *arguments),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            printed, _ = await asyncio.wait_for(process.communicate(), 60)
            return process.returncode, printed.decode()

        yield cluster, kubectl


def outcomes(printed):
    """What kubectl says of each object: created, configured or unchanged."""
    return [line.split()[1] for line in printed.splitlines()]


async def test_it_is_applied_whole_and_is_unchanged_when_it_is_applied_again(tmp_path):
    async with empty(tmp_path) as (cluster, kubectl):
        (code, first), (again, second) = [await kubectl("apply", "-k", str(DEPLOY), UNCHECKED) for _ in range(2)]
    assert (code, set(outcomes(first))) == (0, {"created"}), first
    assert (again, set(outcomes(second))) == (0, {"unchanged"}), second
    assert len(outcomes(first)) == len(outcomes(second)) == len(list(cluster.store.everything()))


@pytest.mark.parametrize("file", ["rolebinding-act.yaml", "rbac-impersonate.yaml"])
async def test_so_is_what_is_applied_by_hand(tmp_path, file):
    async with empty(tmp_path) as (_cluster, kubectl):
        await kubectl("create", "namespace", "payments")
        apply = ("-n", "payments", "apply", "-f", str(DEPLOY / file), UNCHECKED)
        results = [await kubectl(*apply) for _ in range(2)]
    assert [(code, {*outcomes(printed)}) for code, printed in results] == [(0, {"created"}), (0, {"unchanged"})]


async def test_a_port_without_its_protocol_would_be_configured_for_ever(tmp_path):
    """What this test would not see if the stand-in did not complete objects as the API server does."""
    policy = yaml.safe_load((DEPLOY / "networkpolicy.yaml").read_text())
    del policy["spec"]["ingress"][0]["ports"][0]["protocol"]
    (tmp_path / "policy.yaml").write_text(yaml.safe_dump(policy))
    async with empty(tmp_path) as (_cluster, kubectl):
        await kubectl("create", "namespace", "crashloop")
        results = [await kubectl("apply", "-f", str(tmp_path / "policy.yaml"), UNCHECKED) for _ in range(2)]
    assert [outcomes(printed) for _code, printed in results] == [["created"], ["configured"]]


async def test_a_namespace_that_is_not_there_is_refused_in_the_api_servers_words(tmp_path):
    async with empty(tmp_path) as (_cluster, kubectl):
        arguments = ("-n", "production", "apply", "-f", str(DEPLOY / "rolebinding-act.yaml"), UNCHECKED)
        code, printed = await kubectl(*arguments)
    assert code == 1
    assert 'namespaces "production" not found' in printed

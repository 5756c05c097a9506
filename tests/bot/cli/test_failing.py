"""What fails now, without a TARGET: at the command line as in Slack."""

from __future__ import annotations

import re
import socket

import pytest

from bot.cli import failing
from bot.cluster.errors import ClusterError, Unreachable
from bot.demo.cluster import ClusterStandIn, several
from bot.demo.cluster.faults import Fault
from bot.incidents.failing_now import Failing, Found


@pytest.fixture
async def kubeconfig(tmp_path):
    async with ClusterStandIn(several(["config-invalid-value", "healthy"]), port=0) as server:
        path = tmp_path / "kubeconfig"
        path.write_text(server.kubeconfig_text(namespace="config-invalid-value"))
        yield str(path)


async def test_the_namespace_of_the_kubeconfig_or_another_or_all(kubeconfig):
    here = await failing.failures(None, kubeconfig=kubeconfig)
    assert failing.text(here, "kubectl crashloop") == (
        "1 workload fails now in config-invalid-value:\n"
        "  deployment/api-deployment  Error  1 pod  4 restarts\n"
        "Why? kubectl crashloop config-invalid-value/deployment/api-deployment\n"
    )
    assert failing.document(here) == {
        "schema": 1,
        "namespace": "config-invalid-value",
        "failing": [
            {
                "target": "config-invalid-value/deployment/api-deployment",
                "namespace": "config-invalid-value",
                "kind": "Deployment",
                "name": "api-deployment",
                "reason": "Error",
                "pods": 1,
                "restarts": 4,
            }
        ],
        "unread": None,
    }
    well = await failing.failures("healthy", kubeconfig=kubeconfig)
    assert failing.text(well, "crashloop diagnose") == "Nothing fails now in healthy.\n"
    anywhere = await failing.failures(None, everywhere=True, kubeconfig=kubeconfig)
    assert [one.name for one in anywhere.found.failing] == ["api-deployment"]
    assert "  config-invalid-value/deployment/api-deployment  Error" in failing.text(anywhere, "crashloop diagnose")


async def test_what_is_not_there_or_may_not_be_read_is_no_empty_list(kubeconfig, tmp_path):
    with pytest.raises(failing.NoNamespace, match='there is no namespace "nowhere"'):
        await failing.failures("nowhere", kubeconfig=kubeconfig)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = tmp_path / "nobody"
        text = (tmp_path / "kubeconfig").read_text(encoding="utf-8")
        nobody.write_text(re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{closed.getsockname()[1]}", text), encoding="utf-8")
        with pytest.raises(Unreachable):
            await failing.failures(None, kubeconfig=str(nobody))


async def test_refused_reads_are_said(tmp_path):
    cluster = several(["healthy"])
    cluster.faults.add(Fault("forbid", resource="pods"))
    async with ClusterStandIn(cluster, port=0) as server:
        path = tmp_path / "kubeconfig"
        path.write_text(server.kubeconfig_text(namespace="healthy"))
        with pytest.raises(ClusterError, match="403"):
            await failing.failures(None, kubeconfig=str(path))


def test_long_lists_are_cut_and_foreign_words_are_words():
    many = [
        Failing(namespace="n", kind="Deployment", name=f"w{number}", reason="\x1b[31mOdd\n" + "x" * 100, pods=2)
        for number in range(failing.LISTED + 3)
    ]
    shown = failing.text(
        failing.Failures(found=Found(failing=many, unread="Jobs: 403"), namespace="n"), "crashloop diagnose"
    )
    assert shown.startswith(f"{len(many)} workloads fail now in n, the worst first:\n  deployment/w0 ")
    assert "  … and 3 more; -o json lists all\nNot all was looked at: Jobs: 403.\nWhy? crashloop diagnose n/" in shown
    assert "\x1b" not in shown
    assert max(len(line) for line in shown.splitlines()) < 100
    assert len(failing.document(failing.Failures(found=Found(failing=many), namespace="n"))["failing"]) == len(many)

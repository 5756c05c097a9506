"""``crashloop mcp`` through the SDK's own client: in the same process, and once as an agent starts it."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import asynccontextmanager

import pytest
from click.testing import CliRunner
from mcp import Client, StdioServerParameters

import bot.cli
from bot.__main__ import cli
from bot.cli.mcp_server import Cluster, server
from bot.demo.cluster import ClusterStandIn, single
from tests.support.commands import ROOT

FAILING = "config-invalid-value"
TARGET = "production/deployment/api-deployment"


@pytest.fixture(autouse=True)
def logging_as_it_was():
    """The SDK gives the root logger a handler, on the standard error that pytest lends to a test."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before


@asynccontextmanager
async def agent(folder):
    async with ClusterStandIn(single(FAILING), tick_s=None) as api:
        kubeconfig = folder / "kubeconfig"
        kubeconfig.write_text(api.kubeconfig_text())
        async with Client(server(Cluster(kubeconfig=str(kubeconfig)))) as client:
            yield client


async def call(client, tool, **arguments):
    result = await client.call_tool(tool, arguments)
    text = "".join(each.text for each in result.content)
    return result.is_error, result.structured_content, text


async def test_its_tools_only_read_and_say_what_they_want(tmp_path):
    async with agent(tmp_path) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"diagnose", "failing", "causes"}
    assert all(tool.annotations.read_only_hint for tool in tools.values())
    assert tools["diagnose"].input_schema["required"] == ["target"]
    described = [each for tool in tools.values() for each in tool.input_schema["properties"].values()]
    assert all(each.get("description") for each in described)


async def test_a_diagnosis_is_facts(tmp_path):
    async with agent(tmp_path) as client:
        failed, found, _ = await call(client, "diagnose", target=TARGET)
    assert (failed, found["verdict"], found["cause"]) == (False, "confirmed", "bad-config")
    assert any("DATABASE_PORT" in item["quote"] for item in found["evidence"])


async def test_what_fails_is_what_diagnose_takes(tmp_path):
    async with agent(tmp_path) as client:
        _, found, _ = await call(client, "failing", everywhere=True)
        (first, *_) = found["failing"]
        failed, diagnosis, _ = await call(client, "diagnose", target=first["target"])
    assert (failed, diagnosis["cause"]) == (False, "bad-config")


@pytest.mark.parametrize(("word", "said"), [("oom-killed", "OOMKilled"), ("", "crashloop causes ID shows a page")])
async def test_a_cause_is_explained(tmp_path, word, said):
    async with agent(tmp_path) as client:
        failed, _, text = await call(client, "causes", word=word)
    assert not failed
    assert said in text


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("diagnose", {"target": "service/api"}, "a Service cannot be diagnosed"),
        ("failing", {"namespace": "no-such"}, 'there is no namespace "no-such"'),
        ("causes", {"word": "oom-kiled"}, "did you mean oom-killed"),
    ],
)
async def test_what_cannot_be_is_one_sentence(tmp_path, tool, arguments, said):
    async with agent(tmp_path) as client:
        failed, _, text = await call(client, tool, **arguments)
    assert failed
    assert said in text
    assert "\n" not in text


def test_without_its_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, "bot.cli.mcp_server", raising=False)
    monkeypatch.delattr(bot.cli, "mcp_server", raising=False)
    for name in [name for name in sys.modules if name == "mcp" or name.startswith("mcp.")]:
        monkeypatch.setitem(sys.modules, name, None)
    ran = CliRunner().invoke(cli, ["mcp"])
    assert "Error: crashloop mcp needs the package mcp: pipx inject crashloop mcp" in ran.output


async def test_an_agent_starts_it_as_a_command(tmp_path):
    async with ClusterStandIn(single(FAILING), tick_s=None) as api:
        kubeconfig = tmp_path / "kubeconfig"
        kubeconfig.write_text(api.kubeconfig_text())
        started = StdioServerParameters(
            command=sys.executable,
            args=["-m", "bot", "mcp", "--kubeconfig", str(kubeconfig)],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": ROOT, "HOME": str(tmp_path)},
        )
        async with Client(started) as client:
            failed, found, _ = await call(client, "diagnose", target=TARGET)
    assert (failed, found["cause"]) == (False, "bad-config")

"""The command line as its users meet it, the cluster stand-in on loopback; what is a process's own, as a process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.demo.cluster import ClusterStandIn, several
from bot.settings import Settings
from diagnostics.causes import registry
from tests.support.command_line import command, commanded

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def kubeconfig(tmp_path):
    """Serve two scenarios, each in a namespace of its name."""
    async with ClusterStandIn(several(["config-invalid-value", "healthy"]), port=0) as server:
        path = tmp_path / "kubeconfig"
        path.write_text(server.kubeconfig_text(namespace="config-invalid-value"))
        yield path


def environment(**extra):
    names = {name.upper() for name in Settings.model_fields} | {"NO_COLOR", "COLUMNS", "CRASHLOOP_DEBUG"}
    return {key: value for key, value in os.environ.items() if key not in names} | extra


async def crashloop(*arguments, stdin=b"", **extra):
    return tidy(await commanded(ROOT, environment(**extra), *arguments, stdin=stdin))


def tidy(said):
    assert "Traceback" not in said.err
    return said


async def started(*arguments):
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


async def test_a_failing_workload(kubeconfig):
    process = await started("diagnose", "api-deployment", "--kubeconfig", str(kubeconfig))
    printed, err = await process.communicate()
    assert (process.returncode, err) == (1, b"")
    out = printed.decode()
    assert out.startswith('DATABASE_PORT is "abc"; api wants an integer')
    assert "/api-deployment · cluster demo · its only pod is down · since " in out
    assert 'FATAL: invalid value for DATABASE_PORT: "abc"' in out
    assert "\x1b" not in out


async def test_links_are_listed_and_a_template_that_cannot_be_used_is_named(kubeconfig):
    ask = ("diagnose", "api-deployment", "--kubeconfig", str(kubeconfig))
    links = {"LOGS_URL": "https://logs.example.com/{namespace}/{workload}?f={from_ms}", "DASHBOARD_URL": "https://d/"}
    code, out, _ = await crashloop(*ask, COLUMNS="60", **links)
    assert code == 1
    _, _, listed = out.partition("\nLinks\n")
    assert listed.startswith("  Logs       https://logs.example.com/config-invalid-value/api-deployment?f=1")
    assert "\n  Dashboard  https://d/\n" in listed
    _, shown, _ = await crashloop(*ask, "-o", "slack", **links)
    assert "|Logs>\N{NO-BREAK SPACE}· <https://d/|Dashboard>" in shown
    code, out, err = await crashloop(*ask, LOGS_URL="https://logs.example.com/{namspace}")
    assert (code, out) == (2, "")
    assert "LOGS_URL names the placeholder {namspace}, which there is not; did you mean {namespace}?" in err


async def test_json_is_one_object_whatever_the_verdict(kubeconfig):
    asked = {"api-deployment": (1, "bad-config"), "no-such-pod": (3, "not-found")}
    for target, (code, cause) in asked.items():
        given, out, err = await crashloop("diagnose", target, "-o", "json", "--kubeconfig", str(kubeconfig))
        assert (given, err) == (code, "")
        found = json.loads(out)
        assert (found["schema"], found["cause"]) == (1, cause)


async def test_what_does_not_fail_is_no_failure(kubeconfig):
    code, out, _ = await crashloop("diagnose", "healthy/healthy-app", "-o", "json", "--kubeconfig", str(kubeconfig))
    assert code == 0
    assert json.loads(out)["verdict"] == "not-failing"


async def test_a_saved_snapshot_is_diagnosed_again_without_a_cluster(kubeconfig, tmp_path):
    saved = tmp_path / "incident.json"
    ask = ("diagnose", "api-deployment", "-o", "json")
    _, live, _ = await crashloop(*ask, "--save", str(saved), "--kubeconfig", str(kubeconfig))
    assert saved.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    code, offline, err = await crashloop("diagnose", "--from", str(saved), "-o", "json")
    assert (code, err) == (1, "")
    assert {**json.loads(live), "took_ms": 0} == {**json.loads(offline), "took_ms": 0}
    piped = await crashloop("diagnose", "--from", "-", "-o", "slack", stdin=saved.read_bytes())
    assert {block["type"] for block in json.loads(piped[1])["blocks"]} >= {"section", "context"}
    code, out, err = await crashloop("diagnose", "other", "--from", str(saved))
    assert (code, out) == (2, "")
    assert "is a snapshot of config-invalid-value/api-deployment, not of other" in err


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("diagnose", "-c", "web"), 2, "no TARGET was given, and --container needs one"),
        (("diagnose", "-o", "slack"), 2, "no TARGET was given, and -o slack needs one"),
        (("diagnose", "api", "-A"), 2, "-A lists what fails in any namespace, and goes without a TARGET"),
        (("diagnose", "-A", "-n", "x"), 2, "-A is all namespaces: leave -n out"),
        (("diagnose", "api", "web"), 2, "one target at a time, please"),
        (("completion", "tcsh"), 2, "'tcsh' is not one of"),
        (("diagnose", "a/b/c/d"), 2, '"a/b/c/d" is no target'),
        (("diagnose", "x", "-o", "yaml"), 2, "'yaml' is not one of"),
        (("diagnose", "x", "--from", "/no/such.json"), 2, "/no/such.json cannot be read: No such file or directory"),
        (("diagnose", "--from", "pyproject.toml"), 2, "pyproject.toml is not a crashloop snapshot"),
        (("diagnose", "--from", ".env.example", "--context", "x"), 2, "leave --context out"),
        (("diagnose", "x", "--signatures", "/no/such"), 2, "/no/such"),
        (("diagnose", "x", "--kubeconfig", "/no/such"), 2, "/no/such"),
        (("diagnose", "x", "--save", "/no/such/file"), 2, "/no/such/file cannot be written"),
        (("frobnicate",), 2, "No such command 'frobnicate'"),
        (("causes", "oom-kiled"), 2, "did you mean oom-killed"),
        (("causes", "qqq"), 2, "crashloop causes lists all"),
        (("serve",), 2, "SLACK_BOT_TOKEN is not set"),
        (("demo", "--port", "99999"), 2, "99999"),
        (("doctor", "--url", "http://127.0.0.1:1"), 2, "--url and --within are for --test-alert"),
        (("doctor", "-o", "yaml"), 2, "'yaml' is not one of"),
    ],
)
async def test_bad_input_is_one_sentence(arguments, code, sentence):
    given, out, err = await crashloop(*arguments)
    assert (given, out) == (code, "")
    assert sentence in err
    assert err.strip().splitlines()[-1].startswith("Error: ")


async def test_a_signature_in_the_words_of_old_is_used_and_said(tmp_path):
    (tmp_path / "acme.toml").write_text(
        '[[signature]]\nid = "acme"\nclass = "TLS"\npattern = "ACME-1"\nsamples = ["ACME-1"]\n', encoding="utf-8"
    )
    _, _, err = await crashloop("diagnose", "x", "--signatures", str(tmp_path), "--from", "/no/such.json")
    assert f'{tmp_path}/acme.toml: line 1: class = "TLS" is deprecated: write claim = "certificate"\n' in err


async def test_a_cluster_that_is_not_there(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, never listening: refused
        cluster = {"name": "c", "cluster": {"server": f"http://127.0.0.1:{taken.getsockname()[1]}"}}
        context = {"name": "c", "context": {"cluster": "c", "user": "u"}}
        config = {"apiVersion": "v1", "kind": "Config", "current-context": "c", "clusters": [cluster]}
        config |= {"contexts": [context], "users": [{"name": "u", "user": {}}]}
        path = tmp_path / "kubeconfig"
        path.write_text(json.dumps(config))
        code, out, err = await crashloop("diagnose", "x", "-o", "json", "--kubeconfig", str(path))
    assert (code, out) == (4, "")
    assert err.startswith("Error: ")
    assert len(err.strip().splitlines()) == 1


@pytest.mark.usefixtures("interruptible")
async def test_an_interrupt_is_quiet(tmp_path):
    with socket.socket() as hanging:
        hanging.bind(("127.0.0.1", 0))
        hanging.listen()
        config = (
            "{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}],"
            f" clusters: [{{name: c, cluster: {{server: 'http://127.0.0.1:{hanging.getsockname()[1]}'}}}}],"
            " users: [{name: u, user: {}}]}"
        )
        path = tmp_path / "kubeconfig"
        path.write_text(config)
        process = await started("diagnose", "x", "--kubeconfig", str(path))
        asked, _ = await asyncio.to_thread(hanging.accept)
        with asked:
            process.send_signal(signal.SIGINT)
            out, err = await process.communicate()
    assert (process.returncode, out, err.strip()) == (130, b"", b"")


async def test_a_reader_that_leaves_is_no_fault(kubeconfig):
    shell = f"{sys.executable} -m bot diagnose api-deployment --kubeconfig {kubeconfig} | true"
    process = await asyncio.create_subprocess_shell(shell, cwd=ROOT, env=environment(), stderr=subprocess.PIPE)
    _, err = await process.communicate()
    assert err == b""


async def test_every_cause_has_its_page():
    code, out, _ = await crashloop("causes")
    assert code == 0
    assert all(module.CAUSE.id in out and module.CAUSE.title in out for module in registry())
    code, out, _ = await crashloop("causes", "OOM_killed")
    assert code == 0
    assert out.startswith("oom-killed  ")
    assert "What it means" in out


async def test_a_cause_is_found_by_a_word():
    code, out, _ = await crashloop("causes", "OOM")
    assert (code, out.split("\n")[0].split("  ")[0]) == (0, "oom-killed")
    assert "What it means" in out
    code, out, _ = await crashloop("causes", "probe")
    assert code == 0
    listed = [line.split("  ")[0] for line in out.split("\n\n")[0].split("\n")]
    assert {"liveness-probe-failed", "readiness-probe-failed", "startup-probe-failed"} <= set(listed)
    assert len(listed) < len(registry())
    code, out, err = await crashloop("causes", "xyzzy")
    assert (code, out) == (2, "")
    assert "there is no cause 'xyzzy'" in err


def test_the_demo_without_a_usable_cluster_says_so_in_one_sentence(tmp_path):
    asked = ("demo", "--port", "0", "--kubeconfig")
    code, out, err = tidy(command(ROOT, environment(), *asked, str(tmp_path / "none")))
    assert (code, out) == (2, "")
    assert err == f"Error: kubeconfig {tmp_path / 'none'} does not exist\n"
    code, _, err = tidy(command(ROOT, environment(KUBECONFIG=str(tmp_path / "none")), *asked))
    assert code == 4
    assert err.startswith("Error: ")
    assert err.count("\n") == 1


def test_a_taken_port_is_named_with_how_to_choose_another():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, err = tidy(command(ROOT, environment(), "demo", "--port", str(port)))
    assert code == 2
    assert err == f"Error: port {port} is already in use; choose another with --port (make demo: PORT=)\n"


async def test_help_and_version_say_what_there_is():
    code, out, _ = await crashloop("--help")
    assert code == 0
    assert [word for word in ("causes", "demo", "diagnose", "doctor", "serve") if f"  {word}" not in out] == []
    for said in ("Examples:", "Exit codes:", "crashloop completion --install"):
        assert said in out
    assert (await crashloop("--version"))[1].startswith("crashloop ")

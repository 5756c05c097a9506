"""Shell completion: what bash is told, where it is put, and what kubectl is answered."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import cli, diagnose
from bot.cli import completion, names
from bot.demo.cluster import ClusterStandIn, several
from bot.demo.cluster.faults import Fault

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def cluster():
    return several(["config-invalid-value", "healthy"])


@pytest.fixture
async def kubeconfig(cluster, tmp_path):
    async with ClusterStandIn(cluster, port=0) as server:
        path = tmp_path / "kubeconfig"
        path.write_text(server.kubeconfig_text(namespace="config-invalid-value"))
        yield str(path)


def commands(folder: Path) -> str:
    """Put the three commands of the wheel into a folder, as an installer would, and return a PATH with them first."""
    for function, name in (
        ("main", "crashloop"),
        ("kubectl_plugin", "kubectl-crashloop"),
        ("kubectl_completion", "kubectl_complete-crashloop"),
    ):
        path = folder / name
        path.write_text(
            f"#!/bin/sh\nexec {sys.executable} -c 'from bot.__main__ import {function}; {function}()' \"$@\"\n"
        )
        path.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


async def test_what_fails_comes_first(kubeconfig):
    found = await names.names("", kubeconfig=kubeconfig)
    assert [(one.target, one.note) for one in found] == [
        ("api-deployment", "Error"),
        ("api-deployment-f9f548564-f55bs", ""),
    ]


@pytest.mark.parametrize(
    ("typed", "namespace", "offered"),
    [
        ("api-deployment-", None, ["api-deployment-f9f548564-f55bs"]),
        ("", "healthy", ["healthy-app", "healthy-app-55c87ddf69-7j5g2"]),
        ("deployment/", None, ["deployment/api-deployment"]),
        ("po/", None, ["po/api-deployment-f9f548564-f55bs"]),
        ("healthy/", None, ["healthy/healthy-app", "healthy/healthy-app-55c87ddf69-7j5g2"]),
        ("healthy/deploy/h", None, ["healthy/deploy/healthy-app"]),
        ("services/", None, []),
        ("a/b/c/", None, []),
        ("zzz", None, []),
    ],
)
async def test_targets_as_they_may_be_typed(kubeconfig, typed, namespace, offered):
    assert [one.target for one in await names.names(typed, namespace, kubeconfig=kubeconfig)] == offered


async def test_namespaces(kubeconfig):
    assert [one.target for one in await names.namespaces("h", kubeconfig=kubeconfig)] == ["healthy"]


async def test_a_tab_that_finds_nothing_does_nothing(cluster, kubeconfig):
    assert await names.names("", kubeconfig="/no/such/file") == []
    assert await names.namespaces("", kubeconfig="/no/such/file") == []
    cluster.faults.add(Fault("forbid"))
    assert await names.names("", kubeconfig=kubeconfig) == []


def test_kubectl_is_answered_in_its_own_form(monkeypatch):
    monkeypatch.setenv("KUBECONFIG", "/no/such/file")

    def asked(*words):
        return completion.for_kubectl(diagnose, list(words))

    assert asked("--sav").splitlines() == [
        "--save\tWrite what was read, secrets redacted, to diagnose it again offline.",
        ":36",
    ]
    assert asked("--save", "") == ":0\n"
    assert asked("-o", "").splitlines() == ["text", "json", "slack", ":36"]
    assert completion.for_kubectl(diagnose, []) == ":36\n"


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on the path")
async def test_as_kubectls_plugin(kubeconfig, tmp_path):
    environment = {**os.environ, "PATH": commands(tmp_path), "KUBECONFIG": kubeconfig, "PYTHONPATH": str(ROOT)}

    async def kubectl(*arguments):
        done = await run("kubectl", *arguments, env=environment)
        return done.returncode, done.stdout

    code, listed = await kubectl("crashloop")
    assert code == 1
    assert listed.endswith("Why? kubectl crashloop config-invalid-value/deployment/api-deployment\n")
    code, answer = await kubectl("crashloop", "deploy", "api-deployment")
    assert (code, answer.splitlines()[0]) == (1, 'DATABASE_PORT is "abc"; api wants an integer')
    code, words = await kubectl("__complete", "crashloop", "deployment/a")
    assert (code, words) == (0, "deployment/api-deployment\tError\n:36\n")
    code, shown = await kubectl("crashloop", "--help")
    assert (code, shown.splitlines()[0]) == (0, "Usage: kubectl crashloop [OPTIONS] [TARGET]...")


async def run(*command, env, **options):
    return await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, **options
    )


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not on the path")
async def test_bash_completes_after_one_command(kubeconfig, tmp_path):
    environment = {
        "PATH": commands(tmp_path),
        "KUBECONFIG": kubeconfig,
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "SHELL": "/usr/bin/bash",
    }
    done = await run("crashloop", "completion", "--install", env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    asked = (
        "source ~/.bashrc; "
        'for words in "crashloop diagnose api-deployment-" "crashloop causes oom" "crashloop diag"; do '
        "COMP_WORDS=($words); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=(); "
        '_crashloop_completion crashloop; echo "${COMPREPLY[@]}"; done'
    )
    shown = await run("bash", "--norc", "-c", asked, env=environment)
    assert shown.stdout.splitlines() == ["api-deployment-f9f548564-f55bs", "oom-killed", "diagnose"], shown.stderr


@pytest.mark.parametrize(
    ("shell", "asked", "shown"),
    [
        ("zsh", 'print -- "$_comps[crashloop]"', ["_crashloop"]),
        ("fish", 'complete -C "crashloop diagnose api-"', ["api-deployment\tError", "api-deployment-f9f548564-f55bs"]),
    ],
)
async def test_the_other_shells_take_it_too(kubeconfig, tmp_path, shell, asked, shown):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not on the path")
    path = commands(tmp_path)
    environment = {"PATH": path, "KUBECONFIG": kubeconfig, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    done = await run("crashloop", "completion", shell, "--install", env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    told = await run(shell, "-i", "-c", asked, env=environment)
    assert [line for line in told.stdout.splitlines() if "crashloop" in line or "api-" in line] == shown


@pytest.mark.parametrize(
    ("shell", "place", "start"),
    [
        ("bash", ".local/share/bash-completion/completions/crashloop", ".bashrc"),
        ("zsh", ".local/share/zsh/site-functions/_crashloop", ".zshrc"),
        ("fish", ".config/fish/completions/crashloop.fish", None),
    ],
)
def test_it_is_put_where_the_shell_looks_and_only_once(tmp_path, shell, place, start):
    environment = {"HOME": str(tmp_path), "SHELL": f"/bin/{shell}"}
    if start:
        (tmp_path / start).write_text("alias k=kubectl")
    assert completion.shell_of(environment) == shell
    changed = completion.install(shell, cli, environment).changed
    assert changed == tuple(tmp_path / name for name in (place, start) if name)
    assert "_CRASHLOOP_COMPLETE" in (tmp_path / place).read_text()
    if start:
        kept, added = (tmp_path / start).read_text().splitlines()
        assert kept == "alias k=kubectl"
        assert str((tmp_path / place).parent) in added
    assert completion.install(shell, cli, environment).changed == ()


def test_what_cannot_be_is_one_sentence(tmp_path):
    with pytest.raises(completion.CompletionError, match="the shell tcsh has no completion here; name one of bash"):
        completion.shell_of({"SHELL": "/bin/tcsh"})
    with pytest.raises(completion.CompletionError, match="SHELL is not set"):
        completion.shell_of({})
    with pytest.raises(completion.CompletionError, match="HOME is not set"):
        completion.install("bash", cli, {})
    (tmp_path / ".local").write_text("a file")
    with pytest.raises(completion.CompletionError, match="cannot be written"):
        completion.install("bash", cli, {"HOME": str(tmp_path)})

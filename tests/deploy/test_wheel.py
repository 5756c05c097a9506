"""The wheel as pipx, uv and krew install it: its commands, what it carries, and the archive made of it."""

from __future__ import annotations

import hashlib
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.prepared import prepared
from tests.support.recordings import snapshot_of

ROOT = Path(__file__).parents[2]
PACKED = runpy.run_path(str(ROOT / "deploy/krew/archive.py"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    # A copy: setuptools writes build folders beside the source, and two of them at once would meet.
    kept = ("pyproject.toml", "README.md", "LICENSE", "bot", "handlers", "diagnostics")
    source.mkdir()
    for name in kept:
        subprocess.run(["cp", "-r", ROOT / name, source / name], check=True)
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--target", folder, wheel)
    return folder


def pip(*arguments):
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True, capture_output=True, text=True)


def run(*command, **environment):
    given = {"PATH": os.environ["PATH"], "KUBECONFIG": "/no/such/file", **environment}
    done = subprocess.run(command, env=given, cwd="/", capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_its_commands_run_from_anywhere(installed):
    there = {"PYTHONPATH": str(installed)}
    code, out, err = run(installed / "bin/crashloop", "causes", "oom-killed", **there)
    assert (code, err) == (0, "")
    assert "OOMKilled" in out
    code, out, err = run(installed / "bin/kubectl-crashloop", "api", **there)
    assert (code, out, err) == (4, "", "Error: kubeconfig /no/such/file does not exist\n")
    code, out, err = run(installed / "bin/kubectl_complete-crashloop", "-o", "", **there)
    assert (code, out, err) == (0, "text\njson\nslack\n:36\n", "")


def test_it_carries_what_a_diagnosis_needs(installed, tmp_path):
    saved = tmp_path / "saved.json"
    saved.write_text(prepared(snapshot_of("app-node-module")).to_json())
    code, out, err = run(installed / "bin/crashloop", "diagnose", "--from", saved, PYTHONPATH=str(installed))
    assert (code, err) == (1, "")
    assert "Cannot find module" in out


def test_krews_archive_is_the_same_each_time_and_its_manifest_names_it(wheel, tmp_path):
    url, home = "https://example.com/kubectl-crashloop.tar.gz", "https://example.com"
    for folder in ("a", "b"):
        PACKED["main"](wheel, tmp_path / folder, url, home)
    packed = (tmp_path / "a/kubectl-crashloop.tar.gz").read_bytes()
    assert packed == (tmp_path / "b/kubectl-crashloop.tar.gz").read_bytes()
    manifest = yaml.safe_load((tmp_path / "a/crashloop.yaml").read_text())
    assert manifest["kind"] == "Plugin"
    assert manifest["spec"]["version"] == "v" + wheel.name.split("-")[1]
    platforms = manifest["spec"]["platforms"]
    assert [tuple(one["selector"]["matchLabels"].values()) for one in platforms] == list(PACKED["PLATFORMS"])
    assert {(one["uri"], one["sha256"]) for one in platforms} == {(url, hashlib.sha256(packed).hexdigest())}


def test_krews_link_leads_to_the_wheel(wheel, tmp_path):
    """As krew lays it out: the archive in a store, and one link on the path."""
    PACKED["main"](wheel, tmp_path, "https://example.com/a.tar.gz", "https://example.com")
    store, path = tmp_path / "store", tmp_path / "bin"
    path.mkdir()
    store.mkdir()
    subprocess.run(["tar", "-xzf", tmp_path / "kubectl-crashloop.tar.gz", "-C", store], check=True)
    (path / "kubectl-crashloop").symlink_to(store / "kubectl-crashloop")
    for needed in ("ls", "readlink", "dirname", "basename", "sh"):
        (path / needed).symlink_to(subprocess.check_output(["which", needed], text=True).strip())
    code, _, err = run(path / "kubectl-crashloop", "api", PATH=str(path))
    assert code == 2
    assert err.startswith("Error: kubectl crashloop needs uv or pipx on the path")
    runs = {"pipx": "run --quiet --spec", "uvx": "--quiet --from"}
    for tool, options in runs.items():
        (path / tool).write_text('#!/bin/sh\necho "$@"\n')
        (path / tool).chmod(0o755)
        code, out, _ = run(path / "kubectl-crashloop", "api", "-n", "a b", PATH=str(path))
        assert (code, out) == (0, f"{options} {store / wheel.name} kubectl-crashloop api -n a b\n")

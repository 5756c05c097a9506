"""A release: what the workflow publishes and with which rights, and the files that stand beside the image.

The scripts are run; that GitHub runs the workflow, and what a registry says, is not tested here.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.helm import NoHelmError, helm

ROOT = Path(__file__).parents[2]
DIST = "deploy/release/dist.py"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yaml"))
DIGEST = "sha256:" + "0123456789abcdef" * 4
IMAGE = "registry.example/team/crashloop"
URL = "https://example.com/releases/download/v0.1.0"
ON_COMMIT = re.compile(r"- uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def workflow(name):
    return yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text())


def steps():
    return workflow("release.yaml")["jobs"]["publish"]["steps"]


def step(name):
    (found,) = [each for each in steps() if name in each.get("uses", "") or name == each.get("name")]
    return found


def place_of(text):
    """The step whose script holds the text, by its place in the order."""
    (place,) = [number for number, each in enumerate(steps()) if text in each.get("run", "")]
    return place


@pytest.mark.threat("Deploy", "an action's tag is moved to other code, which then holds the release's rights")
def test_each_action_is_named_by_its_commit(record_property):
    lines = [line.strip() for path in WORKFLOWS for line in path.read_text().splitlines() if "uses:" in line]
    of_steps = [line.removeprefix("- ") for line in lines]
    assert [line for line in of_steps if not ON_COMMIT.fullmatch(f"- {line}")] == []
    record_property("tried", f"{len(lines)} actions of {len(WORKFLOWS)} workflows")
    record_property("held", f"{len(lines)} named by commit; 0 by tag")


@pytest.mark.threat("Deploy", "whatever a test runs may write to the repository, its packages, or sign in its name")
def test_only_what_publishes_may_write(record_property):
    assert [workflow(path.name)["permissions"] for path in WORKFLOWS] == [{"contents": "read"}] * len(WORKFLOWS)
    jobs = {(path.name, name): job for path in WORKFLOWS for name, job in workflow(path.name)["jobs"].items()}
    writing = {of: job["permissions"] for of, job in jobs.items() if "permissions" in job}
    assert writing == {("release.yaml", "publish"): {"contents": "write", "packages": "write", "id-token": "write"}}
    assert jobs["release.yaml", "publish"]["needs"] == "test"
    checkouts = [each for job in jobs.values() for each in job["steps"] if "checkout" in each.get("uses", "")]
    assert all(each["with"] == {"persist-credentials": False} for each in checkouts)
    record_property("tried", f"{len(jobs)} jobs")
    record_property("held", "1 may write, after the tests; 0 others")


def test_no_script_is_put_together_from_what_others_write():
    """``${{ }}`` in a script is pasted before the shell reads it: a tag's name would be code."""
    jobs = [job for path in WORKFLOWS for job in workflow(path.name)["jobs"].values()]
    scripts = [each["run"] for job in jobs for each in job["steps"] if "run" in each]
    assert scripts
    assert [script for script in scripts if "${{" in script] == []


def test_the_image_is_for_both_architectures_with_its_origin():
    given = step("docker/build-push-action")["with"]
    assert given["platforms"] == "linux/amd64,linux/arm64"
    assert (given["sbom"], given["provenance"], given["push"]) == (True, "mode=max", True)
    assert (given["context"], given["file"]) == (".", "deploy/Dockerfile")


def test_what_is_signed_is_what_was_built():
    """By its digest: a tag may be moved between building and signing."""
    signing = step("Sign the image, publish and sign the chart")
    assert signing["env"]["DIGEST"] == "${{ steps.image.outputs.digest }}"
    assert 'cosign sign --yes "$IMAGE@$DIGEST"' in signing["run"]
    assert place_of("dist.py") < place_of("cosign sign --yes") < place_of("gh release create")


@pytest.mark.parametrize(("variable", "code"), [("", 1), ("registry.example", 0)])
def test_a_registry_that_nobody_named_is_one_sentence(variable, code, tmp_path):
    names = tmp_path / "env"
    given = {
        "PATH": os.environ["PATH"], "GITHUB_ENV": str(names), "REGISTRY": variable, "TAG": "v0.1.0",
        "GITHUB_REPOSITORY": "Team/Crashloop", "GITHUB_REPOSITORY_OWNER": "Team",
    }  # fmt: skip
    script = step("Names of what is published")["run"]
    ran = subprocess.run(["bash", "-e", "-c", script], env=given, capture_output=True, text=True, check=False)
    assert ran.returncode == code, ran.stderr
    if code:
        assert ran.stdout == "::error::the repository variable REGISTRY is not set: the registry's host\n"
    else:
        kept = ("IMAGE=registry.example/team/crashloop", "CHARTS=registry.example/team/charts", "VERSION=0.1.0")
        assert names.read_text().splitlines() == list(kept)


@pytest.mark.threat("Deploy", "the base image's tag is moved to another image between two builds")
def test_the_dockerfile_stands_on_a_digest_and_leaves_the_builder_behind(record_property):
    lines = (ROOT / "deploy" / "Dockerfile").read_text().splitlines()
    (base,) = [line for line in lines if line.startswith("ARG PYTHON=")]
    assert re.fullmatch(r"ARG PYTHON=python:3\.13-slim-bookworm@sha256:[0-9a-f]{64}", base)
    assert [line for line in lines if line.startswith("FROM")] == ["FROM ${PYTHON} AS build", "FROM ${PYTHON}"]
    (kept,) = [line for line in lines if line.startswith("COPY --from")]
    assert kept == "COPY --from=build /opt/crashloop /opt/crashloop"
    assert "USER 10001:10001" in lines
    record_property("tried", "2 stages, the chart")
    record_property("held", "both on one digest, which Dependabot moves; a released chart names the image by its own")


@pytest.fixture
def path(request, tmp_path):
    """A path with helm on it."""
    try:
        binary = helm(request.config.cache.mkdir("helm"))
    except NoHelmError as why:
        pytest.skip(str(why))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "helm").symlink_to(binary)
    return f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"


def dist(root, folder, path, *, tag="v0.1.0", image=f"{IMAGE}@{DIGEST}"):
    command = [sys.executable, DIST, tag, image, folder, URL, "https://example.com"]
    return subprocess.run(
        command, cwd=root, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )


def test_the_files_of_a_release(path, tmp_path):
    folder = tmp_path / "dist"
    ran = dist(ROOT, folder, path)
    assert ran.returncode == 0, ran.stderr
    names = {each.name for each in folder.iterdir()}
    wheel, chart = "crashloop-0.1.0-py3-none-any.whl", "crashloop-0.1.0.tgz"
    assert names == {wheel, chart, "kubectl-crashloop.tar.gz", "crashloop.yaml", "NOTES.md", "SHA256SUMS"}
    checked = subprocess.run(
        ["sha256sum", "--check", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout.count(": OK\n")) == (0, 5), checked.stderr
    krew = yaml.safe_load((folder / "crashloop.yaml").read_text())["spec"]["platforms"][0]
    digest = hashlib.sha256((folder / "kubectl-crashloop.tar.gz").read_bytes()).hexdigest()
    assert (krew["uri"], krew["sha256"]) == (f"{URL}/kubectl-crashloop.tar.gz", digest)
    rendered = subprocess.check_output(["helm", "template", "crashloop", folder / chart], env={"PATH": path}, text=True)
    assert f"image: {IMAGE}@{DIGEST}\n" in rendered
    assert (folder / "NOTES.md").read_text().startswith("### Added")


VERSION, NEXT = 'version = "0.1.0"', 'version = "0.2.0"'


@pytest.mark.parametrize(
    ("changed", "given", "sentence"),
    [
        ({}, {"tag": "v0.2.0"}, "the tag is v0.2.0, and pyproject.toml says 0.1.0: they must agree"),
        (
            {},
            {"image": f"{IMAGE}:0.1.0"},
            f"IMAGE must be named by its digest, NAME@sha256:…, in lower case; it is {IMAGE}:0.1.0",
        ),
        (
            {"pyproject.toml": (VERSION, NEXT)},
            {"tag": "v0.2.0"},
            "version of the chart is 0.1.0, and pyproject.toml says 0.2.0: they must agree",
        ),
        (
            {"CHANGELOG.md": ("0.1.0", "0.0.9")},
            {},
            "CHANGELOG.md says nothing of 0.1.0: give it a heading '## 0.1.0' and what is new in it",
        ),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_written(changed, given, sentence, path, tmp_path):
    root = tmp_path / "root"
    for name in ("deploy", "pyproject.toml", "CHANGELOG.md"):
        source = ROOT / name
        _ = shutil.copytree(source, root / name) if source.is_dir() else shutil.copy(source, root / name)
    for name, (before, after) in changed.items():
        text = (root / name).read_text()
        assert before in text
        (root / name).write_text(text.replace(before, after))
    ran = dist(root, tmp_path / "dist", path, **given)
    assert (ran.returncode, ran.stderr) == (1, f"{sentence}\n")
    assert not (tmp_path / "dist").exists()

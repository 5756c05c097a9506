"""The commands are ones that a shell and kubectl take, with the real names and no secret value."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.claims.case import Case
from diagnostics.examples import Example
from diagnostics.facts.model import Container, Role, Workload
from diagnostics.findings.commands import (
    add_secret_key,
    create_configmap,
    create_secret,
    durable,
    kubectl,
    patch,
    set_image,
    set_resources,
)

MANIFEST = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "api", "namespace": "production"},
    "spec": {
        "selector": {"matchLabels": {"app": "api"}},
        "template": {
            "metadata": {"labels": {"app": "api"}},
            "spec": {
                "initContainers": [{"name": "load", "image": "load:1"}],
                "containers": [
                    {
                        "name": "api",
                        "image": "api:1",
                        "livenessProbe": {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 3},
                    }
                ],
            },
        },
    },
}


def case(kind="Deployment", owner="", **spec):
    snapshot = Example(title="", hit=True).snapshot()
    raw = {**MANIFEST, "kind": kind, "spec": {**MANIFEST["spec"], **spec}}
    workload = Workload(kind=kind, namespace="production", name="api", raw=raw, owner=owner) if kind else None
    return Case(snapshot=snapshot, pod=next(snapshot.all("Pod")), workload=workload)


def container(name="api", role=Role.APP):
    return Container(name=name, role=role, spec={}, status={}, status_path="", spec_path="")


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), min_size=1))
def test_every_word_reaches_kubectl_as_it_is(words):
    assert shlex.split(kubectl("ns", *words)) == ["kubectl", "-n", "ns", *words]


def test_values_of_secrets_are_left_to_the_person():
    command = create_secret("production", "db-login", ["DB_PASSWORD", "DB_USER"])
    assert shlex.split(command)[-2:] == ["--from-literal=DB_PASSWORD=<value>", "--from-literal=DB_USER=<value>"]
    body = json.loads(shlex.split(add_secret_key("production", "db-login", "KEY"))[-1])
    assert body == {"stringData": {"KEY": "<value>"}}
    assert shlex.split(create_configmap("production", "c", []))[-1] == "--from-literal=<KEY>=<value>"


@pytest.mark.parametrize("kind", ["", "Job", "Rollout"])
def test_what_has_no_changeable_template_gets_no_patch(kind):
    assert patch(case(kind), container(), {"livenessProbe": None}) == ()
    assert set_resources(case(kind), container(), limits="memory=1Gi") == ()
    assert set_image(case(kind), container(), "api:2") == ()
    assert durable(case(kind))


def test_a_gitops_owner_is_where_the_change_belongs():
    assert "Argo CD application shop" in durable(case(owner="Argo CD application shop"))


def test_an_ordered_statefulset_needs_its_broken_pod_deleted():
    ordered, parallel = case("StatefulSet"), case("StatefulSet", podManagementPolicy="Parallel")
    assert patch(ordered, container(), {"livenessProbe": None})[1].startswith("kubectl -n production delete pod ")
    assert len(patch(parallel, container(), {"livenessProbe": None})) == 1


def test_a_cronjob_is_patched_below_its_job_template():
    command = patch(case("CronJob"), container(), {"livenessProbe": None})[0]
    assert "jobTemplate" in json.loads(shlex.split(command)[-1])["spec"]


@pytest.mark.kubectl
@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on the path")
@pytest.mark.parametrize(
    ("commands", "path", "value"),
    [
        (
            lambda: patch(case(), container(), {"livenessProbe": {"httpGet": {"path": "/health"}}}),
            ("containers", "livenessProbe", "httpGet", "path"),
            "/health",
        ),
        (
            lambda: patch(case(), container("load", Role.SIDECAR), {"startupProbe": {"tcpSocket": {"port": 80}}}),
            ("initContainers", "startupProbe", "tcpSocket", "port"),
            80,
        ),
        (
            lambda: set_resources(case(), container("load", Role.INIT), limits="memory=192Mi"),
            ("initContainers", "resources", "limits", "memory"),
            "192Mi",
        ),
        (lambda: set_image(case(), container(), "api:2"), ("containers", "image"), "api:2"),
    ],
)
def test_kubectl_takes_the_command_and_changes_what_is_meant(tmp_path, commands, path, value):
    manifest = tmp_path / "api.json"
    manifest.write_text(json.dumps(MANIFEST))
    words = shlex.split(commands()[0])
    local = [word for word in words if word not in {"-n", "production", "deployment/api"}]
    ran = subprocess.run(
        [*local, "--local", "-f", str(manifest), "-o", "json"], capture_output=True, text=True, check=True
    )
    spec = json.loads(ran.stdout)["spec"]["template"]["spec"]
    group, *rest = path
    found = spec[group][0]
    for step in rest:
        found = found[step]
    assert found == value
    assert spec["containers"][0]["livenessProbe"]["periodSeconds"] == 3

"""What deploy/ promises: it parses, the bot may read what it reads and no Secrets, Slack accepts the manifests."""

from __future__ import annotations

import os
import subprocess
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
import yaml

from bot.alerts.reading import ALERTS
from bot.settings import Settings
from handlers.limits import ALERT_BODY_BYTES, MAX_ALERTS

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*.yaml") if "templates" not in path.parts)


def documents(name: str) -> list[dict]:
    return [item for item in yaml.safe_load_all((DEPLOY / name).read_text()) if item]


def rules(name: str) -> list[dict]:
    return [rule for item in documents(name) for rule in item.get("rules", [])]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DEPLOY)))
def test_every_file_is_yaml(path):
    assert all(isinstance(item, dict) for item in yaml.safe_load_all(path.read_text()))


@pytest.mark.parametrize(
    "name", ["kubernetes/rbac-read.yaml", "kubernetes/rbac-act.yaml", "kubernetes/rbac-impersonate.yaml"]
)
def test_no_rule_reaches_secrets_or_wildcards(name):
    for rule in rules(name):
        assert not {"secrets", "*"} & {*rule["resources"], *rule["verbs"], *rule["apiGroups"]}, rule


def test_alertmanager_sends_no_more_than_is_taken():
    (receiver,) = documents("alertmanager/receiver.yaml")
    (hook,) = receiver["receivers"][0]["webhook_configs"]
    assert hook["max_alerts"] == MAX_ALERTS <= ALERTS
    assert MAX_ALERTS * 4096 <= ALERT_BODY_BYTES


def test_the_reader_only_reads():
    reviews = "subjectaccessreviews"  # asking changes nothing
    verbs = {
        verb
        for rule in rules("kubernetes/rbac-read.yaml")
        if reviews not in rule["resources"]
        for verb in rule["verbs"]
    }
    assert verbs == {"get", "list", "watch"}


def test_the_actor_may_patch_workloads_free_stuck_pods_record_events_and_nothing_else():
    allowed = {
        (resource, verb)
        for rule in rules("kubernetes/rbac-act.yaml")
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
    assert allowed == {
        ("deployments", "patch"),
        ("statefulsets", "patch"),
        ("daemonsets", "patch"),
        ("pods", "delete"),
        ("events", "create"),
    }


def kustomized():
    (kustomization,) = documents("kubernetes/kustomization.yaml")
    return [item for name in kustomization["resources"] for item in documents(f"kubernetes/{name}")]


def test_what_is_applied_together_needs_no_namespace_but_its_own():
    """kubectl applies the rest and fails at what names a namespace that is not there."""
    made = {item["metadata"]["name"] for item in kustomized() if item["kind"] == "Namespace"}
    assert {item["metadata"].get("namespace", "crashloop") for item in kustomized()} == made == {"crashloop"}


def test_nobody_is_impersonated_who_is_not_named():
    for rule in rules("kubernetes/rbac-impersonate.yaml"):
        assert rule["resourceNames"], rule
        assert not any(name.startswith("system:") for name in rule["resourceNames"]), rule


def test_the_deployment_names_only_settings_that_exist():
    config = next(
        item
        for item in documents("kubernetes/deployment.yaml")
        if item["metadata"]["name"] == "crashloop" and item["kind"] == "ConfigMap"
    )
    known = {name.upper() for name in Settings.model_fields}
    assert set(config["data"]) <= known


def workload():
    (deployment,) = (item for item in documents("kubernetes/deployment.yaml") if item["kind"] == "Deployment")
    return deployment


def test_the_pod_runs_restricted():
    deployment = workload()
    pod = deployment["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert deployment["spec"]["strategy"]["type"] == "Recreate"
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["resources"]["limits"]["memory"]


@pytest.mark.threat("Deploy", "the pod fills its node's disk until others are evicted")
def test_what_it_writes_is_bounded(record_property):
    """The kubelet evicts the pod itself, not its neighbours, once it writes more than it said."""
    pod = workload()["spec"]["template"]["spec"]
    resources = pod["containers"][0]["resources"]
    scratch = [volume["emptyDir"] for volume in pod["volumes"] if "emptyDir" in volume]
    assert scratch == [{"sizeLimit": "64Mi"}]
    assert (resources["requests"]["ephemeral-storage"], resources["limits"]["ephemeral-storage"]) == ("64Mi", "256Mi")
    record_property("tried", f"{len(scratch)} emptyDir, the container's log")
    record_property("held", "sizeLimit 64Mi; ephemeral-storage at most 256Mi")


@pytest.mark.threat("Deploy", "secrets in the environment: read from /proc, dumps, child processes, `kubectl describe`")
def test_no_secret_stands_in_the_environment(record_property):
    pod = workload()["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert [source for source in container["envFrom"] if "secretRef" in source] == []
    assert not container.get("env")
    (folder,) = (volume["secret"] for volume in pod["volumes"] if "secret" in volume)
    (mount,) = (mount for mount in container["volumeMounts"] if mount["name"] == "secrets")
    config = next(item["data"] for item in documents("kubernetes/deployment.yaml") if item["kind"] == "ConfigMap")
    assert folder == {"secretName": "crashloop", "defaultMode": 0o400}
    assert mount == {"name": "secrets", "mountPath": config["SECRETS_DIR"], "readOnly": True}
    record_property("tried", "envFrom, env, volumes of the Deployment")
    record_property("held", f"0 secrets in the environment; files of mode 0400 in {config['SECRETS_DIR']}")


def policy():
    (found,) = documents("kubernetes/networkpolicy.yaml")
    return found["spec"]


def allowed(address, port):
    """Whether a rule lets the bot out to an address on a TCP port; peers that are pods are not addresses."""
    for rule in policy()["egress"]:
        blocks = [peer["ipBlock"] for peer in rule["to"] if "ipBlock" in peer]
        ports = [each["port"] for each in rule["ports"] if each["protocol"] == "TCP"]
        if port in ports and any(inside(address, block) for block in blocks):
            return True
    return False


def inside(address, block):
    there = ip_address(address)
    without = [ip_network(cidr) for cidr in block.get("except", ())]
    return there in ip_network(block["cidr"]) and not any(there in cidr for cidr in without)


@pytest.mark.threat("Deploy", "whoever runs code in the bot sends its secrets anywhere, or asks the cloud for a token")
def test_the_bot_reaches_only_what_it_needs(record_property):
    assert policy()["policyTypes"] == ["Ingress", "Egress"]
    needed = [
        ("52.20.30.40", 443), ("2606:4700::1", 443),  # Slack, and an API server with a public address
        ("10.0.0.1", 443), ("172.16.0.2", 6443), ("192.168.1.10", 6443), ("fd00::1", 6443),  # the API server
        ("10.3.0.7", 5432), ("169.254.20.10", 53),  # PostgreSQL, NodeLocal DNSCache
    ]  # fmt: skip
    refused = [
        ("169.254.169.254", 80), ("169.254.169.254", 443), ("fd00:ec2::254", 80), ("fe80::1", 443),  # cloud metadata
        ("52.20.30.40", 80), ("52.20.30.40", 22), ("52.20.30.40", 53), ("52.20.30.40", 5432), ("52.20.30.40", 6443),
        ("10.3.0.7", 22), ("10.3.0.7", 8080), ("10.3.0.7", 10250), ("100.64.0.1", 443),
    ]  # fmt: skip
    assert [place for place in needed if not allowed(*place)] == []
    assert [place for place in refused if allowed(*place)] == []
    record_property("tried", f"{len(needed)} places that it needs, {len(refused)} that it does not")
    record_property("held", f"{len(needed)} reached, 0 of {len(refused)} reached")


def test_the_policy_is_written_as_the_api_server_would_complete_it():
    """A list without a merge key is replaced whole: a port without its protocol is "configured" at every apply."""
    rules_ = [*policy()["ingress"], *policy()["egress"]]
    assert all({"port", "protocol"} == {*port} for rule in rules_ for port in rule["ports"])


def test_the_image_can_be_built_on_a_digest():
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    assert "ARG PYTHON=python:3.13-slim-bookworm" in lines
    assert {line.split()[1] for line in lines if line.startswith("FROM")} == {"${PYTHON}"}


@pytest.mark.threat("Deploy", "the base image's tag is moved to another image between two builds")
def test_what_is_released_is_built_on_a_digest(tmp_path, record_property):
    """With a stand-in for ``docker`` that writes down what it was asked."""
    asked = tmp_path / "asked"
    docker = tmp_path / "docker"
    docker.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
    docker.chmod(0o755)
    name, digest = "python:3.13-slim-bookworm", "sha256:" + "0123456789abcdef" * 4
    refused = [name, "", f"{name}@sha256:12", f"{name}@{digest}00", f"{name}@{digest.upper()}"]
    for base in refused:
        done = _make_image(base, tmp_path)
        assert done.returncode != 0
        assert f'BASE must name the base image by its digest, NAME@sha256:..., and is "{base}"' in done.stdout
    assert not asked.exists()
    assert _make_image(f"{name}@{digest}", tmp_path).returncode == 0
    assert f"--build-arg PYTHON={name}@{digest} --tag crashloop:0.1.0 ." in asked.read_text()
    record_property("tried", f"{len(refused)} bases without a whole digest")
    record_property("held", f"{len(refused)} refused; one with it is what is built on")


def _make_image(base: str, tools: Path) -> subprocess.CompletedProcess[str]:
    env = {"PATH": f"{tools}:{os.environ['PATH']}"}
    command = ["make", "--no-print-directory", "image", f"BASE={base}"]
    return subprocess.run(command, cwd=DEPLOY.parent, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["slack/manifest-socket-mode.yaml", "slack/manifest-http.yaml"])
def test_slack_accepts_the_manifest(name):
    """Limits: @slack/web-api, request/manifest.d.ts."""
    (manifest,) = documents(name)
    features = manifest["features"]
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    assert len(features["bot_user"]["display_name"]) <= 80
    for command in features["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["usage_hint"]) <= 1000
        assert command["should_escape"] is False
    for shortcut in features["shortcuts"]:
        assert len(shortcut["description"]) <= 150
    assert manifest["settings"]["socket_mode_enabled"] is ("socket" in name)
    assert ("request_url" in manifest["settings"]["event_subscriptions"]) is ("http" in name)


def test_alert_rules_watch_init_containers_and_never_the_phase():
    (rule,) = documents("prometheus/prometheusrule.yaml")
    expressions = [alert["expr"] for group in rule["spec"]["groups"] for alert in group["rules"]]
    assert any("kube_pod_init_container_status_waiting_reason" in expression for expression in expressions)
    assert not any("kube_pod_status_phase" in expression for expression in expressions)

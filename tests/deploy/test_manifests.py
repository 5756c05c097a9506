"""What deploy/ promises: it parses, the bot may read what it reads and no Secrets, Slack accepts the manifests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.alerts.reading import ALERTS
from bot.cluster.resources import RESOURCES
from bot.settings import Settings
from diagnostics.leads import leads
from handlers.limits import ALERT_BODY_BYTES, MAX_ALERTS
from tests.support.recordings import SCENARIOS, snapshot_of

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = sorted(DEPLOY.rglob("*.yaml"))


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
    assert verbs == {"get", "list"}


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


def test_nobody_is_impersonated_who_is_not_named():
    for rule in rules("kubernetes/rbac-impersonate.yaml"):
        assert rule["resourceNames"], rule
        assert not any(name.startswith("system:") for name in rule["resourceNames"]), rule


def test_the_reader_may_read_every_kind_that_a_diagnosis_asks_for():
    granted = {
        (group, resource)
        for rule in rules("kubernetes/rbac-read.yaml")
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }
    asked = {
        lead.kind for scenario in SCENARIOS for lead in leads(replace(snapshot_of(scenario), answered=frozenset()))
    }
    wanted = {(RESOURCES[kind].group, RESOURCES[kind].plural) for kind in asked - {"Log", "Secret"}}
    assert len(asked) > 10
    assert wanted <= granted, f"missing: {sorted(wanted - granted)}"


def test_the_deployment_names_only_settings_that_exist():
    config = next(
        item
        for item in documents("kubernetes/deployment.yaml")
        if item["metadata"]["name"] == "crashloop" and item["kind"] == "ConfigMap"
    )
    known = {name.upper() for name in Settings.model_fields}
    assert set(config["data"]) <= known


def test_the_pod_runs_restricted():
    deployment = next(item for item in documents("kubernetes/deployment.yaml") if item["kind"] == "Deployment")
    pod = deployment["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert deployment["spec"]["strategy"]["type"] == "Recreate"
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["resources"]["limits"]["memory"]


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

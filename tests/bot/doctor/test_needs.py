"""What doctor asks for is what deploy/ grants: scopes of the manifests, rights of the RBAC files, rules that add up."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.cluster.access import Right
from bot.demo.slack.model import SCOPES as INSTALLED
from bot.doctor import rights
from bot.doctor.scopes import SCOPES, missing, spared
from bot.model.policy import Entry, People
from bot.settings import Settings
from tests.deploy.rights import granted

SLACK = Path(__file__).parents[3] / "deploy" / "slack"


@pytest.mark.parametrize("name", ["manifest-http.yaml", "manifest-socket-mode.yaml"])
def test_the_scopes_are_those_of_the_manifest(name):
    text = (SLACK / name).read_text()
    asked = [scope.name for scope in SCOPES if scope.in_manifest]
    assert sorted(yaml.safe_load(text)["oauth_config"]["scopes"]["bot"]) == sorted(asked) == sorted(INSTALLED)
    # What only a setting needs stands there as a line to be switched on with it.
    assert all(f"# - {scope.name} " in text for scope in SCOPES if not scope.in_manifest)


def test_files_are_written_only_where_that_is_switched_on():
    held = {scope.name for scope in SCOPES} - {"files:write"}
    assert missing(held, settings(), People()) == []
    assert spared(held, settings(), People()) == []
    for more in ({"log_files": True}, {"prometheus_url": "http://prometheus:9090", "prometheus_pictures": True}):
        assert [scope.name for scope in missing(held, settings(**more), People())] == ["files:write"]


def settings(**more):
    return Settings(_env_file=None, slack_bot_token="xoxb-1", slack_app_token="xapp-1", **more)


@pytest.mark.parametrize(
    ("more", "people", "needed"),
    [
        ({}, People(), False),
        ({}, People(trust_email=True), True),
        ({}, People(entries=(Entry(user="a", email="a@example.com"),)), True),
        ({}, People(entries=(Entry(user="a", slack="U0"),)), False),
        ({"protected_namespaces": "prod"}, People(), True),
    ],
)
def test_an_email_is_needed_where_one_decides(more, people, needed):
    held = {scope.name for scope in SCOPES} - {"users:read.email"}
    assert bool(missing(held, settings(**more), people)) is needed
    assert bool(spared(held, settings(**more), people)) is not needed


def triple(right):
    return right.verb, right.group, f"{right.resource}/{right.subresource}" if right.subresource else right.resource


def test_the_rights_are_those_of_the_manifests():
    assert {*map(triple, (*rights.READ, rights.WATCH))} == granted("rbac-read.yaml", "crashloop-reader")
    assert {triple(rights.REVIEW)} == granted("rbac-read.yaml", "crashloop-reviewer")
    assert {*map(triple, (*rights.ACT, rights.FREE))} == granted("rbac-act.yaml", "crashloop-actor")
    assert {triple(rights.RECORD)} == granted("rbac-act.yaml", "crashloop-recorder")


def test_what_no_namespace_holds_is_told_apart():
    assert {right.resource for right in rights.READ if rights.cluster_wide(right)} == {
        *("nodes", "persistentvolumes", "clusterroles", "clusterrolebindings", "customresourcedefinitions"),
    }  # fmt: skip
    assert {triple(right)[1:] for right in rights.READ if rights.optional(right)} == {
        ("", "persistentvolumes"), ("metrics.k8s.io", "pods"), ("autoscaling.k8s.io", "verticalpodautoscalers"),
    }  # fmt: skip


def of_rule(text):
    """The rights that rules grant, as Kubernetes reads them."""
    return {
        (verb, group, resource, name)
        for rule in yaml.safe_load(text) or []
        for verb, group, resource, name in product(
            rule["verbs"], rule["apiGroups"], rule["resources"], rule.get("resourceNames", [""])
        )
    }


WORDS = st.sampled_from(("", "apps", "batch"))
RIGHTS = st.builds(
    Right, verb=st.sampled_from(("get", "list", "patch", "impersonate", "impersonate:user-info")), group=WORDS,
    resource=st.sampled_from(("pods", "nodes", "users")), subresource=st.sampled_from(("", "log")),
    name=st.sampled_from(("", "alice@example.com", 'système: "x"\\', "yes", "- a: b")),
)  # fmt: skip


@given(st.lists(RIGHTS, max_size=30))
def test_a_rule_grants_the_rights_that_are_missing_and_no_other(missing_rights):
    """Also where names hold what YAML would read as something else."""
    wanted = {
        (verb, group, resource, right.name) for right in missing_rights for verb, group, resource in [triple(right)]
    }
    assert of_rule(rights.rule(missing_rights)) == wanted


def test_a_rule_is_written_as_in_deploy():
    wanted = [right for right in rights.READ if right.resource in ("pods", "nodes") and not right.group]
    assert rights.rule(wanted) == (
        '- apiGroups: [""]\n  resources: [pods, nodes]\n  verbs: [get, list]\n'
        '- apiGroups: [""]\n  resources: [pods/log]\n  verbs: [get]'
    )


def test_constrained_impersonation_is_what_the_manifest_says_of_it():
    wanted = {(right.verb, right.resource) for right in rights.constrained([("users", "alice@example.com")])}
    assert wanted == {
        ("impersonate:user-info", "users"),
        *(("impersonate-on:user-info:patch", kind) for kind in ("deployments", "statefulsets", "daemonsets")),
    }

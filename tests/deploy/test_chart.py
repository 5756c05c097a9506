"""The Helm chart, rendered by a real helm: it says what the plain manifests say, and refuses what cannot work.

The bot is run from nothing but what the rendered Deployment gives its pod, with the rights that the chart grants it.
"""

from __future__ import annotations

import asyncio
import base64
import json
import runpy
import shutil
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import yaml

from bot.app import build
from bot.cluster.connection import connect
from bot.demo.cluster import ClusterStandIn, several
from bot.demo.cluster.people import BOT, BOT_TOKEN
from bot.demo.slack.server import SlackStandIn
from bot.settings import Settings, clusters_of, load
from bot.settings.clusters import OWN
from tests.deploy.chart import CHART, WORKING
from tests.deploy.pod import environment
from tests.deploy.rights import DEPLOY, documents, granted, rights_of
from tests.manifests import PLAIN
from tests.support.service import World, patient

RBAC = "rbac.authorization.k8s.io"
SECRET = frozenset({
    "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_SIGNING_SECRET_PREVIOUS", "ALERTMANAGER_TOKEN",
    "ALERTMANAGER_TOKEN_PREVIOUS", "DATABASE_URL", "PROMETHEUS_HEADERS", "HEARTBEAT_URL", "OUTGOING_WEBHOOK_URL",
    "OUTGOING_WEBHOOK_SECRET", "OUTGOING_WEBHOOK_SECRET_PREVIOUS",
})  # fmt: skip
THE_CHARTS = frozenset({
    "SECRETS_DIR", "PEOPLE_FILE", "API_PROGRAMS_FILE", "SIGNATURES_DIR", "DATA_DIR", "HTTP_HOST", "HTTP_PORT",
    "HEALTH_PORT", "KUBECONFIG", "KUBE_CONTEXT", "CLUSTERS_FILE",
})  # fmt: skip
"""Settings that the pod's own shape decides."""
FAILING, OTHER = "config-invalid-value", "oom-python"
"""Recordings, each in a namespace of its name."""


def by_name(objects):
    return {(item["kind"], item["metadata"].get("namespace", ""), item["metadata"]["name"]): item for item in objects}


def test_the_plain_manifests_are_made_from_it(chart):
    """Else: make manifests."""
    made = runpy.run_path(str(PLAIN))["rendered"](chart.binary)
    assert {name: (DEPLOY / name).read_text() for name in made} == made
    assert {path.name for path in DEPLOY.iterdir()} == {*made, "namespace.yaml", "kustomization.yaml"}


def test_the_plain_manifests_know_nothing_of_helm_and_can_be_applied_over_older_ones():
    """What is applied by kubectl is not managed by Helm; a Deployment's selector can never be changed."""
    objects = [item for path in DEPLOY.glob("*.yaml") for item in documents(path.name)]
    for item in objects:
        meta = item.get("metadata", {})
        assert set(meta.get("labels", {})) <= {
            "app.kubernetes.io/name", "app.kubernetes.io/version", "pod-security.kubernetes.io/enforce",
        }, item  # fmt: skip
        assert meta.get("annotations") is None
    (deployment,) = [item for item in objects if item["kind"] == "Deployment"]
    assert deployment["spec"]["selector"] == {"matchLabels": {"app.kubernetes.io/name": "crashloop"}}
    assert "annotations" not in deployment["spec"]["template"]["metadata"]


def test_a_template_without_a_place_among_the_plain_manifests_is_named(chart, tmp_path):
    helm = tmp_path / "helm"
    helm.write_text(
        f'#!/bin/bash\n"{chart.binary}" "$@"\nprintf -- "---\\n# Source: crashloop/templates/new.yaml\\nkind: X\\n"\n'
    )
    helm.chmod(0o755)
    with pytest.raises(SystemExit, match=r"new\.yaml of the chart belongs to no file"):
        runpy.run_path(str(PLAIN))["rendered"](str(helm))


@pytest.mark.parametrize("values", WORKING.values(), ids=WORKING)
def test_helm_has_nothing_to_say_against_it(chart, values):
    ran = chart.helm("lint", "--strict", values=values)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for item in chart.render(values):
        labels = item["metadata"]["labels"]
        assert {"app.kubernetes.io/name", "app.kubernetes.io/instance", "helm.sh/chart"} <= set(labels), item
        assert set(labels.values()) >= {"crashloop", "Helm", "crashloop-0.1.0"}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"replicas": 2}, "replicas"),
        ({"replicaCount": 1}, "replicaCount"),
        ({"settings": {"ALERT_CHANEL": "C1"}}, "ALERT_CHANEL"),
        ({"settings": {"SLACK_BOT_TOKEN": "xoxb-1"}}, "SLACK_BOT_TOKEN"),
        ({"settings": {"PEOPLE_FILE": "/x"}}, "PEOPLE_FILE"),
        ({"programs": [{"name": "ci", "token_sha256": "secret", "user": "ci"}]}, "/programs/0/token_sha256"),
        ({"programs": [{"name": "ci", "token_sha256": "0" * 64, "user": "system:ci"}]}, "/programs/0/user"),
        ({"image": {"digest": "sha256:12"}}, "/image/digest"),
        ({"rbac": {"scope": "namespaces"}}, "/rbac/namespaces"),
        ({"rbac": {"namespaces": ["a"]}}, "/rbac/namespaces"),
        ({"rbac": {"impersonate": {"users": ["system:admin"]}}}, "/rbac/impersonate/users/0"),
        ({"people": [{"slack": "U1", "user": "a", "groups": ["system:masters"]}]}, "/people/0/groups/0"),
        ({"people": [{"slack": "U1", "email": "a@example.com", "user": "a"}]}, "/people/0"),
        ({"ingress": {"enabled": True}}, "/ingress/host"),
        ({"signatures": {"acme.txt": ""}}, "acme.txt"),
        ({"clusters": [{"name": "eu"}]}, "/clusters/0"),
        ({"clusters": [{"name": "eu", "context": "eu", "in_cluster": True}]}, "/clusters/0"),
        ({"clusters": [{"name": "EU", "in_cluster": True}]}, "/clusters/0/name"),
        ({"clusters": [{"name": "eu", "in_cluster": True, "http_port": 1}]}, "http_port"),
        (
            {
                "clusters": [
                    {
                        "name": "eu",
                        "in_cluster": True,
                        "people": [{"slack": "U1", "user": "a", "groups": ["system:masters"]}],
                    }
                ]
            },
            "/clusters/0/people/0/groups/0",
        ),
        ({"clusters": [{"name": "eu", "context": "eu"}]}, "kubeconfigSecret: name the Secret"),
        (
            {"clusters": [{"name": "eu", "in_cluster": True}], "rbac": {"scope": "namespaces", "namespaces": ["a"]}},
            "clusters: they go with rbac.scope=cluster",
        ),
        (
            {"rbac": {"scope": "namespaces", "namespaces": ["a"]}, "people": [{"slack": "U1", "user": "a"}]},
            "without a ClusterRole nobody's rights can be asked",
        ),
    ],
)
def test_what_cannot_work_is_refused_and_named(chart, values, sentence):
    ran = chart.helm("template", values=values)
    assert ran.returncode != 0
    assert sentence in ran.stderr


def test_the_schema_knows_every_setting_that_is_no_secret_and_no_path():
    schema = json.loads((CHART / "values.schema.json").read_text())
    known = {name.upper() for name in Settings.model_fields}
    assert known >= SECRET | THE_CHARTS
    assert set(schema["properties"]["settings"]["propertyNames"]["enum"]) == known - SECRET - THE_CHARTS


def test_a_cluster_may_have_of_its_own_what_the_program_lets_it_have():
    schema = json.loads((CHART / "values.schema.json").read_text())
    known = set(schema["properties"]["clusters"]["items"]["properties"])
    keys = {"name", "context", "in_cluster", "default", "alert_names", "people"}
    # The chart mounts the files, and what is secret stands in no value.
    assert known == keys | OWN - {"kubeconfig", "people_file", "prometheus_headers"}
    people = schema["properties"]["people"]
    assert schema["properties"]["clusters"]["items"]["properties"]["people"] == people


def test_the_chart_is_of_the_products_version():
    project = (DEPLOY.parents[1] / "pyproject.toml").read_text()
    about = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert f'version = "{about["appVersion"]}"' in project
    assert about["version"] == about["appVersion"]


OF_THE_CLUSTER = {"nodes", "persistentvolumes", "clusterroles", "clusterrolebindings", "customresourcedefinitions"}


@pytest.mark.threat("Deploy", "the bot's account is stolen where it was to read a few namespaces only")
def test_without_a_cluster_role_it_has_no_right_outside_its_namespaces(chart, record_property):
    objects = chart.render({"rbac": {"scope": "namespaces", "namespaces": ["a", "b"]}})
    assert {item["kind"] for item in objects} & {"ClusterRole", "ClusterRoleBinding"} == set()
    roles = [item for item in objects if item["kind"] == "Role"]
    assert [item["metadata"]["namespace"] for item in roles] == ["a", "b"]
    whole = granted("rbac-read.yaml", "crashloop-reader")
    of_the_cluster = {right for right in whole if right[2] in OF_THE_CLUSTER}
    assert [rights_of(item["rules"]) for item in roles] == [whole - of_the_cluster] * 2
    record_property("tried", "rbac.scope=namespaces with two namespaces")
    record_property(
        "held", f"{len(roles)} Roles, each in its namespace; 0 ClusterRoles, 0 rights on what belongs to no namespace"
    )


def test_where_it_may_act_and_whom_it_may_be_is_named(chart):
    objects = by_name(chart.render({
        "rbac": {
            "act": {"namespaces": ["payments"]},
            "impersonate": {"users": ["alice@example.com"], "groups": ["oncall"]},
        }
    }))  # fmt: skip
    (bound,) = [key for key in objects if key[0] == "RoleBinding"]
    assert bound == ("RoleBinding", "payments", "crashloop-actor")
    rules = objects["ClusterRole", "", "crashloop-impersonator"]["rules"]
    assert rights_of(rules) == granted("rbac-impersonate.yaml", "crashloop-impersonator")
    assert [rule["resourceNames"] for rule in rules] == [["alice@example.com"], ["oncall"]]


def test_where_else_it_may_go_is_added(chart):
    paging = {
        "to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "paging"}}}],
        "ports": [{"port": 8080, "protocol": "TCP"}],
    }
    before, after = (
        by_name(chart.render({"networkPolicy": {"moreEgress": more}}))["NetworkPolicy", "crashloop", "crashloop"]
        for more in ([], [paging])
    )
    assert after["spec"]["egress"] == [*before["spec"]["egress"], paging]


def test_nobody_acts_when_that_is_left_out(chart):
    names = {item["metadata"]["name"] for item in chart.render({"rbac": {"act": {"enabled": False}}})}
    assert [name for name in names if name.endswith(("actor", "recorder", "impersonator"))] == []


def test_several_replicas_roll_spread_and_keep_one_up(chart):
    objects = by_name(chart.render({"store": "postgresql", "replicas": 3}))
    spec = objects["Deployment", "crashloop", "crashloop"]["spec"]
    assert (spec["replicas"], spec["strategy"]) == (3, {"type": "RollingUpdate"})
    assert "PersistentVolumeClaim" not in {key[0] for key in objects}
    (spread,) = spec["template"]["spec"]["topologySpreadConstraints"]
    budget = objects["PodDisruptionBudget", "crashloop", "crashloop"]["spec"]
    assert spread["labelSelector"] == budget["selector"] == spec["selector"]


def test_from_outside_slack_reaches_one_path(chart):
    objects = by_name(chart.render(WORKING["http"]))
    (rule,) = objects["Ingress", "crashloop", "crashloop"]["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    assert (path["path"], path["pathType"]) == ("/slack/events", "Exact")


def test_two_releases_share_nothing(chart):
    one, other = (
        {key for key in by_name(chart.render(WORKING["all"], name=name, namespace=namespace)) if key[1] != "payments"}
        for name, namespace in (("crashloop", "crashloop"), ("bot", "ops"))
    )
    assert one & other == set()
    assert {key[1] for key in other} == {"", "ops"}


def test_what_is_read_at_the_start_makes_new_pods_and_the_people_map_does_not(chart):
    def stamp(**values):
        deployment = by_name(chart.render(values))["Deployment", "crashloop", "crashloop"]
        return deployment["spec"]["template"]["metadata"]["annotations"]["checksum/settings"]

    alice, ben = ([{"slack": f"U{name}", "user": name}] for name in ("ALICE", "BEN"))
    assert stamp(people=alice) == stamp(people=ben) != stamp()
    assert stamp(settings={"ALERT_CHANNEL": "C1"}) != stamp()
    one, other = ([{"name": "eu", "in_cluster": True, "people": people}] for people in (alice, ben))
    assert stamp(clusters=one) == stamp(clusters=other) != stamp()


def test_the_notes_explain_the_policy_and_what_is_still_missing(chart):
    values = {"networkPolicy": {"monitoringNamespace": "observability", "ingressNamespaces": ["ingress-nginx"]}}
    notes = chart.helm("install", "--dry-run=client", values=values).stdout.partition("NOTES:")[2]
    assert "only namespace observability, ingress-nginx may call it" in notes
    assert "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7 on 443, 6443 and 5432" in notes
    assert "kind load docker-image" in notes
    assert "settings.ALERT_CHANNEL is empty" in notes
    assert "It may change nothing yet" in notes


@asynccontextmanager
async def installed(chart, folder, monkeypatch, values, *, http=False):
    """The bot, started from what the chart gives its pod, in a cluster of recordings with the chart's rights alone."""
    objects = chart.render(values)
    cluster = several([FAILING, OTHER])
    cluster.tokens[BOT_TOKEN] = BOT
    at = {"creationTimestamp": cluster.clock().strftime("%Y-%m-%dT%H:%M:%SZ")}
    for item in objects:
        if item["apiVersion"].startswith(RBAC):
            cluster.store.load(item | {"metadata": item["metadata"] | at})
    path = folder / "kubeconfig"
    path.touch(mode=0o600)
    async with ClusterStandIn(cluster, tick_s=None) as server, SlackStandIn() as slack:
        path.write_text(server.kubeconfig_text(token=BOT_TOKEN))
        way = {"SLACK_SIGNING_SECRET": slack.signing_secret} if http else {"SLACK_APP_TOKEN": slack.app_token}
        tokens = {"SLACK_BOT_TOKEN": slack.bot_token, "ALERTMANAGER_TOKEN": "token-of-sixteen-letters"} | way
        data = {key: base64.b64encode(value.encode()).decode() for key, value in tokens.items()}
        secret = {"kind": "Secret", "metadata": {"name": "crashloop", "namespace": "crashloop"}, "data": data}
        given = environment([*objects, secret], folder / "mounts")
        given |= {"SLACK_API_URL": slack.api_url, "HTTP_HOST": "127.0.0.1", "HTTP_PORT": "0", "HEALTH_PORT": "0"}
        for name in Settings.model_fields:
            monkeypatch.delenv(name.upper(), raising=False)
        for key, value in given.items():
            monkeypatch.setenv(key, value)
        with patient():
            async with connect(str(path)) as connection, build(load(None), connection=connection) as service:
                await service.start()
                try:
                    if http:
                        slack.deliver_to(f"http://127.0.0.1:{service.port}/slack/events")
                    running = World(slack, server, service, connection)
                    await running.until(lambda: http or slack.delivery.connected)
                    yield running
                finally:
                    await service.stop()


async def answer(running, target):
    """Ask in the channel; returns what is told there, to all or to who asked."""
    seen = running.slack.workspace.history
    before = len(seen("C0GENERAL", "U0ANNA"))
    await running.slack.acts.command("U0ANNA", "C0GENERAL", target)
    await running.settled()
    return "\n".join(str(each.message) for each in seen("C0GENERAL", "U0ANNA")[before:])


CHANNEL = {"settings": {"ALERT_CHANNEL": "C0ALERTS"}}


@pytest.mark.parametrize("http", [False, True], ids=["socket-mode", "http"])
async def test_the_bot_runs_from_what_the_chart_gives_its_pod(chart, tmp_path, monkeypatch, http):
    async with installed(chart, tmp_path, monkeypatch, CHANNEL, http=http) as running:
        said = await answer(running, f"{FAILING}/deployment/api-deployment")
    assert "DATABASE_PORT" in said
    assert "Could not read" not in said


async def test_without_a_cluster_role_it_diagnoses_in_its_namespaces_and_nowhere_else(chart, tmp_path, monkeypatch):
    values = CHANNEL | {"rbac": {"scope": "namespaces", "namespaces": [FAILING]}}
    async with installed(chart, tmp_path, monkeypatch, values) as running:
        said = await answer(running, f"{FAILING}/deployment/api-deployment")
        refused = await answer(running, f"{OTHER}/deployment/api-deployment")
        actions = [each for each in running.posts("C0GENERAL") if "offer_undo" in str(each.message)]
    assert "DATABASE_PORT" in said
    assert actions == []
    assert "ALLOWED_NAMESPACES" in refused
    assert "Confirmed" not in refused


BY_KUBECTL = {"poddisruptionbudget.policy/crashloop"}
"""Its selector is replaced whole (patchStrategy of policy/v1): kubectl sends it, and says "configured", every time."""


@pytest.mark.kubectl
@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not on the path: nothing to apply with")
@pytest.mark.parametrize("values", ["default", "namespaces", "postgresql", "http"])
async def test_what_it_renders_is_applied_and_is_unchanged_when_it_is_applied_again(chart, tmp_path, values):
    rendered = tmp_path / "rendered.yaml"
    rendered.write_text(yaml.safe_dump_all(chart.render(WORKING[values])))
    cluster = several([FAILING])
    for name in ("crashloop", "a", "b"):
        meta = {"name": name, "creationTimestamp": "2026-01-01T00:00:00Z"}
        cluster.store.load({"apiVersion": "v1", "kind": "Namespace", "metadata": meta})
    async with ClusterStandIn(cluster, tick_s=None) as server:
        kubeconfig = tmp_path / "kubeconfig"
        kubeconfig.write_text(server.kubeconfig_text())
        results = []
        for _ in range(2):
            process = await asyncio.create_subprocess_exec(
                *("kubectl", "--kubeconfig", str(kubeconfig), f"--cache-dir={tmp_path / 'cache'}"),
                *("apply", "-f", str(rendered), "--validate=false"),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            printed, _ = await asyncio.wait_for(process.communicate(), 60)
            results.append((process.returncode, {tuple(line.split()) for line in printed.decode().splitlines()}))
    assert [code for code, _said in results] == [0, 0]
    assert {said for _what, said in results[0][1]} == {"created"}
    assert {what for what, said in results[1][1] if said != "unchanged"} <= BY_KUBECTL


async def test_several_clusters_are_served_from_what_the_chart_gives_its_pod(chart, tmp_path, monkeypatch):
    values = {
        "kubeconfigSecret": "of-clusters",
        "clusters": [
            {"name": "prod-eu", "context": "eu", "default": True},
            {"name": "prod-us", "context": "us", "people": [{"slack": "U0ANNA", "user": "anna@example.com"}]},
        ],
    }
    objects, own = chart.render(values), {"prod-eu": FAILING, "prod-us": OTHER}
    config = {"apiVersion": "v1", "kind": "Config", "clusters": [], "users": [], "contexts": []}
    async with SlackStandIn() as slack, AsyncExitStack() as stack:
        for name, scenario in own.items():
            api = await stack.enter_async_context(ClusterStandIn(several([scenario]), tick_s=None))
            for kind, items in yaml.safe_load(api.kubeconfig_text()).items():
                if isinstance(items, list):
                    short = name.removeprefix("prod-")
                    inner = {"cluster": short, "user": short} if kind == "contexts" else {}
                    key = kind.removesuffix("s")
                    config[kind] += [item | {"name": short, key: item[key] | inner} for item in items]
        tokens = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}
        secrets = [
            {"kind": "Secret", "metadata": {"name": name}, "data": {key: _encoded(text) for key, text in data.items()}}
            for name, data in (("crashloop", tokens), ("of-clusters", {"config": yaml.safe_dump(config)}))
        ]
        given = environment([*objects, *secrets], tmp_path / "mounts")
        given |= {"SLACK_API_URL": slack.api_url, "HTTP_HOST": "127.0.0.1", "HTTP_PORT": "0", "HEALTH_PORT": "0"}
        for name in Settings.model_fields:
            monkeypatch.delenv(name.upper(), raising=False)
        for key, value in given.items():
            monkeypatch.setenv(key, value)
        eu, us = clusters_of(load(None))
        assert (eu.settings.people_known, us.settings.people_known) == (False, True)
        assert us.settings.people_file.read_text().startswith("- slack: U0ANNA")
        with patient():
            async with build(load(None)) as service:
                await service.start()
                try:
                    running = World(slack, api, service, None)
                    await running.until(lambda: slack.delivery.connected)
                    said = await answer(running, f"prod-eu/{FAILING}/deployment/api-deployment")
                    assert "cluster prod-eu" in said
                    said = await answer(running, f"prod-us/{OTHER}/deployment/api-deployment")
                    assert "--as anna@example.com" in said
                    assert "cluster prod-us" in said
                finally:
                    await service.stop()


def _encoded(text):
    return base64.b64encode(text.encode()).decode()

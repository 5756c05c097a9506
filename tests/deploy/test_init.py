"""``crashloop init`` to its end: what it wrote goes through a real helm, and its commands are typed as they stand.

The cluster is the stand-in. The bot is ``crashloop serve``, started from nothing but what its pod would get.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.actions.people_map import parse_people
from bot.demo.cluster.people import BOT_TOKEN
from bot.installation import kit
from bot.installation.answers import AnswerError
from bot.installation.questions import answered
from bot.installation.steps import steps
from bot.settings import Settings
from tests.deploy.chart import CHART
from tests.deploy.pod import environment
from tests.deploy.test_chart import by_name
from tests.deploy.test_readme import CHANNEL, needs_tools, reader
from tests.support.commands import broken, doctor, ports, serving
from tests.support.helm import NoHelmError, helm

SAID = {"channel": CHANNEL}
ACTING = {"act_in": "payments", "email": "alice@example.com"}
SETUPS = {
    "default": {},
    "http": {"slack": "http", "public_url": "https://bot.example.com"},
    "ingress": {"slack": "http", "public_url": "https://bot.example.com/slack/events", "tls_secret": "bot-tls",
                "ingress_class": "nginx"},
    "some namespaces": {"namespaces": "payments,web"},
    "buttons in some": {"namespaces": "payments,web"} | ACTING,
    "buttons": ACTING | {"groups": "payments-oncall"},
    "people": {"email": "alice@example.com"},
    "postgresql": {"store": "postgresql", "database_secret": "data/pg:uri"},
    "operator": {"alertmanager": "operator", "monitoring_namespace": "observability"},
    "image": {"image": "registry.example/crashloop@sha256:" + "0123456789abcdef" * 4},
}  # fmt: skip


@pytest.fixture(scope="module")
def binary(request):
    try:
        return helm(request.config.cache.mkdir("helm"))
    except NoHelmError as why:
        pytest.skip(str(why))


def written(folder, said):
    answers = answered(said, {}, None)
    made = kit.files(answers, "", steps(answers, str(folder), str(CHART)))
    for name, text in made.items():
        (folder / name).write_text(text)
    return [name for name in ("values.yaml", "people.yaml") if name in made]


def rendered(binary, folder, said, command=("template", "crashloop")):
    (folder / "people.yaml").unlink(missing_ok=True)
    files = [part for name in written(folder, said) for part in ("--values", str(folder / name))]
    arguments = (binary, *command, str(CHART), "--namespace", "crashloop", *files)
    ran = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def pod(binary, folder, said):
    """The objects by name, and the settings that the pod reads, once its Secret has the tokens."""
    objects = by_name([item for item in yaml.safe_load_all(rendered(binary, folder, said)) if item])
    given = dict(objects["ConfigMap", "crashloop", "crashloop"]["data"])
    given = {name.lower(): value for name, value in given.items() if name not in {"SECRETS_DIR", "PEOPLE_FILE"}}
    tokens = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1", "alertmanager_token": "token-of-16-letters"}
    people = folder / "map.yaml"
    people.write_text(objects["ConfigMap", "crashloop", "crashloop-people"]["data"]["people.yaml"])
    return objects, Settings(_env_file=None, people_file=people, **given | tokens), parse_people(people.read_text())


@pytest.mark.parametrize("said", SETUPS.values(), ids=SETUPS)
def test_helm_has_nothing_to_say_against_what_it_wrote(binary, tmp_path, said):
    rendered(binary, tmp_path, SAID | said, ("lint", "--strict"))
    _objects, settings, _people = pod(binary, tmp_path, SAID | said)
    assert settings.alert_channel == CHANNEL


def test_each_answer_becomes_what_it_says(binary, tmp_path):
    def of(name):
        return pod(binary, tmp_path, SAID | SETUPS[name])

    objects, settings, people = of("default")
    assert {key[2] for key in objects if key[0] == "ClusterRole"} == {"crashloop-reader", "crashloop-reviewer"}
    assert (settings.actions_enabled, people) == (False, ())
    objects, settings, _people = of("some namespaces")
    assert {key[1] for key in objects if key[0] == "Role"} == {"payments", "web"}
    assert [key for key in objects if key[0].startswith("Cluster")] == []
    assert settings.allowed_namespaces == ("payments", "web")
    objects, settings, people = of("buttons in some")
    assert ("RoleBinding", "payments", "crashloop-actor") in objects
    assert (settings.allowed_namespaces, settings.action_namespaces) == (("payments", "web"), ("payments",))
    assert (settings.actions_enabled, people[0].email) == (True, "alice@example.com")
    objects, settings, people = of("buttons")
    assert (settings.allowed_namespaces, people[0].groups) == ((), ("payments-oncall",))
    objects, settings, _people = of("ingress")
    (rule,) = objects["Ingress", "crashloop", "crashloop"]["spec"]["rules"]
    assert (rule["host"], settings.public_url) == ("bot.example.com", "https://bot.example.com")
    assert "ingress-nginx" in str(objects["NetworkPolicy", "crashloop", "crashloop"]["spec"]["ingress"])
    objects, _settings, _people = of("postgresql")
    assert objects["Deployment", "crashloop", "crashloop"]["spec"]["replicas"] == 2
    objects, settings, _people = of("operator")
    assert settings.alertmanager_url == "http://alertmanager-operated.observability:9093"
    assert "observability" in str(objects["NetworkPolicy", "crashloop", "crashloop"])
    objects, _settings, _people = of("image")
    (container,) = objects["Deployment", "crashloop", "crashloop"]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == SETUPS["image"]["image"]


ODD = st.text(max_size=60) | st.sampled_from(
    ["1e3", "0x1f", "on", "~", "null", "01:20", "{{ .Release }}", '"', "'", "#"]
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cluster_name=ODD, user=ODD, groups=ODD)
@example(cluster_name="1e3", user="0x1f", groups="on,~,null,1_000,.5")
@example(cluster_name='"{{ fail "x" }}"', user="o'neil: [a] #b", groups="ünï 🐈,\\n")
def test_whatever_a_name_looks_like_the_bot_reads_that_name(binary, tmp_path, cluster_name, user, groups):
    said = SAID | ACTING | {"cluster_name": cluster_name, "user": user, "groups": groups}
    try:
        answers = answered(said, {}, None)
    except AnswerError:
        return
    _objects, settings, (alice,) = pod(binary, tmp_path, said)
    assert ",".join(settings.cluster_name) == answers["cluster_name"]
    assert (alice.user, ",".join(alice.groups)) == (answers["user"], answers["groups"])


BY_APPLY = "--dry-run=client -o yaml | kubectl apply -f -"
"""The stand-in reads no RBAC object in protobuf, as which kubectl creates one."""


class Newcomer:
    """Types the printed commands, in order, with a shell, kubectl and a helm that renders and applies."""

    def __init__(self, me, binary, said):
        self.me = me
        self.folder = me.home / "crashloop-here"
        bin_ = me.home / "bin"
        (bin_ / "helm").write_text(
            f'#!/bin/bash\nset -euo pipefail\n[ "$1 $2" = "upgrade --install" ]; shift 2\n'
            f'"{binary}" template "$@" | kubectl apply -f -\n'
        )
        (bin_ / "helm").chmod(0o755)
        flags = [part for name, answer in said.items() for part in (f"--{name.replace('_', '-')}", answer)]
        ran = subprocess.run(
            (sys.executable, "-m", "bot", "init", "../crashloop-here", "--yes", "-o", "json", *flags),
            cwd=me.home / "crashloop", env=os.environ, capture_output=True, text=True, check=True,
        )  # fmt: skip
        todo = json.loads(ran.stdout)["steps"]
        self.steps = {step["title"]: step["commands"] for step in todo}
        self.told = {step["title"]: step["sentences"] for step in todo}

    async def follow(self, *titles, typed=""):
        """Type the commands of these steps; ``typed`` is pasted where one asks. Returns what was shown."""
        lines = "\n".join(command for title in titles for command in self.steps[title])
        return await self.me.type(f"{lines} <<'END'\n{typed}END\n" if typed else lines)

    def pods_environment(self):
        ours = [each for each in self.me.cluster.store.everything() if each["metadata"].get("namespace") == "crashloop"]
        kubeconfig = self.me.home / "bot.kubeconfig"
        kubeconfig.write_text(self.me.server.kubeconfig_text(token=BOT_TOKEN))
        here = {"SLACK_API_URL": self.me.slack.api_url, "HTTP_HOST": "127.0.0.1", "KUBECONFIG": str(kubeconfig)}
        return environment(ours, self.me.home / "mounts") | here | ports()

    async def in_the_pod(self, title, given):
        """Type a step that is ``kubectl exec … -- crashloop doctor …``; returns exit code and what was printed."""
        (command,) = self.steps[title]
        before, _, arguments = command.partition(" -- crashloop doctor")
        assert before == "kubectl -n crashloop exec deployment/crashloop"
        return await doctor(self.me.home, given, *shlex.split(arguments), "-o", "json")


@pytest.mark.kubectl
@needs_tools
@pytest.mark.parametrize("buttons", [False, True], ids=["reads", "acts"])
async def test_by_its_own_commands_it_runs_and_answers_the_test_alert(binary, tmp_path, buttons):
    said = SAID | {"monitoring_namespace": "observability", "cluster_name": "prod"}
    said |= ACTING | {"groups": "payments-oncall"} if buttons else {}
    async with reader(tmp_path) as me:
        newcomer = Newcomer(me, binary, said)
        await newcomer.follow("The namespace")
        tokens = f"{me.slack.bot_token}\n{me.slack.app_token}\n"
        shown = await newcomer.follow("The Secret", typed=tokens)
        assert "Bot User OAuth Token, xoxb-: " in shown
        assert me.slack.bot_token not in shown
        await newcomer.follow("The bot", "Alertmanager")
        before = me.find("Secret")["data"]
        await newcomer.follow("The Secret", typed=tokens.replace(me.slack.bot_token, "xoxb-of-another-app"))
        wrong = me.find("Secret")["data"]
        await newcomer.follow("The Secret", typed=tokens)
        await newcomer.follow("Alertmanager")
        assert me.find("Secret")["data"] == before != wrong
        assert wrong["ALERTMANAGER_TOKEN"] == before["ALERTMANAGER_TOKEN"]
        if buttons:
            with pytest.raises(AssertionError, match=r"\s+no\s"):
                await newcomer.follow("People")
            edit = "kubectl create clusterrole edit --verb=get,list,patch --resource=pods,deployments.apps"
            await me.type(f"{edit} {BY_APPLY}")
            _, _, bind = newcomer.told["People"][-1].partition("Where it says no: ")
            await me.type(f"{bind} {BY_APPLY}")
            assert (await newcomer.follow("People")).split() == ["yes", "yes"]
        shared = me.cluster.store.find("Secret", "observability", "crashloop")["data"]["token"]
        assert shared == me.find("Secret")["data"]["ALERTMANAGER_TOKEN"]
        given = newcomer.pods_environment()
        async with serving(tmp_path, given):
            code, out = await newcomer.in_the_pod("Does it work?", given)
            assert (code, broken(out)) == (0, [])
            states = {each["check"]: each["state"] for each in json.loads(out)["checks"]}
            assert states["rights to act"] == ("ok" if buttons else "off")
            code, out = await newcomer.in_the_pod("A test alert", given)
            assert (code, broken(out)) == (0, [])
        (line, *_more) = [each for each in me.slack.workspace.history(CHANNEL) if each.message.get("bot_id")]
        assert me.slack.workspace.thread(CHANNEL, line.ts)[1:]
        left = [path for path in newcomer.folder.iterdir() if me.slack.bot_token in path.read_text()]
        assert left == []


@pytest.mark.kubectl
@needs_tools
async def test_where_the_database_is_not_known_no_secret_is_made(binary, tmp_path):
    """An empty DATABASE_URL would mean SQLite, in a folder that goes with the pod."""
    said = SAID | {"store": "postgresql", "database_secret": "payments/pg:uri"}
    async with reader(tmp_path) as me:
        newcomer = Newcomer(me, binary, said)
        await newcomer.follow("The namespace")
        with pytest.raises(AssertionError, match="NotFound"):
            await newcomer.follow("The Secret", typed="xoxb-1\nxapp-1\n")
        assert me.cluster.store.find("Secret", "crashloop", "crashloop") is None
        with pytest.raises(AssertionError, match="NotFound"):
            await newcomer.follow("Alertmanager")
        assert me.cluster.store.find("Secret", "monitoring", "crashloop") is None
        await me.type("kubectl -n payments create secret generic pg --from-literal=uri=postgresql://me:it@db/bot")
        await newcomer.follow("The Secret", typed="xoxb-1\nxapp-1\n")
        given = newcomer.me.find("Secret")["data"]
    assert sorted(given) == ["ALERTMANAGER_TOKEN", "DATABASE_URL", "SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"]
    assert given["DATABASE_URL"] == "cG9zdGdyZXNxbDovL21lOml0QGRiL2JvdA=="

"""Set-ups in which one thing is wrong: doctor names that one, and says one thing to do about it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from unittest.mock import patch

import pytest
import yaml
from aiohttp import web

from bot.demo.cluster.faults import Fault as ClusterFault
from bot.demo.slack import Fault, Room
from bot.doctor import pages
from bot.doctor.doctor import examine
from bot.doctor.outgoing import TEST
from tests.bot.doctor.setups import PEOPLE, SetUp, running, variables
from tests.support.hook import KEY, SECRET, described, hooked, signed_by_openssl


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    """Neither the environment nor a .env of whoever runs the tests counts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))


async def examined(folder, setup, **options):
    """What doctor says of a set-up, from its environment alone."""
    async with running(folder, setup) as environment:
        kept = {name: value for name, value in os.environ.items() if name not in variables()}
        with patch.dict(os.environ, kept | environment, clear=True):
            report = await examine(**options)
    secrets = [environment[name] for name in environment if name.endswith(("TOKEN", "SECRET"))]
    shown = pages.as_json(pages.document(report)) + pages.text(report, colour=False, width=100)
    assert [secret for secret in secrets if secret in shown] == []
    return report


def told(report):
    return {result.check: (result.state.value, result.sentence, result.fix) for result in report.results}


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """One thing that is wrong: the check that must say so, words of its sentence and of its fix."""

    check: str
    says: str
    fix: str
    setup: SetUp = field(default_factory=SetUp)
    rule: object = None
    """The RBAC rule to add, as YAML reads it."""


def scopes(*names):
    def lack(slack):
        slack.workspace.app = slack.app = replace(
            slack.app, scopes=tuple(name for name in slack.app.scopes if name not in names)
        )

    return lack


def app_token_without_its_scope(slack):
    slack.workspace.app = slack.app = replace(slack.app, app_token_scopes=())


def other_app(slack):
    slack.app_token = slack.api._app_token = "xapp-1-A0OTHER-1-0123456789abcdef"


def no_way_to_the_socket(slack):
    slack.api.open_socket = lambda: "ws://127.0.0.1:9/link"


def unwatching(cluster):
    role = cluster.store.copy("ClusterRole", "", "crashloop-reader")
    role["rules"] = [rule for rule in role["rules"] if rule["verbs"] != ["watch"]]
    cluster.store.save(role)


def role_without(name, resource):
    def change(cluster):
        role = cluster.store.find("ClusterRole", "", name)
        for rule in role["rules"]:
            rule["resources"] = [each for each in rule["resources"] if each != resource]

    return change


def logged_out(cluster):
    cluster.tokens.clear()


def old(cluster):
    cluster.server = "v1.21.14+k3s1"


def no_reviews(cluster):
    cluster.faults.add(ClusterFault("error", resource="selfsubjectaccessreviews"))


def hanging(cluster):
    cluster.faults.add(ClusterFault("hang"))


READER, REVIEWER = "ClusterRoleBinding crashloop-reader", "ClusterRoleBinding crashloop-reviewer"
ACTOR, IMPERSONATOR = "RoleBinding crashloop-actor", "ClusterRoleBinding crashloop-impersonator"
PATCH = [{"apiGroups": ["apps"], "resources": ["deployments", "statefulsets", "daemonsets"], "verbs": ["patch"]}]
BE_ALICE = [
    {"apiGroups": [""], "resources": [kind], "resourceNames": [name], "verbs": ["impersonate"]}
    for kind, name in (("users", "alice@example.com"), ("groups", "payments-oncall"))
]

WRONG = {
    "nothing is set": Wrong(
        check="settings", says="SLACK_BOT_TOKEN is not set", fix="manifest-socket-mode.yaml",
        setup=SetUp(env={"SLACK_BOT_TOKEN": None, "SLACK_APP_TOKEN": None}),
    ),
    "a user's token": Wrong(
        check="settings", says="SLACK_BOT_TOKEN must begin with xoxb-", fix="Bot token (xoxb-...)",
        setup=SetUp(env={"SLACK_BOT_TOKEN": "xoxp-1-canary"}),
    ),
    "neither transport": Wrong(
        check="settings", says="neither SLACK_APP_TOKEN", fix="unset the other",
        setup=SetUp(env={"SLACK_APP_TOKEN": None}),
    ),
    "alerts go nowhere": Wrong(
        check="settings", says="ALERT_CHANNEL is not", fix="set the one that is missing",
        setup=SetUp(env={"ALERT_CHANNEL": None}),
    ),
    "a number that is none": Wrong(
        check="settings", says="HTTP_PORT", fix="Port for what Slack", setup=SetUp(env={"HTTP_PORT": "http"})
    ),
    "operators by name": Wrong(
        check="settings", says="OPERATORS must hold Slack user ids", fix="U...", setup=SetUp(env={"OPERATORS": "anna"})
    ),
    "a people map with a slip": Wrong(
        check="people map", says="line 2", fix="people.yaml", setup=SetUp(people="- {slack: U1, user: a}\n- {slack: U2}\n")
    ),
    "a people map without people": Wrong(
        check="people map", says="names nobody", fix="name your people", setup=SetUp(people="[]\n")
    ),
    "a file of programs with a slip": Wrong(
        check="programs", says="program 1: token_sha256 is missing", fix="set that right", setup=SetUp(env={"API_PROGRAMS_FILE": "{folder}/programs.yaml"}),
    ),
    "a signature with a slip": Wrong(
        check="signatures", says="people.toml", fix="set that line right", setup=SetUp(env={"SIGNATURES_DIR": "{folder}/signs"})
    ),
    "a token that was revoked": Wrong(
        check="Slack", says="invalid_auth", fix="OAuth & Permissions", setup=SetUp(env={"SLACK_BOT_TOKEN": "xoxb-wrong"})
    ),
    "Slack cannot be reached": Wrong(
        check="Slack", says="connection refused", fix="127.0.0.1 on port 9: DNS, firewall",
        setup=SetUp(env={"SLACK_API_URL": "{dead}/api/"}),
    ),
    "Slack is a web page": Wrong(
        check="Slack", says="just now", fix="let this machine reach",
        setup=SetUp(slack=lambda slack: slack.set_fault("auth.test", Fault(kind="html", times=-1))),
    ),
    "the app may not post": Wrong(
        check="Slack scopes", says="lacks chat:write", fix="add chat:write under OAuth & Permissions",
        setup=SetUp(slack=scopes("chat:write")),
    ),
    "user groups that cannot be looked up": Wrong(
        check="Slack scopes", says="usergroups:read is for user groups in PEOPLE_FILE", fix="reinstall the app",
        setup=SetUp(slack=scopes("usergroups:read"), people=PEOPLE + "- {usergroup: S01, groups: [payments-oncall]}\n"),
    ),
    "an app token that was revoked": Wrong(
        check="Socket Mode", says="SLACK_APP_TOKEN (invalid_auth)", fix="connections:write",
        setup=SetUp(env={"SLACK_APP_TOKEN": "xapp-1-wrong"}),
    ),
    "an app token without its scope": Wrong(
        check="Socket Mode", says="lacks connections:write", fix="make an app-level token",
        setup=SetUp(slack=app_token_without_its_scope),
    ),
    "tokens of two apps": Wrong(
        check="Socket Mode", says="the app A0CRASHLP issued SLACK_BOT_TOKEN, and the app A0OTHER issued", fix="from the same app",
        setup=SetUp(slack=other_app),
    ),
    "no way to the Socket Mode host": Wrong(
        check="Socket Mode", says="cannot reach 127.0.0.1:9", fix="egress", setup=SetUp(slack=no_way_to_the_socket)
    ),
    "the bot was not invited": Wrong(
        check="channel C0OTHER", says="not in #other (ALERT_CHANNEL)", fix="/invite @crashloop in #other",
        setup=SetUp(env={"ALERT_CHANNEL": "C0OTHER"}),
    ),
    "the bot was not invited, by name": Wrong(
        check="channel #other", says="not in #other (ALERT_RULES_CHANNEL)", fix="/invite @crashloop in #other",
        setup=SetUp(env={"ALERT_RULES_CHANNEL": "#other"}),
    ),
    "a private channel": Wrong(
        check="channel C0SECRET", says="no such channel, or a private one", fix="/invite @crashloop",
        setup=SetUp(env={"CHANNEL_ROUTES": "payments=C0SECRET"}),
    ),
    "an archived channel": Wrong(
        check="channel C0OLD", says="#old is archived (LABEL_ROUTES)", fix="unarchive #old",
        setup=SetUp(env={"LABEL_ROUTES": "team:payments=C0OLD"}),
    ),
    "a channel that there is not": Wrong(
        check="channel C0GONE", says="no such channel", fix="set right ACTION_CHANNELS",
        setup=SetUp(env={"ACTION_CHANNELS": "C0GONE"}),
    ),
    "a name where only ids count": Wrong(
        check="channel #alerts", says="takes ids alone", fix="write C0ALERTS for #alerts in ALERT_MESSAGE_CHANNELS",
        setup=SetUp(env={"ALERT_MESSAGE_CHANNELS": "#alerts", "ALERT_MESSAGE_SENDERS": "B0ALERTMANA"}),
    ),
    "no kubeconfig": Wrong(
        check="cluster", says="no cluster is configured", fix="KUBECONFIG", setup=SetUp(env={"KUBECONFIG": None})
    ),
    "an unknown context": Wrong(
        check="cluster", says='context "prod" is not in kubeconfig', fix="KUBE_CONTEXT", setup=SetUp(env={"KUBE_CONTEXT": "prod"})
    ),
    "a cluster that hangs": Wrong(
        check="cluster", says="no whole answer within", fix="let this machine reach", setup=SetUp(cluster=hanging)
    ),
    "credentials that have expired": Wrong(
        check="cluster", says="does not accept the credentials of crashloop", fix="renew them", setup=SetUp(cluster=logged_out)
    ),
    "a cluster that is too old": Wrong(
        check="cluster", says="v1.21.14", fix="Kubernetes 1.23 or newer", setup=SetUp(cluster=old)
    ),
    "a cluster that answers no reviews": Wrong(
        check="cluster", says="does not say what crashloop may: 500", fix="SelfSubjectAccessReviews", setup=SetUp(cluster=no_reviews)
    ),
    "one right to read is missing": Wrong(
        check="rights to read", says="may not get pods/log", fix="crashloop-reader, deploy/kubernetes/rbac-read.yaml",
        rule=[{"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]}],
        setup=SetUp(cluster=role_without("crashloop-reader", "pods/log")),
    ),
    "the reader was not bound": Wrong(
        check="rights to read", says="and 38 more", fix="give crashloop this rule", setup=SetUp(without=(READER,))
    ),
    "Secrets' metadata that it may not read": Wrong(
        check="rights to read", says="may not get secrets", fix="this rule",
        rule=[{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}],
        setup=SetUp(env={"READ_SECRET_METADATA": "true"}),
    ),
    "pods that it may not watch": Wrong(
        check="right to watch", says="may not watch pods", fix="crashloop-reader, deploy/kubernetes/rbac-read.yaml",
        rule=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["watch"]}],
        setup=SetUp(cluster=unwatching, env={"WATCH_PODS": "true"}),
    ),
    "it may not ask what people may": Wrong(
        check="right to review", says="create subjectaccessreviews.authorization.k8s.io", fix="crashloop-reviewer",
        rule=[{"apiGroups": ["authorization.k8s.io"], "resources": ["subjectaccessreviews"], "verbs": ["create"]}],
        setup=SetUp(without=(REVIEWER,)),
    ),
    "buttons in a namespace without the right": Wrong(
        check="rights to act", says="in shop", fix="rolebinding-act.yaml", rule=PATCH,
        setup=SetUp(env={"ACTION_NAMESPACES": "production,shop", "ACT_AS": "bot"}),
    ),
    "buttons nowhere": Wrong(
        check="rights to act", says="may not patch deployments.apps", fix="rbac-act.yaml", rule=PATCH,
        setup=SetUp(env={"ACTION_NAMESPACES": None}, without=(ACTOR, IMPERSONATOR)),
    ),
    "it may be nobody": Wrong(
        check="right to impersonate", says='impersonate users "alice@example.com"', fix="rbac-impersonate.yaml",
        rule=BE_ALICE, setup=SetUp(env={"ACT_AS": "user"}, without=(IMPERSONATOR,)),
    ),
    "a data folder that is a file": Wrong(
        check="store", says="cannot be written", fix="DATA_DIR", setup=SetUp(env={"DATA_DIR": "{folder}/kubeconfig"})
    ),
    "a database that is none": Wrong(
        check="store", says="file is not a database", fix="restore it", setup=SetUp(env={"DATA_DIR": "{folder}/junk"})
    ),
    "a database server that is away": Wrong(
        check="store", says="PostgreSQL at 127.0.0.1/bot cannot be used", fix="DATABASE_URL",
        setup=SetUp(env={"DATABASE_URL": "postgresql://bot:canary-password@127.0.0.1:9/bot"}),
    ),
    "Alertmanager cannot be reached": Wrong(
        check="Alertmanager", says="connection refused", fix="ALERTMANAGER_URL", setup=SetUp(env={"ALERTMANAGER_URL": "{dead}"})
    ),
    "something else than Alertmanager": Wrong(
        check="Alertmanager", says="404", fix="ALERTMANAGER_URL", setup=SetUp(env={"ALERTMANAGER_URL": "{slack}/am"})
    ),
    "Prometheus cannot be reached": Wrong(
        check="Prometheus", says="does not answer: connection refused", fix="PROMETHEUS_URL",
        setup=SetUp(env={"PROMETHEUS_URL": "{dead}"}),
    ),
    "something else than Prometheus": Wrong(
        check="Prometheus", says="404", fix="PROMETHEUS_URL", setup=SetUp(env={"PROMETHEUS_URL": "{slack}/prometheus"})
    ),
    "the outgoing webhook's receiver is away": Wrong(
        check="outgoing webhook", says="cannot reach its receiver: connection refused", fix="OUTGOING_WEBHOOK_URL",
        setup=SetUp(env={"OUTGOING_WEBHOOK_URL": "{dead}/canary-path", "OUTGOING_WEBHOOK_SECRET": SECRET}),
    ),
    "the outgoing webhook's receiver has no TLS": Wrong(
        check="outgoing webhook", says="the TLS handshake failed", fix="OUTGOING_WEBHOOK_URL",
        setup=SetUp(env={"OUTGOING_WEBHOOK_URL": "https://{slack_host}/", "OUTGOING_WEBHOOK_SECRET": SECRET}),
    ),
    "the outgoing webhook is not signed": Wrong(
        check="settings", says="OUTGOING_WEBHOOK_SECRET is not", fix="set the one that is missing",
        setup=SetUp(env={"OUTGOING_WEBHOOK_URL": "{dead}"}),
    ),
    "the secret of the outgoing webhook has another form": Wrong(
        check="settings", says="OUTGOING_WEBHOOK_SECRET must be whsec_", fix="OUTGOING_WEBHOOK_SECRET",
        setup=SetUp(env={"OUTGOING_WEBHOOK_URL": "{dead}", "OUTGOING_WEBHOOK_SECRET": "hunter2"}),
    ),
    "this machine's clock": Wrong(
        check="clock", says="behind Slack's and", fix="this machine's clock", setup=SetUp(ahead_s=(290.0, 291.0))
    ),
    "the API server's clock": Wrong(
        check="clock", says="ahead of the API server's", fix="the control plane's", setup=SetUp(ahead_s=(0.0, -600.0))
    ),
    "Slack finds nothing at the public address": Wrong(
        check="Slack over HTTP", says="connection refused", fix="start crashloop serve",
        setup=SetUp(http=True, env={"PUBLIC_URL": "{dead}"}),
    ),
    "Slack finds something else at the public address": Wrong(
        check="Slack over HTTP", says="answers 404", fix="path /slack/events",
        setup=SetUp(http=True, env={"PUBLIC_URL": "{slack}"}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
async def test_the_one_thing_that_is_wrong_is_named(tmp_path, name, monkeypatch):
    wrong = WRONG[name]
    (tmp_path / "junk").mkdir()
    (tmp_path / "junk" / "crashloop.db").write_text("no database" * 1000)
    (tmp_path / "signs").mkdir()
    (tmp_path / "programs.yaml").write_text("- {name: pager, user: pager}\n")
    (tmp_path / "signs" / "people.toml").write_text("[[signature]]\n")
    monkeypatch.setattr("bot.doctor.cluster.WITHIN_S", 0.5 if "hangs" in name else 5.0)
    report = await examined(tmp_path, wrong.setup)
    assert [result.check for result in report.broken] == [wrong.check], told(report)
    (only,) = report.broken
    assert wrong.says in only.sentence
    assert wrong.fix in only.fix
    if wrong.rule is not None:
        assert yaml.safe_load(only.rule) == wrong.rule
    assert json.loads(pages.as_json(pages.document(report)))["ok"] is False


WELL = {
    "over Socket Mode": SetUp(env={"PEOPLE_FILE": "{folder}/people.yaml"}),
    "as the person alone": SetUp(env={"ACT_AS": "user"}, without=(ACTOR,)),
    "by either, where it may not be them": SetUp(without=(IMPERSONATOR,)),
    "as them, where it may not act itself": SetUp(without=(ACTOR,)),
    "diagnosis only": SetUp(env={"ACTIONS_ENABLED": "false"}, without=(ACTOR, IMPERSONATOR)),
    "nobody mapped": SetUp(env={"PEOPLE_FILE": None}, without=(ACTOR, IMPERSONATOR, REVIEWER)),
    "buttons where no setting says": SetUp(env={"ACTION_NAMESPACES": None, "ACT_AS": "bot"}),
    "a token without the scopes that only doctor uses": SetUp(slack=scopes("channels:read", "groups:read")),
    "a token without scopes that nothing needs": SetUp(slack=scopes("usergroups:read", "users:read.email")),
    "over HTTP, where nobody says which address": SetUp(http=True),
    "silences only": SetUp(env={"NAMESPACE_ACTIONS": "production=silence", "ACT_AS": "bot"}, without=(ACTOR,)),
    "a channel by name": SetUp(env={"ALERT_CHANNEL": "#alerts"}),
}


@pytest.mark.parametrize("name", WELL)
async def test_what_is_switched_off_or_not_needed_is_no_fault(tmp_path, name):
    report = await examined(tmp_path, WELL[name])
    assert report.broken == (), told(report)
    assert report.sound


def namespaced(cluster):
    """Bind the reader in its namespaces alone, as where nobody gives a ClusterRoleBinding."""
    binding = cluster.store.find("ClusterRoleBinding", "", "crashloop-reader")
    cluster.store.delete("ClusterRoleBinding", "", "crashloop-reader")
    meta = {"name": "reader", "namespace": "production", "creationTimestamp": "2026-01-01T00:00:00Z"}
    cluster.store.load({**binding, "kind": "RoleBinding", "metadata": meta})


async def test_rights_in_the_allowed_namespaces_are_enough(tmp_path):
    setup = SetUp(cluster=namespaced, env={"ALLOWED_NAMESPACES": "production"})
    report = await examined(tmp_path, setup)
    assert report.broken == (), told(report)
    assert "in production; without" in told(report)["rights to read"][1]


async def test_a_namespace_without_the_rights_is_named(tmp_path):
    setup = SetUp(cluster=namespaced, env={"ALLOWED_NAMESPACES": "production,shop"}, people=None)
    report = await examined(tmp_path, replace(setup, env=setup.env | {"PEOPLE_FILE": None}))
    (only,) = report.broken
    assert (only.check, "in shop" in only.sentence, "production" in only.sentence) == ("rights to read", True, False)
    assert "nodes" not in only.rule


async def test_several_faults_are_several_results(tmp_path):
    setup = SetUp(env={"SLACK_BOT_TOKEN": "xoxb-wrong", "DATA_DIR": "{folder}/kubeconfig"}, without=(READER,))
    report = await examined(tmp_path, setup)
    assert {result.check for result in report.broken} == {"Slack", "rights to read", "store"}
    assert told(report)["Slack scopes"][:2] == ("unchecked", "not looked at: see Slack")


async def test_every_setting_that_is_wrong_is_told(tmp_path):
    setup = SetUp(env={"SLACK_BOT_TOKEN": "xoxp-1", "HTTP_PORT": "http", "KUBE_CONTEXT": "prod"})
    report = await examined(tmp_path, setup)
    assert [result.check for result in report.broken] == ["settings", "settings", "cluster"]


POD = {"KUBERNETES_SERVICE_HOST": "10.96.0.1"}
"""What Kubernetes puts into each pod's environment."""


@pytest.mark.parametrize(
    ("env", "fixes"),
    [
        (
            {"SLACK_BOT_TOKEN": None},
            ["SLACK_BOT_TOKEN, SLACK_APP_TOKEN: a key of the Secret that is mounted at SECRETS_DIR (crashloop, or"],
        ),
        ({"SLACK_BOT_TOKEN": "xoxp-1"}, ["SLACK_BOT_TOKEN: a key of the Secret"]),
        (
            {"ALERT_CHANNEL": "C0OTHER ALERTS"},
            ["ALERT_CHANNEL: among settings in the chart's values, by hand a"],
        ),
        ({"PEOPLE_FILE": "/no/such"}, ["PEOPLE_FILE: made of people in the chart's values"]),
        (
            {"ALERT_CHANNEL": None},
            [
                "ALERTMANAGER_TOKEN: a key of the Secret",
                "ALERT_CHANNEL: among settings in the chart's values",
            ],
        ),
        ({"OWNER_ANOTATIONS": "team"}, ["OWNER_ANNOTATIONS: among settings in the chart's values"]),
        ({"ALERTMANAGER_URL": "{dead}"}, ["ALERTMANAGER_URL: among settings in the chart's values"]),
    ],
)
async def test_in_a_pod_the_place_of_a_setting_is_the_clusters_and_no_file(tmp_path, env, fixes):
    report = await examined(tmp_path, SetUp(env=POD | env))
    (only,) = report.broken
    for fix in fixes:
        assert fix in only.fix
    assert only.fix.endswith("; then restart the pod)")
    assert ".env " not in f"{only.sentence} {only.fix} "


async def test_in_a_pod_what_the_pod_itself_decides_has_no_place(tmp_path):
    report = await examined(tmp_path, SetUp(env=POD | {"KUBE_CONTEXT": "nowhere", "SLACK_APP_TOKEN": None}))
    fixes = {result.check: result.fix for result in report.broken}
    assert "SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET: a key of the Secret" in fixes["settings"]
    assert "KUBE_CONTEXT" in fixes["cluster"]
    assert "in the cluster: " not in fixes["cluster"]


async def test_on_a_machine_it_is_the_environment_or_the_file(tmp_path):
    (only,) = (await examined(tmp_path, SetUp(env={"SLACK_BOT_TOKEN": "xoxp-1"}))).broken
    assert only.fix.startswith("set SLACK_BOT_TOKEN right, in the environment or in .env. What it is: ")
    assert "cluster" not in only.fix


async def test_a_misspelt_name_of_the_environment_is_told_beside_all_that_works(tmp_path):
    report = await examined(tmp_path, SetUp(env={"OWNER_ANOTATIONS": "team"}))
    (only,) = report.broken
    assert only.check == "setting names"
    assert only.sentence == "OWNER_ANOTATIONS in the environment is not a setting; OWNER_ANNOTATIONS is"


async def test_a_word_that_is_no_setting_is_told(tmp_path):
    (tmp_path / ".env").write_text("ALERT_CHANEL=C0ALERTS\n")
    report = await examined(tmp_path, SetUp(env={"ALERTMANAGER_TOKEN": None, "ALERT_CHANNEL": None}))
    (only,) = report.broken
    assert only.sentence == "ALERT_CHANEL in .env is not a setting; ALERT_CHANNEL is"
    assert only.fix == "rename ALERT_CHANEL, or remove it"


async def test_no_check_is_waited_for_beyond_its_time(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.doctor.doctor.CHECK_S", 0.3)
    setup = SetUp(slack=lambda slack: slack.set_fault("*", Fault(kind="hang", times=-1)), cluster=hanging)
    report = await examined(tmp_path, setup)
    late = {result.check for result in report.broken if result.sentence == "no answer within 0.3 s"}
    assert late == {"Slack", "cluster"}


async def test_a_check_that_breaks_takes_no_other_with_it(tmp_path, monkeypatch):
    async def breaks(_settings):
        raise ZeroDivisionError("canary")

    monkeypatch.setattr("bot.doctor.service.store", breaks)
    report = await examined(tmp_path, SetUp())
    assert told(report)["store"][1].startswith("the check itself broke (ZeroDivisionError at test_setups.py:")
    assert [result.check for result in report.broken] == ["store"]


LEAKY = {
    "a database that refuses": {"DATABASE_URL": "postgresql://bot:canary-db-password@127.0.0.1:9/canary"},
    "a database address that is none": {"DATABASE_URL": "postgresql://bot:canary-db-password@[::1/x"},
    "tokens of the wrong kind": {
        "SLACK_BOT_TOKEN": "canary-bot-token-of-a-user",
        "SLACK_APP_TOKEN": "canary-app-token",
    },
    "tokens that Slack refuses": {"SLACK_BOT_TOKEN": "xoxb-canary-1234567890", "SLACK_APP_TOKEN": "xapp-1-canary-1-23"},
    "a short secret": {"SLACK_SIGNING_SECRET": "canary", "ALERTMANAGER_TOKEN": "canary-2"},
    "a Slack address that holds one": {"SLACK_API_URL": "https://canary:canary-password@127.0.0.1:9/"},
    "an Alertmanager address that holds one": {"ALERTMANAGER_URL": "http://me:canary-password@127.0.0.1:9"},
    "a Prometheus address and headers that hold one": {
        "PROMETHEUS_URL": "http://me:canary-password@127.0.0.1:9",
        "PROMETHEUS_HEADERS": "X-Token=canary-header",
    },
    "an outgoing webhook's address that is one": {
        "OUTGOING_WEBHOOK_URL": "http://canary:canary@127.0.0.1:9/canary?key=canary",
        "OUTGOING_WEBHOOK_SECRET": SECRET,
    },
    "a secret of an outgoing webhook that is none": {
        "OUTGOING_WEBHOOK_URL": "http://127.0.0.1:9/canary",
        "OUTGOING_WEBHOOK_SECRET": "whsec_canary",
    },
    "headers for Prometheus that are none": {"PROMETHEUS_HEADERS": "canary-header"},
    "a public address that holds one": {"PUBLIC_URL": "http://me:canary-password@127.0.0.1:9", "SLACK_APP_TOKEN": None},
}


@pytest.mark.threat("Redaction", "the doctor's report repeats a token or a password of the settings")
async def test_no_secret_of_the_settings_stands_in_a_report(tmp_path, record_property):
    shown = {}
    for name, env in LEAKY.items():
        (folder := tmp_path / str(len(shown))).mkdir()
        report = await examined(folder, SetUp(env=env, http="PUBLIC_URL" in env))
        assert report.broken, name
        blocks = json.dumps(pages.blocks(report, 0.0))
        shown[name] = pages.as_json(pages.document(report)) + pages.text(report, colour=False, width=100) + blocks
    assert [name for name, text in shown.items() if "canary" in text.replace("/canary cannot be used", "")] == []
    record_property("tried", f"{len(LEAKY)} set-ups whose faults are about what holds a secret")
    record_property("held", "none stands in the text, the JSON or the Home tab")


async def test_what_slack_calls_a_channel_is_text_and_no_command_of_the_terminal(tmp_path):
    def hostile(slack):
        slack.workspace.rooms["C0OTHER"] = Room(id="C0OTHER", name="o\x1b[31m\u202e<!here>", app_is_member=False)

    report = await examined(tmp_path, SetUp(slack=hostile, env={"ALERT_CHANNEL": "C0OTHER"}))
    (only,) = report.broken
    assert not {"\x1b", "\u202e"} & {*only.sentence, *only.fix}
    assert "<!here>" not in json.dumps(pages.blocks(report, 0.0))


async def answering(body, **more):
    async def answer(_request):
        return web.Response(text=body, **more)

    app = web.Application()
    app.router.add_get("/api/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


@pytest.mark.parametrize(
    ("body", "state", "says"),
    [
        ('{"versionInfo": {"version": "0.28.1"}}', "ok", "Alertmanager 0.28.1 at http"),
        ("<html>sign in</html>", "broken", "no Alertmanager: it sends no JSON"),
        ('{"status": "success"}', "broken", "is no Alertmanager"),
    ],
)
async def test_alertmanager_is_known_by_what_it_says(tmp_path, body, state, says):
    runner, url = await answering(body)
    try:
        report = await examined(tmp_path, SetUp(env={"ALERTMANAGER_URL": url}))
    finally:
        await runner.cleanup()
    assert told(report)["Alertmanager"][0] == state
    assert says in told(report)["Alertmanager"][1]


@pytest.mark.parametrize(
    ("body", "env", "state", "says"),
    [
        ('{"data": {"resultType": "vector", "result": [{"metric": {}, "value": [1, "42"]}], "version": "3.5.0"}}', {},
         "ok", "Prometheus 3.5.0 at http"),
        ('{"data": {"resultType": "vector", "result": []}}', {}, "broken",
         "has no series container_memory_working_set_bytes"),
        ('{"data": {"resultType": "vector", "result": []}}', {"PROMETHEUS_MATCHERS": "cluster=eu"}, "broken",
         "with the labels of PROMETHEUS_MATCHERS"),
        ("<html>sign in</html>", {}, "broken", "no Prometheus: it sends no JSON"),
    ],
)  # fmt: skip
async def test_prometheus_is_known_by_what_it_holds(tmp_path, body, env, state, says):
    runner, url = await answering(body)
    try:
        report = await examined(tmp_path, SetUp(env={"PROMETHEUS_URL": url, **env}))
    finally:
        await runner.cleanup()
    assert told(report)["Prometheus"][0] == state
    assert says in told(report)["Prometheus"][1]


async def test_a_test_event_arrives_signed_or_why_it_did_not(tmp_path):
    async with hooked(204, 401) as hook:
        env = {
            "OUTGOING_WEBHOOK_URL": hook.url,
            "OUTGOING_WEBHOOK_SECRET": SECRET,
            "OUTGOING_WEBHOOK_NAMESPACES": "a,b",
        }
        taken = told(await examined(tmp_path, SetUp(env=env), event=True))
        assert taken["outgoing webhook"][:2] == (
            "ok", "its receiver can be reached; told are incidents of a, b; --test-webhook sends an event",
        )  # fmt: skip
        assert taken[TEST][0] == "ok"
        (got,) = hook.taken
        described(got)
        assert got.type == "webhook.test"
        assert got.headers["webhook-signature"] == signed_by_openssl(got, KEY)
        refused = told(await examined(tmp_path, SetUp(env=env), event=True))
        assert refused[TEST][:2] == ("broken", "the receiver did not take it: it answers 401")
    away = told(await examined(tmp_path, SetUp(env=env), event=True))
    assert away[TEST][:2] == ("broken", "the receiver did not take it: connection refused")
    unset = told(await examined(tmp_path, SetUp(), event=True))
    assert (unset["outgoing webhook"][0], unset[TEST][0]) == ("off", "broken")

"""Each file says what deploy/ says, and is read by what reads it: Slack's manifest, Alertmanager, the people map."""

from __future__ import annotations

import json
import shutil
import subprocess
from urllib.parse import parse_qs, urlsplit

import pytest
import re2
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.people_map import parse_people
from bot.doctor.scopes import SCOPES
from bot.installation import kit, receiver
from bot.installation.documents import document
from bot.installation.manifest import link, manifest
from bot.installation.questions import answered
from bot.installation.steps import PEOPLE, steps
from tests.deploy.rights import DEPLOY

SAID = {"channel": "C0ALERTS"}
OVER_HTTP = SAID | {"slack": "http", "public_url": "https://crashloop.example.com"}
ACTING = SAID | {"act_in": "payments", "email": "alice@example.com"}
MODES = {"socket-mode": SAID, "http": OVER_HTTP}


def made(people="", **said):
    answers = answered(SAID | said, {}, None)
    return kit.files(answers, people, steps(answers, "here", "chart"))


@pytest.mark.parametrize("mode", MODES)
def test_the_manifest_is_that_of_deploy_and_has_the_scopes_that_doctor_wants(mode):
    def comparable(data):
        data["oauth_config"]["scopes"]["bot"].sort()
        return data

    ours = manifest(answered(MODES[mode], {}, None))
    assert sorted(ours["oauth_config"]["scopes"]["bot"]) == sorted(scope.name for scope in SCOPES if scope.in_manifest)
    theirs = yaml.safe_load((DEPLOY.parent / "slack" / f"manifest-{mode}.yaml").read_text())
    assert comparable(ours) == comparable(theirs)
    assert yaml.safe_load(made(**MODES[mode])["slack-manifest.yaml"]) == manifest(answered(MODES[mode], {}, None))


@pytest.mark.parametrize("mode", MODES)
def test_the_link_opens_slack_with_that_manifest(mode):
    answers = answered(MODES[mode], {}, None)
    parts = urlsplit(link(answers))
    query = parse_qs(parts.query, strict_parsing=True)
    assert (parts.scheme, parts.netloc, parts.path, query["new_app"]) == ("https", "api.slack.com", "/apps", ["1"])
    assert json.loads(query["manifest_json"][0]) == manifest(answers)
    # Servers take 8,000 octets of a request line (RFC 9110, 4.1); a terminal must find the link's end.
    assert len(link(answers)) < 8000
    assert not re2.search(r"[\s<>\"']", link(answers))


def test_the_receiver_is_that_of_deploy():
    ours = yaml.safe_load(made()["alertmanager.yaml"])
    assert ours == yaml.safe_load((DEPLOY.parent / "alertmanager" / "receiver.yaml").read_text())


def as_the_operator_writes_it(config):
    """Alertmanager's configuration of an AlertmanagerConfig, with matcher strategy None."""

    def snake(value):
        if isinstance(value, dict):
            return {re2.sub(r"([A-Z])", r"_\1", key).lower(): snake(each) for key, each in value.items()}
        return [snake(each) for each in value] if isinstance(value, list) else value

    route = snake(config["spec"]["route"])
    route["matchers"] = [f'{each["name"]}{each["match_type"]}"{each["value"]}"' for each in route["matchers"]]
    receivers = snake(config["spec"]["receivers"])
    for webhook in receivers[0]["webhook_configs"]:
        webhook["http_config"]["authorization"]["credentials"] = "of the Secret"
    return {"route": {"routes": [route]}, "receivers": receivers}


@pytest.mark.skipif(not shutil.which("amtool"), reason="no amtool on the path (Debian: prometheus-alertmanager)")
@pytest.mark.parametrize("kind", ["plain", "operator"])
def test_alertmanager_takes_the_receiver_and_routes_to_it(tmp_path, kind):
    if kind == "plain":
        ours = yaml.safe_load(made()["alertmanager.yaml"])
    else:
        config = yaml.safe_load(made(alertmanager="operator", monitoring_namespace="o11y")["alertmanagerconfig.yaml"])
        assert (config["kind"], config["metadata"]["namespace"]) == ("AlertmanagerConfig", "o11y")
        ours = as_the_operator_writes_it(config)
    mine = {"route": {"receiver": "pager", "routes": ours["route"]["routes"]}}
    mine["receivers"] = [{"name": "pager"}, *ours["receivers"]]
    path = tmp_path / "alertmanager.yml"
    path.write_text(yaml.safe_dump(mine))

    def amtool(*arguments):
        ran = subprocess.run(("amtool", *arguments), capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    assert " - 2 receivers" in amtool("check-config", str(path))
    routed = ("config", "routes", "test", f"--config.file={path}", "namespace=production")
    assert "crashloop" in amtool(*routed, "alertname=KubePodCrashLooping")
    assert "crashloop" not in amtool(*routed, "alertname=Watchdog")


def test_plain_and_operator_send_the_same_alerts_to_the_same_place():
    plain, operated = receiver.plain(), as_the_operator_writes_it(receiver.operated("monitoring"))
    for each in (plain, operated):
        del each["receivers"][0]["webhook_configs"][0]["http_config"]
    assert plain == operated


def test_the_people_map_is_read_by_its_loader():
    people = yaml.safe_load(made(**ACTING | {"groups": "oncall,sre"})[PEOPLE])["people"]
    (entry,) = parse_people(yaml.safe_dump(people))
    assert (entry.email, entry.user, entry.groups) == ("alice@example.com", "alice@example.com", ("oncall", "sre"))


def test_a_people_map_with_others_in_it_is_left_as_it_is():
    mine = made(**ACTING)[PEOPLE] + "  # on call in winter\n  - {slack: U0BEN, user: ben}\n"
    assert made(mine, **ACTING)[PEOPLE] == mine
    assert made(mine, **ACTING | {"user": "alice"})[PEOPLE] != mine
    for broken in ("people: 3", "- a", "people: [", "[" * 5000):
        assert made(broken, **ACTING)[PEOPLE] == made(**ACTING)[PEOPLE]


def test_no_file_and_no_command_holds_a_secret():
    """Nothing secret is asked for; this holds that no file is where a command would read one from."""
    answers = answered(ACTING | {"store": "postgresql", "database_secret": "data/pg:uri"}, {}, None)
    todo = steps(answers, "here", "chart")
    text = "\n".join(kit.files(answers, "", todo).values())
    assert not re2.search(r"xox[bp]-[A-Za-z0-9]|xapp-[A-Za-z0-9]|postgresql://", text)
    commands = "\n".join(command for step in todo for command in step.commands)
    assert "--from-literal" not in commands
    assert {"--from-env-file=/dev/stdin", "--from-file=token=/dev/stdin"} <= {
        word.strip("()") for word in commands.split() if word.startswith("--from-")
    }


ODD = st.text(max_size=60).filter(lambda text: text.isprintable())


@given(st.dictionaries(st.sampled_from(["name", "user", "others"]), ODD | st.lists(ODD)))
def test_a_document_means_what_it_was_given(data):
    assert yaml.safe_load(document(data, ["a remark"])) == data
    # Whatever reads it: every text is quoted, so that none is a number or a truth to another reader of YAML.
    assert yaml.load(document(data), Loader=yaml.BaseLoader) == data  # noqa: S506 — BaseLoader makes texts only


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_whatever_stands_in_the_file_of_answers_is_answers_or_nothing(text):
    assert all(isinstance(answer, str) for answer in kit.remembered(text).values())

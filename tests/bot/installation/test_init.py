"""``crashloop init`` as its users meet it: a process with flags, and one with a terminal that asks."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
import re2
import yaml

from tests.support.command_line import command
from tests.support.terminal import Terminal

ROOT = str(Path(__file__).parents[3])
FILES = ["INSTALL.md", "alertmanager.yaml", "answers.yaml", "own.yaml", "slack-manifest.yaml", "values.yaml"]
INIT = (sys.executable, "-m", "bot", "init")


def environment():
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": ROOT,
        "PYTHONWARNINGS": "error",
        "TERM": "dumb",
        "LANG": "C.UTF-8",
    }


def init(folder, *arguments):
    """Without a terminal. Returns exit code, standard output, standard error."""
    said = command(folder, environment(), "init", *arguments)
    assert "Traceback" not in said.err
    return said


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_from_flags_it_writes_the_folder_and_prints_the_steps_in_order(tmp_path):
    code, out, err = init(tmp_path, "--channel", "C0ALERTS")
    assert (code, err) == (0, "")
    assert names(tmp_path / "crashloop-here") == FILES
    assert out.startswith("written   crashloop-here/answers.yaml\n")
    titles = re2.findall(r"(?m)^\d+\. (.+)$", out)
    assert titles == [
        "The Slack app", "The image", "The namespace", "The Secret", "The bot", "Alertmanager", "Does it work?",
        "A test alert",
    ]  # fmt: skip
    page = (tmp_path / "crashloop-here" / "INSTALL.md").read_text()
    for line in re2.findall(r"(?m)^ {5}(.+)$", out):
        assert line in page
    assert "https://api.slack.com/apps?new_app=1&manifest_json=" in page


def test_without_a_terminal_what_is_missing_is_named_and_nothing_is_written(tmp_path):
    for yes in ([], ["--yes"]):
        code, out, err = init(tmp_path, "--slack", "http", *yes)
        assert (code, out) == (2, "")
        assert err == "Error: nobody can be asked here, so say --public-url and --channel too\n"
    assert names(tmp_path) == []


def test_for_programs_the_same_is_json(tmp_path):
    code, out, err = init(tmp_path, "my folder", "--channel", "#alerts", "-o", "json")
    data = json.loads(out)
    assert (code, err, data["schema"], data["folder"], data["left_over"]) == (0, "", 1, "my folder", [])
    assert sorted(each["name"] for each in data["files"]) == FILES
    assert {each["outcome"] for each in data["files"]} == {"written"}
    (helm,) = [each for step in data["steps"] for each in step["commands"] if each.startswith("helm")]
    assert helm.endswith("--values 'my folder/values.yaml' --values 'my folder/own.yaml'")


def test_run_again_it_begins_with_the_earlier_answers_and_replaces_only_when_told(tmp_path):
    here = tmp_path / "crashloop-here"
    first = ("--channel", "C0ALERTS", "--cluster-name", "prod", "--alertmanager", "operator")
    assert init(tmp_path, *first)[0] == 0
    code, out, _err = init(tmp_path)
    assert (code, out.count("unchanged")) == (0, 6)
    before = {name: (here / name).read_text() for name in names(here)}
    code, out, err = init(tmp_path, "--alertmanager", "plain")
    assert (code, out) == (2, "")
    assert "values.yaml, INSTALL.md in crashloop-here would say something else; --force replaces" in err
    assert {name: (here / name).read_text() for name in names(here)} == before
    code, out, _err = init(tmp_path, "--alertmanager", "plain", "--force")
    assert code == 0
    assert "replaced  crashloop-here/values.yaml" in out
    assert "left over crashloop-here/alertmanagerconfig.yaml is of an earlier run" in out
    assert (here / "values.yaml.before").read_text() == before["values.yaml"]
    settings = yaml.safe_load((here / "values.yaml").read_text())["settings"]
    assert settings == {"ALERT_CHANNEL": "C0ALERTS", "CLUSTER_NAME": "prod", "ACTIONS_ENABLED": "false"}


def test_a_terminal_is_asked_and_asked_again_where_an_answer_does_not_fit(tmp_path):
    me = Terminal(tmp_path, environment(), *INIT, "--image", "registry.example/crashloop:1")
    me.answer("or http [socket]: ", "")
    me.answer("or none [plain]: ", "smoke signals")
    assert "'smoke signals' is none of plain, operator, none" in me.answer("or none [plain]: ", "operator")
    me.answer("[monitoring]: ", "")
    me.answer("or #name: ", "")
    me.answer("or #name: ", "C0ALERTS")
    me.answer("(- for none): ", "prod")
    me.answer("[all]: ", "payments, web")
    me.answer("it only reads): ", "payments")
    me.answer("buttons work for nobody): ", "-")
    assert "say your e-mail address" in me.answer("buttons work for nobody): ", "alice@example.com")
    me.answer("[alice@example.com]: ", "alice")
    me.answer("[sqlite]: ", "")
    code, shown = me.end()
    assert code == 0, shown
    assert "helm upgrade --install crashloop" in shown
    here = tmp_path / "crashloop-here"
    values = yaml.safe_load((here / "values.yaml").read_text())
    assert values["rbac"] == {"scope": "cluster", "act": {"enabled": True, "namespaces": ["payments"]}}
    assert values["settings"]["ALLOWED_NAMESPACES"] == "payments,web"
    assert yaml.safe_load((here / "people.yaml").read_text()) == {
        "people": [{"email": "alice@example.com", "user": "alice"}]
    }
    again = Terminal(tmp_path, environment(), *INIT, "--image", "registry.example/crashloop:2")
    for words in ("[socket]: ", "[operator]: ", "[monitoring]: ", "[C0ALERTS]: ", "[prod]: ", "[payments,web]: ",
                  "[payments]: ", "[alice@example.com]: ", "[alice]: ", "[sqlite]: "):  # fmt: skip
        again.answer(words, "")
    again.answer("Replace, and keep what is there beside it? [y/N]: ", "n")
    code, shown = again.end()
    assert (code, "--force replaces" in shown) == (2, True)
    assert yaml.safe_load((here / "values.yaml").read_text()) == values


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_leaves_nothing(tmp_path):
    me = Terminal(tmp_path, environment(), *INIT)
    me.answer("[socket]: ", "")
    me.until("[plain]: ")
    me.interrupt()
    code, shown = me.end()
    assert (code, "Traceback" in shown) == (130, False)
    assert names(tmp_path) == []


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash on the path: the commands are for bash")
def test_the_tokens_are_asked_for_unseen_and_what_was_pasted_with_the_command_is_none(tmp_path):
    """Else the next line would be taken for a token, and the token for a command, which stays in the history."""
    (tmp_path / "kubectl").write_text(
        '#!/bin/bash\n[ "$3" != get ] || exit 1\n[ "$1" != replace ] || exec cat\ncat > "$HOME/given"; echo "as $*"\n'
    )
    (tmp_path / "kubectl").chmod(0o755)
    todo = json.loads(init(tmp_path, "--channel", "C0ALERTS", "-o", "json")[1])["steps"]
    (command,) = next(step["commands"] for step in todo if step["title"] == "The Secret")
    mine = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path), "PS1": "$ ", "TERM": "dumb"}
    me = Terminal(tmp_path, mine, "bash", "--norc", "--noprofile", "-i")
    me.answer("$ ", f"{command}\necho the next line")
    me.answer("\nBot User OAuth Token, xoxb-: ", "xoxb-1")
    me.answer("App-level token, xapp-: ", "xapp-1")
    assert "xoxb-1" not in me.until("as -n crashloop create secret generic crashloop --from-env-file=/dev/stdin")
    me.answer("$ ", "exit")
    _code, shown = me.end()
    assert "xapp-1" not in shown
    bot, app, alertmanager = (tmp_path / "given").read_text().splitlines()
    assert (bot, app) == ("SLACK_BOT_TOKEN=xoxb-1", "SLACK_APP_TOKEN=xapp-1")
    assert re2.fullmatch("ALERTMANAGER_TOKEN=[0-9a-f]{64}", alertmanager)


def test_values_of_ones_own_are_left_as_they_are(tmp_path):
    assert init(tmp_path, "--channel", "C0ALERTS")[0] == 0
    own = tmp_path / "crashloop-here" / "own.yaml"
    for text in ("programs: []\n", ""):
        own.write_text(text)
        code, out, err = init(tmp_path, "--channel", "C0OTHER", "--force")
        assert (code, err) == (0, "")
        assert own.read_text() == text
    assert "--values crashloop-here/own.yaml" in out


def test_a_token_is_no_channel_and_is_written_nowhere(tmp_path):
    code, out, err = init(tmp_path, "--channel", "xoxb-12345-secret")
    assert (code, out) == (2, "")
    assert "that is a token, and no channel" in err
    assert "12345" not in err
    assert not (tmp_path / "crashloop-here").exists()

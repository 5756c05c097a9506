"""``explain-alert``: says of any payload, message or text what was understood, what was set aside and why."""

import io
import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot.__main__ import cli, main
from bot.alerts.policy import Policy
from bot.alerts.reading import Vocabulary
from bot.cli.explain_alert import LONGEST, NotAnAlertError, explain

LABELS = {
    "alertname": "KubeDeploymentReplicasMismatch", "namespace": "zoo", "deployment": "cage-api",
    "job": "kube-state-metrics", "pod": "metrics-kube-state-metrics-7f9c8d6b5-q4wzk",
}  # fmt: skip
PAYLOAD = {"version": "4", "alerts": [{"labels": LABELS, "annotations": {"runbook_url": "https://r.example/x"}}]}


def lines(found, clusters=("prod-eu",)):
    text = found if isinstance(found, str) else json.dumps(found)
    return "\n".join(explain(text, Policy.of((), ("noise",), clusters), Vocabulary()))


def test_what_was_understood_and_set_aside_is_said_with_its_reason():
    said = lines(PAYLOAD)
    assert "about: Deployment zoo/cage-api (label deployment)" in said
    assert "set aside: pod=metrics-kube-state-metrics-7f9c8d6b5-q4wzk (the pod that was scraped" in said
    assert "link: runbook https://r.example/x" in said
    assert "then: looked into" in said


@pytest.mark.parametrize(
    ("labels", "then"),
    [
        ({"alertname": "Watchdog"}, "quiet: Watchdog is on the quiet list"),
        ({"alertname": "Noise", "pod": "a-0", "namespace": "n"}, "quiet: Noise is on the quiet list"),
        ({"alertname": "X", "severity": "info"}, "quiet: severity info pages nobody"),
        ({"alertname": "X", "cluster": "other"}, "about cluster other (this one is prod-eu)"),
        ({"alertname": "X"}, "said once to those who own the rule"),
    ],
)
def test_what_would_be_done_is_said(labels, then):
    assert then in lines({"alerts": [{"labels": labels}]})


@pytest.mark.parametrize(
    "found",
    [
        {"type": "event_callback", "event": {"text": "Crashing pod cage-0 in namespace zoo"}},
        {"text": "Crashing pod cage-0 in namespace zoo"},
        "Crashing pod cage-0 in namespace zoo",
        {"attachments": [{"text": "*Namespace*\nzoo\n*Pod*\ncage-0"}]},
    ],
)
def test_a_message_an_event_and_plain_text_are_taken(found):
    assert "about: Pod zoo/cage-0" in lines(found)


def test_the_command_reads_a_file_and_standard_input_and_the_settings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALERT_LABELS", "pod=zoo_pod")
    (tmp_path / "alert.json").write_text(
        json.dumps({"alerts": [{"labels": {"namespace": "zoo", "zoo_pod": "cage-0"}}]})
    )
    for arguments, given_in in (
        (["explain-alert", "alert.json"], None),
        (["explain-alert", "-"], "pod: cage-0\nnamespace: zoo"),
    ):
        done = CliRunner().invoke(cli, arguments, input=given_in)
        assert done.exit_code == 0, done.output
        assert "about: Pod zoo/cage-0" in done.output


def test_of_several_clusters_it_says_which_are_known_and_that_one_must_be_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLUSTERS_FILE", str(tmp_path / "clusters.yaml"))

    def said(clusters, **labels):
        (tmp_path / "clusters.yaml").write_text(clusters)
        alert = {"labels": {"alertname": "X", "namespace": "zoo", "pod": "cage-0"} | labels}
        done = CliRunner().invoke(cli, ["explain-alert", "-"], input=json.dumps(alert))
        assert done.exit_code == 0, done.output
        return done.output

    two = "[{name: eu, context: eu, alert_names: [west]}, {name: us, context: us}]"
    assert "then: looked into" in said(two, cluster="West")
    assert "then: not answered from here: it is about cluster zz (known here: eu, us, west)" in said(two, cluster="zz")
    assert "then: said once: it names none of the clusters eu, us, west, and none is the default" in said(two)
    assert "then: looked into" in said("[{name: eu, context: eu, default: true}, {name: us, context: us}]")
    assert "then: looked into" in said("[{name: eu}]")


@pytest.mark.parametrize(
    ("setting", "given_in", "sentence"),
    [
        ("", "  ", "there is nothing to read"),
        ("colour=x", "pod: a", "ALERT_LABELS names 'colour', which no label can say"),
    ],
)
def test_what_is_no_alert_and_a_wrong_setting_are_one_clear_sentence(monkeypatch, capsys, setting, given_in, sentence):
    monkeypatch.setenv("ALERT_LABELS", setting)
    monkeypatch.setattr("sys.stdin", io.StringIO(given_in))
    with pytest.raises(SystemExit) as left:
        main(["explain-alert", "-"])
    assert left.value.code == 2
    assert sentence in capsys.readouterr().err


def test_a_novel_is_no_alert():
    with pytest.raises(NotAnAlertError, match="longer than"):
        lines("x" * (LONGEST + 1))


@given(st.text(max_size=300))
def test_any_text_is_explained_or_refused(text):
    try:
        assert lines(text)
    except NotAnAlertError:
        assert not text.strip()

"""What counts as an answer: flags, a person, the run before, defaults; and how it is refused what cannot be used."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.installation.answers import AnswerError, Image
from bot.installation.questions import QUESTIONS, answered, worth_remembering

CHANNEL = {"channel": "C0ALERTS"}
ACTING = CHANNEL | {"act_in": "payments", "email": "alice@example.com"}


def test_the_channel_is_all_that_has_to_be_said():
    answers = answered(CHANNEL, {}, None)
    assert answers["channel"] == "C0ALERTS"
    assert (answers["slack"], answers["store"], answers["namespaces"], answers["act_in"]) == (
        "socket", "sqlite", "all", "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "nobody can be asked here, so say --channel too"),
        (
            {"slack": "http", "act_in": "a", "store": "postgresql"},
            "nobody can be asked here, so say --public-url, --channel, --email and --database-secret too",
        ),
        ({"channel": "C 1"}, "--channel: 'C 1' is no channel: its id (C0123ABCD, at the end of its About) or #name"),
        ({"slack": "rtm"}, "--slack: 'rtm' is none of socket, http"),
        (CHANNEL | {"public_url": "https://a.example"}, "--public-url is for --slack http"),
        (CHANNEL | {"ingress_class": "nginx"}, "--ingress-class is for --tls-secret"),
        (CHANNEL | {"database_secret": "a:b"}, "--database-secret is for --store postgresql"),
        ({"alertmanager": "none", "channel": "C1AA"}, "--channel is for --alertmanager plain or operator"),
        (CHANNEL | {"namespaces": "a,b", "act_in": "c"}, "--act-in: c is not among the namespaces that it may read"),
        (CHANNEL | {"namespaces": "a,b", "email": "a@example.com"}, "--email is for --namespaces all or --act-in"),
        (CHANNEL | {"namespaces": "A"}, "--namespaces: 'A' is no name of a namespace"),
        (ACTING | {"email": "-"}, "--email: buttons work for those only whom the people map names"),
        (ACTING | {"email": "älice@example.com"}, "--email: 'älice@example.com' is no e-mail address in ASCII"),
        (ACTING | {"user": "system:admin"}, "--user: 'system:admin' cannot be a Kubernetes user or group"),
        (ACTING | {"groups": "a,system:masters"}, "--groups: 'system:masters' cannot be a Kubernetes user or group"),
        (CHANNEL | {"monitoring_namespace": "crashloop"}, "crashloop is the bot's own namespace"),
        (CHANNEL | {"slack": "http", "public_url": "http://a.example"}, "is no address that begins with https://"),
        (CHANNEL | {"slack": "http", "public_url": "https://u:p@a.example"}, "must hold no user name and no password"),
        (
            CHANNEL | {"slack": "http", "public_url": "https://a.example:8443", "tls_secret": "t"},
            "--tls-secret: an Ingress serves https://HOST/slack/events",
        ),
        (CHANNEL | {"store": "postgresql", "database_secret": "pg"}, "is not of the form [NAMESPACE/]SECRET:KEY"),
        (CHANNEL | {"image": "crashloop"}, "--image: 'crashloop' is no image"),
        (CHANNEL | {"cluster_name": "a\nb"}, "--cluster-name: 'a\\nb' has characters that cannot be printed"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_in_one_sentence(said, sentence):
    with pytest.raises(AnswerError) as refused:
        answered(said, {}, None)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert ":p@" not in str(refused.value)


def test_a_flag_goes_before_a_person_and_a_person_before_the_run_before():
    asked = []

    def person(question, default, fits):
        asked.append((question.name, default))
        return fits("C0PERSON" if question.name == "channel" else default)

    answers = answered({"cluster_name": "by-flag"}, {"channel": "C0BEFORE", "cluster_name": "before"}, person)
    assert (answers["cluster_name"], answers["channel"]) == ("by-flag", "C0PERSON")
    assert ("channel", "C0BEFORE") in asked
    assert "cluster_name" not in dict(asked)


def test_a_person_is_asked_only_what_matters():
    def names(**said):
        asked = []

        def person(question, default, fits):
            asked.append(question.name)
            return fits(said.get(question.name, default or ""))

        answered({}, {}, person)
        return asked

    least = names(channel="C0ALERTS")
    assert least == [
        "slack", "alertmanager", "monitoring_namespace", "channel", "cluster_name", "namespaces", "act_in", "email",
        "store", "image",
    ]  # fmt: skip
    assert set(names(channel="C0ALERTS", slack="http", public_url="https://a.example")) - set(least) == {
        "public_url", "tls_secret", "ingress_namespace",
    }  # fmt: skip
    assert "email" not in names(channel="C0ALERTS", namespaces="a")


def test_what_was_guessed_is_guessed_anew():
    """Else another e-mail address would keep the user of the first one, and plain the operator's Alertmanager."""
    before = worth_remembering(answered(ACTING | {"alertmanager": "operator"}, {}, None))
    assert before == {"alertmanager": "operator"} | ACTING
    now = answered({"email": "ben@example.com", "alertmanager": "plain"}, before, None)
    assert (now["user"], now["alertmanager_url"]) == ("ben@example.com", "")


def test_an_earlier_answer_that_does_not_fit_any_more_is_no_default():
    answers = answered({"namespaces": "a"}, CHANNEL | {"act_in": "b", "store": "paper"}, None)
    assert (answers["act_in"], answers["store"]) == ("", "sqlite")


@pytest.mark.parametrize(
    ("said", "repository", "tag", "digest"),
    [
        ("crashloop:0.1.0", "crashloop", "0.1.0", ""),
        ("registry.example:5000/team/crashloop:v1", "registry.example:5000/team/crashloop", "v1", ""),
        ("ghcr.io/a/b@sha256:" + "a" * 64, "ghcr.io/a/b", "", "sha256:" + "a" * 64),
    ],
)
def test_an_image_is_taken_apart(said, repository, tag, digest):
    assert Image.of(said) == Image(repository, tag, digest)


@given(st.dictionaries(st.sampled_from([question.name for question in QUESTIONS]), st.text(max_size=80)))
def test_whatever_is_said_is_an_answer_or_refused_in_a_sentence(said):
    answers, refused = None, ""
    try:
        answers = answered(said, {}, None)
    except AnswerError as error:
        refused = str(error)
    if answers is None:
        assert refused
        assert refused.isprintable()
        return
    assert all(answer.isprintable() for answer in answers.values())
    # What was taken is taken again as it is: from the file of answers, too.
    assert answered({}, answers, None) == answers

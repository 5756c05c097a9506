from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cluster.target import TargetRef
from bot.model.target import TargetError, parse_command_text, parse_target


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("api-deployment-7d4b9c-xkp2z", TargetRef(name="api-deployment-7d4b9c-xkp2z")),
        ("  web  ", TargetRef(name="web")),
        ("my.pod.v1", TargetRef(name="my.pod.v1")),
        ("production/web", TargetRef(namespace="production", name="web")),
        ("pod/web", TargetRef(kind="Pod", name="web")),
        ("po/web", TargetRef(kind="Pod", name="web")),
        ("pods/web", TargetRef(kind="Pod", name="web")),
        ("deployment/api", TargetRef(kind="Deployment", name="api")),
        ("deploy/api", TargetRef(kind="Deployment", name="api")),
        ("deployments.apps/api", TargetRef(kind="Deployment", name="api")),
        ("Deployment/api", TargetRef(kind="Deployment", name="api")),
        ("sts/db", TargetRef(kind="StatefulSet", name="db")),
        ("ds/agent", TargetRef(kind="DaemonSet", name="agent")),
        ("rs/api-7d4b9c", TargetRef(kind="ReplicaSet", name="api-7d4b9c")),
        ("job/reindex", TargetRef(kind="Job", name="reindex")),
        ("cj/nightly", TargetRef(kind="CronJob", name="nightly")),
        ("production/deploy/api", TargetRef(kind="Deployment", namespace="production", name="api")),
        ("services/web", TargetRef(namespace="services", name="web")),
    ],
)
def test_forms(text, expected):
    assert parse_target(text) == expected


def test_namespace_and_container_given_apart():
    expected = TargetRef(kind="Deployment", namespace="production", name="api", container="app")
    assert parse_target("deploy/api", "production", "app") == expected
    assert parse_target("production/api", "production") == TargetRef(namespace="production", name="api")


KINDS = "ask about pod, deployment, statefulset, daemonset, job, cronjob, replicaset"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no target was given; say POD, NAMESPACE/POD or deployment/NAME"),
        ("a/b/c/d", '"a/b/c/d" is no target; say POD, NAMESPACE/POD or deployment/NAME'),
        ("production/", '"production/" is no target; say POD, NAMESPACE/POD or deployment/NAME'),
        ("Web", "\"Web\" is no name: small letters, digits, '-' and '.' only, no '-' at the ends"),
        ("web-", "\"web-\" is no name: small letters, digits, '-' and '.' only, no '-' at the ends"),
        ("../../secrets/x", '"../../secrets/x" is no target; say POD, NAMESPACE/POD or deployment/NAME'),
        ("..", "\"..\" is no name: small letters, digits, '-' and '.' only, no '-' at the ends"),
        ("my.ns/web", "\"my.ns\" is no namespace: small letters, digits and '-' only, no '-' at the ends"),
        ("a" * 254, f'the name "{"a" * 60}…" is longer than 253 characters'),
        ("svc/web", f"a Service cannot be diagnosed; {KINDS}"),
        ("x/thing/web", f'"thing" in "x/thing/web" cannot be diagnosed; {KINDS}'),
    ],
)  # fmt: skip
def test_bad_targets_are_one_sentence(text, sentence):
    with pytest.raises(TargetError) as failed:
        parse_target(text)
    assert str(failed.value) == sentence


def test_two_namespaces_contradict():
    with pytest.raises(TargetError, match='two namespaces were given: "a" in the target and "b" apart'):
        parse_target("a/web", "b")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("web -n production", TargetRef(namespace="production", name="web")),
        ("-n production web", TargetRef(namespace="production", name="web")),
        ("web --namespace=production -c app", TargetRef(namespace="production", name="web", container="app")),
        ("deployment api -n production", TargetRef(kind="Deployment", namespace="production", name="api")),
        (
            "deploy/api\N{NO-BREAK SPACE}-c\N{NO-BREAK SPACE}app",
            TargetRef(kind="Deployment", name="api", container="app"),
        ),
        ("payload-worker-7d4b9c", TargetRef(name="payload-worker-7d4b9c")),
    ],
)
def test_command_text(text, expected):
    assert parse_command_text(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("web -n", "-n needs a value: the namespace"),
        ("web --all", '"--all" is no option here; there are -n NAMESPACE and -c CONTAINER'),
        ("web other", 'one target at a time, please: "web other" names 2'),
        ("   ", "no target was given; say POD, NAMESPACE/POD or deployment/NAME"),
    ],
)
def test_bad_command_text(text, sentence):
    with pytest.raises(TargetError) as failed:
        parse_command_text(text)
    assert str(failed.value) == sentence


@given(st.text())
def test_any_text_gives_a_safe_target_or_one_printable_sentence(text):
    try:
        target = parse_command_text(text)
    except TargetError as error:
        target, said = TargetRef(name="x"), str(error)
    else:
        said = "fine"
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert said.isprintable()
    assert len(said) < 300
    assert target.name not in (".", "..")
    assert set(target.name + (target.namespace or "") + (target.container or "")) <= allowed

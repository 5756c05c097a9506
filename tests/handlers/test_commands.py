"""What people type is read the way kubectl reads it, and everything else is told in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cluster.target import TargetRef
from bot.model.target import NoTarget, TargetError
from handlers.commands import read_command


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("api-0", TargetRef(name="api-0")),
        ("prod/api-0 -c web", TargetRef(namespace="prod", name="api-0", container="web")),
        ("diagnose deployment/api -n prod", TargetRef(kind="Deployment", namespace="prod", name="api")),
        ("sts/db --namespace=x --container=c", TargetRef(kind="StatefulSet", namespace="x", name="db", container="c")),
        ("<http://api.example|api.example>", TargetRef(name="api.example")),
    ],
)  # fmt: skip
def test_targets(text, ref):
    assert read_command(text) == ref


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("why is production/api down?", TargetRef(namespace="production", name="api")),
        ("could you look at `prod/sts/db`, please", TargetRef(kind="StatefulSet", namespace="prod", name="db")),
        ("deployment/api, and web/too", TargetRef(kind="Deployment", name="api")),
        ("what about api-7d4b9c6f5-xkp2z then", TargetRef(name="api-7d4b9c6f5-xkp2z")),
        ("see https://example.com/x and prod/api-0.", TargetRef(namespace="prod", name="api-0")),
        ("prod/api-0 please", TargetRef(namespace="prod", name="api-0")),
    ],
)  # fmt: skip
def test_of_a_sentence_what_it_names_is_taken(text, ref):
    assert read_command(text) == ref


@pytest.mark.parametrize("text", ["thanks a lot", "why is everything down today?", "a well-known one, is it not?"])
def test_a_sentence_that_names_nothing_gets_no_lecture(text):
    with pytest.raises(NoTarget):
        read_command(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [("", ""), ("  ", ""), ("-n prod", "prod"), ("--namespace=prod", "prod"), ("ns prod", "prod"),
     ("namespace/prod", "prod"), ("diagnose -n prod", "prod")],
)  # fmt: skip
def test_what_fails_now_is_asked_for_without_a_target(text, name):
    assert read_command(text) == TargetRef(kind="Namespace", name=name)


@pytest.mark.parametrize("text", ["help", "HELP", "-h", "--help", "?"])
def test_help(text):
    assert read_command(text) is None


@pytest.mark.parametrize("text", ["a b", "api -n", "api -c", "-n Prod", "../x", "API!", "x" * 700, "a/b/c/d"])
def test_wrong(text):
    with pytest.raises(TargetError) as raised:
        read_command(text)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 400


@given(st.text(max_size=200))
def test_any_text_is_a_target_help_or_one_sentence(text):
    try:
        ref = read_command(text)
        said = "help" if ref is None else ref.name or ref.kind
    except TargetError as error:
        said = str(error)
    assert said

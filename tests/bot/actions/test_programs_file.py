"""The programs that may ask, as they are written: what is wrong is one sentence, and no token stands in it."""

import hashlib

import pytest
import yaml
from structlog.testing import capture_logs

from bot.actions.programs_file import programs_file
from bot.model.errors import BotError
from bot.model.policy import Identity
from bot.model.programs import bearer

TOKEN, OTHER = "a-token-of-a-program", "another-token"


def digest(token):
    return hashlib.sha256(token.encode()).hexdigest()


def entry(**changed):
    return {
        "name": "pager",
        "token_sha256": digest(TOKEN),
        "user": "pager@example.com",
        "groups": ["readers"],
    } | changed


def written(path, entries):
    file = path / "programs.yaml"
    file.write_text(entries if isinstance(entries, str) else yaml.safe_dump(entries))
    return file


def test_who_bears_a_token_is_a_kubernetes_identity(tmp_path):
    ci = entry(name="ci", token_sha256=digest(OTHER).upper(), user="ci", groups=[])
    programs = programs_file(written(tmp_path, [entry(), ci])).entries()
    found = bearer(programs, TOKEN)
    assert (found.name, found.identity) == ("pager", Identity(user="pager@example.com", groups=("readers",)))
    assert bearer(programs, OTHER).name == "ci"
    assert [bearer(programs, wrong) for wrong in ("", "x", TOKEN[:-1], f"{TOKEN}x", digest(TOKEN), "\udcff")] == [
        None
    ] * 6


@pytest.mark.parametrize("text", ["", "[]", "# nobody\n"])
def test_a_file_may_name_nobody(tmp_path, text):
    assert programs_file(written(tmp_path, text)).entries() == ()


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ("{", "is not valid YAML"),
        ("[" * 5000, "is not valid YAML"),
        ({"name": "pager"}, "it must be a list"),
        (["pager"], "program 1: it is not of its form"),
        ([entry(), entry(token_sha256=None)], "program 2: token_sha256 is not of its form (the SHA-256 of the token"),
        ([entry(token_sha256=TOKEN)], "program 1: token_sha256 is not of its form (the SHA-256 of the token"),
        ([{"name": "pager", "user": "x"}], "program 1: token_sha256 is missing"),
        ([entry(token=TOKEN)], "program 1: token is no key here; there are name, token_sha256, user, groups"),
        ([entry(name="a b")], "program 1: name is not of its form"),
        ([entry(groups="readers")], "program 1: groups is not of its form"),
        (
            [entry(user="system:admin")],
            "pager: 'system:admin' cannot be a Kubernetes user or group: names with",
        ),
        ([entry(groups=["system:masters"])], "'system:masters' cannot be a Kubernetes user or group"),
        ([entry(), entry(token_sha256=digest(OTHER))], "two programs have the name pager"),
        ([entry(), entry(name="ci")], "two programs have the token"),
    ],
)
def test_what_is_wrong_is_one_sentence_without_the_token(tmp_path, entries, said):
    with pytest.raises(BotError) as refused:
        programs_file(written(tmp_path, entries))
    sentence = str(refused.value)
    assert sentence.startswith("API_PROGRAMS_FILE: ")
    assert said in sentence
    assert TOKEN not in sentence
    assert "\n" not in sentence


def test_a_file_that_is_away_is_named(tmp_path):
    with pytest.raises(BotError, match=r"programs\.yaml cannot be read"):
        programs_file(tmp_path / "programs.yaml")


def test_a_slip_in_a_running_file_is_said_once_and_the_last_good_one_counts(tmp_path):
    file = written(tmp_path, [entry()])
    programs = programs_file(file)
    file.write_text("{")
    with capture_logs() as logs:
        assert bearer(programs.entries(), TOKEN).name == "pager"
        assert bearer(programs.entries(), TOKEN).name == "pager"
    assert [line["event"] for line in logs] == ["programs.not_reloaded"]
    assert "not valid YAML" in programs.problem
    written(tmp_path, [])
    assert programs.entries() == ()
    assert programs.problem == ""

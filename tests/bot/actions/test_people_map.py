"""The people map as it is written: a slip is named with its line, and the last good map goes on counting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.people_map import PeopleError, PeopleFile, parse_people
from bot.model.errors import BotError
from bot.model.policy import Allow, Deny, Entry
from tests.bot.model.test_policy import Member


def test_a_map_that_goes_bad_is_said_and_the_last_good_one_counts(tmp_path):
    path = tmp_path / "people.yaml"
    path.write_text("- {slack: U1, user: alice}\n")
    file = PeopleFile(path, trust_email=False)
    path.write_text("- {slack: U1, user: alice}\n- {slack: U2}\n")
    assert isinstance(file.people().identify(Member(), "T1"), Allow)
    assert "people.yaml line 2: user is missing" in file.problem
    path.unlink()
    assert isinstance(file.people().identify(Member(), "T1"), Allow)
    assert "cannot be read" in file.problem
    path.write_text("- {slack: U2, user: bob}\n")
    assert isinstance(file.people().identify(Member(), "T1"), Deny)
    assert file.problem == ""
    with pytest.raises(BotError, match="PEOPLE_FILE"):
        PeopleFile(tmp_path / "none.yaml", trust_email=False)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("- slack: [", "people.yaml line 1: not valid YAML"),
        ("slack: U1", "people.yaml line 1: must be a list of people"),
        ("- U1", "people.yaml line 1: each person must have slack or email, user, and groups if any"),
        ("- slack: U1\n  user: a\n- slack: U2", "people.yaml line 3: user is missing"),
        ("- user: a", "people.yaml line 1: say one of slack, email and usergroup"),
        ("- slack: U1\n  email: a@b\n  user: a", "people.yaml line 1: say one of slack, email and usergroup"),
        (
            "- slack: U1\n  user: a\n  role: x",
            "people.yaml line 1: unknown key 'role'; there are slack, email, usergroup, user, groups",
        ),
        ("- slack: U1\n  user: a\n  user: b", "people.yaml line 1: user is given twice"),
        ("- slack: U1\n  user: [a]", "people.yaml line 1: user must be text"),
        ("- slack: U1\n  user: a\n  groups: admins", "people.yaml line 1: groups must be a list of names"),
        ("- slack: U1\n  user: a\n  groups: [[x]]", "people.yaml line 1: groups must be a list of names"),
        ("- slack: U1\n  user: a\n- slack: U1\n  user: b", "people.yaml line 3: U1 is in the map already"),
        (
            "- slack: U1\n  user: system:admin",
            "people.yaml line 1: 'system:admin' cannot be a Kubernetes user or group:"
            " names with system: belong to Kubernetes",
        ),
        (
            '- slack: U1\n  user: a\n  groups: ["x\\r\\nImpersonate-Group: system:masters"]',
            "people.yaml line 1: 'x\\r\\nImpersonate-Group: system:masters' cannot be a Kubernetes user or group:"
            " it has characters that cannot be printed",
        ),
    ],
)
def test_a_bad_map_names_the_line(text, sentence):
    with pytest.raises(PeopleError) as failed:
        parse_people(text, "people.yaml")
    assert str(failed.value) == sentence


def test_an_empty_map_is_nobody():
    assert parse_people("") == ()
    assert parse_people("# nobody yet\n") == ()


def test_names_stay_text():
    assert parse_people("- slack: U1\n  user: 0123\n  groups: [yes, 1e3]") == (
        Entry(slack="U1", user="0123", groups=("yes", "1e3")),
    )


@given(st.text())
def test_any_text_is_a_map_or_one_sentence(text):
    try:
        entries = parse_people(text)
    except PeopleError as error:
        said, entries = str(error), ()
    else:
        said = "people map"
    assert said.startswith("people map")
    assert all(entry.user or entry.groups for entry in entries)

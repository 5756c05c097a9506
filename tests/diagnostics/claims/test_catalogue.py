"""Every signature holds to its samples and near misses; a user's bad file is refused with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.claims import catalogue
from diagnostics.claims.catalogue import CatalogueError, builtin, texts
from diagnostics.claims.former_classes import DIVIDED, RENAMED
from diagnostics.claims.model import ClaimType

LOGS = [entry for entry in builtin().signatures if not entry.field]
TEXTS = [entry for entry in builtin().signatures if entry.field]


def by_id(entry):
    return entry.id


def test_a_signature_matches_its_samples_and_not_its_near_misses(each):
    def check(entry):
        assert entry.samples
        assert entry.near_miss
        catalogue.check(entry)

    each(builtin().signatures, check, by_id)


def test_the_sets_find_what_the_single_pattern_finds(each):
    def check(entry):
        for sample in entry.samples:
            assert entry.id in [found.id for found, _ in builtin().match(sample)]

    each(LOGS, check, by_id)


def test_a_text_of_the_kubelet_is_found_by_its_prefix(each):
    def check(entry):
        for sample in entry.samples:
            assert entry.id in [found.id for found in texts(sample, entry.id.split(".")[0])]

    each(TEXTS, check, by_id)


def test_specific_comes_before_wrapper():
    found = builtin().match("panic: DATABASE_URL environment variable is not set")
    assert not found[0][0].wrapper
    assert found[-1][0].id == "go.panic"


@given(st.text(max_size=2000))
def test_no_text_breaks_matching(line):
    assert isinstance(builtin().match(line), list)
    assert isinstance(texts(line), tuple)


def test_a_lone_surrogate_and_a_megabyte_are_survived():
    assert builtin().match("\ud800" * 10) == []
    found = builtin().match("= " * 9_000 + " no space left on device" + "x" * 1_000_000)
    assert found == []


GOOD = """
[[signature]]
id = "acme.boot"
claim = "setting-missing"
pattern = 'ACME-17: (?P<key>\\w+) absent'
samples = ["ACME-17: region absent"]
near_miss = ["ACME-18"]
"""


def test_a_users_folder_is_added_and_replaces_by_id(tmp_path):
    (tmp_path / "acme.toml").write_text(GOOD)
    (tmp_path / "mine.toml").write_text(GOOD.replace("acme.boot", "py.module"))
    both = builtin().with_folder(tmp_path)
    assert [found.id for found, _ in both.match("ACME-17: region absent")] == ["acme.boot", "py.module"]
    assert len(both.signatures) == len(builtin().signatures) + 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("setting-missing", "nope"), "line 2: the claim nope is not one of setting-missing, "),
        (GOOD.replace('claim = "setting-missing"', ""), "line 2: claim is missing; it is one of setting-missing, "),
        (GOOD.replace('claim = "setting-missing"', 'class = "NOPE"'), "line 2: claim is missing; it is one of"),
        (GOOD + 'cause = "bad-config"', "line 2: the key cause is not read any more"),
        (GOOD.replace("absent'", "(absent'"), "line 2: pattern is not a pattern that RE2 takes"),
        (GOOD.replace("absent'", "(?=absent)'"), "pattern is not a pattern that RE2 takes"),
        (GOOD.replace("region absent", "region there"), "does not match its sample"),
        (GOOD.replace("ACME-18", "ACME-17: x absent"), "matches its near miss"),
        (GOOD.replace("near_miss", "nearmiss"), "line 2: unknown key nearmiss"),
        (GOOD.replace('id = "acme.boot"', ""), "line 2: id is missing"),
        (GOOD + GOOD, "line 9: the id acme.boot is taken"),
        ("[[signature]]\nid = ", "is not TOML"),
        ("[other]\nx = 1", "line 1: holds something else"),
        (GOOD.replace('["ACME-18"]', '"ACME-18"'), "near_miss must be a list"),
        (GOOD + 'exit = ["one"]', "exit must be a list of exit codes"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_and_line(tmp_path, text, told):
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(CatalogueError) as caught:
        builtin().with_folder(tmp_path)
    assert "bad.toml" in str(caught.value)
    assert told in str(caught.value)


@pytest.mark.parametrize(("former", "claim"), RENAMED.items())
def test_a_class_of_old_is_read_and_its_author_told_what_to_write(tmp_path, former, claim):
    (tmp_path / "acme.toml").write_text(GOOD.replace('claim = "setting-missing"', f'class = "{former}"'))
    both = builtin().with_folder(tmp_path)
    ((entry, _),) = both.match("ACME-17: region absent")
    assert entry.claim is claim
    (sentence,) = both.deprecations
    assert sentence == f'{tmp_path}/acme.toml: line 2: class = "{former}" is deprecated: write claim = "{claim}"'


@pytest.mark.parametrize("former", DIVIDED)
def test_a_class_that_became_several_claims_is_refused_with_the_choice(tmp_path, former):
    (tmp_path / "acme.toml").write_text(GOOD.replace('claim = "setting-missing"', f'class = "{former}"'))
    with pytest.raises(CatalogueError) as caught:
        builtin().with_folder(tmp_path)
    assert f'acme.toml: line 2: class = "{former}" stands for several claims now: write claim = with' in str(
        caught.value
    )
    assert all(claim in str(caught.value) for claim in DIVIDED[former])


def test_ours_need_no_such_word():
    assert builtin().deprecations == ()
    assert {entry.claim for entry in LOGS} <= set(ClaimType)


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(CatalogueError, match="is not a folder"):
        builtin().with_folder(tmp_path / "none")


def test_a_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CatalogueError, match="is not UTF-8"):
        builtin().with_folder(tmp_path)

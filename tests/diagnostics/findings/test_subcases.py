"""The files of sub-cases hold to their own samples; the first whose words and facts fit gives the remedy."""

from __future__ import annotations

import pytest

from diagnostics.findings.subcases import files


@pytest.mark.parametrize("entry", files.builtin(), ids=lambda entry: entry.id)
def test_every_entry_holds_to_its_samples(entry):
    files.check(entry)


GOOD = """
[[sub_case]]
id = "acme.license"
pattern = '(?i)license of (?P<product>[a-z]+) has expired'
remedy = '''Renew the license of {product}.'''
samples = ["license of shop has expired"]
"""


def written(folder, text):
    (folder / "acme.toml").write_text(text, encoding="utf-8")
    return files.load(folder)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("remedy =", "remedies ="), "unknown key remedies"),
        (('id = "acme.license"', "id = 7"), "id must be a str"),
        (("pattern =", 'claims = ["no-such-claim"]\npattern ='), "no-such-claim"),
        (("[[sub_case]]", "[[other]]"), "something else than [[sub_case]] tables"),
        (("[[sub_case]]", "[[sub_case"), "cannot be read"),
        ((GOOD, GOOD + GOOD), "acme.license is taken twice"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path, change, words):
    with pytest.raises(files.SubCaseError, match=r"\S") as raised:
        written(tmp_path, GOOD.replace(*change))
    assert words in str(raised.value)
    assert "\n" not in str(raised.value).strip()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("[a-z]+)", "[a-z]+"), "pattern is not one that RE2 takes"),
        (("{product}", "{owner}"), "nothing fills in {owner}"),
        (("samples = [", 'shown = ["full-moon"]\nsamples = ['), "the fact full-moon is not one of"),
        (("samples = [", 'near_miss = ["license of x has expired"]\nsamples = ['), "matches its near miss"),
        (("of shop has", "of shop is"), "does not match its sample"),
        (('samples = ["license of shop has expired"]', ""), "has no samples"),
    ],
)
def test_an_entry_is_held_to_what_it_says_of_itself(tmp_path, change, words):
    (entry,) = written(tmp_path, GOOD.replace(*change, 1))
    with pytest.raises(files.SubCaseError) as raised:
        files.check(entry)
    assert words in str(raised.value)


def test_a_good_file_is_read_as_it_says(tmp_path):
    (entry,) = written(tmp_path, GOOD)
    files.check(entry)
    assert entry.names("License of ACME has expired") == {"product": "ACME"}
    assert entry.fields == {"product"}

"""Every report of this repository, held: right, or named in ``expected.yaml`` with a word why not."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml

from tests.reports import corpus
from tests.reports.form import load
from tests.support import asked, bad_remedies
from tests.support.headline import check_the_record_is_quoted
from tests.support.rules import broken

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
EXPECTED = yaml.safe_load((corpus.HERE / "expected.yaml").read_text()) or {}
CASES = corpus.files("reports")
EVERY = [path for name in corpus.SETS for path in corpus.files(name)]


def complaint(name, judged, why):
    """Return what is wrong with the ratchet file for one report, or nothing."""
    if judged.right:
        return f"{name} is right now: take it off expected.yaml" if why is not None else ""
    return "" if why else f"{name} is not right: {judged.got}; not cited: {judged.missing}"


def of_each(paths):
    """Run the tests of one report one after the other: each worker then answers its own reports alone."""
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.stem, scope="module")


@of_each(EVERY)
def test_a_remedy_keeps_the_rules(path):
    assert broken(asked.reported(path)) == []


@of_each(EVERY)
def test_without_a_cause_the_headline_quotes_the_deciding_record(path):
    check_the_record_is_quoted(asked.reported(path).case)


@of_each(EVERY)
def test_nothing_is_advised_that_the_report_calls_bad(path):
    phrases = tuple(asked.report(path).truth.bad_remedies)
    assert bad_remedies.offered(phrases, asked.reported(path).diagnosis) == []


@of_each(CASES)
def test_the_answer_is_right_or_known_not_to_be(path):
    report = asked.report(path)
    _, judged = corpus.judged(report, asked.reported(path).diagnosis)
    if wrong := complaint(report.id, judged, EXPECTED.get(report.id)):
        pytest.fail(wrong, pytrace=False)


def test_only_reports_that_exist_are_expected_and_each_says_why():
    assert set(EXPECTED) <= {path.stem for path in CASES}
    assert all(isinstance(why, str) and why.strip() for why in EXPECTED.values())


def test_a_report_is_named_after_its_file_and_no_two_are_alike():
    assert all(load(path).id == path.stem for path in EVERY)
    assert not [name for name, times in Counter(path.stem for path in EVERY).items() if times > 1]


@of_each(EVERY)
def test_what_must_be_cited_stands_in_the_report(path):
    data = yaml.load(path.read_text(), Loader=LOADER)  # noqa: S506 — the safe one, in C
    truth = data.pop("truth")
    held = " ".join(_texts(data))
    assert not [cite for cite in truth.get("must_cite") or () if " ".join(cite.split()) not in held]


def _texts(value):
    """Return all keys and values as text, with plain spaces."""
    if isinstance(value, dict):
        return [text for key, held in value.items() for text in (str(key), *_texts(held))]
    if isinstance(value, list):
        return [text for held in value for text in _texts(held)]
    return [" ".join(str(value).split())]


class Judged:
    right = False
    got, missing = "bad-config (likely)", ()


def test_the_ratchet_turns_one_way_only():
    wrong, right = Judged(), Judged()
    right.right = True
    assert complaint("a", right, None) == ""
    assert complaint("a", wrong, "reads no INI") == ""
    assert complaint("a", right, "reads no INI") == "a is right now: take it off expected.yaml"
    assert complaint("a", wrong, None).startswith("a is not right: bad-config (likely)")

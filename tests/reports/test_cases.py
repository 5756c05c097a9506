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
OURS = frozenset(CASES)
EVERY = [path for name in corpus.SETS for path in corpus.files(name)]


def complaint(name, judged, why):
    """Return what is wrong with the ratchet file for one report, or nothing."""
    if judged.right:
        return f"{name} is right now: take it off expected.yaml" if why is not None else ""
    return "" if why else f"{name} is not right: {judged.got}; not cited: {judged.missing}"


def a_remedy_keeps_the_rules(path):
    assert broken(asked.reported(path)) == []


def without_a_cause_the_headline_quotes_the_deciding_record(path):
    check_the_record_is_quoted(asked.reported(path).case)


def nothing_is_advised_that_the_report_calls_bad(path):
    phrases = tuple(asked.report(path).truth.bad_remedies)
    assert bad_remedies.offered(phrases, asked.reported(path).diagnosis) == []


def the_answer_is_right_or_known_not_to_be(path):
    report = asked.report(path)
    _, judged = corpus.judged(report, asked.reported(path).diagnosis)
    assert complaint(report.id, judged, EXPECTED.get(report.id)) == ""


def what_must_be_cited_stands_in_the_report(path):
    data = yaml.load(path.read_text(), Loader=LOADER)  # noqa: S506 — the safe one, in C
    truth = data.pop("truth")
    held = " ".join(_texts(data))
    assert not [cite for cite in truth.get("must_cite") or () if " ".join(cite.split()) not in held]


CHECKS = (
    a_remedy_keeps_the_rules,
    without_a_cause_the_headline_quotes_the_deciding_record,
    nothing_is_advised_that_the_report_calls_bad,
    what_must_be_cited_stands_in_the_report,
)


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_a_report_and_its_answer(path, each):
    judged = (the_answer_is_right_or_known_not_to_be,) if path in OURS else ()
    each((*CHECKS, *judged), lambda check: check(path), lambda check: check.__name__)


def test_only_reports_that_exist_are_expected_and_each_says_why():
    assert set(EXPECTED) <= {path.stem for path in CASES}
    assert all(isinstance(why, str) and why.strip() for why in EXPECTED.values())


def test_a_report_is_named_after_its_file_and_no_two_are_alike():
    assert all(load(path).id == path.stem for path in EVERY)
    assert not [name for name, times in Counter(path.stem for path in EVERY).items() if times > 1]


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

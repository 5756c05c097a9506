"""Every composed scenario, asked once: the answer is right in all columns, and the remedy gate's rules hold."""

from __future__ import annotations

import pytest

from diagnostics.answer.excluded import SHOWN
from tests.accuracy import COMPOSED
from tests.support import asked
from tests.support.headline import check_the_record_is_quoted
from tests.support.judge import Expected, judge
from tests.support.rules import broken

CASES = [pytest.param(case, id=f"{name}:{case.__name__}") for name, module in COMPOSED for case in module.CASES]


def the_answer_is_right(case):
    told = case.truth
    expected = Expected(told.cause, told.container, told.cite, told.restart, told.undo)
    judged = judge(case.diagnosis, expected)
    assert judged.right, f"want {expected}, got {judged.got}; not cited: {judged.missing}"
    assert case.diagnosis.cause not in told.never


def a_remedy_keeps_the_rules(case):
    assert broken(case) == []


def without_a_cause_the_headline_quotes_the_deciding_record(case):
    check_the_record_is_quoted(case.case)


def few_causes_are_ruled_out_and_each_with_a_fact(case):
    found = case.diagnosis
    assert len(found.ruled_out) <= SHOWN
    assert found.failing or not found.ruled_out
    for item in found.ruled_out:
        assert item.cause != found.cause
        assert item.because
        assert item.cause not in {"recovered", "healthy", "not-found"}


CHECKS = (
    the_answer_is_right,
    a_remedy_keeps_the_rules,
    without_a_cause_the_headline_quotes_the_deciding_record,
    few_causes_are_ruled_out_and_each_with_a_fact,
)


@pytest.mark.parametrize("case", CASES)
def test_a_case_and_its_answer(case, each):
    told = asked.composed(case)
    each(CHECKS, lambda check: check(told), lambda check: check.__name__)

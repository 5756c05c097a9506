"""Shapes of last words: settings in many wordings, refusals of several lines, any prefix, and words without harm."""

from __future__ import annotations

import pytest

from diagnostics.claims.catalogue import builtin
from diagnostics.claims.groups import trouble
from tests.composed import log_lines, log_lines_b
from tests.support.said import CLAIMS, claims_in, leading, transcript_of

TELLING = (*log_lines.TELLING, *log_lines_b.TELLING)
CRASHES = (*log_lines.CRASHES, *log_lines_b.CRASHES)
HARMLESS = (*log_lines.HARMLESS, *log_lines_b.HARMLESS)
ALONE = [
    entry for entry in builtin().signatures if not (entry.field or entry.context or entry.wrapper or entry.generic)
]


@pytest.mark.parametrize(("text", "cause", "word"), TELLING)
def test_what_it_died_of_and_the_name_it_tells(text, cause, word):
    claim = leading(text)
    assert claim is not None
    assert claim.type in CLAIMS[cause]
    assert word in " ".join(claim.names.values())


@pytest.mark.parametrize("text", CRASHES)
def test_a_crash_of_its_own_data_is_no_configuration(text):
    assert leading(text) is None


@pytest.mark.parametrize("text", HARMLESS)
def test_the_same_words_without_harm(text):
    assert leading(text, code=0) is None


@pytest.mark.parametrize(("text", "word"), log_lines_b.LOUDEST)
def test_the_line_that_complains_most_is_the_reason(text, word):
    told = transcript_of(text)
    assert told.deciding is not None
    assert word in told.lines[told.deciding]


def test_a_line_alone_leads_to_its_own_trouble(each):
    """A sample that another trouble claims before its own would send people to the wrong place."""

    def check(entry):
        for sample in entry.samples:
            told = [
                claim.type
                for claim in claims_in(sample, min(entry.exit, default=1))
                if claim.type is entry.claim or not claim.wrapper
            ]
            assert trouble(entry.claim) & set(told[:3])

    each(ALONE, check, lambda entry: entry.id)


def test_an_error_far_up_that_ended_it_is_still_found():
    noise = [f"metric_{index}_total {index}" for index in range(900)]
    claim = leading("\n".join(["FATAL: API_KEY is not set", *noise]))
    assert claim is not None
    assert claim.names["var"] == "API_KEY"

"""Shapes of last words: settings in many wordings, refusals of several lines, any prefix, and words without harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from diagnostics.logs import prefilter, signs
from diagnostics.logs.reading import read

from diagnostics import causes
from diagnostics.claims import groups
from diagnostics.claims.catalogue import builtin
from diagnostics.facts.model import EndedBy, Termination
from diagnostics.snapshot import Log, LogLine
from tests.composed.log_lines import CRASHES, HARMLESS, TELLING

if TYPE_CHECKING:
    from diagnostics.claims.case import Hit, Reading

CLAIMS = {module.CAUSE.id: module.CAUSE.claims for module in causes.registry()}


def reading_of(text: str, code: int = 1) -> Reading:
    lines = tuple(LogLine("", line) for line in text.split("\n"))
    end = Termination(
        container="api",
        field="lastState",
        exit_code=code,
        reason="Error",
        message="",
        started_at=None,
        finished_at=None,
        ended_by=EndedBy.PROGRAM,
        sure=True,
        because=(),
    )
    log = Log(namespace="production", pod="api-1", container="api", instance="previous", lines=lines)
    return read("api", log, end, builtin())


def leading(reading: Reading) -> Hit | None:
    trusted = [hit for hit in reading.hits if hit.claim not in groups.VAGUE and hit.weight >= 0.3]
    return next(iter(sorted(trusted, key=lambda hit: hit.wrapper)), None)


@pytest.mark.parametrize(("text", "cause", "word"), TELLING)
def test_what_it_died_of_and_the_name_it_tells(text, cause, word):
    hit = leading(reading_of(text))
    assert hit is not None
    assert hit.claim in CLAIMS[cause]
    assert word in " ".join(hit.names.values())


@pytest.mark.parametrize("text", CRASHES)
def test_a_crash_of_its_own_data_is_no_configuration(text):
    reading = reading_of(text)
    assert leading(reading) is None
    assert any(hit.claim in groups.CRASHES for hit in reading.hits)


@pytest.mark.parametrize("text", HARMLESS)
def test_the_same_words_without_harm(text):
    hit = leading(reading_of(text))
    assert hit is None or not hit.dying


@pytest.mark.parametrize(
    "line",
    [
        "\tIs the server running on that host and accepting TCP/IP connections?",
        "not connected to upstream",
        "the listener was never ready to accept connections",
        "waiting until server is ready",
    ],
)
def test_a_question_or_a_denial_is_no_sign_of_life(line):
    assert not signs.lives(line)
    assert not signs.listens(line)


@pytest.mark.parametrize("line", ["server is running", "connected to cache:6379", "listening on :8080"])
def test_signs_of_life(line):
    assert signs.lives(line)


def test_an_old_line_that_informs_is_dull_and_a_new_one_never():
    filtered = prefilter.Prefilter(1000)
    line = '{"level":"info","msg":"done","error":null}'
    assert filtered.dull(0, line)
    assert not filtered.dull(999, line)
    assert not filtered.dull(0, "cannot connect to db:5432")


def test_an_error_far_up_that_ended_it_is_still_found():
    noise = [f"metric_{index}_total {index}" for index in range(900)]
    reading = reading_of("\n".join(["FATAL: API_KEY is not set", *noise]))
    assert reading.hits[0].claim in CLAIMS["bad-config"]


def test_the_first_details_name_the_setting_of_their_header():
    reading = reading_of("1 error(s) decoding:\n\n* '' has invalid keys: retires")
    assert "retires" in reading.hits[0].quote

"""The headline is specific: the value that proves the verdict stands in it, in every recorded scenario."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.render import cuts, slack, words
from bot.render.headline import headline
from bot.render.phrases import Code, plain
from diagnostics.diagnosis import Verdict
from tests.support.asked import recording
from tests.support.diagnoses import OOM, UNDETERMINED
from tests.support.golden import matches
from tests.support.odd import DIAGNOSIS
from tests.support.recordings import SCENARIOS

GOLDEN = Path(__file__).parent / "golden"


def said(diagnosis, room=200):
    return plain(headline(diagnosis).within(room))


def test_the_headlines_of_all_recordings_are_as_reviewed():
    told = [f"{name}: {said(recording(name).diagnosis)}" for name in SCENARIOS]
    matches(GOLDEN / "headlines.txt", "\n".join(told) + "\n")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_headline_is_the_class_alone(scenario):
    diagnosis = recording(scenario).diagnosis
    assert said(diagnosis) != words.title(diagnosis.cause)
    assert words.title(diagnosis.cause) not in slack.channel_line(diagnosis).text


def found(cause, summary, **facts):
    return replace(OOM, cause=cause, summary=summary, facts=facts)


@pytest.mark.parametrize(
    ("diagnosis", "told"),
    [
        (found("oom-killed", "api was OOMKilled at its memory limit of 96Mi (exit code 137, 4 restarts).",
               limit="96Mi", limit_of="container", killed="kernel-container"),
         "Out of memory: api was killed at its 96Mi limit"),
        (found("oom-killed", "api was OOMKilled because the node ran out of memory (exit code 137).",
               limit="", limit_of="node", killed="kernel-container"),
         "api was OOMKilled because the node ran out of memory (exit code 137)"),
        (found("liveness-probe-failed", "The kubelet killed api for its liveness probe (5 restarts): GET /healthz on "
               "port 8080 answers 404, so the program is up but does not serve it.", probe="GET /healthz on port 8080"),
         "Liveness probe fails: GET :8080/healthz → 404"),
        (found("liveness-probe-failed", "The kubelet probably killed api for its liveness probe: GET / on port 80 gets "
               "connection refused.", probe="GET / on port 80"),
         "The kubelet probably killed api for its liveness probe: GET / on port 80 gets connection refused"),
        (found("bad-config", 'api does not accept PORT (exit code 1, at once): invalid value for PORT: "abc" (expected '
               "integer).", setting="PORT"), 'PORT is "abc"; api wants an integer'),
        (found("bad-config", 'api does not accept PORT (exit code 1, at once): "a" and "b" are no good (expected '
               "integer).", setting="PORT"), 'api does not accept PORT: "a" and "b" are no good (expected integer)'),
        (found("missing-secret", "Secret db does not exist in namespace production, so api cannot be started."),
         "Secret db does not exist, so api cannot be started"),
        (found("app-crash", "api crashed (exit code 3)."), "api crashed (exit code 3)"),
        (UNDETERMINED, "Container batch exits with code 3 after 2 s, 14 times, and prints nothing that is known"),
    ],
)  # fmt: skip
def test_it_tells_what_is_the_case(diagnosis, told):
    assert said(diagnosis) == told


def test_how_it_ended_is_kept_for_the_evidence():
    told = headline(found("app-crash", "api crashed (exit code 1, at once): KeyError: 'x'."))
    assert (told.text, told.ending) == ("api crashed: KeyError: 'x'", "exit code 1, right after its start")
    assert headline(found("app-crash", "api crashed (exit code 1 after 3 s): x.")).ending == (
        "exit code 1, 3 s after start"
    )


def test_what_the_summary_says_beyond_it_is_not_lost():
    told = headline(
        found("app-crash", "api crashed: KeyError: 'x'. Argo CD application shop manages it: fix it there.")
    )
    assert told.more == "Argo CD application shop manages it: fix it there."


def test_names_are_marked_without_their_quotes():
    told = headline(
        found("bad-config", "nginx does not accept 'proxy_passs' in /c, which is there.", setting="proxy_passs")
    )
    assert told.within(200) == ("nginx does not accept ", Code("proxy_passs"), " in /c, which is there")


@given(
    st.lists(st.text(st.characters(categories=["Ll"]), min_size=1, max_size=12), min_size=1, max_size=40),
    st.lists(st.sampled_from(["404", "ECONNREFUSED", "96Mi", "SIGKILL", "5432"]), min_size=1, max_size=3),
    st.data(),
)
def test_no_medium_loses_what_proves_it(said_words, values, data):
    """Whatever a sentence is like, the line, the push notification and the answer hold its values."""
    for value in values:
        said_words.insert(data.draw(st.integers(0, len(said_words))), value)
    diagnosis = replace(OOM, cause="app-crash", summary=f"It is {' '.join(said_words)}.", facts={}, actions=())
    message = slack.answer(diagnosis)
    for text in (slack.channel_line(diagnosis).text, message.text, message.blocks[0]["text"]["text"]):
        assert all(value in text for value in values), text


@given(DIAGNOSIS, st.integers(20, 300))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_diagnosis_has_a_headline(diagnosis, room):
    told = headline(diagnosis)
    assert told.text.strip() or not diagnosis.summary.strip()
    plain(told.within(room))


def test_an_answer_that_is_cut_to_its_least_keeps_the_values():
    full = replace(
        OOM,
        verdict=Verdict.CONFIRMED,
        cause="app-crash",
        summary=f"api {'never ' * 60}answers 404, errno ECONNREFUSED.",
        facts={},
        evidence=tuple(replace(item, quote="&" * 4000) for item in OOM.evidence * 6),
    )
    text = slack.answer(full).blocks[0]["text"]["text"]
    assert "404" in text
    assert "ECONNREFUSED" in text
    assert cuts.is_value("404")

"""Secrets go, everything else stays."""

from __future__ import annotations

import json
import string
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.redact import REDACTED, redact_arguments, redact_lines, redact_text, redacted
from diagnostics.snapshot import LogLine
from tests.diagnostics.secret_lines import COLD_HARMLESS, COLD_SECRET, HARMLESS, SECRET, SEEN_HARMLESS, SEEN_SECRET
from tests.support.odd import TEXT
from tests.support.recordings import SCENARIOS, snapshot_of


@pytest.mark.parametrize("line", SEEN_SECRET)
def test_shapes_that_the_patterns_were_written_for(line):
    assert "hunter2" not in redact_text(line)
    assert REDACTED in redact_text(line)


@pytest.mark.parametrize("line", SEEN_HARMLESS)
def test_sentences_that_a_diagnosis_quotes_stay(line):
    assert redact_text(line) == line


@pytest.mark.parametrize(("line", "secret"), SECRET)
def test_secrets_in_the_wild_are_gone(line, secret):
    assert secret not in redact_text(line)


@pytest.mark.parametrize("line", HARMLESS)
def test_harmless_lines_in_the_wild_stay(line):
    assert redact_text(line) == line


def test_most_secrets_that_the_patterns_never_met_are_gone(record_property):
    """The honest figure: 14 of 20 in November 2026. What is missed is not tuned away."""
    missed = [line for line, secret in COLD_SECRET if secret in redact_text(line)]
    record_property("missed", missed)
    assert len(missed) <= 0.3 * len(COLD_SECRET)


def test_harmless_lines_that_the_patterns_never_met_stay():
    changed = [(line, redact_text(line)) for line in COLD_HARMLESS if redact_text(line) != line]
    assert changed == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_recorded_log_line_or_message_is_changed(scenario):
    snapshot = snapshot_of(scenario)
    assert redacted(snapshot).logs == snapshot.logs
    assert redacted(snapshot).objects.get("Event") == snapshot.objects.get("Event")


@given(TEXT)
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_redacted_and_twice_is_once(text):
    once = redact_text(text)
    assert redact_text(once) == once


PIECES = st.sampled_from(
    [
        *(
            "password",
            "token=",
            "secret: ",
            '"',
            "'",
            "\\",
            "[redacted]",
            "[",
            "]",
            "=",
            ":",
            " ",
            "hunter2",
            "api_key",
        ),
        *(
            "://",
            "@",
            "Bearer ",
            "Cookie: ",
            "Authorization: ",
            "eyJhbGciOi.",
            "-----BEGIN PRIVATE KEY-----",
            "\n",
            "{",
        ),
        *("-----END PRIVATE KEY-----", "--password ", "name", "value", ",", ";", "input_value=", "postgres://u:", "=>"),
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join))
@settings(max_examples=500, deadline=None)
def test_text_made_of_the_patterns_own_pieces_settles_at_once(text):
    once = redact_text(text)
    assert redact_text(once) == once


@given(st.text(string.ascii_letters + string.digits + "!#%*+-.^_~", min_size=8, max_size=40))
@settings(max_examples=100, deadline=None)
def test_a_password_goes_whatever_it_is(password):
    kept = redact_text(f"DB_PASSWORD='{password}Q7' PORT=80")
    assert password + "Q7" not in kept
    assert kept.endswith(" PORT=80")


def test_a_hostile_line_takes_no_time_worth_noting():
    line = "password=" * 8000 + "a:b@" * 4000
    assert redact_text(redact_text(line)) == redact_text(line)


def test_private_keys_go_over_many_lines():
    body = ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"]
    lines = ["loading key", "-----BEGIN RSA PRIVATE KEY-----", *body, "-----END RSA PRIVATE KEY-----", "done"]
    kept = [line.text for line in redact_lines(LogLine("", text) for text in lines)]
    assert kept[0] == "loading key"
    assert kept[-1] == "done"
    assert not any(part in "\n".join(kept) for part in body)
    assert body[0] not in redact_text("\n".join(lines))


def test_a_key_cut_off_at_the_end_of_the_log_goes_too():
    lines = [LogLine("", "-----BEGIN PRIVATE KEY-----"), LogLine("", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC")]
    assert "MIIE" not in json.dumps([line.text for line in redact_lines(lines)])


def test_arguments_go_where_flag_and_value_are_apart():
    assert redact_arguments(["--password", "hunter2", "--port", "80", "--api-key=hunter2", "-v"]) == [
        *("--password", REDACTED, "--port", "80", f"--api-key={REDACTED}", "-v")
    ]


def test_a_snapshot_is_redacted_wherever_programs_speak():
    snapshot = snapshot_of("healthy")
    pod = {
        "metadata": {"name": "x", "annotations": {"vault.example/token": "hunter2", "note": "password=hunter2"}},
        "spec": {"containers": [{"name": "a", "command": ["sh", "-c", "run --token hunter2"], "args": ["pw=hunter2"]}]},
        "status": {"containerStatuses": [{"state": {"terminated": {"message": "bad password=hunter2"}}}]},
    }
    event = {"message": 'login with "password":"hunter2" failed'}
    kept = redacted(replace(snapshot, objects={"Pod": (pod,), "Event": (event,)}))
    assert "hunter2" not in kept.to_json()
    assert redacted(kept) == kept


@given(TEXT, TEXT)
@settings(max_examples=60, deadline=None)
def test_any_object_can_be_redacted(name, text):
    pod = {"metadata": {"annotations": {name: text, "x/token": text}}, "args": [text, "-u", text], "message": text}
    kept = redacted(replace(snapshot_of("healthy"), objects={"Pod": (pod,)}))
    assert redacted(kept) == kept


@pytest.mark.parametrize(
    "unit", ["password=s3cretX,", "token: s3cretX ", "k=v password=s3cretX,", "https://u:s3cretX@h/ "]
)
def test_more_secrets_than_any_program_prints_hide_the_rest_of_the_line(unit):
    once = redact_text(unit * 5000 + "the end")
    assert "s3cretX" not in once
    assert once.endswith("[redacted]")
    assert redact_text(once) == once


@pytest.mark.parametrize("length", [255, 256, 257, 5000])
@pytest.mark.parametrize(
    "form", ["password={}", "password={} and more", "password='{}' x", 'msg="password={}"', "input_value={}"]
)
def test_a_secret_of_any_length_goes_whole(form, length):
    assert "aaaa" not in redact_text(form.format("a1" * 4 + "a" * length))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("input_value={}", "input_value={}"),
        ("input_value={'a': 'b'}, input_type=dict", "input_value=[redacted], input_type=dict"),
        ("input_value=[1, 2], x", "input_value=[redacted], x"),
        ("input_value='open, input_type=str", "input_value=[redacted], input_type=str"),
        ("input_value=[input_value={input_value=7]", "input_value=[redacted]"),
        ("my_input_value=7 input_value=", "my_input_value=7 input_value="),
    ],
)
def test_what_pydantic_refused(text, wanted):
    assert redact_text(text) == wanted

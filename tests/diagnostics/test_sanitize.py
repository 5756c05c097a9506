"""Bytes become lines that a screen can show."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.patterns import compiled
from diagnostics.redact import redact_text
from diagnostics.sanitize import LINE_CAP, READ_CAP, bounded, clean_line, decoded, uncovered
from tests.support.odd import TEXT


@pytest.mark.parametrize(
    ("line", "clean"),
    [
        ("plain", "plain"),
        ("\x1b[31merror\x1b[0m: \x1b[1;38;5;9mx\x1b[K", "error: x"),
        ("\x1b]8;;http://evil/\x07click\x1b]8;;\x07", "click"),
        ("\x1b]0;title\x1b\\text", "text"),
        ("\x1b]unended still here", "unended still here"),
        ("\x9b31mred", "red"),
        ("a\x00b\x08c\x7f", "abc"),
        ("10%\r20%\r", "10% 20%"),
        ("\tat com.example.Main", "\tat com.example.Main"),
        ("pass\u200bword \u202egnp.exe\u202c \u2066x\u2069", "password gnp.exe x"),
        ("a\u2028b\x85c", "a b c"),
        ("\ud800", "?"),
        ("שלום 👩‍🚀 日本", "שלום 👩‍🚀 日本"),
        ("\ufeffbom", "bom"),
    ],
)
def test_lines(line, clean):
    assert clean_line(line) == clean


def test_bytes_that_are_no_text():
    assert decoded(b"ok \xff\xfe \xf0\x9f") == "ok \ufffd\ufffd \ufffd"


def test_a_long_line_keeps_its_head_and_its_tail():
    line = clean_line("HEAD" + "x" * 1_000_000 + "TAIL")
    assert len(line) == LINE_CAP
    assert line.startswith("HEADx")
    assert line.endswith("xTAIL")
    assert "more)" in line


@given(TEXT | st.text(st.characters(max_codepoint=0x2070)))
@settings(max_examples=300, deadline=None)
def test_any_line_is_one_printable_line_and_twice_is_once(text):
    line = clean_line(text)
    assert clean_line(line) == line
    assert len(line.splitlines()) <= 1
    assert not any(ord(character) < 32 and character != "\t" for character in line)
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x7f\u200b")
    line.encode()
    assert len(line) <= LINE_CAP


@given(st.binary(max_size=200))
def test_any_bytes_can_be_decoded(raw):
    clean_line(decoded(raw)).encode()


SEQUENCES = compiled(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]")
"""ECMA-48, as one pattern: slow on a line that is made of it, and right."""


@given(st.text(st.sampled_from("\x1b\x1b[]\\\x07PX^_09;m ABz/?\t"), max_size=40))
@settings(max_examples=1000, deadline=None)
def test_terminal_commands_go_as_their_grammar_says(text):
    assert uncovered(text) == SEQUENCES.sub("", text).translate({0x1B: "", 0x07: ""})


HIDING = ("\x1b[1m", "\x1b[0;31m", "\x00", "\x08", "\u200b", "\u200d", "\u200c", "\u2060", "\xad", "\ufeff", "\x9b1m")


@pytest.mark.threat("Redaction", "a name split by colours, NUL or invisible characters hides its secret")
def test_whatever_splits_a_name_is_gone_before_it_is_redacted(record_property):
    name, tried = "DB_PASSWORD", 0
    for mark in HIDING:
        for place in range(1, len(name)):
            line = f"{name[:place]}{mark}{name[place:]}=hunter2-canary"
            assert redact_text(uncovered(line)) == "DB_PASSWORD=[redacted]", repr(line)
            tried += 1
    record_property("tried", f"{tried} split names")
    record_property("held", "0 secrets left")


def test_spaces_and_joiners_of_a_language_stay():
    text = "a\tb\x0bc\u2028d \u06cc\u200c\u0647 \U0001f469\u200d\U0001f680"
    assert uncovered(text) == text


@given(TEXT)
@settings(max_examples=300, deadline=None)
def test_uncovering_twice_is_uncovering_once(text):
    line = uncovered(text)
    assert uncovered(line) == line
    assert not set(line) & {"\x00", "\x1b", "\x9b", "\u200b"}


def test_a_line_is_bounded_before_it_is_read():
    line = bounded("HEAD" + "x" * 1_000_000 + " the end")
    assert len(line) <= READ_CAP
    assert line.startswith("HEADx")
    assert line.endswith("more)… the end")
    assert bounded("short") == "short"


def test_of_a_word_whose_beginning_is_gone_nothing_is_left():
    line = bounded("password=" + "c4n4ry" * 100_000)
    assert "c4n4ry" not in redact_text(line)


@given(st.text("ab= \u20ac", min_size=1, max_size=9), st.integers(READ_CAP - 5, READ_CAP + 20_000))
@settings(max_examples=50, deadline=None)
def test_any_line_fits_after_bounding(unit, length):
    line = (unit * length)[:length]
    assert len(bounded(line)) <= READ_CAP
    assert bounded(bounded(line)) == bounded(line)

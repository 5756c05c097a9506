"""Bytes become lines that a screen can show."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.sanitize import LINE_CAP, clean_line, decoded
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

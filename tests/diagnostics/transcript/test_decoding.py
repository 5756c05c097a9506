"""Decoding: records, levels, prefixes, and no text that raises."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.transcript.api import transcribe_text
from diagnostics.transcript.decoding import decoded
from diagnostics.transcript.model import Level


@pytest.mark.parametrize(
    ("line", "level", "bare"),
    [
        ("2024-01-02 10:11:12,123 - app.main - ERROR - boom", Level.ERROR, "boom"),
        ("ERROR:root:boom", Level.ERROR, "boom"),
        ("E0101 12:00:00.000000       1 main.go:12] boom", Level.ERROR, "boom"),
        ("[error] boom", Level.ERROR, "boom"),
        ("2024/01/01 00:00:00 [emerg] 1#1: boom", Level.FATAL, "boom"),
        ("2024-01-01 00:00:00.000 UTC [1] FATAL:  boom", Level.FATAL, "boom"),
        ("[2024-01-01T00:00:00.000+00:00][ERROR][o.e.b.Bootstrap] [node-1] boom", Level.ERROR, "boom"),
        ("[2024-01-01 00:00:00 +0000] [7] [ERROR] boom", Level.ERROR, "boom"),
        ("E, [2024-01-01T00:00:00.123 #1] ERROR -- : boom", Level.ERROR, "boom"),
        ("[12:00:00 FTL] boom", Level.FATAL, "boom"),
        ("mongodb 12:00:00.00 ERROR ==> boom", Level.ERROR, "boom"),
        ("2024-01-01T00:00:00.0Z 1 [ERROR] [MY-012574] [InnoDB] boom", Level.ERROR, "boom"),
        ("1:M 01 Jan 2024 00:00:00.000 # boom", Level.WARN, "boom"),
        ("2026-11-22 03:11:33,102 ERROR [o.k.Handler] (main) ERROR: boom", Level.ERROR, "boom"),
        ("2026-11-22 03:11:33,102 ERROR [o.k.Handler] (main) boom", Level.ERROR, "(main) boom"),
        ("Error: boom", Level.ERROR, "Error: boom"),
        ("panic: boom", Level.FATAL, "panic: boom"),
        ("the error handler was started", Level.NONE, "the error handler was started"),
    ],
)
def test_level_and_words(line, level, bare):
    read = decoded([("", line)])
    assert (read.levels[0], read.bare[0]) == (level, bare)


def test_a_json_record_is_opened_with_its_stack():
    record = '{"level":"fatal","msg":"run","error":"open /x","stacktrace":"main.main\\n\\t/src/main.go:12"}'
    read = decoded([("", record)])
    assert read.lines == ("run: open /x", "open /x", "main.main", "\t/src/main.go:12")
    assert set(read.levels) == {Level.FATAL}
    assert read.fields[0]["error"] == "open /x"


def test_fields_behind_a_message_are_opened():
    read = decoded([("", '2024-01-02T10:11:12.123Z\tERROR\tsetup\tcannot start\t{"error": "open /x: no such file"}')])
    assert read.bare[0] == "cannot start: open /x: no such file"


def test_an_unquoted_last_value_keeps_its_blanks():
    read = decoded([("", "2024-01-01T00:00:00Z ERROR cli: broken. error=unknown variant `foo` for key `x.y`")])
    assert read.lines[0].endswith("unknown variant `foo` for key `x.y`")


def test_escaped_line_breaks_are_opened():
    read = decoded([("", "failed: java.io.IOException: boom\\n\\tat a.B.c(B.java:1)\\n\\tat a.B.d(B.java:2)")])
    assert read.lines == ("failed: java.io.IOException: boom", "\tat a.B.c(B.java:1)", "\tat a.B.d(B.java:2)")


def test_colours_and_overwritten_text_are_undone():
    read = decoded([("", "\x1b[31mERROR\x1b[0m boom"), ("", "10%\r20%\r30%")])
    assert read.lines == ("ERROR boom", "30%")


_PIECES = st.sampled_from(
    (
        *(
            "{",
            "}",
            '"msg":',
            "\\n",
            "\t",
            "at a.B(C.java:1)",
            "Traceback (most recent call last):",
            'File "x", line 1',
        ),
        *(
            "=",
            '"',
            "\x00",
            "panic: ",
            "** (X) ",
            "Caused by: ",
            "goroutine 1 [running]:",
            "ERROR",
            " ",
            "\n",
            "Usage:",
        ),
        *("\ud800", "é", "3/8", "#0 ", "%"),
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(_PIECES, st.text(max_size=12)), max_size=60).map("".join))
def test_no_text_raises_and_all_tuples_are_of_one_length(text):
    said = transcribe_text("app", text, "probe output")
    assert (
        len({len(said.lines), len(said.bare), len(said.verbatim), len(said.times), len(said.levels), len(said.roles)})
        == 1
    )
    if any(char.isalnum() for line in said.lines for char in line):
        assert said.deciding is not None
    for segment in said.segments:
        assert segment.first <= segment.line < len(said.lines)
        assert segment.first < segment.end <= len(said.lines)


def test_a_printed_object_says_its_message_and_its_level_is_of_no_line():
    read = decoded(
        [("", line) for line in ("{", '  "severity": "FATAL",', '  "message": "no entry for \\"ann\\""', "}")]
    )
    assert read.lines[2] == '  no entry for "ann"'
    assert read.verbatim[2] == '  "message": "no entry for \\"ann\\""'
    assert read.levels[1] is Level.NONE


@pytest.mark.parametrize("line", ['"message"', '"message": 7,', '"message": {', '"messages": "a"', 'x "message": "a"'])
def test_what_is_no_message_stays_as_it_is(line):
    assert decoded([("", line)]).lines == (line,)

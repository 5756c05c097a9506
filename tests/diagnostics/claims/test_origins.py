"""The variable behind a crash: the line of code names it, the error says what it lacks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.claims import origins
from tests.support.said import transcript_of

READS = [
    ('int(os.environ["POOL"])', "POOL"),
    ('int(os.environ.get("POOL"))', "POOL"),
    ("float(os.getenv('POOL', ''))", "POOL"),
    ("const a = process.env.POOL.split(',')", "POOL"),
    ('const a = process.env["POOL"].length', "POOL"),
    ('ENV["POOL"].split', "POOL"),
    ('ENV.fetch("POOL").to_i', "POOL"),
    ('System.getenv("POOL").trim()', "POOL"),
    ('os.Getenv("POOL")', "POOL"),
    ("$_ENV['POOL']", "POOL"),
    ("getenv('POOL')", "POOL"),
    ('Environment.GetEnvironmentVariable("POOL")', "POOL"),
    ('System.get_env("POOL")', "POOL"),
    ('Deno.env.get("POOL").length', "POOL"),
    ("Bun.env.POOL.length", "POOL"),
    ("import.meta.env.POOL.length", "POOL"),
]


def found(*lines: str) -> list[origins.Origin]:
    told = transcript_of("\n".join(lines))
    return list(origins.origins(told.lines, told.crashes, range(len(told.lines))))


@pytest.mark.parametrize(("code", "name"), READS)
def test_the_line_of_code_names_the_variable(code, name):
    lines = ["Traceback (most recent call last):", '  File "/a.py", line 2, in <module>', f"    {code}"]
    told = found(*lines, "TypeError: int() argument must be a string, not 'NoneType'")
    assert [(item.var, item.lack) for item in told] == [(name, "none")]


@pytest.mark.parametrize(
    ("error", "lack"),
    [
        ("TypeError: Cannot read properties of undefined (reading 'split')", "none"),
        ("AttributeError: 'NoneType' object has no attribute 'split'", "none"),
        ("ValueError: invalid literal for int() with base 10: ''", "empty"),
        ("ValueError: could not convert string to float: ''", "empty"),
        ('java.lang.NumberFormatException: For input string: ""', "empty"),
        ("ValueError: invalid literal for int() with base 10: 'eight'", "form"),
        ("TypeError: Invalid URL", "form"),
    ],
)
def test_what_the_error_lacks(error, lack):
    told = found("Traceback (most recent call last):", '  File "/a.py", line 2', '    x(os.environ["A_B"])', error)
    assert [item.lack for item in told] == [lack]


@pytest.mark.parametrize(
    "lines",
    [
        ("Traceback (most recent call last):", '  File "/a.py", line 2', "    x(row[1])", "TypeError: 'NoneType'"),
        ("Traceback (most recent call last):", '  File "/a.py"', '    x(os.environ["A"])', "OSError: no route"),
        (
            "Traceback (most recent call last):",
            '  File "/a.py"',
            '    config("name").x',
            "TypeError: 'NoneType' object",
        ),
        ("reading os.environ['A'] now", "TypeError: fine"),
    ],
)
def test_no_origin(lines):
    assert found(*lines) == []


@given(st.lists(st.text(max_size=80), max_size=30))
def test_no_text_breaks_the_search(lines):
    assert isinstance(found(*lines), list)

"""What a person at a terminal reads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.render.terminal import render
from diagnostics.diagnosis import Advice
from tests.support.diagnoses import HOSTILE, OOM, SAMPLES, UNDETERMINED
from tests.support.golden import matches
from tests.support.odd import DIAGNOSIS

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "hostile"])
def test_terminal_text_is_as_reviewed(name, width):
    matches(GOLDEN / f"{name}.{width}.txt", render(SAMPLES[name], colour=False, width=width))


@pytest.mark.parametrize("width", [20, 80, 300])
def test_commands_stand_alone_and_are_never_wrapped(width):
    lines = [line.strip() for line in render(OOM, colour=False, width=width).splitlines()]
    assert all(command in lines for command in OOM.remedy.commands)


def test_everything_but_commands_keeps_to_the_width():
    lines = render(OOM, colour=False, width=60, wrap_quotes=True).splitlines()
    rest = [line for line in lines if line.strip() not in OOM.remedy.commands]
    assert len(rest) > 20
    assert max(map(len, rest)) <= 60


def test_quotes_are_whole_when_nobody_watches():
    text = render(OOM, colour=False, width=60)
    words = [item.quote for item in OOM.evidence if not item.path.endswith("terminated")]
    assert len(words) == 3
    assert all(quote in text for quote in words)
    assert "OOMKilled, exit code 137" in text


def test_colour_is_only_decoration():
    plain = render(OOM, colour=False, width=80)
    coloured = render(OOM, colour=True, width=80)
    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    from rich.text import Text  # noqa: PLC0415 — the independent reader of ANSI

    assert [line.rstrip() for line in Text.from_ansi(coloured).plain.splitlines()] == plain.splitlines()


def test_an_undetermined_answer_says_what_it_could_not_read():
    text = render(UNDETERMINED, colour=False, width=100)
    assert text.startswith("UNDETERMINED")
    assert "! Could not read previous log" in text
    assert "What is known" in text


def test_foreign_text_is_neither_markup_nor_command():
    text = render(HOSTILE, colour=False, width=80)
    assert "<!here>" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


@given(DIAGNOSIS, st.booleans(), st.integers(0, 300))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_diagnosis_can_be_shown(diagnosis, colour, width):
    text = render(diagnosis, colour=colour, width=width, wrap_quotes=colour)
    assert text.endswith("\n")
    assert text.splitlines()[0].strip()
    text.encode()


def test_what_is_not_known_is_neither_a_yes_nor_a_no():
    open_question = replace(OOM, actions=(Advice(action="undo", helps=None, because="nothing tells whether it did"),))
    text = render(open_question, colour=False, width=120)
    assert "Rollback may help, it is not known: nothing tells whether it did" in text
    assert "No rollback" not in text

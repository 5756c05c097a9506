"""What a refusal's words ask for: never a bug report, never a way around a guard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.findings import refusals


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("store is of epoch 4. Please run 'ctl migrate' and try again", "Please run 'ctl migrate' and try again"),
        ("no tap device (ensure that tun is loaded): ENODEV", "ensure that tun is loaded"),
        ("ring not seeded. You must run `ctl seed` first.", "You must run `ctl seed` first"),
        ("broken. Please report this bug to the makers", ""),
        ("dirty. Please use --force to ignore that", ""),
        ("store is of epoch 4", ""),
    ],
)
def test_what_the_words_ask_for(words, asked):
    assert refusals.asked(words).rstrip(".") == asked


def test_what_may_take_something_away_is_said_with_care():
    assert "nothing needs" in refusals.remedy("bridge is of another kind. Please run 'ctl reset' first")
    assert "nothing needs" not in refusals.remedy("no module. Please run 'ctl load' first")


def test_a_method_that_the_other_side_does_not_know():
    words = "cannot watch: rpc error: code = Unimplemented desc = unknown method Watch for service acme.v2.Rules"
    assert refusals.unknown_call(words) == "Watch"
    assert "Watch of acme.v2.Rules" in refusals.remedy(words)


@given(st.text(max_size=300))
def test_any_words_are_read(words):
    assert len(refusals.asked(words)) <= refusals.ASKED + 60
    assert isinstance(refusals.remedy(words), str)

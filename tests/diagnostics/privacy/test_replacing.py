"""Rules that are looked for together hide what each hides after the other, also what an earlier one bared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.patterns import compiled
from diagnostics.privacy import commands, secretshapes, typed, urls, verbs
from diagnostics.privacy.replacing import Rules, replaced
from tests.diagnostics.redaction import harmless, secrets

CHAIN = (
    (compiled(r"b(a+)"), r"\1"),
    (compiled(r"a(c)"), lambda match: match.group(1) * 2),
    (compiled(r"cc"), "b"),
    (compiled(r"(?:d)?e"), lambda match: match.group(0)),
)
"""Each bares what the next one finds; the last changes nothing."""

KINDS = (verbs._RULES, urls._LOGINS, urls._PATHS, commands._GIVEN, secretshapes._CREDENTIALS, typed._CODES)
LINES = [line for case in (*secrets(), *harmless()) for line in case.lines]


def one_after_the_other(rules, text):
    for pattern, replacement in rules:
        text = replaced(pattern, replacement, text)
    return text


@pytest.mark.parametrize("patience", [0, 10_000])
@given(text=st.text("abcde", max_size=12))
def test_rules_do_what_each_does_after_the_other(patience, text):
    rules = Rules(*CHAIN)
    rules.patience = patience
    assert rules.replaced(text) == one_after_the_other(CHAIN, text)


@pytest.mark.parametrize("rules", KINDS, ids=["verbs", "logins", "paths", "commands", "lines", "codes"])
def test_on_the_lines_of_the_corpus_as_well(rules):
    assert [line for line in LINES[::7] if rules.replaced(line) != one_after_the_other(rules._rules, line)] == []

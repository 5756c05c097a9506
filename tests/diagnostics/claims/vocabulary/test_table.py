"""Tables: longest phrase, harmless phrases, names, spans; nothing raises on any text."""

import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.claims.model import ClaimType
from diagnostics.claims.vocabulary import families, reading
from diagnostics.claims.vocabulary.table import LONGEST, Entry, Table

SHORT = Entry(ClaimType.ACCESS_DENIED, "permission denied")
LONG = Entry(ClaimType.RIGHT_DENIED, r"permission denied for table (?P<resource>\w+)")
WORDS = [
    *(
        "permission denied",
        "open /x: ",
        "ENOENT",
        "dial tcp db:5432: ",
        "connection refused",
        "is required",
        "DB_URL",
        "é",
    ),
    *(
        "\ud800",
        "status code: 401",
        "invalid value for ",
        "'a'",
        "(1045, ",
        "\n",
        "to force it, set X_Y=1",
        "x509: ",
        "\x00",
    ),
]


def test_a_longer_phrase_keeps_its_words():
    found = Table("t", [SHORT, LONG]).terms("ERROR: permission denied for table orders")
    assert [(term.type, dict(term.names)) for term in found] == [(ClaimType.RIGHT_DENIED, {"resource": "orders"})]


def test_two_phrases_apart_are_two_terms_in_order_of_place():
    text = "permission denied; permission denied for table orders"
    assert [term.type for term in Table("t", [LONG, SHORT]).terms(text)] == [
        ClaimType.ACCESS_DENIED,
        ClaimType.RIGHT_DENIED,
    ]


def test_a_harmless_phrase_takes_its_words_and_says_nothing():
    table = Table("t", [SHORT, Entry(None, "ignoring permission denied")])
    assert table.terms("ignoring permission denied") == ()
    assert [term.type for term in table.terms("permission denied")] == [ClaimType.ACCESS_DENIED]


def test_numbered_groups_are_one_name_and_implied_names_stay():
    table = Table("t", [Entry(ClaimType.UNREACHABLE, r"to (?P<addr2>\S+)", {"reason": "X"})])
    assert dict(table.terms("to db:1")[0].names) == {"addr": "db:1", "reason": "X"}


def test_what_lies_beyond_the_limit_is_not_read():
    assert Table("t", [SHORT]).terms("x" * LONGEST + "permission denied") == ()


KEYS = {
    *("var", "flag", "key", "value", "file", "dir", "path", "host", "port", "addr", "url", "user", "database"),
    *("resource", "verb", "module", "library", "command", "version", "found", "expected", "limit", "reason", "line"),
    "override",
}


def test_every_pattern_is_one_that_re2_takes_and_names_known_keys(each):
    def check(entry):
        pattern = re2.compile(entry.pattern)
        assert {name.rstrip("0123456789") for name in [*pattern.groupindex, *entry.names]} <= KEYS
        assert pattern.search("") is None

    each(reading._closed().entries + families.TABLE.entries, check, lambda entry: entry.source)


@settings(deadline=None)  # the first text compiles the tables
@given(st.text(max_size=200) | st.lists(st.sampled_from(WORDS), max_size=12).map("".join))
def test_nothing_raises_and_spans_lie_inside_the_text(text):
    for found in (reading.closed(text), reading.failing(text)):
        for term in found:
            assert 0 <= term.start < term.end <= len(text)
            assert all(isinstance(value, str) for value in term.names.values())
    families.overrides(text)


def test_positions_are_characters_whatever_the_script():
    text = "Ошибка: é — open /x: no such file or directory"
    term = reading.closed(text)[0]
    assert text[term.start : term.end] == "/x: no such file or directory"

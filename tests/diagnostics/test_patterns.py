"""Patterns are compiled late: here all of them are, and asking several at once says what asking each says."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

import bot
import diagnostics
import handlers
from diagnostics.claims.catalogue import builtin
from diagnostics.patterns import Pattern, Patterns, compiled, encodable
from tests.support.odd import TEXT

MODULES = [
    found.name
    for package in (diagnostics, bot, handlers)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if "migrations" not in found.name and not found.name.endswith("__main__")
]


def held(value):
    if isinstance(value, Pattern):
        yield value
    elif isinstance(value, (tuple, list)):
        yield from (found for each in value for found in held(each))
    elif isinstance(value, dict):
        yield from (found for each in value.values() for found in held(each))


def test_every_pattern_of_a_module_compiles(each):
    def check(name):
        for value in vars(importlib.import_module(name)).values():
            for pattern in held(value):
                pattern.search("")

    each(MODULES, check)


def test_every_pattern_of_the_catalogue_compiles():
    for entry in builtin().signatures:
        for pattern in (entry.pattern, entry.context, *entry.gather):
            re2.compile(pattern)


def test_a_wrong_pattern_is_found_when_it_is_used():
    wrong = compiled("(")
    with pytest.raises(re2.error):
        wrong.search("text")


def test_several_at_once_are_found_like_each():
    refused, fatal, count = compiled(r"(?i)refus(?:ed|al)"), compiled(r"\bFATAL\b"), compiled(r"\d+ of \d+")
    several = Patterns(refused, fatal, count)
    for text in ("Connection REFUSED", "fatal", "FATAL: 3 of 4", "nothing", ""):
        assert several.found(text) == {each for each in (refused, fatal, count) if each.search(text) is not None}


SHAPES = (
    *(
        r"",
        r"a",
        r"a*",
        r"$",
        r"^a|b$",
        r"(?i)ID=(\w+)",
        r"(?P<key>\w+)=(?P<value>\S*)",
        r"(a)|(b)|(é+)",
        r"(\w)?(\d)?!",
    ),
    *(r"\b\w+\b", r"(?:x(y)?)+", r".", r"(?s)(.)(.)$", r"密(?P<more>.*)", r"[^\x00-\x7F]", r"(?m)^\s*(\S+)"),
)
"""Groups that take no part, matches of nothing, anchors, and text outside ASCII before, in and behind a match."""

PIECES = st.lists(st.sampled_from(["a", "b", "é", "密", "👩", "=", "id=7", " ", "\n", "xy", "!", "1"]), max_size=12)


def shown(match):
    """Return all that may be asked of a match."""
    if match is None:
        return None
    groups = range(len(match.groups()) + 1)
    return (
        [match[group] for group in groups],
        [(match.start(group), match.end(group)) for group in groups],
        match.groups(),
        match.groupdict(),
        match.string,
    )


@given(st.sampled_from(SHAPES), st.one_of(PIECES.map("".join), TEXT.map(encodable)), st.integers(0, 20))
def test_what_is_found_is_what_the_packages_own_layer_finds(shape, text, first):
    ours, theirs = compiled(shape), re2.compile(shape)
    assert shown(ours.search(text)) == shown(theirs.search(text))
    assert shown(ours.search(text, first)) == shown(theirs.search(text, first))
    assert shown(ours.match(text)) == shown(theirs.match(text))
    assert shown(ours.fullmatch(text)) == shown(theirs.fullmatch(text))
    assert list(map(shown, ours.finditer(text))) == list(map(shown, theirs.finditer(text)))
    assert ours.findall(text) == theirs.findall(text)
    assert ours.sub(lambda match: f"<{match[0]}>", text) == theirs.sub(lambda match: f"<{match[0]}>", text)


@given(PIECES.map("".join), st.sampled_from(["", "x", r"<\1>", r"\g<2>\1", r"\g<value>:\g<key>", r"\\\1", "\n"]))
def test_a_template_is_filled_in_as_the_package_does(text, template):
    shape = r"(?P<key>\w+)=(?P<value>\S)?"
    assert compiled(shape).sub(template, text) == re2.compile(shape).sub(template, text)


def test_a_template_outside_ascii_stays_as_it_is():
    """The package's own layer makes ``Ã©`` of it."""
    assert compiled("a").sub("é", "ab") == "éb"


def test_what_is_not_there_is_an_error():
    found = compiled(r"(?P<key>a)").search("a")
    for group in (2, "other"):
        with pytest.raises(IndexError):
            found.group(group)
    with pytest.raises(ValueError, match=r"holds \\n"):
        found.expand(r"\n")


def test_a_lone_surrogate_is_an_error_and_text_made_encodable_is_not():
    with pytest.raises(UnicodeEncodeError):
        compiled("a").search("\ud800a")
    assert compiled("a").search(encodable("\ud800a")).start() == 1

"""Patterns are compiled late: here all of them are, and asking several at once says what asking each says."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
import re2

import bot
import diagnostics
import handlers
from diagnostics.claims.catalogue import builtin
from diagnostics.patterns import Pattern, Patterns, compiled

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


@pytest.mark.parametrize("name", MODULES)
def test_every_pattern_of_a_module_compiles(name):
    for each in vars(importlib.import_module(name)).values():
        for pattern in held(each):
            pattern.search("")


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

from __future__ import annotations

import pytest

from diagnostics.claims import case_builder, unnamed
from diagnostics.claims.catalogue import builtin
from tests.composed.world import Truth
from tests.kinds.world import dies


def _case(**spec):
    return case_builder.case_of(dies("x", **spec).snapshot(Truth("deployment/app", None)), builtin())


@pytest.mark.parametrize(
    ("env", "meant"),
    [
        pytest.param({"BILLING_URL": "billing/x", "HOME_URL": "https://x"}, "BILLING_URL", id="one lacks its scheme"),
        pytest.param({"A_URL": "a", "B_URL": "b"}, "", id="two do: none is named"),
        pytest.param({"A_URL": "", "NAME": "x"}, "", id="an empty one is missing, not wrong"),
        pytest.param({"TITLE": "billing/x"}, "", id="no name of an address"),
    ],
)
def test_the_variable_whose_value_has_no_scheme(env, meant):
    assert unnamed.address(_case(env=env), "TypeError: Invalid URL")[0] == meant


def test_other_complaints_name_no_variable():
    assert unnamed.address(_case(env={"BILLING_URL": "x"}), "connection refused") == ("", ())


@pytest.mark.parametrize(
    ("said", "files", "meant"),
    [
        ("tomllib.TOMLDecodeError: Invalid value", {"/a": "one/a.toml", "/b": "two/b.json"}, "/a/a.toml"),
        (
            "SyntaxError: Unexpected token } in JSON at position 7",
            {"/a": "one/a.toml", "/b": "two/b.json"},
            "/b/b.json",
        ),
        ("parse error at line 3", {"/a": "one/rules.txt"}, "/a/rules.txt"),
        ("parse error at line 3", {"/a": "one/a.txt", "/b": "two/b.txt"}, None),
        ("yaml: line 4: did not find expected key", {"/a": "one/a.yaml", "/b": "two/b.yml"}, None),
        ("yaml: line 4: did not find expected key", {}, None),
    ],
)
def test_the_file_that_the_parser_read(said, files, meant):
    found = unnamed.file(_case(files=files), said)
    assert (found.path if found else None) == meant

"""What a failing line names, by its text alone."""

from __future__ import annotations

import pytest
from hypothesis import given

from diagnostics.claims.identifiers import MOST, Identifier, IdentifierKind, identifiers
from tests.support.odd import TEXT

ROWS = [
    ('key \\"teamSearch\\" not found', IdentifierKind.SETTING, "teamSearch"),
    ("No option 'retention_days' in section", IdentifierKind.SETTING, "retention_days"),
    ("missing field `data_directory` at line 3", IdentifierKind.SETTING, "data_directory"),
    ("LOG_FORMAT should be one of json, text", IdentifierKind.VARIABLE, "LOG_FORMAT"),
    ("unknown flag: --quay", IdentifierKind.OPTION, "--quay"),
    ("failed to wait for analysisrun caches to sync: timed out", IdentifierKind.KIND, "analysisrun"),
    ("caches to sync kind source: *v1alpha1.Bucket: timed out", IdentifierKind.KIND, ""),
    ("failed to wait for bucket caches to sync kind source: *v1alpha1.Bucket: late", IdentifierKind.KIND, "Bucket"),
    ("Failed to list *unstructured.Unstructured: not found", IdentifierKind.KIND, ""),
    ('no matches for kind "Lamp" in version "home/v1"', IdentifierKind.KIND, "Lamp"),
    ("could not find the requested resource (get lamps.home.example)", IdentifierKind.KIND, "lamps.home.example"),
    ("cannot open /proc/1/ns/cgroup: No such file", IdentifierKind.PATH, "/proc/1/ns/cgroup"),
    ("and/or http://host/path", IdentifierKind.PATH, ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "name"), ROWS)
def test_what_a_line_names(text, kind, name):
    found = [item.name for item in identifiers(text) if item.kind is kind]
    assert (name in found) if name else found == []


@given(TEXT)
def test_any_line_is_read(text):
    found = identifiers(text)
    assert len(found) <= MOST
    assert all(isinstance(item, Identifier) and item.name for item in found)

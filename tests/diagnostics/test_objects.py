"""What a text names is written as it was read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.objects import ObjectRef


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Deployment prod/api", ObjectRef(kind="Deployment", namespace="prod", name="api")),
        ("Node worker-1", ObjectRef(kind="Node", name="worker-1")),
    ],
)
def test_a_text_names_an_object(text, found):
    assert ObjectRef.parse(text) == found
    assert str(found) == text


@pytest.mark.parametrize("text", ["", "Deployment", "Deployment ", "Deployment prod/", " prod/api"])
def test_half_a_name_names_nothing(text):
    assert ObjectRef.parse(text) is None


@given(st.text())
def test_any_text_names_what_it_says_or_nothing(text):
    found = ObjectRef.parse(text)
    if found is not None:
        assert ObjectRef.parse(str(found)) == found

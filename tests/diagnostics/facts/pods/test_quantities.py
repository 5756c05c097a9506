"""Memory quantities are read as Kubernetes reads them, whatever is written there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.facts.pods.quantities import GI, MI, parsed, parsed_cpu, with_headroom, written


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("96Mi", 96 * MI),
        ("1Gi", GI),
        ("1.5Gi", GI + GI // 2),
        ("64M", 64_000_000),
        ("1e3", 1000),
        ("12E", 12 * 10**18),
        ("2k", 2000),
        ("134217728", 128 * MI),
        ("128974848000m", 128_974_848),
        (134217728, 128 * MI),
        (" 1Gi ", GI),
    ],
)
def test_what_kubernetes_takes_is_read(text, size):
    assert parsed(text) == size


@pytest.mark.parametrize("text", ["", "Mi", "1 Gi", "1GiB", "-", "1e999", "0x10", None, True, [], "9" * 80])
def test_what_is_no_quantity_is_none(text):
    assert parsed(text) is None


@given(st.one_of(st.text(), st.integers(), st.none(), st.floats(), st.booleans()))
def test_nothing_raises(anything):
    assert parsed(anything) is None or isinstance(parsed(anything), int)
    assert parsed_cpu(anything) is None or isinstance(parsed_cpu(anything), int)


@pytest.mark.parametrize(("text", "milli"), [("250m", 250), ("2", 2000), ("0.5", 500), (1, 1000), ("much", None)])
def test_cpu_is_read_in_millicores(text, milli):
    assert parsed_cpu(text) == milli


@pytest.mark.parametrize(
    ("size", "text"),
    [(96 * MI, "96Mi"), (GI, "1Gi"), (GI + GI // 2, "1536Mi"), (24581684 * 1024, "23Gi"), (5, "5"), (2048, "2Ki")],
)
def test_bytes_are_written_as_a_person_would(size, text):
    assert written(size) == text


@given(st.integers(1, 2**50), st.one_of(st.none(), st.integers(0, 2**50)))
def test_headroom_is_always_more_than_the_limit_and_than_the_use(limit, in_use):
    better = with_headroom(limit, in_use)
    assert better > limit
    assert in_use is None or better >= in_use * 13 // 10 - 1
    assert parsed(written(better)) == better

"""Names of C++ functions as linkers know them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.transcript.crashes import mangled

NAMES = st.lists(st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,20}", fullmatch=True), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        ("_ZN4pool4Pool5closeEv", "pool::Pool::close"),
        ("_ZNK4pool4Pool4sizeEv", "pool::Pool::size"),
        ("_ZN4PoolD1Ev", "Pool::~Pool"),
        ("_ZN4PoolC2Ei", "Pool::Pool"),
        ("_Z7handleri", "handler"),
        ("main", "main"),
        ("_Zdl", "_Zdl"),
    ],
)
def test_a_mangled_name_is_made_readable(symbol, name):
    assert mangled.readable(symbol) == name


@given(NAMES)
def test_every_part_of_a_nested_name_is_read(parts):
    symbol = "_ZN" + "".join(f"{len(part)}{part}" for part in parts) + "Ev"
    assert mangled.readable(symbol) == "::".join(parts)


@given(st.text(max_size=60))
def test_any_text_has_a_name(text):
    assert mangled.readable(f"_Z{text}")

"""Stamps of the log API."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from diagnostics.transcript.clock import instant


@given(st.text(max_size=60))
def test_no_stamp_breaks_its_reading(stamp):
    moment = instant(stamp)
    assert moment is None or moment.tzinfo is not None

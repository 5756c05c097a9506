"""Which lines of a long log are read closely."""

from __future__ import annotations

from diagnostics.transcript.model import Level
from diagnostics.transcript.prefilter import WINDOW, skipped

INFORMS = '{"level":"info","msg":"done","error":null}'


def test_an_old_line_that_informs_is_skipped_and_a_new_one_never():
    told = skipped([INFORMS] * (WINDOW + 5))
    assert told == [Level.QUIET] * 5 + [None] * WINDOW


def test_an_old_line_of_trouble_is_read():
    assert skipped(["cannot connect to db:5432", *["done"] * WINDOW])[0] is None

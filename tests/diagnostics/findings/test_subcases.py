"""The files of sub-cases hold to their own samples; the first whose words and facts fit gives the remedy."""

from __future__ import annotations

import pytest

from diagnostics.findings.subcases import files


@pytest.mark.parametrize("entry", files.builtin(), ids=lambda entry: entry.id)
def test_every_entry_holds_to_its_samples(entry):
    files.check(entry)

"""A log is read once: in all waves of a collection, and in all that is played through of one diagnosis."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from diagnostics import leads
from diagnostics.claims import recall as module
from diagnostics.engine import diagnose
from tests.support import heavy
from tests.support.prepared import prepared
from tests.support.recordings import SCENARIOS, snapshot_of


@pytest.fixture
def read(monkeypatch):
    counted = Counter()
    original = module.transcribe

    def transcribe(container, log, **more):
        counted[container, log] += 1
        return original(container, log, **more)

    monkeypatch.setattr(module, "transcribe", transcribe)
    return counted


def test_every_wave_of_a_collection_knows_what_the_earlier_ones_read(read):
    ask = leads.remembering()
    snapshot = heavy.told(heavy.plain(50))
    first = ask(snapshot, None)
    for number in range(5):
        assert ask(replace(snapshot, requests=number), None) == first == leads.leads(snapshot)
    told = [times for (_, log), times in read.items() if log is not None]
    assert told == [1 + 5]  # once for all the waves, and once each time without a memory


def test_what_is_added_to_a_log_is_read(read):
    ask = leads.remembering()
    ask(heavy.told(heavy.plain(3)), None)
    ask(heavy.told(heavy.plain(4)), None)
    assert len([log for _, log in read if log is not None]) == 2


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_diagnosis_reads_each_log_once(read, scenario):
    diagnose(prepared(snapshot_of(scenario)))
    assert set(read.values()) <= {1}

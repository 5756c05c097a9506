"""Each recorded failure of the demo gives exactly one incident by the watch alone; what is well gives none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.demo.cluster import single
from bot.demo.cluster.recordings import load
from bot.model.incident import Origin
from tests.bot.watch.driven import Time, driven
from tests.support.recordings import SCENARIOS, truth

WELL = {"healthy", "recovered"}
PATIENCE = timedelta(minutes=17)
"""Longer than any rule waits."""


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_a_recorded_failure_gives_one_incident(tmp_path, scenario, record_property):
    time = Time(load(scenario).at)
    async with driven(tmp_path, single(scenario, clock=time), time) as on:
        await on.until(time.at + PATIENCE)
        lines, found = on.lines(), await on.incidents()
    expected = 0 if truth(scenario)["cause"] in WELL else 1
    own = [incident for incident in found if not incident.parent_id]
    record_property("incidents", f"{scenario}: {len(own)}")
    assert {incident.origin for incident in found} <= {Origin.ALERT}
    told = [(str(incident.subject), incident.summary, incident.parent_id) for incident in found]
    assert (len(own), len(lines)) == (expected, expected), told

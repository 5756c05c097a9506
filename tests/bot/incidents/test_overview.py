"""What one person may know of what goes on: their own day, one entry a workload, no more namespaces than are asked."""

import pytest

from bot.incidents.glance import NAMESPACES
from bot.incidents.overview import LOOKED_AT, Overviews
from bot.model.errors import Temporary
from bot.model.incident import State
from tests.bot.store.test_incidents import command
from tests.support.stores import Clock, opened

NOON = 1_000_000 // 86_400 * 86_400 + 43_200.0


class Eyes:
    """Sees every namespace, and counts how many it was asked about. ``everywhere``: all of them together as well."""

    def __init__(self, *, everywhere=False):
        self.asked = []
        self.everywhere = everywhere

    async def may_glance(self, namespace):
        self.asked.append(namespace)
        return bool(namespace) or self.everywhere


class Nothing:
    """No approvals, and a reader's clock."""

    def __init__(self, offset=0):
        self.offset = offset

    async def of(self, _user, _viewer):
        return []

    async def utc_offset_s(self, _user):
        if self.offset is None:
            raise Temporary("Slack does not say")
        return self.offset


async def ended(store, clock, workload, at):
    clock.now = at
    ((incident_id, _new),) = await store.incidents.ingest([command(workload, f"{workload}{at}")])
    claimed = await store.incidents.claim("me", 15.0)
    assert claimed.id == incident_id
    found = {"verdict": "confirmed", "cause": "oom-killed", "workload": f"Deployment production/{workload}"}
    await store.incidents.finish(incident_id, "me", State.RECOVERED, recovered_at=at, well_since=at, **found)


@pytest.mark.parametrize(
    ("offset", "listed"),
    [(0, ["early"]), (13 * 3600, []), (-7 * 3600, ["early"]), (-13 * 3600, ["early", "late"]), (None, ["early"])],
)
async def test_today_begins_at_the_readers_own_midnight(tmp_path, offset, listed):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        await ended(store, clock, "late", NOON - 13 * 3600)  # 23:00 UTC of the day before
        await ended(store, clock, "early", NOON - 4 * 3600)
        clock.now = NOON
        overview = await Overviews(store, None, Nothing(offset), Nothing()).of("U1", Eyes())
        assert [one.target.partition("/")[2] for one in overview.recovered] == listed


async def test_a_workload_is_listed_once_however_often_it_was_asked_about(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        for minute in range(3):
            await ended(store, clock, "api", NOON - 60 * minute)
        overview = await Overviews(store, None, Nothing(), Nothing()).of("U1", Eyes())
        (one,) = overview.recovered
        assert one.well_since == NOON


async def fail_in(store, namespaces):
    """Leave one open incident in each of so many namespaces."""
    for number in range(namespaces):
        await store.incidents.ingest([command("api", str(number))])
        claimed = await store.incidents.claim("me", 15.0)
        found = {"verdict": "confirmed", "workload": f"Deployment n{number}/api"}
        await store.incidents.finish(claimed.id, "me", State.ANSWERED, watch_s=30.0, **found)


@pytest.mark.parametrize(("everywhere", "questions"), [(False, 1 + 18), (True, 1)])
async def test_what_is_listed_is_all_that_is_open_in_however_many_namespaces(tmp_path, everywhere, questions):
    async with opened(tmp_path, Clock()) as store:
        await fail_in(store, 18)
        eyes = Eyes(everywhere=everywhere)
        overview = await Overviews(store, None, Nothing(), Nothing()).of("U1", eyes)
        assert len(overview.failing) == 18
        assert not overview.is_cut
        assert len(eyes.asked) == questions


async def test_what_is_more_than_is_looked_at_is_said_to_be_more(tmp_path):
    async with opened(tmp_path, Clock()) as store:
        await fail_in(store, LOOKED_AT + 1)
        eyes = Eyes()
        overview = await Overviews(store, None, Nothing(), Nothing()).of("U1", eyes)
        assert len(overview.failing) == LOOKED_AT == NAMESPACES
        assert overview.is_cut
        assert len(eyes.asked) == 1 + NAMESPACES

"""Measuring beside the reads: it never takes their place, and nothing of it is left behind."""

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.cluster.collector import Collector
from bot.model.target import parse_target
from bot.prometheus.measuring import Measured, Measuring
from diagnostics.engine import diagnose
from diagnostics.examples import Example, terminated, waiting
from diagnostics.leads import remembering
from diagnostics.series import Measure, Series
from diagnostics.snapshot import Unread
from tests.fakes.kube_api import listed

NS = "/api/v1/namespaces/production"
KILLED = {"state": waiting("CrashLoopBackOff"), "lastState": terminated(137, "OOMKilled", lived=60)}
POD = Example(title="", hit=True, status=KILLED).snapshot().objects["Pod"][0]
NAME = POD["metadata"]["name"]
SERIES = Series(measure=Measure.MEMORY, namespace="production", pod=NAME, container="api", points=((1.0, 2.0),))


FOUND = Measured(series=(SERIES,))


@dataclass
class Measures:
    """Measures as it is told to."""

    found: Measured = FOUND
    waits: asyncio.Event | None = None
    asked: int = 0
    cancelled: bool = False
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    def wanted(self, snapshot):
        return Measuring(None, {}).wanted(snapshot)

    async def measured(self, asked):
        assert asked.subject.containers == ("api",)
        self.asked += 1
        self.begun.set()
        try:
            if self.waits is not None:
                await self.waits.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return self.found


@pytest.fixture(autouse=True)
def there(api):
    api.on(f"{NS}/pods/{NAME}", POD)
    api.on(f"{NS}/pods", listed(POD))
    return api


async def collected(connection, measures, **more):
    return await Collector(connection, measures=measures, **more).collect(parse_target(f"production/{NAME}"))


async def test_what_was_measured_is_in_the_snapshot_and_asked_once(connection):
    measures = Measures()
    snapshot = await collected(connection, measures)
    assert snapshot.measured == (SERIES,)
    assert measures.asked == 1


async def test_what_could_not_be_measured_is_unread_and_the_answer_is_the_same(connection):
    away = Measures(Measured(unread=(Unread(what="Prometheus' samples", why="it does not answer"),)))
    told, plain = diagnose(await collected(connection, away)), diagnose(await collected(connection, None))
    assert (told.verdict, told.cause, told.summary) == (plain.verdict, plain.cause, plain.summary)
    assert set(told.unread) - set(plain.unread) == {Unread(what="Prometheus' samples", why="it does not answer")}


async def test_the_cluster_is_read_while_it_is_measured(there, connection):
    read = asyncio.Event()

    class Waits(Measures):
        async def measured(self, asked):
            await read.wait()
            return await super().measured(asked)

    def leads(snapshot, catalogue):
        found = remembering()(snapshot, catalogue)
        if not found:
            read.set()
        return found

    collector = Collector(connection, measures=Waits(), leads=leads)
    async with asyncio.timeout(20):
        snapshot = await collector.collect(parse_target(f"production/{NAME}"))
    assert snapshot.measured == (SERIES,)
    assert any(path.endswith("/events") for path in there.paths())


async def test_a_collection_that_breaks_off_leaves_nothing_behind(connection):
    measures = Measures(waits=asyncio.Event())
    collector = Collector(connection, measures=measures)
    task = asyncio.create_task(collector.collect(parse_target(f"production/{NAME}")))
    async with asyncio.timeout(20):
        await measures.begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert measures.cancelled

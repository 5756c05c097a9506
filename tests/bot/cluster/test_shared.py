"""What neighbours ask for is read once."""

from __future__ import annotations

import asyncio

import pytest

from bot.cluster.reads import Answer
from bot.cluster.shared import LOG_LINES, SharedReads
from diagnostics.snapshot import Lead, Log, LogLine

PODS = Lead(kind="Pod", namespace="production")
NODE = Lead(kind="Node", name="node-1")
LOG = Lead(kind="Log", namespace="production", name="web", container="app", instance="current")
WEB = {"kind": "Pod", "metadata": {"name": "web", "namespace": "production"}}


class Cluster:
    """Answers at once, or when ``gate`` opens; ``answers`` says what, by lead."""

    def __init__(self):
        self.asked = []
        self.answers = {}
        self.gate = asyncio.Event()
        self.gate.set()

    async def read(self, lead, _within_s):
        self.asked.append(lead)
        await self.gate.wait()
        return self.answers.get(lead, Answer(lead=lead, objects=(WEB,)))


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def cluster():
    return Cluster()


@pytest.fixture
def reads(cluster, clock):
    return SharedReads(cluster, kept_s=5.0, objects=10, clock=clock)


@pytest.mark.threat("Size", "a storm of alerts about one namespace asks the API server for the same things")
async def test_who_asks_meanwhile_waits_for_the_same_answer(reads, cluster, record_property):
    cluster.gate.clear()
    waiting = [asyncio.create_task(reads.read(lead, 9)) for lead in (PODS, NODE) for _ in range(20)]
    await asyncio.sleep(0)
    cluster.gate.set()
    answers = await asyncio.gather(*waiting)
    assert len(set(map(id, answers))) == 2
    assert sorted(map(str, cluster.asked)) == sorted(map(str, (PODS, NODE)))
    record_property("tried", "40 reads of two things at once")
    record_property("held", f"{len(cluster.asked)} requests")


async def test_an_answer_serves_for_some_seconds_and_no_longer(reads, cluster, clock):
    first = await reads.read(PODS, 9)
    clock.now += 5
    assert await reads.read(PODS, 9) is first
    clock.now += 0.1
    assert await reads.read(PODS, 9) is not first
    assert cluster.asked == [PODS, PODS]


async def test_a_log_weighs_as_much_as_it_is_long(reads, cluster):
    lines = (LogLine("", "x"),) * (LOG_LINES * 20)
    log = Log(namespace="production", pod="web", container="app", instance="current", lines=lines)
    cluster.answers[LOG] = Answer(lead=LOG, log=log)
    assert (await reads.read(LOG, 9)).log is log
    await reads.read(PODS, 9)  # more than there is room for: the log is let go
    await reads.read(LOG, 9)
    assert cluster.asked == [LOG, PODS, LOG]


async def test_a_failure_serves_nobody_else(reads, cluster):
    cluster.answers[PODS] = Answer(lead=PODS, why="500 Internal Server Error")
    assert (await reads.read(PODS, 9)).why
    del cluster.answers[PODS]
    assert not (await reads.read(PODS, 9)).why


async def test_one_object_is_taken_from_the_whole_list(reads, cluster):
    await reads.read(PODS, 9)
    there = await reads.read(Lead(kind="Pod", namespace="production", name="web"), 9)
    gone = await reads.read(Lead(kind="Pod", namespace="production", name="other"), 9)
    assert there.objects == (WEB,)
    assert (gone.absent, gone.objects) == (True, ())
    assert cluster.asked == [PODS]


async def test_a_beginning_of_a_list_answers_for_no_single_object(reads, cluster):
    cluster.answers[PODS] = Answer(lead=PODS, objects=(WEB,), partial=True, why="only the first 100 were read")
    await reads.read(PODS, 9)
    web = Lead(kind="Pod", namespace="production", name="web")
    await reads.read(web, 9)
    assert cluster.asked == [PODS, web]
    assert (await reads.read(PODS, 9)).partial
    assert cluster.asked == [PODS, web]


async def test_who_has_no_time_left_gives_up_alone(reads, cluster):
    cluster.gate.clear()
    patient = asyncio.create_task(reads.read(PODS, 9))
    hasty = await reads.read(PODS, 0.001)
    assert "was not answered" in hasty.why
    cluster.gate.set()
    assert (await patient).objects == (WEB,)


async def test_so_many_objects_are_kept_and_no_more(reads, cluster):
    leads = [Lead(kind="Pod", namespace=f"team-{number}") for number in range(8)]
    for lead in leads:
        cluster.answers[lead] = Answer(lead=lead, objects=(WEB,) * 4)
        await reads.read(lead, 9)
    cluster.asked.clear()
    await reads.read(leads[-1], 9)
    assert cluster.asked == []
    await reads.read(leads[0], 9)
    assert cluster.asked == [leads[0]]
    assert sum(len(entry.answer.objects) for entry in reads._shared.values()) <= 10 + 4

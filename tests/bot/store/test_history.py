"""How an incident went, on both databases: each verdict and recovery once, and what its report is made of."""

from dataclasses import replace

from bot.model.audit import Entry
from bot.model.history import Turn
from bot.model.incident import State
from bot.store.pruning import RETENTION_S
from tests.bot.store.test_incidents import alert, command
from tests.support.stores import Clock, opened

FOUND = {"verdict": "confirmed", "cause": "oom-killed", "summary": "api was killed", "workload": "Deployment n/api"}


async def claimed(store, request=None):
    await store.incidents.ingest([request or command()])
    return await store.incidents.claim("me", 15.0)


async def found(store, incident, **more):
    await store.incidents.finish(incident.id, "me", State.ANSWERED, watch_s=30.0, **FOUND | more)


async def again(store, clock, seconds=30):
    clock.now += seconds
    return await store.incidents.claim("me", 15.0)


async def turns(store, incident):
    history = await store.histories.of(await store.incidents.get(incident.id))
    return [(turn.turn, turn.cause or turn.ended_by, turn.since) for turn in history.milestones]


async def test_a_verdict_is_written_down_when_it_is_another_one_and_so_is_each_recovery(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        incident = await claimed(store)
        await found(store, incident, began_at=clock.now - 60)
        await again(store, clock)
        await found(store, incident, summary="api was killed (2 restarts)")
        await again(store, clock)
        await found(store, incident, cause="bad-config")
        current = replace(await again(store, clock), well_since=clock.now - 10)
        assert await store.incidents.recover(current, "me", ended_by="itself", wait_s=3.0)
        await store.incidents.reopen(incident.id)
        await again(store, clock)
        await found(store, incident, cause="bad-config")
        assert await turns(store, incident) == [
            (Turn.VERDICT, "oom-killed", 1_000_000.0 - 60),
            (Turn.VERDICT, "bad-config", 0.0),
            (Turn.RECOVERED, "itself", 1_000_000.0 + 80),
            (Turn.VERDICT, "bad-config", 0.0),
        ]


async def test_what_is_well_is_no_verdict_and_a_lost_lease_writes_nothing(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        incident = await claimed(store)
        assert not await store.incidents.finish(incident.id, "another", State.ANSWERED, **FOUND)
        await found(store, incident, verdict="not-failing", cause="healthy")
        assert await turns(store, incident) == []


async def test_a_history_holds_alerts_silences_and_what_was_done_to_that_workload_meanwhile(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        target = "n/deployment/api"
        await store.audit.append(Entry(at="", event="claimed", offer="before", target=target))
        clock.now += 10
        incident = await claimed(store, alert("api-1", sighted=True))
        await found(store, incident)
        await store.silences.keep(incident.id, "U1", ["s1"], clock.now + 3600)
        await store.audit.append(Entry(at="", event="claimed", offer="mine", target=target))
        await store.audit.append(Entry(at="", event="claimed", offer="other", target=f"{target}-two"))
        clock.now += 10
        current = replace(await again(store, clock), well_since=clock.now)
        await store.incidents.recover(current, "me", ended_by="itself", wait_s=3.0)
        clock.now += 10
        await store.audit.append(Entry(at="", event="claimed", offer="after", target=target))
        history = await store.histories.of(await store.incidents.get(incident.id))
        assert [act.entry["offer"] for act in history.acts] == ["mine"]
        assert [(fired.name, fired.started_at, fired.over_at) for fired in history.alerts] == [("X", 1.0, 0.0)]
        (silence,) = history.silences
        assert (silence.user, silence.until - silence.at) == ("U1", 3600)


async def test_incidents_are_found_by_their_workloads_name_and_by_what_was_asked(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        incident = await claimed(store, command("api-1"))
        await found(store, incident)
        for name in ("api", "api-1"):
            assert [one.id for one in await store.histories.named(name)] == [incident.id]
        for name in ("pi", "%", "a_i"):
            assert await store.histories.named(name) == []
        assert [one.id for one in await store.histories.in_channel("C1")] == [incident.id]
        assert await store.histories.in_channel("C2") == []


async def test_what_is_forgotten_leaves_no_milestone(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        incident = await claimed(store)
        await found(store, incident)
        old = await store.incidents.get(incident.id)
        clock.now += RETENTION_S + 100
        assert await store.pruning.prune() == 1
        assert (await store.histories.of(old)).milestones == ()


async def test_after_how_long_it_came_back_and_whether_for_the_same_cause_is_known_as_long_as_it_fails(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        incident = await claimed(store)
        await found(store, incident)
        assert await store.histories.relapse(incident.id) is None
        for cause, same in (("oom-killed", True), ("bad-config", False)):
            current = replace(await again(store, clock), well_since=clock.now)
            await store.incidents.recover(current, "me", ended_by="itself", wait_s=3.0)
            assert await store.histories.relapse(incident.id) is None
            await store.incidents.reopen(incident.id)
            await again(store, clock, 720)
            back_at = clock.now
            clock.now += 1.5  # reading and telling take their time, which is no part of how long it was well
            await found(store, incident, cause=cause, began_at=back_at)
            assert await store.histories.relapse(incident.id) == (720.0, same)

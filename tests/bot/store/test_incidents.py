"""Incidents in a real database, SQLite and PostgreSQL: kept once, claimed once, taken up after a lease ends."""

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from bot.model.errors import BotError
from bot.model.incident import (
    FOLD_S,
    REFRESH_S,
    STORM_S,
    Origin,
    Request,
    Sighting,
    State,
    Subject,
    alert_key,
    fold_key,
    key,
)
from bot.store import Store
from bot.store.clock import now_expression
from bot.store.incidents import claiming
from bot.store.tables import metadata
from tests.support.stores import Clock, opened


def command(name="api", dedup="1"):
    subject = Subject(name=name, namespace="production")
    return Request(origin=Origin.COMMAND, dedup_key=key("command", dedup), subject=subject, channel="C1", user="U1")


@contextmanager
def counted_statements():
    """Collect every turn to the database."""
    seen = []

    def count(*_executed):
        seen.append(_executed[2])

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", count)


def alert(pod, fingerprint=None, starts_at="2026-11-22T10:00:00Z", *, sighted=False):
    subject = Subject(kind="Pod", name=pod, namespace="production")
    sighting = Sighting(key=key("sighting", pod), name="X", started_at=1.0) if sighted else None
    return Request(
        origin=Origin.ALERT,
        dedup_key=alert_key(fingerprint or pod, {}, starts_at),
        subject=subject,
        channel="C1",
        fold_key=fold_key(subject),
        sighting=sighting,
    )


async def test_the_same_asking_is_one_incident_however_often_and_however_concurrent(tmp_path):
    async with opened(tmp_path) as store:
        kept = await asyncio.gather(*(store.incidents.ingest([command()]) for _ in range(20)))
        assert len({entry[0][0] for entry in kept}) == 1
        assert sum(entry[0][1] for entry in kept) == 1
        assert await store.incidents.waiting() == 1


async def test_where_an_incident_was_led_to_and_who_was_mentioned_is_kept(tmp_path):
    async with opened(tmp_path) as store:
        await store.incidents.ingest([alert("api-1")])
        claimed = await store.incidents.claim("me", 15)
        assert (claimed.routed_from, claimed.mentioned) == ("", "")
        moved = {"channel": "C0PAY", "addressed": "C0PAY", "routed_from": claimed.addressed}
        assert await store.incidents.update(claimed.id, "me", **moved)
        assert await store.incidents.update(claimed.id, "me", mentioned="S0PAY", note="said")
        assert not await store.incidents.update(claimed.id, "another", mentioned="")
        found = await store.incidents.get(claimed.id)
        assert (found.channel, found.addressed, found.routed_from) == ("C0PAY", "C0PAY", claimed.addressed)
        assert (found.mentioned, found.note) == ("S0PAY", "said")


async def test_of_many_at_once_one_incident_mentions_an_owner_in_a_thread(tmp_path):
    async with opened(tmp_path) as one, opened(tmp_path) as two:
        ((digest, _),) = await one.incidents.ingest([alert("api-1")])
        asked = [(store, f"member-{number}") for number in range(10) for store in (one, two)]
        held = await asyncio.gather(*(store.incidents.claim_call(digest, "S0PAY", name) for store, name in asked))
        winners = {name for (_, name), is_one in zip(asked, held, strict=True) if is_one}
        assert len(winners) == 1
        assert await one.incidents.claim_call(digest, "S0PAY", winners.pop())
        assert await two.incidents.claim_call(digest, "S0INFRA", "another")
        assert not await two.incidents.claim_call("no-such-incident", "S0PAY", "another")


async def test_alerts_about_pods_of_one_workload_fold_into_one(tmp_path):
    async with opened(tmp_path) as store:
        pods = [f"api-7d4b9c6f5-xkp2{letter}" for letter in "bcdfg"]
        kept = await store.incidents.ingest([alert(pod) for pod in pods])
        assert len({incident for incident, _ in kept}) == 1
        other = await store.incidents.ingest([alert("web-7d4b9c6f5-xkp2b")])
        assert other[0][1]
        assert (await store.incidents.get(kept[0][0])).sightings == 5


async def test_a_channels_lines_are_taken_exactly_however_many_workers_take_at_once(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as one, opened(tmp_path, clock) as two:
        kept = await one.incidents.ingest([command(f"app{number}", str(number)) for number in range(20)])
        ids = [incident for incident, _new in kept]

        async def take():
            stores = [one if number % 2 else two for number in range(len(ids))]
            asked = [store.related.take_line(each, "C1", 8) for store, each in zip(stores, ids, strict=True)]
            return [each for each, taken in zip(ids, await asyncio.gather(*asked), strict=True) if taken]

        first = await take()
        assert len(first) == 8
        # Who took one and died before posting has it still, and nobody else gets it.
        assert await take() == first
        clock.now += STORM_S + 1
        assert len(await take()) == 8


async def test_of_answers_that_are_alike_one_is_taken_however_many_workers_take_at_once(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as one, opened(tmp_path, clock) as two:
        await one.incidents.ingest([command(f"app{number}", str(number)) for number in range(12)])
        held = [await one.incidents.claim(f"w{number}", 15) for number in range(12)]
        digest = replace(held[0], id="digest", channel="C1", summary_ts="1.5")

        async def take(limit, likenesses):
            takes = [
                (one if number % 2 else two).related.take_answer(incident, digest, f"w{number}", like, limit)
                for number, (incident, like) in enumerate(zip(held, likenesses, strict=True))
            ]
            return sum(await asyncio.gather(*takes))

        assert await take(40, ["same"] * 12) == 1
        # That one has it still; what is like nothing takes a place for each, as long as there are any.
        assert await take(5, [""] * 12) == 5
        kept = [await one.incidents.get(each.id) for each in held]
        listed = next(each for each in kept if each.thread_ts == "")
        assert not await one.related.open_answer(listed, digest)  # it is not told of there
        assert await one.incidents.update(listed.id, f"w{kept.index(listed)}", parent_id="digest")
        assert await one.related.open_answer(listed, digest)
        assert not await one.related.open_answer(listed, digest)
        assert (await one.incidents.get(listed.id)).thread_ts == "1.5"


async def test_concurrent_alerts_of_two_connections_meet_in_one_incident(tmp_path):
    async with opened(tmp_path) as one, opened(tmp_path) as two:
        kept = await asyncio.gather(
            *(
                (one if number % 2 else two).incidents.ingest([alert(f"api-7d4b9c6f5-xkp2{letter}")])
                for number, letter in enumerate("bcdfghjklmnpqrst")
            )
        )
        assert len({entry[0][0] for entry in kept}) == 1
        assert sum(entry[0][1] for entry in kept) == 1


async def test_an_old_answer_is_looked_at_again_and_a_young_one_is_not(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        ((incident, _),) = await store.incidents.ingest([alert("api-7d4b9c6f5-xkp2b")])
        claimed = await store.incidents.claim("me", 30)
        assert await store.incidents.finish(claimed.id, "me", State.ANSWERED)

        clock.now += REFRESH_S - 1
        await store.incidents.ingest([alert("api-7d4b9c6f5-xkp2c")])
        assert await store.incidents.waiting() == 0
        clock.now += 2
        await store.incidents.ingest([alert("api-7d4b9c6f5-xkp2d")])
        assert await store.incidents.waiting() == 1

        clock.now += FOLD_S + 1
        ((later, new),) = await store.incidents.ingest([alert("api-7d4b9c6f5-xkp2f")])
        assert new
        assert later != incident


async def test_a_person_does_not_wait_behind_a_group_of_alerts(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        await store.incidents.ingest([alert(f"app{number}-0") for number in range(300)])
        clock.now += 1
        ((asked, _),) = await store.incidents.ingest([command()])
        assert (await store.incidents.claim("me", 30)).id == asked


async def test_a_group_is_written_in_a_bounded_number_of_statements(tmp_path):
    """One of 2,000 pods must not take two thousand turns to the database and back."""
    async with opened(tmp_path) as store:
        counts = []
        with counted_statements() as counted:
            for number in (200, 2000):
                group = [alert(f"group{number}-{each}-0", sighted=True) for each in range(number)]
                over = [request.sighting for request in group]
                for requests, resolved in ((group, []), (group, []), ([], over)):
                    before = len(counted)
                    kept = await store.incidents.ingest(requests, resolved)
                    assert len({incident for incident, _ in kept}) == len(requests)
                    counts.append(len(counted) - before)
        assert max(counts) <= 70
        assert await store.incidents.waiting() == 2200


async def test_an_alert_that_fires_again_is_not_folded_into_an_incident_that_was_never_told(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        ((incident, _),) = await store.incidents.ingest([alert("api-7d4b9c6f5-xkp2b")])
        await store.incidents.claim("me", 30)
        await store.incidents.finish(incident, "me", State.FAILED, summary="refused: channel_not_found")
        assert await store.incidents.waiting() == 0
        ((again, new),) = await store.incidents.ingest([alert("api-7d4b9c6f5-xkp2b")])
        assert (again, new) == (incident, False)
        assert await store.incidents.waiting() == 1


async def test_the_same_alert_is_one_incident_though_the_cluster_names_another_owner_by_now(tmp_path):
    async with opened(tmp_path) as store:
        first = alert("api-7d4b9c6f5-xkp2b")
        ((incident, _),) = await store.incidents.ingest([first])
        ((again, new),) = await store.incidents.ingest([replace(first, fold_key=key("another owner"))])
        assert (again, new) == (incident, False)
        assert (await store.incidents.get(incident)).sightings == 2


async def test_of_twenty_who_claim_one_gets_it(tmp_path):
    async with opened(tmp_path) as store:
        await store.incidents.ingest([command()])
        claims = await asyncio.gather(*(store.incidents.claim(f"worker-{number}", 30) for number in range(20)))
        assert len([claim for claim in claims if claim is not None]) == 1


async def test_what_a_killed_worker_held_is_taken_up_when_its_lease_ends_and_the_late_settle_is_void(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        await store.incidents.ingest([command()])
        first = await store.incidents.claim("killed", 30)
        clock.now += 29
        assert await store.incidents.claim("next", 30) is None
        clock.now += 2
        second = await store.incidents.claim("next", 30)
        assert (second.id, second.attempt) == (first.id, 2)
        assert not await store.incidents.finish(first.id, "killed", State.ANSWERED)
        assert not await store.incidents.update(first.id, "killed", summary_ts="1.0")
        assert await store.incidents.finish(first.id, "next", State.ANSWERED, cause="oom-killed")
        assert (await store.incidents.get(first.id)).cause == "oom-killed"
        assert await store.incidents.claim("third", 30) is None


async def test_what_is_put_off_is_not_claimed_before_its_time(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        await store.incidents.ingest([command()])
        claimed = await store.incidents.claim("me", 30)
        assert await store.incidents.put_off(claimed.id, "me", 60)
        clock.now += 59
        assert await store.incidents.claim("me", 30) is None
        clock.now += 1
        assert (await store.incidents.claim("me", 30)).attempt == 2


async def test_the_databases_own_clock_is_this_hosts(tmp_path):
    import time  # noqa: PLC0415 — only here is real time looked at

    async with opened(tmp_path) as store:
        await store.incidents.ingest([command()])
        (incident,) = await store.incidents.recent(1)
        assert abs(incident.created_at - time.time()) < 60


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_store_that_cannot_be_opened_names_the_setting(tmp_path):
    (tmp_path / "file").write_text("")
    before = set(threading.enumerate())
    with pytest.raises(BotError, match="DATA_DIR"):
        await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'file' / 'x.db'}")
    with pytest.raises(BotError, match="DATABASE_URL"):
        await Store.open("nonsense")
    for thread in set(threading.enumerate()) - before:
        thread.join(30)  # aiosqlite's says good-bye to a connection that never was


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_postgresql_gets_the_same_schema_and_a_claim_that_skips_locked_rows():
    dialect = postgresql.dialect()
    statement = str(claiming(now_expression(None)).compile(dialect=dialect))
    assert "FOR UPDATE SKIP LOCKED" in statement
    assert "clock_timestamp()" in statement
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))


class Leases(RuleBasedStateMachine):
    """Any order of keeping, claiming, dying, settling: nothing is lost, nothing has two holders."""

    @initialize()
    def open(self):
        self.clock = Clock()
        self.loop = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self.store = self.run(Store.open("sqlite+aiosqlite://", self.clock))
        self.held = {}
        self.kept, self.settled = set(), set()

    def run(self, work):
        return self.loop.run(work)

    def teardown(self):
        self.run(self.store.close())
        self.loop.close()

    @rule(name=st.integers(0, 5))
    def keep(self, name):
        ((incident, new),) = self.run(self.store.incidents.ingest([command(dedup=str(name))]))
        assert new == (incident not in self.kept)
        self.kept.add(incident)

    @rule(owner=st.sampled_from("ab"))
    def claim(self, owner):
        claimed = self.run(self.store.incidents.claim(owner, 30))
        if claimed is None:
            now = self.clock()
            assert all(until > now for i, (_, until) in self.held.items() if i not in self.settled)
            assert len(self.kept - self.settled) == len([i for i in self.held if i not in self.settled])
            return
        assert claimed.id not in self.settled
        assert claimed.id not in self.held or self.held[claimed.id][1] <= self.clock()
        self.held[claimed.id] = (owner, self.clock() + 30)

    @rule(owner=st.sampled_from("ab"), data=st.data())
    def settle(self, owner, data):
        if not self.kept:
            return
        incident = data.draw(st.sampled_from(sorted(self.kept)))
        mine = incident not in self.settled and self.held.get(incident, ("", 0))[0] == owner
        assert self.run(self.store.incidents.finish(incident, owner, State.ANSWERED)) == mine
        if mine:
            self.settled.add(incident)

    @rule(seconds=st.floats(0, 40))
    def wait(self, seconds):
        self.clock.now += seconds

    @invariant()
    def nothing_is_lost(self):
        assert self.run(self.store.incidents.waiting()) == len(self.kept - self.settled)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_leases_hold_in_any_order():
    run_state_machine_as_test(Leases, settings=settings(max_examples=25, stateful_step_count=25, deadline=None))


BACK_S = 3600.0


@pytest.mark.threat("Readiness", "the clock is put back by an hour")
@pytest.mark.parametrize("wait", ["lease", "put off", "check"])
async def test_no_wait_grows_when_the_clock_is_put_back(tmp_path, record_property, wait):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        ((incident, _),) = await store.incidents.ingest([command()])
        assert await store.incidents.claim("killed", 15, 600)
        if wait == "put off":
            await store.incidents.put_off(incident, "killed", 120)
        elif wait == "check":
            await store.incidents.finish(incident, "killed", State.ANSWERED, watch_s=300)
        assert await store.incidents.claim("me", 15, 600) is None
        clock.now -= BACK_S
        assert (await store.incidents.claim("me", 15, 600)).id == incident
        record_property("tried", f"a clock put back by {BACK_S:.0f} s during a {wait}")
        record_property("held", "it is taken up at once, and not an hour later")


async def test_a_check_is_not_due_before_its_time_while_the_clock_runs_as_it_should(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        ((incident, _),) = await store.incidents.ingest([command()])
        await store.incidents.claim("me", 15, 600)
        await store.incidents.finish(incident, "me", State.ANSWERED, watch_s=600)
        assert await store.incidents.claim("me", 15, 600) is None
        clock.now += 600
        assert await store.incidents.claim("me", 15, 600) is not None


async def test_what_waits_untold_is_led_to_the_channel_of_the_settings_and_nothing_else(tmp_path):
    clock = Clock()
    labelled = replace(alert("pager-1"), labels={"severity": "critical"}, channel="C0WRONG")
    notice = replace(command("rule X", "notice"), origin=Origin.NOTICE, channel="C0WRONG")
    async with opened(tmp_path, clock) as store:
        requests = [
            replace(alert("kept-1"), channel="C0WRONG"),
            labelled,
            replace(alert("right-1"), channel="C0RIGHT"),
            notice,
            replace(command("asked", "2"), channel="C0WRONG"),
            replace(alert("message-1"), origin=Origin.MESSAGE, channel="C0WRONG", thread_ts="1.1"),
        ]
        ids = [found for found, _new in await store.incidents.ingest(requests)]
        told = await store.incidents.ingest([replace(alert("told-1"), channel="C0WRONG")])
        while (claimed := await store.incidents.claim("me", 60)) is not None:
            if claimed.id == told[0][0]:
                await store.incidents.update(claimed.id, "me", summary_ts="2.2")
            await store.incidents.put_off(claimed.id, "me", 900)

        def channel_for(_namespace, labels):
            return "C0PAGER" if labels.get("severity") == "critical" else "C0RIGHT"

        moved = await store.incidents.reroute(channel_for, notices="C0RULES", named={"C0RIGHT", "C0PAGER", "C0RULES"})
        assert moved == {("C0WRONG", "C0RIGHT"): 1, ("C0WRONG", "C0PAGER"): 1, ("C0WRONG", "C0RULES"): 1}
        found = [(await store.incidents.get(one)).channel for one in [*ids, told[0][0]]]
        assert found == ["C0RIGHT", "C0PAGER", "C0RIGHT", "C0RULES", "C0WRONG", "C0WRONG", "C0WRONG"]
        again = {(await store.incidents.claim("me", 60)).id for _ in range(3)}
        assert again == {ids[0], ids[1], ids[3]}
        assert await store.incidents.claim("me", 60) is None

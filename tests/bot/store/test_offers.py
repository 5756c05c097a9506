"""Offers in a real database, SQLite and PostgreSQL: every move is a compare-and-set."""

import asyncio

import pytest

from bot.model.incident import Origin, Request, Subject, key
from bot.model.offer import OfferRecord, OfferState
from bot.store import Store
from bot.store.offers import new_id
from tests.support.stores import Clock, opened


async def offered(store: Store, ttl_s=1800.0):
    subject = Subject(name="api", namespace="production")
    request = Request(origin=Origin.COMMAND, dedup_key=key("x"), subject=subject, channel="C1")
    ((incident, _),) = await store.incidents.ingest([request])
    record = OfferRecord(
        id=new_id(), incident_id=incident, action="undo", state=OfferState.OFFERED, kind="Deployment",
        namespace="production", name="api", uid="u", generation=4, revision=3, channel="C1",
    )  # fmt: skip
    await store.offers.replace(record.incident_id, [record], ttl_s)
    return record


async def test_an_offer_comes_back_as_it_was_made(tmp_path):
    async with opened(tmp_path) as store:
        record = await offered(store)
        await store.incidents.claim("me", 60)
        report = {"verdict": "confirmed", "cause": "oom-killed", "report": ""}
        assert not await store.incidents.save_report(
            record.incident_id, "another", channel="C9", report_ts="9.9", **report
        )
        assert await store.incidents.save_report(record.incident_id, "me", channel="C1", report_ts="12.5", **report)
        found = await store.offers.get(record.id)
        assert (found.action, found.uid, found.generation, found.revision) == ("undo", "u", 4, 3)
        assert (found.channel, found.message_ts, found.state) == ("C1", "12.5", OfferState.OFFERED)
        assert await store.offers.get("unknown") is None


async def test_of_twenty_who_press_one_claims(tmp_path):
    async with opened(tmp_path) as one, opened(tmp_path) as two:
        record = await offered(one)
        claims = await asyncio.gather(
            *((one if n % 2 else two).offers.claim(record.id, f"U{n}", f"w{n}", 60) for n in range(20))
        )
        (claimed,) = [claim for claim in claims if claim is not None]
        assert claimed.claimed_by == f"U{claims.index(claimed)}"
        assert (await one.offers.get(record.id)) == claimed


async def test_an_offer_past_its_time_is_expired_and_cannot_be_claimed(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        record = await offered(store, ttl_s=60)
        clock.now += 60
        assert not await store.offers.claim(record.id, "U1", "w", 60)
        assert (await store.offers.get(record.id)).state is OfferState.EXPIRED


async def test_a_newer_answer_supersedes_what_was_offered(tmp_path):
    async with opened(tmp_path) as store:
        record = await offered(store)
        await store.offers.supersede(record.incident_id)
        assert (await store.offers.get(record.id)).state is OfferState.SUPERSEDED
        assert not await store.offers.claim(record.id, "U1", "w", 60)


async def test_only_what_can_still_be_pressed_stands(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        record = await offered(store, ttl_s=60)
        assert [offer.id for offer in await store.offers.standing(record.incident_id)] == [record.id]
        assert await store.offers.standing("another") == []
        clock.now += 60
        assert await store.offers.standing(record.incident_id) == []
        again = await offered(store)
        assert await store.offers.claim(again.id, "U1", "w", 60)
        assert await store.offers.standing(again.incident_id) == []


@pytest.mark.parametrize("to", [OfferState.DONE, OfferState.OFFERED, OfferState.EXPIRED])
async def test_moves_that_are_not_allowed_do_not_happen(tmp_path, to):
    async with opened(tmp_path) as store:
        record = await offered(store)
        assert await store.offers.claim(record.id, "U1", "w", 60)
        assert not await store.offers.move(record.id, "w", to)
        assert not await store.offers.move(record.id, "another", OfferState.RUNNING)
        assert await store.offers.move(record.id, "w", OfferState.RUNNING)
        assert await store.offers.move(record.id, "w", OfferState.DONE, "recovered")
        assert (await store.offers.get(record.id)).outcome == "recovered"


async def test_what_a_killed_holder_left_is_taken_over_once(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        record = await offered(store)
        await store.offers.claim(record.id, "U1", "killed", 60)
        assert await store.offers.abandoned("next", 60) == []
        clock.now += 61
        assert [found.id for found in await store.offers.abandoned("next", 60)] == [record.id]
        assert await store.offers.abandoned("third", 60) == []
        assert not await store.offers.renew(record.id, "killed", 60)


async def test_an_event_is_first_once(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        seen = await asyncio.gather(*(store.seen.first("event", "E1", 600) for _ in range(20)))
        assert sum(seen) == 1
        clock.now += 601
        assert await store.seen.first("event", "E1", 600)


async def test_when_a_button_sent_a_change_is_known_of_its_own_incident_alone(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        record = await offered(store)
        other = Request(origin=Origin.COMMAND, dedup_key=key("y"), subject=Subject(name="web"), channel="C1")
        ((beside, _),) = await store.incidents.ingest([other])
        await store.offers.claim(record.id, "U1", "w", 60)
        assert (await store.incidents.get(record.incident_id)).acted_at == 0
        await store.offers.move(record.id, "w", OfferState.RUNNING)
        assert (await store.incidents.get(record.incident_id)).acted_at == clock.now
        claimed = [await store.incidents.claim("me", 60) for _ in range(2)]
        assert {one.id: one.acted_at for one in claimed} == {record.incident_id: clock.now, beside: 0}
        assert (await store.incidents.get(beside)).acted_at == 0


async def test_what_was_pressed_is_known_to_every_incident_of_the_workload_and_taken_back_once(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        record = await offered(store)
        await store.offers.claim(record.id, "U1", "w", 60)
        await store.offers.move(record.id, "w", OfferState.RUNNING)
        assert [act.state is OfferState.DONE for act in await store.related.acts("production", "api", 0)] == [False]
        await store.offers.move(record.id, "w", OfferState.DONE)
        (act,) = await store.related.acts("production", "api", 0)
        assert (act.action, act.revision, act.claimed_by, act.state) == ("undo", 3, "U1", OfferState.DONE)
        assert await store.related.acts("production", "web", 0) == []
        assert await store.related.acts("production", "api", clock.now + 1) == []
        assert [offer.id for offer in await store.offers.helped(record.incident_id, 0)] == [record.id]
        assert await store.offers.take_back(record.id, "it did not hold")
        assert not await store.offers.take_back(record.id, "it did not hold")
        assert await store.offers.helped(record.incident_id, 0) == []


@pytest.mark.threat("Readiness", "the clock is put back or forward while a button is pressed")
async def test_clocks_that_jump_lose_no_press_and_call_none_lost(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as store:
        record = await offered(store)
        await store.offers.claim(record.id, "U1", "killed", 45)
        press = await store.presses.record(offer_id="o", user="U1", channel="C1", thread_ts="")
        clock.now += 3600
        assert await store.presses.lost(60, {press}) == []  # it is being answered, whatever the clock says
        clock.now -= 7200
        assert [lost.user for lost in await store.presses.lost(60)] == ["U1"]
        assert [offer.id for offer in await store.offers.abandoned("me", 45)] == [record.id]

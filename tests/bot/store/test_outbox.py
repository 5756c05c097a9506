"""The outbox, on both databases: an event for each step, in its transaction, in order, and never lost."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
import structlog

from bot.model.incident import State
from bot.model.offer import OfferRecord, OfferState
from bot.store.offers import new_id
from bot.store.outbox import Telling
from bot.store.pruning import UNSENT_S
from diagnostics.diagnosis import Diagnosis, Evidence, Remedy, Verdict
from diagnostics.snapshot import Target
from tests.bot.store.test_incidents import alert, command
from tests.support.hook import Received, described
from tests.support.stores import Clock, opened

FOUND = {"verdict": "confirmed", "cause": "oom-killed", "summary": "api was killed", "workload": "Deployment n/api"}


@pytest.fixture
def clock():
    return Clock()


async def claimed(store, request=None):
    await store.incidents.ingest([request or alert("api-1")])
    return await store.incidents.claim("me", 15.0)


async def found(store, incident, **more):
    return await store.incidents.finish(incident.id, "me", State.ANSWERED, watch_s=30.0, **FOUND | more)


async def again(store, clock, seconds=30):
    clock.now += seconds
    return await store.incidents.claim("me", 15.0)


async def sent(store, owner="sender"):
    """Take what waits, as a receiver that takes everything; what is taken is held against the description."""
    taken = []
    while (pending := await store.outbox.claim(owner, 60.0)) is not None:
        headers = {"webhook-id": pending.id, "webhook-timestamp": "1", "webhook-signature": "v1,eA=="}
        described(Received(headers, pending.body.encode()))
        taken.append(json.loads(pending.body))
        assert await store.outbox.done(pending.id, owner)
    return taken


def types(documents):
    return [document["type"] for document in documents]


async def recovered(store, clock, incident, ended_by="itself"):
    current = replace(await again(store, clock), well_since=clock.now - 10)
    assert current.id == incident.id
    assert await store.incidents.recover(current, "me", ended_by=ended_by, wait_s=3.0)


async def test_each_step_of_an_incident_is_an_event_and_quiet_checks_are_none(tmp_path, clock):
    async with opened(tmp_path, clock) as store:
        store.outbox.tell(Telling(cluster="prod-eu"))
        incident = await claimed(store)
        await found(store, incident, began_at=clock.now - 60)
        await again(store, clock)
        await found(store, incident, summary="api was killed (2 restarts)")
        await again(store, clock)
        await found(store, incident, reminders=1)
        await again(store, clock)
        await found(store, incident, cause="bad-config", reminders=1)
        await recovered(store, clock, incident, "rollback to revision 41\tU0ANNA\tU0BEN")
        await store.incidents.reopen(incident.id)
        await again(store, clock)
        await found(store, incident, cause="bad-config", returns=1, reminders=0, recovered_at=0.0)
        events = await sent(store)
    assert types(events) == [
        "incident.opened", "incident.still_failing", "incident.verdict_changed", "incident.recovered",
        "incident.relapsed",
    ]  # fmt: skip
    assert {event["data"]["dedup_key"] for event in events} == {f"crashloop-{incident.id}"}
    assert [event["data"]["state"] for event in events] == ["failing"] * 3 + ["recovered", "failing"]
    opened_, _goes_on, changed, over, back = (event["data"] for event in events)
    assert (opened_["cluster"], opened_["namespace"], opened_["workload"]) == ("prod-eu", "n", "Deployment n/api")
    assert (opened_["verdict"], opened_["cause"], opened_["previous"]) == ("confirmed", "oom-killed", None)
    assert changed["previous"] == {"verdict": "confirmed", "cause": "oom-killed"}
    assert (over["recovery"]["ended_by"], over["recovery"]["people"]) == (
        "rollback to revision 41",
        ["U0ANNA", "U0BEN"],
    )
    assert (back["times_back"], back["recovery"]) == (1, None)
    assert [event["timestamp"] for event in events] == sorted(event["timestamp"] for event in events)


async def test_what_came_of_a_button_is_an_event_and_so_is_that_it_did_not_hold(tmp_path, clock):
    async with opened(tmp_path, clock) as store:
        store.outbox.tell(Telling(cluster="prod-eu"))
        incident = await claimed(store)
        await found(store, incident)
        record = OfferRecord(
            id=new_id(), incident_id=incident.id, action="undo", state=OfferState.OFFERED, kind="Deployment",
            namespace="n", name="api",
        )  # fmt: skip
        await store.offers.replace(incident.id, [record], 1800)
        await store.offers.claim(record.id, "U0ANNA", "me", 45, reason="it is down")
        assert await store.offers.move(record.id, "me", OfferState.RUNNING)
        assert await store.offers.move(record.id, "me", OfferState.DONE, "Rolled back: 1/1 ready after 41 s.")
        assert not await store.offers.move(record.id, "me", OfferState.FAILED, "twice")
        assert await store.offers.take_back(record.id, "it did not hold: api was killed")
        _opened, held, not_held = await sent(store)
    assert held["data"]["action"] == {
        "action": record.action,
        "target": record.target,
        "outcome": "done",
        "detail": "Rolled back: 1/1 ready after 41 s.",
        "reason": "it is down",
        "people": ["U0ANNA"],
    }
    assert (not_held["data"]["action"]["outcome"], not_held["data"]["action"]["detail"]) == (
        "unhelpful", "it did not hold: api was killed",
    )  # fmt: skip


async def test_what_nobody_is_told_of_is_not_written(tmp_path, clock):
    async with opened(tmp_path, clock) as store:
        first = await claimed(store)
        await found(store, first)
        assert await store.outbox.waiting() == (0, 0.0)
        store.outbox.tell(Telling(cluster="c", namespaces=frozenset({"payments"})))
        await found(store, await claimed(store, alert("other-1")), workload="Deployment production/other")
        store.outbox.tell(Telling(cluster="c"))
        asked = await claimed(store, command())
        await found(store, asked)
        assert not await store.incidents.finish(asked.id, "another", State.ANSWERED, **FOUND)
        await found(store, await claimed(store, alert("well-1")), verdict="not-failing", cause="healthy")
        assert await store.outbox.waiting() == (0, 0.0)
        store.outbox.tell(Telling(cluster="c", namespaces=frozenset({"production"})))
        await found(store, await claimed(store, alert("third-1")), workload="Deployment production/third")
        assert types(await sent(store)) == ["incident.opened"]


async def test_it_recovers_only_what_was_said_to_have_begun(tmp_path, clock):
    async with opened(tmp_path, clock) as store:
        store.outbox.tell(Telling(cluster="c"))
        incident = await claimed(store)
        await found(store, incident, verdict="not-failing", cause="healthy")
        await recovered(store, clock, incident)
        assert await sent(store) == []


async def test_what_is_not_there_is_nobodys_incident(tmp_path, clock):
    """Else an alert about a pod that was replaced would page somebody, and so would the doctor's test alert."""
    gone = {"cause": "not-found", "summary": "There is no pod api-1"}
    async with opened(tmp_path, clock) as store:
        store.outbox.tell(Telling(cluster="c"))
        incident = await claimed(store)
        await found(store, incident, **gone)
        await recovered(store, clock, incident, "its deletion")
        assert await sent(store) == []
        other = await claimed(store, alert("other-1"))
        for more in (gone, {}, gone, {}, {"cause": "bad-config"}, gone):
            await found(store, other, workload="Deployment n/other", **more)
            await store.incidents.reopen(other.id)
            other = await again(store, clock)
        await store.incidents.recover(replace(other, well_since=clock.now), "me", ended_by="its deletion", wait_s=3.0)
        events = await sent(store)
    assert types(events) == ["incident.opened", "incident.verdict_changed", "incident.recovered"]
    assert events[1]["data"]["previous"] == {"verdict": "confirmed", "cause": "oom-killed"}


async def test_the_step_and_its_event_are_one_transaction(tmp_path, clock, monkeypatch):
    """What fails after the event was written takes it along, and the verdict too."""
    async with opened(tmp_path, clock) as store:
        store.outbox.tell(Telling(cluster="c"))
        incident = await claimed(store)

        async def broken(*_given):
            raise OSError("the disk is full")

        with monkeypatch.context() as patched:
            patched.setattr("bot.store.ingestion.schedule_check", broken)
            with pytest.raises(Exception, match="the store cannot be reached"):
                await found(store, incident, told_by="another")
        assert await store.outbox.waiting() == (0, 0.0)
        assert (await store.incidents.get(incident.id)).verdict == ""
        await found(store, incident)
        assert types(await sent(store)) == ["incident.opened"]


async def test_an_event_that_cannot_be_made_costs_nobody_the_verdict(tmp_path, clock, monkeypatch):
    def broken(*_given, **_more):
        raise ZeroDivisionError

    monkeypatch.setattr("bot.store.outbox.document", broken)
    async with opened(tmp_path, clock) as store:
        store.outbox.tell(Telling(cluster="c"))
        incident = await claimed(store)
        with structlog.testing.capture_logs() as logs:
            assert await found(store, incident)
        assert (await store.incidents.get(incident.id)).verdict == "confirmed"
        assert await store.outbox.waiting() == (0, 0.0)
    assert [entry["event"] for entry in logs] == ["webhook.no_document"]


async def test_an_incidents_events_wait_for_each_other_and_for_no_other_incidents(tmp_path, clock):
    async with opened(tmp_path, clock) as store:
        store.outbox.tell(Telling(cluster="c"))
        one = await claimed(store)
        await found(store, one)
        await again(store, clock)
        await found(store, one, cause="bad-config")
        other = await claimed(store, alert("other-1"))
        await found(store, other, workload="Deployment n/other")
        first = await store.outbox.claim("a", 60.0)
        second = await store.outbox.claim("b", 60.0)
        assert (first.incident_id, second.incident_id) == (one.id, other.id)
        assert await store.outbox.claim("c", 60.0) is None
        assert not await store.outbox.done(first.id, "b")
        assert await store.outbox.put_off(first.id, "a", 5.0)
        assert await store.outbox.claim("a", 60.0) is None
        clock.now += 6
        tried_again = await store.outbox.claim("a", 60.0)
        assert (tried_again.id, tried_again.body, tried_again.attempts) == (first.id, first.body, 1)
        assert await store.outbox.done(first.id, "a")
        assert json.loads((await store.outbox.claim("a", 60.0)).body)["type"] == "incident.verdict_changed"
        assert (await store.outbox.waiting())[0] == 2


async def test_what_a_killed_sender_held_another_one_sends(tmp_path, clock):
    async with opened(tmp_path, clock) as store:
        store.outbox.tell(Telling(cluster="c"))
        await found(store, await claimed(store))
        held = await store.outbox.claim("killed", 60.0)
        assert await store.outbox.claim("next", 60.0) is None
        clock.now += 61
        taken = await store.outbox.claim("next", 60.0)
        assert (taken.id, taken.body) == (held.id, held.body)
        assert not await store.outbox.done(held.id, "killed")
        assert await store.outbox.done(held.id, "next")


async def test_of_many_senders_at_once_each_gets_another_event(tmp_path):
    async with opened(tmp_path) as store:
        store.outbox.tell(Telling(cluster="c"))
        for number in range(8):
            await found(store, await claimed(store, alert(f"api{number}-1")))
        got = await asyncio.gather(*(store.outbox.claim(f"s{number}", 60.0) for number in range(12)))
        assert len({pending.id for pending in got if pending is not None}) == 8


async def test_what_nobody_sends_any_more_is_forgotten(tmp_path, clock):
    async with opened(tmp_path, clock) as store:
        store.outbox.tell(Telling(cluster="c"))
        await found(store, await claimed(store))
        await store.pruning.prune()
        assert (await store.outbox.waiting())[0] == 1
        clock.now += UNSENT_S + 1
        await store.pruning.prune()
        assert await store.outbox.waiting() == (0, 0.0)


BAIT = "password=hunter2-of-the-shop"


@pytest.mark.threat("Redaction", "a pager's receiver is sent a secret that a program logged")
async def test_nothing_secret_is_in_it_and_it_is_bounded(tmp_path, clock, record_property):
    long = "x" * 5000
    diagnosis = Diagnosis(
        target=Target(kind="Pod", namespace="n", name="api-1", pod="api-1"),
        verdict=Verdict.CONFIRMED,
        cause="bad-config",
        summary=f"api cannot log in: {BAIT} {long}",
        container="api",
        workload="Deployment n/api",
        evidence=tuple(Evidence(source="log", path="api/current", quote=f"{BAIT}\n\x1b[31m{long}") for _ in range(40)),
        remedy=Remedy(text=f"Set it right: {BAIT}", commands=(f"echo {BAIT}", f"echo {long}", *["true"] * 10)),
    )
    async with opened(tmp_path, clock) as store:
        store.outbox.tell(Telling(cluster="c"))
        await found(store, await claimed(store), summary=diagnosis.summary, diagnosis=diagnosis.to_json())
        (pending,) = [await store.outbox.claim("s", 60.0)]
    assert "hunter2" not in pending.body
    assert "\x1b" not in pending.body
    assert "\\u001b" not in pending.body
    data = json.loads(pending.body)["data"]
    assert len(data["evidence"]) == 20
    assert max(len(item["quote"]) for item in data["evidence"]) == 600
    assert data["remedy"]["commands"][1:] == ["true"] * 3
    assert len(pending.body) < 20_000
    record_property("tried", "a secret in headline, summary, 40 quotes, remedy and command; 5,000 characters each")
    record_property("held", f"0 of them sent; 20 quotes of 600 characters, {len(pending.body)} characters in all")

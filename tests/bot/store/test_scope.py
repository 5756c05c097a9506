"""Several clusters in one store, SQLite and PostgreSQL: nobody gets another one's rows, whatever they are called."""

import asyncio
import json
from dataclasses import replace

import pytest

from bot.model.incident import Ending, Origin, Request, Sighting, State, Subject, alert_key, fold_key, key
from bot.model.offer import OfferRecord, OfferState
from bot.store.offers import new_id
from bot.store.outbox import Telling
from diagnostics.objects import ObjectRef
from tests.support.stores import Clock, opened

POD = Subject(kind="Pod", name="api-7d4b9c6f5-xkp2z", namespace="production")
API = ObjectRef(kind="Deployment", namespace="production", name="api")


def alert(**more):
    made = Request(
        origin=Origin.ALERT, dedup_key=alert_key("f", {}, "2026-11-22T10:00:00Z"), subject=POD, channel="C1",
        fold_key=fold_key(POD), sighting=Sighting(key=key("sighting"), name="X", started_at=1.0),
    )  # fmt: skip
    return replace(made, **more)


def asked(name="api", dedup="1"):
    subject = Subject(name=name, namespace="production")
    return Request(origin=Origin.COMMAND, dedup_key=key("command", dedup), subject=subject, channel="C1", user="U1")


async def kept(store, request):
    ((incident_id, new),) = await store.incidents.ingest([request])
    return incident_id, new


async def answered(store, incident_id, *, cause="oom-killed", root=""):
    incident = await store.incidents.claim("me", 60)
    assert incident.id == incident_id
    await store.incidents.update(incident_id, "me", summary_ts="1.1")
    await store.incidents.finish(
        incident_id, "me", State.ANSWERED, verdict="confirmed", cause=cause, workload=str(API), root=root, watch_s=60
    )
    return await store.incidents.get(incident_id)


async def test_the_same_alert_in_two_clusters_is_two_incidents_and_each_is_claimed_by_its_own(tmp_path):
    async with opened(tmp_path) as base:
        eu, us, both = base.of_cluster("eu"), base.of_cluster("us"), base.of_all(["eu", "us"])
        first, second = await kept(eu, alert()), await kept(us, alert())
        assert (first[1], second[1], first[0] != second[0]) == (True, True, True)
        assert (await kept(eu, alert()))[0] == first[0]
        assert await both.incidents.claim("me", 60) is None
        assert await base.incidents.claim("me", 60) is None
        claimed = await us.incidents.claim("me", 60)
        assert (claimed.id, claimed.cluster) == (second[0], "us")
        assert await us.incidents.claim("me", 60) is None
        assert (await eu.incidents.claim("me", 60)).id == first[0]
        assert await eu.incidents.get(second[0]) is None
        assert (await eu.incidents.anywhere(second[0])).cluster == "us"
        assert [await view.incidents.waiting() for view in (eu, us, both, base)] == [1, 1, 2, 0]
        assert await eu.incidents.held([fold_key(POD), "other"]) == {fold_key(POD)}


async def test_an_alert_that_ends_in_one_cluster_ends_in_no_other(tmp_path):
    async with opened(tmp_path) as base:
        eu, us = base.of_cluster("eu"), base.of_cluster("us")
        ids = [(await kept(view, alert()))[0] for view in (eu, us)]
        for view, incident_id in zip((eu, us), ids, strict=True):
            await answered(view, incident_id)
        await us.incidents.ingest([], [alert().sighting])
        assert [await base.related.firing(each) for each in ids] == [(1, 1), (0, 1)]
        assert await eu.incidents.claim("me", 60) is None
        assert (await us.incidents.claim("me", 60)).id == ids[1]
        await eu.incidents.ingest([], [], [Ending(fold_key=fold_key(POD), name="X")])
        assert (await eu.incidents.claim("me", 60)).id == ids[0]


async def test_what_is_about_no_cluster_is_taken_by_who_waits_for_none(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as base:
        eu, both = base.of_cluster("eu"), base.of_all(["eu", "us"])
        digest = await eu.related.digest("C1", begin=True)
        assert (await base.of_cluster("us").related.digest("C1", begin=True)).id == digest.id
        question, _ = await kept(both, asked())
        notice, _ = await kept(both, replace(asked(dedup="2"), origin=Origin.NOTICE, user=""))
        own_notice, _ = await kept(eu, replace(asked(dedup="3"), origin=Origin.NOTICE, user=""))
        clock.now += 10
        claimed = [await both.incidents.claim("me", 60) for _ in range(4)]
        assert {one.id for one in claimed if one} == {digest.id, question, notice}
        assert (await eu.incidents.claim("me", 60)).id == own_notice
        assert await eu.incidents.claim("me", 60) is None
        assert await both.incidents.send_to(question, "me", "eu")
        assert not await both.incidents.send_to(question, "me", "us")
        assert (await eu.incidents.claim("you", 60)).id == question


async def test_a_root_is_led_in_each_cluster_and_the_same_one_anywhere_by_the_first(tmp_path):
    async with opened(tmp_path) as base:
        eu, us = base.of_cluster("eu"), base.of_cluster("us")
        a, b, c = [
            (await kept(view, alert(fold_key=key(name), dedup_key=key(name))))[0]
            for view, name in ((eu, "a"), (us, "b"), (us, "c"))
        ]
        assert await eu.related.lead(a, "Node worker-1") == a
        assert await us.related.lead(b, "Node worker-1") == b
        assert await eu.related.lead(a, "Secret x", anywhere="missing Secret x") == a
        assert await us.related.lead(b, "Secret x", anywhere="missing Secret x") == a
        await us.incidents.claim("me", 60)
        await us.incidents.claim("me", 60)
        await us.incidents.join(b, "me", 0.0, parent_id=a, root="Secret x")
        assert await us.related.lead(c, "Secret x", anywhere="missing Secret x") == a
        # Asked again it is the same, and a root that it has no more is free for others.
        assert await eu.related.lead(a, "Secret x", anywhere="missing Secret x") == a
        assert await eu.related.lead(a, "Secret y", anywhere="missing Secret y") == a
        assert await us.related.lead(c, "Secret x", anywhere="missing Secret x") == c
        assert [member.id for member in await eu.related.members(a)] == [b]


async def test_what_is_remembered_of_a_workload_is_remembered_of_its_own_cluster(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as base:
        eu, us = base.of_cluster("eu"), base.of_cluster("us")
        first, _ = await kept(eu, alert())
        old = await answered(eu, first, root="Workload production/api")
        for view, expected in ((eu, [first]), (us, [])):
            other, _ = await kept(view, asked(dedup=str(view is eu)))
            asking = await view.incidents.get(other)
            found = await view.related.standing(asking, str(API), "Workload production/api")
            assert [one.id for one in (found,) if one] == expected
            assert [one.id for one in await view.related.before(asking, str(API), "oom-killed")] == expected
            assert [one.id for one in await view.histories.named("api") if one.workload] == expected
            assert [one.id for one in await view.incidents.failing(10) if one.workload] == expected
        assert [one.id for one in await base.of_any().histories.named("api") if one.workload] == [first]
        clock.now += 1
        second, _ = await kept(us, alert())
        await us.incidents.claim("me", 60)  # the question
        theirs = await answered(us, second)
        await us.incidents.schedule_check(second)
        theirs = await us.incidents.claim("me", 60)
        assert await us.incidents.recover(theirs, "me", ended_by="itself", wait_s=0.0)
        assert (await eu.incidents.get(first)).state is State.ANSWERED
        assert (await eu.incidents.anywhere(second)).state is State.RECOVERED
        clock.now += 1
        assert (await eu.incidents.claim("me", 60)).id != old.id  # its check was not brought forward


@pytest.mark.threat("Identity", "an offer made in one cluster is looked up, counted or taken over in another")
async def test_an_offer_is_known_in_its_own_cluster_alone(tmp_path, record_property):
    clock = Clock()
    async with opened(tmp_path, clock) as base:
        eu, us, both = base.of_cluster("eu"), base.of_cluster("us"), base.of_all(["eu", "us"])
        incident, _ = await kept(eu, asked())
        record = OfferRecord(
            id=new_id(), incident_id=incident, action="undo", state=OfferState.OFFERED, kind="Deployment",
            namespace="production", name="api",
        )  # fmt: skip
        await eu.offers.replace(incident, [record], 1800)
        assert await both.offers.cluster_of(record.id) == "eu"
        assert await both.offers.cluster_of("x") is None
        assert (await eu.offers.get(record.id)).cluster == "eu"
        elsewhere = [await us.offers.get(record.id), await base.offers.get(record.id)]
        press = await us.presses.record(offer_id=record.id, user="U1", channel="C1", thread_ts="")
        await eu.offers.claim(record.id, "U1", "me", 10)
        assert await us.offers.recent_actions(API, "U2", 3600) == (0, 0)
        assert await eu.offers.recent_actions(API, "U2", 3600) == (0, 1)
        # How often a person acts is counted over all clusters.
        assert await us.offers.recent_actions(API, "U1", 3600) == (1, 0)
        clock.now += 120
        elsewhere += [*await us.offers.abandoned("you", 10), *await us.presses.lost(60)]
        record_property("tried", 4)
        record_property("held", 4 - len([one for one in elsewhere if one is not None]))
        assert [one for one in elsewhere if one is not None] == []
        assert [one.id for one in await eu.offers.abandoned("you", 10)] == [record.id]
        assert [one.offer_id for one in await eu.presses.lost(60)] == [record.id]
        assert press
        nobodys = await us.presses.record(offer_id="unknown", user="U1", channel="C1", thread_ts="")
        clock.now += 120
        assert nobodys
        assert len(await us.presses.lost(60)) == 1


async def test_what_was_known_of_the_only_cluster_is_taken_over_by_one_of_several(tmp_path):
    clock = Clock()
    async with opened(tmp_path, clock) as base:
        first, _ = await kept(base, alert())
        await answered(base, first, root="Workload production/api")
        assert await base.related.lead(first, "C1 Workload production/api") == first
        digest = await base.related.digest("C1", begin=True)
        record = OfferRecord(
            id=new_id(), incident_id=first, action="undo", state=OfferState.OFFERED, kind="Deployment",
            namespace="production", name="api",
        )  # fmt: skip
        await base.offers.replace(first, [record], 1800)
        assert await base.adopt("eu") == 1
        assert await base.adopt("eu") == 0
        eu, us, both = base.of_cluster("eu"), base.of_cluster("us"), base.of_all(["eu", "us"])
        assert (await eu.incidents.get(first)).cluster == "eu"
        assert (await eu.offers.get(record.id)).cluster == "eu"
        # Its alerts and its root go on being known as its own, and nobody else's.
        assert await kept(eu, alert()) == (first, False)
        assert (await kept(us, alert()))[1]
        assert await eu.related.firing(first) == (1, 1)
        second, _ = await kept(eu, alert(fold_key=key("b"), dedup_key=key("b"), sighting=None))
        assert await eu.related.lead(second, "C1 Workload production/api") == first
        clock.now += 10
        assert (await both.incidents.claim("me", 60)).id == digest.id
        assert (await us.related.digest("C1", begin=True)).id == digest.id


async def test_all_views_write_into_one_outbox_and_each_event_names_its_own_cluster(tmp_path):
    async with opened(tmp_path) as base:
        base.outbox.tell(Telling(cluster="alone"))
        views = {"alone": base, "eu": base.of_cluster("eu"), "us": base.of_cluster("us")}
        for view in views.values():
            await answered(view, (await kept(view, alert()))[0])
        assert (await base.of_all(["eu", "us"]).outbox.waiting())[0] == 3
        sent = [json.loads((await base.outbox.claim("sender", 60)).body)["data"] for _ in views]
        assert [one["cluster"] for one in sent] == list(views)


async def test_an_alert_that_an_older_replica_took_once_more_is_taken_over_beside_the_other(tmp_path):
    async with opened(tmp_path) as base:
        eu = base.of_cluster("eu")
        own, older = (await kept(eu, alert()))[0], (await kept(base, alert()))[0]
        assert await base.adopt("eu") == 1
        assert await base.adopt("eu") == 0
        assert {(await eu.incidents.claim("me", 60)).id for _ in range(2)} == {own, older}
        assert await kept(eu, alert()) == (own, False)


async def test_what_waits_in_one_cluster_is_led_to_its_own_channels_alone(tmp_path):
    async with opened(tmp_path) as base:
        views = [base.of_cluster("eu"), base.of_cluster("us"), base.of_all(["eu", "us"])]
        ids = [(await kept(view, alert(channel="C0WRONG")))[0] for view in views]
        for view, channel in zip(views, ("C0EU", "C0US", "C0ANY"), strict=True):
            moved = await view.incidents.reroute(lambda *_of, channel=channel: channel, notices="", named=())
            assert moved == {("C0WRONG", channel): 1}
        found = [(await base.incidents.anywhere(each)).channel for each in ids]
        assert found == ["C0EU", "C0US", "C0ANY"]


async def test_many_who_find_one_root_in_several_clusters_at_once_come_together_in_one_thread(tmp_path):
    async with opened(tmp_path) as base:
        views = [base.of_cluster(name) for name in ("eu", "us", "ap")]
        made = [
            (view, (await kept(view, alert(fold_key=key(str(number)), dedup_key=key(str(number)))))[0])
            for number in range(4)
            for view in views
        ]
        for view, _each in made:
            await view.incidents.claim("me", 60)

        async def place(view, each, root):
            leader = await view.related.lead(each, root, anywhere=f"missing {root}")
            if leader != each:
                await view.incidents.join(each, "me", 0.0, parent_id=leader, root=root)
            else:
                await view.incidents.update(each, "me", parent_id="", root=root)
            return leader

        for root in ("Secret x", "Secret y"):
            await asyncio.gather(*(place(view, each, root) for view, each in made))
            await asyncio.gather(*(place(view, each, root) for view, each in made))
            (leader,) = {await place(view, each, root) for view, each in made}
            assert len(await base.related.members(leader)) == len(made) - 1

"""Incidents over time, on the Slack stand-in: one thread a root, quiet checks, over, back, the digest of a storm."""

import asyncio
from dataclasses import replace
from unittest.mock import patch

import pytest

from bot.cluster.errors import Unreachable
from bot.incidents.investigation import LEASE_S
from bot.incidents.thread import IncidentThread
from bot.model.incident import (
    FOLD_S,
    STORM_ANSWERS,
    STORM_LINES,
    Origin,
    Sighting,
    State,
    Subject,
    alert_identity,
    alert_key,
    fold_key,
    key,
)
from bot.model.offer import OfferRecord, OfferState
from bot.store.incidents import Incidents
from bot.store.offers import new_id
from diagnostics.diagnosis import Diagnosis, Link, Scope, Verdict
from diagnostics.snapshot import Target
from tests.bot.incidents.test_investigation import bench
from tests.support.recordings import snapshot_of


class Cluster:
    """What each pod's diagnosis would be, by its workload's name."""

    def __init__(self, on):
        self.on = on
        self.said = {}
        self.snapshot = snapshot_of("oom-python")
        on.diagnose = self.diagnose
        on.collector.collect = self.collect
        self.asked = []

    async def collect(self, ref, _gate, **_):
        self.asked.append(ref)
        if self.on.collector.errors:
            raise self.on.collector.errors.pop(0)
        return self.snapshot

    def diagnose(self, _snapshot):
        name = self.asked[-1].name
        workload = name.rsplit("-", 2)[0]
        given = {"verdict": Verdict.CONFIRMED, "cause": "oom-killed", "summary": f"{workload} was killed."}
        return Diagnosis(
            target=Target(kind="Pod", namespace="production", name=name, pod=name),
            workload=f"Deployment production/{workload}",
            **(given | self.said.get(workload, {})),
        )

    def well(self, workload):
        self.said[workload] = {"verdict": Verdict.NOT_FAILING, "cause": "recovered", "summary": "It runs well."}

    def misses(self, workload, named="smtp"):
        self.said[workload] = {
            "cause": "missing-secret",
            "facts": {"secret": named},
            "summary": f"{named} is missing.",
        }

    def fails(self, workload, **how):
        self.said[workload] = how


def sighting(pod, name="KubePodCrashLooping", started=0.0):
    labels = {"alertname": name, "pod": pod}
    return Sighting(key=alert_identity("", labels), name=name, started_at=started)


async def fire(on, pod, name="KubePodCrashLooping", started=None, channel="C0ALERTS", **more):
    started = on.clock.now if started is None else started
    seen = sighting(pod, name, started)
    subject = Subject(kind="Pod", namespace="production", name=pod)
    return await on.ask(
        origin=Origin.ALERT,
        dedup=f"{pod}{name}{started}",
        dedup_key=alert_key("", {"pod": pod, "alertname": name}, str(started)),
        subject=subject,
        channel=channel,
        user="",
        fold_key=fold_key(subject),
        sighting=seen,
        **more,
    )


async def resolve(on, pod, name="KubePodCrashLooping"):
    await on.store.incidents.ingest([], [sighting(pod, name, on.clock.now)])


async def work(on, owner="me"):
    """Do everything that is due."""
    for _ in range(200):
        if not await on.worker(owner).step():
            return
    raise AssertionError("it never ends")


async def later(on, seconds, step=30):
    """Let time go by, with a worker at it."""
    end = on.clock.now + seconds
    while on.clock.now < end:
        on.clock.now = min(on.clock.now + step, end)
        await work(on)


POD = "api-7d4b9c6f5-xkp2z"


async def test_many_alerts_about_many_pods_of_a_workload_are_one_line_and_one_answer(tmp_path):
    async with bench(tmp_path) as on:
        Cluster(on)
        for letter in "bcdfg":
            await fire(on, f"api-7d4b9c6f5-xkp2{letter}")
            await fire(on, f"api-7d4b9c6f5-xkp2{letter}", "KubePodNotReady")
        await work(on)
        (line,) = on.channel("C0ALERTS")
        assert "Looking" not in line.message["text"]
        assert len(on.replies(line)) == 1


async def test_looks_are_quiet_while_nothing_changes_and_edit_when_a_number_does(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        await fire(on, POD)
        await work(on)
        (line,) = on.channel("C0ALERTS")
        changes = []
        unsubscribe = on.slack.subscribe(changes.append)
        await later(on, 300)
        assert changes == []
        assert len(cluster.asked) > 3
        cluster.fails("api", summary="api was killed 9 times.")
        await later(on, 300)
        unsubscribe()
        assert {change.kind for change in changes} == {"changed"}
        (line,) = on.channel("C0ALERTS")
        (answer,) = on.replies(line)
        assert "9 times" in line.message["text"]
        assert "9 times" in str(answer.message["blocks"])


async def test_another_verdict_is_a_new_reply_in_the_same_thread(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        await fire(on, POD)
        await work(on)
        cluster.misses("api")
        await later(on, 60)
        (line,) = on.channel("C0ALERTS")
        assert len(on.replies(line)) == 2


async def test_pods_that_are_well_for_the_hold_down_end_it_whatever_the_alert_says(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        incident = await fire(on, POD)
        await work(on)
        on.clock.now += 23 * 60 - 30
        cluster.well("api")
        await work(on)
        (line,) = on.channel("C0ALERTS")
        assert "over when it holds" in line.message["text"]
        await later(on, 90)
        (line,) = on.channel("C0ALERTS")
        (answer,) = on.replies(line)
        assert "Recovered after 2" in line.message["text"]
        assert "ended by itself" in line.message["text"]
        assert "was: api was killed" in line.message["text"]
        assert "Recovered after" in answer.message["text"]
        assert "actions" not in [block["type"] for block in answer.message["blocks"]]
        kept = await on.store.incidents.get(incident)
        assert kept.state is State.RECOVERED
        asked = len(cluster.asked)
        await later(on, 3600, step=600)
        assert len(cluster.asked) == asked


async def test_an_alert_that_resolves_while_the_pod_still_crashes_ends_nothing(tmp_path):
    async with bench(tmp_path) as on:
        Cluster(on)
        incident = await fire(on, POD)
        await work(on)
        await resolve(on, POD)
        await work(on)
        (line,) = on.channel("C0ALERTS")
        assert "has resolved, but the pods still fail" in line.message["text"]
        assert (await on.store.incidents.get(incident)).state is State.ANSWERED


async def test_a_resolve_has_it_looked_at_at_once_even_when_it_comes_while_it_is_looked_at(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        incident = await fire(on, POD)
        held = await on.store.incidents.claim("another", 30)
        await resolve(on, POD)
        await on.store.incidents.finish(held.id, "another", State.ANSWERED, watch_s=600)
        cluster.well("api")
        await work(on)
        assert (await on.store.incidents.get(incident)).well_since == on.clock.now


async def test_a_resolve_that_is_older_than_the_new_firing_changes_nothing(tmp_path):
    async with bench(tmp_path) as on:
        Cluster(on)
        incident = await fire(on, POD, started=on.clock.now - 5)
        await on.store.incidents.ingest([], [sighting(POD, started=on.clock.now - 500)])
        assert await on.store.related.firing(incident) == (1, 1)


async def test_flapping_comes_back_in_the_same_thread_and_is_counted(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        await fire(on, POD)
        await work(on)
        for times in ("second", "third"):
            cluster.well("api")
            await resolve(on, POD)
            await later(on, 120)
            assert "Recovered" in on.channel("C0ALERTS")[0].message["text"]
            on.clock.now += 12 * 60
            cluster.said.clear()
            await fire(on, POD)
            await work(on)
            (line,) = on.channel("C0ALERTS")
            assert "Back after 1" in line.message["text"]
            assert f"{times} time today, same cause" in line.message["text"]
        assert len(on.replies(on.channel("C0ALERTS")[0])) == 1


async def test_the_same_firing_said_again_after_the_recovery_brings_nothing_back(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        began = on.clock.now
        incident = await fire(on, POD, started=began)
        await work(on)
        cluster.well("api")
        await later(on, 150)
        await fire(on, POD, started=began)
        await work(on)
        kept = await on.store.incidents.get(incident)
        assert (kept.state, kept.returns) == (State.RECOVERED, 0)
        assert "Recovered" in on.channel("C0ALERTS")[0].message["text"]


async def test_one_missing_secret_is_one_thread_that_lists_the_workloads(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        for name in ("mailer", "sms", "letters"):
            cluster.misses(name)
            await fire(on, f"{name}-7d4b9c6f5-xkp2z")
        await work(on)
        await later(on, 10, step=5)
        (line,) = on.channel("C0ALERTS")
        assert "Also hits" in line.message["text"]
        answer, listed = on.replies(line)
        assert "`smtp` is missing" in answer.message["text"]
        assert "hits 2 more" in listed.message["text"]
        # Another Secret is another root.
        cluster.misses("pay", "card")
        await fire(on, "pay-7d4b9c6f5-xkp2z")
        await work(on)
        assert len(on.channel("C0ALERTS")) == 2


async def test_a_shared_thread_is_over_when_the_last_one_is(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        for name in ("mailer", "sms"):
            cluster.misses(name)
            await fire(on, f"{name}-7d4b9c6f5-xkp2z")
        await work(on)
        cluster.well("mailer")
        await later(on, 300)
        (line,) = on.channel("C0ALERTS")
        assert "Also hits production/sms" in line.message["text"]
        cluster.well("sms")
        await later(on, 1200)
        (line,) = on.channel("C0ALERTS")
        assert "Recovered after" in line.message["text"]


async def test_whoever_fails_for_another_reason_leaves_the_shared_thread(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        for name in ("mailer", "sms"):
            cluster.misses(name)
            await fire(on, f"{name}-7d4b9c6f5-xkp2z")
        await work(on)
        assert len(on.channel("C0ALERTS")) == 1
        cluster.fails("sms", cause="oom-killed", summary="sms was killed.")
        await later(on, 120)
        first, second = on.channel("C0ALERTS")
        assert "`production/sms` was killed" in second.message["text"]
        assert "Also hits" not in first.message["text"]


async def test_a_dead_dependency_and_those_that_need_it_are_one_thread(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        chain = (Link(cause="disk-full", target="Pod production/postgres-0"),)
        cluster.fails("web", cause="dependency-unavailable", chain=chain, summary="postgres is down.")
        await fire(on, "web-7d4b9c6f5-xkp2z")
        await fire(on, "postgres-7d4b9c6f5-xkp2z")
        await work(on)
        assert len(on.channel("C0ALERTS")) == 1


async def test_a_pod_that_was_replaced_does_not_end_it_while_its_workload_fails(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        incident = await fire(on, POD)
        await work(on)
        cluster.asked.clear()
        await later(on, 120)
        assert {(ref.kind, ref.name) for ref in cluster.asked} == {("Deployment", "api")}
        assert (await on.store.incidents.get(incident)).state is State.ANSWERED


async def test_a_sick_node_is_one_thread(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        for name in ("a", "b", "c"):
            cluster.fails(name, cause="evicted", scope=Scope(failing=1, of=1, nodes=("node-7",)), summary="Evicted.")
            await fire(on, f"{name}-7d4b9c6f5-xkp2z")
        await work(on)
        assert len(on.channel("C0ALERTS")) == 1


async def gathered(on, names):
    """A storm of these workloads, answered, and its digest."""
    for name in names:
        await fire(on, f"{name}-7d4b9c6f5-xkp2z")
    await later(on, 20, step=2)
    (digest,) = [line for line in on.channel("C0ALERTS") if "fail at once" in line.message["text"]]
    return digest


def apps(count):
    return [f"app{chr(98 + number)}" for number in range(count)]


async def test_a_storm_is_a_digest_with_every_answer_in_its_thread(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        count = STORM_LINES + 12
        names = apps(count)
        digest = await gathered(on, names)
        lines = on.channel("C0ALERTS")
        assert len(lines) == STORM_LINES + 1
        assert f"{count - STORM_LINES} workloads fail at once" in digest.message["text"]
        assert len(on.replies(digest)) == count - STORM_LINES
        answered = [reply for line in lines for reply in on.replies(line)]
        assert len(answered) == count
        for name in names:
            cluster.well(name)
        await later(on, 1500)
        texts = [line.message["text"] for line in on.channel("C0ALERTS")]
        assert all("Recovered after" in text or "The storm is over" in text for text in texts)


@pytest.mark.threat("Groups", "a group names hundreds of workloads: its answers fill a channel for an hour")
async def test_a_storm_of_any_size_brings_a_bounded_number_of_messages(tmp_path, record_property):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        count = STORM_LINES + STORM_ANSWERS + 25
        names = [f"app{chr(98 + number // 20)}{chr(98 + number % 20)}" for number in range(count)]
        digest = await gathered(on, names)
        lines = on.channel("C0ALERTS")
        assert len(lines) == STORM_LINES + 1
        assert f"{count - STORM_LINES} workloads fail at once" in digest.message["text"]
        assert f"answers to {STORM_ANSWERS} are in this thread" in digest.message["text"]
        assert len(on.replies(digest)) == STORM_ANSWERS
        # Those that are only counted get no line later either, while the digest tells of them.
        await later(on, 600)
        assert len(on.channel("C0ALERTS")) == STORM_LINES + 1
        record_property("tried", f"{count} workloads in one group")
        record_property("held", f"{STORM_LINES + 1} lines, {STORM_LINES + STORM_ANSWERS} answers")
        for name in names:
            cluster.well(name)
        await later(on, 1500)
        texts = [line.message["text"] for line in on.channel("C0ALERTS")]
        assert all("Recovered after" in text or "The storm is over" in text for text in texts)


async def killed_at(on, kind, method):
    """A worker that is killed when it calls this method: its lease stays, and nothing is settled."""
    reached = asyncio.Event()

    async def stand_still(*_given, **_more):
        reached.set()
        await asyncio.Event().wait()

    with patch.object(kind, method, stand_still):
        step = asyncio.create_task(on.worker("killed").step())
        async with asyncio.timeout(30):
            await reached.wait()
        step.cancel()
        await asyncio.gather(step, return_exceptions=True)


async def test_a_digest_tells_of_an_answer_that_came_after_a_kill(tmp_path):
    async with bench(tmp_path) as on:
        Cluster(on)
        digest = await gathered(on, apps(STORM_LINES + 1))
        await fire(on, "late-7d4b9c6f5-xkp2z")
        await killed_at(on, IncidentThread, "write_report")
        await later(on, LEASE_S - 1, step=2)
        assert "1 times being looked at" in digest.message["text"]
        await later(on, 20, step=2)
        assert len(on.replies(digest)) == 2
        assert "being looked at" not in str(digest.message["blocks"])
        assert "late was killed" in str(digest.message["blocks"])


async def test_a_list_of_companions_tells_of_an_answer_that_came_after_a_kill(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        for name in ("api", "web"):
            cluster.misses(name)
        await fire(on, POD)
        await work(on)
        await fire(on, "web-7d4b9c6f5-xkp2z")
        await killed_at(on, Incidents, "finish")
        await later(on, LEASE_S - 1, step=2)
        (line,) = on.channel("C0ALERTS")
        listed = on.replies(line)[-1]
        assert "being looked at" in str(listed.message["blocks"])
        await later(on, 10, step=2)  # sooner than the line's own next check
        assert "being looked at" not in str(listed.message["blocks"])


async def test_a_digest_tells_what_else_is_found_later_who_is_well_and_who_fails_again(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        digest = await gathered(on, apps(STORM_LINES + 2))
        *_, other, name = apps(STORM_LINES + 2)
        cluster.misses(name)
        await later(on, 120)
        assert f"production/{name}`: smtp is missing" in str(digest.message["blocks"])
        assert f"production/{other}`: {other} was killed" in str(digest.message["blocks"])
        cluster.well(name)
        await later(on, 600)
        assert f"production/{name}`: well again" in str(digest.message["blocks"])
        cluster.misses(name)
        await fire(on, f"{name}-7d4b9c6f5-xkp2z")
        await later(on, 20, step=2)
        assert f"production/{name}`: smtp is missing" in str(digest.message["blocks"])


async def test_a_storm_that_many_workers_answer_at_once_has_no_line_more_than_its_limit(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        count = STORM_LINES + 12
        for number in range(count):
            await fire(on, f"app{chr(98 + number)}-7d4b9c6f5-xkp2z")
        met = asyncio.Barrier(count)
        collect = cluster.collect
        named = {}

        async def together(ref, _gate, **_):
            read = await collect(ref, _gate)
            if ref.kind == "Pod" and ref.name not in named:
                named[ref.name] = replace(read, target=Target(kind="Pod", namespace="production", name=ref.name))
                await met.wait()
            return named.get(ref.name, read)

        def diagnose(snapshot):
            name = snapshot.target.name
            workload = name.rsplit("-", 2)[0]
            return Diagnosis(
                target=snapshot.target, workload=f"Deployment production/{workload}", verdict=Verdict.CONFIRMED,
                cause="oom-killed", summary=f"{workload} was killed.",
            )  # fmt: skip

        on.collector.collect, on.diagnose = together, diagnose
        await asyncio.gather(*(on.worker(f"w{number}").step() for number in range(count)))
        on.collector.collect, on.diagnose = collect, cluster.diagnose
        await later(on, 20, step=2)
        lines = on.channel("C0ALERTS")
        assert len(lines) == STORM_LINES + 1
        assert sum(len(on.replies(line)) for line in lines) == count


async def test_what_a_new_revision_ended_says_so(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)

        def rolled_out(revision):
            read = snapshot_of("oom-python")
            annotations = {"deployment.kubernetes.io/revision": revision}
            meta = {"name": "api", "namespace": "production", "annotations": annotations}
            cluster.snapshot = replace(read, objects={**read.objects, "Deployment": ({"metadata": meta},)})

        rolled_out("42")
        await fire(on, POD)
        await work(on)
        rolled_out("43")
        cluster.well("api")
        await later(on, 150)
        (line,) = on.channel("C0ALERTS")
        assert "Recovered after" in line.message["text"]
        assert "ended by new revision 43" in line.message["text"]


async def test_a_pod_of_the_same_name_that_is_another_one_is_said(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        read = snapshot_of("oom-python")
        for number, (alerted, known, said) in enumerate([
            ("uid-before", "uid-now", True), ("uid-now", "uid-now", False), ("", "uid-now", False),
            ("uid-before", "", False),
        ]):  # fmt: skip
            name = f"db{chr(98 + number)}-0"
            pod = {"metadata": {"name": name, "namespace": "production", "uid": known}}
            cluster.snapshot = replace(
                read,
                target=Target(kind="Pod", namespace="production", name=name, pod=name),
                objects={**read.objects, "Pod": (pod,)},
            )
            labels = {"uid": alerted} if alerted else {}
            await fire(on, name, labels=labels)
            await work(on)
            *_, line = on.channel("C0ALERTS")
            (answer,) = on.replies(line)
            assert (f"the new pod of the same name, {name}" in str(answer.message["blocks"])) is said


async def test_a_cluster_that_cannot_be_read_is_said_once_and_everything_is_answered_later(tmp_path):
    async with bench(tmp_path) as on:
        Cluster(on)
        on.collector.errors = [Unreachable("cannot reach the cluster")] * 5
        for name in ("a", "b", "c", "d", "e"):
            await fire(on, f"app{name}-7d4b9c6f5-xkp2z")
        await work(on)
        assert len(on.channel("C0ALERTS")) == 1
        on.collector.errors = [Unreachable("cannot reach the cluster")] * 5
        await later(on, 30)
        (line,) = on.channel("C0ALERTS")
        assert len(on.replies(line)) == 1
        await later(on, 120)
        lines = on.channel("C0ALERTS")
        assert len(lines) == 5
        assert not any("cannot reach" in line.message["text"] for line in lines)


async def test_webhook_and_message_meet_in_the_messages_thread(tmp_path):
    async with bench(tmp_path) as on:
        Cluster(on)
        incident = await fire(on, POD)
        posted = await on.slack.post_as_app("C0ALERTS", "Alertmanager", "api is down")
        subject = Subject(kind="Pod", namespace="production", name=POD)
        same = await on.ask(
            origin=Origin.MESSAGE, dedup_key=key("m"), subject=subject, channel="C0ALERTS", thread_ts=posted.ts,
            user="", fold_key=fold_key(subject),
        )  # fmt: skip
        assert same == incident
        await work(on)
        assert [line.ts for line in on.channel("C0ALERTS")] == [posted.ts]
        (answer,) = on.replies(posted)
        assert "was killed" in answer.message["text"]


async def test_a_message_that_comes_after_the_answer_points_to_it_once(tmp_path):
    async with bench(tmp_path) as on:
        Cluster(on)
        await fire(on, POD)
        await work(on)
        posted = await on.slack.post_as_app("C0ALERTS", "Alertmanager", "api is down")
        subject = Subject(kind="Pod", namespace="production", name=POD)
        for number in range(2):
            await on.ask(
                origin=Origin.MESSAGE, dedup_key=key(f"m{number}"), subject=subject, channel="C0ALERTS",
                thread_ts=posted.ts, user="", fold_key=fold_key(subject),
            )  # fmt: skip
            await work(on)
        (pointer,) = on.replies(posted)
        assert "in this thread" in pointer.message["text"]
        assert "/archives/C0ALERTS/p" in pointer.message["text"]


async def test_history_says_how_often_and_what_ended_it_with_links(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        incident = await fire(on, POD)
        await work(on)
        record = OfferRecord(
            id=new_id(), incident_id=incident, action="undo", state=OfferState.OFFERED, kind="Deployment",
            namespace="production", name="api", revision=41,
        )  # fmt: skip
        await on.store.offers.replace(record.incident_id, [record], 600)
        assert await on.store.offers.claim(record.id, "U0ANNA", "x", 60)
        assert await on.store.offers.move(record.id, "x", OfferState.RUNNING)
        assert await on.store.offers.move(record.id, "x", OfferState.DONE)
        cluster.well("api")
        await later(on, 120)
        (line,) = on.channel("C0ALERTS")
        assert "ended by undo to revision 41 (<@U0ANNA>)" in line.message["text"]
        on.clock.now += FOLD_S + 60
        cluster.said.clear()
        await fire(on, POD)
        await work(on)
        _first, second = on.channel("C0ALERTS")
        (answer,) = on.replies(second)
        said = str(answer.message["blocks"])
        assert "Seen 2 times in 7 days, last ended by undo to revision 41 (<@U0ANNA>)" in said
        assert f"p{line.ts.replace('.', '')}|" in said


async def test_killed_between_any_two_steps_of_a_recovery_it_is_said_once(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        incident = await fire(on, POD)
        await work(on)
        cluster.well("api")
        await later(on, 30)
        for _ in range(3):
            on.clock.now += 70
            assert await on.store.incidents.claim("killed", 45)
            on.clock.now += 46
        await work(on)
        assert (await on.store.incidents.get(incident)).state is State.RECOVERED
        (line,) = on.channel("C0ALERTS")
        assert len(on.replies(line)) == 1


async def test_after_ninety_days_everything_is_forgotten(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        incident = await fire(on, POD)
        await work(on)
        cluster.well("api")
        await later(on, 120)
        assert await on.store.pruning.prune() == 0
        on.clock.now += 91 * 24 * 3600
        assert await on.store.pruning.prune() == 1
        assert await on.store.incidents.get(incident) is None
        assert await on.store.related.firing(incident) == (0, 0)


async def message_about(on, pod, ts):
    subject = Subject(kind="Pod", namespace="production", name=pod)
    return await on.ask(
        origin=Origin.MESSAGE, dedup=f"{pod}{ts}", subject=subject, channel="C0ALERTS", thread_ts=ts, user="",
        fold_key=fold_key(subject),
    )  # fmt: skip


async def test_what_one_message_names_and_one_root_explains_is_one_answer_with_a_list(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        for workload in ("api", "web", "cart"):
            cluster.misses(workload)
        posted = await on.slack.post_as_app("C0ALERTS", "alertmanager", "three pods")
        for workload in ("api", "web", "cart"):
            await message_about(on, f"{workload}-7d4b9c6f5-xkp2z", posted.ts)
        await work(on)
        await later(on, 60)
        written = [
            item.message for item in on.slack.workspace.history("C0ALERTS")
            if item.message.get("thread_ts") == posted.ts and item.ts != posted.ts
        ]  # fmt: skip
        assert len(written) == 2
        assert "hits 2 more" in written[1]["text"]

        # One fails for a reason of its own by now: it answers for itself, in the same thread.
        cluster.fails("web", cause="oom-killed", summary="web was killed.")
        await later(on, 120)
        written = [item.message for item in on.slack.workspace.history("C0ALERTS") if item.message.get("metadata")]
        assert all(message["thread_ts"] == posted.ts for message in written)
        assert any("web was killed" in str(message["blocks"]) for message in written)


async def test_an_alert_about_something_healthy_says_nothing_until_it_fails(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        cluster.well("api")
        await fire(on, POD)
        await work(on)
        await later(on, 300)
        assert on.slack.workspace.history("C0ALERTS") == []
        cluster.said.clear()
        await later(on, 900)
        texts = [item.message["text"] for item in on.slack.workspace.history("C0ALERTS")]
        assert any("api" in text for text in texts)
        assert not any("Back after" in text for text in texts)


async def test_the_line_says_what_can_be_pressed_as_long_as_it_can(tmp_path):
    async with bench(tmp_path) as on:
        Cluster(on)
        await fire(on, "api-7d4b9c6f5-xkp2z")
        await work(on)
        (incident,) = await on.store.incidents.recent(9)
        record = OfferRecord(
            id=new_id(), incident_id=incident.id, action="restart", state=OfferState.OFFERED, kind="Deployment",
            namespace="production", name="api", uid="u", generation=1, revision=None, channel="C0ALERTS",
        )  # fmt: skip
        await on.store.offers.replace(incident.id, [record], 120)
        await later(on, 60)
        (line,) = on.channel("C0ALERTS")
        assert line.message["text"].endswith(" · *Restart ready*")
        await later(on, 300)
        (line,) = on.channel("C0ALERTS")
        assert "ready" not in line.message["text"]

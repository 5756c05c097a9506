"""Incidents over time, on the Slack stand-in: one thread a root, quiet checks, over, back, the digest of a storm."""

import asyncio
import copy
from dataclasses import replace
from datetime import datetime
from unittest.mock import patch

import pytest
import re2

from bot.cluster.errors import Unreachable
from bot.incidents.investigation import LEASE_S
from bot.incidents.thread import IncidentThread
from bot.model.incident import (
    ASKED_END_S,
    FOLD_S,
    STORM_ANSWERS,
    STORM_LINES,
    STORM_ONE_BY_ONE,
    STORM_S,
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
from diagnostics.diagnosis import Diagnosis, Evidence, Link, Remedy, Scope, Timeline, Verdict
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
        self.evidence = ()

    async def collect(self, ref, _gate, **_):
        self.asked.append(ref)
        if self.on.collector.errors:
            raise self.on.collector.errors.pop(0)
        return self.snapshot

    def diagnose(self, _snapshot):
        name = self.asked[-1].name
        workload = name.rsplit("-", 2)[0]
        given = {"verdict": Verdict.CONFIRMED, "cause": "oom-killed", "summary": f"{workload} was killed."}
        given["evidence"] = self.evidence
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


def kinds(message):
    return [block["type"] for block in message["blocks"]]


def buttons(message):
    rows = [block for block in message["blocks"] if block["type"] == "actions"]
    return [element["action_id"] for row in rows for element in row["elements"]]


async def test_another_verdict_is_a_new_reply_that_says_so_and_the_old_answer_loses_its_buttons(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        await fire(on, POD)
        await work(on)
        (line,) = on.channel("C0ALERTS")
        (first,) = on.replies(line)
        cluster.misses("api")
        posted = news_of(on)
        await later(on, 60)
        old, new = on.replies(line)
        assert [change.message["ts"] for change in posted] == [new.ts]
        assert new.message["text"].startswith("🔀 *Changed:* 🔴 `production/api`: `smtp` is missing")
        assert "api`: was killed" in str(new.message["blocks"])
        assert old.ts == first.ts
        assert "there is a newer answer below" in str(old.message["blocks"][0])
        assert "actions" not in kinds(old.message)


def news_of(on):
    """The messages that are posted from now on: those that notify."""
    posted = []
    on.slack.subscribe(lambda change: posted.append(copy.deepcopy(change)) if change.kind == "posted" else None)
    return posted


async def test_a_failure_that_goes_on_is_said_anew_after_an_hour_and_then_ever_more_rarely(tmp_path):
    async with bench(tmp_path) as on:
        Cluster(on)
        await fire(on, POD)
        await work(on)
        posted = news_of(on)
        said = []
        for hours in range(1, 50):
            await fire(on, POD, started=1.0)  # Alertmanager repeats what still fires
            await later(on, 3600, step=600)
            said += [(hours, change.message["text"]) for change in posted]
            posted.clear()
        assert [hours for hours, _text in said] == [1, 4, 24, 48]
        spans = [text.partition("*\n")[0] for _hours, text in said]
        assert spans == [f"⏳ *Still failing, {span} after its alert" for span in ("60 min", "4 h", "24 h", "2 d")]
        assert all("`production/api`: was killed" in text for _hours, text in said)


async def test_what_failed_for_days_before_its_alert_is_not_said_anew_with_its_answer(tmp_path):
    """The reminder is for who has heard of it: how old the failure was by then stands in the answer."""
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        ends = tuple(f"2026-11-2{day}T{hour:02}:00:00Z" for day in (7, 8) for hour in (0, 6, 12, 18))
        cluster.fails("api", timeline=Timeline(ends=ends), scope=Scope(failing=1, of=1, up=1))
        with patch("bot.incidents.lifecycle.failing_for_s", return_value=42 * 3600.0):
            incident = await fire(on, POD)
            await work(on)
        assert on.clock.now - (await on.store.incidents.get(incident)).began_at == 42 * 3600
        posted = news_of(on)
        await later(on, 3300, step=300)
        assert posted == []
        await later(on, 600, step=300)
        (said,) = [change.message["text"] for change in posted]
        assert said.startswith("⏳ *Still restarting, 60 min after its alert*\n🔴 `production/api`")
        assert "its only pod restarts" in said
        assert "down" not in said


async def test_killed_while_it_says_that_it_goes_on_it_says_so_once(tmp_path):
    async with bench(tmp_path) as on:
        Cluster(on)
        await fire(on, POD)
        await work(on)
        await later(on, 3590, step=590)
        posted = news_of(on)
        on.clock.now += 30
        await killed_at(on, Incidents, "finish")
        await later(on, LEASE_S + 60)
        assert ["Still failing" in change.message["text"] for change in posted] == [True]


async def test_what_is_over_soon_is_edited_and_what_is_over_after_long_is_a_new_reply(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        for lasted_s, told in ((600, []), (1200, ["🟢 *Recovered after 20 min*"])):
            cluster.said.clear()
            await fire(on, POD)
            await work(on)
            on.clock.now += lasted_s
            posted = news_of(on)
            cluster.well("api")
            await later(on, 700, step=10)
            assert [change.message["text"].partition(": ")[0] for change in posted] == told
            assert all(change.message["thread_ts"] for change in posted)
            assert "Recovered after" in on.channel("C0ALERTS")[0].message["text"]


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
        answer, news = on.replies(line)
        assert "Recovered after 2" in line.message["text"]
        assert "Recovered after 2" in news.message["text"]  # after so long nobody looks at an edit
        assert "ended by itself" in line.message["text"]
        assert "was: out of memory" in line.message["text"]
        assert "Recovered after" in answer.message["text"]
        assert buttons(answer.message) == ["not_right"]  # what it really was is known best by now
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
            *_, news = on.replies(line)
            assert news.message["text"].startswith(f"🔁 *Back after 12 min, {times} time today, same cause*")
            assert "`production/api`: was killed" in news.message["text"]
            assert news.message["subtype"] == "thread_broadcast"
        answer, *relapses = on.replies(on.channel("C0ALERTS")[0])
        assert len(relapses) == 2
        assert f"p{answer.ts.replace('.', '')}" in relapses[-1].message["text"]
        cluster.well("api")
        await later(on, 120)
        # Over again: what was broadcast says so, and nothing of it is red.
        assert relapses[-1].message["text"].startswith("🟢 *Came back, and is over again after")


async def test_the_line_of_what_came_back_says_so_until_it_is_over_however_often_it_is_written_anew(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        await fire(on, POD)
        await work(on)
        cluster.well("api")
        await later(on, 120)
        on.clock.now += 12 * 60
        cluster.said.clear()
        await fire(on, POD)
        diagnose = on.diagnose

        def slowly(snapshot):
            on.clock.now += 1.0  # between the word that it is back and the row that says so
            return diagnose(snapshot)

        on.diagnose = slowly
        await work(on)
        (line,) = on.channel("C0ALERTS")
        (told,) = re2.findall("Back after [^,]*", line.message["text"])
        cluster.fails("api", summary="api was killed once more.")
        await later(on, 120)
        (line,) = on.channel("C0ALERTS")
        assert told in line.message["text"]
        assert "once more" in line.message["text"]
        assert "Back after 1" in line.message["text"]
        assert "second time today, same cause." in line.message["text"]


@pytest.mark.parametrize("method", ["write_relapse", "write_news"])
async def test_killed_while_it_tells_of_a_relapse_it_tells_of_it_once(tmp_path, method):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        await fire(on, POD)
        await work(on)
        cluster.well("api")
        await later(on, 120)
        cluster.said.clear()
        posted = news_of(on)
        await fire(on, POD)
        await killed_at(on, IncidentThread, method)
        await killed_at(on, Incidents, "finish", after_s=LEASE_S + 1)
        await later(on, LEASE_S + 60)
        assert ["Back after" in change.message["text"] for change in posted] == [True]


async def test_a_new_start_after_it_was_over_is_no_relapse(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        incident = await fire(on, POD)
        await work(on)
        cluster.well("api")
        await later(on, 120)
        cluster.fails("api", verdict=Verdict.NOT_FAILING, cause="starting", summary="api is starting.")
        posted = news_of(on)
        await fire(on, POD)
        await later(on, 120)
        assert posted == []
        assert (await on.store.incidents.get(incident)).returns == 0
        cluster.said.clear()
        await later(on, 120)
        assert ["Back after" in change.message["text"] for change in posted] == [True]


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
        assert "`production/sms`: was killed" in second.message["text"]
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
    assert len(on.channel("C0ALERTS")) == 1
    (digest,) = [line for line in on.channel("C0ALERTS") if "fail at once" in line.message["text"]]
    return digest


def apps(count):
    return [f"app{chr(98 + number)}" for number in range(count)]


def roots(on):
    """What a person sees in the channel: its lines, and what was broadcast from a thread."""
    messages = [item.message for item in on.slack.workspace.history("C0ALERTS")]
    return [
        message for message in messages
        if message.get("thread_ts", message["ts"]) == message["ts"] or message.get("subtype") == "thread_broadcast"
    ]  # fmt: skip


def listing(message):
    (folded,) = [block for block in message.message["blocks"] if block.get("block_id") == "storm-list"]
    return folded["child_blocks"]


def linked(message):
    """The workloads in a storm's list whose names lead to an answer, in its order."""
    texts = [block["text"]["text"] for block in listing(message) if block["type"] == "section"]
    return [line.partition("|")[2].partition(">")[0] for text in texts for line in text.split("\n") if "|" in line]


def pressable(message):
    """The workloads in a storm's list whose names are buttons that ask for their diagnosis."""
    rows = [block for block in listing(message) if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row["elements"]]


async def test_a_storm_is_one_line_of_six_with_the_list_and_every_answer_in_its_thread(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        names = [f"app{one}{other}" for one in "bcdfgh" for other in "bcdfghjk"][:46]
        for name in names[:30]:
            cluster.misses(name)
        posted = news_of(on)
        digest = await gathered(on, names)
        # The notification was whole when it was posted, with what was not looked at yet.
        assert posted[0].message["text"].startswith("🌩️ *46 workloads fail at once*: ")
        title, *shown = digest.message["text"].split("\n")
        counts = title.replace("\N{MULTIPLICATION SIGN}", "of").removeprefix("🌩️ *46 workloads fail at once*: ")
        assert counts == "30 of Secret missing (`Secret production/smtp`), 16 of out of memory."
        assert "`production/appbb` and 29 more: smtp is missing" in shown[0]
        assert "was killed" in shown[1]
        assert len(shown) <= 5
        assert [message["text"] for message in roots(on)] == [digest.message["text"]]
        answers = on.replies(digest)
        (listed,) = [reply for reply in answers if reply.message["text"] == "*All 46 workloads still fail*"]
        assert linked(listed) == [f"production/{name}" for name in names]
        # One answer for the root that thirty share, with the list of these, and one for each of the others.
        assert sum("was killed" in reply.message["text"] for reply in answers) == 16
        assert sum("hits 29 more" in reply.message["text"] for reply in answers) == 1
        for name in names:
            cluster.well(name)
        await later(on, 1500)
        assert "The storm is over" in digest.message["text"]
        assert "🔴" not in str([message["text"] for message in roots(on)])


KILLED = (Evidence(source="pod", path="status.containerStatuses[api]", quote="reason=OOMKilled exitCode=137"),)


async def alike(on, count, *others):
    """A storm of ``count`` workloads whose answers are equal, and others: its digest, and what fails how."""
    cluster = Named(on)
    cluster.evidence = KILLED
    names = apps(count)
    for name in names:
        cluster.fails(name, summary="api was killed at its limit of 96Mi.", remedy=Remedy(text="Raise the limit."))
    for name in others:
        cluster.fails(name, summary="api was killed at its limit of 128Mi.")
    return cluster, names, await gathered(on, [*names, *others])


def answers_in(on, digest):
    """The answers in a storm's thread: what carries the buttons of an answer."""
    replies = [reply.message for reply in on.replies(digest)]
    return [message for message in replies if "check_again" in buttons(message)]


async def test_of_answers_that_are_equal_in_cause_and_evidence_one_is_posted_and_one_that_differs_is(tmp_path):
    async with bench(tmp_path) as on:
        _, names, digest = await alike(on, 8, "other")
        first, *_ = on.replies(digest)
        assert first.message["text"] == "*All 9 workloads still fail*"
        assert [message["text"].partition("killed")[2] for message in answers_in(on, digest)] == [
            " at its limit of 96Mi", " at its limit of 128Mi",
        ]  # fmt: skip
        assert len(on.replies(digest)) == 3
        told = first.message["blocks"][0]["text"]["text"]
        assert "api was killed at its limit of 96Mi* · 8 workloads" in told
        assert "I found no common change." in digest.message["text"]
        assert "*Do this:* Raise the limit." in told
        # Each name leads to its answer, or asks for it.
        spoke, *rest = names
        assert linked(first) == [f"production/{spoke}", "production/other"]
        assert pressable(first) == [f"production/{name}" for name in rest]
        # What is looked at again, and is the same, stays as it is.
        await later(on, 900)
        assert len(on.replies(digest)) == 3


async def test_who_asks_about_one_that_is_only_listed_gets_its_own_answer_in_the_storms_thread(tmp_path):
    async with bench(tmp_path) as on:
        _, (_, listed, *_), digest = await alike(on, 8)
        await asks(on, name=listed)
        await work(on)
        (told,) = whispers(on)
        assert "its thread>" in told["text"]
        assert f"`production/{listed}`" in answers_in(on, digest)[-1]["text"]
        assert len(answers_in(on, digest)) == 2
        await later(on, 10, step=2)
        assert f"production/{listed}" in linked(on.replies(digest)[0])
        await asks(on, name=listed)
        await work(on)
        assert len(answers_in(on, digest)) == 2


async def test_each_of_a_storm_recovers_by_itself_and_who_comes_back_alone_is_news(tmp_path):
    async with bench(tmp_path) as on:
        cluster, (spoke, listed, *_), digest = await alike(on, 8)
        before = len(on.channel("C0ALERTS"))
        for name in (spoke, listed):
            cluster.well(name)
        await later(on, 600)
        first = on.replies(digest)[0]
        assert first.message["text"] == "*8 workloads, 6 still fail*"
        assert "6 of 8 workloads still fail*" in digest.message["text"]
        assert "2 are well again." in digest.message["text"]
        assert len(on.replies(digest)) == 2  # that one is well brings no other answer
        cluster.fails(listed, summary="api was killed at its limit of 96Mi.")
        await fire(on, f"{listed}-7d4b9c6f5-xkp2z")
        await later(on, 20, step=2)
        assert first.message["text"] == "*8 workloads, 7 still fail*"
        *_, answer, news = [reply.message for reply in on.replies(digest)]
        assert "check_again" in buttons(answer)
        assert news["subtype"] == "thread_broadcast"
        assert "Back after" in news["text"]
        assert len(on.channel("C0ALERTS")) == before


async def test_who_works_on_the_answer_that_speaks_for_many_works_on_them_all(tmp_path):
    async with bench(tmp_path) as on:
        _, names, digest = await alike(on, 8)
        (speaker,) = [item for item in await on.store.incidents.recent(20) if item.report_ts]
        await on.store.incidents.assign(speaker.id, "U0ANNA")
        await on.store.incidents.schedule_check(speaker.parent_id)
        await work(on)
        assert pressable(on.replies(digest)[0]) == [f"production/{name} 🙋" for name in names[1:]]
        assert digest.message["text"].count("🙋 <@U0ANNA> is on it") == 1


async def test_one_of_a_storm_that_fails_for_another_reason_later_has_its_own_answer(tmp_path):
    async with bench(tmp_path) as on:
        cluster, (*_, listed), digest = await alike(on, 8)
        cluster.misses(listed)
        await later(on, 120)
        assert "`smtp` is missing" in answers_in(on, digest)[-1]["text"]
        assert len(answers_in(on, digest)) == 2


async def test_of_many_alike_that_are_answered_at_once_one_is_posted(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        cluster.evidence = KILLED
        names = apps(STORM_LINES + 12)
        for name in names:
            await fire(on, f"{name}-7d4b9c6f5-xkp2z")
        await later(on, 4, step=2)
        digest = next(line for line in on.channel("C0ALERTS") if "at once" in line.message["text"])
        while any([*await asyncio.gather(*(on.worker(f"w{number}").step() for number in range(9)))]):
            pass
        assert len(answers_in(on, digest)) == 1


async def test_more_lines_than_a_channel_takes_in_a_minute_go_into_a_digest_until_the_burst_is_over(tmp_path):
    async with bench(tmp_path) as on:
        Cluster(on)
        for name in apps(STORM_ONE_BY_ONE + 3):
            await fire(on, f"{name}-7d4b9c6f5-xkp2z")
            await later(on, 4, step=2)
        await later(on, 4, step=2)
        lines = on.channel("C0ALERTS")
        assert len(lines) == STORM_ONE_BY_ONE + 1
        assert lines[-1].message["text"].startswith("🌩️ *3 more workloads fail*")
        await later(on, STORM_S)
        await fire(on, "late-7d4b9c6f5-xkp2z")
        await work(on)
        *_, line = on.channel("C0ALERTS")
        assert "`production/late`: was killed" in line.message["text"]


async def test_what_comes_one_after_the_other_is_no_storm(tmp_path):
    async with bench(tmp_path) as on:
        Cluster(on)
        for name in apps(STORM_LINES + 2):
            await fire(on, f"{name}-7d4b9c6f5-xkp2z")
            await later(on, 4, step=2)
        lines = on.channel("C0ALERTS")
        assert len(lines) == STORM_LINES + 2
        assert "🌩️" not in str([line.message["text"] for line in lines])


async def test_a_digest_does_not_count_as_failing_what_is_well_and_holds(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Named(on)
        names = apps(STORM_LINES + 2)
        digest = await gathered(on, names)
        cluster.well(names[0])
        answered = next(item for item in await on.store.incidents.recent(20) if item.workload.name == names[0])
        await on.store.incidents.schedule_check(answered.id)
        await later(on, 6, step=2)
        again = await on.store.incidents.get(answered.id)
        assert again.state is State.ANSWERED  # it is over only when it holds
        assert digest.message["text"].startswith("🌩️ *6 of 7 workloads still fail*")
        assert "1 is well again." in digest.message["text"]
        assert on.replies(digest)[0].message["text"] == "*7 workloads, 6 still fail*"


async def test_a_digest_never_tells_of_nothing(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        names = apps(STORM_LINES + 3)
        for name in names:
            await fire(on, f"{name}-7d4b9c6f5-xkp2z")
        await on.worker().step()  # one has begun the digest, and is well when it comes to be told
        for name in names:
            cluster.well(name)
        posted = news_of(on)
        await later(on, 60, step=2)
        assert not any("0 workloads" in change.message["text"] for change in posted)


async def test_a_storm_that_goes_on_or_is_over_after_long_is_said_once_for_all(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        names = apps(STORM_LINES + 3)
        digest = await gathered(on, names)
        posted = news_of(on)
        await later(on, 3600, step=600)
        (said,) = [change.message["text"] for change in posted]
        assert said.startswith("⏳ *Still failing, 60 min after the first alert*\n🌩️ *8 workloads fail at once*")
        for name in names:
            cluster.well(name)
        await later(on, 1500)
        _, over = [change.message for change in posted]
        assert "The storm is over" in over["text"]
        assert over["thread_ts"] == digest.ts


async def test_who_works_on_one_of_a_storm_stands_in_its_line_and_its_list(tmp_path):
    async with bench(tmp_path) as on:
        Cluster(on)
        digest = await gathered(on, apps(STORM_LINES + 1))
        incident = next(item for item in await on.store.incidents.recent(20) if item.report_ts)
        shown = f"|{incident.workload.path}>"
        await on.store.incidents.assign(incident.id, "U0ANNA")
        for each in (incident.id, incident.parent_id):
            await on.store.incidents.schedule_check(each)
        await work(on)
        (listed,) = [reply for reply in on.replies(digest) if "still fail*" in reply.message["text"]]
        lines = [line for line in str(listed.message["blocks"]).split("\\n") if "🙋" in line]
        assert [shown in line and "🙋 <@U0ANNA> is on it" in line for line in lines] == [True]
        assert digest.message["text"].count("🙋 <@U0ANNA> is on it") == 1


@pytest.mark.threat("Groups", "a group names hundreds of workloads: its answers fill a channel for an hour")
async def test_a_storm_of_any_size_brings_a_bounded_number_of_messages(tmp_path, record_property):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        count = STORM_LINES + STORM_ANSWERS + 25
        names = [f"app{chr(98 + number // 20)}{chr(98 + number % 20)}" for number in range(count)]
        digest = await gathered(on, names)
        assert f"{count} workloads fail at once" in digest.message["text"]
        answers = on.replies(digest)
        (listed,) = [reply for reply in answers if reply.message["text"] == f"*All {count} workloads still fail*"]
        assert len(linked(listed)) == STORM_ANSWERS
        assert len(pressable(listed)) == count - STORM_ANSWERS
        assert len(answers) == STORM_ANSWERS + 1
        # Those that are only counted get no line later either, while the digest tells of them.
        await later(on, 600)
        assert len(on.channel("C0ALERTS")) == 1
        record_property("tried", f"{count} workloads in one group")
        record_property("held", f"1 line, {STORM_ANSWERS} answers and their list")
        for name in names:
            cluster.well(name)
        await later(on, 1500)
        texts = [line.message["text"] for line in on.channel("C0ALERTS")]
        assert all("Recovered after" in text or "The storm is over" in text for text in texts)


async def killed_at(on, kind, method, after_s=0):
    """A worker that is killed when it calls this method: its lease stays, and nothing is settled."""
    on.clock.now += after_s
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
        (listed,) = [reply for reply in on.replies(digest) if "being looked at*" in reply.message["text"]]
        assert "7 workloads alert at once" in digest.message["text"]
        assert "1 being looked at" in digest.message["text"]
        assert listed.message["text"] == "*7 workloads, 1 being looked at*"
        assert pressable(listed) == ["production/late-7d4b9c6f5-xkp2z"]
        await later(on, 20, step=2)
        assert len(on.replies(digest)) == STORM_LINES + 3
        for message in (digest.message, listed.message):
            assert "being looked at" not in str(message["blocks"])
        assert "|production/late>: 🔴 late was killed" in str(listed.message["blocks"])


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
        (listed,) = [reply for reply in on.replies(digest) if "still fail*" in reply.message["text"]]
        *_, other, name = apps(STORM_LINES + 2)
        cluster.misses(name)
        await later(on, 120)
        assert f"|production/{name}>: 🔴 smtp is missing" in str(listed.message["blocks"])
        assert f"|production/{other}>: 🔴 {other} was killed" in str(listed.message["blocks"])
        cluster.well(name)
        await later(on, 600)
        assert f"|production/{name}>" in str(listed.message["blocks"]).partition("*Well again*")[2]
        cluster.misses(name)
        await fire(on, f"{name}-7d4b9c6f5-xkp2z")
        await later(on, 20, step=2)
        assert f"|production/{name}>: 🔴 smtp is missing" in str(listed.message["blocks"])


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
        (digest,) = on.channel("C0ALERTS")
        assert len(on.replies(digest)) == count + 1  # and the list


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
        assert "ended by rollback to revision 41, by <@U0ANNA>" in line.message["text"]
        on.clock.now += FOLD_S + 60
        cluster.said.clear()
        await fire(on, POD)
        await work(on)
        _first, second = on.channel("C0ALERTS")
        (answer,) = on.replies(second)
        said = str(answer.message["blocks"])
        assert "🕘 Second time in 7 days; last <" in said
        assert ", ended by rollback to revision 41, by <@U0ANNA>." in said
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


async def asks(on, dedup="q", channel="C0ALERTS", name="api", user="U0ANNA"):
    subject = Subject(kind="Deployment", namespace="production", name=name)
    return await on.ask(dedup=dedup, subject=subject, channel=channel, user=user)


def whispers(on, channel="C0ALERTS", user="U0ANNA"):
    return [item.message for item in on.slack.workspace.history(channel, user) if item.only_for]


class Named(Cluster):
    """Takes a workload's own name as well as its pods'."""

    def diagnose(self, snapshot):
        found = super().diagnose(snapshot)
        name = self.asked[-1].name
        return found if "-" in name else replace(found, workload=f"Deployment production/{name}", **self.of(name))

    def of(self, name):
        given = {"verdict": Verdict.CONFIRMED, "cause": "oom-killed", "summary": f"{name} was killed."}
        return given | self.said.get(name, {})


@pytest.mark.parametrize(("channel", "whole"), [("C0ALERTS", False), ("C0GENERAL", True)])
async def test_a_question_about_an_open_incident_gets_a_link_and_a_fresh_look_in_its_thread(tmp_path, channel, whole):
    async with bench(tmp_path) as on:
        cluster = Named(on)
        await fire(on, POD)
        await work(on)
        (line,) = on.channel("C0ALERTS")
        (answer,) = on.replies(line)
        cluster.fails("api", summary="api was killed 9 times.")
        await asks(on, channel=channel)
        await work(on)
        (told,) = whispers(on, channel)
        assert f"/archives/C0ALERTS/p{line.ts.replace('.', '')}|its thread>" in told["text"]
        assert "9 times" in told["text"]
        # Where they may not see the thread they see the answer; it has no buttons of its own.
        assert ("run " in str(told["blocks"])) is whole
        assert "actions" not in kinds(told)
        assert "9 times" in str(answer.message["blocks"])
        assert len(on.channel("C0ALERTS")) == 1
        assert on.channel("C0GENERAL") == []


async def test_a_question_about_another_root_has_a_thread_of_its_own(tmp_path):
    async with bench(tmp_path) as on:
        Named(on)
        await fire(on, POD)
        await work(on)
        await asks(on, name="web")
        await work(on)
        assert len(on.channel("C0ALERTS")) == 2
        assert whispers(on) == []


async def test_a_question_about_what_hangs_on_the_root_of_an_incident_is_led_there(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Named(on)
        cluster.misses("api")
        cluster.misses("web")
        await fire(on, POD)
        await work(on)
        await asks(on, name="web")
        await work(on)
        assert "`smtp` is missing" in whispers(on)[0]["text"]
        assert len(on.channel("C0ALERTS")) == 1


async def test_two_people_who_ask_the_same_share_a_thread_until_it_is_over(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Named(on)
        await asks(on)
        await work(on)
        await asks(on, dedup="q2", user="U0BEN")
        await work(on)
        (line,) = on.channel("C0ALERTS")
        assert "its thread" in whispers(on, user="U0BEN")[0]["text"]
        cluster.well("api")
        await later(on, 600)
        assert "Recovered after" in line.message["text"]
        cluster.said.clear()
        await asks(on, dedup="q3", user="U0BEN")
        await work(on)
        assert len(on.channel("C0ALERTS")) == 2


@pytest.mark.parametrize("other", [False, True], ids=["the same workload", "another one with the same root"])
async def test_an_alert_after_a_question_about_the_same_root_is_told_in_its_thread(tmp_path, other):
    async with bench(tmp_path) as on:
        cluster = Named(on)
        if other:
            cluster.misses("api")
            cluster.misses("web")
        asked = await asks(on, name="web" if other else "api")
        await work(on)
        (line,) = on.channel("C0ALERTS")
        (answer,) = on.replies(line)
        posted = news_of(on)
        on.clock.now += 60
        await fire(on, POD)
        await work(on)
        # The channel hears of the alert, in the thread that is there: no second line, no second answer.
        heard = [change.message for change in posted if "An alert fires about" in change.message["text"]]
        assert [message["subtype"] for message in heard] == ["thread_broadcast"]
        assert heard[0]["thread_ts"] == line.ts
        lines = [item for item in on.channel("C0ALERTS") if "thread_ts" not in item.message or item.ts == line.ts]
        assert lines == [line]
        reports = [item for item in on.replies(line) if "run " in str(item.message["blocks"])]
        assert [item.ts for item in reports] == [answer.ts]
        kept = await on.store.incidents.get(asked)
        assert (kept.origin, kept.summary_ts, kept.returns) == (Origin.ALERT, line.ts, 0)
        assert len(await on.store.incidents.recent(9)) == 1 + other
        # Repeated or fired anew it finds the same; it is watched for as long as an alert's.
        posted.clear()
        await fire(on, POD, started=on.clock.now + 5)
        await work(on)
        assert posted == []
        await later(on, ASKED_END_S + 1200, step=600)
        cluster.well("api")
        cluster.well("web")
        await later(on, 3600, step=300)
        told = [item.message["text"] for item in on.slack.workspace.history("C0ALERTS") if item.message["blocks"]]
        assert not [text for text in told if "🔴" in text and "Still failing" not in text and "also hit" not in text]
        assert "🟢 *Over after" in next(item for item in on.replies(line) if item.ts == heard[0]["ts"]).message["text"]
        assert {one.state for one in await on.store.incidents.recent(9)} == {State.RECOVERED}


async def test_an_alert_waits_for_the_question_that_is_being_looked_at(tmp_path):
    async with bench(tmp_path) as on:
        Named(on)
        asked = await asks(on)
        await work(on)
        await on.store.incidents.schedule_check(asked)
        claimed = await on.store.incidents.claim("another", LEASE_S)
        assert claimed.id == asked
        await fire(on, POD)
        await work(on)
        assert len(on.channel("C0ALERTS")) == 1
        assert not [item for item in on.slack.workspace.history("C0ALERTS") if "An alert" in item.message["text"]]
        await on.store.incidents.put_off(asked, "another", 0.0)
        await later(on, 10, step=2)
        assert (await on.store.incidents.get(asked)).origin is Origin.ALERT


async def test_a_process_that_dies_between_the_news_and_the_merge_says_it_once(tmp_path):
    async with bench(tmp_path) as on:
        Named(on)
        await asks(on)
        await work(on)
        with patch("bot.store.asked.Asked.lend", side_effect=asyncio.CancelledError):
            await fire(on, POD)
            with pytest.raises(asyncio.CancelledError):
                await work(on)
        await later(on, 60)
        told = [item for item in on.slack.workspace.history("C0ALERTS") if "An alert fires" in item.message["text"]]
        assert len(told) == 1
        assert len(await on.store.incidents.recent(9)) == 1


async def test_an_alert_of_another_channel_is_told_there_and_the_question_is_pointed_to_it(tmp_path):
    async with bench(tmp_path) as on:
        Named(on)
        asked = await asks(on, channel="C0GENERAL")
        await work(on)
        (line,) = on.channel("C0GENERAL")
        await fire(on, POD)
        await work(on)
        (alerted,) = on.channel("C0ALERTS")
        pointers = [item.message["text"] for item in on.replies(line) if "Answered" in item.message["text"]]
        assert len(pointers) == 1
        assert f"/archives/C0ALERTS/p{alerted.ts.replace('.', '')}" in pointers[0]
        assert "killed" not in pointers[0]
        assert (await on.store.incidents.get(asked)).origin is Origin.COMMAND


async def test_an_alert_of_another_namespace_is_not_told_in_a_questions_thread(tmp_path):
    """What a thread shows from then on is what the alert's route lets the channel see."""

    class Elsewhere(Named):
        def diagnose(self, snapshot):
            found = super().diagnose(snapshot)
            return replace(found, workload="Deployment payments/web") if self.asked[-1].name == "web" else found

    async with bench(tmp_path) as on:
        cluster = Elsewhere(on)
        for name in ("api", "web"):
            cluster.fails(name, cause="node-unhealthy", facts={"node": "n1"}, summary="Node n1 is gone.")
        asked = await asks(on, name="web")
        await work(on)
        await fire(on, POD)
        await work(on)
        assert (await on.store.incidents.get(asked)).origin is Origin.COMMAND
        assert len(on.channel("C0ALERTS")) == 2


async def test_what_is_over_is_over_everywhere_it_was_posted(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Named(on)
        await asks(on, channel="C0GENERAL")
        await work(on)
        await fire(on, POD)
        await work(on)
        await asks(on, dedup="q2", channel="C0GENERAL", user="U0BEN")
        await work(on)
        cluster.well("api")
        await later(on, 600)
        messages = [
            item.message for channel in ("C0ALERTS", "C0GENERAL") for item in on.slack.workspace.history(channel)
        ]
        pointers = [message for message in messages if "Answered" in message["text"]]
        assert (len(messages), len(pointers)) == (5, 1)
        for message in messages:
            assert ("Recovered after" in message["text"]) is (message not in pointers)
            assert "🔴" not in message["text"]
            assert set(buttons(message)) <= {"not_right"}
        assert len(whispers(on, "C0GENERAL", "U0BEN")) == 1


async def test_a_question_is_watched_for_some_hours_and_no_longer(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Named(on)
        await asks(on)
        await work(on)
        posted = news_of(on)
        await later(on, ASKED_END_S + 1200, step=300)
        asked = len(cluster.asked)
        assert asked > 30
        await later(on, 7200, step=600)
        assert len(cluster.asked) == asked
        assert len(posted) == 2  # still failing after one hour, and after four


async def test_a_start_in_between_is_edited_and_what_it_recovers_from_stays_what_it_was(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        await fire(on, POD)
        await work(on)
        (line,) = on.channel("C0ALERTS")
        posted = news_of(on)
        cluster.fails("api", verdict=Verdict.NOT_FAILING, cause="starting", summary="Nothing is wrong.")
        await later(on, 60)
        assert "(starting)" in line.message["text"]
        cluster.said.clear()
        await later(on, 60)
        assert "was killed" in line.message["text"]
        cluster.fails("api", verdict=Verdict.NOT_FAILING, cause="starting", summary="Nothing is wrong.")
        await later(on, 30)
        cluster.well("api")
        await later(on, 150)
        assert "was: out of memory" in line.message["text"]
        assert posted == []


@pytest.mark.parametrize("cause", ["healthy", "starting"])
async def test_looked_at_again_what_is_well_or_starts_is_no_other_verdict(tmp_path, cause):
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        incident = await fire(on, POD)
        await work(on)
        (line,) = on.channel("C0ALERTS")
        posted = news_of(on)
        cluster.fails("api", verdict=Verdict.NOT_FAILING, cause=cause, summary="Nothing is wrong.")
        await on.store.incidents.reopen(incident)
        await later(on, 60)
        cluster.well("api")
        await later(on, 240)
        assert "was: out of memory" in line.message["text"]
        assert posted == []


async def test_it_counts_from_the_first_alert_or_from_the_first_crash_that_is_known(tmp_path):
    async with bench(tmp_path) as on:
        cluster = Named(on)
        pod = next(item["metadata"]["name"] for item in cluster.snapshot.all("Pod"))
        diagnose = on.diagnose
        cluster_target = Target(kind="Pod", namespace="production", name=pod, pod=pod)
        on.diagnose = lambda snapshot: replace(diagnose(snapshot), target=cluster_target)
        incident = await asks(on)
        await work(on)
        kept = await on.store.incidents.get(incident)
        age_s = on.clock.now - kept.began_at
        first = min(
            datetime.fromisoformat(status["lastState"]["terminated"]["finishedAt"])
            for item in cluster.snapshot.all("Pod") for status in item["status"]["containerStatuses"]
        )  # fmt: skip
        assert age_s >= (cluster.snapshot.now - first).total_seconds() > 10


async def test_another_verdict_that_a_second_look_does_not_find_is_not_told(tmp_path):
    """What is read while something changes may be half before it and half after: it speaks for neither."""
    async with bench(tmp_path) as on:
        cluster = Cluster(on)
        await fire(on, POD)
        await work(on)
        (line,) = on.channel("C0ALERTS")
        posted = news_of(on)
        diagnose, torn = on.diagnose, ["missing-secret"]
        on.diagnose = lambda snapshot: (
            replace(diagnose(snapshot), cause=torn.pop()) if torn and cluster.asked else diagnose(snapshot)
        )
        await later(on, 60)
        assert torn == []
        assert posted == []
        assert "was killed" in line.message["text"]


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
        assert line.message["text"].endswith("\N{NO-BREAK SPACE}· *Restart ready*")
        await later(on, 300)
        (line,) = on.channel("C0ALERTS")
        assert "ready" not in line.message["text"]

"""The flow against a real store and the Slack stand-in, on good days and bad ones: never silence, never twice."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.actions.offers import ActionOffers
from bot.cluster.errors import AmbiguousTarget, Forbidden, Unreachable
from bot.demo.slack.faults import Fault
from bot.demo.slack.model import DEFAULT_ROOMS, Room
from bot.demo.slack.server import SlackStandIn
from bot.incidents.intake import Intake
from bot.incidents.investigation import LEASE_S
from bot.incidents.wiring import build_investigation
from bot.model.incident import ASKED_END_S, LATE_S, MAX_SLOW, Origin, Request, State, Subject, key
from bot.model.policy import Policy
from bot.ops.metrics import Metrics
from bot.render.simpler import SIMPLER
from bot.slack.client import slack_client
from bot.slack.notifier import Notifier
from bot.slack.pacing import Pacing
from bot.slack.standing import Standing
from diagnostics.diagnosis import Diagnosis, Verdict
from tests.support.guards import Unguarded
from tests.support.recordings import snapshot_of
from tests.support.stores import Clock, opened


class Collector:
    """Gives a recorded snapshot, or raises what it was told to."""

    def __init__(self):
        self.errors = []
        self.asked = []
        self.shared = []
        self.hold = None

    async def collect(self, ref, _gate, *, shared):
        self.asked.append(ref)
        self.shared.append(shared)
        if self.hold is not None:
            await self.hold.wait()
        if self.errors:
            raise self.errors.pop(0)
        return snapshot_of("oom-python")


class Bench:
    def __init__(self, slack, store, clock, notifier):
        self.slack, self.store, self.clock, self.notifier = slack, store, clock, notifier
        self.collector = Collector()
        self.metrics = Metrics()
        self.cause = "oom-killed"
        self.broken = False

    def diagnose(self, snapshot):
        if self.broken:
            raise RuntimeError("xoxb-secret-in-a-trace")
        return Diagnosis(
            target=snapshot.target, verdict=Verdict.CONFIRMED, cause=self.cause, summary=f"It was killed: {self.cause}."
        )

    def worker(self, owner="me"):
        return build_investigation(
            store=self.store,
            collector=self.collector,
            diagnose=self.diagnose,
            notifier=self.notifier,
            offers=ActionOffers(self.store, Policy(), 1800),
            metrics=self.metrics,
            owner=owner,
            guard=Unguarded(),
        )

    async def ask(self, dedup="1", **more):
        request = Request(**{
            "origin": Origin.COMMAND,
            "dedup_key": key(dedup),
            "subject": Subject(kind="Deployment", namespace="production", name="api-deployment"),
            "channel": "C0GENERAL",
            "user": "U0ANNA",
            **more,
        })  # fmt: skip
        ((accepted),) = await Intake(self.store, lambda: None, self.metrics).accept(request)
        return accepted.incident_id

    def channel(self, name="C0GENERAL"):
        return [stored for stored in self.slack.workspace.history(name) if "thread_ts" not in stored.message or
                stored.message["thread_ts"] == stored.ts]  # fmt: skip

    def replies(self, parent):
        return self.slack.workspace.thread(parent.channel, parent.ts)[1:]


@asynccontextmanager
async def bench(folder):
    clock = Clock()
    async with (
        # The stand-in knows no direct messages: Slack takes a user's id for a channel and opens one.
        SlackStandIn(channels=(*DEFAULT_ROOMS, Room(id="U0ANNA", name="anna"))) as slack,
        slack_client(slack.bot_token, slack.api_url) as client,
        opened(folder, clock) as store,
    ):
        yield Bench(slack, store, clock, Notifier(client, SIMPLER, Pacing(rate=1000), Standing(clock)))


async def test_a_line_in_the_channel_and_the_answer_in_its_thread(tmp_path):
    async with bench(tmp_path) as on:
        incident = await on.ask()
        assert await on.worker().step()
        (line,) = on.channel()
        (answer,) = on.replies(line)
        assert "killed" in line.message["text"].lower()
        assert "It was killed" in answer.message["text"]
        kept = await on.store.incidents.get(incident)
        assert (kept.state, kept.cause, kept.summary_ts, kept.report_ts) == (
            State.ANSWERED, "oom-killed", line.ts, answer.ts,
        )  # fmt: skip
        assert '"oom-killed"' in await on.store.incidents.diagnosis(incident)
        assert not await on.worker().step()


async def test_nothing_is_posted_before_there_is_an_answer(tmp_path):
    """What is posted first is the notification: it is whole. Who asked has a sign of life that only they see."""
    async with bench(tmp_path) as on:
        posted = []
        on.slack.subscribe(lambda change: posted.append((change.kind, change.message["text"])))
        await on.ask()
        await on.worker().step()
        first, *_ = [text for kind, text in posted if kind == "posted"]
        assert "killed" in first.lower()


async def test_in_somebody_elses_thread_there_is_one_reply(tmp_path):
    async with bench(tmp_path) as on:
        alert = on.slack.acts.say("U0BEN", "C0GENERAL", "it is down")
        await on.ask(thread_ts=alert.ts)
        await on.worker().step()
        (answer,) = on.replies(alert)
        assert "It was killed" in answer.message["text"]
        assert on.channel() == [on.slack.workspace.find("C0GENERAL", alert.ts)]


async def test_a_cluster_that_does_not_answer_is_a_plain_sentence_in_line_and_thread(tmp_path):
    async with bench(tmp_path) as on:
        on.collector.errors = [Unreachable("cannot reach the cluster at https://10.0.0.1")]
        incident = await on.ask()
        await on.worker().step()
        (line,) = on.channel()
        (reply,) = on.replies(line)
        assert "cannot reach" in line.message["text"]
        assert "cannot reach" in reply.message["text"]
        assert (await on.store.incidents.get(incident)).state is State.FAILED


REFUSALS = [
    (AmbiguousTarget("api", ("Deployment a/api", "Deployment b/api")), "not unique"),
    (Forbidden("I may not show you this: gita is a guest"), "a guest"),
]


@pytest.mark.parametrize(("error", "said"), REFUSALS)
@pytest.mark.parametrize("threaded", [False, True])
async def test_a_refusal_is_for_the_person_alone_and_said_once(tmp_path, error, said, threaded):
    async with bench(tmp_path) as on:
        asked = on.slack.acts.say("U0BEN", "C0GENERAL", "why?")
        on.collector.errors = [error]
        incident = await on.ask(thread_ts=asked.ts if threaded else "")
        await on.worker().step()
        (only,) = [item for item in on.slack.workspace.history("C0GENERAL", "U0ANNA") if item.only_for]
        assert said in only.message["text"]
        assert only.message.get("thread_ts", "") == (asked.ts if threaded else "")
        assert on.channel() == [on.slack.workspace.find("C0GENERAL", asked.ts)]
        assert (await on.store.incidents.get(incident)).state is State.FAILED
        on.clock.now += LATE_S
        assert not await on.worker().step()


@pytest.mark.parametrize(("error", "said"), REFUSALS)
async def test_a_refusal_comes_in_person_where_the_bot_may_not_write(tmp_path, error, said):
    async with bench(tmp_path) as on:
        on.collector.errors = [error]
        await on.ask(channel="C0ELSEWHERE")
        await on.worker().step()
        (told,) = on.channel("U0ANNA")
        assert said in told.message["text"]


@pytest.mark.parametrize("kind", ["reset", "server_error", "drop", "rate_limited"])
async def test_a_refusal_is_not_lost_when_slack_fails(tmp_path, kind):
    async with bench(tmp_path) as on:
        on.slack.set_fault("chat.postEphemeral", Fault(kind=kind, times=2, retry_after_s=600))
        await on.ask()
        for _ in range(4):
            on.collector.errors = [Forbidden("a guest")]
            await on.worker().step()
            on.clock.now += LATE_S
        assert [item for item in on.slack.workspace.history("C0GENERAL", "U0ANNA") if item.only_for]


async def test_whatever_breaks_is_a_plain_sentence_without_its_trace(tmp_path):
    async with bench(tmp_path) as on:
        on.broken = True
        person, incident = await on.ask(), await on.ask("2", origin=Origin.ALERT, user="", channel="C0ALERTS")
        for _ in range(2):
            await on.worker().step()
        (line,) = on.channel("C0ALERTS")
        (reply,) = on.replies(line)
        (told,) = [item for item in on.slack.workspace.history("C0GENERAL", "U0ANNA") if item.only_for]
        for stored, number in ((line, incident), (reply, incident), (told, person)):
            assert number[:8] in stored.message["text"]
            assert "secret" not in str(stored.message)
            assert "RuntimeError" not in str(stored.message)


@pytest.mark.parametrize("kind", ["reset", "server_error", "drop"])
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update", "conversations.history", "*"])
async def test_a_fault_of_slack_at_any_call_doubles_nothing_and_loses_nothing(tmp_path, kind, method):
    async with bench(tmp_path) as on:
        incident = await on.ask()
        on.slack.set_fault(method, Fault(kind=kind, times=2))
        for _ in range(8):
            await on.worker().step()
            on.clock.now += 150
        assert (await on.store.incidents.get(incident)).state is State.ANSWERED
        (line,) = on.channel()
        (answer,) = on.replies(line)
        assert "It was killed" in answer.message["text"]
        assert "🔎" not in line.message["text"]


async def test_a_long_429_is_put_off_and_others_go_on(tmp_path):
    async with bench(tmp_path) as on:
        first = await on.ask("1")
        on.slack.set_fault("chat.postMessage", Fault(kind="rate_limited", retry_after_s=600))
        await on.worker().step()
        second = await on.ask("2", channel="C0ALERTS")
        await on.worker().step()
        assert (await on.store.incidents.get(second)).state is State.ANSWERED
        assert (await on.store.incidents.get(first)).state is State.OPEN
        on.clock.now += 599
        assert not await on.worker().step()
        on.clock.now += 2
        assert await on.worker().step()
        assert (await on.store.incidents.get(first)).state is State.ANSWERED
        assert len(on.channel()) == len(on.channel("C0ALERTS")) == 1


@pytest.mark.parametrize("code", ["internal_error", "token_revoked", "is_archived", "never_heard_of", "msg_too_long"])
async def test_no_incident_ends_without_a_word_however_long_slack_takes_nothing(tmp_path, code):
    async with bench(tmp_path) as on:
        incident = await on.ask(origin=Origin.ALERT, user="", channel="C0ALERTS")
        on.slack.set_fault("chat.postMessage", Fault(kind="error", code=code, times=-1))
        for _ in range(12):
            assert await on.worker().step()
            on.clock.now += LATE_S
        assert (await on.store.incidents.get(incident)).state is State.OPEN
        assert on.channel("C0ALERTS") == []
        on.slack.set_fault("chat.postMessage", None)
        await on.worker().step()
        assert (await on.store.incidents.get(incident)).state is State.ANSWERED
        (line,) = on.channel("C0ALERTS")
        assert len(on.replies(line)) == 1


async def test_where_slack_takes_nothing_the_cluster_is_not_read_for_it_again_and_again(tmp_path):
    async with bench(tmp_path) as on:
        on.slack.set_fault("chat.postMessage", Fault(kind="error", code="is_archived", times=-1))
        for number in range(20):
            await on.ask(str(number), origin=Origin.ALERT, user="", channel="C0ALERTS")
            assert await on.worker().step()
        assert len(on.collector.asked) == 1
        assert on.notifier.standing.notes() == ["slack channel C0ALERTS: is_archived"]
        person = await on.ask("person", channel="C0GENERAL")
        on.slack.set_fault("chat.postMessage", None)
        await on.worker().step()
        assert (await on.store.incidents.get(person)).state is State.ANSWERED


@pytest.mark.parametrize(
    ("origin", "acted_at", "shared"),
    [(Origin.ALERT, 0.0, True), (Origin.COMMAND, 0.0, False), (Origin.ALERT, 5.0, False), (Origin.COMMAND, 5.0, False)],
)
async def test_only_an_alert_that_nobody_acted_on_takes_what_was_read_for_others(tmp_path, origin, acted_at, shared):
    async with bench(tmp_path) as on:
        asked = await on.store.incidents.get(await on.ask(origin=origin))
        await on.worker().look(replace(asked, acted_at=acted_at))
        assert on.collector.shared == [shared]


async def test_where_the_thread_is_gone_the_channel_is_told(tmp_path):
    async with bench(tmp_path) as on:
        alert = on.slack.acts.say("U0BEN", "C0GENERAL", "it is down")
        incident = await on.ask(thread_ts=alert.ts)
        on.slack.set_fault("chat.postMessage", Fault(kind="error", code="thread_not_found"))
        await on.worker().step()
        kept = await on.store.incidents.get(incident)
        assert (kept.state, kept.thread_ts) == (State.ANSWERED, "")
        assert [line.ts for line in on.channel()] == [alert.ts, kept.summary_ts]


async def test_killed_at_any_point_another_goes_on_and_nothing_is_doubled(tmp_path):
    """The worker is cancelled as SIGKILL would stop it: at each Slack call in turn, before and after it is taken."""
    async with bench(tmp_path) as on:
        for number, (method, kind) in enumerate(
            (method, kind) for method in ("chat.postMessage", "chat.update") for kind in ("hang", "reset")
        ):
            on.clock.now += ASKED_END_S + 1  # so long after the one before that this one gets a thread of its own
            incident = await on.ask(str(number), channel="C0ALERTS")
            on.slack.set_fault(method, Fault(kind=kind))
            step = asyncio.create_task(on.worker("killed").step())
            await asyncio.wait({step}, timeout=0.15)
            step.cancel()
            await asyncio.gather(step, return_exceptions=True)
            on.slack.set_fault(method, None)
            on.clock.now += LEASE_S + 1
            await on.worker("next").step()
            assert (await on.store.incidents.get(incident)).state is State.ANSWERED
        lines = on.channel("C0ALERTS")
        assert len(lines) == 4
        assert [len(on.replies(line)) for line in lines] == [1, 1, 1, 1]


async def test_the_buttons_of_an_answer_that_was_posted_before_a_kill_are_the_new_ones(tmp_path):
    async with bench(tmp_path) as on:
        incident = await on.ask()
        save_report = on.store.incidents.save_report

        async def killed(*_args, **_values):
            raise asyncio.CancelledError

        worker = on.worker("killed")
        worker._store.incidents.save_report = killed
        await asyncio.gather(worker.step(), return_exceptions=True)
        on.store.incidents.save_report = save_report
        (line,) = on.channel()
        assert len(on.replies(line)) == 1
        on.cause = "missing-secret"  # so that what is posted anew can be told apart
        on.clock.now += LEASE_S + 1
        await on.worker("next").step()
        (answer,) = on.replies(line)
        assert "ecret" in answer.message["text"]
        assert (await on.store.incidents.get(incident)).report_ts == answer.ts


async def test_what_is_too_slow_is_tried_again_and_then_said(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.incidents.investigation.BUDGET_S", 0.2)
    async with bench(tmp_path) as on:
        on.collector.hold = asyncio.Event()
        incident = await on.ask()
        for _ in range(MAX_SLOW):
            assert (await on.store.incidents.get(incident)).state is State.OPEN
            await on.worker().step()
            on.clock.now += 150
        assert (await on.store.incidents.get(incident)).state is State.FAILED
        (line,) = on.channel()
        (reply,) = on.replies(line)
        assert "too long" in reply.message["text"]


async def test_asked_again_the_answer_is_edited_and_a_new_verdict_is_a_new_reply(tmp_path):
    async with bench(tmp_path) as on:
        incident = await on.ask()
        await on.worker().step()
        assert await on.store.incidents.reopen(incident)
        await on.worker().step()
        (line,) = on.channel()
        assert len(on.replies(line)) == 1
        on.cause = "missing-secret"
        await on.store.incidents.reopen(incident)
        await on.worker().step()
        assert len(on.channel()) == 1
        assert len(on.replies(line)) == 2


async def test_where_the_bot_may_not_write_the_person_is_told_in_person(tmp_path):
    async with bench(tmp_path) as on:
        incident = await on.ask(channel="C0ELSEWHERE")
        await on.worker().step()
        kept = await on.store.incidents.get(incident)
        assert (kept.state, kept.channel) == (State.ANSWERED, "U0ANNA")
        assert len(on.channel("U0ANNA")) == 1


async def test_a_deleted_line_does_not_stop_the_answer(tmp_path):
    async with bench(tmp_path) as on:
        incident = await on.ask()
        await on.worker().step()
        (line,) = on.channel()
        on.slack.workspace.delete(line)
        await on.store.incidents.reopen(incident)
        await on.worker().step()
        assert (await on.store.incidents.get(incident)).state is State.ANSWERED

"""The webhook: whatever is posted gets 202, 400, 401, 413 or 503, and what was accepted is kept."""

import asyncio
import io
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from unittest.mock import patch

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.policy import Policy
from bot.alerts.reading import ALERTS, Vocabulary, read_notification
from bot.incidents.alert_intake import NOTICES, AlertIntake, Place
from bot.incidents.decisions import Decisions
from bot.incidents.intake import Accepted
from bot.incidents.resolver import Resolver
from bot.model.errors import Temporary
from bot.model.incident import Origin, Subject
from bot.ops.metrics import Metrics
from handlers.alertmanager import AT_ONCE, AlertmanagerWebhook, check
from handlers.limits import ALERT_BODY_BYTES, MAX_ALERTS
from handlers.slack_guard import Rejected
from tests.alerts.cluster import Recorded

TOKEN, PREVIOUS = "a-token-of-some-length", "the-token-before-this"
ALERT = {
    "status": "firing",
    "labels": {
        "alertname": "KubePodCrashLooping",
        "namespace": "prod",
        "pod": "api-7d4b9c6f5-xkp2z",
        "container": "api",
    },
    "annotations": {"description": "…"},
    "startsAt": "2026-11-22T10:00:00Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "fingerprint": "9b3c1e5b2f0a7d11",
}


def notification(*alerts, **more):
    return {"version": "4", "groupKey": "{}", "status": "firing", "truncatedAlerts": 0, "alerts": list(alerts), **more}


class Intake:
    def __init__(self):
        self.requests = []
        self.notices = []
        self.resolved = []
        self.full = False

    async def accept(self, *requests, resolved=(), ended=()):
        assert not ended
        if self.full:
            raise Temporary("the store cannot be reached")
        self.requests += [request for request in requests if request.origin is Origin.ALERT]
        self.notices += [request for request in requests if request.origin is Origin.NOTICE]
        self.resolved += resolved
        return [Accepted("i", new=True) for _ in requests]


class OneCluster:
    """The alerts of the only cluster, as ``bot.clusters.alerts.ClusterAlerts`` takes them."""

    def __init__(self, alerts):
        self.take = alerts.take

    def whose(self, _reading):
        return ""


@asynccontextmanager
async def webhook(everywhere=None, **policy):
    intake = Intake()
    routes = {"prod": "C0PROD", "": everywhere, "dark": None}
    rules = Policy(**policy)
    alerts = AlertIntake(
        intake=intake,
        decisions=Decisions(Resolver(Recorded([])), rules, Vocabulary()),
        policy=rules,
        metrics=Metrics(),
    )
    place = Place(origin=Origin.ALERT, channel_for=lambda namespace, _labels: routes.get(namespace))
    handler = AlertmanagerWebhook(OneCluster(alerts), (TOKEN, PREVIOUS), place, Vocabulary())
    app = web.Application()
    app.router.add_post("/alertmanager", handler.__call__)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/alertmanager"

        async def send(body, authorization=f"Bearer {TOKEN}"):
            data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
            headers = {} if authorization is None else {"Authorization": authorization}
            async with session.post(url, data=data, headers=headers) as answer:
                return answer.status, await answer.text()

        yield send, intake
    await runner.cleanup()


async def test_an_alert_is_kept_for_its_channel():
    async with webhook() as (send, intake):
        assert await send(notification(ALERT)) == (
            202,
            "1 alerts: 1 new incidents, 0 joined\n",
        )
        (request,) = intake.requests
        assert request.channel == "C0PROD"
        assert request.subject == Subject(kind="Pod", namespace="prod", name="api-7d4b9c6f5-xkp2z", container="api")


async def test_grafanas_form_is_taken_too():
    grafana = notification(ALERT | {"values": {"A": 1}, "silenceURL": "x"}, version="1", orgId=1, state="alerting")
    async with webhook() as (send, intake):
        assert (await send(grafana))[0] == 202
        assert len(intake.requests) == 1


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer é"],
)
async def test_without_the_token_nothing_is_taken(authorization):
    async with webhook() as (send, intake):
        status, said = await send(notification(ALERT), authorization)
        assert status == 401
        assert TOKEN not in said
        assert intake.requests == []


async def test_during_a_rotation_both_tokens_are_valid():
    async with webhook() as (send, _):
        assert (await send(notification(ALERT), f"Bearer {PREVIOUS}"))[0] == 202


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"\xff", b"null", b"[" * 100_000, {"alerts": []}, {"version": "3", "alerts": []},
     {"version": "4"}, {"version": "4", "alerts": {}}, {"version": "4", "alerts": [1]}],
)  # fmt: skip
async def test_what_is_no_notification_is_told_so(body):
    async with webhook() as (send, intake):
        status, said = await send(body)
        assert status == 400
        assert said.count("\n") == 1
        assert intake.requests == []


@pytest.mark.threat("Groups", "a notification is larger than can be read: it never will be, and nobody knows why")
async def test_too_much_is_told_so(record_property):
    async with webhook() as (send, _):
        status, said = await send(b"x" * (ALERT_BODY_BYTES + 1))
        assert status == 413
        assert f"set max_alerts: {MAX_ALERTS}" in said
        record_property("tried", f"{ALERT_BODY_BYTES + 1} bytes; {ALERTS + 7} alerts")
        record_property("held", said.strip())
        many = notification(*([{"labels": {}}] * (ALERTS + 7)))
        status, said = await send(many)
        assert status == 202
        assert "7 beyond the limit" in said


@pytest.mark.threat("Groups", "a group of alerts that name nothing usable brings a message for each rule")
async def test_a_notification_brings_a_bounded_number_of_sentences_about_rules(record_property):
    def unusable(number):
        return {"labels": {"alertname": f"Rule{number:04}"}}

    async with webhook(everywhere="C0ALL") as (send, intake):
        for _ in range(2):
            assert (await send(notification(*(unusable(number) for number in range(1500)))))[0] == 202
        said = {notice.dedup_key: notice.note for notice in intake.notices}
        assert len(said) == NOTICES + 1
        assert "Rule0007" in list(said.values())[-1]
        assert f"and {1500 - NOTICES - 12} more" in list(said.values())[-1]
        record_property("tried", "1,500 rules in one notification, twice")
        record_property("held", f"{len(said)} sentences in all")


async def test_what_max_alerts_left_out_is_said_in_the_channel():
    async with webhook(everywhere="C0ALL") as (send, intake):
        for _ in range(2):
            await send(notification(ALERT, truncatedAlerts=7))
        assert len({notice.dedup_key for notice in intake.notices}) == 1
        assert "7 alerts of one notification reached nobody" in intake.notices[0].note


async def test_when_it_cannot_be_kept_alertmanager_is_to_try_again():
    async with webhook() as (send, intake):
        intake.full = True
        assert (await send(notification(ALERT)))[0] == 503


async def test_in_a_storm_few_are_taken_at_once_and_the_others_wait_for_their_turn():
    async with webhook() as (send, intake):
        keep, under_way, most = intake.accept, 0, 0
        full, go_on = asyncio.Event(), asyncio.Event()

        async def accept(*requests, **more):
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            if under_way == AT_ONCE:
                full.set()
            await go_on.wait()
            under_way -= 1
            return await keep(*requests, **more)

        intake.accept = accept
        with patch("handlers.alertmanager.TURN_S", 60), patch("handlers.alertmanager.KEEP_S", 60):
            sent = [asyncio.create_task(send(notification(ALERT))) for _ in range(AT_ONCE * 5)]
            await asyncio.wait_for(full.wait(), 30)
            go_on.set()
            answers = await asyncio.gather(*sent)
        assert [status for status, _said in answers] == [202] * AT_ONCE * 5
        assert most == AT_ONCE


async def test_who_waits_for_a_turn_in_vain_costs_nothing_and_is_to_try_again():
    async with webhook() as (send, intake):
        full, go_on = asyncio.Event(), asyncio.Event()
        keep, begun = intake.accept, 0

        async def accept(*requests, **more):
            nonlocal begun
            begun += 1
            if begun == AT_ONCE:
                full.set()
            await go_on.wait()
            return await keep(*requests, **more)

        intake.accept = accept
        with patch("handlers.alertmanager.KEEP_S", 60):
            sent = [asyncio.create_task(send(notification(ALERT))) for _ in range(AT_ONCE)]
            await asyncio.wait_for(full.wait(), 30)
            with patch("handlers.alertmanager.TURN_S", 0.01):
                status, said = await send(notification(ALERT))
            assert (status, said) == (503, "too many notifications at once; send this one again\n")
            assert begun == AT_ONCE
            go_on.set()
            assert {status for status, _said in await asyncio.gather(*sent)} == {202}
        assert (await send(notification(ALERT)))[0] == 202  # every turn was given back


@pytest.mark.parametrize(
    ("alert", "said"),
    [
        ({"labels": {"alertname": "Watchdog", "namespace": "prod", "pod": "api"}}, "1 quiet"),
        ({"labels": {"alertname": "InfoInhibitor", "namespace": "prod", "pod": "api"}}, "1 quiet"),
        ({"labels": {"alertname": "X", "namespace": "prod", "pod": "api", "severity": "info"}}, "1 quiet"),
        ({"labels": {"alertname": "KubeAPIDown"}}, "1 without anything to diagnose"),
        ({"labels": {"alertname": "X", "namespace": "prod", "pod": "../../secrets/x"}}, "1 without anything"),
        ({"labels": {"alertname": "X", "namespace": "prod", "pod": "a" * 300}}, "1 without anything"),
        ({"labels": {"alertname": "X", "namespace": "dark", "pod": "api"}}, "0 new incidents"),
        ({"labels": None}, "1 without anything to diagnose"),
        ({}, "1 without anything to diagnose"),
    ],
)
async def test_alerts_without_anything_to_diagnose_are_acknowledged(alert, said):
    async with webhook() as (send, intake):
        status, answer = await send(notification(alert))
        assert status == 202
        assert said in answer
        assert intake.requests == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
ALERTS_JSON = st.fixed_dictionaries(
    {},
    optional={
        "labels": st.dictionaries(st.sampled_from(["pod", "namespace", "job_name", "exported_pod"]), JSON) | JSON,
        "status": JSON, "startsAt": JSON, "fingerprint": JSON,
    },
)  # fmt: skip


@given(payload=st.fixed_dictionaries({"version": JSON, "alerts": st.lists(ALERTS_JSON, max_size=5) | JSON}))
def test_any_json_is_read_or_refused(payload):
    refused = payload["version"] not in ("4", "1", 4, 1) or isinstance(payload["version"], bool)
    refused = refused or not isinstance(payload["alerts"], list)
    refused = refused or not all(isinstance(alert, dict) for alert in payload["alerts"])
    if refused:
        with pytest.raises(Rejected) as raised:
            check(payload)
        assert raised.value.status == 400
    else:
        check(payload)
    reading = read_notification(payload)
    assert reading.left_out == 0
    assert all(target.name for alert in reading.alerts for target in alert.targets)


async def test_what_is_resolved_is_handed_on_with_the_time_it_had_begun():
    async with webhook() as (send, intake):
        status, said = await send(notification({**ALERT, "status": "resolved"}))
        assert (status, intake.requests) == (202, [])
        (resolved,) = intake.resolved
        assert (resolved.firing, resolved.name) == (False, "KubePodCrashLooping")
        assert resolved.started_at == datetime(2026, 11, 22, 10, tzinfo=UTC).timestamp()
        assert "1 resolved" in said


async def test_firing_and_resolved_are_the_same_alert():
    async with webhook() as (send, intake):
        await send(notification(ALERT, {**ALERT, "status": "resolved"}))
        assert intake.requests[0].sighting.key == intake.resolved[0].key


async def test_severities_that_were_not_asked_for_are_left_alone_and_an_alert_without_one_is_not():
    def severe(level):
        return {**ALERT, "labels": ALERT["labels"] | ({"severity": level} if level else {})}

    async with webhook(severities=frozenset({"critical"})) as (send, intake):
        status, said = await send(notification(severe("info"), severe("Critical"), severe("")))
        assert status == 202
        assert len(intake.requests) == 2
        assert "1 quiet" in said


async def test_what_alertmanager_left_out_is_said():
    async with webhook() as (send, _intake):
        _status, said = await send(notification(ALERT, truncatedAlerts=7))
        assert "7 beyond the limit" in said


@pytest.mark.parametrize("starts_at", ["", "yesterday", "0001-01-01T00:00:00Z", "2026-11-22T10:00:00.123456789Z"])
async def test_odd_times_are_no_reason_to_lose_an_alert(starts_at):
    async with webhook() as (send, intake):
        status, _said = await send(notification({**ALERT, "startsAt": starts_at}))
        assert status == 202
        assert intake.requests[0].sighting.started_at >= 0

"""The webhook: whatever is posted gets 202, 400, 401, 413 or 503, and what was accepted is kept."""

import io
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.intake import Accepted
from bot.model.errors import Temporary
from bot.model.incident import Subject
from handlers.alertmanager import AlertmanagerWebhook, Routing, alerts_of, subject_of
from handlers.limits import ALERT_BODY_BYTES, ALERTS_PER_REQUEST
from handlers.slack_guard import Rejected

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
        self.resolved = []
        self.full = False

    async def accept(self, *requests, resolved=()):
        if self.full:
            raise Temporary("the store cannot be reached")
        self.requests += requests
        self.resolved += resolved
        return [Accepted("i", new=True) for _ in requests]


@asynccontextmanager
async def webhook(**routing):
    intake = Intake()
    routes = {"prod": "C0PROD", "dark": None}
    handler = AlertmanagerWebhook(
        intake, (TOKEN, PREVIOUS), Routing(channel_for=lambda namespace, _labels: routes.get(namespace), **routing)
    )
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
            "1 alerts: 1 new incidents, 0 joined, 0 without anything to diagnose\n",
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


async def test_too_much_is_told_so():
    async with webhook() as (send, _):
        assert (await send(b"x" * (ALERT_BODY_BYTES + 1)))[0] == 413
        many = notification(*([{"labels": {}}] * (ALERTS_PER_REQUEST + 7)))
        status, said = await send(many)
        assert status == 202
        assert "7 beyond the limit" in said


async def test_when_it_cannot_be_kept_alertmanager_is_to_try_again():
    async with webhook() as (send, intake):
        intake.full = True
        assert (await send(notification(ALERT)))[0] == 503


@pytest.mark.parametrize(
    "alert",
    [
        {"labels": {"alertname": "Watchdog", "namespace": "prod", "pod": "api"}},
        {"labels": {"alertname": "InfoInhibitor", "namespace": "prod", "pod": "api"}},
        {"labels": {"alertname": "KubeAPIDown"}},
        {"labels": {"alertname": "X", "namespace": "prod", "pod": "../../secrets/x"}},
        {"labels": {"alertname": "X", "namespace": "prod", "pod": "a" * 300}},
        {"labels": {"alertname": "X", "namespace": "dark", "pod": "api"}},
        {"labels": None},
        {},
    ],
)
async def test_alerts_without_anything_to_diagnose_are_acknowledged(alert):
    async with webhook() as (send, intake):
        status, said = await send(notification(alert))
        assert status == 202
        assert "1 without anything to diagnose" in said
        assert intake.requests == []


@pytest.mark.parametrize(
    ("labels", "kind", "name"),
    [
        ({"pod": "p", "deployment": "d"}, "Pod", "p"),
        ({"deployment": "d"}, "Deployment", "d"),
        ({"statefulset": "s"}, "StatefulSet", "s"),
        ({"daemonset": "d"}, "DaemonSet", "d"),
        ({"job_name": "nightly", "job": "kube-state-metrics"}, "Job", "nightly"),
        ({"pod": "kube-state-metrics-5f6d-x", "exported_pod": "p", "container": "kube-state-metrics"}, "Pod", "p"),
        ({"pod": "kube-state-metrics-5f6d-x", "deployment": "d"}, "Deployment", "d"),
        (
            {"pod": "kube-state-metrics-5f6d-x", "exported_namespace": "n", "exported_deployment": "d"},
            "Deployment",
            "d",
        ),
    ],
)
def test_labels_name_the_target(labels, kind, name):
    subject = subject_of({"namespace": "n", **labels})
    assert (subject.kind, subject.name, subject.namespace, subject.container) == (kind, name, "n", None)


def test_the_exporters_own_namespace_is_not_taken():
    labels = {"namespace": "monitoring", "pod": "ksm", "container": "x"}
    labels |= {"exported_namespace": "prod", "exported_pod": "p", "exported_container": "c"}
    assert subject_of(labels) == Subject(kind="Pod", namespace="prod", name="p", container="c")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
ALERTS = st.fixed_dictionaries(
    {},
    optional={
        "labels": st.dictionaries(st.sampled_from(["pod", "namespace", "job_name", "exported_pod"]), JSON) | JSON,
        "status": JSON, "startsAt": JSON, "fingerprint": JSON,
    },
)  # fmt: skip


@given(payload=st.fixed_dictionaries({"version": JSON, "alerts": st.lists(ALERTS, max_size=5) | JSON}))
def test_any_json_is_alerts_or_a_400(payload):
    try:
        alerts, cut = alerts_of(payload)
    except Rejected as rejection:
        status, found = rejection.status, []
    else:
        status, found = 400, [subject_of(alert.labels) for alert in alerts]
        assert cut == 0
    assert status == 400
    assert all(subject is None or (subject.name and subject.namespace) for subject in found)


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
        assert "1 without anything to diagnose" in said


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

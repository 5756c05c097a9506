"""The outgoing webhook of the whole service: what becomes of an alert arrives, and Slack waits for no receiver."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import ExitStack
from unittest.mock import patch

import aiohttp
import pytest
from pydantic import SecretStr

from bot.demo.cluster import Workspace, single
from tests.bot.actions.test_service import CARD, PEOPLE, Case
from tests.bot.doctor.setups import SetUp, running
from tests.bot.ops.test_alert_groups import notify
from tests.support.commands import free_port, ports, process, serving
from tests.support.hook import SECRET, bridge, described, hooked, signed_by_openssl
from tests.support.postgres import fresh_database
from tests.support.service import hurried, living_world, world
from tests.support.stores import asyncio_url


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request):
    """The settings of the store."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield {}
        else:
            yield {"database_url": SecretStr(asyncio_url(stack.enter_context(fresh_database())))}


def to(url, **more):
    return {"outgoing_webhook_url": SecretStr(url), "outgoing_webhook_secret": SecretStr(SECRET), **more}


def alert(pod="api-deployment-858b84fcdb-wzk4n", namespace="production"):
    labels = {"alertname": "KubePodCrashLooping", "namespace": namespace, "pod": pod, "severity": "critical"}
    notes = {"runbook_url": "https://runbooks.example/crash"}
    return {"status": "firing", "labels": labels, "annotations": notes, "startsAt": "2026-11-22T10:00:00Z"}


async def test_from_the_alert_to_the_button_to_the_end_all_arrives_as_slack_tells_it(tmp_path):
    people = tmp_path / "people.yaml"
    people.write_text(PEOPLE)
    workspace = Workspace(hurried(), [CARD])
    card = workspace.card(CARD)
    async with hooked() as hook:
        more = to(hook.url, people_file=people, alert_channel="C0GENERAL", recovery_hold_s=0.5, watch_every_s=0.2)
        async with living_world(tmp_path, workspace, **more) as running:
            labels = {**card.alert.labels, "severity": "critical"}
            await notify(running, [alert() | {"labels": labels}])
            await running.settled()
            (begun,) = await running.until(lambda: hook.taken)
            line = running.posts("C0GENERAL")[0]
            answer = running.slack.workspace.thread("C0GENERAL", line.ts)[1]
            case = Case(running, card, line, answer)
            await case.press(reason="the release crashes")
            await running.until(lambda: "Recovered" in case.line.message["text"])
            await running.until(lambda: "incident.recovered" in hook.types)
    for got in hook.taken:
        described(got)
        assert got.headers["webhook-signature"] == signed_by_openssl(got)
    assert hook.types == ["incident.opened", "incident.action", "incident.recovered"]
    assert begun.data["headline"] in str(answer.message["blocks"]).replace("`", "")
    assert begun.data["links"]["slack"].endswith(f"/archives/C0GENERAL/p{line.ts.replace('.', '')}")
    assert begun.data["links"]["runbook"] == "https://runbooks.example/crash"
    assert (begun.data["severity"], begun.data["namespace"]) == ("critical", card.namespace)
    _opened, acted, over = (got.data for got in hook.taken)
    assert (acted["action"]["outcome"], acted["action"]["reason"]) == ("done", "the release crashes")
    assert acted["action"]["people"] == over["recovery"]["people"] == ["U0ANNA"]
    assert over["state"] == "recovered"
    verified, to_pager = bridge()
    assert all(verified(SECRET, got.headers, got.raw) for got in hook.taken)
    assert not any(verified(SECRET, got.headers, got.raw + b" ") for got in hook.taken)
    assert not any(verified(SECRET, got.headers | {"webhook-timestamp": "1"}, got.raw) for got in hook.taken)
    triggered, nothing, resolved = (to_pager(got.raw, "key") for got in hook.taken)
    assert nothing is None
    assert (triggered["event_action"], resolved["event_action"]) == ("trigger", "resolve")
    assert triggered["dedup_key"] == resolved["dedup_key"] == begun.data["dedup_key"]
    assert triggered["payload"]["summary"] == begun.data["headline"]
    assert triggered["payload"]["severity"] == "critical"


@pytest.mark.threat("Outcomes", "the bot is killed between a verdict and its event, or the receiver is away meanwhile")
async def test_what_the_bot_could_not_send_the_next_one_sends(tmp_path, store, record_property):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}/events"
    async with world(tmp_path, **to(url), **store) as running:
        await notify(running, [alert()])
        await running.settled()
        assert running.posts("C0ALERTS")
        assert (await running.service.store.outbox.waiting())[0] == 1
    async with hooked(port=port) as hook, world(tmp_path, **to(url), **store) as running:
        with patch("bot.ops.event_delivery.FIRST_S", 0.1):
            (got,) = await running.until(lambda: hook.taken)
        described(got)
    assert (got.type, got.data["cause"]) == ("incident.opened", "oom-killed")
    record_property("tried", "an alert while the receiver is away, the bot ended, another one started")
    record_property("held", "1 event of 1 arrived, from the store")


@pytest.mark.threat("Outcomes", "the bot is killed (SIGKILL) after it told Slack and before it told the receiver")
async def test_what_a_killed_process_had_to_send_the_next_process_sends(tmp_path, monkeypatch, record_property):
    monkeypatch.setattr("tests.bot.doctor.setups.single", lambda _healthy, clock: single("oom-python", clock))
    given = ports()
    env = given | {"OUTGOING_WEBHOOK_URL": f"http://127.0.0.1:{free_port()}/events", "OUTGOING_WEBHOOK_SECRET": SECRET}
    async with running(tmp_path, SetUp(env=env)) as environment:
        killed = await process(tmp_path, environment, "serve")
        events = (json.loads(line)["event"] async for line in killed.stderr)
        assert [event async for event in until(events, "doctor.checked")]
        headers = {"Authorization": f"Bearer {environment['ALERTMANAGER_TOKEN']}"}
        body = {"version": "4", "status": "firing", "groupKey": "{}", "alerts": [alert()]}
        url = f"http://127.0.0.1:{given['HTTP_PORT']}/alertmanager"
        async with aiohttp.ClientSession() as session, session.post(url, json=body, headers=headers) as reply:
            assert reply.status == 202
        assert [event async for event in until(events, "investigation.answered")]
        killed.kill()
        await killed.communicate()
        port = int(env["OUTGOING_WEBHOOK_URL"].rpartition(":")[2].partition("/")[0])
        async with hooked(port=port) as hook, serving(tmp_path, environment):
            await asyncio.wait_for(hook.arrived.wait(), 90)
            (got,) = hook.taken
    described(got)
    assert (got.type, got.data["cause"], got.data["namespace"]) == ("incident.opened", "oom-killed", "production")
    record_property("tried", "1 alert, SIGKILL after its answer, a new process")
    record_property("held", "its event arrived from the new process")


async def until(events, name):
    """Give the events up to the first of that name."""
    async for event in events:
        yield event
        if event == name:
            return


async def test_a_receiver_that_hangs_keeps_nobody_in_slack_waiting(tmp_path):
    async with hooked(*["hang"] * 9) as hook, world(tmp_path, **to(hook.url)) as running:
        await notify(running, [alert()])
        await running.settled()
        await running.until(lambda: hook.received)
        assert hook.taken == []
        await running.slack.acts.command("U0ANNA", "C0GENERAL", "production/deployment/api-deployment")
        await running.settled()
        assert running.posts("C0ALERTS")


async def test_other_namespaces_and_what_people_ask_are_not_told(tmp_path):
    more = {"outgoing_webhook_namespaces": ("payments",)}
    async with hooked() as hook, world(tmp_path, **to(hook.url, **more)) as running:
        await notify(running, [alert()])
        await running.settled()
        assert await running.service.store.outbox.waiting() == (0, 0.0)
        assert running.posts("C0ALERTS")
    (other := tmp_path / "other").mkdir()
    async with hooked() as hook, world(other, **to(hook.url)) as running:
        await running.slack.acts.command("U0ANNA", "C0GENERAL", "production/deployment/api-deployment")
        await running.settled()
        assert await running.service.store.outbox.waiting() == (0, 0.0)
        assert hook.received == []


async def test_metrics_tell_what_waits(tmp_path):
    async with hooked(*[500] * 99) as hook, world(tmp_path, **to(hook.url)) as running:
        await notify(running, [alert()])
        await running.until(lambda: hook.received)
        async with aiohttp.ClientSession() as session, session.get(f"{running.health}/metrics") as reply:
            text = await reply.text()
    assert "crashloop_webhook_waiting 1.0" in text
    assert 'crashloop_webhook_failures_total{why="refused"}' in text

"""``crashloop doctor`` as a process, from an environment alone: green beside a running service, plain to a newcomer."""

from __future__ import annotations

import asyncio
import json
import signal
import socket

import aiohttp
import pytest
from pydantic import SecretStr

from bot.doctor.report import State
from bot.doctor.trial import Trial
from bot.slack.inspection import Inspection
from tests.bot.doctor.setups import SetUp, running
from tests.support.commands import broken, doctor, logged, ports, process, serving
from tests.support.hook import SECRET, hooked
from tests.support.service import world


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_all_is_well_beside_a_running_service_and_an_alert_gets_through(tmp_path, http):
    given = ports()
    more = {"PUBLIC_URL": f"http://127.0.0.1:{given['HTTP_PORT']}/slack/events"} if http else {}
    setup = SetUp(http=http, env=given | more)
    async with running(tmp_path, setup) as environment, serving(tmp_path, environment) as events:
        (checked,) = await logged(events, "doctor.checked")
        assert checked["broken"] == 0
        code, out = await doctor(tmp_path, environment, "--test-alert", "-o", "json")
        assert (code, broken(out)) == (0, [])
        states = {check["check"]: check["state"] for check in json.loads(out)["checks"]}
        assert states["Slack over HTTP" if http else "Socket Mode"] == "ok"
        assert states["rights to act"] == states["right to impersonate"] == states["clock"] == "ok"
        trial = json.loads(out)["checks"][-1]
        assert trial["check"] == "test alert"
        assert "https://crashloop-demo.slack.com/archives/C0ALERTS/p1" in trial["sentence"]
        if http:
            wrong = environment | {"SLACK_SIGNING_SECRET": "not-the-one-of-the-service"}
            code, out = await doctor(tmp_path, wrong, "-o", "json")
            assert (code, [name for name, _ in broken(out)]) == (1, ["Slack over HTTP"])
            assert "answers 401" in broken(out)[0][1]
        wrong = environment | {"ALERTMANAGER_TOKEN": "not-the-one-of-the-service"}
        code, out = await doctor(tmp_path, wrong, "--test-alert", "-o", "json")
        assert (code, [name for name, _ in broken(out)]) == (1, ["test alert"])
        assert "answers 401" in broken(out)[0][1]


async def test_the_service_starts_whatever_is_wrong_and_logs_a_line_for_each_fault(tmp_path):
    setup = SetUp(env=ports() | {"ALERT_CHANNEL": "C0OLD", "CHANNEL_ROUTES": "a=C0OTHER"})
    async with running(tmp_path, setup) as environment, serving(tmp_path, environment) as events:
        found = [event for event in events if event["event"] == "doctor.broken"]
        assert [event["check"] for event in found] == ["channel C0OLD", "channel C0OTHER"]
        assert found[1]["fix"] == "type /invite @crashloop in #other"
        names = [event["event"] for event in events]
        assert names.index("service.started") < names.index("doctor.broken")
        code, out = await doctor(tmp_path, environment, "--test-alert")
    assert code == 1
    assert "test alert            not sent: see channel C0OLD\n" in out


async def test_a_healthy_bots_start_is_a_few_lines_and_each_says_something(tmp_path):
    async with running(tmp_path, SetUp(env=ports())) as environment, serving(tmp_path, environment) as events:
        told = [(event["event"], event["level"]) for event in events]
        assert told == [("service.started", "info"), ("doctor.checked", "info")]
        started = events[0]
    assert (started["store"], started["socket_mode"], started["alert_channel"]) == ("sqlite", True, "C0ALERTS")
    assert (started["watch_pods"], started["outgoing_webhook"]) == (False, False)


async def test_the_test_alerts_thread_says_that_it_works_and_stays_as_it_is(tmp_path):
    async with hooked() as hook:
        told = {"outgoing_webhook_url": SecretStr(hook.url), "outgoing_webhook_secret": SecretStr(SECRET)}
        more = told | {"recovery_hold_s": 0.1, "watch_every_s": 0.1}
        async with world(tmp_path, "healthy", **more) as on:
            trial = Trial(on.service.settings, Inspection(on.service.client), on.base, every_s=0.05)
            result = await trial.run(1_800_000_000.0)
            assert result.state is State.OK
            row = (await on.service.store.incidents.recent(1))[0]

            async def looked_at_again():
                """What is asked for when the alert is resolved is done, and nothing is left to be done."""
                found = await on.service.store.incidents.get(row.id)
                return found.attempt == 0 and (await on.service.store.related.firing(row.id)) == (0, 1)

            await on.until_awaited(looked_at_again)
            await on.settled()
            line, answer = (stored.message for stored in on.posts("C0ALERTS"))
            assert await on.service.store.incidents.failing(9) == []
            assert await on.service.store.outbox.waiting() == (0, 0.0)
    assert line["text"].startswith("🧪 Test alert of crashloop doctor, about a pod that there is not: `default/")
    assert answer["text"].startswith("✅ *It works.* The alert came in, cluster ")
    assert [block["type"] for block in answer["blocks"]] == ["section"]
    assert hook.received == []


async def test_a_misspelt_name_is_said_at_the_start(tmp_path):
    async with (
        running(tmp_path, SetUp(env=ports() | {"OWNER_ANOTATIONS": "team"})) as environment,
        serving(tmp_path, environment) as events,
    ):
        assert (events[0]["event"], events[0]["sentence"]) == (
            "settings.unknown", "OWNER_ANOTATIONS in the environment is not a setting; OWNER_ANNOTATIONS is",
        )  # fmt: skip


async def test_alerts_kept_for_a_wrong_channel_are_told_once_the_setting_is_corrected(tmp_path):
    """The real command, started anew with another ALERT_CHANNEL, beside the same Slack and over the same store.

    More than a channel gets lines at once: the digest that was to be posted in the wrong channel is left behind.
    """
    given, pods = ports(), [f"gone{number}-7d4b9c6f5-xkp2z" for number in range(8)]
    async with running(tmp_path, SetUp(env=given | {"ALERT_CHANNEL": "C0OTHER"})) as environment:
        url = f"http://127.0.0.1:{given['HTTP_PORT']}/alertmanager"
        token = {"Authorization": f"Bearer {environment['ALERTMANAGER_TOKEN']}"}
        labels = {"alertname": "KubePodCrashLooping", "namespace": "production"}
        about = [
            {"status": "firing", "labels": labels | {"pod": pod}, "startsAt": "2026-11-22T10:00:00Z"} for pod in pods
        ]
        async with serving(tmp_path, environment) as events:
            body = {"version": "4", "status": "firing", "groupKey": "{}", "alerts": about}
            async with aiohttp.ClientSession() as session, session.post(url, json=body, headers=token) as reply:
                assert reply.status == 202
            (kept, *_more) = await logged(events, "investigation.put_off")
            assert kept["why"] == "configuration"
        async with serving(tmp_path, environment | {"ALERT_CHANNEL": "C0ALERTS"}) as events:
            (rerouted,) = await logged(events, "alerts.rerouted")
            assert (rerouted["incidents"], rerouted["before"], rerouted["now"]) == (8, "C0OTHER", "C0ALERTS")
            metrics = f"http://127.0.0.1:{given['HEALTH_PORT']}/metrics"
            async with asyncio.timeout(120), aiohttp.ClientSession() as session:
                while "crashloop_incidents_open 0.0" not in await read(session, metrics):  # noqa: ASYNC110 — as outside
                    await asyncio.sleep(0.5)
            answered = {event["target"] for event in events if event["event"] == "investigation.answered"}
            assert answered == {f"production/{pod}" for pod in pods}
        async with serving(tmp_path, environment | {"ALERT_CHANNEL": "C0ALERTS"}) as events:
            assert [event for event in events if event["event"] == "alerts.rerouted"] == []


async def read(session, url):
    async with session.get(url) as reply:
        return await reply.text()


async def test_a_newcomer_with_nothing_set_is_told_what_comes_first(tmp_path):
    code, out = await doctor(tmp_path, {})
    assert code == 1
    said = " ".join(out.split())
    assert said.startswith(f"✗ settings SLACK_BOT_TOKEN is not set, and there is no .env in {tmp_path}")
    assert "manifest-socket-mode.yaml" in out
    assert "✗ cluster" in out
    code, out = await doctor(tmp_path, {}, "--test-alert", "-o", "json")
    assert (code, [name for name, _ in broken(out)]) == (1, ["settings", "cluster"])


async def test_without_a_network_it_is_said_in_clear_sentences(tmp_path):
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-canary", "SLACK_APP_TOKEN": "xapp-canary", "SLACK_API_URL": "http://127.0.0.1:9/",
        "DATABASE_URL": "postgresql://me:canary-secret@127.0.0.1:9/bot", "ALERTMANAGER_URL": "http://127.0.0.1:9",
    }  # fmt: skip
    code, out = await doctor(tmp_path, environment)
    assert code == 1
    assert out.count("refused") >= 3
    assert "canary" not in out
    assert "4 of 22 checks failed" in out


@pytest.mark.usefixtures("interruptible")
async def test_an_interrupt_is_quiet(tmp_path):
    with socket.socket() as hanging:
        hanging.bind(("127.0.0.1", 0))
        hanging.listen()
        address = f"http://127.0.0.1:{hanging.getsockname()[1]}/"
        environment = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": address}
        asked = await process(tmp_path, environment, "doctor")
        connection, _ = await asyncio.to_thread(hanging.accept)
        with connection:
            asked.send_signal(signal.SIGINT)
            out, err = await asked.communicate()
    assert (asked.returncode, out, err.strip()) == (130, b"", b"")


async def test_a_test_alert_without_a_service_says_that_nothing_answers(tmp_path):
    async with running(tmp_path, SetUp(env=ports())) as environment:
        code, out = await doctor(tmp_path, environment, "--test-alert", "-o", "json")
        assert (code, [name for name, _ in broken(out)]) == (1, ["test alert"])
        assert "nothing answers at http://127.0.0.1:" in broken(out)[0][1]

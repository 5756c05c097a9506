"""The thin path and its neighbours, through the real service over both transports."""

import json
import logging

import aiohttp
import pytest

from bot.demo.cluster.faults import Fault
from bot.ops.logging import configure_logging
from tests.support.service import TOKEN, world

POD = "production/deployment/api-deployment"
FIELDS = [{"title": "namespace", "value": "production"}, {"title": "pod", "value": "api-deployment-7d4b9c6f5-xkp2z"}]


def texts(messages):
    return [stored.message["text"] for stored in messages]


def thread_of(running, parent):
    return [reply for reply in running.slack.workspace.thread(parent.channel, parent.ts) if reply.ts != parent.ts]


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_a_command_is_answered_in_its_thread(tmp_path, http):
    async with world(tmp_path, http=http) as running:
        await running.slack.acts.command("U0ANNA", "C0GENERAL", POD)
        await running.settled()

        line, *_ = running.posts("C0GENERAL")
        assert "api-deployment" in line.message["text"]
        assert "🔎" not in line.message["text"]
        (answer,) = thread_of(running, line)
        assert len(answer.message["blocks"]) > 1
        ephemeral = [stored for stored in running.slack.workspace.history("C0GENERAL", "U0ANNA") if stored.only_for]
        assert "the answer follows" in ephemeral[0].message["text"]


async def test_a_pod_named_payload_is_a_command_like_any_other(tmp_path):
    async with world(tmp_path, http=True) as running:
        await running.slack.acts.command("U0ANNA", "C0GENERAL", "payload-worker-7d4b9c6f5-xkp2z")
        await running.settled()
        *_, told = running.slack.workspace.history("C0GENERAL", "U0ANNA")
        assert "no pod or workload `payload-worker" in told.message["text"]


@pytest.mark.parametrize(
    ("said", "told"),
    [("help", "Ask why"), ("a b", "one target"), ("Api!", "Api"), ("a b c", "no pod or workload")],
)
async def test_help_is_for_the_person_alone(tmp_path, said, told):
    async with world(tmp_path) as running:
        await running.slack.acts.command("U0ANNA", "C0GENERAL", said)
        (only,) = running.slack.workspace.history("C0GENERAL", "U0ANNA")
        assert only.only_for == "U0ANNA"
        assert told in only.message["text"]
        assert await running.service.store.incidents.recent(5) == []


@pytest.mark.parametrize("said", [f"diagnose {POD}", f"why is {POD} down again?"])
async def test_a_mention_is_answered_where_it_stands(tmp_path, said):
    async with world(tmp_path) as running:
        asked = running.slack.acts.say("U0ANNA", "C0GENERAL", f"@{running.slack.app.name} {said}")
        await running.until(lambda: thread_of(running, asked))
        await running.settled()
        (answer,) = thread_of(running, asked)
        assert len(answer.message["blocks"]) > 1
        signs = [item for item in running.slack.workspace.history("C0GENERAL", "U0ANNA") if item.only_for]
        assert ["the answer follows" in sign.message["text"] for sign in signs] == [True]


@pytest.mark.parametrize("how", ["command", "mention"])
async def test_who_may_ask_nothing_is_told_that_alone_and_not_that_it_is_looked_at(tmp_path, how):
    async with world(tmp_path) as running:
        if how == "command":
            await running.slack.acts.command("U0GUEST", "C0GENERAL", POD)
        else:
            running.slack.acts.say("U0GUEST", "C0GENERAL", f"@{running.slack.app.name} {POD}")

        def told():
            return [
                item.message["text"] for item in running.slack.workspace.history("C0GENERAL", "U0GUEST")
                if item.only_for
            ]  # fmt: skip

        await running.until(told)
        await running.settled()
        (said,) = told()
        assert "I may not show you this" in said


async def test_a_sentence_that_names_nothing_is_no_request(tmp_path):
    async with world(tmp_path) as running:
        running.slack.acts.say("U0ANNA", "C0GENERAL", f"@{running.slack.app.name} thanks for the help")

        def told():
            return [item for item in running.slack.workspace.history("C0GENERAL", "U0ANNA") if item.only_for]

        (only,) = await running.until(told)
        assert "Ask why" not in only.message["text"]
        assert running.posts("C0GENERAL") == []


async def test_an_unreachable_cluster_is_a_plain_sentence(tmp_path):
    async with world(tmp_path) as running:
        await running.api.stop()
        await running.slack.acts.command("U0ANNA", "C0GENERAL", POD)
        await running.settled()
        line, *_ = running.posts("C0GENERAL")
        (answer,) = thread_of(running, line)
        assert "cannot reach" in answer.message["text"]
        assert "Traceback" not in answer.message["text"]


async def test_a_namespace_outside_the_allowed_is_refused(tmp_path):
    async with world(tmp_path, allowed_namespaces=("payments",)) as running:
        await running.slack.acts.command("U0ANNA", "C0GENERAL", POD)
        await running.settled()
        assert running.posts("C0GENERAL") == []
        told = running.slack.workspace.history("C0GENERAL", "U0ANNA")
        assert all(one.only_for == "U0ANNA" for one in told)
        # The sign of life comes with the acknowledgement: which of the two Slack shows first is Slack's.
        assert any("ALLOWED_NAMESPACES" in one.message["text"] for one in told)


def alert(pod="api-deployment-7d4b9c6f5-xkp2z", **labels):
    return {
        "status": "firing",
        "labels": {"alertname": "KubePodCrashLooping", "namespace": "production", "pod": pod, **labels},
        "startsAt": "2026-11-22T10:00:00Z",
        "fingerprint": f"f-{pod}",
    }


async def notify(running, *alerts, token=TOKEN, **more):
    body = {"version": "4", "status": "firing", "groupKey": "{}", "alerts": list(alerts), **more}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{running.base}/alertmanager", json=body, headers={"Authorization": f"Bearer {token}"}) as answer,
    ):
        return answer.status, await answer.text()


async def test_alerts_of_one_workload_are_one_incident_with_one_thread(tmp_path):
    async with world(tmp_path) as running:
        pods = [f"api-deployment-7d4b9c6f5-xkp2{letter}" for letter in "bcdfg"]
        assert (await notify(running, *(alert(pod) for pod in pods)))[0] == 202
        assert (await notify(running, *(alert(pod) for pod in pods)))[0] == 202  # the other Alertmanager of a pair
        await running.settled()
        (line,) = [stored for stored in running.posts("C0ALERTS") if not stored.message.get("parent_user_id")][:1]
        assert len(await running.service.store.incidents.recent(9)) == 1
        assert len(thread_of(running, line)) == 1


async def test_an_alert_message_is_answered_in_its_own_thread_and_never_by_a_loop(tmp_path):
    async with world(
        tmp_path, alert_message_channels=("C0ALERTS",), alert_message_senders=("B0ALERTMANA", "B0CRASHLP")
    ) as running:
        message = await running.slack.post_as_app(
            "C0ALERTS",
            "alertmanager",
            "",
            [{"title": "[FIRING:1]", "fields": FIELDS}],
        )  # fmt: skip
        sender = message.message["bot_id"]
        assert sender == "B0ALERTMANA"
        await running.until(lambda: thread_of(running, message))
        await running.settled()
        (answer,) = thread_of(running, message)
        assert len(answer.message["blocks"]) > 1
        assert len(await running.service.store.incidents.recent(9)) == 1


async def test_health_and_metrics_are_served(tmp_path):
    async with world(tmp_path) as running, aiohttp.ClientSession() as session:
        for path, said in (("/livez", "ok"), ("/readyz", "store: ok"), ("/metrics", "crashloop_incidents_open")):
            async with session.get(running.health + path) as answer:
                assert answer.status == 200
                assert said in await answer.text()


async def test_what_a_look_did_is_counted_by_stage_and_its_log_lines_carry_one_run(tmp_path, caplog):
    configure_logging("INFO")
    logging.getLogger().addHandler(caplog.handler)
    async with world(tmp_path) as running, aiohttp.ClientSession() as session:
        running.cluster.faults.add(Fault("forbid", resource="events"))
        await running.slack.acts.command("U0ANNA", "C0GENERAL", POD)
        await running.settled()
        async with session.get(running.health + "/metrics") as answer:
            counted = await answer.text()
    for stage in ("collect", "diagnose", "tell"):
        assert f'crashloop_stage_seconds_count{{stage="{stage}"}} 1.0' in counted
    assert 'crashloop_unread_total{source="Event",why="forbidden"}' in counted
    assert 'crashloop_answers_total{cause="oom-killed",verdict="' in counted
    assert "crashloop_queue_age_seconds 0.0" in counted
    told = [record.msg for record in caplog.records if isinstance(record.msg, dict) and "run" in record.msg]
    assert {entry["event"] for entry in told} >= {"investigation.answered"}
    assert len({(entry["incident"], entry["run"], entry["target"]) for entry in told}) == 1


async def test_an_alert_about_a_pod_that_is_gone_is_answered_about_its_workload_and_says_so(tmp_path):
    async with world(tmp_path) as running:
        labels = {"alertname": "X", "namespace": "production", "pod": "api-deployment-7d4b9c6f5-xkp2z"}
        body = {"version": "4", "alerts": [{"labels": labels, "status": "firing"}]}
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"{running.base}/alertmanager", json=body) as reply,
        ):
            assert reply.status == 202
        await running.settled()
        line, answer = running.posts("C0ALERTS")
        assert "memory" in line.message["text"]
        assert "is gone; this is about its workload" in str(answer.message["blocks"])


@pytest.mark.parametrize(
    ("labels", "channel", "other"),
    [
        ({"team": "payments"}, "C0GENERAL", "C0ALERTS"),
        ({"team": "web"}, "C0ALERTS", "C0GENERAL"),
        ({}, "C0ALERTS", "C0GENERAL"),
    ],
    ids=["its team's", "another team", "no team"],
)
async def test_an_alerts_labels_decide_on_its_channel_before_its_namespace_does(tmp_path, labels, channel, other):
    routes = {"label_routes": {"team:payments": "C0GENERAL"}, "channel_routes": {"production": "C0ALERTS"}}
    async with world(tmp_path, **routes) as running:
        assert (await notify(running, alert(**labels)))[0] == 202
        await running.settled()
        assert running.posts(channel)
        assert running.posts(other) == []


async def test_an_alert_that_names_no_container_finds_the_init_container_that_fails(tmp_path):
    async with world(tmp_path, "init-migration") as running:
        (pod,) = [item for item in running.cluster.store.everything() if item["kind"] == "Pod"]
        fired = alert(pod["metadata"]["name"], alertname="KubePodNotReady", severity="warning")
        assert (await notify(running, fired))[0] == 202
        await running.settled()
        line = running.posts("C0ALERTS")[0]
        (answer,) = thread_of(running, line)
        (incident,) = await running.service.store.incidents.recent(5)
        assert incident.cause == "init-container-failed"
        assert "init-migrate" in line.message["text"]
        assert 'relation \\"users\\" does not exist' in json.dumps(answer.message["blocks"])

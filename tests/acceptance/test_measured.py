"""From an alert to the answer with its picture: recorded samples in a real Prometheus, both stand-ins, the service."""

import io
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
from PIL import Image

from bot.demo.cluster.recordings import load
from tests.support.prometheus import MISSING, PROMETHEUS, PROMTOOL, cadvisor, line, page, recorded
from tests.support.service import TOKEN, world

pytestmark = pytest.mark.skipif(PROMETHEUS is None or PROMTOOL is None, reason=MISSING)

MI = 1024**2
RAN = timedelta(hours=6)


def leaking():
    """The recorded OOM kill, of a program that had run for six hours before it; and its samples, every 30 s."""
    recording = load("oom-python")
    pod = next(item for item in recording.objects if item["kind"] == "Pod")
    status = pod["status"]["containerStatuses"][0]
    for state in ("state", "lastState"):
        if "terminated" in status[state]:
            ended = recording.at - timedelta(seconds=30)
            status[state]["terminated"] |= {
                "startedAt": (ended - RAN).isoformat().replace("+00:00", "Z"),
                "finishedAt": ended.isoformat().replace("+00:00", "Z"),
            }
    pod["metadata"]["creationTimestamp"] = (recording.at - timedelta(days=2)).isoformat().replace("+00:00", "Z")
    at = (recording.at - timedelta(seconds=42)).timestamp()
    labels = cadvisor(
        pod["metadata"]["uid"], "e" * 64,
        namespace=pod["metadata"]["namespace"], pod=pod["metadata"]["name"], container=status["name"],
    )  # fmt: skip
    samples = [
        line("container_memory_working_set_bytes", labels, at - 30 * (700 - n), (30 + 65 * n / 700) * MI)
        for n in range(701)
    ]
    return recording, page(("container_memory_working_set_bytes", "gauge", samples))


async def fire(on, recording):
    labels = {"alertname": "KubePodCrashLooping", "namespace": recording.namespace, "severity": "warning"}
    pod = next(item for item in recording.objects if item["kind"] == "Pod")
    labels["pod"] = pod["metadata"]["name"]
    body = {
        "version": "4", "groupKey": "{}", "status": "firing", "receiver": "r", "groupLabels": {},
        "commonLabels": labels, "commonAnnotations": {}, "externalURL": "http://am",
        "alerts": [{
            "status": "firing", "labels": labels, "annotations": {}, "startsAt": "2026-11-22T12:00:00Z",
            "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "", "fingerprint": "f1",
        }],
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{on.base}/alertmanager", json=body, headers=headers) as reply,
    ):
        assert reply.status == 202


def answer(on):
    """The answer in the thread of the alert's line."""
    found = [stored.message for stored in on.slack.workspace.history("C0ALERTS")]
    lines = [message for message in found if message.get("bot_id")]
    threads = [on.slack.workspace.thread("C0ALERTS", message["ts"]) for message in lines]
    return [stored.message for thread in threads for stored in thread]


async def test_an_alert_is_answered_with_the_curve_below_it(tmp_path):
    recording, samples = leaking()
    async with recorded(tmp_path / "prometheus", samples) as url:
        more = {"prometheus_url": url, "prometheus_pictures": True}
        async with world(tmp_path, recording, **more) as on:
            app = on.slack.workspace.app
            on.slack.workspace.app = replace(app, scopes=(*app.scopes, "files:write"))
            await fire(on, recording)
            message = await on.until(lambda: next((item for item in answer(on) if item.get("files")), None))
            said = str([item.get("blocks") for item in answer(on)])
            file = message["files"][0]
            async with aiohttp.ClientSession() as session, session.get(file["url_private"]) as reply:
                content = await reply.read()
    assert "Its memory grew steadily from 30Mi to 95Mi over 6 h." in said
    assert file["mimetype"] == "image/png"
    assert "from 30Mi to 95Mi, limit 96Mi" in file["alt_txt"]
    assert "701 samples" in file["alt_txt"]
    picture = Image.open(io.BytesIO(content))
    assert picture.size == (1200, 640)
    assert len(content) < 60_000


async def test_without_the_scope_or_the_switch_the_answer_is_the_same_without_a_picture(tmp_path):
    recording, samples = leaking()
    async with recorded(tmp_path / "prometheus", samples) as url:
        for number, pictures in enumerate((True, False)):
            folder = tmp_path / str(number)
            folder.mkdir()
            async with world(folder, recording, prometheus_url=url, prometheus_pictures=pictures) as on:
                await fire(on, recording)
                await on.settled()
                await on.until(lambda on=on: "grew steadily" in str([item.get("blocks") for item in answer(on)]))
                assert not any(item.get("files") for item in answer(on))
            # What was under way has ended with the service.
            asked = [name for name, _ in on.slack.api.calls if name.startswith("files.")]
            assert asked == (["files.getUploadURLExternal"] if pictures else [])
            assert not any(item.get("files") for item in answer(on))


async def test_without_prometheus_the_answer_says_so_and_is_there_all_the_same(tmp_path):
    recording, _ = leaking()
    async with world(tmp_path, recording, prometheus_url="http://127.0.0.1:9", prometheus_pictures=True) as on:
        await fire(on, recording)
        await on.settled()
        said = str([item.get("blocks") for item in answer(on)])
    assert "Out of memory" in said
    assert "Could not read Prometheus" in said
    assert "it does not answer: connection refused" in said
    assert "grew" not in said

"""What size does to the service: ``make bench`` prints every row beside its aim. Nothing is asserted.

A real ``crashloop serve`` in a process of its own answers alerts about a large namespace, hostile lines and a storm; a
probe in another process asks for ``/livez`` all the while. A shared machine drifts: read the ratios. Verdicts wait for
Slack's pace, a message a second and channel: what the service itself takes are the rows of reading and processor time.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from bot.demo.cluster.recordings import load
from tests.acceptance.fleet import Fleet
from tests.acceptance.rig import TOKEN, alert, rig
from tests.support import heavy
from tests.support.crowd import FAILING, NAMESPACE, Crowd
from tests.support.crowd import STORM as STORM_OF_ONE

if TYPE_CHECKING:
    from bot.demo.cluster import Cluster

SMALL, LARGE = (10, 40), (5000, 20_000)
"""Pods and events of the two namespaces."""
STORM = (40, 120)
"""Workloads and pods of the storm."""
WITHIN_S = 120.0

PROBE = """
import http.client, sys, threading, time
port, worst, late = int(sys.argv[1]), 0.0, 0.0

done = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), done.set()), daemon=True).start()
while not done.is_set():
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/livez")
    connection.getresponse().read()
    connection.close()
    ended = time.perf_counter()
    worst = max(worst, ended - began)
    time.sleep(0.01)
    late = max(late, time.perf_counter() - ended - 0.01)
print(worst * 1000, late * 1000)
"""


def row(what: str, value: float, unit: str, aim: str = "") -> None:
    sys.stdout.write(f"{what:<62} {value:9.1f} {unit:<4} {aim:>8}\n")
    sys.stdout.flush()


@asynccontextmanager
async def probing(bot, found: list[float]):
    """Ask for ``/livez`` all the while; ``found`` gets the longest answer in milliseconds.

    How late the probe itself woke up is printed: so much is the machine's.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROBE, str(bot.port), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield
    finally:
        said, _ = await process.communicate(b"")
        worst, late = map(float, said.split())
        found.append(worst)
        row("(the probe itself was late by up to)", late, "ms")


@asynccontextmanager
async def serving(cluster: Cluster, **settings: str):
    with tempfile.TemporaryDirectory(prefix="crashloop-bench-") as folder:
        async with rig(Path(folder), cluster) as on:
            bot = await on.bot("bot", WATCH_EVERY_S="600", **settings)
            await bot.ready()
            yield on, bot


async def notified(bot, pods) -> None:
    alerts = [alert(*pod) | {"status": "firing", "startsAt": "2026-11-22T10:00:00Z"} for pod in pods]
    body = {"version": "4", "groupKey": str(pods), "status": "firing", "alerts": alerts}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(headers=headers) as session, session.post(bot.url, json=body) as reply:
        assert reply.status == 202, await reply.text()


async def answered(on, bot, pods) -> float:
    """Return the seconds from the alerts until all of them are answered in Slack."""
    before, began = done(on), time.monotonic()
    await notified(bot, pods)
    while done(on) < before + len(pods):
        if time.monotonic() - began > WITHIN_S:
            raise RuntimeError("no answer")
        bot.measure()
        await asyncio.sleep(0.01)
    return time.monotonic() - began


def read_ms(bot) -> list[int]:
    """Return how long reading took for each answer so far, in order: without the wait for Slack's pace."""
    lines = bot.output.read_text().splitlines()
    return [json.loads(line)["took_ms"] for line in lines if '"investigation.answered"' in line]


async def settled(bot) -> None:
    """Wait until what the service asks at its start, about its own rights, is asked: no alert costs that."""
    for _ in range(int(WITHIN_S)):
        if '"doctor.checked"' in bot.output.read_text():
            return
        await asyncio.sleep(1)


def put_off(bot) -> int:
    """Return how many readings came to no end within their time, and were begun again later."""
    return bot.output.read_text().count('"investigation.put_off"')


def done(on) -> int:
    """How many alerts have their verdict."""
    (path,) = (on.folder / "data-bot").glob("*.db")
    with closing(sqlite3.connect(path)) as store:
        return store.execute("SELECT count(*) FROM incidents WHERE origin = 'alert' AND state = 'answered'").fetchone()[
            0
        ]


async def crowded(pods: int, events: int, alone: float = 0.0) -> float:
    crowd = Crowd(pods, events)
    crowd.warm()
    what, live = f"{pods:,} pods, {events:,} events", []
    async with serving(crowd.cluster) as (on, bot):
        bot.measure()
        row(f"{what}: memory before any alert", bot.peak_kib / 1024, "MiB")
        first, *others = [(NAMESPACE, pod) for pod in crowd.failing]
        async with probing(bot, live):
            await answered(on, bot, [first])
            began, before = len(crowd.seen), bot.cpu_s()
            took = await answered(on, bot, others[:1])
            used = bot.cpu_s() - before
            row(f"{what}: one alert", took * 1000, "ms")
            row(f"{what}: processor time of it", used * 1000, "ms")
            row(f"{what}: requests of it", len(crowd.seen) - began, "")
        if alone:
            row(f"{what}: ratio of processor time to ten pods", used / alone, "", "2")
    async with serving(crowd.cluster) as (on, bot):
        began = len(crowd.seen)
        async with probing(bot, live):
            together = await answered(on, bot, [first, *others])
        row(f"{what}: {len(FAILING)} alerts at once, at Slack's pace", together * 1000, "ms")
        row(f"{what}: longest reading of these", max(read_ms(bot)), "ms")
        row(f"{what}: API reads per alert of these", (len(crowd.seen) - began) / len(FAILING), "")
        row(f"{what}: peak memory", bot.peak_kib / 1024, "MiB", "200")
        row(f"{what}: longest /livez", max(live), "ms", "200")
    return used


async def hostile() -> None:
    """One pod for each hostile line: a line of 256 KiB, then one of 64 MiB."""
    fleet = Fleet(len(heavy.HOSTILE) + 1, len(heavy.HOSTILE) + 1)
    lines = [*map(heavy.hostile, heavy.HOSTILE.values()), "token: " * (64 * 1024 * 1024 // 7)]
    containers = [status["name"] for obj in load("oom-python").objects if obj["kind"] == "Pod"
                  for status in obj["status"]["containerStatuses"]]  # fmt: skip
    for (namespace, pod), line in zip(fleet.pods, lines, strict=True):
        for instance in ("current", "previous"):
            text = f"2026-11-22T03:11:00Z {line}\n".encode()
            fleet.cluster.logs.put(namespace, pod, containers[0], instance, text)
    live: list[float] = []
    async with serving(fleet.cluster) as (on, bot):
        await answered(on, bot, fleet.pods[:1])
        async with probing(bot, live):
            took = [await answered(on, bot, [pod]) for pod in fleet.pods[1:-1]]
        row("a 256 KiB hostile line: longest reading", max(read_ms(bot)[1:]), "ms", "1000")
        row("a 256 KiB hostile line: longest verdict, at Slack's pace", max(took) * 1000, "ms")
        row("a 256 KiB hostile line: longest /livez", live[-1], "ms", "200")
        async with probing(bot, live):
            before, began = bot.cpu_s(), time.process_time()
            row("a 64 MiB line, twice: verdict, at Slack's pace", await answered(on, bot, fleet.pods[-1:]) * 1000, "ms")
            row("a 64 MiB line, twice: reading", read_ms(bot)[-1], "ms")
            row("a 64 MiB line, twice: processor time of the service", (bot.cpu_s() - before) * 1000, "ms", "1000")
            row("(processor time of the stand-in that sends it)", (time.process_time() - began) * 1000, "ms")
        row("a 64 MiB line: longest /livez", live[-1], "ms", "200")
        row("hostile lines: peak memory", bot.peak_kib / 1024, "MiB")


async def storm() -> None:
    fleet = Fleet(*STORM)
    live: list[float] = []
    async with serving(fleet.cluster) as (on, bot):
        await settled(bot)
        before = fleet.requests
        async with probing(bot, live):
            took = await _stormed(on, bot, fleet)
        row(f"storm of {STORM[1]} alerts, {STORM[0]} workloads: all answered", took, "s")
        row("storm, a namespace each: API reads per alert", (fleet.requests - before) / STORM[1], "", "8")
        row("storm: longest /livez", live[-1], "ms", "200")
        row("storm: peak memory", bot.peak_kib / 1024, "MiB")
    crowd = Crowd(200, 800, STORM_OF_ONE)
    crowd.warm()
    async with serving(crowd.cluster) as (on, bot):
        await settled(bot)
        before = len(crowd.seen)
        await answered(on, bot, [(NAMESPACE, pod) for pod in crowd.failing])
        what, alerts = f"{len(STORM_OF_ONE)} alerts of one namespace", len(crowd.failing)
        row(f"{what}: API reads per alert", (len(crowd.seen) - before) / alerts, "", "8")
        row(f"{what}: put off for the stand-in's slowness, and read again", put_off(bot), "")


async def _stormed(on, bot, fleet) -> float:
    began = time.monotonic()
    for start in range(0, len(fleet.pods), 10):
        await notified(bot, fleet.pods[start : start + 10])
    while done(on) < STORM[0] and time.monotonic() - began < WITHIN_S:
        bot.measure()
        await asyncio.sleep(0.02)
    return time.monotonic() - began


async def run(parts: list[str]) -> None:
    if not parts or "hostile" in parts:
        await hostile()
    if not parts or "crowd" in parts:
        alone = await crowded(*SMALL)
        await crowded(*LARGE, alone)
    if not parts or "storm" in parts:
        await storm()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1:]))

"""What size does to the service: ``make bench`` prints every row beside its aim. Nothing is asserted.

A real ``crashloop serve`` in a process of its own answers alerts about a large namespace, hostile lines and a storm; a
probe in another process asks for ``/livez`` all the while. A shared machine drifts: read the ratios.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import time
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp

from bot.demo.cluster import Cluster
from bot.demo.cluster.recordings import load
from tests.acceptance.fleet import Fleet
from tests.acceptance.rig import TOKEN, alert, reachable, rig
from tests.support import heavy
from tests.support.crowd import FAILING, NAMESPACE, Crowd

SMALL, LARGE = (10, 40), (5000, 20_000)
"""Pods and events of the two namespaces."""
STORM = (40, 120)
"""Workloads and pods of the storm."""
WITHIN_S = 120.0

PROBE = """
import http.client, sys, threading, time
port, worst, asked = int(sys.argv[1]), 0.0, 0

done = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), done.set()), daemon=True).start()
while not done.is_set():
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/livez")
    connection.getresponse().read()
    connection.close()
    worst, asked = max(worst, time.perf_counter() - began), asked + 1
    time.sleep(0.01)
print(worst * 1000)
"""


def row(what: str, value: float, unit: str, aim: str = "") -> None:
    sys.stdout.write(f"{what:<62} {value:9.1f} {unit:<4} {aim:>8}\n")
    sys.stdout.flush()


@asynccontextmanager
async def probing(bot, found: list[float]):
    """Ask for ``/livez`` all the while; ``found`` gets the longest answer in milliseconds."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROBE, str(bot.port), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield
    finally:
        said, _ = await process.communicate(b"")
        found.append(float(said))


@asynccontextmanager
async def serving(cluster: Cluster, **settings: str):
    with tempfile.TemporaryDirectory(prefix="crashloop-bench-") as folder:
        async with rig(Path(folder), cluster) as on:
            bot = await on.bot("bot", WATCH_EVERY_S="600", **settings)
            await reachable(f"http://127.0.0.1:{bot.port}/readyz")
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


def done(on) -> int:
    """How many alerts have their verdict."""
    (path,) = (on.folder / "data-bot").glob("*.db")
    with closing(sqlite3.connect(path)) as store:
        return store.execute("SELECT count(*) FROM incidents WHERE origin = 'alert' AND state = 'answered'").fetchone()[0]


async def crowded(pods: int, events: int, alone: float = 0.0) -> float:
    crowd = Crowd(pods, events)
    what, live = f"{pods:,} pods, {events:,} events", []
    async with serving(crowd.cluster) as (on, bot):
        bot.measure()
        row(f"{what}: memory before any alert", bot.peak_kib / 1024, "MiB")
        first, *others = [(NAMESPACE, pod) for pod in crowd.failing]
        async with probing(bot, live):
            await answered(on, bot, [first])
            began = len(crowd.seen)
            took = await answered(on, bot, others[:1])
            row(f"{what}: one alert", took * 1000, "ms", "")
            row(f"{what}: requests of it", len(crowd.seen) - began, "")
        if alone:
            row(f"{what}: ratio to ten pods", took / alone, "", "2")
    async with serving(crowd.cluster) as (on, bot):
        async with probing(bot, live):
            together = await answered(on, bot, [first, *others])
        row(f"{what}: {len(FAILING)} alerts at once", together * 1000, "ms")
        row(f"{what}: peak memory", bot.peak_kib / 1024, "MiB", "200")
        row(f"{what}: longest /livez", max(live), "ms", "200")
    return took


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
        row("a 256 KiB hostile line: longest verdict", max(took) * 1000, "ms")
        row("a 256 KiB hostile line: longest /livez", live[-1], "ms", "200")
        async with probing(bot, live):
            row("a 64 MiB line: verdict", await answered(on, bot, fleet.pods[-1:]) * 1000, "ms", "1000")
        row("a 64 MiB line: longest /livez", live[-1], "ms", "200")
        row("hostile lines: peak memory", bot.peak_kib / 1024, "MiB")


async def storm() -> None:
    fleet = Fleet(*STORM)
    live: list[float] = []
    async with serving(fleet.cluster) as (on, bot):
        before = fleet.requests
        async with probing(bot, live):
            took = await _stormed(on, bot, fleet)
        row(f"storm of {STORM[1]} alerts, {STORM[0]} workloads: all answered", took, "s")
        row("storm, a namespace each: API reads per workload", (fleet.requests - before) / STORM[0], "", "8")
        row("storm: longest /livez", live[-1], "ms", "200")
        row("storm: peak memory", bot.peak_kib / 1024, "MiB")
    crowd = Crowd(200, 800)
    async with serving(crowd.cluster) as (on, bot):
        await answered(on, bot, [(NAMESPACE, pod) for pod in crowd.failing])
        row("four alerts of one namespace: API reads per workload", len(crowd.seen) / len(crowd.failing), "", "8")


async def _stormed(on, bot, fleet) -> float:
    began = time.monotonic()
    await notified(bot, fleet.pods)
    while done(on) < STORM[0] and time.monotonic() - began < WITHIN_S:
        bot.measure()
        await asyncio.sleep(0.02)
    return time.monotonic() - began


async def run() -> None:
    await hostile()
    alone = await crowded(*SMALL)
    await crowded(*LARGE, alone)
    await storm()


if __name__ == "__main__":
    asyncio.run(run())

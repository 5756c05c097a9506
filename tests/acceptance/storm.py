"""The acceptance run: ``make acceptance``. Real processes, a real PostgreSQL, twenty kills, and the figures.

1,000 alerts over 300 pods of 40 workloads within a minute, at two replicas, each killed with SIGKILL ten times at
random moments. Afterwards there must be exactly one answer for every incident, nothing twice, and nothing lost.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
import asyncpg

from tests.acceptance.fleet import Fleet
from tests.acceptance.rig import TOKEN, Rig, alert, reachable, rig
from tests.support.postgres import fresh_database

ALERTS, PODS, WORKLOADS, WINDOW_S, KILLS, REPLICAS = 1000, 300, 40, 60.0, 20, 2
BATCH = 10
LATEST_S = 240.0
NAMES = ("KubePodCrashLooping", "KubePodNotReady", "KubeContainerWaiting", "CrashloopRestarts")


class Intake:
    """Posts notifications as Alertmanager does: what is not taken (5xx, no connection) is tried again."""

    def __init__(self, bots) -> None:
        self.bots = bots
        self.took_s: list[float] = []
        self.again = 0

    async def send(self, session, alerts, number: int) -> None:
        body = {"version": "4", "groupKey": str(number), "status": "firing", "alerts": alerts}
        for attempt in range(200):
            began = time.monotonic()
            try:
                async with session.post(self.bots[(number + attempt) % len(self.bots)].url, json=body) as reply:
                    if reply.status == 202:
                        self.took_s.append(time.monotonic() - began)
                        return
                    assert reply.status == 503, await reply.text()
            except (aiohttp.ClientError, TimeoutError):
                pass
            self.again += 1
            await asyncio.sleep(0.25)
        raise AssertionError("a notification was never taken")


def notifications(fleet: Fleet, chance: random.Random) -> list[list[dict]]:
    firing = [
        alert(*pod, name) | {"status": "firing", "startsAt": "2026-11-22T10:00:00Z"}
        for name in NAMES
        for pod in fleet.pods
    ][:ALERTS]
    chance.shuffle(firing)
    return [firing[start : start + BATCH] for start in range(0, len(firing), BATCH)]


async def killing(bots, chance: random.Random, window_s: float, kills: int) -> None:
    for number in range(kills):
        await asyncio.sleep(chance.uniform(0.5, 1.5) * window_s / kills)
        bot = bots[number % len(bots)]
        await bot.end()
        await bot.start()


async def settled(database: str) -> tuple[int, int]:
    """How many incidents of alerts there are, and how many of them wait."""
    connection = await asyncpg.connect(database)
    try:
        row = await connection.fetchrow(
            "SELECT count(*) AS every, count(*) FILTER (WHERE state <> 'answered') AS waiting FROM incidents "
            "WHERE origin = 'alert'"
        )
        return row["every"], row["waiting"]
    finally:
        await connection.close()


async def run(folder: Path, database: str, seed: int) -> int:
    chance = random.Random(seed)  # noqa: S311 — chance, not secrecy
    fleet = Fleet(WORKLOADS, PODS)
    async with (
        rig(folder, fleet.cluster) as on,
        aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {TOKEN}"}, timeout=aiohttp.ClientTimeout(total=5)
        ) as session,
    ):
        # Looks beyond the first answer are put off, so that the requests counted are those of the answers.
        bots = [await on.bot(f"bot-{number}", DATABASE_URL=database, WATCH_EVERY_S="600") for number in range(REPLICAS)]
        for bot in bots:
            await reachable(f"http://127.0.0.1:{bot.port}/readyz")
        intake = Intake(bots)
        began = time.monotonic()
        kills = asyncio.create_task(killing(bots, chance, WINDOW_S, KILLS))
        measuring = asyncio.create_task(measured(bots))
        batches = notifications(fleet, chance)
        async with asyncio.TaskGroup() as sending:
            for number, alerts in enumerate(batches):
                sending.create_task(intake.send(session, alerts, number))
                await asyncio.sleep(WINDOW_S / len(batches) * 0.95)
        sent = time.monotonic()
        await kills
        every, waiting = await settled(database)
        while waiting and time.monotonic() - began < LATEST_S:
            await asyncio.sleep(0.5)
            every, waiting = await settled(database)
        answered = time.monotonic()
        await asyncio.sleep(4)  # the digest's last edit
        measuring.cancel()
        figures = {
            "alerts": f"{ALERTS} in {sent - began:.0f} s, over {len(fleet.pods)} pods of {WORKLOADS} workloads",
            "kills": f"{KILLS} x SIGKILL over {REPLICAS} replicas, seed {seed}",
            "notifications sent again": intake.again,
            "intake p50 / p99": f"{percentile(intake.took_s, 50) * 1000:.0f} / "
            f"{percentile(intake.took_s, 99) * 1000:.0f} ms",
            "from the last alert to the last verdict": f"{max(answered - sent, 0):.1f} s",
            "peak memory of a replica": f"{max(bot.peak_kib for bot in bots) / 1024:.0f} MiB",
            "API requests per incident": f"{fleet.requests / WORKLOADS:.1f}",
            "messages per incident": f"{len(on.own()) / WORKLOADS:.2f} posted, "
            f"{on.calls['changed'] / WORKLOADS:.2f} edits",
        }
        for name, value in figures.items():
            sys.stdout.write(f"{name:42} {value}\n")
        return verdict(on, every, waiting)


async def measured(bots) -> None:
    while True:
        for bot in bots:
            bot.measure()
        await asyncio.sleep(0.2)


def verdict(on: Rig, every: int, waiting: int) -> int:
    answers = on.answers()
    wrong = {
        "incidents, not one for each workload": every if every != WORKLOADS else 0,
        "unanswered": waiting,
        "without an answer in Slack": WORKLOADS - len(answers),
        "answered more than once": sum(len(found) > 1 for found in answers.values()),
        "messages that stand twice": len(on.doubled()),
    }
    for name, count in wrong.items():
        sys.stdout.write(f"{name:42} {count}\n")
    return 1 if any(wrong.values()) else 0


def percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


def main() -> int:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory(prefix="crashloop-acceptance-") as folder, fresh_database() as database:
        return asyncio.run(run(Path(folder), database, seed))


if __name__ == "__main__":
    sys.exit(main())

"""The acceptance run: ``make acceptance``. Real processes, a real PostgreSQL, twenty kills, and the figures.

1,000 alerts over 300 pods of 40 workloads are sent within a minute to two replicas, the first 600 as two groups of 300.
Each replica is killed with SIGKILL ten times: once while it takes its group, seven times while it works, twice while it
starts. From the first alert it takes ``LATEST_S`` and ``QUIET_S`` at most; what is not done by then counts as lost. The
seed chooses the moments.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.acceptance.answers import answers
from tests.acceptance.fleet import CAUSE, Fleet
from tests.acceptance.rig import Rig, alert, rig
from tests.acceptance.sender import Sender
from tests.acceptance.tally import Kept, in_slack, in_store, kept
from tests.support.postgres import fresh_database

ALERTS, PODS, WORKLOADS, WINDOW_S, KILLS, REPLICAS = 1000, 300, 40, 60.0, 20, 2
BATCHES = (300, 300, *(10,) * 40)
"""How many alerts a notification holds. The first two go to one replica each."""
TAKING_S = 0.1
"""A group of 300 takes two to three times as long on two quiet cores: within it, its replica is killed."""
LATEST_S = 600.0
"""When everything must be done: two cores that a dozen other processes used took 336 and 413 s."""

LIFE, LONGEST_LIFE_S = 2.0, 12.0
"""The longest that a ready replica works before it is killed, in times of its last start: so it comes to work on a slow
machine, too."""

QUIET_S = 35.0
"""How long is watched afterwards: every incident is checked again after 30 s, and must not be answered again."""

PROGRESS_S = 5.0
NAMES = ("KubePodCrashLooping", "KubePodNotReady", "KubeContainerWaiting", "CrashloopRestarts")


class Killer:
    """Kills one replica again and again. ``start_s`` is how long its first start took.

    ``busy`` says whether anything is under way, ``sender`` what is being taken.
    """

    def __init__(self, bot, chance: random.Random, busy, start_s: float, sender: Sender) -> None:
        self.bot, self.chance, self.busy, self.start_s, self.sender = bot, chance, busy, start_s, sender
        self.killed = self.while_busy = self.in_groups = 0

    async def run(self, kills: int) -> None:
        for number in range(kills):
            await self._moment(number)
            self.while_busy += self.busy()
            self.in_groups += self.sender.sending(self.bot.url) >= BATCHES[0]
            await self.bot.end()
            self.killed += 1
            await self.bot.start()
        await self.bot.ready(LATEST_S)

    async def _moment(self, number: int) -> None:
        """Wait until it is time for the kill of that number: the first while it takes its group."""
        if number == 0:
            await self.sender.began(self.bot.url)
            await asyncio.sleep(self.chance.uniform(0, TAKING_S))
        elif number % 5 == 4:
            await asyncio.sleep(self.chance.uniform(0, self.start_s))
        else:
            began = time.monotonic()
            await self.bot.ready(LATEST_S)
            self.start_s = time.monotonic() - began
            await asyncio.sleep(self.chance.uniform(0, min(LIFE * self.start_s, LONGEST_LIFE_S)))


class Storm:
    """One run: its parts, and how far it is."""

    def __init__(self, on: Rig, fleet: Fleet, bots, database: str, chance: random.Random, start_s: float) -> None:
        self.on, self.fleet, self.bots, self.database = on, fleet, bots, database
        self.fired = fired(fleet, chance)
        self.sender = Sender([bot.url for bot in bots], chance)
        self.killers = [
            Killer(bot, random.Random(chance.random()), self.busy, start_s, self.sender)  # noqa: S311 — as below
            for bot in bots
        ]
        self.kept = Kept()
        self.began = time.monotonic()

    @property
    def killed(self) -> int:
        return sum(killer.killed for killer in self.killers)

    def busy(self) -> bool:
        return self.sender.taken < ALERTS or not self.answered()

    def answered(self) -> bool:
        """Whether nothing is waited for any more, as the store says and as Slack shows."""
        in_order = (self.kept.incidents, self.kept.waiting) == (WORKLOADS, 0)
        return in_order and not any(in_slack(self.on.own(), self.fleet.workloads, CAUSE).values())

    async def run(self) -> None:
        watching = [asyncio.create_task(work()) for work in (self._look, self._tell)]
        try:
            async with asyncio.timeout(LATEST_S):
                await asyncio.gather(self._send(), *(killer.run(KILLS // REPLICAS) for killer in self.killers))
                while not self.answered():  # noqa: ASYNC110 — looks from outside, as a person does
                    await asyncio.sleep(0.5)
            await asyncio.sleep(QUIET_S)
        except TimeoutError:
            say(f"not everything was done within {LATEST_S:.0f} s")
        finally:
            for task in watching:
                task.cancel()
            ended = await asyncio.gather(*watching, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error
        self.kept = await kept(self.database)

    async def _send(self) -> None:
        left = iter(self.fired)
        batches = [list(itertools.islice(left, size)) for size in BATCHES]
        async with asyncio.TaskGroup() as sending:
            for number, alerts in enumerate(batches):
                sending.create_task(self.sender.send(alerts, number))
                await asyncio.sleep(WINDOW_S / len(batches) * 0.95)

    async def _look(self) -> None:
        while True:
            for bot in self.bots:
                bot.measure()
            self.kept = await kept(self.database)
            await asyncio.sleep(0.5)

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(PROGRESS_S)
            say(
                f"{time.monotonic() - self.began:4.0f} s: {self.sender.taken} of {ALERTS} alerts taken, "
                f"{self.killed} of {KILLS} kills, {len(answers(self.on.own()))} of {WORKLOADS} workloads answered"
            )

    def figures(self, seed: int) -> dict[str, str]:
        own, took_s = self.on.own(), sorted(self.sender.took_s)
        last = max((float(message["ts"]) for found in answers(own).values() for message in found), default=0.0)
        while_busy = sum(killer.while_busy for killer in self.killers)
        in_groups = sum(killer.in_groups for killer in self.killers)
        return {
            "alerts": f"{ALERTS} over {PODS} pods of {WORKLOADS} workloads, sent within {WINDOW_S:.0f} s "
            f"in {len(BATCHES)} notifications, the largest of {BATCHES[0]}",
            "kills": f"{self.killed} x SIGKILL over {REPLICAS} replicas, {while_busy} with work under way, "
            f"{in_groups} amid a group of {BATCHES[0]}; seed {seed}",
            "attempts that were not taken": str(self.sender.again),
            "intake p50 / p99": f"{percentile(took_s, 50) * 1000:.0f} / {percentile(took_s, 99) * 1000:.0f} ms",
            "from the last alert taken to the last answer": f"{max(last - self.sender.last_taken_at, 0):.1f} s",
            "peak memory of a replica": f"{max(bot.peak_kib for bot in self.bots) / 1024:.0f} MiB",
            "API requests per incident": f"{self.fleet.requests / WORKLOADS:.1f}, checks and what a kill cut short too",
            "messages per incident": f"{len(own) / WORKLOADS:.2f} posted, "
            f"{self.on.calls['changed'] / WORKLOADS:.2f} edits",
            "took": f"{time.monotonic() - self.began:.0f} s",
        }

    def verdict(self) -> dict[str, int]:
        """What is wrong: each count must be 0."""
        return {
            "kills that were not made": KILLS - self.killed,
            "alerts that were never taken": ALERTS - self.sender.taken,
            "answers to them other than 202 and 503": sum(
                count for status, count in self.sender.statuses.items() if status not in {202, 503}
            ),
            **in_store(self.kept, self.fired, self.fleet.workloads),
            **in_slack(self.on.own(), self.fleet.workloads, CAUSE),
            "errors in the replicas' logs": sum(bot.said().count('"level": "error"') for bot in self.bots),
        }


def fired(fleet: Fleet, chance: random.Random) -> list[dict]:
    firing = [
        alert(*pod, name) | {"status": "firing", "startsAt": "2026-11-22T10:00:00Z"}
        for name in NAMES
        for pod in fleet.pods
    ][:ALERTS]
    chance.shuffle(firing)
    return firing


async def run(folder: Path, database: str, seed: int) -> int:
    chance = random.Random(seed)  # noqa: S311 — chance, not secrecy
    fleet = Fleet(WORKLOADS, PODS)
    async with rig(folder, fleet.cluster) as on:
        # What is read late is unread, and the answer another one: how fast this machine is, is not what is asked here.
        bots = [
            await on.bot(f"bot-{number}", DATABASE_URL=database, COLLECT_DEADLINE_S="25") for number in range(REPLICAS)
        ]
        began = time.monotonic()
        for bot in bots:
            await bot.ready()
        start_s = time.monotonic() - began
        say(f"{REPLICAS} replicas are ready after {start_s:.1f} s; the storm is over within {LATEST_S:.0f} s")
        storm = Storm(on, fleet, bots, database, chance, start_s)
        await storm.run()
        for name, value in storm.figures(seed).items():
            say(f"{name:46} {value}")
        wrong = storm.verdict()
        for name, count in wrong.items():
            say(f"{name:46} {count}")
        return 1 if any(wrong.values()) else 0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def percentile(ordered: list[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


def main() -> int:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory(prefix="crashloop-acceptance-") as folder, fresh_database() as database:
        try:
            return asyncio.run(run(Path(folder), database, seed))
        except KeyboardInterrupt:
            say("interrupted: nothing is shown")
            return 130


if __name__ == "__main__":
    sys.exit(main())

"""Runs the watch: a feed for each namespace (or one for all) into the ledger, and what is due into the alert intake.

The intake is that of Alertmanager's webhook, so that all of it holds here too: what is taken in stands in the store
before it counts as told, a report that two replicas make is one incident (the same fold key), and so is one that an
alert has made already. Nothing else is shared between replicas, and none waits for another to die.
"""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from bot.alerts.model import Alert, Reading, Target
from bot.cluster.errors import ClusterError
from bot.cluster.pod_feed import Expired, PodFeed
from bot.incidents.alert_intake import Place
from bot.model.errors import BotError
from bot.model.incident import Origin
from bot.watch.ledger import Ledger
from bot.watch.pods import seconds, watched
from diagnostics import fields
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.cluster.connection import Connection
    from bot.cluster.reads import Reads
    from bot.incidents.alert_intake import AlertIntake
    from bot.ops.metrics import Metrics
    from bot.settings import Settings
    from bot.watch.ledger import Report
    from bot.watch.pods import WatchedPod
    from diagnostics.snapshot import Object

_log = structlog.get_logger(__name__)

EVERY_S = 5.0
"""How often the ledger is asked what is due: what it waits for takes minutes."""

BACK_OFF_S = (1.0, 60.0)
"""The first and the longest pause before a lost watch is begun anew; it doubles, and half of it is left to chance, so
that the replicas of many bots do not list all at once when an API server is back."""

SETTLED_S = 120.0
"""How long a watch must have lasted for its failures to be forgotten (client-go's reflector: two minutes)."""

SHORT_S = 1.0
"""A watch that the server ends sooner counts as a failure (client-go: "very short watch")."""

SILENT_S = 600.0
"""How long nothing may be heard until the service says that it is not ready: the watch ends every four minutes."""

READ_S = 8.0
"""Seconds for one read besides the pods."""

REJECTIONS_EVERY_S = 60.0
"""How often Deployments are asked whether their pods are rejected: then there is no pod that could be watched."""

AT_ONCE = 200
"""Reports that are taken in together: a storm's rest follows at once."""


class Watcher:
    """Watches what the settings allow. ``reader`` keeps an object's conditions; ``clock`` gives the epoch's seconds."""

    def __init__(
        self,
        *,
        connection: Connection,
        reader: Reads,
        alerts: AlertIntake,
        metrics: Metrics,
        settings: Settings,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._cluster = next(iter(settings.cluster_name), "")
        self._reader = reader
        self._alerts = alerts
        self._metrics = metrics
        self._clock = clock
        self._chance = chance
        self._place = Place(origin=Origin.ALERT, channel_for=settings.channel_for)
        self._namespaces: Sequence[str] = settings.allowed_namespaces or ("",)
        self.ledger = Ledger(settings.watch_hold_s)
        self.feeds = [_Feed(PodFeed(connection, namespace, watched), self) for namespace in self._namespaces]
        self._rejections_at = 0.0

    @property
    def now(self) -> float:
        """The time by the cluster's clock, as far as its last list told it."""
        return self._clock() + max((feed.ahead_s for feed in self.feeds), key=abs, default=0.0)

    async def follow(self) -> None:
        """Follow all feeds until cancelled."""
        async with asyncio.TaskGroup() as group:
            for feed in self.feeds:
                group.create_task(self._follow(feed), name=f"pod-watch-{feed.namespace or 'all'}")

    async def _follow(self, feed: _Feed) -> None:
        failed, loop = 0, asyncio.get_running_loop()
        while True:
            began_at = loop.time()
            why = await feed.once()
            lasted_s = loop.time() - began_at
            if why is not None:
                _log.log(*_level(why), "pod_watch.lost", namespace=feed.namespace, why=str(why), tries=failed)
            if lasted_s >= SETTLED_S or (why is None and lasted_s >= SHORT_S):
                failed = 0
            else:
                failed += 1
                await asyncio.sleep(self.pause_s(failed))

    def pause_s(self, failed: int) -> float:
        """Return how long to wait after so many failures in a row."""
        first, longest = BACK_OFF_S
        whole: float = min(longest, first * 2 ** min(failed - 1, 10))
        return whole / 2 + whole / 2 * self._chance()

    async def step(self) -> bool:
        """Take in what is due. False: nothing was. ``Temporary`` when it cannot be kept now: it stays due."""
        now = self.now
        self._count()
        await self._look_at_jobs(now)
        if now - self._rejections_at >= REJECTIONS_EVERY_S:
            self._rejections_at = now
            await self._look_for_rejections(now)
        if not all(feed.listed for feed in self.feeds):
            # Of what is not wholly known, nothing is told to be over.
            due = [report for report in self.ledger.due(now) if report.firing]
        else:
            due = self.ledger.due(now)
        if not due:
            return False
        some = due[:AT_ONCE]
        await self._alerts.take(Reading(alerts=tuple(map(_alert, some))), self._place)
        for report in some:
            self.ledger.told(report, now)
        return True

    async def check(self) -> None:
        """Raise ``BotError`` where a feed has heard nothing for long."""
        for feed in self.feeds:
            silent_s = self._clock() - feed.alive_at
            if silent_s > SILENT_S:
                where = f" in namespace {feed.namespace}" if feed.namespace else ""
                raise BotError(f"pods{where} have not been heard of for {silent_s:.0f} s{feed.because}")

    def _count(self) -> None:
        self._metrics.note_watch(
            self._cluster,
            connected=all(feed.connected for feed in self.feeds),
            silent_s=max(self._clock() - feed.alive_at for feed in self.feeds),
            pods=len(self.ledger),
        )

    async def _look_at_jobs(self, now: float) -> None:
        for namespace, name in self.ledger.jobs_due(now):
            answer = await self._reader.read(Lead(kind="Job", namespace=namespace, name=name), READ_S)
            if answer.absent:
                self.ledger.job_over(namespace, name)
            for job in answer.objects:
                failed, complete = _condition(job, "Failed"), _condition(job, "Complete")
                if failed:
                    self.ledger.job_failed(namespace, name, fields.uid(job), failed, now)
                elif complete:
                    self.ledger.job_over(namespace, name)

    async def _look_for_rejections(self, now: float) -> None:
        found: dict[tuple[str, str, str, str], float] = {}
        for namespace in self._namespaces:
            answer = await self._reader.read(Lead(kind="Deployment", namespace=namespace), READ_S)
            if answer.why:
                return
            for item in answer.objects:
                if since := _condition(item, "ReplicaFailure"):
                    found["Deployment", fields.namespace(item), fields.name(item), fields.uid(item)] = since
        self.ledger.rejections(found, now)


class _Feed:
    """One namespace's feed, and how it stands. It passes what it hears on to the ledger."""

    def __init__(self, feed: PodFeed[WatchedPod], watcher: Watcher) -> None:
        self._feed = feed
        self._watcher = watcher
        self._clock = watcher._clock  # noqa: SLF001 — a part of it
        self._untold: set[str] | None = None
        self.alive_at = self._clock()
        self.ahead_s = 0.0
        self.listed = False
        self.connected = False
        self.because = ""

    @property
    def namespace(self) -> str:
        return self._feed.namespace

    @property
    def version(self) -> str:
        """Up to which version of the cluster it has heard."""
        return self._feed.version

    async def once(self) -> ClusterError | None:
        """Follow until the watch ends; return what ended it before its time."""
        try:
            await self._feed.follow(self)
        except ClusterError as error:
            self.because = f": {error}"
            return error
        finally:
            self.connected = False
        self.because = ""
        return None

    def begin(self, date: datetime | None) -> None:
        self.ahead_s = date.timestamp() - self._clock() if date is not None else 0.0
        self._untold = self._watcher.ledger.uids(self.namespace)

    def put(self, pod: WatchedPod) -> None:
        if self._untold is not None:
            self._untold.discard(pod.uid)
        self._watcher.ledger.put(pod, self._watcher.now)

    def remove(self, uid: str) -> None:
        self._watcher.ledger.remove(uid, self._watcher.now)

    def complete(self) -> None:
        for uid in self._untold or ():
            self.remove(uid)
        self._untold = None
        self.listed = True
        self.alive()

    def alive(self) -> None:
        self.connected = True
        self.alive_at = self._clock()


def _level(why: ClusterError) -> tuple[int]:
    """Return how loud a lost watch is logged: a version that is too old is an everyday thing."""
    return (20,) if isinstance(why, Expired) else (30,)


def _condition(item: Object, name: str) -> float:
    """Return since when a condition holds, 0 when it does not."""
    for condition in fields.items(item, "status", "conditions"):
        if fields.text(condition, "type") == name and fields.text(condition, "status") == "True":
            return seconds(condition, "lastTransitionTime")
    return 0.0


def _alert(report: Report) -> Alert:
    """Return a report as the alert that it stands for. It has no label alertname: no Alertmanager could silence it."""
    kind = "pod" if report.kind == "Pod" else "workload"
    labels = {"namespace": report.namespace, kind: report.name} | ({"uid": report.uid} if report.kind == "Pod" else {})
    return Alert(
        name=report.failure.value,
        firing=report.firing,
        targets=(Target(kind=report.kind, namespace=report.namespace, name=report.name),),
        labels=labels,
        starts_at=datetime.fromtimestamp(report.since, UTC).isoformat(),
        fingerprint="/".join(("pod-watch", *report.group)),
    )

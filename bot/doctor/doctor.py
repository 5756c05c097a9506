"""Runs the checks: Slack, each cluster, the store, Alertmanager and Prometheus side by side, each for a bounded time.

A check that another one rules out is not made, so that one fault is told once.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import traceback
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from bot.actions.alertmanager import alertmanager
from bot.cluster.connection import connect
from bot.cluster.errors import ClusterError
from bot.doctor import measurements, outgoing, service
from bot.doctor import settings as given
from bot.doctor.cluster import ACT, CLUSTER, IMPERSONATE, READ, RECORD, REVIEW, WATCH, ClusterChecks, reach
from bot.doctor.report import Report, State, broken, unchecked
from bot.doctor.slack import CHANNELS, EDGE, SCOPES, SLACK, SOCKET, Named, SlackChecks
from bot.doctor.trial import TRIAL, Trial
from bot.prometheus.opening import open_prometheus
from bot.settings import SettingsError, clusters_of, load, load_cluster
from bot.slack.client import slack_client
from bot.slack.inspection import Inspection
from diagnostics.redact import redact_text
from diagnostics.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence

    from bot.actions.alertmanager import Alertmanager
    from bot.cluster.connection import Connection
    from bot.doctor.report import Result
    from bot.model.policy import People
    from bot.prometheus.client import Prometheus
    from bot.settings import ClusterEntry, Settings
    from bot.slack.client import SlackClient

CHECK_S = 12.0
"""Seconds for one check, all its requests included: longer than any client's own limit, which can say more."""

_BEHIND_SLACK = (SCOPES, SOCKET, CHANNELS)
_BEHIND_CLUSTER = (READ, WATCH, REVIEW, ACT, IMPERSONATE, RECORD)


@dataclass(slots=True)
class _Side:
    """What one side gave: results, and how far its clock is ahead of ours in seconds, where it told."""

    results: list[Result] = field(default_factory=list)
    ahead_s: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A cluster that is looked at, with its settings. ``name`` is empty where there is one.

    ``connection`` is None where there is no cluster to speak with: ``no_cluster`` then says why.
    """

    name: str
    settings: Settings
    connection: Connection | None
    alertmanager: Alertmanager | None
    prometheus: Prometheus | None = None
    no_cluster: Result | None = None

    def named(self, results: Iterable[Result]) -> list[Result]:
        """Return results that say which of several clusters they are about."""
        if not self.name:
            return list(results)
        return [replace(result, check=f"{self.name}: {result.check}") for result in results]


@dataclass(slots=True)
class _Found:
    """What one cluster gave, part by part."""

    mapped: list[Result]
    people: People
    side: _Side
    alerts: list[Result]
    measured: list[Result]


class Doctor:
    """Looks at one bot and at each of its clusters. ``settings`` are those of the process.

    ``clock`` gives the epoch's seconds.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        client: SlackClient,
        clusters: Sequence[Examined],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._inspection = Inspection(client)
        self._clusters = clusters
        self._clock = clock

    async def examine(self) -> Report:
        """Make all checks. Never raises."""
        settings = self._settings
        # Read once, for Slack's checks and the cluster's.
        mapped = [given.people(one.settings) for one in self._clusters]
        slack, store, told, signatures, found = await asyncio.gather(
            self._slack([people for _result, people in mapped]),
            self._bounded(service.STORE, lambda: service.store(settings)),
            self._bounded(outgoing.OUTGOING, lambda: outgoing.outgoing(settings)),
            self._bounded(given.SIGNATURES, lambda: asyncio.to_thread(given.signatures, settings)),
            asyncio.gather(*(self._one(one, *of_it) for one, of_it in zip(self._clusters, mapped, strict=True))),
        )
        ahead_s = slack.ahead_s | {whose: skew for one in found for whose, skew in one.side.ahead_s.items()}
        results = [
            given.accepted(settings),
            *given.strangers(),
            *(result for one in found for result in one.mapped),
            *given.programs(settings),
            *signatures,
            *slack.results,
            *(result for one in found for result in one.side.results),
            *store,
            service.webhook(settings),
            service.messages(settings),
            *(result for one in found for result in one.alerts),
            *(result for one in found for result in one.measured),
            *told,
            service.clocks(ahead_s),
        ]
        return Report(results=tuple(map(_clean, results)), at=self._clock())

    async def _one(self, one: Examined, mapped: Result, people: People) -> _Found:
        """Make the checks of one cluster, of its people, its Alertmanager and its Prometheus."""
        side, alerts, measured = await asyncio.gather(
            self._cluster(one, people),
            self._bounded(service.ALERTMANAGER, lambda: service.alertmanager(one.settings, one.alertmanager)),
            self._bounded(measurements.PROMETHEUS, lambda: measurements.prometheus(one.settings, one.prometheus)),
        )
        of = f" of {one.name}" if one.name else ""
        named = _Side(one.named(side.results), {f"{whose}{of}": skew for whose, skew in side.ahead_s.items()})
        return _Found(one.named([mapped]), people, named, one.named(alerts), one.named(measured))

    async def send_trial(self, options: TrialOptions, report: Report) -> Result:
        """Send one alert to the running service, and wait for its thread; not where a report says that none can be."""
        url = options.url or local_url(self._settings)
        if not url:
            return broken(TRIAL, "HTTP_PORT is 0: it is not known where the service listens", "name it with --url")
        to = self._clusters[0]
        trial = Trial(to.settings, self._inspection, url, within_s=options.within_s, cluster=to.name)
        for result in report.broken:
            if result.check in (SLACK, Named(name=trial.where, settings=()).check):
                return unchecked(TRIAL, f"not sent: see {result.check}")
        return await trial.run(self._clock())

    async def send_event(self) -> Result:
        """Send one event to the receiver of the outgoing webhook."""
        (result,) = await self._bounded(outgoing.TEST, lambda: outgoing.send_test_event(self._settings))
        return result

    async def _slack(self, people: Sequence[People]) -> _Side:
        checks = [
            SlackChecks(one.settings, of_it, self._inspection)
            for one, of_it in zip(self._clusters, people, strict=True)
        ]
        side, edge = await asyncio.gather(
            self._account(checks), self._bounded(EDGE, lambda: checks[0].edge(self._clock()))
        )
        side.results += edge
        return side

    async def _account(self, checks: Sequence[SlackChecks]) -> _Side:
        side, first = _Side(), checks[0]
        account = None
        async with _limit(SLACK, side):
            told, account = await first.account()
            side.results.append(told)
            if account is not None and account.date is not None:
                side.ahead_s["Slack's"] = account.date.timestamp() - self._clock()
        if account is None:
            side.results += _not_made(_BEHIND_SLACK, SLACK)
            return side
        for results in await asyncio.gather(
            *(self._bounded(SCOPES, lambda each=each: each.scopes(account)) for each in checks),  # type: ignore[misc]
            self._bounded(SOCKET, lambda: first.socket(account)),
            *(self._bounded(CHANNELS, lambda each=each: each.channels(account)) for each in checks),  # type: ignore[misc]
        ):
            # Several clusters may need the same scopes and name the same channels: that is said once.
            side.results += [result for result in results if result not in side.results]
        return side

    async def _cluster(self, one: Examined, people: People) -> _Side:
        first = f"{one.name}: {CLUSTER}" if one.name else CLUSTER
        if one.connection is None:
            return _Side([*([one.no_cluster] if one.no_cluster else []), *_not_made(_BEHIND_CLUSTER, first)])
        side = await cluster_side(one.connection, self._clock)
        if side.results[0].state is not State.OK:
            side.results += _not_made(_BEHIND_CLUSTER, first)
            return side
        checks = ClusterChecks(one.settings, people, one.connection)
        for results in await asyncio.gather(
            self._bounded(READ, checks.read),
            self._bounded(WATCH, checks.watch),
            self._bounded(REVIEW, checks.review),
            self._bounded(ACT, checks.act),
            self._bounded(RECORD, checks.record),
        ):
            side.results += results
        return side

    @staticmethod
    async def _bounded(check: str, make: Callable[[], Awaitable[Result | list[Result]]]) -> list[Result]:
        side = _Side()
        async with _limit(check, side):
            made = await make()
            side.results += made if isinstance(made, list) else [made]
        return side.results


async def cluster_side(connection: Connection, clock: Callable[[], float]) -> _Side:
    """Look whether a cluster answers, and what time it is there."""
    side = _Side()
    async with _limit(CLUSTER, side):
        first, date = await reach(connection)
        side.results.append(first)
        if date is not None:
            side.ahead_s["the API server's"] = date.timestamp() - clock()
    return side


@asynccontextmanager
async def _limit(check: str, side: _Side) -> AsyncIterator[None]:
    """Let a check end in time, and in a result, whatever happens in it."""
    try:
        async with asyncio.timeout(CHECK_S):
            yield
    except TimeoutError:
        side.results.append(broken(check, f"no answer within {CHECK_S:g} s", _LATE))
    except Exception as error:  # noqa: BLE001 — a check that breaks must not take the others with it
        # No trace: it would show to whoever runs the command what the failing call was given.
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} at {PurePath(last.filename).name}:{last.lineno}"
        side.results.append(broken(check, f"the check itself broke ({where})", _REPORT))


_LATE = "look at what is between this machine and it: DNS, firewall, proxy, egress of the NetworkPolicy"
_REPORT = "report it as a fault of crashloop"


def _not_made(checks: Sequence[str], because: str) -> list[Result]:
    return [unchecked(check, f"not looked at: see {because}") for check in checks]


def _clean(result: Result) -> Result:
    """Take out what must not be printed: sentences hold words of Slack, of the cluster and of the database."""
    result = given.placed(result)
    return replace(result, sentence=redact_text(clean_line(result.sentence)), fix=clean_line(result.fix))


@asynccontextmanager
async def doctor_of(settings: Settings, *, clock: Callable[[], float] = time.time) -> AsyncIterator[Doctor]:
    """Open the clients that these settings name, and close them afterwards. Raises ``SettingsError``."""
    async with AsyncExitStack() as stack:
        token = settings.slack_bot_token.get_secret_value()
        client = await stack.enter_async_context(slack_client(token, settings.slack_api_url))
        clusters = [await _opened(stack, entry) for entry in clusters_of(settings)]
        yield Doctor(settings, client=client, clusters=clusters, clock=clock)


async def _opened(stack: AsyncExitStack, entry: ClusterEntry) -> Examined:
    settings, connection, no_cluster = entry.settings, None, None
    where = connect(settings.kubeconfig, settings.kube_context, in_cluster=entry.in_cluster)
    try:
        connection = await stack.enter_async_context(where)
    except ClusterError as error:
        no_cluster = unconfigured(error)
    return Examined(
        name=entry.name,
        settings=settings,
        connection=connection,
        alertmanager=await stack.enter_async_context(alertmanager(settings.alertmanager_url)),
        prometheus=await stack.enter_async_context(open_prometheus(settings)),
        no_cluster=no_cluster,
    )


def unconfigured(error: ClusterError) -> Result:
    """Return that it is not known which cluster is meant, or how to log in."""
    fix = "name a kubeconfig in KUBECONFIG (and its context in KUBE_CONTEXT), or run in a pod with a ServiceAccount"
    return broken(CLUSTER, str(error), fix)


def local_url(settings: Settings) -> str:
    """Return where a service with these settings listens, seen from its own machine; empty where any port is taken."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.http_host, settings.http_host)  # noqa: S104 — compared
    return f"http://{host}:{settings.http_port}" if settings.http_port else ""


@dataclass(frozen=True, slots=True)
class TrialOptions:
    """Where the test alert is sent (empty: to this machine), and how many seconds its thread is waited for."""

    url: str
    within_s: float


async def examine(trial: TrialOptions | None = None, *, event: bool = False) -> Report:
    """Check what the environment says, as ``crashloop doctor`` does. Never raises for what is wrong there.

    ``trial`` sends a test alert, ``event`` a test event to the outgoing webhook.
    """
    try:
        settings = load()
        clusters_of(settings)
    except SettingsError as error:
        return await _without_settings(error)
    async with doctor_of(settings) as doctor:
        report = await doctor.examine()
        tried = [await doctor.send_event()] if event else []
        tried += [await doctor.send_trial(trial, report)] if trial is not None else []
        return replace(report, results=(*report.results, *map(_clean, tried)))


async def _without_settings(error: SettingsError) -> Report:
    """Look at the cluster, which needs no other setting."""
    results = [*given.refused(error), *given.strangers()]
    with contextlib.suppress(SettingsError):  # told already: the settings that are refused are the cluster's own
        try:
            alone = load_cluster()
            async with connect(alone.kubeconfig, alone.kube_context) as connection:
                results += (await cluster_side(connection, time.time)).results
        except ClusterError as failure:
            results.append(unconfigured(failure))
    results.append(unchecked("everything else", f"not looked at: see {given.SETTINGS}"))
    return Report(results=tuple(map(_clean, results)), at=time.time())

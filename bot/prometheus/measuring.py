"""What is measured for a diagnosis: within a budget of its own, beside the reads of the cluster, never instead of them.

A Prometheus that does not answer is left alone for a minute: nobody waits for it again, and the answer says so.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.prometheus.client import PrometheusError, TooLong
from bot.prometheus.queries import Ambiguous, Subject, queries, series_of
from diagnostics import fields
from diagnostics.claims.case_builder import chosen_pod
from diagnostics.snapshot import Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.prometheus.client import Prometheus
    from bot.prometheus.queries import Query
    from diagnostics.series import Series
    from diagnostics.snapshot import Object, Snapshot

BUDGET_S = 2.0
"""Seconds for all queries of one diagnosis. They begin when the pod is known, and run beside the reads of the cluster,
which take most of that anyway."""

REST_S = 60.0
"""Seconds for which a Prometheus that did not answer is not asked again."""

SPAN_S = (1800.0, 86_400.0)
"""The shortest and the longest time that is looked back on, in seconds: a leak of days shows in its last day."""

CONTAINERS = 3
"""Containers of a pod that are measured: those that were restarted most."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be measured, up to which moment (the API server's clock, in seconds since the epoch), how far back."""

    subject: Subject
    at: float
    span_s: float

    @property
    def what(self) -> str:
        """Say what it is, as it stands among what could not be read."""
        return f"Prometheus' samples of pod {self.subject.namespace}/{self.subject.pod}"


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of it."""

    series: tuple[Series, ...] = ()
    unread: tuple[Unread, ...] = ()


class Measuring:
    """Measures over one client. ``matchers`` are labels that every series must have: which cluster it is of."""

    def __init__(
        self,
        client: Prometheus,
        matchers: Mapping[str, str],
        *,
        budget_s: float = BUDGET_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._matchers = matchers
        self._budget_s = budget_s
        self._clock = clock
        self._failed: tuple[float, str] | None = None

    def wanted(self, snapshot: Snapshot) -> Asked | None:
        """Return what is to be measured; None as long as no pod is known, or none of its containers ever ended."""
        pod = chosen_pod(snapshot)
        return None if pod is None else _asked(pod, snapshot)

    async def measured(self, asked: Asked) -> Measured:
        """Return what was measured, or why nothing was. Never raises, and never takes longer than the budget."""
        if self._failed is not None and (since := self._clock() - self._failed[0]) < REST_S:
            why = f"not asked: {since:.0f} s ago {self._failed[1]}"
            return Measured(unread=(Unread(what=asked.what, why=why),))
        try:
            async with asyncio.timeout(self._budget_s):
                found = await self._all(asked)
        except TimeoutError:
            return self._away(asked, f"it gave no answer within {self._budget_s:g} s")
        except TooLong as error:
            return Measured(unread=(Unread(what=asked.what, why=str(error)),))
        except PrometheusError as error:
            return self._away(asked, str(error))
        except Ambiguous:
            why = "several clusters hold a pod of that name: say which one is meant in PROMETHEUS_MATCHERS"
            return Measured(unread=(Unread(what=asked.what, why=why),))
        self._failed = None
        return Measured(series=found)

    def _away(self, asked: Asked, why: str) -> Measured:
        self._failed = (self._clock(), why)
        return Measured(unread=(Unread(what=asked.what, why=why),))

    async def _all(self, asked: Asked) -> tuple[Series, ...]:
        wanted = queries(asked.subject, self._matchers)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._one(query, asked)) for query in wanted]
        except ExceptionGroup as failed:  # not except*: Python 3.11.2, Debian's, wraps again what is raised in one
            known, rest = failed.split((PrometheusError, Ambiguous))
            if known is None or rest is not None:
                raise
            raise known.exceptions[0] from None
        return tuple(series for task in tasks for series in task.result())

    async def _one(self, query: Query, asked: Asked) -> tuple[Series, ...]:
        found = await self._client.samples(query.selector, at=asked.at, span_s=asked.span_s)
        return series_of(query, asked.subject, found)


def _asked(pod: Object, snapshot: Snapshot) -> Asked | None:
    ended = [
        status
        for listed in ("containerStatuses", "initContainerStatuses")
        for status in fields.items(pod, "status", listed)
        if fields.whole(status, "restartCount")
        or any(fields.table(status, place, "terminated") for place in ("state", "lastState"))
    ]
    ended.sort(key=lambda status: -(fields.whole(status, "restartCount") or 0))
    names = tuple(dict.fromkeys(fields.text(status, "name") for status in ended))[:CONTAINERS]
    if not names:
        return None
    now = snapshot.now.timestamp()
    born = fields.time(pod, "metadata", "creationTimestamp")
    age = now - born.timestamp() if born is not None else SPAN_S[1]
    uids = (
        fields.text(pod, "metadata", "uid"),
        fields.text(pod, "metadata", "annotations", "kubernetes.io/config.hash"),
    )
    subject = Subject(
        namespace=fields.namespace(pod),
        pod=fields.name(pod),
        containers=names,
        uids=tuple(uid for uid in uids if uid),
    )
    return Asked(subject, now, min(max(age, SPAN_S[0]), SPAN_S[1]))

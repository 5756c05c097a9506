"""Alerts, from either edge, become requests.

What is understood is looked into, what is over ends what is known, and what cannot be used is told once to those who
own its rule.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import structlog

from bot.alerts.policy import Outcome
from bot.incidents.resolver import distinct
from bot.model.incident import (
    STORM_LINES,
    TEST_ALERT,
    TRIAL_NOTE,
    Ending,
    Origin,
    Request,
    Sighting,
    Subject,
    alert_identity,
    alert_key,
    fold_key,
    key,
)
from bot.render import alerts as render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.alerts.model import Alert, Reading
    from bot.alerts.policy import Policy
    from bot.cluster.gate import Gate
    from bot.incidents.decisions import Decision
    from bot.incidents.intake import Intake
    from bot.incidents.resolver import Resolved
    from bot.ops.metrics import Metrics

_log = structlog.get_logger(__name__)

NAMES = 500
"""Alert names that are counted apart in the metrics; further ones are counted together."""


NOTICES = STORM_LINES - 1
"""Sentences about rules that one notification may bring; one more speaks for the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where alerts came from, and where their answers go.

    ``channel_for`` takes namespace and labels. With ``thread_ts`` they are a message's, and answered in its thread.
    ``wait_s`` is how long a new incident waits for the message about the same alert, where such messages are read.
    """

    origin: Origin
    channel_for: Callable[[str, Mapping[str, str]], str | None]
    thread_ts: str = ""
    team: str = ""
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a notification: new incidents, those joined, and alerts by what was decided."""

    new: int = 0
    joined: int = 0
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)


class Decides(Protocol):
    """Decides what is done with alerts: ``bot.incidents.decisions.Decisions``."""

    async def of(self, reading: Reading) -> list[Decision]:
        """Return a decision for each alert. Never raises."""
        ...

    async def completed(self, reading: Reading) -> Sequence[Alert]:
        """Return the alerts with all that is known of their labels."""
        ...

    async def about(self, reading: Reading, gate: Gate) -> list[Resolved]:
        """Return what a reading is about, as far as who asks may know."""
        ...


class AlertIntake:
    """Takes alerts in. ``rules_channel`` is told what is wrong with a rule; empty: the alert's own channel."""

    def __init__(
        self, *, intake: Intake, decisions: Decides, policy: Policy, metrics: Metrics, rules_channel: str = ""
    ) -> None:
        self._intake = intake
        self._decisions = decisions
        self._policy = policy
        self._metrics = metrics
        self._rules_channel = rules_channel
        self._names: set[str] = set()

    async def take(self, reading: Reading, place: Place) -> Taken:
        """Decide and keep, all or none. ``Temporary`` when it cannot be kept now."""
        decided = await self._decisions.of(reading)
        requests = [request for decision in decided for request in self._requests(decision, place)]
        notices = self._bounded([notice for decision in decided for notice in self._notices(decision, place)], place)
        where = place.channel_for("", {}) or ""
        if reading.left_out and where:
            told = render.left_out(reading.left_out, message=bool(place.thread_ts))
            notices.append(_notice(place, where, "left out", told))
        over = [decision for decision in decided if not decision.alert.firing]
        accepted = await self._intake.accept(
            *requests,
            *notices,
            resolved=[sighting(decision.alert) for decision in over] if not place.thread_ts else (),
            ended=[ending for decision in over for ending in _endings(decision)] if place.thread_ts else (),
        )
        for decision in decided:
            self._metrics.alerts.labels(self._counted(decision.alert.name), decision.outcome.value).inc()
        answered = accepted[: len(requests)]
        new = sum(entry.new for entry in answered)
        outcomes = Counter(decision.outcome for decision in decided)
        _log.info(
            "alerts.taken", origin=place.origin.value, new=new, joined=len(answered) - new,
            outcomes={outcome.value: count for outcome, count in outcomes.items()},
        )  # fmt: skip
        return Taken(new=new, joined=len(answered) - new, outcomes=outcomes)

    async def completed(self, reading: Reading) -> Sequence[Alert]:
        """Return a reading's alerts with the labels that Alertmanager knows, where the reading leaves them out."""
        return await self._decisions.completed(reading)

    async def subjects(self, reading: Reading, gate: Gate) -> list[Subject]:
        """Return what a person means who asks about a message, whatever its policy: they want to know.

        ``gate`` is that person: what they may not read is not looked up for them.
        """
        return [subject_of(one) for one in await self._decisions.about(reading, gate)]

    def _requests(self, decision: Decision, place: Place) -> list[Request]:
        if decision.outcome is not Outcome.UNDERSTOOD:
            return []
        made = []
        for one in distinct(decision.about):
            labels = decision.alert.labels
            channel = place.channel_for(one.target.namespace or "", labels)
            if channel:
                made.append(_request(decision.alert, one, place, channel, several=len(decision.about) > 1))
        return made

    def _notices(self, decision: Decision, place: Place) -> list[Request]:
        alert = decision.alert
        channel = place.channel_for("", alert.labels) or ""
        if decision.outcome is Outcome.ELSEWHERE and channel:
            said = render.elsewhere(alert.cluster, sorted(self._policy.clusters))
            identity = place.thread_ts or alert.cluster.lower()
            return [_notice(place, channel, f"cluster {identity}", said)]
        if decision.outcome is Outcome.UNPLACED and alert.name and (where := self._rules_channel or channel):
            said = render.unplaced(alert.name, sorted(self._policy.clusters))
            in_thread = bool(place.thread_ts) and not self._rules_channel
            return [_notice(place, where, f"unplaced {alert.name}", said, name=alert.name, in_thread=in_thread)]
        if decision.outcome not in (Outcome.UNUSABLE, Outcome.AMBIGUOUS) or not alert.name:
            return []
        where = self._rules_channel or channel
        if not where:
            return []
        said = render.unusable(alert.name, decision.why, alert.labels, message=bool(place.thread_ts))
        in_thread = bool(place.thread_ts) and not self._rules_channel
        return [_notice(place, where, f"rule {alert.name}", said, name=alert.name, in_thread=in_thread)]

    @staticmethod
    def _bounded(notices: Sequence[Request], place: Place) -> list[Request]:
        """Return each notice once, and one for all that are more than a channel takes."""
        distinct_ones = list({notice.dedup_key: notice for notice in notices}.values())
        kept, others = distinct_ones[:NOTICES], distinct_ones[NOTICES:]
        if others:
            names = sorted(other.subject.name for other in others)
            kept.append(_notice(place, others[0].channel, f"rules {' '.join(names)}", render.unusable_too(names)))
        return kept

    def _counted(self, name: str) -> str:
        if name in self._names or len(self._names) < NAMES:
            self._names.add(name)
            return name or "(none)"
        return "(others)"


def sighting(alert: Alert) -> Sighting:
    """Return an alert as the store knows it again: through repeats, resolves and new firings."""
    return Sighting(
        key=alert_identity(alert.fingerprint, alert.labels),
        name=alert.name,
        firing=alert.firing,
        started_at=seconds(alert.starts_at),
    )


def seconds(text: str) -> float:
    """Return RFC 3339 as seconds since the epoch, 0 when it is none or far from any alert's time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return 0.0
    if moment.year <= 1970:
        return 0.0
    return max((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp(), 0.0)


def _request(alert: Alert, one: Resolved, place: Place, channel: str, *, several: bool) -> Request:
    subject = subject_of(one)
    if place.thread_ts:
        dedup = key(place.origin, channel, place.thread_ts, str(subject), "")
    else:
        dedup = alert_key(alert.fingerprint, alert.labels, alert.starts_at)
        dedup = key(dedup, str(subject)) if several else dedup
    return Request(
        origin=place.origin,
        dedup_key=dedup,
        subject=subject,
        channel=channel,
        thread_ts=place.thread_ts,
        team=place.team,
        fold_key=fold_key(subject, one.owner if one.owner[1] and (one.exists or one.owner[0]) else None),
        labels=alert.labels,
        sighting=None if place.thread_ts else sighting(alert),
        wait_s=place.wait_s,
        note=TRIAL_NOTE if alert.name == TEST_ALERT else one.note,
        links=alert.links,
    )


def subject_of(one: Resolved) -> Subject:
    """Return what an incident is about: the pod or object that the alert names, as the cluster knows it."""
    target = one.target
    return Subject(kind=target.kind, namespace=target.namespace, name=target.name, container=target.container)


def _endings(decision: Decision) -> Sequence[Ending]:
    return [
        Ending(fold_key=fold_key(subject_of(one), one.owner if one.owner[1] else None), name=decision.alert.name)
        for one in distinct(decision.about)
    ]


def _notice(place: Place, channel: str, identity: str, said: str, *, name: str = "", in_thread: bool = True) -> Request:
    thread = place.thread_ts if in_thread else ""
    unique = (identity, thread) if identity.startswith(("cluster", "left")) else (identity,)
    return Request(
        origin=Origin.NOTICE,
        dedup_key=key("notice", *unique),
        subject=Subject(name=name or identity),
        channel=channel,
        thread_ts=thread,
        team=place.team,
        note=said,
    )

"""Pure: what an incident is, its states and allowed moves, and the keys that fold duplicates.

An incident is one row that somebody waits for. It is the durable thing: whoever claims it (a worker of any process)
does the whole flow again from what the row says, so that a killed process loses nothing.
"""

from __future__ import annotations

import enum
import hashlib
import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.model.names import owner_of
from diagnostics.diagnosis import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.cluster.target import TargetRef
    from diagnostics.objects import ObjectRef

FOLD_S = 24 * 3600.0
"""How long after its last alert an incident still takes in alerts about the same workload: longer than Alertmanager's
longest usual ``repeat_interval`` (12 h), and a day for what comes and goes."""

REFRESH_S = 300.0
"""How old an answer must be before a repeated alert has it checked again: Alertmanager's usual group_interval."""

STORM_LINES = 5
"""So many new lines a channel gets at once. More at once are a storm: one digest."""

STORM_ONE_BY_ONE = 2 * STORM_LINES
"""So many new lines it gets within ``STORM_S`` where they come one after the other: a digest of one or two is none."""

STORM_S = 60.0

STORM_ANSWERS = 40
"""So many answers stand in a digest's thread, the rest is counted in its line: a channel takes a message a second, and
what comes after a group of thousands must not wait for an hour."""

DIGEST_S = 120.0
"""How long a digest takes in further incidents after the last one: twice ``STORM_S``, then the burst is over."""

DIGEST_GATHER_S = 2.0
"""How long a digest waits before it is posted: its first text is the notification, and is to tell of the burst."""

REMIND_AFTER_S = (3600.0, 4 * 3600.0, 24 * 3600.0, 48 * 3600.0, 72 * 3600.0)
"""Seconds after the first word of a failure (``Incident.unended_s``) at which it is said anew that it goes on: after an
hour, within a shift, then once a day."""

LONG_S = 900.0
"""What lasted longer is told to be over in a new reply: nobody looks at the thread any more by then."""

WATCH_GROWTH = (1, 1, 2, 4, 10, 20)
"""How the time between two checks of a failing workload grows, in steps of WATCH_EVERY_S; the last one stays."""

WATCH_END_S = 3 * 24 * 3600.0
"""How long an incident is checked after its last alert, when nothing else ends it."""

ASKED_END_S = 6 * 3600.0
"""How long a person's question is tried again when the cluster could not be read, as long as Slack is tried, and how
long what it found is checked until it is well."""

MEET_S = 2.0
"""How long a webhook's alert waits for the message about it, where messages of the same alerts are read as well."""

LATE_AFTER = 180
"""After so many attempts (with the waits between, some six hours) an incident is tried every half hour only.

It is never given up: when Slack takes messages again, what is true by then is told, once.
"""

LATE_S = 1800.0

TEST_ALERT = "CrashloopDoctorTest"
"""The name of the alert that ``crashloop doctor --test-alert`` sends, about a pod that there is not."""

TRIAL_NOTE = "This is the test alert of crashloop doctor."
"""What its incident must say, by which it is known."""

MAX_SLOW = 3
"""How often an attempt may run out of its time before the thread is told so."""


UNBOUND = "*"
"""Stands in the place of a cluster's name where something belongs to none of several."""


class State(enum.StrEnum):
    """Where an incident stands. Being worked on is not a state but a lease, because a worker may die."""

    OPEN = "open"  # somebody waits: a worker claims it
    ANSWERED = "answered"  # the verdict stands in its thread
    FAILED = "failed"  # the thread says in a plain sentence why there is no verdict
    RECOVERED = "recovered"  # its pods have been well for the hold-down time, and the thread says what ended it


class Origin(enum.StrEnum):
    """Who asks."""

    COMMAND = "command"
    MENTION = "mention"
    SHORTCUT = "shortcut"
    ALERT = "alert"
    MESSAGE = "message"
    DIGEST = "digest"  # nobody: the line under which a storm's incidents are gathered
    NOTICE = "notice"  # nobody: a sentence about an alert, for those who own its rule


PROVEN = frozenset({"Deployment", "CronJob"})
"""The kinds that a pod's name proves: by the hash of a template, by a time in minutes."""

ALERTED = frozenset({Origin.ALERT, Origin.MESSAGE})
"""Who asks without being a person: their incidents are folded, watched, and told to be over."""


ASKED = frozenset({Origin.COMMAND, Origin.MENTION, Origin.SHORTCUT})
"""People who ask: they are answered with what they may read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One alert of Alertmanager's in one notification. Times are seconds since the epoch."""

    key: str
    name: str = ""
    firing: bool = True
    started_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A message's word that an alert is over: the incident it belongs to, and the alert's name where it is said."""

    fold_key: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is asked about, before anything was read. ``kind`` empty means that it was not said."""

    name: str
    kind: str = ""
    namespace: str | None = None
    container: str | None = None

    @classmethod
    def of(cls, ref: TargetRef) -> Subject:
        """Return what a checked target asks about."""
        return cls(kind=ref.kind, namespace=ref.namespace, name=ref.name, container=ref.container)

    def __str__(self) -> str:
        """Say it as a person would type it: ``production/deployment/api``."""
        kind = self.kind.lower() if self.kind and self.kind != "Pod" else ""
        return "/".join(part for part in (self.namespace, kind, self.name) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Somebody asks for a diagnosis. ``dedup_key`` makes asking idempotent: the same key is the same incident.

    ``addressed`` is what the settings call the channel, where that is not ``channel``.
    ``thread_ts`` is set when the answer belongs in the thread of a message that is already there.
    ``fold_key`` is set for alerts: while an incident with it is young, further alerts join it.
    ``note`` is a sentence that the answer must say, or all that a notice says; ``links`` are the alert's addresses by
    what they lead to.
    """

    origin: Origin
    dedup_key: str
    subject: Subject
    channel: str
    addressed: str = ""
    thread_ts: str = ""
    user: str = ""
    team: str = ""
    fold_key: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    sighting: Sighting | None = None
    wait_s: float = 0.0
    note: str = ""
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One row of the store, as the flow needs it. Times are seconds since the epoch by the database's clock."""

    id: str
    origin: Origin
    state: State
    subject: Subject
    channel: str
    thread_ts: str = ""
    summary_ts: str = ""
    report_ts: str = ""
    user: str = ""
    team: str = ""
    attempt: int = 0
    sightings: int = 1
    created_at: float = 0.0
    verdict: str = ""
    cause: str = ""
    summary: str = ""
    workload: ObjectRef | None = None
    pod_uid: str = ""
    """Which pod of that name the first alert was about, where its labels say."""
    now: float = 0.0
    """When the row was read."""
    acted_at: float = 0.0
    """When the newest change was sent by one of its buttons; 0: none was, or the row was read without looking."""
    addressed: str = ""
    root: str = ""
    parent_id: str = ""
    related_ts: str = ""
    related_text: str = ""
    summary_text: str = ""
    report: str = ""
    permalink: str = ""
    began_at: float = 0.0
    well_since: float = 0.0
    recovered_at: float = 0.0
    seen_at: float = 0.0
    revision: str = ""
    ended_by: str = ""
    returns: int = 0
    checks: int = 0
    note: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    """The first alert's."""
    severity: str = ""
    """What the alert's label of that name says."""
    relapse_ts: str = ""
    """The message that told of the newest relapse."""
    reminders: int = 0
    """How many of ``REMIND_AFTER_S`` were told."""
    assignee: str = ""
    """The Slack user who works on it, by their own word."""
    assigned_at: float = 0.0
    routed_from: str = ""
    """The channel of the alert's own route, where an annotation named another."""
    mentioned: str = ""
    """Who was mentioned as its owner, by Slack id: that happens once."""
    likeness: str = ""
    """The same in answers that are equal in cause and evidence; empty where nothing proves it."""
    traits: str = ""
    """What is compared of a storm's workloads, as JSON: ``bot.render.traits``."""
    cluster: str = ""
    """Which of several clusters it is about, or ``UNBOUND``; empty where there is one."""

    @property
    def own_line(self) -> bool:
        """Whether the bot writes its own line in the channel, rather than in a thread that is there already."""
        return not self.thread_ts

    @property
    def folded(self) -> bool:
        """Whether another incident's thread tells of it."""
        return bool(self.parent_id) and not self.thread_ts and not self.summary_ts

    @property
    def alerted(self) -> bool:
        """Whether an alert asks, and not a person."""
        return self.origin in ALERTED

    @property
    def trial(self) -> bool:
        """Whether crashloop doctor only tries the way."""
        return self.origin is Origin.ALERT and self.note == TRIAL_NOTE

    @property
    def failing(self) -> bool:
        """Whether the answer says that something fails."""
        return self.verdict not in ("", Verdict.NOT_FAILING) and self.cause != "not-found"

    @property
    def watched(self) -> bool:
        """Whether its pods are checked until they are well.

        Those of an alert, those that a button changed, and for some hours those that a person asked about: no line
        stays red when it is over.
        """
        asked = self.failing and self.workload is not None and self.now - self.seen_at <= ASKED_END_S
        return self.alerted or self.acted_at > 0 or asked

    @property
    def unended_s(self) -> float:
        """For how long it goes on since somebody heard of it, or heard that it is back: a failure may be older."""
        return self.now - max(self.began_at, self.created_at)

    @property
    def retried_until(self) -> float:
        """Until when it is tried again after the cluster could not be read. A person does not wait for days."""
        return self.seen_at + (WATCH_END_S if self.watched else ASKED_END_S)


def target_of(incident: Incident) -> str:
    """Return the workload that was found, else what was asked about."""
    return incident.workload.path if incident.workload is not None else str(incident.subject)


def reminders_due(unended_s: float) -> int:
    """Return how many of ``REMIND_AFTER_S`` an incident has passed that goes on for so long."""
    return sum(unended_s >= after_s for after_s in REMIND_AFTER_S)


def reminder_s(unended_s: float) -> float:
    """Return how long until the next of ``REMIND_AFTER_S``; infinite after the last."""
    return min((after_s - unended_s for after_s in REMIND_AFTER_S if after_s > unended_s), default=math.inf)


def watch_s(checks: int, every_s: float) -> float:
    """Return how long until the next check of a workload that fails."""
    return every_s * WATCH_GROWTH[min(checks, len(WATCH_GROWTH) - 1)]


def furthest_s(every_s: float, hold_s: float) -> float:
    """Return the longest time that is ever set until the next check."""
    return max(WATCH_GROWTH[-1] * every_s, hold_s, LATE_S)


def key(*parts: str) -> str:
    """Return a dedup key: the parts are kept apart whatever they hold, and the length is fixed."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def alert_key(fingerprint: str, labels: Mapping[str, str], starts_at: str) -> str:
    """Return the key of one alert's firing: the same from every Alertmanager of a pair and for every repeat."""
    identity = fingerprint or json.dumps(sorted(labels.items()))
    return key("alert", identity, starts_at)


def pod_uid(labels: Mapping[str, str]) -> str:
    """Return the uid of the pod that an alert is about: kube-state-metrics has it in the label ``uid``."""
    return labels.get("exported_uid") or labels.get("uid", "")


def alert_identity(fingerprint: str, labels: Mapping[str, str]) -> str:
    """Return what an alert is known by as long as its labels stay: through repeats, resolves and new firings."""
    return key("alert-identity", fingerprint or json.dumps(sorted(labels.items())))


def fold_key(subject: Subject, owner: tuple[str, str] | None = None) -> str:
    """Return the key under which alerts about the pods of one workload meet.

    ``owner`` is the workload's kind and name as the cluster says. Without it only what Kubernetes' names prove counts:
    a wrong fold would leave a workload without its diagnosis, while one fold too few meets again at the common root.
    """
    kind, name = owner or (subject.kind or "Pod", subject.name)
    if owner is None:
        guess = owner_of(subject.kind, subject.name)
        if guess is not None and guess.kind in PROVEN:
            kind, name = guess.kind, guess.name
    return key("workload", kind, subject.namespace or "", name)


def backoff_s(attempt: int) -> float:
    """Return how long to wait before the next attempt: 2, 4, 8 ... up to 120 seconds, at last ``LATE_S``."""
    if attempt > LATE_AFTER:
        return LATE_S
    return float(min(120, 2 ** min(max(attempt, 1), 10)))

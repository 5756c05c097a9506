"""What is counted, for /metrics. One registry of our own, so that two services in one process do not collide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from bot.cluster.resources import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Iterable


class Metrics:
    """The counters of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._watches: dict[str, tuple[bool, float, int]] = {}
        self.requests = Counter("crashloop_requests_total", "Diagnoses asked for", ["origin"], registry=self.registry)
        self.answers = Counter(
            "crashloop_answers_total", "Answers given, by verdict and cause", ["verdict", "cause"],
            registry=self.registry,
        )  # fmt: skip
        self.failures = Counter(
            "crashloop_failures_total", "Investigations that ended without a verdict", ["why"], registry=self.registry
        )
        self.actions = Counter(
            "crashloop_actions_total", "Buttons pressed, by action and outcome", ["action", "outcome"],
            registry=self.registry,
        )  # fmt: skip
        self.alerts = Counter(
            "crashloop_alerts_total", "Alerts read, by name and by what was decided (understood, unusable ...)",
            ["alertname", "outcome"], registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "crashloop_investigation_seconds", "From claim to settled answer", registry=self.registry,
            buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30),
        )  # fmt: skip
        self.put_off = Counter(
            "crashloop_put_off_total",
            "Incidents kept for another try (why: transient, configuration, content)", ["why"],
            registry=self.registry,
        )  # fmt: skip
        self.slack_refused = Gauge(
            "crashloop_slack_refused", "1 where Slack takes nothing until somebody sets it right", ["channel", "code"],
            registry=self.registry,
        )  # fmt: skip
        # No label ``cluster``: whoever scrapes several bots sets that one.
        self.cluster_up = Gauge(
            "crashloop_cluster_up", "1 while the API server of a cluster answers", ["name"], registry=self.registry
        )
        self.watch_connected = Gauge(
            "crashloop_pod_watch_connected", "1 while all pods are watched (WATCH_PODS)", registry=self.registry
        )
        self.watch_silent = Gauge(
            "crashloop_pod_watch_silent_seconds", "Since when nothing has been heard of pods", registry=self.registry
        )
        self.watch_pods = Gauge("crashloop_pod_watch_pods", "Pods that are watched", registry=self.registry)
        self.waiting = Gauge("crashloop_incidents_open", "Incidents that wait for an answer", registry=self.registry)
        self.overdue = Gauge(
            "crashloop_queue_age_seconds", "How long the oldest open incident could have been worked on",
            registry=self.registry,
        )  # fmt: skip
        self.stages = Histogram(
            "crashloop_stage_seconds", "Parts of a look: collect (reads), diagnose, tell (Slack and the store)",
            ["stage"], registry=self.registry, buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20),
        )  # fmt: skip
        self.unread = Counter(
            "crashloop_unread_total",
            "What a look could not read, by kind and why (forbidden, late, withheld, failed)", ["source", "why"],
            registry=self.registry,
        )  # fmt: skip
        self.slack_waits = Counter(
            "crashloop_slack_wait_seconds_total",
            "Seconds waited before a message (why: pace, our own; limited, Slack's 429)", ["why"],
            registry=self.registry,
        )  # fmt: skip
        self.webhook_events = Counter(
            "crashloop_webhook_events_total",
            "Events of the outgoing webhook, by kind and outcome (taken, given_up)", ["event", "outcome"],
            registry=self.registry,
        )  # fmt: skip
        self.webhook_refused = Counter(
            "crashloop_webhook_failures_total",
            "Tries that failed (why: silent, nothing answered; limited, it said when; refused, any other status)",
            ["why"], registry=self.registry,
        )  # fmt: skip
        self.webhook_waiting = Gauge(
            "crashloop_webhook_waiting", "Events that the outgoing webhook has not sent yet", registry=self.registry
        )
        self.webhook_age = Gauge(
            "crashloop_webhook_oldest_seconds", "How long the oldest of them waits", registry=self.registry
        )
        self.heartbeat = Gauge(
            "crashloop_heartbeat_timestamp_seconds", "When the bot last found that it can do its work",
            registry=self.registry,
        )  # fmt: skip

    def note_watch(self, cluster: str, *, connected: bool, silent_s: float, pods: int) -> None:
        """Write down how the watch over a cluster's pods is: of several clusters the worst, and all pods together."""
        self._watches[cluster] = (connected, silent_s, pods)
        self.watch_connected.set(all(watch[0] for watch in self._watches.values()))
        self.watch_silent.set(max(watch[1] for watch in self._watches.values()))
        self.watch_pods.set(sum(watch[2] for watch in self._watches.values()))

    def waited_for_slack(self, why: str, seconds: float) -> None:
        """Count a wait before a message."""
        self.slack_waits.labels(why).inc(seconds)

    def note_unread(self, sources: Iterable[tuple[str, str]]) -> None:
        """Count what a look could not read: pairs of what, as a person reads it, and why, in Kubernetes' words."""
        for what, why in sources:
            self.unread.labels(_source(what), _why(why)).inc()


def _source(what: str) -> str:
    """Return the kind of what was not read: names would be a series each."""
    first = what.partition(" ")[0].rstrip(",")
    if " log of " in what:
        return "Log"
    return first if first in RESOURCES else "other"


def _why(why: str) -> str:
    """Return the kind of reason, in one word."""
    if why.startswith("withheld"):
        return "withheld"
    if why.startswith(("403", "401")) or "may not" in why or "not allowed" in why:
        return "forbidden"
    if "within" in why or "timed out" in why or "were over" in why or "more than" in why:
        return "late"
    return "failed"

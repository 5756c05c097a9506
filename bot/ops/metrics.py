"""What is counted, for /metrics. One registry of our own, so that two services in one process do not collide."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """The counters of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
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
        self.watch_connected = Gauge(
            "crashloop_pod_watch_connected", "1 while all pods are watched (WATCH_PODS)", registry=self.registry
        )
        self.watch_silent = Gauge(
            "crashloop_pod_watch_silent_seconds", "Since when nothing has been heard of pods", registry=self.registry
        )
        self.watch_pods = Gauge("crashloop_pod_watch_pods", "Pods that are watched", registry=self.registry)
        self.waiting = Gauge("crashloop_incidents_open", "Incidents that wait for an answer", registry=self.registry)

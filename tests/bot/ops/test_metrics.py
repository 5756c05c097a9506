"""What is counted has few values, whatever the names of the cluster are."""

from __future__ import annotations

import pytest

from bot.ops.metrics import Metrics


@pytest.mark.parametrize(
    ("what", "why", "source", "kind"),
    [
        ("Secret payments/db", "403 Forbidden: secrets is forbidden", "Secret", "forbidden"),
        ("previous log of api in payments/api-1", "the 8 s for reading were over", "Log", "late"),
        ("Event, Pod in namespace shop", "alice may not list pods in namespace shop", "Event", "forbidden"),
        ("Node node-1", "no whole answer within 8 s", "Node", "late"),
        ("current log of api in payments/api-1", "withheld: it took too long to redact", "Log", "withheld"),
        ("memory of payments/api-1", "connection refused", "other", "failed"),
        ("cause oom-killed", "its check failed: KeyError", "other", "failed"),
    ],
)
def test_what_was_not_read_by_kind_and_reason(what, why, source, kind):
    metrics = Metrics()
    metrics.note_unread([(what, why), (what, why)])
    assert metrics.registry.get_sample_value("crashloop_unread_total", {"source": source, "why": kind}) == 2


def test_waits_for_slack_add_up():
    metrics = Metrics()
    metrics.waited_for_slack("pace", 1.5)
    metrics.waited_for_slack("pace", 0.5)
    assert metrics.registry.get_sample_value("crashloop_slack_wait_seconds_total", {"why": "pace"}) == 2.0

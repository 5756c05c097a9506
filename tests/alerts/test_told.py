"""What is told of an alert beside its answer: the reading in the log, and once for each rule what it lacks."""

import asyncio
import itertools
import json
import logging

from structlog.testing import capture_logs

from bot.alerts.policy import Policy
from bot.alerts.reading import Vocabulary
from bot.cli.explain_alert import explain
from tests.alerts.service import alerted, listed, replica_of
from tests.support.postgres import fresh_database

PAGED = {"alertname": "KubeDeploymentReplicasMismatch", "severity": "warning", "namespace": "zoo"} | {
    "deployment": "cage-api", "pod": "metrics-kube-state-metrics-7f9c8d6b5-q4wzk", "container": "kube-state-metrics",
}  # fmt: skip
QUEUE = {"alertname": "QueueTooLong", "severity": "warning", "queue": "mails"}
POLICY = Policy(clusters=frozenset({"prod-eu"}))


async def test_the_debug_log_says_what_explain_alert_says(on, caplog):
    caplog.set_level(logging.DEBUG, "bot.incidents.decisions")
    fired = [PAGED, {"alertname": "Watchdog"}, PAGED | {"cluster": "other"}]
    message = {"attachments": [{"title": "[FIRING:1] X", "text": listed(PAGED)}]}
    with capture_logs() as logs:
        await on.webhook(*fired)
        await on.message(**message)
    said = [entry["said"].split("\n") for entry in logs if entry["event"] == "alert.read"]
    link = {"generatorURL": "http://prometheus.example/graph?g0.expr=up"}
    payload = {"alerts": [{"labels": labels, **link} for labels in fired]}
    explained = [explain(json.dumps(found), POLICY, Vocabulary()) for found in (payload, message)]
    assert len(said) == len(fired) + 1
    assert sorted(line for lines in said for line in lines) == sorted(map(plain, itertools.chain(*explained)))
    assert any("the pod that was scraped" in line for lines in said for line in lines)


def plain(line):
    """A line of explain-alert without the alert's number before it."""
    head, dot, rest = line.partition(". ")
    return rest if dot and head.isdigit() else line.strip()


async def test_what_a_rule_lacks_is_told_once_through_restarts(tmp_path):
    async with alerted(tmp_path) as on:
        await on.webhook(QUEUE)
        assert len(on.said()) == 1
    async with alerted(tmp_path) as on:
        await on.webhook(QUEUE | {"queue": "letters"})
        await on.message(attachments=[{"title": "[FIRING:1] QueueTooLong", "text": listed(QUEUE)}])
        assert on.said() == []
        await on.webhook(QUEUE | {"alertname": "CacheTooCold"})
        assert ["CacheTooCold" in message["text"] for message in on.said()] == [True]


async def test_what_a_rule_lacks_is_told_once_by_two_replicas(tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    with fresh_database() as address:
        async with (
            alerted(tmp_path, database_url=address) as on,
            replica_of(on, other, database_url=address) as second,
        ):
            await asyncio.gather(*(one.webhook(QUEUE | {"queue": name}) for one in (on, second) for name in "abc"))
            assert ["QueueTooLong" in message["text"] for message in on.said()] == [True]
            for one in (on, second):
                (line,) = await one.metrics('crashloop_alerts_total{alertname="QueueTooLong"')
                assert 'outcome="unusable"} 3.0' in line

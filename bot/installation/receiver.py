"""Pure: how Alertmanager sends to the bot, in its own configuration or as the operator's ``AlertmanagerConfig``."""

from __future__ import annotations

from typing import Any

from bot.installation.answers import BOT_NAMESPACE

URL = f"http://crashloop.{BOT_NAMESPACE}.svc:8080/alertmanager"
TOKEN_SECRET, TOKEN_KEY = "crashloop", "token"
"""The Secret beside Alertmanager that holds the bearer token."""

ALERTS = "KubePod.+|KubeContainerWaiting|KubeDeployment.+|KubeStatefulSet.+|KubeDaemonSet.+|KubeJobFailed|Crashloop.+"
"""Alerts of kubernetes-mixin about failing pods and workloads, and those of ``deploy/prometheus/rules.yaml``."""

MOST_ALERTS = 1000
"""In one body: 4 MiB with 4 KiB each. What is left out is said in the channel."""


def plain() -> dict[str, Any]:
    """Return a route and a receiver for Alertmanager's configuration file, as ``deploy/alertmanager`` has them."""
    route = {
        "matchers": [f'alertname=~"{ALERTS}"'],
        "receiver": "crashloop",
        "continue": True,
        "group_by": ["namespace", "alertname"],
        "group_wait": "10s",
        "group_interval": "1m",
        "repeat_interval": "4h",
    }
    file = f"/etc/alertmanager/secrets/{TOKEN_SECRET}/{TOKEN_KEY}"
    webhook = {
        "url": URL,
        "send_resolved": True,
        "max_alerts": MOST_ALERTS,
        "http_config": {"authorization": {"type": "Bearer", "credentials_file": file}},
    }
    return {
        "route": {"routes": [route]},
        "receivers": [{"name": "crashloop", "webhook_configs": [webhook]}],
    }


def operated(namespace: str) -> dict[str, Any]:
    """Return the same as an ``AlertmanagerConfig`` (monitoring.coreos.com/v1alpha1) in Alertmanager's namespace."""
    webhook = {
        "url": URL,
        "sendResolved": True,
        "maxAlerts": MOST_ALERTS,
        "httpConfig": {"authorization": {"type": "Bearer", "credentials": {"name": TOKEN_SECRET, "key": TOKEN_KEY}}},
    }
    return {
        "apiVersion": "monitoring.coreos.com/v1alpha1",
        "kind": "AlertmanagerConfig",
        "metadata": {"name": "crashloop", "namespace": namespace},
        "spec": {
            "route": {
                "matchers": [{"name": "alertname", "matchType": "=~", "value": ALERTS}],
                "receiver": "crashloop",
                "continue": True,
                "groupBy": ["namespace", "alertname"],
                "groupWait": "10s",
                "groupInterval": "1m",
                "repeatInterval": "4h",
            },
            "receivers": [{"name": "crashloop", "webhookConfigs": [webhook]}],
        },
    }

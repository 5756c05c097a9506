"""A scenario as the page's card, and its alert on the wire: what a real Alertmanager would send or post."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.demo.cluster.recordings import load

if TYPE_CHECKING:
    from bot.demo.cluster.workspace import Card

GROUPS = {
    "Settings and Secrets": {"bad-config", "missing-secret", "missing-configmap"},
    "Memory": {"oom-killed", "heap-exhausted"},
    "Other services": {"dependency-unavailable", "dependency-auth-failed", "tls-certificate"},
    "Probes and hooks": {
        "liveness-probe-failed", "startup-probe-failed", "readiness-probe-failed", "lifecycle-hook-failed"
    },
    "The program": {"app-crash", "exits-cleanly", "stale-state", "init-container-failed", "port-conflict"},
    "The image": {"missing-library", "bad-entrypoint", "image-pull-failed"},
    "The cluster": {
        "unschedulable", "volume-mount-failed", "pod-create-rejected", "security-context-denied", "permission-denied"
    },
    "Nothing is wrong": {"healthy", "recovered"},
}  # fmt: skip


def page_card(card: Card, *, first: bool) -> dict[str, Any]:
    """Return a card as the page takes it (see ``bot.demo.slack.page.routes``)."""
    cause = load(card.id).truth["cause"]
    group = next((name for name, causes in GROUPS.items() if cause in causes), "Other")
    return {
        "id": card.id,
        "title": card.title,
        "group": "Start here" if first else group,
        "summary": card.blurb,
        "target": card.command.removeprefix("/crashloop "),
        "alert": card.alert.labels["alertname"],
        "about": card.namespace,
        "first": first,
    }


def notification(card: Card) -> dict[str, Any]:
    """Return what Alertmanager posts to a webhook (version 4; alertmanager notify/webhook/webhook.go)."""
    labels, annotations = card.alert.labels, card.alert.annotations
    grouped = {name: labels[name] for name in ("alertname", "namespace") if name in labels}
    return {
        "version": "4",
        "groupKey": "{}:{" + ", ".join(f'{name}="{value}"' for name, value in grouped.items()) + "}",
        "truncatedAlerts": 0,
        "receiver": "crashloop",
        "status": "firing",
        "groupLabels": grouped,
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "http://alertmanager.example:9093",
        "alerts": [
            {
                "status": "firing",
                "labels": labels,
                "annotations": annotations,
                "startsAt": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
                "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": "",
                "fingerprint": secrets.token_hex(8),
            }
        ],
    }


def attachment(card: Card) -> dict[str, Any]:
    """Return Alertmanager's own Slack attachment, with the fields that deploy/alertmanager asks for."""
    labels = card.alert.labels
    shown = {
        name: labels[name] for name in ("namespace", "pod", "container", "deployment", "job_name") if name in labels
    }
    return {
        "color": "danger",
        "title": f"[FIRING:1] {labels['alertname']} ({labels['namespace']} {labels.get('severity', 'warning')})",
        "title_link": "http://alertmanager.example:9093/#/alerts?receiver=slack",
        "text": card.alert.annotations["description"],
        "fallback": f"[FIRING:1] {labels['alertname']}",
        "fields": [{"title": name, "value": value, "short": True} for name, value in shown.items()],
        "mrkdwn_in": ["fallback", "pretext", "text"],
    }

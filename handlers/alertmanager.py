"""POST /alertmanager: webhook version 4 (Alertmanager) and 1 (Grafana), one tolerant model.

Answers, in Alertmanager's own terms (it retries 5xx and nothing else): 202 when every incident is committed, 503 when
they cannot be kept now, 400, 401 or 413 for what will never be taken. Each answer is one clear line.
"""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web

from bot.model.errors import Temporary
from bot.model.incident import MEET_S, Origin, Request, Sighting, Subject, alert_identity, alert_key, fold_key
from bot.model.target import TargetError, parse_target
from handlers.limits import ALERT_BODY_BYTES, ALERTS_PER_REQUEST, LABEL_CHARS, STORE_S
from handlers.slack_guard import Rejected, json_object, read_body

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.incidents.intake import Intake
    from bot.settings.alerts import AlertSettings

_log = structlog.get_logger(__name__)

VERSIONS = frozenset({"4", "1"})
IGNORED = frozenset({"Watchdog", "InfoInhibitor"})
"""kube-prometheus' alerts that are always firing or only hold others back."""

_WORKLOADS = ("deployment", "statefulset", "daemonset", "replicaset", "cronjob")
_EXPORTER = "kube-state-metrics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert. Everything but its labels may be missing."""

    labels: Mapping[str, str] = field(default_factory=dict)
    firing: bool = True
    starts_at: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Which alerts are looked into, and in which channel they belong.

    ``channel_for`` takes namespace and labels; ``severities`` empty means all; ``wait_s`` is how long a new incident
    waits for the message about the same alert, where such messages are read.
    """

    channel_for: Callable[[str, Mapping[str, str]], str | None]
    severities: frozenset[str] = frozenset()
    wait_s: float = 0.0

    @classmethod
    def of(cls, settings: AlertSettings) -> Routing:
        """Return the routing of the settings."""
        return cls(
            channel_for=settings.channel_for,
            severities=frozenset(settings.alert_severities),
            wait_s=MEET_S if settings.alert_message_channels else 0.0,
        )


class AlertmanagerWebhook:
    """The web handler. ``tokens`` are the bearer tokens that are valid now: two during a rotation."""

    def __init__(self, intake: Intake, tokens: tuple[str, ...], routing: Routing) -> None:
        if not tokens or not all(tokens):
            raise ValueError("ALERTMANAGER_TOKEN is empty")
        self._intake = intake
        self._tokens = tuple(token.encode() for token in tokens)
        self._routing = routing

    async def __call__(self, request: web.Request) -> web.Response:
        """Take one notification in."""
        try:
            authorize(request.headers.get("Authorization", ""), self._tokens)
            body = await read_body(request, ALERT_BODY_BYTES)
            payload = json_object(body.decode("utf-8"))
            alerts, cut = alerts_of(payload)
        except UnicodeDecodeError:
            return _answer(400, "the body is not UTF-8")
        except Rejected as rejection:
            return _answer(rejection.status, str(rejection))
        requests = [asked for alert in alerts if (asked := self._request(alert)) is not None]
        resolved = [_sighting(alert) for alert in alerts if not alert.firing]
        try:
            async with asyncio.timeout(STORE_S):
                accepted = await self._intake.accept(*requests, resolved=resolved)
        except (Temporary, TimeoutError):
            return _answer(503, "the alerts cannot be kept just now; send them again")
        new = sum(entry.new for entry in accepted)
        summary = f"{len(alerts)} alerts: {new} new incidents, {len(accepted) - new} joined"
        summary += f", {len(resolved)} resolved" if resolved else ""
        summary += f", {len(alerts) - len(requests) - len(resolved)} without anything to diagnose"
        cut += _left_out(payload)
        return _answer(202, summary + (f", {cut} beyond the limit of {ALERTS_PER_REQUEST} not read" if cut else ""))

    def _request(self, alert: Alert) -> Request | None:
        subject = subject_of(alert.labels)
        if not alert.firing or subject is None or alert.labels.get("alertname") in IGNORED:
            return None
        severity = alert.labels.get("severity", "").lower()
        if severity and self._routing.severities and severity not in self._routing.severities:
            return None
        channel = self._routing.channel_for(subject.namespace or "", alert.labels)
        if not channel:
            return None
        return Request(
            origin=Origin.ALERT,
            dedup_key=alert_key(alert.fingerprint, alert.labels, alert.starts_at),
            subject=subject,
            channel=channel,
            fold_key=fold_key(subject),
            labels=alert.labels,
            sighting=_sighting(alert),
            wait_s=self._routing.wait_s,
        )


def _sighting(alert: Alert) -> Sighting:
    return Sighting(
        key=alert_identity(alert.fingerprint, alert.labels),
        name=alert.labels.get("alertname", "")[:200],
        firing=alert.firing,
        started_at=_seconds(alert.starts_at),
    )


def _seconds(text: str) -> float:
    """Return RFC 3339 as seconds since the epoch, 0 when it is none or far from any alert's time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return 0.0
    return (
        max((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp(), 0.0) if moment.year > 1970 else 0.0
    )


def _left_out(payload: dict[str, Any]) -> int:
    """Return how many alerts Alertmanager itself left out (``max_alerts``)."""
    found = payload.get("truncatedAlerts")
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else 0


def authorize(header: str, tokens: tuple[bytes, ...]) -> None:
    """Raise ``Rejected`` (401) unless the header bears one of the tokens. All are compared, each in constant time."""
    scheme, _, given = header.partition(" ")
    token = given.strip().encode("utf-8", errors="surrogateescape")
    matches = [hmac.compare_digest(token, expected) for expected in tokens]
    if scheme.lower() != "bearer" or not any(matches):
        raise Rejected(401, "the bearer token is missing or not the one set as ALERTMANAGER_TOKEN")


def alerts_of(payload: dict[str, Any]) -> tuple[list[Alert], int]:
    """Return the alerts of a notification, and how many were left out. ``Rejected`` (400) when it is none."""
    version, found = payload.get("version"), payload.get("alerts")
    if str(version) not in VERSIONS:
        raise Rejected(400, "this is not a notification of Alertmanager (version 4) or Grafana (version 1)")
    if not isinstance(found, list) or not all(isinstance(alert, dict) for alert in found):
        raise Rejected(400, "the notification holds no list of alerts")
    return [_alert(alert) for alert in found[:ALERTS_PER_REQUEST]], max(0, len(found) - ALERTS_PER_REQUEST)


def _alert(found: dict[str, Any]) -> Alert:
    labels = found.get("labels")
    return Alert(
        labels={
            name: value[:LABEL_CHARS]
            for name, value in (labels if isinstance(labels, dict) else {}).items()
            if isinstance(value, str)
        },
        firing=found.get("status") not in ("resolved", "ok", "normal"),
        starts_at=str(found.get("startsAt") or "")[:64],
        fingerprint=str(found.get("fingerprint") or "")[:64],
    )


def subject_of(labels: Mapping[str, str]) -> Subject | None:
    """Return what an alert is about, or None when its labels name nothing that could be diagnosed.

    A label ``exported_pod`` says that plain ``pod`` is the exporter's own (a scrape without honorLabels). Then: pod,
    workload, job_name (``job`` is the scrape job, never a Job).
    """
    exported = any(name.startswith("exported_") for name in labels)

    def label(name: str) -> str:
        return labels.get(f"exported_{name}") or (
            "" if exported and name in ("pod", "container") else labels.get(name, "")
        )

    namespace, pod, container = label("namespace"), label("pod"), label("container")
    workload = next(((kind, label(kind)) for kind in _WORKLOADS if label(kind)), None)
    if workload and pod.startswith(_EXPORTER):
        pod, container = "", ""
    named = [("pod", pod)] if pod else [workload] if workload else [("job", label("job_name"))]
    kind, name = named[0]
    if not name or not namespace:
        return None
    try:
        ref = parse_target(f"{kind}/{name}", namespace=namespace, container=container or None)
    except TargetError:
        return None
    return Subject.of(ref)


def _answer(status: int, sentence: str) -> web.Response:
    _log.info("alertmanager.answered", status=status, sentence=sentence)
    return web.Response(status=status, text=sentence + "\n")

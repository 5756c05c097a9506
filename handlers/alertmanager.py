"""POST /alertmanager: webhook version 4 (Alertmanager) and 1 (Grafana), one tolerant model.

Answers, in Alertmanager's own terms (it retries 5xx and nothing else): 202 when every incident is committed, 503 when
they cannot be kept now, 400, 401 or 413 for what will never be taken. Each answer is one clear line.
"""

from __future__ import annotations

import asyncio
import hmac
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web

from bot.alerts.policy import Outcome
from bot.alerts.reading import read_notification
from bot.incidents.alert_intake import Place
from bot.model.errors import Temporary
from bot.model.incident import MEET_S, Origin
from handlers.limits import ALERT_BODY_BYTES, MAX_ALERTS
from handlers.slack_guard import Rejected, json_object, read_body

if TYPE_CHECKING:
    from bot.alerts.model import Reading
    from bot.alerts.reading import Vocabulary
    from bot.clusters.alerts import ClusterAlerts
    from bot.incidents.alert_intake import Taken
    from bot.settings import Settings

_log = structlog.get_logger(__name__)

VERSIONS = frozenset({"4", "1"})

AT_ONCE = 2
"""Notifications about one cluster that are taken in side by side. Each asks it and the store: more of them would only
wait for each other, until in a storm all of them ran out of their time and none was taken."""

TURN_S = 3.0
"""How long a notification waits for its turn."""

KEEP_S = 6.0
"""How long it may then take to ask the cluster and keep the alerts. Alertmanager waits for ten seconds at least
(``notify.MinTimeout``): whoever is told 503 earlier than need be only comes again, and all was for nothing."""


PER_ALERT_S = 0.002
"""What each alert adds to that: a large group on a slow machine must not be refused at every repeat. With 2,000 alerts
it stays below the ten seconds that Alertmanager waits at least (notify.go: the notification's context)."""


class AlertmanagerWebhook:
    """The web handler. ``tokens`` are the bearer tokens that are valid now: two during a rotation."""

    def __init__(self, alerts: ClusterAlerts, tokens: tuple[str, ...], place: Place, vocabulary: Vocabulary) -> None:
        if not tokens or not all(tokens):
            raise ValueError("ALERTMANAGER_TOKEN is empty")
        self._alerts = alerts
        self._tokens = tuple(token.encode() for token in tokens)
        self._place = place
        self._vocabulary = vocabulary
        self._turns: dict[str, asyncio.Semaphore] = {}

    async def __call__(self, request: web.Request) -> web.Response:
        """Take one notification in."""
        try:
            authorize(request.headers.get("Authorization", ""), self._tokens)
            body = await read_body(request, ALERT_BODY_BYTES)
            # In a thread: thousands of alerts take a good part of a second, and others wait to be acknowledged.
            reading = await asyncio.to_thread(self._read, body)
        except Rejected as rejection:
            advice = f"; set max_alerts: {MAX_ALERTS} in its webhook_configs" if rejection.status == 413 else ""
            return _answer(rejection.status, f"{rejection}{advice}")
        # Each cluster has its own: notifications about one that is away keep no other's waiting.
        turns = self._turns.setdefault(self._alerts.whose(reading), asyncio.Semaphore(AT_ONCE))
        try:
            async with asyncio.timeout(TURN_S):
                await turns.acquire()
        except TimeoutError:
            return _answer(503, "too many notifications at once; send this one again")
        try:
            return await self._take(reading)
        finally:
            turns.release()

    async def _take(self, reading: Reading) -> web.Response:
        try:
            async with asyncio.timeout(KEEP_S + PER_ALERT_S * len(reading.alerts)):
                taken = await self._alerts.take(reading, self._place)
        except (Temporary, TimeoutError):
            return _answer(503, "the alerts cannot be kept just now; send them again")
        return _answer(202, said(taken, len(reading.alerts), reading.left_out))

    def _read(self, body: bytes) -> Reading:
        try:
            payload = json_object(body.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise Rejected(400, "the body is not UTF-8") from error
        check(payload)
        return read_notification(payload, self._vocabulary)


def alert_webhook(settings: Settings, alerts: ClusterAlerts, vocabulary: Vocabulary) -> AlertmanagerWebhook | None:
    """Build the handler, or None where no token is set."""
    place = Place(
        origin=Origin.ALERT,
        channel_for=settings.channel_for,
        wait_s=MEET_S if settings.alert_message_channels else 0.0,
    )
    tokens = settings.alertmanager_tokens
    return AlertmanagerWebhook(alerts, tokens, place, vocabulary) if tokens else None


def said(taken: Taken, count: int, left_out: int) -> str:
    """Return what became of a notification, in one line."""
    line = f"{count} alerts: {taken.new} new incidents, {taken.joined} joined"
    words = {
        Outcome.RESOLVED: "resolved", Outcome.QUIET: "quiet", Outcome.ELSEWHERE: "of another cluster",
        Outcome.UNPLACED: "that name no cluster",
        Outcome.AMBIGUOUS: "that could be about several things", Outcome.UNUSABLE: "without anything to diagnose",
    }  # fmt: skip
    line += "".join(
        f", {taken.outcomes[outcome]} {word}" for outcome, word in words.items() if taken.outcomes.get(outcome)
    )
    return line + (f", {left_out} beyond the limit not read" if left_out else "")


def authorize(header: str, tokens: tuple[bytes, ...]) -> None:
    """Raise ``Rejected`` (401) unless the header bears one of the tokens. All are compared, each in constant time."""
    scheme, _, given = header.partition(" ")
    token = given.strip().encode("utf-8", errors="surrogateescape")
    matches = [hmac.compare_digest(token, expected) for expected in tokens]
    if scheme.lower() != "bearer" or not any(matches):
        raise Rejected(401, "the bearer token is missing or not the one set as ALERTMANAGER_TOKEN")


def check(payload: dict[str, Any]) -> None:
    """Raise ``Rejected`` (400) unless it is a notification."""
    version, found = payload.get("version"), payload.get("alerts")
    if str(version) not in VERSIONS:
        raise Rejected(400, "this is not a notification of Alertmanager (version 4) or Grafana (version 1)")
    if not isinstance(found, list) or not all(isinstance(alert, dict) for alert in found):
        raise Rejected(400, "the notification holds no list of alerts")


def _answer(status: int, sentence: str) -> web.Response:
    _log.info("alertmanager.answered", status=status, sentence=sentence)
    return web.Response(status=status, text=sentence + "\n")
